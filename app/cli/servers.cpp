// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "mobilecode.h"
#include "serving.h"

#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/demo/demo.h>
#include <pyrolens/naming/nameserver.h>

#include <QEventLoop>

namespace pyrolens::cli {

namespace {

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
        for (OptionSpec &option : codeOptions())
            options.push_back(std::move(option));
        return options;
    }

    int run(Invocation &invocation) override
    {
        DaemonOptions options;
        if (const Status good = read(invocation, options); !good)
            return invocation.output->fail(good.error());
        const auto code = mobileCode(invocation);
        if (!code)
            return invocation.output->fail(code.error());
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
        daemon.setMobileCode(*code);
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
};

} // namespace

void addServerCommands(Commands &commands)
{
    commands.push_back(std::make_unique<NameServerCommand>());
    commands.push_back(std::make_unique<DemoCommand>());
}

} // namespace pyrolens::cli
