// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventsubscriber.h"

#include <pyrolens/server/daemonthread.h>
#include <pyrolens/value/roughsize.h>

#include <QPointer>
#include <QTimer>

#include <deque>
#include <mutex>

namespace pyrolens {

namespace {

constexpr int kGeneration = 3;

/// Where the daemon's thread leaves events for the owner's.
class Mailbox
{
public:
    Mailbox(EventSubscriber *owner, std::function<void()> wake, int maxEvents, qint64 maxBytes)
        : m_owner(owner), m_wake(std::move(wake)), m_maxEvents(maxEvents), m_maxBytes(maxBytes)
    { }

    void put(Event event)
    {
        const qint64 bytes = roughSize(event.message, m_maxBytes);
        const std::scoped_lock lock(m_mutex);
        ++m_received;
        m_events.push_back({std::move(event), bytes});
        m_bytes += bytes;
        while (m_events.size() > 1 && (int(m_events.size()) > m_maxEvents || m_bytes > m_maxBytes)) {
            m_bytes -= m_events.front().bytes;
            m_events.pop_front();
            ++m_dropped;
        }
        // One wake-up for all that come before the owner looks.
        if (!m_isAwake && m_owner) {
            m_isAwake = true;
            QMetaObject::invokeMethod(m_owner, m_wake, Qt::QueuedConnection);
        }
    }

    std::optional<Event> take()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_events.empty()) {
            m_isAwake = false;
            return std::nullopt;
        }
        Event event = std::move(m_events.front().event);
        m_bytes -= m_events.front().bytes;
        m_events.pop_front();
        return event;
    }

    void close()
    {
        const std::scoped_lock lock(m_mutex);
        m_owner = nullptr;
        m_events.clear();
        m_bytes = 0;
    }

    qint64 received() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_received;
    }
    qint64 dropped() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_dropped;
    }

private:
    struct Letter
    {
        Event event;
        qint64 bytes;
    };
    mutable std::mutex m_mutex; ///< guards all below
    EventSubscriber *m_owner;
    const std::function<void()> m_wake;
    const int m_maxEvents;
    const qint64 m_maxBytes;
    std::deque<Letter> m_events;
    qint64 m_bytes = 0;
    qint64 m_received = 0;
    qint64 m_dropped = 0;
    bool m_isAwake = false;
};

std::shared_ptr<Servant> makeCallback(const std::shared_ptr<Mailbox> &mailbox)
{
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Subscriber"), Threading::Serialized);
    servant->method(
        QStringLiteral("event(event)"),
        [mailbox](const std::vector<Value> &args, CallContext &context) -> Outcome {
            auto event = Event::fromValue(args[0]);
            if (!event)
                return raise(QStringLiteral("TypeError"), {context.nativeText(u"not an event")});
            mailbox->put(std::move(*event));
            return Value::none();
        },
        QStringLiteral("Takes an event."), true);
    return servant;
}

Value textList(const QStringList &texts)
{
    std::vector<Value> values;
    values.reserve(size_t(texts.size()));
    for (const QString &text : texts)
        values.push_back(subjectValue(text));
    return Value::list(std::move(values));
}

/// \return those that are new.
QStringList merge(QStringList &all, const QStringList &more)
{
    QStringList added;
    for (const QString &text : more) {
        if (all.contains(text))
            continue;
        all.append(text);
        added.append(text);
    }
    return added;
}

/// What the server refused (a pattern that is none) is not kept: it could not be taken back either.
PendingCall keepUnlessRefused(PendingCall call, QObject *context, QStringList &all, const QStringList &added)
{
    call.then(context, [&all, added](const Reply &reply) {
        if (reply || reply.error().kind != Error::Kind::Remote)
            return;
        for (const QString &text : added)
            all.removeAll(text);
    });
    return call;
}

} // namespace

