// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "mobilecode.h"
#include "serving.h"

#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/demo/demo.h>
#include <pyrolens/events/eventpublisher.h>
#include <pyrolens/naming/nameserver.h>

#include <QEventLoop>

#include <cmath>

namespace pyrolens::cli {

namespace {

// demo.market waits for the event server no longer than this.
constexpr std::chrono::seconds kPublishTimeout(5);

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
            QStringLiteral("UDP port (default 9090 for generation 3, 9091 for 4, 5 and a secondary)"),
            false});
        options.push_back({QStringLiteral("autoclean"), QStringLiteral("SECONDS"),
            QStringLiteral("look this often for names of 4 and 5 that are gone (at least 3, 0 = off)"),
            false});
        options.push_back({QStringLiteral("role"), QStringLiteral("single|primary|secondary"),
            QStringLiteral("run as one of two that hold the same names"), false});
        options.push_back({QStringLiteral("peer"), QStringLiteral("HOST:PORT"),
            QStringLiteral("the other one (default: looked for by broadcast)"), false});
        options.push_back({QStringLiteral("import"), QStringLiteral("PATH"),
            QStringLiteral("add the names of an original's database folder (3) or SQL file (4, 5)"), false});
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
        tellImport(invocation, server.importReport());
        watchTwin(invocation, server);
        return serve(
            invocation, server.uris(),
            [&server](QEventLoop &loop) {
                QObject::connect(
                    &server, &NameServer::shutdownRequested, &loop, &QEventLoop::quit, Qt::QueuedConnection);
            },
            [&server] { server.stop(); });
    }

