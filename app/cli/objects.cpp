// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "mobilecode.h"
#include "target.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/client/itemstream.h>
#include <pyrolens/client/registered.h>
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

    struct Arguments
    {
        std::vector<Value> args;
        std::vector<Value::Pair> kwargs;
    };

    /// Whether the words after target and method, and the values of --kw, are literals at all.
    static Status checkArguments(const Invocation &invocation)
    {
        for (const QString &word : invocation.line.words.mid(2)) {
            if (const Status good = checkWord(invocation, word); !good)
                return good;
        }
        for (const QString &option : invocation.line.values(QStringLiteral("kw"))) {
            const qsizetype equals = option.indexOf(u'=');
            if (equals <= 0)
                return Error::usage(QStringLiteral("--kw takes NAME=LITERAL, not '%1'").arg(option));
            if (const Status good = checkWord(invocation, option.mid(equals + 1)); !good)
                return good;
        }
        return Done{};
    }

    /// Their values, as the generation that the object speaks reads them.
    static Result<Arguments> argumentsFor(const Invocation &invocation, Proxy &proxy)
    {
        Arguments arguments;
        const ParsedLine &line = invocation.line;
        const QStringList keywords = line.values(QStringLiteral("kw"));
        if (line.words.size() == 2 && keywords.isEmpty())
            return arguments;
        const auto generation = carrierOf(invocation, proxy);
        if (!generation)
            return generation.error();
        for (const QString &word : line.words.mid(2)) {
            auto value = parseWord(invocation, word, **generation);
            if (!value)
                return value.error();
            arguments.args.push_back(*std::move(value));
        }
        for (const QString &option : keywords) {
            const qsizetype equals = option.indexOf(u'=');
            auto value = parseWord(invocation, option.mid(equals + 1), **generation);
            if (!value)
                return value.error();
            arguments.kwargs.emplace_back(Value::text(option.left(equals)), *std::move(value));
        }
        return arguments;
    }

    static Status print(Invocation &invocation, const Proxy &proxy, const Reply &reply)
    {
        if (!reply)
            return reply.error();
        for (const auto &[id, data] : reply.trace().annotations)
            invocation.output->message(QStringLiteral("annotation %1: %2")
                                           .arg(QString::fromLatin1(id), toPython(Value::bytes(data))));
        if (!reply.trace().stream.isEmpty()) {
            Json stream = Json::object();
            stream.set(QStringLiteral("$stream"), reply.trace().stream);
            invocation.output->result(stream,
                QStringLiteral("a stream of items, %1").arg(reply.trace().stream), reply.trace().total);
            invocation.output->message(QStringLiteral("'pyroctl stream' prints the items"));
            return Done{};
        }
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
        const auto generation = carrierOf(invocation, **proxy);
        if (!generation)
            return generation.error();
        // Generation 3 has no call that lists methods: an empty answer is all there is to tell.
        ObjectMetadata told = (*proxy)->metadata().value_or(ObjectMetadata());
        for (QStringList *names : {&told.methods, &told.attributes, &told.oneway})
            names->sort();
        Json json = Json::object();
        json.set(QStringLiteral("methods"), Json::strings(told.methods));
        json.set(QStringLiteral("attributes"), Json::strings(told.attributes));
        json.set(QStringLiteral("oneway"), Json::strings(told.oneway));
        json.set(QStringLiteral("generation"), Json((*generation)->info().id));
        invocation.output->result(json, text(**generation, told), stopwatch.elapsed());
        return Done{};
    }

