// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace pyrolens::detail {

/// Python's repr() of a float: shortest digits that read back the same, "1.0", "1e+16", "inf", "nan".
/// Source: CPython, Python/pystrtod.c, format_float_short with 'r'.
QByteArray floatText(double value);
/// Reads what floatText() writes and anything else that is a decimal number.
std::optional<double> floatFromText(QByteArrayView text);

} // namespace pyrolens::detail