class EventSubscriber::Private
{
public:
    Private(
        EventSubscriber *owner, std::shared_ptr<const ClientContext> shared, EventSubscriberOptions chosen)
        : q(owner)
        , context(std::move(shared))
        , options(std::move(chosen))
        , service(context, options.server, options.proxy, owner)
        , timer(owner)
    { }

    std::vector<Value> arguments(const QStringList &texts) const;
    Result<Uri> begin(Daemon *on, Result<Uri> hosted);
    void openMailbox();
    void deliver();
    void noteResubscribed(const Reply &reply);

    EventSubscriber *const q;
    const std::shared_ptr<const ClientContext> context;
    const EventSubscriberOptions options;
    Proxy service;
    QTimer timer;
    DaemonThread thread;
    QPointer<Daemon> daemon; ///< that hosts us
    std::shared_ptr<Mailbox> mailbox;
    Uri uri;
    QStringList subjects;
    QStringList patterns;
    qint64 reportedDrops = 0;
    bool isAway = false; ///< the server, as resubscribing knows
};

std::vector<Value> EventSubscriber::Private::arguments(const QStringList &texts) const
{
    Reference self;
    self.uri = uri.toString();
    return {textList(texts), Value::reference(std::move(self))};
}

void EventSubscriber::Private::openMailbox()
{
    mailbox = std::make_shared<Mailbox>(
        q, [this] { deliver(); }, options.maxPending, options.maxPendingBytes);
}

/// Once the callback object is hosted.
Result<Uri> EventSubscriber::Private::begin(Daemon *on, Result<Uri> hosted)
{
    if (hosted) {
        daemon = on;
        uri = *hosted;
        if (options.resubscribeInterval.count() > 0)
            timer.start(options.resubscribeInterval);
    }
    return hosted;
}

void EventSubscriber::Private::deliver()
{
    const QPointer<EventSubscriber> alive(q);
    const std::shared_ptr<Mailbox> box = mailbox;
    if (!box)
        return;
    if (const qint64 drops = box->dropped(); drops != reportedDrops) {
        reportedDrops = drops;
        Q_EMIT q->eventsDropped(drops);
    }
    // As many as were there, so that a storm of events leaves room for other work of this thread.
    for (int left = options.maxPending; left > 0 && alive && mailbox == box; --left) {
        const std::optional<Event> event = box->take();
        if (!event)
            return;
        Q_EMIT q->eventReceived(*event);
    }
    if (alive && mailbox == box)
        QMetaObject::invokeMethod(
            q, [this] { deliver(); }, Qt::QueuedConnection);
}

void EventSubscriber::Private::noteResubscribed(const Reply &reply)
{
    const bool wasAway = std::exchange(isAway, !reply.isOk());
    if (isAway && !wasAway)
        Q_EMIT q->resubscribeFailed(reply.error());
}

EventSubscriber::EventSubscriber(
    std::shared_ptr<const ClientContext> context, EventSubscriberOptions options, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(context), std::move(options)))
{
    connect(&d->timer, &QTimer::timeout, this, &EventSubscriber::resubscribe);
}

EventSubscriber::~EventSubscriber()
{
    stop();
}

Result<Uri> EventSubscriber::start()
{
    Q_ASSERT_X(!d->daemon, "EventSubscriber::start", "started twice");
    DaemonOptions options;
    options.host = d->options.host;
    options.port = d->options.port;
    options.publishHost = d->options.publishHost;
    options.generations = {kGeneration};
    options.tls = d->options.tls;
    options.service = true;           // events of one connection in the order in which they came
    options.classes.acceptAll = true; // what a message is made of is data here
    d->openMailbox();
    Result<Uri> hosted = Error::cancelled();
    const auto port = d->thread.start(d->context->catalogue, options, [&](Daemon &daemon) -> Status {
        hosted = daemon.connectServant(makeCallback(d->mailbox), {}, {}, kGeneration);
        return hosted ? Status(Done{}) : Status(hosted.error());
    });
    if (!port)
        return port.error();
    return d->begin(d->thread.daemon(), std::move(hosted));
}

