// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtGlobal>

namespace pyrolens {

/// Which Python a literal or a pickle is written for. Python2 (generation 3): 'x' and b'x' are 8-bit Str,
/// u'x' is Text, 1L is accepted; Python3: 'x' is Text, b'x' is Bytes.
enum class Dialect : quint8 { Python2, Python3 };

} // namespace pyrolens
