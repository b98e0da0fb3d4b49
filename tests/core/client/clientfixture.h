// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "support/scriptedpeer.h"

#include <pyrolens/client/proxy.h>
#include <pyrolens/pyro3/pyro3.h>

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTest>
#include <QTimer>

/// What the client's tests share: a context, what a Pyro 3 server would send, and a call in either form.
namespace fixture {

using namespace pyrolens;
using namespace std::chrono_literals;

inline const QByteArray kChallenge = "0123456789abcdef";
inline const QByteArray kGranted = "GRANTED";

inline std::shared_ptr<ClientContext> context()
{
    auto catalogue = std::make_shared<Catalogue>();
    catalogue->add(pyro3Generation());
    auto made = std::make_shared<ClientContext>();
    made->catalogue = std::move(catalogue);
    return made;
}

inline Uri objectUri(int port, const QString &object = QStringLiteral("the-object"))
{
    Uri uri;
    uri.classic = true;
    uri.host = QStringLiteral("127.0.0.1");
    uri.port = port;
    uri.object = object;
    return uri;
}

inline std::unique_ptr<Session> serverSession()
{
    SessionOptions options;
    options.challenge = kChallenge;
    return pyro3Generation()->session(Role::Server, options);
}

inline QByteArray challenge()
{
    return serverSession()->start();
}

inline QByteArray encoded(const Message &message)
{
    auto bytes = serverSession()->encode(message);
    if (!bytes)
        qFatal("%s", qPrintable(bytes.error().what));
    return std::move(bytes).value();
}

inline QByteArray replyBytes(const Value &value)
{
    return encoded(Message::reply(value));
}

inline RemoteError remoteError(const QString &className, const QString &text, bool withTraceback = true)
{
    RemoteError error;
    error.className = className;
    error.args = Value::tuple({Value::str(text.toUtf8())});
    error.attributes = Value::dict({});
    if (withTraceback)
        error.traceback = QStringList{QStringLiteral("Traceback (most recent call last):"), className};
    return error;
}

inline QByteArray failureBytes(const QString &className, const QString &text, bool withTraceback = true)
{
    return encoded(Message::failure(remoteError(className, text, withTraceback)));
}

using Script = ScriptedPeer::Script;

inline Script operator+(Script first, const Script &second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

inline Script handshake()
{
    return {peer::send(challenge()), peer::expectMessage(), peer::send(kGranted)};
}

inline Script answer(const QByteArray &bytes)
{
    return {peer::expectMessage(), peer::send(bytes)};
}

inline Script answer(const Value &value)
{
    return answer(replyBytes(value));
}

/// Waits for an asynchronous call.
inline Reply await(const PendingCall &call)
{
    std::optional<Reply> result;
    QObject receiver;
    QEventLoop loop;
    QTimer::singleShot(20s, &receiver, [] { qFatal("a call did not end"); });
    call.then(&receiver, [&](const Reply &reply) {
        result = reply;
        loop.quit();
    });
    loop.exec();
    return *result;
}

/// One call, in the form that the test's global data names.
inline Reply call(Proxy &proxy, const QString &method, std::vector<Value> args = {}, CallOptions options = {})
{
    QFETCH_GLOBAL(bool, isAsync);
    if (isAsync)
        return await(proxy.call(method, std::move(args), {}, options));
    return proxy.callBlocking(method, std::move(args), {}, options);
}

inline Reply send(Proxy &proxy, Message message, CallOptions options = {})
{
    QFETCH_GLOBAL(bool, isAsync);
    return isAsync ? await(proxy.send(std::move(message), options))
                   : proxy.sendBlocking(std::move(message), options);
}

inline Reply bind(Proxy &proxy, CallOptions options = {})
{
    QFETCH_GLOBAL(bool, isAsync);
    return isAsync ? await(proxy.bind(options)) : proxy.bindBlocking(options);
}

inline void bothForms()
{
    QTest::addColumn<bool>("isAsync");
    QTest::addRow("blocking") << false;
    QTest::addRow("async") << true;
}

inline const QString kEcho = QStringLiteral("echo");

} // namespace fixture

#define COMPARE_ERROR(reply, expectedKind)                                                                   \
    do {                                                                                                     \
        const pyrolens::Reply checked = (reply);                                                             \
        QVERIFY2(!checked.isOk(), "the call succeeded");                                                     \
        QVERIFY2(checked.error().kind == (expectedKind),                                                     \
            qPrintable(kindName(checked.error().kind) + u": " + checked.error().what));                      \
    } while (false)

#define VERIFY_OK(reply)                                                                                     \
    do {                                                                                                     \
        const pyrolens::Reply checked = (reply);                                                             \
        QVERIFY2(checked.isOk(), checked.isOk() ? "" : qPrintable(checked.error().what));                    \
    } while (false)
