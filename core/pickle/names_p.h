// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/dialect.h>

#include <QByteArray>
#include <QByteArrayView>

namespace pyrolens::pickle {

/// Module and name of a class or function.
struct GlobalName
{
    QByteArray module;
    QByteArray name;
};

/// The name under which a reader of that dialect and protocol finds a class or function.
///
/// Protocols 0 to 2 carry Python 2 names. For Python 3 all of them are mapped, as its own pickler does and
/// its unpickler undoes (`queue.Full` -> `Queue.Full`). For Python 2 only the modules it cannot have:
/// `builtins` and `copyreg`; what came from a Python 2 peer goes back as it was. Protocols 3 and up carry
/// Python 3 names: `__builtin__`, `exceptions` and `copy_reg` are mapped, all else may be a module of the
/// application. Source: CPython, Lib/_compat_pickle.py; Lib/pickle.py, save_global and find_class
/// (fix_imports).
GlobalName wireName(const GlobalName &global, Dialect dialect, int protocol);

} // namespace pyrolens::pickle
