// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/wire/uri.h>

#include <QStringView>

namespace pyrolens::pyro3 {

inline constexpr int kDaemonPort = 7'766; ///< PYRO_PORT
inline constexpr int kNameServerPort = 9'090;

/// The six forms of the original, with its texts for what is wrong. Leading and trailing space is allowed,
/// and as in the original an id or name ends at the first space. Source: Pyro 3.16, core.py, processStringURI
/// and PyroURI.reinitFromString.
Result<Uri> parseUri(QStringView text);

/// "PYRO", "PYROSSL", "PYROLOC" or "PYROLOCSSL" of an Object or Location, as in a PyroURI's state.
QByteArray protocolName(const Uri &uri);

} // namespace pyrolens::pyro3
