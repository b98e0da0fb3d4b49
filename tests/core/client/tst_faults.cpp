// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientfixture.h"

using namespace pyrolens;
using namespace fixture;

/// Peers that misbehave in every phase of a call, in both forms of the client.
class tst_Faults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { bothForms(); }

    void endsAtTheDeadline_data();
    void endsAtTheDeadline();
    void saysHowTheConnectionWasLost_data();
    void saysHowTheConnectionWasLost();
    void understandsRefusals_data();
    void understandsRefusals();
    void refusesAReplyAboveTheLimit();
    void saysThatNobodyListens();

    void connectsAgainWhenTheServerClosedWhileIdle();
    void neverTakesStrayBytesForAReply();
    void refusesTwoRepliesToOneCall();
    void neverSendsTwice();
    void readsWhyTheServerWouldNotTakeTheRequest();
    void connectsAgainWithOtherOptions();
    void connectsAgainAfterAProtocolFailure();
};

void tst_Faults::endsAtTheDeadline_data()
{
    QTest::addColumn<Script>("script");
    QTest::addColumn<bool>("byConnectTimeout");
    const QByteArray reply = replyBytes(Value::str(QByteArray(200, 'x')));
    using namespace peer;
    QTest::addRow("silent-accept") << Script{} << true;
    QTest::addRow("half-challenge") << Script{send(challenge().first(20))} << true;
    QTest::addRow("dripping-challenge") << Script{drip(challenge(), 100ms)} << true;
    QTest::addRow("no-verdict") << Script{send(challenge()), expectMessage()} << true;
    QTest::addRow("half-verdict") << Script{send(challenge()), expectMessage(), send("GRAN")} << true;
    QTest::addRow("no-reply") << handshake() + Script{expectMessage()} << false;
    QTest::addRow("half-header") << handshake() + Script{expectMessage(), send(reply.first(9))} << false;
    QTest::addRow("half-reply") << handshake() + Script{expectMessage(), send(reply.first(100))} << false;
    QTest::addRow("dripping-reply") << handshake() + Script{expectMessage(), drip(reply, 10ms)} << false;
}

void tst_Faults::endsAtTheDeadline()
{
    QFETCH(Script, script);
    QFETCH(bool, byConnectTimeout);
    for (const bool isCallTimeout : {false, true}) {
        if (!isCallTimeout && !byConnectTimeout)
            continue;
        ScriptedPeer server({script});
        ProxyOptions options;
        options.connectTimeout = isCallTimeout ? 10s : 60ms;
        options.callTimeout = isCallTimeout ? 60ms : 10s;
        Proxy proxy(context(), objectUri(server.port()), options);
        QElapsedTimer clock;
        clock.start();
        const Reply reply = call(proxy, kEcho);
        const qint64 elapsed = clock.elapsed();
        COMPARE_ERROR(reply, Error::Kind::Timeout);
        QVERIFY2(elapsed >= 55 && elapsed < 1000, qPrintable(QString::number(elapsed)));
        QVERIFY2(reply.error().what.contains(QStringLiteral("127.0.0.1:%1").arg(server.port())),
            qPrintable(reply.error().what));
        QCOMPARE(proxy.state(), Proxy::State::Idle);
    }
}

void tst_Faults::saysHowTheConnectionWasLost_data()
{
    QTest::addColumn<Script>("script");
    QTest::addColumn<QString>("text");
    using namespace peer;
    const QByteArray reply = replyBytes(Value::str(QByteArray(200, 'x')));
    const QString inHandshake = QStringLiteral("during the handshake");
    const QString inReply = QStringLiteral("in the middle of its reply, after 100 bytes");
    const QString beforeReply = QStringLiteral("before it replied");
    for (const bool isReset : {false, true}) {
        const Step end = isReset ? reset() : hangUp();
        const char *how = isReset ? "reset" : "close";
        // A reset may even come before the connect is seen to have worked.
        QTest::addRow("%s-at-once", how)
            << Script{end} << (isReset ? QStringLiteral("onnection") : inHandshake);
        QTest::addRow("%s-after-challenge", how)
            << Script{send(challenge()), expectMessage(), end} << inHandshake;
        QTest::addRow("%s-before-reply", how) << handshake() + Script{expectMessage(), end} << beforeReply;
        QTest::addRow("%s-in-reply", how)
            << handshake() + Script{expectMessage(), send(reply.first(100)), wait(20ms), end} << inReply;
    }
    QTest::addRow("close-in-verdict")
        << Script{send(challenge()), expectMessage(), send("GRA"), hangUp()} << inHandshake;
}

