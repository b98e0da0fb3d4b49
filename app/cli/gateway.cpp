// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "serving.h"
#include "target.h"

#include <pyrolens/gateway/gateway.h>

namespace pyrolens::cli {

namespace {

class GatewayCommand final : public Command
{
public:
    QString name() const override { return QStringLiteral("gateway"); }
    QString synopsis() const override
    {
        return QStringLiteral("--from TARGET [--gens 3,4,5] [--host H] [--port P] [--as NAME]");
    }
    QString summary() const override
    {
        return QStringLiteral("offers an object to clients of other generations until it is stopped");
    }
    std::vector<OptionSpec> options() const override
    {
        std::vector<OptionSpec> options = listenOptions();
        options.insert(options.begin(),
            {{QStringLiteral("from"), QStringLiteral("TARGET"), QStringLiteral("the object behind"), false},
                {QStringLiteral("as"), QStringLiteral("NAME"),
                    QStringLiteral("register it under this name, for each generation"), false},
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
        GatewayOptions options;
        if (const Status good = read(invocation, options); !good)
            return output.fail(good.error());
        warnAboutSecrets(invocation);
        const QString name = line.value(QStringLiteral("as"));
        const auto registrar = registrarFor(invocation, name);
        if (!registrar)
            return output.fail(registrar.error());
        Gateway gateway(invocation.client, options);
        gateway.setRegistrar(*registrar);
        requireSecrets(invocation, options.daemon, *gateway.daemon());
        if (const auto port = gateway.listen(); !port)
            return output.fail(port.error());
        const auto published = gateway.publish(*target, name);
        if (!published)
            return output.fail(published.error());
        return serve(invocation, uriTexts(*published), {}, [&gateway] { gateway.stop(); });
    }

private:
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
