// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "serving.h"

#include "target.h"
#include "termination.h"

#include <algorithm>

namespace pyrolens::cli {

int serve(Invocation &invocation, const QStringList &uris,
    const std::function<void(QEventLoop &)> &connectStop, const std::function<void()> &shutdown)
{
    TerminationWatcher watcher;
    QEventLoop loop;
    QObject::connect(&watcher, &TerminationWatcher::terminated, &loop, &QEventLoop::quit);
    if (connectStop)
        connectStop(loop);
    invocation.output->ready(uris);
    loop.exec();
    shutdown();
    return kDone;
}

Result<int> portOption(const ParsedLine &line, const QString &name, int other)
{
    if (!line.has(name))
        return other;
    bool isNumber = false;
    const int port = line.value(name).toInt(&isNumber);
    if (!isNumber || port < 0 || port > 65535)
        return Error::usage(
            QStringLiteral("--%1 takes a port from 0 to 65535, not '%2'").arg(name, line.value(name)));
    return port;
}

Result<std::vector<int>> generationsOption(const Invocation &invocation)
{
    std::vector<int> generations;
    if (!invocation.line.has(QStringLiteral("gens"))) {
        // Who waits for the server to begin knows no unix sockets.
        const bool isUnix = invocation.line.has(QStringLiteral("unix"));
        for (const auto &generation : invocation.catalogue->all()) {
            if (!isUnix || !generation->info().serverSpeaksFirst)
                generations.push_back(generation->info().id);
        }
        return generations;
    }
    for (const QString &word : invocation.line.value(QStringLiteral("gens")).split(u',')) {
        bool isNumber = false;
        const int id = word.trimmed().toInt(&isNumber);
        if (!isNumber || invocation.catalogue->find(id) == nullptr)
            return Error::usage(QStringLiteral("--gens %1: this build speaks %2")
                                    .arg(invocation.line.value(QStringLiteral("gens")),
                                        generationNames(*invocation.catalogue)));
        if (std::find(generations.begin(), generations.end(), id) == generations.end())
            generations.push_back(id);
    }
    std::sort(generations.begin(), generations.end());
    return generations;
}

void warnAboutSecrets(const Invocation &invocation)
{
    if (invocation.line.has(QStringLiteral("ident-allow")))
        invocation.output->message(
            QStringLiteral("warning: other users of this machine can read a secret on the command line"));
}

void requireSecrets(const Invocation &invocation, const DaemonOptions &options, Daemon &daemon)
{
    const QStringList idents = invocation.line.values(QStringLiteral("ident-allow"));
    if (idents.isEmpty() && options.hmacKey.isEmpty())
        return;
    daemon.setValidator(std::make_shared<SecretValidator>(idents, !options.hmacKey.isEmpty()));
}

std::vector<OptionSpec> listenOptions()
{
    return {{QStringLiteral("host"), QStringLiteral("H"),
                QStringLiteral("address to listen on (default 127.0.0.1)"), false},
        {QStringLiteral("port"), QStringLiteral("P"), QStringLiteral("port, 0 = any free one"), false},
        {QStringLiteral("gens"), QStringLiteral("3,4,5"),
            QStringLiteral("generations to serve, all on one port (default all)"), false},
        {QStringLiteral("publish-host"), QStringLiteral("H"), QStringLiteral("host that URIs name"), false},
        {QStringLiteral("ident-allow"), QStringLiteral("TEXT"),
            QStringLiteral("let in only clients that present this"), true}};
}

std::vector<OptionSpec> daemonOptions()
{
    std::vector<OptionSpec> options = listenOptions();
    options.push_back({QStringLiteral("unix"), QStringLiteral("PATH"),
        QStringLiteral("listen on this unix socket instead (generations 4 and 5)"), false});
    return options;
}

namespace {

/// Whether one of the generations that are to be served has its name space there.
Status fitsRegistrar(
    const Invocation &invocation, const Registrar &registrar, const std::vector<int> &generations)
{
    for (const int id : generations) {
        Uri any;
        any.classic = invocation.catalogue->find(id)->info().features.hierarchicalNames;
        if (registrar.takes(any))
            return Done{};
    }
    return Error::unsupported(
        QStringLiteral("the name server has no name space for generation %1").arg(generations.front()));
}

} // namespace

Result<std::shared_ptr<Registrar>> findRegistrar(
    Invocation &invocation, const std::vector<int> &generations, FlatClash clash)
{
    if (invocation.line.has(QStringLiteral("no-ns"))) {
        if (invocation.hasNameServer || invocation.nameServer.tls)
            return Error::usage(QStringLiteral("give --ns (or --ns-tls) or --no-ns, not both"));
        return std::shared_ptr<Registrar>();
    }
    NameServerAddress address = invocation.nameServer;
    if (!invocation.hasNameServer) {
        address.host = QStringLiteral("127.0.0.1");
        address.port = 0;
    }
    NameServerClient client(invocation.client, address);
    if (const auto located = client.locateBlocking(); !located) {
        if (invocation.hasNameServer || invocation.nameServer.tls)
            return located.error();
        invocation.output->message(
            QStringLiteral("no name server at 127.0.0.1:9090; there will be URIs only"));
        return std::shared_ptr<Registrar>();
    }
    auto registrar = makeRemoteRegistrar(invocation.client, address, clash);
    if (const Status fits = fitsRegistrar(invocation, *registrar, generations); !fits) {
        if (invocation.hasNameServer)
            return fits.error();
        invocation.output->message(fits.error().what + QStringLiteral("; there will be URIs only"));
        return std::shared_ptr<Registrar>();
    }
    return registrar;
}

Status readDaemonOptions(const Invocation &invocation, DaemonOptions &options)
{
    const ParsedLine &line = invocation.line;
    options.host = line.value(QStringLiteral("host"), options.host);
    options.publishHost = line.value(QStringLiteral("publish-host"));
    options.unixPath = line.value(QStringLiteral("unix"));
    if (line.has(QStringLiteral("unix"))
        && (line.has(QStringLiteral("host")) || line.has(QStringLiteral("port"))))
        return Error::usage(QStringLiteral("give --unix PATH or --host and --port, not both"));
    options.tls = servedTls(invocation);
    const auto port = portOption(line, QStringLiteral("port"), 0);
    if (!port)
        return port.error();
    options.port = *port;
    const auto generations = generationsOption(invocation);
    if (!generations)
        return generations.error();
    options.generations = *generations;
    return Done{};
}

Result<std::shared_ptr<Registrar>> registrarFor(
    Invocation &invocation, const QString &name, const std::vector<int> &generations, FlatClash clash)
{
    return name.isEmpty() ? std::shared_ptr<Registrar>() : findRegistrar(invocation, generations, clash);
}

QStringList uriTexts(const std::vector<Uri> &uris)
{
    QStringList texts;
    for (const Uri &uri : uris)
        texts.append(uri.toString());
    return texts;
}

std::optional<TlsSettings> servedTls(const Invocation &invocation)
{
    return invocation.line.has(QStringLiteral("tls-cert")) ? invocation.proxyOptions.tls : std::nullopt;
}

} // namespace pyrolens::cli
