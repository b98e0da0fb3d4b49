// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "feedservice.h"

#include <pyrolens/value/roughsize.h>

#include <QDateTime>

#include <algorithm>
#include <list>
#include <mutex>

namespace pyrolens {

namespace {

constexpr std::chrono::seconds kResubscribe(10);
constexpr qint64 kSizeLimit = 64 * 1024 * 1024; ///< bytes of a value that are counted
constexpr std::chrono::milliseconds kPublishTimeout(10'000);

FeedItem itemOf(const QString &source, const QString &subject, Value value)
{
    FeedItem item;
    item.time = QDateTime::currentMSecsSinceEpoch();
    item.source = source;
    item.subject = subject;
    item.size = roughSize(value, kSizeLimit);
    item.value = std::move(value);
    return item;
}

} // namespace

/// Takes any call, puts it into the feed, and answers as it was told to.
class FeedService::Callback final : public Servant
{
public:
    Callback(QString name, std::shared_ptr<const Catalogue> catalogue, CallbackAnswer answer, Sink sink)
        : m_name(std::move(name))
        , m_catalogue(std::move(catalogue))
        , m_sink(std::move(sink))
        , m_answer(std::move(answer))
    {
        tellMethods();
    }

    void setAnswer(const CallbackAnswer &answer)
    {
        const std::scoped_lock lock(m_mutex);
        const bool isOther = answer.methods != m_answer.methods;
        m_answer = answer;
        if (isOther)
            tellMethods();
    }
    Threading threading() const override { return Threading::Concurrent; }
    const InterfaceInfo &interface() const override
    {
        const std::scoped_lock lock(m_mutex);
        return m_told.back();
    }
    bool hasMethod(const QByteArray &name) const override
    {
        // getProxy() and the like stay what they are.
        return std::ranges::all_of(
            m_catalogue->all(), [&name](const auto &each) { return each->builtin(name) == Builtin::None; });
    }
    Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context) override
    {
        CallbackAnswer answer;
        {
            const std::scoped_lock lock(m_mutex);
            answer = m_answer;
        }
        FeedItem item = itemOf(
            m_name, QString::fromUtf8(method), kwargs.size() == 0 ? args : Value::tuple({args, kwargs}));
        item.dialect = context.generation->info().dialect;
        m_sink(std::move(item));
        if (answer.delay.count() > 0 && !context.pause(answer.delay))
            return Error::cancelled(QStringLiteral("the callback object has ended"));
        if (answer.raises)
            return raise(answer.exception, {answer.value.in(context)});
        return answer.value.in(context);
    }

private:
    void tellMethods()
    {
        InterfaceInfo told;
        told.className = QStringLiteral("Callback");
        told.doc = QStringLiteral("Takes any call.");
        for (const QString &name : std::as_const(m_answer.methods))
            told.methods.push_back({name, {}, {}, false, false});
        m_told.push_back(std::move(told));
    }

