// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "event.h"

#include <pyrolens/server/daemon.h>

#include <QObject>
#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace pyrolens {

/// How an event server runs. Plain data.
struct EventServerOptions
{
    /// What becomes of an event for a subscriber whose queue is full.
    enum class FullQueue : quint8 {
        Drop,  ///< it is lost for that subscriber, and counted; nobody waits (PYRO_ES_BLOCKQUEUE=0)
        Block, ///< its publisher gets no answer until there is room again (1, the original's default)
    };

    QString host = QStringLiteral("127.0.0.1");
    int port = 0; ///< 0 = any free one
    QString publishHost;
    std::vector<int> generations{3};
    QStringList allowedIdents;            ///< empty = everybody
    std::shared_ptr<Registrar> registrar; ///< name server to register at; null = none
    /// Set: TLS only, to publishers and to subscribers (PYROSSL URIs; this end is the client there, with the
    /// same certificate). Unset: clear text only. Who subscribes the other way is refused.
    std::optional<TlsSettings> tls;
    FullQueue fullQueue = FullQueue::Drop;
    int queueSize = 1'000; ///< events per subscriber (PYRO_ES_QUEUESIZE)
    int pickleProtocol = -1;
    /// A subscriber that takes nothing for so long, though there is something for it, is gone.
    std::chrono::milliseconds stallTimeout{20'000};
    std::chrono::milliseconds connectTimeout{5'000}; ///< to a subscriber, handshake included
    qint64 queueBytes = 64 * 1024 * 1024;            ///< events per subscriber, in memory
    qint64 totalBytes = 256 * 1024 * 1024;           ///< events for all of them
    int maxSubscribers = 1'000;
    int maxSubscriptions = 200'000;        ///< of all subscribers
    int maxSubjectsPerSubscriber = 10'000; ///< patterns included
    int maxPatternsPerSubscriber = 100;
    int maxSubjectsPerCall = 1'000;
    int maxSubjectBytes = 1'024;  ///< of a subject or pattern
    ConnectionLimits connections; ///< idle 0 means the original's 20 s here
    Limits limits;
};

/// What went through an event server. Plain data.
struct EventCounters
{
    qint64 published = 0; ///< events, one per subject
    qint64 delivered = 0; ///< handed to the connection of a subscriber
    qint64 dropped = 0;   ///< for a full queue
    int subscribers = 0;
};

/// An event service: takes events from publishers and calls subscribers, each in the order of publishing.
///
/// Messages may hold instances of any class: they are passed on and never used. Subscribers are known by the
/// object id of their proxy. A slow or dead one has a queue of its own and stalls nobody; one that cannot be
/// reached or does not read is removed. Lives in the thread that made it, which needs an event loop;
/// deliveries have a thread of their own. Source: Pyro 3.16, EventService/Server.py.
class EventServer : public QObject
{
    Q_OBJECT

public:
    EventServer(
        std::shared_ptr<const Catalogue> catalogue, EventServerOptions options, QObject *parent = nullptr);
    ~EventServer() override; ///< stop()

    /// Listens and registers; asks the name server, so it may block for a moment. An entry of an event server
    /// that is not there any more is replaced (its object id is kept when it stood at this very address, so
    /// that publishers which know the URI find this one). \return Denied when one is running.
    Result<Done> start();
    void stop();
    QStringList uris() const; ///< of the event service object
    int port() const;
    Daemon *daemon() const;
    EventCounters counters() const; ///< any thread while running

Q_SIGNALS:
    void subscribersChanged();
    void subscriberLost(const QString &uri, const pyrolens::Error &reason);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace pyrolens
