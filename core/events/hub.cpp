// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hub_p.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/value/roughsize.h>

#include <QMutexLocker>

#include <algorithm>

namespace pyrolens::events {

namespace {

// What may wait for the hub before publishers have to wait for it; it is a matter of milliseconds.
constexpr size_t kAmpleTasks = 1'000;
constexpr qint64 kAmpleBytes = 16 * 1024 * 1024;
constexpr qint64 kEventBytes = 256; // the event around its message

double now()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Error refusal(const QByteArray &text)
{
    return raise(QStringLiteral("PyroError"), {Value::str(text)});
}

} // namespace

Hub::Hub(const Generation &generation, EventServerOptions options, std::optional<QSslConfiguration> outgoing)
    : m_generation(generation), m_options(std::move(options)), m_outgoing(std::move(outgoing))
{ }

Hub::~Hub() = default;

// --- Any thread

bool Hub::post(Task task, qint64 bytes)
{
    const QMutexLocker lock(&m_mutex);
    if (m_isStopped)
        return false; // dropping the task drops its promise to answer
    m_inbox.push_back(std::move(task));
    m_inboxBytes += bytes;
    if (m_inbox.size() == 1)
        QMetaObject::invokeMethod(this, &Hub::drain, Qt::QueuedConnection);
    return m_inbox.size() < kAmpleTasks && m_inboxBytes < kAmpleBytes;
}

Outcome Hub::publish(std::vector<Subject> subjects, Value message)
{
    const qint64 bytes = kEventBytes + roughSize(message, m_options.queueBytes);
    const DeferredReply later;
    const auto ticket = std::make_shared<PublishTicket>(later);
    const bool isAmple
        = post([this, subjects = std::move(subjects), message = std::move(message), time = now(), bytes,
                   ticket] { doPublish(subjects, message, time, bytes, ticket); },
            bytes);
    if (isAmple && m_options.fullQueue == EventServerOptions::FullQueue::Drop)
        return Value::none();
    return later;
}

Outcome Hub::subscribe(std::vector<Subject> subjects, Reference subscriber, bool asPatterns)
{
    const auto uri = m_generation.parseUri(subscriber.uri);
    if (!uri || uri->form != Uri::Form::Object || uri->host.isEmpty())
        return refusal("cannot call back " + subscriber.uri.toUtf8().left(200));
    if (const Status reachable = checkWay(*uri); !reachable)
        return reachable.error();
    const DeferredReply later;
    post([this, subjects = std::move(subjects), uri = *uri, subscriber = std::move(subscriber), asPatterns,
             later] { later.finish(doSubscribe(subjects, uri, subscriber, asPatterns)); },
        0);
    return later;
}

Outcome Hub::unsubscribe(std::vector<Subject> subjects, const Reference &subscriber)
{
    const auto uri = m_generation.parseUri(subscriber.uri);
    if (!uri)
        return Value::none(); // nobody we know
    const DeferredReply later;
    post(
        [this, subjects = std::move(subjects), id = uri->object.toUtf8(), later] {
            doUnsubscribe(subjects, id);
            later.finish(Value::none());
        },
        0);
    return later;
}

EventCounters Hub::counters() const
{
    EventCounters counters;
    counters.published = m_published;
    counters.delivered = *m_delivered;
    counters.dropped = m_dropped;
    counters.subscribers = m_subscriberCount;
    return counters;
}

// --- The hub's thread

void Hub::drain()
{
    std::vector<Task> tasks;
    {
        const QMutexLocker lock(&m_mutex);
        tasks.swap(m_inbox);
        m_inboxBytes = 0;
    }
    for (const Task &task : tasks)
        task();
    // Events for one subscriber that came together leave together.
    for (Delivery *delivery : std::exchange(m_toSend, {})) {
        if (delivery != nullptr)
            delivery->send();
    }
}

void Hub::stop()
{
    std::vector<Task> dropped;
    {
        const QMutexLocker lock(&m_mutex);
        m_isStopped = true;
        dropped.swap(m_inbox);
    }
    m_toSend.clear();
    for (Delivery *delivery : m_deliveries)
        m_subscriptions.removeAll(delivery);
    m_deliveries.clear();
    m_subscriberCount = 0;
    qDeleteAll(findChildren<Delivery *>(Qt::FindDirectChildrenOnly));
}

void Hub::doPublish(const std::vector<Subject> &subjects, const Value &message, double time, qint64 bytes,
    const std::shared_ptr<PublishTicket> &ticket)
{
    for (const Subject &subject : subjects) {
        ++m_published;
        const Subscriptions::Found found = m_subscriptions.find(subject);
        if (!found.targets.empty()) {
            const auto event = std::make_shared<const QueuedEvent>(
                Event::makeValue(subject.value, message, time), bytes, m_bytesUnderway);
            for (Delivery *delivery : found.targets)
                deliver(*delivery, event, ticket);
        }
        dropCostly(found);
    }
}

void Hub::deliver(
    Delivery &delivery, const QueuedEventPtr &event, const std::shared_ptr<PublishTicket> &ticket)
{
    if (!delivery.hasRoom())
        delivery.send();
    const bool hasRoom = delivery.hasRoom() && *m_bytesUnderway <= m_options.totalBytes;
    if (!hasRoom && m_options.fullQueue == EventServerOptions::FullQueue::Drop) {
        ++m_dropped;
        return;
    }
    if (delivery.schedule())
        m_toSend.push_back(&delivery);
    delivery.append(event);
    if (!hasRoom)
        delivery.holdUp(ticket);
}

Status Hub::checkRoom(Delivery *known, qsizetype subjects, bool asPatterns) const
{
    if (!known && m_deliveries.size() >= m_options.maxSubscribers)
        return refusal("too many subscribers");
    const int held = known ? m_subscriptions.count(known) : 0;
    if (held + subjects > m_options.maxSubjectsPerSubscriber
        || m_subscriptions.total() + subjects > m_options.maxSubscriptions)
        return refusal("too many subscriptions");
    const int patterns = known ? m_subscriptions.patternCount(known) : 0;
    if (asPatterns && patterns + subjects > m_options.maxPatternsPerSubscriber)
        return refusal("too many patterns");
    return Done{};
}

Result<Value> Hub::doSubscribe(
    const std::vector<Subject> &subjects, const Uri &uri, const Reference &subscriber, bool asPatterns)
{
    Delivery *known = m_deliveries.value(uri.object.toUtf8());
    if (const Status room = checkRoom(known, qsizetype(subjects.size()), asPatterns); !room)
        return room.error();
    std::vector<SubjectPattern> patterns;
    for (const Subject &subject : subjects) {
        if (!asPatterns)
            continue;
        auto pattern = SubjectPattern::compile(subject.value);
        if (!pattern)
            return pattern.error();
        patterns.push_back(std::move(pattern).value());
    }
    Delivery *delivery = deliveryFor(uri, subscriber);
    for (const SubjectPattern &pattern : patterns)
        m_subscriptions.add(delivery, pattern);
    for (const Subject &subject : subjects) {
        if (!asPatterns)
            m_subscriptions.add(delivery, subject);
    }
    if (delivery != known)
        Q_EMIT subscribersChanged();
    return Value::none();
}

/// There is no falling back to clear text, in either direction.
Status Hub::checkWay(const Uri &uri) const
{
    if (m_outgoing && !uri.tls)
        return refusal("this event server speaks TLS, the subscriber's URI must be a PYROSSL one");
    if (!m_outgoing && uri.tls)
        return refusal("this event server speaks clear text, it cannot reach a PYROSSL subscriber");
    return Done{};
}

Delivery *Hub::deliveryFor(const Uri &uri, const Reference &subscriber)
{
    const QByteArray id = uri.object.toUtf8();
    if (Delivery *known = m_deliveries.value(id)) {
        if (known->subscriber().endpoint() == uri.endpoint())
            return known;
        // The same object somewhere else: it was started anew. What it wanted there it does not get any more.
        forget(known);
    }
    DeliverySettings settings;
    settings.queueSize = m_options.queueSize;
    settings.queueBytes = m_options.queueBytes;
    settings.connectTimeout = m_options.connectTimeout;
    settings.stallTimeout = m_options.stallTimeout;
    settings.session.pickleProtocol = m_options.pickleProtocol;
    settings.session.credentials.mungedIdent = subscriber.ident;
    settings.session.object = id;
    settings.delivered = m_delivered;
    if (m_outgoing) {
        if (!m_tunnels)
            m_tunnels = std::make_unique<TlsTunnels>();
        settings.tunnels = m_tunnels.get();
        settings.tls.role = TlsRole::Client;
        settings.tls.settings = *m_options.tls;
        settings.tls.configuration = *m_outgoing;
        settings.tls.host = uri.host;
    }
    auto *delivery = new Delivery(m_generation, uri, std::move(settings), this);
    connect(delivery, &Delivery::lost, this, [this, delivery](const Error &reason) {
        const QString where = delivery->subscriber().toString();
        qCWarning(log()).noquote() << "event.subscriber-lost" << logging::escapeForLog(where)
                                   << logging::escapeForLog(reason.what);
        forget(delivery);
        Q_EMIT subscriberLost(where, reason);
    });
    connect(delivery, &Delivery::drained, this, [this, delivery] { forget(delivery); });
    m_deliveries.insert(id, delivery);
    m_subscriberCount = int(m_deliveries.size());
    return delivery;
}

void Hub::doUnsubscribe(const std::vector<Subject> &subjects, const QByteArray &id)
{
    Delivery *delivery = m_deliveries.value(id);
    if (!delivery)
        return;
    for (const Subject &subject : subjects)
        m_subscriptions.remove(delivery, subject);
    retireUnwanted(delivery);
}

void Hub::retireUnwanted(Delivery *delivery)
{
    if (m_subscriptions.count(delivery) > 0)
        return;
    const QByteArray id = delivery->subscriber().object.toUtf8();
    if (m_deliveries.value(id) == delivery) {
        m_deliveries.remove(id);
        m_subscriberCount = int(m_deliveries.size());
        Q_EMIT subscribersChanged();
    }
    // What was published before it unsubscribed still goes out, as in the original.
    if (delivery->retire())
        forget(delivery);
}

void Hub::forget(Delivery *delivery)
{
    m_subscriptions.removeAll(delivery);
    std::ranges::replace(m_toSend, delivery, nullptr);
    const QByteArray id = delivery->subscriber().object.toUtf8();
    if (m_deliveries.value(id) == delivery) {
        m_deliveries.remove(id);
        m_subscriberCount = int(m_deliveries.size());
        Q_EMIT subscribersChanged();
    }
    delivery->disconnect(this);
    delivery->deleteLater(); // it may be on the stack
}

void Hub::dropCostly(const Subscriptions::Found &found)
{
    for (const Subscriptions::CostlyPattern &costly : found.costly) {
        qCWarning(log()).noquote() << "event.pattern-too-costly"
                                   << logging::escapeForLog(QString::fromUtf8(costly.text));
        for (Delivery *delivery : costly.subscribers)
            retireUnwanted(delivery);
    }
}

} // namespace pyrolens::events
