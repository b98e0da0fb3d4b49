// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientfixture.h"
#include "support/slowdown.h"

using namespace pyrolens;
using namespace fixture;

/// Calls against a peer that behaves well, and one that does not in every phase; each test in both forms of
/// the client.
class tst_Calls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { bothForms(); }

    void returnsWhatTheMethodReturned();
    void keepsTheConnection();
    void carriesUnicode();
    void receivesABigReplyInPlace();
    void raisesRemoteExceptions();
    void asksForAttributes();
    void presentsCredentials();
    void sendsOnewayCallsWithoutWaiting();
    void bindsWithoutACall();
    void tellsWhereTimeAndBytesWent();
    void asksThePolicyFirst();
    void showsTheTapAllBytes();
    void refusesAnEncodingItCannotDo();
};

void tst_Calls::returnsWhatTheMethodReturned()
{
    ScriptedPeer server({handshake() + answer(Value::integer(42))});
    Proxy proxy(context(), objectUri(server.port()));
    QCOMPARE(proxy.state(), Proxy::State::Idle);
    const Reply reply = call(proxy, kEcho, {Value::integer(42)});
    VERIFY_OK(reply);
    QCOMPARE(reply.value().asInteger(), std::optional<qint64>(42));
    QCOMPARE(proxy.state(), Proxy::State::Ready);
    QCOMPARE(server.failures(), QStringList());
    QVERIFY(server.received().contains("the-object"));
    QVERIFY(server.received().contains("echo"));
    proxy.release();
    QCOMPARE(proxy.state(), Proxy::State::Idle);
}

void tst_Calls::keepsTheConnection()
{
    ScriptedPeer server(
        {handshake() + answer(Value::integer(1)) + answer(Value::integer(2)) + answer(Value::integer(3))});
    Proxy proxy(context(), objectUri(server.port()));
    for (qint64 i = 1; i <= 3; ++i)
        QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(i));
    QCOMPARE(server.connections(), 1);
}

void tst_Calls::carriesUnicode()
{
    const QString text = QStringLiteral(u"Grüße, Ἑλλάς, 漢字, \U0001F680");
    ScriptedPeer server({handshake() + answer(Value::text(text))});
    Proxy proxy(context(), objectUri(server.port(), QStringLiteral("objéct")));
    const Reply reply = call(proxy, QStringLiteral("mäthod"), {Value::text(text)});
    VERIFY_OK(reply);
    QCOMPARE(reply.value().toText(), text);
    QVERIFY(server.received().contains(QStringLiteral("objéct").toUtf8()));
    QVERIFY(server.received().contains(QStringLiteral("mäthod").toUtf8()));
    QVERIFY(server.received().contains(text.toUtf8()));
}

void tst_Calls::receivesABigReplyInPlace()
{
    QByteArray body(6 * 1024 * 1024, Qt::Uninitialized);
    for (qsizetype i = 0; i < body.size(); ++i)
        body[i] = char(i ^ (i >> 8));
    ScriptedPeer server({handshake() + answer(Value::str(body)) + answer(Value::integer(1))});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    VERIFY_OK(reply);
    QVERIFY(reply.value().rawBytes() == QByteArrayView(body));
    VERIFY_OK(call(proxy, kEcho)); // the connection is as before
    QCOMPARE(server.connections(), 1);
}

void tst_Calls::raisesRemoteExceptions()
{
    ScriptedPeer server({handshake()
        + answer(failureBytes(QStringLiteral("exceptions.ValueError"), QStringLiteral("too hot")))
        + answer(Value::integer(1))});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Remote);
    QVERIFY(reply.error().remote);
    QCOMPARE(reply.error().remote->className, QStringLiteral("exceptions.ValueError"));
    QCOMPARE(reply.error().remote->args.at(0).toText(), QStringLiteral("too hot"));
    QVERIFY(reply.error().remote->hasTraceback());
    VERIFY_OK(call(proxy, kEcho));
    QCOMPARE(server.connections(), 1); // the exception of a method is no fault of the connection
}

