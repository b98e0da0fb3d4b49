// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/client/proxy.h>
#include <pyrolens/server/servant.h>

namespace pyrolens {

/// Lets servants call back: a RemoteCaller over client::Proxy. Each caller connects when it is first used and
/// keeps its connection; the identification that came inside a proxy is presented. Thread-safe; a caller is
/// used by one thread at a time. \param tls what is shown to, and asked of, listeners that speak TLS. \param
/// hmacKey for proxies of generation 4 that carry none.
CallerFactory makeCallerFactory(std::shared_ptr<const ClientContext> context,
    std::optional<TlsSettings> tls = std::nullopt, QByteArray hmacKey = {});

} // namespace pyrolens
