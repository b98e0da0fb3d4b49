// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "event.h"

#include <pyrolens/client/proxy.h>
#include <pyrolens/server/daemon.h>

#include <QObject>
#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>

namespace pyrolens {

/// Plain data.
struct EventSubscriberOptions
{
    Uri server = eventServerUri(); ///< event service; a name is looked up through the context's resolver
    ProxyOptions proxy;            ///< for calls to it
    QString host
        = QStringLiteral("127.0.0.1"); ///< where events arrive: the server must be able to connect to it
    int port = 0;                      ///< 0 = any free one
    QString publishHost;               ///< in the callback object's URI; empty = host
    /// Events arrive over TLS, as a server that speaks it wants; the certificate must be for the host.
    std::optional<TlsSettings> tls = {};
    int maxPending = 10'000; ///< events that may wait for the owner's thread
    qint64 maxPendingBytes = 64 * 1024 * 1024;
    /// Subscribes again so often, for a server that was started anew or has given us up; 0 = never.
    std::chrono::milliseconds resubscribeInterval{0};
};

/// Receives events as signals, in the thread it lives in.
///
/// Hosts a callback object, on a daemon of its own with a thread of its own, or on a given daemon. Events are
/// decoded there and handed over in the order in which they came; when the owner's thread does not keep up,
/// the oldest are dropped and counted, so the server and its publishers never wait for a slow window.
/// Thread-bound; needs the thread's event loop. May be deleted by a handler; unsubscribeAll() before, or the
/// server finds out by itself. Source: Pyro 3.16, EventService/Clients.py, Subscriber.
class EventSubscriber : public QObject
{
    Q_OBJECT

public:
    explicit EventSubscriber(std::shared_ptr<const ClientContext> context,
        EventSubscriberOptions options = {}, QObject *parent = nullptr);
    ~EventSubscriber() override; ///< stop()

    /// Hosts the callback object on a daemon of its own. \return its URI; Disconnected when it cannot listen.
    Result<Uri> start();
    /// Hosts it on `daemon`, which must let in the classes that messages are made of, and outlive us or
    /// stop().
    Result<Uri> start(Daemon &daemon);
    /// Stops hosting. Says nothing to the server.
    void stop();
    const Uri &uri() const; ///< of the callback object, once started

    // Subjects are exact but for letter case; patterns are regular expressions of Python, matched at the
    // start of a subject. Doing it twice has no effect. Each finishes when the server has answered.
    PendingCall subscribe(const QStringList &subjects);
    PendingCall subscribeMatch(const QStringList &patterns);
    PendingCall unsubscribe(const QStringList &subjectsAndPatterns);
    PendingCall unsubscribeAll();
    /// The same, for threads that may wait.
    Status subscribeBlocking(const QStringList &subjects, const QStringList &patterns);
    Status unsubscribeAllBlocking(CallOptions options = {});
    /// Repeats all subscriptions, as the interval does.
    void resubscribe();

    QStringList subjects() const;
    QStringList patterns() const;
    qint64 received() const; ///< events, dropped ones included
    qint64 dropped() const;

Q_SIGNALS:
    void eventReceived(const pyrolens::Event &event);
    void eventsDropped(qint64 total); ///< so far; at most once per turn of the event loop
    /// A repeated subscription failed (the server is away); comes again only after one has worked.
    void resubscribeFailed(const pyrolens::Error &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace pyrolens
