// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QStringView>

namespace pyrolens {

/// Shell-like glob over the whole text: `*`, `?`, `[set]`, `[!set]`; an unclosed '[' stands for itself. Goes
/// back to the last star only, so hostile input costs at most pattern x text steps.
bool globMatches(QStringView pattern, QStringView text);

/// True when the text holds a character that makes it a glob: `*`, `?` or `[`.
bool isGlob(QStringView text);

/// What every text that matches begins with: the part before the first such character.
QStringView globStart(QStringView pattern);

} // namespace pyrolens
