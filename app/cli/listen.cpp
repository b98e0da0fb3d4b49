// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "command.h"
#include "serving.h"
#include "target.h"

#include <pyrolens/server/daemon.h>

#include <algorithm>

namespace pyrolens::cli {

namespace {

/// Answers every method alike and tells each call. In the main thread, so that lines come in the order of the
/// calls.
class Listener final : public Servant
{
public:
    /// \param methods told to clients that call nothing they were not told of (generations 4 and 5).
    Listener(Output &output, const Catalogue &catalogue, Value answer, const QStringList &methods)
        : m_output(output), m_catalogue(catalogue), m_answer(std::move(answer))
    {
        for (const QString &method : methods)
            m_info.methods.push_back({method, QStringLiteral("(*args, **kwargs)"), {}, false, false});
        m_info.className = QStringLiteral("Listener");
        m_info.doc = QStringLiteral("Takes any call.");
    }

    Threading threading() const override { return Threading::Bound; }
    QObject *boundObject() const override { return &m_home; }
    const InterfaceInfo &interface() const override { return m_info; }
    bool hasMethod(const QByteArray &name) const override
    {
        // getProxy() and the like stay what they are.
        return std::ranges::all_of(m_catalogue.all(),
            [&name](const auto &generation) { return generation->builtin(name) == Builtin::None; });
    }
    Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context) override
    {
        m_output.incoming(method, args, kwargs, *context.generation);
        return m_answer;
    }

private:
    Output &m_output;
    const Catalogue &m_catalogue;
    const Value m_answer;
    InterfaceInfo m_info;
    mutable QObject m_home;
};

class ListenCommand : public Command
{
public:
    QString name() const override { return QStringLiteral("listen"); }
    QString synopsis() const override { return QStringLiteral("[options]"); }
    QString summary() const override
    {
        return QStringLiteral("hosts a callback object and prints each call of it");
    }
    std::vector<OptionSpec> options() const override
    {
        std::vector<OptionSpec> options = daemonOptions();
        std::erase_if(
            options, [](const OptionSpec &spec) { return spec.name == QLatin1String("ident-allow"); });
        options.push_back({QStringLiteral("name"), QStringLiteral("NAME"),
            QStringLiteral("register the object under this name"), false});
        options.push_back({QStringLiteral("method"), QStringLiteral("NAME"),
            QStringLiteral("tell callers of Pyro 4 and 5 of this method (default tick and answer)"), true});
        options.push_back({QStringLiteral("answer"), QStringLiteral("LITERAL"),
            QStringLiteral("what every method returns (default None)"), false});
        return options;
    }

    int run(Invocation &invocation) override
    {
        Output &output = *invocation.output;
        DaemonOptions options;
        Value answer;
        if (const Status good = read(invocation, options, answer); !good)
            return output.fail(good.error());
        const QString name = invocation.line.value(QStringLiteral("name"));
        const auto registrar = registrarFor(invocation, name, options.generations);
        if (!registrar)
            return output.fail(registrar.error());
        Daemon daemon(invocation.catalogue, options);
        requireSecrets(invocation, options, daemon);
        daemon.setRegistrar(*registrar);
        if (const auto port = daemon.listen(); !port)
            return output.fail(port.error());
        QStringList methods = invocation.line.values(QStringLiteral("method"));
        if (methods.isEmpty())
            methods = QStringList{QStringLiteral("tick"), QStringLiteral("answer")}; // those of demo.clock
        const auto listener
            = std::make_shared<Listener>(output, *invocation.catalogue, std::move(answer), methods);
        const auto uri = daemon.connectServant(listener, name);
        if (!uri)
            return output.fail(uri.error());
        return serve(invocation, uriTexts(daemon.urisFor(uri->object.toUtf8())), {},
            [&daemon] { daemon.shutdown(true); });
    }

private:
    static Status read(const Invocation &invocation, DaemonOptions &options, Value &answer)
    {
        const ParsedLine &line = invocation.line;
        options.classes.acceptAll = true; // they are shown, and nothing else
        options.hmacKey = invocation.proxyOptions.credentials.hmacKey;
        if (const Status good = readDaemonOptions(invocation, options); !good)
            return good;
        if (!line.has(QStringLiteral("answer")))
            return Done{};
        const auto value = parseWord(invocation, line.value(QStringLiteral("answer")));
        if (!value)
            return value.error();
        answer = *value;
        return Done{};
    }
};

} // namespace

void addListenCommand(Commands &commands)
{
    commands.push_back(std::make_unique<ListenCommand>());
}

} // namespace pyrolens::cli