private:
    static QString text(const Generation &generation, const ObjectMetadata &told)
    {
        const QString &label = generation.info().label;
        if (!generation.info().features.objectMetadata)
            return QStringLiteral("%1 object, alive. %1 daemons do not tell methods or attributes.")
                .arg(label);
        QStringList lines{label + QStringLiteral(" object, alive.")};
        for (const QString &method : told.methods) {
            const bool isOneway = told.oneway.contains(method);
            lines.append(logging::escapeForTerminal(method)
                + (isOneway ? QStringLiteral("()  oneway") : QStringLiteral("()")));
        }
        for (const QString &attribute : told.attributes)
            lines.append(logging::escapeForTerminal(attribute) + QStringLiteral("  attribute"));
        return lines.join(u'\n');
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
        for (const auto &[id, name] : registeredIds(*objects)) {
            members.emplace_back(id, name.isEmpty() ? Json() : Json(name));
            lines.append(logging::escapeForTerminal(id) + QStringLiteral("  ")
                + (name.isEmpty() ? QStringLiteral("(no name)") : logging::escapeForTerminal(name)));
        }
        invocation.output->result(Json::object(std::move(members)), lines.join(u'\n'), stopwatch.elapsed());
        return Done{};
    }
};

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
        if (const Status good = checkArguments(invocation); !good)
            return good;
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
        const auto arguments = argumentsFor(invocation, **proxy);
        if (!arguments)
            return arguments.error();
        CallOptions options;
        if (line.has(QStringLiteral("oneway")))
            options.oneway = true;
        for (qint64 i = 0; i < repeat; ++i) {
            const Reply reply
                = (*proxy)->callBlocking(line.words.at(1), arguments->args, arguments->kwargs, options);
            if (const Status printed = print(invocation, **proxy, reply); !printed)
                return printed;
        }
        return Done{};
    }
};

class StreamCommand : public ObjectCommand
{
public:
    QString name() const override { return QStringLiteral("stream"); }
    QString synopsis() const override
    {
        return QStringLiteral("TARGET METHOD|ATTRIBUTE [LITERAL ...] [--kw NAME=LITERAL ...] [--limit N]");
    }
    QString summary() const override
    {
        return QStringLiteral(
            "calls a method (or reads an attribute) that yields items and prints them as they come");
    }
    int minWords() const override { return 2; }
    int maxWords() const override { return -1; }
    std::vector<OptionSpec> options() const override
    {
        return {{QStringLiteral("kw"), QStringLiteral("NAME=LITERAL"), QStringLiteral("a keyword argument"),
                    true},
            {QStringLiteral("limit"), QStringLiteral("N"), QStringLiteral("no more items than this"), false}};
    }

protected:
    Status work(Invocation &invocation) override
    {
        const ParsedLine &line = invocation.line;
        bool isNumber = true;
        const qint64 limit = line.has(QStringLiteral("limit"))
            ? line.value(QStringLiteral("limit")).toLongLong(&isNumber)
            : std::numeric_limits<qint64>::max();
        if (!isNumber || limit < 1)
            return Error::usage(QStringLiteral("--limit takes a number from 1 on"));
        if (const Status good = checkArguments(invocation); !good)
            return good;
        const Stopwatch stopwatch;
        auto proxy = makeProxy(invocation, line.words.first());
        if (!proxy)
            return proxy.error();
        const auto arguments = argumentsFor(invocation, **proxy);
        if (!arguments)
            return arguments.error();
        const auto reply = open(invocation, **proxy, *arguments);
        if (!reply)
            return reply.error();
        const Generation &generation = *(*proxy)->generation();
        const auto count = reply.trace().stream.isEmpty()
            ? printAll(invocation, reply.value(), generation, limit)
            : pull(invocation, ItemStream(**proxy, reply.trace().stream), generation, limit);
        if (!count)
            return count.error();
        invocation.output->result(Json(*count), {}, stopwatch.elapsed());
        return Done{};
    }

private:
    /// Only the object's metadata tells that a name is one of an attribute.
    static Reply open(const Invocation &invocation, Proxy &proxy, const Arguments &arguments)
    {
        const QString name = invocation.line.words.at(1);
        if (arguments.args.empty() && arguments.kwargs.empty()) {
            if (Reply bound = proxy.bindBlocking(); !bound)
                return bound;
            const auto metadata = proxy.metadata();
            if (metadata && metadata->attributes.contains(name)) {
                Message message;
                message.kind = Message::Kind::GetAttribute;
                message.method = name.toUtf8();
                return proxy.sendBlocking(std::move(message));
            }
        }
        return proxy.callBlocking(name, arguments.args, arguments.kwargs);
    }

    static Result<qint64> pull(
        const Invocation &invocation, ItemStream stream, const Generation &generation, qint64 limit)
    {
        for (qint64 count = 0; count < limit; ++count) {
            const ItemStream::Item item = stream.nextBlocking();
            if (!item)
                return item.error();
            if (!*item)
                return count;
            invocation.output->item(**item, generation);
        }
        if (const Status closed = stream.closeBlocking(); !closed)
            return closed.error();
        return limit;
    }

