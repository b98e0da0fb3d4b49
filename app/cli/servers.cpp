// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "target.h"
#include "termination.h"

#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/demo/demo.h>
#include <pyrolens/naming/nameserver.h>

#include <QCoreApplication>
#include <QEventLoop>

#include <algorithm>

namespace pyrolens::cli {

namespace {

/// Serves until a signal (or `stop`) comes, then shuts down through `shutdown`. SIGTERM during the shut-down
/// is not special.
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
        for (const auto &generation : invocation.catalogue->all())
            generations.push_back(generation->info().id);
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

std::vector<OptionSpec> listenOptions()
{
    return {{QStringLiteral("host"), QStringLiteral("H"),
                QStringLiteral("address to listen on (default 127.0.0.1)"), false},
        {QStringLiteral("port"), QStringLiteral("P"), QStringLiteral("port, 0 = any free one"), false},
        {QStringLiteral("gens"), QStringLiteral("3"), QStringLiteral("generations to serve"), false},
        {QStringLiteral("publish-host"), QStringLiteral("H"), QStringLiteral("host that URIs name"), false},
        {QStringLiteral("ident-allow"), QStringLiteral("TEXT"),
            QStringLiteral("let in only clients that present this"), true}};
}

class NameServerCommand : public Command
{
public:
    QString name() const override { return QStringLiteral("ns"); }
    QString synopsis() const override { return QStringLiteral("[options]"); }
    QString summary() const override { return QStringLiteral("runs a name server"); }
    std::vector<OptionSpec> options() const override
    {
        std::vector<OptionSpec> options = listenOptions();
        options.push_back({QStringLiteral("storage"), QStringLiteral("memory|sqlite:FILE"),
            QStringLiteral("where names are kept"), false});
        options.push_back(
            {QStringLiteral("broadcast"), {}, QStringLiteral("answer broadcasts even on loopback"), false});
        options.push_back(
            {QStringLiteral("no-broadcast"), {}, QStringLiteral("do not answer broadcasts"), false});
        options.push_back({QStringLiteral("broadcast-port"), QStringLiteral("P"),
            QStringLiteral("UDP port (default 9090)"), false});
        return options;
    }

    int run(Invocation &invocation) override
    {
        NameServerOptions options;
        if (const Status good = read(invocation, options); !good)
            return invocation.output->fail(good.error());
        warnAboutSecrets(invocation);
        NameServer server(invocation.catalogue, options);
        if (const auto started = server.start(); !started)
            return invocation.output->fail(started.error());
        return serve(
            invocation, server.uris(),
            [&server](QEventLoop &loop) {
                QObject::connect(
                    &server, &NameServer::shutdownRequested, &loop, &QEventLoop::quit, Qt::QueuedConnection);
            },
            [&server] { server.stop(); });
    }

private:
    static Status read(const Invocation &invocation, NameServerOptions &options)
    {
        const ParsedLine &line = invocation.line;
        options.host = line.value(QStringLiteral("host"), options.host);
        options.publishHost = line.value(QStringLiteral("publish-host"));
        options.storage = line.value(QStringLiteral("storage"), options.storage);
        if (options.storage != QLatin1String("memory")
            && (!options.storage.startsWith(QLatin1String("sqlite:")) || options.storage.size() == 7))
            return Error::usage(
                QStringLiteral("--storage is memory or sqlite:FILE, not '%1'").arg(options.storage));
        const auto port = portOption(line, QStringLiteral("port"), options.port);
        if (!port)
            return port.error();
        options.port = *port;
        const auto broadcastPort = portOption(line, QStringLiteral("broadcast-port"), 0);
        if (!broadcastPort)
            return broadcastPort.error();
        options.broadcastPort = *broadcastPort;
        if (line.has(QStringLiteral("broadcast")) && line.has(QStringLiteral("no-broadcast")))
            return Error::usage(QStringLiteral("give --broadcast or --no-broadcast, not both"));
        if (line.has(QStringLiteral("broadcast")))
            options.broadcast = true;
        if (line.has(QStringLiteral("no-broadcast")))
            options.broadcast = false;
        const auto generations = generationsOption(invocation);
        if (!generations)
            return generations.error();
        options.generations = *generations;
        options.allowedIdents = line.values(QStringLiteral("ident-allow"));
        return Done{};
    }
};

class DemoCommand : public Command
{
public:
    QString name() const override { return QStringLiteral("demo"); }
    QString synopsis() const override { return QStringLiteral("[options]"); }
    QString summary() const override { return QStringLiteral("hosts the demo objects"); }
    std::vector<OptionSpec> options() const override
    {
        std::vector<OptionSpec> options = listenOptions();
        options.push_back({QStringLiteral("no-ns"), {}, QStringLiteral("register no names"), false});
        options.push_back({QStringLiteral("persistent"), {},
            QStringLiteral("take over the ids that the name server has"), false});
        options.push_back({QStringLiteral("accept-class"), QStringLiteral("PATTERN"),
            QStringLiteral("let in arguments of these classes"), true});
        return options;
    }

