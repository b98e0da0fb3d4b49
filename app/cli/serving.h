// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "command.h"

#include <pyrolens/naming/nameserver.h>
#include <pyrolens/server/daemon.h>

#include <QEventLoop>

#include <functional>

// What the commands that serve have in common.

namespace pyrolens::cli {

/// Prints the "ready" line and serves until a signal (or `stop`) comes, then shuts down through `shutdown`.
/// SIGTERM during the shut-down is not special.
int serve(Invocation &invocation, const QStringList &uris,
    const std::function<void(QEventLoop &)> &connectStop, const std::function<void()> &shutdown);

/// A port from the command line, `other` when the option is not given.
Result<int> portOption(const ParsedLine &line, const QString &name, int other);

/// --gens, else all that the build speaks; ascending.
Result<std::vector<int>> generationsOption(const Invocation &invocation);

void warnAboutSecrets(const Invocation &invocation);

/// Lets in only clients that present --ident-allow (generation 3) or --hmac-key (4), when one of them is
/// given.
void requireSecrets(const Invocation &invocation, const DaemonOptions &options, Daemon &daemon);

/// --host, --port, --gens, --publish-host and --ident-allow.
std::vector<OptionSpec> listenOptions();
/// Those and --unix: what readDaemonOptions() reads, but for TLS.
std::vector<OptionSpec> daemonOptions();

/// The name server of --ns, which must be there and have a name space for one of the generations; without
/// --ns the one at 127.0.0.1:9090 if there is such a one. Null with --no-ns. \return Usage when both are
/// given.
Result<std::shared_ptr<Registrar>> findRegistrar(
    Invocation &invocation, const std::vector<int> &generations, FlatClash clash = FlatClash::Replace);

/// --host, --port or --unix, --gens, --publish-host and the TLS options, as a daemon takes them.
Status readDaemonOptions(const Invocation &invocation, DaemonOptions &options);

/// findRegistrar(), when there is a name to register; else null.
Result<std::shared_ptr<Registrar>> registrarFor(Invocation &invocation, const QString &name,
    const std::vector<int> &generations, FlatClash clash = FlatClash::Replace);

QStringList uriTexts(const std::vector<Uri> &uris);

/// How a server encrypts: with --tls-cert, else not at all.
std::optional<TlsSettings> servedTls(const Invocation &invocation);

} // namespace pyrolens::cli
