// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "literal.h"

namespace pyrolens::detail {

/// Python source of a value without values inside. Texts and bytes are cut above `maxChars`, with "..."
/// behind.
QString leafText(const Value &value, Dialect dialect, qint64 maxChars);
/// A stranger's name between our own words: what a literal would escape is escaped.
QString plainText(QStringView text);

} // namespace pyrolens::detail