    int run(Invocation &invocation) override
    {
        DaemonOptions options;
        if (const Status good = read(invocation, options); !good)
            return invocation.output->fail(good.error());
        warnAboutSecrets(invocation);
        const auto registrar = findRegistrar(invocation);
        if (!registrar)
            return invocation.output->fail(registrar.error());

        Daemon daemon(invocation.catalogue, options);
        if (invocation.line.has(QStringLiteral("ident-allow")))
            daemon.setValidator(
                std::make_shared<IdentValidator>(invocation.line.values(QStringLiteral("ident-allow"))));
        daemon.setCallerFactory(makeCallerFactory(invocation.client));
        daemon.setRegistrar(*registrar);
        if (const auto port = daemon.listen(); !port)
            return invocation.output->fail(port.error());
        DemoOptions demo;
        demo.persistent = invocation.line.has(QStringLiteral("persistent"));
        const auto hosted = hostDemo(daemon, demo);
        if (!hosted)
            return invocation.output->fail(hosted.error());
        QStringList uris;
        for (const Uri &uri : *hosted)
            uris.append(uri.toString());
        return serve(invocation, uris, {}, [&daemon] { daemon.shutdown(true); });
    }

private:
    static Status read(const Invocation &invocation, DaemonOptions &options)
    {
        const ParsedLine &line = invocation.line;
        options.host = line.value(QStringLiteral("host"), options.host);
        options.publishHost = line.value(QStringLiteral("publish-host"));
        const auto port = portOption(line, QStringLiteral("port"), 0);
        if (!port)
            return port.error();
        options.port = *port;
        const auto generations = generationsOption(invocation);
        if (!generations)
            return generations.error();
        options.generations = *generations;
        options.classes.patterns = line.values(QStringLiteral("accept-class"));
        if (line.has(QStringLiteral("no-ns")) && line.has(QStringLiteral("ns")))
            return Error::usage(QStringLiteral("give --ns or --no-ns, not both"));
        return Done{};
    }

    /// The name server of --ns, which must be there; without --ns the one at 127.0.0.1:9090 if there is one.
    static Result<std::shared_ptr<Registrar>> findRegistrar(Invocation &invocation)
    {
        if (invocation.line.has(QStringLiteral("no-ns")))
            return std::shared_ptr<Registrar>();
        NameServerAddress address = invocation.nameServer;
        if (!invocation.hasNameServer) {
            address.host = QStringLiteral("127.0.0.1");
            address.port = 0;
        }
        NameServerClient client(invocation.client, address);
        if (const auto located = client.locateBlocking(); !located) {
            if (invocation.hasNameServer)
                return located.error();
            invocation.output->message(
                QStringLiteral("no name server at 127.0.0.1:9090; the objects have URIs only"));
            return std::shared_ptr<Registrar>();
        }
        return makeRemoteRegistrar(invocation.client, address);
    }
};

} // namespace

void addServerCommands(Commands &commands)
{
    commands.push_back(std::make_unique<NameServerCommand>());
    commands.push_back(std::make_unique<DemoCommand>());
}

} // namespace pyrolens::cli
