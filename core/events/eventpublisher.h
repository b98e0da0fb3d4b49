// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "event.h"

#include <pyrolens/client/proxy.h>

#include <QObject>

#include <functional>
#include <memory>

namespace pyrolens {

/// Publishes events. Thread-bound like Proxy: the asynchronous form needs the thread's event loop, the
/// blocking one must not be used in the GUI thread. Connects at the first event, keeps the connection, and
/// connects again when the server has closed it (the original does after 20 s). An event is sent at most
/// once. Source: Pyro 3.16, EventService/Clients.py, Publisher.
class EventPublisher : public QObject
{
    Q_OBJECT

public:
    /// \param server URI of the event service; a name is looked up through the context's resolver.
    explicit EventPublisher(std::shared_ptr<const ClientContext> context, Uri server = eventServerUri(),
        ProxyOptions options = {}, QObject *parent = nullptr);
    ~EventPublisher() override;

    /// Finishes with None when the server has taken it; which subscribers there are is not told.
    PendingCall publish(const QString &subject, Value message, CallOptions options = {});
    PendingCall publish(const QStringList &subjects, Value message, CallOptions options = {});
    Reply publishBlocking(const QString &subject, Value message, CallOptions options = {});
    Reply publishBlocking(const QStringList &subjects, Value message, CallOptions options = {});
    Proxy *proxy() const { return m_proxy.get(); }

private:
    std::unique_ptr<Proxy> m_proxy;
};

/// A function that publishes one event from any thread and says whether a server took it; blocking. The
/// server is looked up each time, so one that starts later is found.
std::function<bool(const QString &subject, const Value &message)> makeEventSink(
    std::shared_ptr<const ClientContext> context, Uri server = eventServerUri(), ProxyOptions options = {});

} // namespace pyrolens
