// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArrayView>

#include <optional>

namespace pyrolens::serpent {

inline constexpr qsizetype kLongestCharacterName = 100;

/// The character of a Unicode name as in \N{EURO SIGN}, any case; nothing for the many that are not known
/// here.
std::optional<char32_t> characterNamed(QByteArrayView name);

} // namespace pyrolens::serpent
