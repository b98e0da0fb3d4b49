// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "stream.h"

namespace pyrolens {

/// Connects to a unix socket; relative paths are relative to the working directory, one that begins with a
/// NUL is a name of Linux that no file has. Never waits: a listener with a full queue of waiting clients is
/// an error. \return a blocking stream; Usage for a path that is too long; Disconnected with the system's
/// words; Unsupported on systems without such sockets.
Result<std::unique_ptr<Stream>> connectUnix(const QString &path);

} // namespace pyrolens