void tst_Faults::saysHowTheConnectionWasLost()
{
    QFETCH(Script, script);
    QFETCH(QString, text);
    ScriptedPeer server({script});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Disconnected);
    QVERIFY2(reply.error().what.contains(text), qPrintable(reply.error().what));
    QCOMPARE(proxy.state(), Proxy::State::Idle);
    QCOMPARE(server.connections(), 1);
}

void tst_Faults::understandsRefusals_data()
{
    QTest::addColumn<Script>("script");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    using namespace peer;
    const auto denied = int(Error::Kind::Denied);
    const auto protocol = int(Error::Kind::Protocol);
    const QByteArray capsule = failureBytes(
        QStringLiteral("Pyro.errors.ProtocolError"), QStringLiteral("incompatible protocol version"), false);
    for (int code = 0; code < 4; ++code) {
        const QByteArray verdict = "DENIED" + QByteArray::number(code);
        const QString text = QStringList{QStringLiteral("unspecified reason"), QStringLiteral("too busy"),
            QStringLiteral("host blocked"), QStringLiteral("security reasons")}
                                 .at(code);
        QTest::addRow("instead-of-challenge-%d", code) << Script{send(verdict), hangUp()} << denied << text;
        QTest::addRow("after-connect-%d", code)
            << Script{send(challenge()), expectMessage(), send(verdict), hangUp()} << denied << text;
    }
    QTest::addRow("denied-and-silent") << Script{send("DENIED1")} << denied << QStringLiteral("too busy");
    QTest::addRow("capsule") << Script{send(challenge()), expectMessage(), send(capsule), hangUp()}
                             << protocol << QStringLiteral("incompatible protocol version");
    QTest::addRow("other-word") << Script{send(challenge()), expectMessage(), send("WELCOME")} << protocol
                                << QString();
    QTest::addRow("http") << Script{send("HTTP/1.1 400 Bad Request\r\n\r\n")} << protocol
                          << QStringLiteral("HTTP");
    QTest::addRow("garbage") << Script{send(QByteArray(64, '\xee'))} << protocol << QString();
    QTest::addRow("short-challenge") << Script{send(
        QByteArray::fromHex("5059524f000500120000000400000000000061626364"))}
                                     << protocol << QString();
    QTest::addRow("more-than-granted") << Script{send(challenge()), expectMessage(), send("GRANTEDx")}
                                       << protocol << QStringLiteral("more than the handshake");
}

void tst_Faults::understandsRefusals()
{
    QFETCH(Script, script);
    QFETCH(int, kind);
    QFETCH(QString, text);
    ScriptedPeer server({script});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind(kind));
    QVERIFY2(reply.error().what.contains(text), qPrintable(reply.error().what));
    QVERIFY2(reply.error().what.contains(QStringLiteral("127.0.0.1:%1").arg(server.port())),
        qPrintable(reply.error().what));
    if (reply.error().kind == Error::Kind::Denied)
        QCOMPARE(reply.error().code, QStringLiteral("auth.denied"));
    QCOMPARE(proxy.state(), Proxy::State::Idle);
}

void tst_Faults::refusesAReplyAboveTheLimit()
{
    QByteArray header = replyBytes(Value()).first(18);
    header.replace(8, 4, QByteArray::fromHex("7fffff00"));
    ScriptedPeer server({handshake() + answer(header)});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Limit);
    QCOMPARE(reply.error().code, QStringLiteral("frame.too-large"));
    QCOMPARE(proxy.state(), Proxy::State::Idle);
}

void tst_Faults::saysThatNobodyListens()
{
    auto server = std::make_unique<ScriptedPeer>(std::vector<Script>{});
    const int port = server->port();
    server.reset();
    Proxy proxy(context(), objectUri(port));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Disconnected);
    QCOMPARE(reply.error().what,
        QStringLiteral(
            "127.0.0.1:%1 refused the connection. Nothing listens there, or it listens on another address.")
            .arg(port));
}

void tst_Faults::connectsAgainWhenTheServerClosedWhileIdle()
{
    ScriptedPeer server({handshake() + answer(Value::integer(1)) + Script{peer::hangUp()},
        handshake() + answer(Value::integer(2))});
    Proxy proxy(context(), objectUri(server.port()));
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(1));
    QTest::qSleep(30); // the server closes; no event loop runs, so nobody has noticed yet
    const Reply reply = call(proxy, kEcho);
    VERIFY_OK(reply);
    QCOMPARE(reply.value().asInteger(), std::optional<qint64>(2));
    QVERIFY(reply.trace().newConnection);
    QCOMPARE(server.connections(), 2);
}

