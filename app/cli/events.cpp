// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "command.h"
#include "serving.h"
#include "target.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/events/eventpublisher.h>
#include <pyrolens/events/eventserver.h>
#include <pyrolens/events/eventsubscriber.h>
#include <pyrolens/value/literal.h>
#include <pyrolens/value/tagged.h>
#include <pyrolens/wire/recognise.h>

#include <QEventLoop>

namespace pyrolens::cli {

namespace {

// So often a subscriber makes sure that the server still knows it.
constexpr std::chrono::seconds kResubscribe(10);
// Saying good-bye must not hold up the end for long.
constexpr std::chrono::seconds kFarewell(2);

OptionSpec hostOption()
{
    return {QStringLiteral("host"), QStringLiteral("H"),
        QStringLiteral("address to listen on (default 127.0.0.1)"), false};
}

OptionSpec serverOption()
{
    return {QStringLiteral("es"), QStringLiteral("TARGET"),
        QStringLiteral("event server, as a name or URI (default :Pyro.EventService)"), false};
}

Result<Uri> eventServerTarget(const Invocation &invocation)
{
    return parseTarget(invocation, invocation.line.value(QStringLiteral("es"), kEventServerName));
}

/// A number from 1 on, or `other` without the option.
Result<int> countOption(const ParsedLine &line, const QString &name, int other)
{
    if (!line.has(name))
        return other;
    bool isNumber = false;
    const int count = line.value(name).toInt(&isNumber);
    if (!isNumber || count < 1)
        return Error::usage(QStringLiteral("--%1 takes a number from 1 on").arg(name));
    return count;
}

class EventServerCommand : public Command
{
public:
    QString name() const override { return QStringLiteral("es"); }
    QString synopsis() const override { return QStringLiteral("[options]"); }
    QString summary() const override { return QStringLiteral("runs an event server"); }
    std::vector<OptionSpec> options() const override
    {
        return {hostOption(),
            {QStringLiteral("port"), QStringLiteral("P"), QStringLiteral("port, 0 = any free one"), false},
            {QStringLiteral("publish-host"), QStringLiteral("H"), QStringLiteral("host that URIs name"),
                false},
            {QStringLiteral("no-ns"), {}, QStringLiteral("register no names"), false},
            {QStringLiteral("ident-allow"), QStringLiteral("TEXT"),
                QStringLiteral("let in only clients that present this"), true},
            {QStringLiteral("queue"), QStringLiteral("N"),
                QStringLiteral("events that may wait for one subscriber (default 1000)"), false},
            {QStringLiteral("full"), QStringLiteral("drop|block"),
                QStringLiteral("a full queue loses events (default), or its publishers wait"), false}};
    }

    int run(Invocation &invocation) override
    {
        EventServerOptions options;
        if (const Status good = read(invocation.line, options); !good)
            return invocation.output->fail(good.error());
        options.tls = servedTls(invocation);
        warnAboutSecrets(invocation);
        const auto registrar = findRegistrar(invocation, options.generations);
        if (!registrar)
            return invocation.output->fail(registrar.error());
        options.registrar = *registrar;
        EventServer server(invocation.catalogue, options);
        if (const auto started = server.start(); !started)
            return invocation.output->fail(started.error());
        return serve(invocation, server.uris(), {}, [&server] { server.stop(); });
    }

private:
    static Status read(const ParsedLine &line, EventServerOptions &options)
    {
        options.host = line.value(QStringLiteral("host"), options.host);
        options.publishHost = line.value(QStringLiteral("publish-host"));
        options.allowedIdents = line.values(QStringLiteral("ident-allow"));
        const auto port = portOption(line, QStringLiteral("port"), 0);
        if (!port)
            return port.error();
        options.port = *port;
        const auto queue = countOption(line, QStringLiteral("queue"), options.queueSize);
        if (!queue)
            return queue.error();
        options.queueSize = *queue;
        const QString full = line.value(QStringLiteral("full"), QStringLiteral("drop"));
        if (full != QLatin1String("drop") && full != QLatin1String("block"))
            return Error::usage(QStringLiteral("--full is drop or block, not '%1'").arg(full));
        options.fullQueue = full == QLatin1String("block") ? EventServerOptions::FullQueue::Block
                                                           : EventServerOptions::FullQueue::Drop;
        return Done{};
    }
};

class PublishCommand : public Command
{
public:
    QString name() const override { return QStringLiteral("publish"); }
    QString synopsis() const override { return QStringLiteral("SUBJECT LITERAL [--es TARGET]"); }
    QString summary() const override { return QStringLiteral("publishes an event"); }
    int minWords() const override { return 2; }
    int maxWords() const override { return 2; }
    std::vector<OptionSpec> options() const override { return {serverOption()}; }