    const QString m_name;
    const std::shared_ptr<const Catalogue> m_catalogue;
    const Sink m_sink;
    mutable std::mutex m_mutex; ///< guards the rest
    CallbackAnswer m_answer;
    std::list<InterfaceInfo> m_told; ///< the last one counts; others may still be read
};

FeedService::FeedService(
    std::shared_ptr<const Catalogue> catalogue, std::shared_ptr<const ClientContext> context, QObject *parent)
    : QObject(parent), m_catalogue(std::move(catalogue)), m_context(std::move(context))
{ }

FeedService::~FeedService()
{
    stop();
}

void FeedService::setSink(Sink sink)
{
    m_sink = std::move(sink);
}

void FeedService::stop()
{
    for (const auto &daemon : std::as_const(m_daemons))
        daemon->shutdown(true, std::chrono::milliseconds(200));
    m_callbacks.clear();
    m_daemons.clear();
    m_subscribers.clear(); // their servers find out by themselves; asking could take for ever
    m_publishers.clear();
    m_sources.clear();
}

void FeedService::fail(FeedSource source, const Error &error)
{
    source.state = FeedSource::State::Failed;
    source.error = error.what;
    m_sources.remove(source.id);
    Q_EMIT sourceChanged(source);
}

Result<EventSubscriber *> FeedService::subscriberFor(const FeedSource &source)
{
    const QString key = subscriberKey(source);
    if (const auto known = m_subscribers.constFind(key); known != m_subscribers.constEnd())
        return known->subscriber.get();
    const auto uri = m_catalogue->parseUri(source.serverUri);
    if (!uri)
        return uri.error();
    EventSubscriberOptions options;
    options.server = uri.value();
    options.host = source.host;
    options.resubscribeInterval = kResubscribe;
    // Deleted later: its own signal handler may be what drops it.
    const auto subscriber = std::shared_ptr<EventSubscriber>(
        new EventSubscriber(m_context, options), [](EventSubscriber *gone) { gone->deleteLater(); });
    if (const auto started = subscriber->start(); !started)
        return started.error();
    connect(subscriber.get(), &EventSubscriber::eventReceived, this,
        [this, server = source.server](
            const Event &event) { m_sink(itemOf(server, event.subject, event.message)); });
    connect(subscriber.get(), &EventSubscriber::eventsDropped, this, [this, key](qint64 total) {
        const auto known = m_subscribers.find(key);
        if (known == m_subscribers.end())
            return;
        Q_EMIT eventsDropped(total - known->dropped);
        known->dropped = total;
    });
    connect(subscriber.get(), &EventSubscriber::resubscribeFailed, this,
        [this, server = source.server](const Error &error) { Q_EMIT serverLost(error, server); });
    m_subscribers.insert(key, {subscriber, source.server, 0});
    return subscriber.get();
}

void FeedService::subscribe(const FeedSource &source)
{
    m_sources.insert(source.id, source);
    const auto subscriber = subscriberFor(source);
    if (!subscriber)
        return fail(source, subscriber.error());
    const QStringList wanted{source.text};
    const PendingCall call = source.kind == FeedSource::Kind::Pattern
        ? subscriber.value()->subscribeMatch(wanted)
        : subscriber.value()->subscribe(wanted);
    call.then(this, [this, id = source.id](const Reply &reply) {
        const auto known = m_sources.find(id);
        if (known == m_sources.end())
            return; // ended meanwhile
        if (!reply)
            return fail(*known, reply.error());
        known->state = FeedSource::State::On;
        Q_EMIT sourceChanged(*known);
    });
}

Result<Daemon *> FeedService::daemonOn(const QString &host)
{
    if (const auto known = m_daemons.value(host))
        return known.get();
    DaemonOptions options;
    options.host = host;
    options.classes.acceptAll = true; // arguments are shown, and nothing else
    options.generations.clear();
    for (const auto &generation : m_catalogue->all())
        options.generations.push_back(generation->info().id);
    auto daemon = std::make_shared<Daemon>(m_catalogue, options);
    if (const auto port = daemon->listen(); !port)
        return port.error();
    m_daemons.insert(host, daemon);
    return daemon.get();
}

void FeedService::host(const FeedSource &source)
{
    const auto daemon = daemonOn(source.host);
    if (!daemon)
        return fail(source, daemon.error());
    const auto servant = std::make_shared<Callback>(source.text, m_catalogue, source.answer, m_sink);
    const auto uri = daemon.value()->connectServant(servant);
    if (!uri)
        return fail(source, uri.error());
    m_callbacks.insert(source.id, {servant, m_daemons.value(source.host), uri->object.toUtf8()});
    FeedSource ready = source;
    ready.uri = uri->toString();
    for (const Uri &each : daemon.value()->urisFor(uri->object.toUtf8())) {
        if (!each.classic)
            ready.flatUri = each.toString();
    }
    ready.state = FeedSource::State::On;
    m_sources.insert(source.id, ready);
    Q_EMIT sourceChanged(ready);
}

void FeedService::setAnswer(quint64 id, const CallbackAnswer &answer)
{
    if (const auto known = m_callbacks.constFind(id); known != m_callbacks.constEnd())
        known->servant->setAnswer(answer);
}

void FeedService::remove(quint64 id)
{
    const FeedSource source = m_sources.take(id);
    if (source.id == 0)
        return;
    if (source.kind == FeedSource::Kind::Callback) {
        const Hosted hosted = m_callbacks.take(id);
        if (!hosted.daemon)
            return;
        [[maybe_unused]] const Status gone = hosted.daemon->disconnectServant(hosted.object);
        Q_ASSERT_X(gone, "FeedService", "it has no name, so nobody else can have taken it away");
        return;
    }
    const auto known = m_subscribers.constFind(subscriberKey(source));
    if (known == m_subscribers.constEnd())
        return;
    // The handle stays with the answer: the server should be told even when this was the last one.
    known->subscriber->unsubscribe({source.text})
        .then(this, [this, source, kept = known->subscriber](const Reply &) {
            // To the server a subject and a pattern of the same text are one: what is left starts again.
            const auto sources = m_sources;
            for (const FeedSource &other : sources) {
                if (other.kind != FeedSource::Kind::Callback && subscriberKey(other) == subscriberKey(source)
                    && other.text.compare(source.text, Qt::CaseInsensitive) == 0)
                    subscribe(other);
            }
        });
    const QString key = subscriberKey(source);
    const bool needed = std::any_of(m_sources.cbegin(), m_sources.cend(), [&key](const FeedSource &other) {
        return other.kind != FeedSource::Kind::Callback && subscriberKey(other) == key;
    });
    if (!needed) {
        // Nothing may come any more, whatever the server still sends.
        disconnect(known->subscriber.get(), nullptr, this, nullptr);
        m_subscribers.remove(key);
    }
}

void FeedService::publish(const QString &serverUri, const QStringList &subjects, const Value &message)
{
    auto publisher = m_publishers.value(serverUri);
    if (!publisher) {
        const auto uri = m_catalogue->parseUri(serverUri);
        if (!uri) {
            Q_EMIT publishFailed(uri.error(), serverUri);
            return;
        }
        publisher = std::shared_ptr<EventPublisher>(
            new EventPublisher(m_context, uri.value()), [](EventPublisher *gone) { gone->deleteLater(); });
        m_publishers.insert(serverUri, publisher);
    }
    CallOptions options;
    options.timeout = kPublishTimeout;
    publisher->publish(subjects, message, options)
        .then(this, [this, subjects, publisher](const Reply &reply) {
            if (reply)
                Q_EMIT published(int(subjects.size()));
            else
                Q_EMIT publishFailed(reply.error(), publisher->proxy()->uri().endpoint());
        });
}

} // namespace pyrolens
