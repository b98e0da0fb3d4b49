// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/server/servant.h>

namespace pyrolens {

/// An object that answers with fixed values, one method or attribute per line of text:
///
///     status > {'flow': 12.5, 'on': True}    method, any arguments
///     stop ! ValueError 'not running'        method that raises; a literal is the argument
///     serial = 'A-17'                        attribute, read-only
///     # comment
///
/// Values are literals of the argument grammar, so nothing is evaluated. 'x' is an 8-bit string for callers
/// of generation 3 and text for others. Thread-safe once made. \return Usage error that names the line.
Result<std::shared_ptr<Servant>> makeStaticServant(const QString &className, const QString &lines);

} // namespace pyrolens