    /// Generation 3 has no streams: there such methods return a list.
    static Result<qint64> printAll(
        const Invocation &invocation, const Value &value, const Generation &generation, qint64 limit)
    {
        if (value.kind() != Value::Kind::List && value.kind() != Value::Kind::Tuple)
            return Error::unsupported(
                QStringLiteral("the method returned neither a stream nor a list; 'pyroctl call' shows what"));
        const auto items = value.items();
        const qint64 count = std::min<qint64>(limit, qint64(items.size()));
        for (const Value &item : items.first(size_t(count)))
            invocation.output->item(item, generation);
        return count;
    }
};

class BatchCommand : public ObjectCommand
{
public:
    QString name() const override { return QStringLiteral("batch"); }
    QString synopsis() const override { return QStringLiteral("TARGET CALL [CALL ...] [--oneway]"); }
    QString summary() const override
    {
        return QStringLiteral(
            "sends several calls as one message, each as METHOD(LITERAL, ...), and prints the "
            "results (generations 4 and 5)");
    }
    int minWords() const override { return 2; }
    int maxWords() const override { return -1; }
    std::vector<OptionSpec> options() const override
    {
        return {{QStringLiteral("oneway"), {}, QStringLiteral("wait for no answer"), false}};
    }

protected:
    Status work(Invocation &invocation) override
    {
        const QStringList words = invocation.line.words.mid(1);
        for (const QString &word : words) {
            const auto written = split(word);
            if (!written)
                return written.error();
            if (const Status good = checkWord(invocation, written->second); !good)
                return good;
        }
        const Stopwatch stopwatch;
        auto proxy = makeProxy(invocation, invocation.line.words.first());
        if (!proxy)
            return proxy.error();
        const auto generation = carrierOf(invocation, **proxy);
        if (!generation)
            return generation.error();
        std::vector<BatchCall> calls;
        for (const QString &word : words) {
            const auto written = split(word);
            auto args = parseWord(invocation, written->second, **generation);
            if (!args)
                return args.error();
            calls.push_back({written->first.toUtf8(), *std::move(args), Value::dict({})});
        }
        CallOptions options;
        if (invocation.line.has(QStringLiteral("oneway")))
            options.oneway = true;
        const Reply reply = (*proxy)->batchBlocking(std::move(calls), options);
        if (!reply)
            return reply.error();
        qint64 count = 0;
        if (!options.oneway) {
            for (const Value &result : reply.value().items()) {
                if (const RemoteError *error = result.asError();
                    error != nullptr && count + 1 == reply.value().size())
                    return RemoteError::toError(*error);
                invocation.output->item(result, **generation);
                ++count;
            }
        }
        invocation.output->result(Json(count), {}, stopwatch.elapsed());
        return Done{};
    }

private:
    /// The method's name, and its arguments as a tuple. A bare name is a call without any.
    static Result<std::pair<QString, QString>> split(const QString &word)
    {
        const qsizetype open = word.indexOf(u'(');
        if (open < 0 && !word.isEmpty())
            return std::pair(word, QStringLiteral("()"));
        if (open < 1 || !word.endsWith(u')'))
            return Error::usage(QStringLiteral("'%1' is no call: METHOD(LITERAL, ...)").arg(word));
        QString inside = word.sliced(open + 1).chopped(1).trimmed();
        if (!inside.isEmpty() && !inside.endsWith(u','))
            inside += u','; // a tuple also with one
        return std::pair(word.first(open), QString(u'(' + inside + u')'));
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
        const QString &word = invocation.line.words.at(2);
        if (const Status good = checkWord(invocation, word); !good)
            return good;
        auto proxy = makeProxy(invocation, invocation.line.words.first());
        if (!proxy)
            return proxy.error();
        const auto generation = carrierOf(invocation, **proxy);
        if (!generation)
            return generation.error();
        const auto value = parseWord(invocation, word, **generation);
        if (!value)
            return value.error();
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
    commands.push_back(std::make_unique<StreamCommand>());
    commands.push_back(std::make_unique<BatchCommand>());
    commands.push_back(std::make_unique<GetCommand>());
    commands.push_back(std::make_unique<SetCommand>());
}

} // namespace pyrolens::cli
