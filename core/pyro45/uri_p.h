// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/wire/uri.h>

#include <QStringView>

namespace pyrolens::pyro45 {

/// Default port of name servers. Source: Pyro4, configuration.py; Pyro5, configure.py, NS_PORT.
inline constexpr int kNameServerPort = 9090;
inline constexpr int kBroadcastPort = 9091;

/// Parses PYRO:, PYRONAME: and PYROMETA: as both generations do.
/// \return Usage for texts that are no URI of this form, with the originals' messages.
/// Source: Pyro4, core.py, class URI; Pyro5, core.py, class URI.
Result<Uri> parseUri(QStringView text);

} // namespace pyrolens::pyro45
