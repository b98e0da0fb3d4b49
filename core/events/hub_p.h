// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "delivery_p.h"
#include "eventserver.h"
#include "subscriptions_p.h"

#include <QMutex>
#include <QObject>

#include <functional>

namespace pyrolens::events {

/// The inside of an event service: who subscribed to what, and the deliveries. What publishers and
/// subscribers ask comes in on any thread and is done in the hub's own, in the order in which it came;
/// patterns are matched there, too, so nothing here holds up the daemon.
class Hub : public QObject
{
    Q_OBJECT

public:
    /// \param outgoing how subscribers are reached, when the options speak TLS.
    Hub(const Generation &generation, EventServerOptions options,
        std::optional<QSslConfiguration> outgoing = {});
    ~Hub() override;

    // Any thread.
    Outcome publish(std::vector<Subject> subjects, Value message);
    Outcome subscribe(std::vector<Subject> subjects, Reference subscriber, bool asPatterns);
    Outcome unsubscribe(std::vector<Subject> subjects, const Reference &subscriber);
    EventCounters counters() const;

    void stop(); ///< in the hub's thread: drops everything; what comes later is refused

Q_SIGNALS:
    void subscribersChanged();
    void subscriberLost(const QString &uri, const pyrolens::Error &reason);

private:
    using Task = std::function<void()>;

    bool post(Task task, qint64 bytes); ///< \return whether there was ample room
    void drain();
    void doPublish(const std::vector<Subject> &subjects, const Value &message, double time, qint64 bytes,
        const std::shared_ptr<PublishTicket> &ticket);
    void deliver(
        Delivery &delivery, const QueuedEventPtr &event, const std::shared_ptr<PublishTicket> &ticket);
    Result<Value> doSubscribe(
        const std::vector<Subject> &subjects, const Uri &uri, const Reference &subscriber, bool asPatterns);
    void doUnsubscribe(const std::vector<Subject> &subjects, const QByteArray &id);
    Status checkWay(const Uri &uri) const;
    Status checkRoom(Delivery *known, qsizetype subjects, bool asPatterns) const;
    Delivery *deliveryFor(const Uri &uri, const Reference &subscriber);
    void retireUnwanted(Delivery *delivery);
    void forget(Delivery *delivery);
    void dropCostly(const Subscriptions::Found &found);

    const Generation &m_generation;
    const EventServerOptions m_options;
    const std::optional<QSslConfiguration> m_outgoing;
    std::unique_ptr<TlsTunnels> m_tunnels; ///< made for the first subscriber that speaks TLS; hub's thread
    const std::shared_ptr<std::atomic<qint64>> m_bytesUnderway = std::make_shared<std::atomic<qint64>>(0);
    const std::shared_ptr<std::atomic<qint64>> m_delivered = std::make_shared<std::atomic<qint64>>(0);
    std::atomic<qint64> m_published = 0;
    std::atomic<qint64> m_dropped = 0;
    std::atomic<int> m_subscriberCount = 0;

    QMutex m_mutex; ///< guards the three below
    std::vector<Task> m_inbox;
    qint64 m_inboxBytes = 0;
    bool m_isStopped = false;

    // In the hub's thread only.
    Subscriptions m_subscriptions;
    QHash<QByteArray, Delivery *> m_deliveries; ///< by object id, as the original's proxies compare
    std::vector<Delivery *> m_toSend;           ///< got events since the last drain()
};

} // namespace pyrolens::events
