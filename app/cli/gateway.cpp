// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "serving.h"
#include "target.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/gateway/namefollower.h>
#include <pyrolens/naming/target.h>

namespace pyrolens::cli {

namespace {

class GatewayCommand final : public Command
{
public:
    QString name() const override { return QStringLiteral("gateway"); }
    QString synopsis() const override
    {
        return QStringLiteral(
            "--from TARGET|PATTERN [--gens 3,4,5] [--host H] [--port P] [--as NAME] [--look SECONDS]");
    }
    QString summary() const override
    {
        return QStringLiteral("offers objects to clients of other generations until it is stopped");
    }
    std::vector<OptionSpec> options() const override
    {
        std::vector<OptionSpec> options = daemonOptions();
        options.insert(options.begin(),
            {{QStringLiteral("from"), QStringLiteral("TARGET"),
                 QStringLiteral("the object behind; with * ? or [set] in a name, all that match"), false},
                {QStringLiteral("as"), QStringLiteral("NAME"),
                    QStringLiteral("register it under this name, for each generation; * is the name behind"),
                    false},
                {QStringLiteral("look"), QStringLiteral("SECONDS"),
                    QStringLiteral("how often to look for names that come and go (default 10)"), false},
                {QStringLiteral("method"), QStringLiteral("NAME"),
                    QStringLiteral("a method that objects of Pyro 3 may have, callback objects too"), true},
                {QStringLiteral("attribute"), QStringLiteral("NAME"), QStringLiteral("likewise an attribute"),
                    true},
                {QStringLiteral("oneway-method"), QStringLiteral("NAME"),
                    QStringLiteral("a method that is called oneway"), true}});
        return options;
    }

    int run(Invocation &invocation) override
    {
        Output &output = *invocation.output;
        const ParsedLine &line = invocation.line;
        if (!line.has(QStringLiteral("from")))
            return output.fail(Error::usage(QStringLiteral("'gateway' needs --from TARGET")));
        const auto target = parseTarget(invocation, line.value(QStringLiteral("from")));
        if (!target)
            return output.fail(target.error());
        const bool isPattern = NameFollower::isPattern(*target);
        const auto interval = readInterval(line, isPattern);
        if (!interval)
            return output.fail(interval.error());
        GatewayOptions options;
        if (const Status good = read(invocation, options); !good)
            return output.fail(good.error());
        warnAboutSecrets(invocation);
        const QString as = line.value(QStringLiteral("as"));
        if (isPattern && !as.isEmpty() && !as.contains(u'*'))
            return output.fail(Error::usage(
                QStringLiteral("--as '%1' would be the name of all: put a * where the name behind belongs")
                    .arg(as)));
        const auto registrar = registrarFor(invocation, as, options.daemon.generations, FlatClash::Refuse);
        if (!registrar)
            return output.fail(registrar.error());
        Gateway gateway(invocation.client, options);
        gateway.setRegistrar(*registrar);
        requireSecrets(invocation, options.daemon, *gateway.daemon());
        if (const auto port = gateway.listen(); !port)
            return output.fail(port.error());
        if (isPattern)
            return follow(invocation, gateway, *target, as, *interval);
        const auto published = gateway.publish(*target, as);
        if (!published)
            return output.fail(published.error());
        return serve(invocation, uriTexts(*published), {}, [&gateway] { gateway.stop(); });
    }

private:
    static Result<std::chrono::milliseconds> readInterval(const ParsedLine &line, bool isPattern)
    {
        constexpr int kLongest = 86'400;
        if (!line.has(QStringLiteral("look")))
            return FollowOptions().interval;
        if (!isPattern)
            return Error::usage(QStringLiteral("--look goes with a pattern of names: --from 'lab.*'"));
        bool isNumber = false;
        const double seconds = line.value(QStringLiteral("look")).toDouble(&isNumber);
        if (!isNumber || !(seconds >= 0.1 && seconds <= kLongest))
            return Error::usage(QStringLiteral("--look takes 0.1 to %1 seconds, not '%2'")
                                    .arg(kLongest)
                                    .arg(line.value(QStringLiteral("look"))));
        return std::chrono::milliseconds(qRound64(seconds * 1000));
    }

    static int follow(Invocation &invocation, Gateway &gateway, const Uri &names, const QString &as,
        std::chrono::milliseconds interval)
    {
        Output &output = *invocation.output;
        NameServerAddress other = invocation.nameServer;
        other.generation = invocation.proxyOptions.generation;
        const FollowOptions options{
            nameServerOf(*invocation.catalogue, names, other), names.object, as, interval};
        NameFollower follower(gateway, invocation.client, options);
        const NameChanges first = follower.look();
        if (first.error)
            return output.fail(*first.error);
        tell(output, first, false);
        QStringList uris;
        for (const NameChanges::Offer &offer : first.offered)
            uris += uriTexts(offer.uris);
        if (uris.isEmpty())
            output.message(QStringLiteral("no object to offer matches '%1' yet").arg(options.pattern));
        QObject::connect(&follower, &NameFollower::changed, &gateway,
            [&output](const NameChanges &changes) { tell(output, changes, true); });
        follower.start();
        return serve(invocation, uris, {}, [&] {
            follower.stop();
            gateway.stop();
        });
    }

    static void tell(Output &output, const NameChanges &changes, bool withOffers)
    {
        const auto safe = [](const QString &name) { return logging::escapeForTerminal(name); };
        for (const QString &line : changes.lines())
            output.message(safe(line));
        if (!withOffers)
            return;
        for (const NameChanges::Offer &offer : changes.offered)
            output.message(QStringLiteral("offered: %1: %2")
                               .arg(safe(offer.name), safe(uriTexts(offer.uris).join(u' '))));
    }

    static Status read(const Invocation &invocation, GatewayOptions &options)
    {
        const ParsedLine &line = invocation.line;
        if (const Status good = readDaemonOptions(invocation, options.daemon); !good)
            return good;
        options.proxy = invocation.proxyOptions;
        options.methods = line.values(QStringLiteral("method"));
        options.oneway = line.values(QStringLiteral("oneway-method"));
        for (const QString &name : options.oneway) {
            if (!options.methods.contains(name))
                options.methods.append(name);
        }
        options.attributes = line.values(QStringLiteral("attribute"));
        return Done{};
    }
};

} // namespace

void addGatewayCommand(Commands &commands)
{
    commands.push_back(std::make_unique<GatewayCommand>());
}

} // namespace pyrolens::cli