void tst_Calls::asksForAttributes()
{
    ScriptedPeer server(
        {handshake() + answer(Value::integer(1)) + answer(Value::real(21.5)) + answer(Value())});
    Proxy proxy(context(), objectUri(server.port()));
    QFETCH_GLOBAL(bool, isAsync);
    Message message;
    message.kind = Message::Kind::HasAttribute;
    message.method = "temperature";
    if (isAsync) {
        VERIFY_OK(await(proxy.hasAttribute(QStringLiteral("temperature"))));
        QCOMPARE(await(proxy.attribute(QStringLiteral("temperature"))).value().asReal(),
            std::optional<double>(21.5));
        VERIFY_OK(await(proxy.setAttribute(QStringLiteral("temperature"), Value::integer(3))));
    } else {
        VERIFY_OK(proxy.sendBlocking(message));
        message.kind = Message::Kind::GetAttribute;
        QCOMPARE(proxy.sendBlocking(message).value().asReal(), std::optional<double>(21.5));
        message.kind = Message::Kind::SetAttribute;
        message.value = Value::integer(3);
        VERIFY_OK(proxy.sendBlocking(message));
    }
    QCOMPARE(server.failures(), QStringList());
    for (const char *name : {"_r_ha", "_r_ga", "_r_sa"})
        QVERIFY2(server.received().contains(name), name);
}

void tst_Calls::presentsCredentials()
{
    // Check values of the protocol description, section 2.
    const QByteArray challengeBytes = QByteArray::fromHex("b128164254d6fa78a4dc9fbc97ca47bb");
    const QByteArray token = QByteArray::fromHex("f52f62eb913db9982907cf856e04f9fd");
    const QByteArray greeting = QByteArray::fromHex("5059524f0005001200000010000000000000") + challengeBytes;
    const QByteArray connect
        = QByteArray::fromHex("5059524f0005001200000017000000000000") + "CONNECT" + token;
    ScriptedPeer server(
        {Script{peer::send(greeting), peer::expect(connect), peer::send(kGranted)} + answer(Value())});
    ProxyOptions options;
    options.credentials.ident = QStringLiteral("s3cret");
    Proxy proxy(context(), objectUri(server.port()), options);
    VERIFY_OK(call(proxy, kEcho));
    QCOMPARE(server.failures(), QStringList());
}

void tst_Calls::sendsOnewayCallsWithoutWaiting()
{
    ScriptedPeer server(
        {handshake() + Script{peer::expectMessage(), peer::expectMessage()} + answer(Value::integer(7))});
    ProxyOptions options;
    options.onewayMethods = QStringList{QStringLiteral("note")};
    Proxy proxy(context(), objectUri(server.port()), options);
    const Reply listed = call(proxy, QStringLiteral("note"));
    VERIFY_OK(listed);
    QVERIFY(listed.value().isNone());
    QVERIFY(listed.trace().oneway);
    CallOptions oneway;
    oneway.oneway = true;
    VERIFY_OK(call(proxy, QStringLiteral("other"), {}, oneway));
    CallOptions twoway;
    twoway.oneway = false;
    QCOMPARE(call(proxy, QStringLiteral("note"), {}, twoway).value().asInteger(), std::optional<qint64>(7));
    QCOMPARE(server.failures(), QStringList());
}

void tst_Calls::bindsWithoutACall()
{
    ScriptedPeer server({handshake()});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = bind(proxy);
    VERIFY_OK(reply);
    QCOMPARE(proxy.state(), Proxy::State::Ready);
    QVERIFY(reply.trace().newConnection);
    QCOMPARE(reply.trace().generation, 3);
}