private:
    static void tellImport(const Invocation &invocation, const ImportReport &report)
    {
        if (!invocation.line.has(QStringLiteral("import")))
            return;
        for (const QString &problem : report.problems)
            invocation.output->message(u"skipped " + problem);
        invocation.output->message(QStringLiteral(
            "imported %1 names and %2 groups, %3 with meta information or tags; %4 were there already, "
            "%5 skipped")
                                       .arg(report.names)
                                       .arg(report.groups)
                                       .arg(report.metas)
                                       .arg(report.known)
                                       .arg(report.problems.size()));
    }

    static void watchTwin(const Invocation &invocation, NameServer &server)
    {
        Output *const output = invocation.output;
        QObject::connect(&server, &NameServer::twinChanged, &server, [output](const TwinStatus &status) {
            if (status.state == TwinStatus::State::Paired)
                output->message(u"paired with " + status.uri);
            else if (status.state == TwinStatus::State::Searching)
                output->message(u"no twin: " + (status.error ? status.error->what : QString()));
        });
        QObject::connect(&server, &NameServer::splitBrain, &server, [output](const TwinSplit &split) {
            output->message(
                QStringLiteral("split brain: both name servers took changes while apart (%1 here, "
                               "%2 at the twin); changed by both: %3")
                    .arg(split.changedHere)
                    .arg(split.changedThere)
                    .arg(split.conflicts.isEmpty() ? QStringLiteral("none") : split.conflicts.join(u' ')));
        });
    }

    static Status readPair(const Invocation &invocation, NameServerOptions &options)
    {
        const ParsedLine &line = invocation.line;
        const QString role = line.value(QStringLiteral("role"), QStringLiteral("single"));
        if (role == u"primary")
            options.role = NameServerRole::Primary;
        else if (role == u"secondary")
            options.role = NameServerRole::Secondary;
        else if (role != u"single")
            return Error::usage(QStringLiteral("--role is single, primary or secondary, not '%1'").arg(role));
        if (options.role == NameServerRole::Secondary)
            options.port = 9091;
        options.credentials = invocation.nameServer.options.credentials;
        if (!line.has(QStringLiteral("peer")))
            return Done{};
        if (options.role == NameServerRole::Single)
            return Error::usage(QStringLiteral("--peer goes with --role primary or --role secondary"));
        const auto peer = parseEndpoint(line.value(QStringLiteral("peer")));
        if (!peer)
            return peer.error();
        options.peerHost = peer->first;
        options.peerPort = peer->second;
        return Done{};
    }

    /// All that there are; a pair is for those with a tree.
    static Status readGenerations(const Invocation &invocation, NameServerOptions &options)
    {
        if (invocation.line.has(QStringLiteral("gens"))) {
            const auto generations = generationsOption(invocation);
            if (!generations)
                return generations.error();
            options.generations = *generations;
            return Done{};
        }
        options.generations.clear();
        for (const auto &generation : invocation.catalogue->all()) {
            if (options.role == NameServerRole::Single || generation->info().features.hierarchicalNames)
                options.generations.push_back(generation->info().id);
        }
        return Done{};
    }

    static Result<std::chrono::milliseconds> secondsOption(const ParsedLine &line, const QString &name)
    {
        if (!line.has(name))
            return std::chrono::milliseconds(0);
        bool isNumber = false;
        const double seconds = line.value(name).toDouble(&isNumber);
        constexpr double kLongest = 1e6;
        if (!isNumber || !std::isfinite(seconds) || seconds < 0 || seconds > kLongest)
            return Error::usage(
                QStringLiteral("--%1 takes a number of seconds, not '%2'").arg(name, line.value(name)));
        return std::chrono::milliseconds(qint64(std::ceil(seconds * 1000)));
    }

    static Status read(const Invocation &invocation, NameServerOptions &options)
    {
        const ParsedLine &line = invocation.line;
        options.host = line.value(QStringLiteral("host"), options.host);
        options.publishHost = line.value(QStringLiteral("publish-host"));
        options.tls = servedTls(invocation);
        options.storage = line.value(QStringLiteral("storage"), options.storage);
        if (options.storage != QLatin1String("memory")
            && (!options.storage.startsWith(QLatin1String("sqlite:")) || options.storage.size() == 7))
            return Error::usage(
                QStringLiteral("--storage is memory or sqlite:FILE, not '%1'").arg(options.storage));
        if (const Status paired = readPair(invocation, options); !paired)
            return paired;
        const auto port = portOption(line, QStringLiteral("port"), options.port);
        if (!port)
            return port.error();
        options.port = *port;
        options.importPath = line.value(QStringLiteral("import"));
        const auto autoclean = secondsOption(line, QStringLiteral("autoclean"));
        if (!autoclean)
            return autoclean.error();
        options.autoclean = *autoclean;
        options.hmacKey = invocation.proxyOptions.credentials.hmacKey;
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
        if (const Status chosen = readGenerations(invocation, options); !chosen)
            return chosen;
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
        std::vector<OptionSpec> options = daemonOptions();
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
        const auto registrar = findRegistrar(invocation, options.generations);
        if (!registrar)
            return invocation.output->fail(registrar.error());

        Daemon daemon(invocation.catalogue, options);
        requireSecrets(invocation, options, daemon);
        daemon.setCallerFactory(
            makeCallerFactory(invocation.client, invocation.proxyOptions.tls, options.hmacKey));
        daemon.setRegistrar(*registrar);
        daemon.setMobileCode(*code);
        if (const auto port = daemon.listen(); !port)
            return invocation.output->fail(port.error());
        DemoOptions demo;
        demo.persistent = invocation.line.has(QStringLiteral("persistent"));
        if (*registrar) {
            ProxyOptions publishing = invocation.proxyOptions;
            publishing.callTimeout = kPublishTimeout;
            demo.publisher = makeEventSink(invocation.client, eventServerUri(), publishing);
        }
        const auto hosted = hostDemo(daemon, demo);
        if (!hosted)
            return invocation.output->fail(hosted.error());
        return serve(invocation, uriTexts(*hosted), {}, [&daemon] { daemon.shutdown(true); });
    }

private:
    static Status read(const Invocation &invocation, DaemonOptions &options)
    {
        const ParsedLine &line = invocation.line;
        if (const Status good = readDaemonOptions(invocation, options); !good)
            return good;
        options.hmacKey = invocation.proxyOptions.credentials.hmacKey;
        options.classes.patterns = line.values(QStringLiteral("accept-class"));
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
