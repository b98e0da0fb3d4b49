// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/events/eventpublisher.h>
#include <pyrolens/events/eventserver.h>
#include <pyrolens/events/eventsubscriber.h>
#include <pyrolens/pyro3/pyro3.h>

#include <QtTest>

namespace eventtest {

using namespace pyrolens;

inline std::shared_ptr<const ClientContext> context()
{
    static const auto made = [] {
        auto catalogue = std::make_shared<Catalogue>();
        catalogue->add(pyro3Generation());
        auto context = std::make_shared<ClientContext>();
        context->catalogue = std::move(catalogue);
        return context;
    }();
    return made;
}

/// Runs the event loop until the call has ended.
inline Reply wait(const PendingCall &call)
{
    std::optional<Reply> reply;
    QObject scope;
    call.then(&scope, [&](const Reply &got) { reply = got; });
    const bool ended = QTest::qWaitFor([&] { return reply.has_value(); }, 20'000);
    return ended ? *reply : Reply(Error::timeout(QStringLiteral("the call does not end")));
}

inline QString wordsOf(const Reply &reply)
{
    if (reply)
        return QStringLiteral("ok");
    const Error &error = reply.error();
    return error.remote ? error.remote->className : error.className();
}

/// An event server in the test's thread; nothing here blocks.
class Server
{
public:
    explicit Server(EventServerOptions options = {})
        : m_server(context()->catalogue, std::move(options)), m_status(m_server.start())
    { }

    EventServer &server() { return m_server; }
    const Status &status() const { return m_status; }
    Uri uri() const { return context()->catalogue->parseUri(m_server.uris().value(0), 3).valueOr({}); }
    Proxy &proxy()
    {
        if (!m_proxy)
            m_proxy = std::make_unique<Proxy>(context(), uri());
        return *m_proxy;
    }
    Reply call(const QString &method, std::vector<Value> args) { return wait(proxy().call(method, args)); }
    Reply publish(const QString &subject, const Value &message)
    {
        return call(QStringLiteral("publish"), {subjectValue(subject), message});
    }

private:
    EventServer m_server;
    Status m_status;
    std::unique_ptr<Proxy> m_proxy;
};

/// A subscriber that keeps what it gets, as "subject=message".
class Client
{
public:
    explicit Client(const Server &server, EventSubscriberOptions options = {})
        : Client(server.uri(), std::move(options))
    { }
    explicit Client(const Uri &server, EventSubscriberOptions options = {})
    {
        options.server = server;
        m_subscriber = std::make_unique<EventSubscriber>(context(), options);
        QObject::connect(m_subscriber.get(), &EventSubscriber::eventReceived, m_subscriber.get(),
            [this](const Event &event) {
                m_events.push_back(event);
                m_got.append(event.subject + u'=' + event.message.toText()
                    + QString::number(event.message.asInteger().value_or(-1)));
            });
        m_uri = m_subscriber->start();
    }

    EventSubscriber &subscriber() { return *m_subscriber; }
    void destroy() { m_subscriber.reset(); }
    Value self() const
    {
        Reference reference;
        reference.uri = m_uri->toString();
        return Value::reference(std::move(reference));
    }
    const QStringList &got() const { return m_got; } ///< "subject=7", "subject=text-1"
    const std::vector<Event> &events() const { return m_events; }

private:
    std::unique_ptr<EventSubscriber> m_subscriber;
    Result<Uri> m_uri = Error::cancelled();
    QStringList m_got;
    std::vector<Event> m_events;
};

} // namespace eventtest
