// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArrayView>

namespace pyrolens {

/// Whether a name is that of a builtin exception of Python 2.7 or 3.11 (modules `exceptions`, `__builtin__`,
/// `builtins`). Any thread.
bool isBuiltinException(QByteArrayView name);

/// Whether Python 2.7 has it in its module `exceptions`.
/// Source: CPython 2.7, Lib/test/exception_hierarchy.txt.
bool isPython2Exception(QByteArrayView name);

/// The name in Python 2's `exceptions` of a builtin exception of Python 3: its own, or what Python 2 raises
/// where Python 3 has something finer (FileNotFoundError is an OSError). Empty when there is none.
/// Source: CPython 3.11, Lib/_compat_pickle.py, PYTHON2_EXCEPTIONS and PYTHON3_OSERROR_EXCEPTIONS.
QByteArrayView toPython2Exception(QByteArrayView name);

} // namespace pyrolens