Result<Uri> EventSubscriber::start(Daemon &daemon)
{
    Q_ASSERT_X(!d->daemon, "EventSubscriber::start", "started twice");
    d->openMailbox();
    return d->begin(&daemon, daemon.connectServant(makeCallback(d->mailbox), {}, {}, kGeneration));
}

void EventSubscriber::stop()
{
    d->timer.stop();
    if (d->mailbox)
        d->mailbox->close();
    d->mailbox.reset();
    if (d->thread.daemon() != nullptr)
        d->thread.stop();
    else if (d->daemon)
        static_cast<void>(d->daemon->disconnectServant(d->uri.object.toUtf8()));
    d->daemon = nullptr;
}

const Uri &EventSubscriber::uri() const
{
    return d->uri;
}

PendingCall EventSubscriber::subscribe(const QStringList &subjects)
{
    const QStringList added = merge(d->subjects, subjects);
    return keepUnlessRefused(
        d->service.call(QStringLiteral("subscribe"), d->arguments(subjects)), this, d->subjects, added);
}

PendingCall EventSubscriber::subscribeMatch(const QStringList &patterns)
{
    const QStringList added = merge(d->patterns, patterns);
    return keepUnlessRefused(
        d->service.call(QStringLiteral("subscribeMatch"), d->arguments(patterns)), this, d->patterns, added);
}

PendingCall EventSubscriber::unsubscribe(const QStringList &subjectsAndPatterns)
{
    for (const QString &text : subjectsAndPatterns) {
        d->subjects.removeIf(
            [&](const QString &known) { return known.compare(text, Qt::CaseInsensitive) == 0; });
        d->patterns.removeAll(text);
    }
    return d->service.call(QStringLiteral("unsubscribe"), d->arguments(subjectsAndPatterns));
}

PendingCall EventSubscriber::unsubscribeAll()
{
    return unsubscribe(d->subjects + d->patterns);
}

Status EventSubscriber::subscribeBlocking(const QStringList &subjects, const QStringList &patterns)
{
    const std::pair<QString, const QStringList &> calls[]
        = {{QStringLiteral("subscribe"), subjects}, {QStringLiteral("subscribeMatch"), patterns}};
    for (const auto &[method, texts] : calls) {
        if (texts.isEmpty())
            continue;
        if (const Reply reply = d->service.callBlocking(method, d->arguments(texts)); !reply)
            return reply.error();
    }
    merge(d->subjects, subjects);
    merge(d->patterns, patterns);
    return Done{};
}

Status EventSubscriber::unsubscribeAllBlocking(CallOptions options)
{
    const QStringList texts = d->subjects + d->patterns;
    d->subjects.clear();
    d->patterns.clear();
    const Reply reply
        = d->service.callBlocking(QStringLiteral("unsubscribe"), d->arguments(texts), {}, options);
    return reply ? Status(Done{}) : Status(reply.error());
}

void EventSubscriber::resubscribe()
{
    const auto note = [this](const Reply &reply) { d->noteResubscribed(reply); };
    if (!d->subjects.isEmpty())
        d->service.call(QStringLiteral("subscribe"), d->arguments(d->subjects)).then(this, note);
    if (!d->patterns.isEmpty())
        d->service.call(QStringLiteral("subscribeMatch"), d->arguments(d->patterns)).then(this, note);
}

QStringList EventSubscriber::subjects() const
{
    return d->subjects;
}

QStringList EventSubscriber::patterns() const
{
    return d->patterns;
}

qint64 EventSubscriber::received() const
{
    return d->mailbox ? d->mailbox->received() : 0;
}

qint64 EventSubscriber::dropped() const
{
    return d->mailbox ? d->mailbox->dropped() : 0;
}

} // namespace pyrolens
