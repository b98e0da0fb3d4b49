// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "mobilecode.h"
#include "target.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/wire/recognise.h>

namespace pyrolens::cli {

namespace {

/// A command that works on one object or daemon through a proxy.
class ObjectCommand : public Command
{
public:
    int run(Invocation &invocation) final
    {
        const Status good = work(invocation);
        return good ? kDone : invocation.output->fail(good.error());
    }

protected:
    virtual Status work(Invocation &invocation) = 0;

    static Status print(Invocation &invocation, const Proxy &proxy, const Reply &reply)
    {
        if (!reply)
            return reply.error();
        const Generation *generation = proxy.generation();
        invocation.output->value(reply.value(),
            generation != nullptr ? *generation : defaultGeneration(invocation), reply.trace().total);
        return Done{};
    }
};

class PingCommand : public ObjectCommand
{
public:
    QString name() const override { return QStringLiteral("ping"); }
    QString synopsis() const override { return QStringLiteral("[TARGET | HOST:PORT]"); }
    QString summary() const override
    {
        return QStringLiteral("is it there? without a target: the name server");
    }
    int maxWords() const override { return 1; }

protected:
    Status work(Invocation &invocation) override
    {
        const Stopwatch stopwatch;
        const Status good = ping(invocation);
        if (good)
            invocation.output->result({},
                QStringLiteral("alive, %1 ms").arg(double(stopwatch.elapsed().count()) / 1e6, 0, 'f', 2),
                stopwatch.elapsed());
        return good;
    }

private:
    static Status ping(Invocation &invocation)
    {
        if (invocation.line.words.isEmpty()) {
            NameServerClient client(invocation.client, invocation.nameServer);
            return client.pingBlocking();
        }
        const QString &word = invocation.line.words.first();
        // A bare HOST:PORT is a daemon; a name has no port.
        if (const auto endpoint = parseEndpoint(word);
            endpoint && endpoint->second != 0 && !word.startsWith(u':')) {
            const auto uri = parseDaemonAddress(invocation, word);
            if (!uri)
                return uri.error();
            Proxy proxy(invocation.client, *uri, invocation.proxyOptions);
            const Reply bound = proxy.bindBlocking();
            return bound ? Status(Done{}) : Status(bound.error());
        }
        auto proxy = makeProxy(invocation, word);
        return proxy ? checkObjectIsHosted(**proxy) : Status(proxy.error());
    }
};

class DescribeCommand : public ObjectCommand
{
public:
    QString name() const override { return QStringLiteral("describe"); }
    QString synopsis() const override { return QStringLiteral("TARGET"); }
    QString summary() const override
    {
        return QStringLiteral(
            "methods, attributes and oneway marks, where the daemon tells (generation 3 does not)");
    }
    int minWords() const override { return 1; }
    int maxWords() const override { return 1; }

protected:
    Status work(Invocation &invocation) override
    {
        const Stopwatch stopwatch;
        auto proxy = makeProxy(invocation, invocation.line.words.first());
        if (!proxy)
            return proxy.error();
        if (const Status hosted = checkObjectIsHosted(**proxy); !hosted)
            return hosted;
        // Generation 3 has no call that lists methods: an empty answer is all there is to tell.
        const Generation &generation
            = (*proxy)->generation() != nullptr ? *(*proxy)->generation() : defaultGeneration(invocation);
        Json json = Json::object();
        json.set(QStringLiteral("methods"), Json::array());
        json.set(QStringLiteral("attributes"), Json::array());
        json.set(QStringLiteral("oneway"), Json::array());
        json.set(QStringLiteral("generation"), Json(generation.info().id));
        invocation.output->result(json,
            QStringLiteral("%1 object, alive. %1 daemons do not tell methods or attributes.")
                .arg(generation.info().label),
            stopwatch.elapsed());
        return Done{};
    }
};

class RegisteredCommand : public ObjectCommand
{
public:
    QString name() const override { return QStringLiteral("registered"); }
    QString synopsis() const override { return QStringLiteral("HOST:PORT"); }
    QString summary() const override
    {
        return QStringLiteral("ids and names of the objects that a daemon hosts");
    }
    int minWords() const override { return 1; }
    int maxWords() const override { return 1; }

protected:
    Status work(Invocation &invocation) override
    {
        const Stopwatch stopwatch;
        const auto uri = parseDaemonAddress(invocation, invocation.line.words.first());
        if (!uri)
            return uri.error();
        Proxy proxy(invocation.client, *uri, invocation.proxyOptions);
        const auto objects = registeredObjects(proxy);
        if (!objects)
            return objects.error();
        Json::Members members;
        QStringList lines;
        for (const auto &[id, name] : objects->pairs()) {
            members.emplace_back(id.toText(), name.isNone() ? Json() : Json(name.toText()));
            lines.append(logging::escapeForTerminal(id.toText()) + QStringLiteral("  ")
                + (name.isNone() ? QStringLiteral("(no name)") : logging::escapeForTerminal(name.toText())));
        }
        invocation.output->result(Json::object(std::move(members)), lines.join(u'\n'), stopwatch.elapsed());
        return Done{};
    }
};

/// Parses `--kw NAME=LITERAL` options.
Result<std::vector<Value::Pair>> keywordArguments(const Invocation &invocation)
{
    std::vector<Value::Pair> keywords;
    for (const QString &option : invocation.line.values(QStringLiteral("kw"))) {
        const qsizetype equals = option.indexOf(u'=');
        if (equals <= 0)
            return Error::usage(QStringLiteral("--kw takes NAME=LITERAL, not '%1'").arg(option));
        const auto value = parseWord(invocation, option.mid(equals + 1));
        if (!value)
            return value.error();
        keywords.emplace_back(Value::text(option.left(equals)), *value);
    }
    return keywords;
}

class CallCommand : public ObjectCommand
{
public:
    QString name() const override { return QStringLiteral("call"); }
    QString synopsis() const override
    {
        return QStringLiteral("TARGET METHOD [LITERAL ...] [--kw NAME=LITERAL ...] [--oneway] [--repeat N]");
    }
    QString summary() const override { return QStringLiteral("calls a method and prints what it returns"); }
    int minWords() const override { return 2; }
    int maxWords() const override { return -1; }
    std::vector<OptionSpec> options() const override
    {
        std::vector<OptionSpec> options{{QStringLiteral("kw"), QStringLiteral("NAME=LITERAL"),
                                            QStringLiteral("a keyword argument"), true},
            {QStringLiteral("oneway"), {}, QStringLiteral("wait for no answer"), false},
            {QStringLiteral("repeat"), QStringLiteral("N"), QStringLiteral("so many times, a line each"),
                false}};
        for (OptionSpec &option : codeOptions())
            options.push_back(std::move(option));
        return options;
    }

protected:
    Status work(Invocation &invocation) override
    {
        const ParsedLine &line = invocation.line;
        std::vector<Value> args;
        for (const QString &word : line.words.mid(2)) {
            auto value = parseWord(invocation, word);
            if (!value)
                return value.error();
            args.push_back(*std::move(value));
        }
        const auto kwargs = keywordArguments(invocation);
        if (!kwargs)
            return kwargs.error();
        bool isNumber = true;
        const qint64 repeat = line.has(QStringLiteral("repeat"))
            ? line.value(QStringLiteral("repeat")).toLongLong(&isNumber)
            : 1;
        if (!isNumber || repeat < 1)
            return Error::usage(QStringLiteral("--repeat takes a number from 1 on"));
        auto code = mobileCode(invocation);
        if (!code)
            return code.error();
        invocation.client->code = *std::move(code);
        auto proxy = makeProxy(invocation, line.words.first());
        if (!proxy)
            return proxy.error();
        CallOptions options;
        if (line.has(QStringLiteral("oneway")))
            options.oneway = true;
        for (qint64 i = 0; i < repeat; ++i) {
            const Reply reply = (*proxy)->callBlocking(line.words.at(1), args, *kwargs, options);
            if (const Status printed = print(invocation, **proxy, reply); !printed)
                return printed;
        }
        return Done{};
    }
};

class GetCommand : public ObjectCommand
{
public:
    QString name() const override { return QStringLiteral("get"); }
    QString synopsis() const override { return QStringLiteral("TARGET ATTRIBUTE"); }
    QString summary() const override { return QStringLiteral("reads an attribute"); }
    int minWords() const override { return 2; }
    int maxWords() const override { return 2; }

protected:
    Status work(Invocation &invocation) override
    {
        auto proxy = makeProxy(invocation, invocation.line.words.first());
        if (!proxy)
            return proxy.error();
        Message message;
        message.kind = Message::Kind::GetAttribute;
        message.method = invocation.line.words.at(1).toUtf8();
        return print(invocation, **proxy, (*proxy)->sendBlocking(std::move(message)));
    }
};

class SetCommand : public ObjectCommand
{
public:
    QString name() const override { return QStringLiteral("set"); }
    QString synopsis() const override { return QStringLiteral("TARGET ATTRIBUTE LITERAL"); }
    QString summary() const override { return QStringLiteral("writes an attribute"); }
    int minWords() const override { return 3; }
    int maxWords() const override { return 3; }

protected:
    Status work(Invocation &invocation) override
    {
        const auto value = parseWord(invocation, invocation.line.words.at(2));
        if (!value)
            return value.error();
        auto proxy = makeProxy(invocation, invocation.line.words.first());
        if (!proxy)
            return proxy.error();
        Message message;
        message.kind = Message::Kind::SetAttribute;
        message.method = invocation.line.words.at(1).toUtf8();
        message.value = *value;
        return print(invocation, **proxy, (*proxy)->sendBlocking(std::move(message)));
    }
};

} // namespace

void addObjectCommands(Commands &commands)
{
    commands.push_back(std::make_unique<PingCommand>());
    commands.push_back(std::make_unique<DescribeCommand>());
    commands.push_back(std::make_unique<RegisteredCommand>());
    commands.push_back(std::make_unique<CallCommand>());
    commands.push_back(std::make_unique<GetCommand>());
    commands.push_back(std::make_unique<SetCommand>());
}

} // namespace pyrolens::cli