    int run(Invocation &invocation) override
    {
        const Stopwatch stopwatch;
        const Status published = publish(invocation);
        if (!published)
            return invocation.output->fail(published.error());
        invocation.output->result({}, {}, stopwatch.elapsed());
        return kDone;
    }

private:
    static Status publish(const Invocation &invocation)
    {
        const QString &subject = invocation.line.words.first();
        if (subject.isEmpty())
            return Error::usage(QStringLiteral("the subject is empty"));
        const auto message = parseWord(invocation, invocation.line.words.at(1));
        if (!message)
            return message.error();
        const auto server = eventServerTarget(invocation);
        if (!server)
            return server.error();
        EventPublisher publisher(invocation.client, *server, invocation.proxyOptions);
        const Reply reply = publisher.publishBlocking(subject, *message);
        return reply ? Status(Done{}) : Status(reply.error());
    }
};

class SubscribeCommand : public Command
{
public:
    QString name() const override { return QStringLiteral("subscribe"); }
    QString synopsis() const override
    {
        return QStringLiteral("[SUBJECT ...] [--match PATTERN ...] [--count N] [--host H] [--es TARGET]");
    }
    QString summary() const override
    {
        return QStringLiteral("prints events as they arrive; all of them without a subject or pattern");
    }
    int maxWords() const override { return -1; }
    std::vector<OptionSpec> options() const override
    {
        return {{QStringLiteral("match"), QStringLiteral("PATTERN"),
                    QStringLiteral("subjects that match this regular expression"), true},
            {QStringLiteral("count"), QStringLiteral("N"), QStringLiteral("end after so many events"), false},
            hostOption(), serverOption()};
    }

    int run(Invocation &invocation) override
    {
        const auto count = countOption(invocation.line, QStringLiteral("count"), 0);
        if (!count)
            return invocation.output->fail(count.error());
        EventSubscriberOptions options;
        const auto server = eventServerTarget(invocation);
        if (!server)
            return invocation.output->fail(server.error());
        options.server = *server;
        options.proxy = invocation.proxyOptions;
        options.host = invocation.line.value(QStringLiteral("host"), options.host);
        const auto tls = arrivalTls(invocation, *server);
        if (!tls)
            return invocation.output->fail(tls.error());
        options.tls = *tls;
        options.resubscribeInterval = kResubscribe;
        EventSubscriber subscriber(invocation.client, options);
        const auto hosted = subscriber.start();
        if (!hosted)
            return invocation.output->fail(hosted.error());
        if (const Status subscribed = subscribe(invocation.line, subscriber); !subscribed)
            return invocation.output->fail(subscribed.error());
        reportTrouble(invocation, subscriber);
        return serve(
            invocation, {hosted->toString()},
            [&, left = *count](QEventLoop &loop) mutable {
                QObject::connect(&subscriber, &EventSubscriber::eventReceived, &loop,
                    [&invocation, &loop, left, endless = left == 0](const Event &event) mutable {
                        if (!endless && left == 0)
                            return; // more than were wanted
                        print(invocation, event);
                        if (!endless && --left == 0)
                            loop.quit();
                    });
            },
            [&subscriber] { leave(subscriber); });
    }

private:
    static Status subscribe(const ParsedLine &line, EventSubscriber &subscriber)
    {
        QStringList patterns = line.values(QStringLiteral("match"));
        if (line.words.isEmpty() && patterns.isEmpty())
            patterns.append(QStringLiteral(".*"));
        return subscriber.subscribeBlocking(line.words, patterns);
    }

    /// How events arrive: as the server speaks, which its URI tells.
    static Result<std::optional<TlsSettings>> arrivalTls(const Invocation &invocation, const Uri &server)
    {
        Result<Uri> uri = server;
        if (uri->form == Uri::Form::Name)
            uri = resolveName(invocation, *uri);
        if (!uri)
            return uri.error();
        if (!uri->tls)
            return std::optional<TlsSettings>();
        if (!servedTls(invocation))
            return Error::usage(QStringLiteral(
                "the event server speaks TLS and will connect over TLS to deliver: give --tls-cert"));
        return servedTls(invocation);
    }

    static void reportTrouble(const Invocation &invocation, EventSubscriber &subscriber)
    {
        QObject::connect(
            &subscriber, &EventSubscriber::resubscribeFailed, &subscriber, [&invocation](const Error &error) {
                invocation.output->message(
                    QStringLiteral("the event server does not answer, trying again: ") + error.what);
            });
        QObject::connect(
            &subscriber, &EventSubscriber::eventsDropped, &subscriber, [&invocation](qint64 total) {
                invocation.output->message(
                    QStringLiteral("%1 events were lost, they came too fast").arg(total));
            });
    }

    static void leave(EventSubscriber &subscriber)
    {
        // When the server is not there any more, there is nobody to tell.
        static_cast<void>(subscriber.unsubscribeAllBlocking({.timeout = kFarewell, .oneway = {}}));
        subscriber.stop();
    }

    static void print(const Invocation &invocation, const Event &event)
    {
        const Generation &generation = defaultGeneration(invocation);
        const Value seen = recognised(event.message, generation);
        const QDateTime when = event.dateTime();
        if (invocation.output->isJson()) {
            Json json = Json::object();
            json.set(QStringLiteral("subject"), event.subject);
            json.set(QStringLiteral("value"), toTagged(seen, TaggedStyle::Application));
            json.set(
                QStringLiteral("time"), when.isValid() ? Json(when.toString(Qt::ISODateWithMs)) : Json());
            invocation.output->line(QString::fromUtf8(json.toText()));
            return;
        }
        PrintOptions options;
        options.dialect = generation.info().dialect;
        invocation.output->line(when.toLocalTime().toString(u"HH:mm:ss.zzz") + u"  "
            + logging::escapeForTerminal(event.subject) + u"  " + toPython(seen, options));
    }
};

} // namespace

void addEventCommands(Commands &commands)
{
    commands.push_back(std::make_unique<EventServerCommand>());
    commands.push_back(std::make_unique<PublishCommand>());
    commands.push_back(std::make_unique<SubscribeCommand>());
}

} // namespace pyrolens::cli