void tst_Calls::tellsWhereTimeAndBytesWent()
{
    const QByteArray bytes = replyBytes(Value::integer(1));
    ScriptedPeer server(
        {handshake() + Script{peer::expectMessage(), peer::wait(30ms * testing::kSlowdown), peer::send(bytes)}
            + answer(bytes)});
    Proxy proxy(context(), objectUri(server.port()));
    const CallTrace first = call(proxy, kEcho).trace();
    QVERIFY(first.newConnection);
    QVERIFY(first.connect > 0ns && first.handshake > 0ns);
    QVERIFY2(first.wait >= 20ms && first.wait < 1s * testing::kSlowdown,
        qPrintable(QString::number(first.wait.count())));
    QVERIFY(first.total
        >= first.connect + first.handshake + first.send + first.wait + first.receive + first.decode);
    QVERIFY(first.bytesSent > 18);
    QCOMPARE(first.bytesReceived, bytes.size());
    QCOMPARE(first.endpoint, QStringLiteral("127.0.0.1:%1").arg(server.port()));
    const CallTrace second = call(proxy, kEcho).trace();
    QVERIFY(!second.newConnection);
    QVERIFY(second.connect == 0ns && second.handshake == 0ns);
}

void tst_Calls::asksThePolicyFirst()
{
    struct ReadOnly : CallPolicy
    {
        std::optional<Error> refusal(const Uri &target, const Message &message) const override
        {
            if (message.kind != Message::Kind::SetAttribute)
                return std::nullopt;
            return Error::denied(QStringLiteral("%1 is read-only here").arg(target.endpoint()));
        }
    };
    ScriptedPeer server({handshake() + answer(Value())});
    auto guarded = context();
    guarded->policy = std::make_shared<ReadOnly>();
    Proxy proxy(guarded, objectUri(server.port()));
    Message message;
    message.kind = Message::Kind::SetAttribute;
    message.method = "x";
    COMPARE_ERROR(send(proxy, message), Error::Kind::Denied);
    QCOMPARE(server.connections(), 0);
    VERIFY_OK(call(proxy, kEcho));
}

void tst_Calls::showsTheTapAllBytes()
{
    struct Tap : ByteTap
    {
        void opened(quint64 connection, const Endpoint &, const Endpoint &peer, bool outgoing) override
        {
            log += QStringLiteral("open %1 %2").arg(peer.host).arg(outgoing);
            id = connection;
        }
        void bytes(quint64 connection, bool isSent, QByteArrayView data) override
        {
            (isSent ? sent : got) += data;
            same = same && connection == id;
        }
        void closed(quint64 connection, const QString &) override
        {
            log += QStringLiteral("closed");
            same = same && connection == id;
        }
        QStringList log;
        QByteArray sent;
        QByteArray got;
        quint64 id = 0;
        bool same = true;
    };
    const QByteArray bytes = replyBytes(Value::integer(1));
    ScriptedPeer server({handshake() + answer(bytes)});
    auto watched = context();
    auto tap = std::make_shared<Tap>();
    watched->tap = tap;
    Proxy proxy(watched, objectUri(server.port()));
    VERIFY_OK(call(proxy, kEcho));
    proxy.release();
    QCOMPARE(tap->log, (QStringList{QStringLiteral("open 127.0.0.1 1"), QStringLiteral("closed")}));
    QCOMPARE(tap->got, challenge() + kGranted + bytes);
    QTRY_COMPARE(server.received(), tap->sent);
    QVERIFY(tap->same && tap->id > 0);
}

void tst_Calls::refusesAnEncodingItCannotDo()
{
    // A msgpack extension has no pickle; the connection is not at fault.
    ScriptedPeer server({handshake() + answer(Value())});
    Proxy proxy(context(), objectUri(server.port()));
    COMPARE_ERROR(call(proxy, kEcho, {Value::ext(5, "x")}), Error::Kind::Unsupported);
    VERIFY_OK(call(proxy, kEcho));
    QCOMPARE(server.connections(), 1);
}

QTEST_GUILESS_MAIN(tst_Calls)
#include "tst_calls.moc"