void tst_Faults::neverTakesStrayBytesForAReply()
{
    // As after a oneway call to an unknown object (vector oneway_unknown_object): an answer that nobody waits
    // for.
    const QByteArray stray = failureBytes(
        QStringLiteral("Pyro.errors.ProtocolError"), QStringLiteral("unknown object ID"), false);
    ScriptedPeer server({handshake() + answer(stray), handshake() + answer(Value::integer(2))});
    Proxy proxy(context(), objectUri(server.port()));
    CallOptions oneway;
    oneway.oneway = true;
    VERIFY_OK(call(proxy, QStringLiteral("note"), {}, oneway));
    QTest::qSleep(30);
    const Reply reply = call(proxy, kEcho);
    VERIFY_OK(reply);
    QCOMPARE(reply.value().asInteger(), std::optional<qint64>(2));
    QCOMPARE(server.connections(), 2);
}

void tst_Faults::refusesTwoRepliesToOneCall()
{
    const QByteArray bytes = replyBytes(Value::integer(1));
    ScriptedPeer server({handshake() + answer(bytes + bytes), handshake() + answer(Value::integer(2))});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = call(proxy, kEcho);
    COMPARE_ERROR(reply, Error::Kind::Protocol);
    QCOMPARE(reply.error().code, QStringLiteral("reply.mismatch"));
    QCOMPARE(proxy.state(), Proxy::State::Idle);
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(2));
    QCOMPARE(server.connections(), 2);
}

void tst_Faults::neverSendsTwice()
{
    ScriptedPeer server(
        {handshake() + Script{peer::expectMessage(), peer::hangUp()}, handshake() + answer(Value())});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = call(proxy, QStringLiteral("launch"));
    COMPARE_ERROR(reply, Error::Kind::Disconnected);
    QVERIFY2(reply.error().what.contains(QStringLiteral("not repeated")), qPrintable(reply.error().what));
    QCOMPARE(server.connections(), 1);
    QCOMPARE(server.received().count("launch"), 1);
}

void tst_Faults::readsWhyTheServerWouldNotTakeTheRequest()
{
    // The server answers after the header, "too large", and reads no further.
    const QByteArray refusal = failureBytes(
        QStringLiteral("Pyro.errors.ProtocolError"), QStringLiteral("message too large"), false);
    std::atomic<bool> isOver{false};
    ScriptedPeer server({handshake()
        + Script{
            peer::expectBytes(18), peer::send(refusal), peer::until([&isOver] { return isOver.load(); })}});
    Proxy proxy(context(), objectUri(server.port()));
    const Reply reply = call(
        proxy, kEcho, {Value::str(QByteArray(8 * 1024 * 1024, 'x'))}, {.timeout = 500ms, .oneway = {}});
    isOver = true;
    COMPARE_ERROR(reply, Error::Kind::Remote);
    QVERIFY(reply.error().what.contains(QStringLiteral("message too large")));
    QCOMPARE(proxy.state(), Proxy::State::Idle);
}

void tst_Faults::connectsAgainWithOtherOptions()
{
    ScriptedPeer server({handshake() + answer(Value()), handshake() + answer(Value())});
    Proxy proxy(context(), objectUri(server.port()));
    VERIFY_OK(call(proxy, kEcho));
    ProxyOptions options = proxy.options();
    options.compress = true;
    proxy.setOptions(options);
    VERIFY_OK(call(proxy, kEcho, {Value::str(QByteArray(100'000, 'x'))}));
    QCOMPARE(server.connections(), 2);
    QVERIFY(server.received().size() < 5'000);
}

void tst_Faults::connectsAgainAfterAProtocolFailure()
{
    // A failure without a trace-back comes from the protocol layer, and the server closes after it. The
    // client does not wait for that: the next call, however soon, goes over a new connection.
    const QByteArray failure = failureBytes(
        QStringLiteral("Pyro.errors.ProtocolError"), QStringLiteral("unknown object ID"), false);
    ScriptedPeer server({handshake() + answer(failure) + Script{peer::wait(20ms), peer::hangUp()},
        handshake() + answer(Value::integer(2))});
    Proxy proxy(context(), objectUri(server.port()));
    COMPARE_ERROR(call(proxy, kEcho), Error::Kind::Remote);
    QCOMPARE(call(proxy, kEcho).value().asInteger(), std::optional<qint64>(2));
}

QTEST_GUILESS_MAIN(tst_Faults)
#include "tst_faults.moc"
