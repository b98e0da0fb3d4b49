// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostiletest.h"

#include <pyrolens/base/compression.h>

#include <thread>

using namespace pyrolens;
using namespace pyrolens::testing;

// Robustness rules, section 3: each kind of bad input has its reply, its effect on the connection, and its
// log line; and a good client is served all the while.
class tst_Hostile : public HostileTest
{
    Q_OBJECT

private Q_SLOTS:
    void refusesBadMessages_data();
    void refusesBadMessages();
    void refusesBadGreetings_data();
    void refusesBadGreetings();
    void closesSilentConnections_data();
    void closesSilentConnections();
    void closesDrippingConnections_data();
    void closesDrippingConnections();
    void slowButSteadyMessageEarnsItsTime();
    void steadyStreamOfSmallMessagesIsNeverLate();
    void notesPeersThatLeaveWithinAMessage();
    void carriesSharedStructure();
    void takesFramesUpToTheLimit();
};

void tst_Hostile::refusesBadMessages_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("answer"); // start of "Class: text"; empty = none
    QTest::addColumn<bool>("keeps");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QByteArray &bytes, const char *answer, bool keeps,
                         const char *code) {
        QTest::newRow(name) << bytes << QString::fromLatin1(answer) << keeps << QString::fromLatin1(code);
    };
    const QByteArray good = pickled(Value::tuple({str("probe-id"), str("echo"), Value::integer(3),
        Value::tuple({Value::tuple({Value::integer(1)}), Value::dict({})})}));
    row("version", frame(good, {.version = 4}), "ProtocolError: incompatible protocol version", false,
        "frame.bad-header");
    row("magic", frame(good, {.id = "PIRO"}), "ProtocolError: invalid header", false, "frame.bad-header");
    row("header-size", frame(good, {.headerSize = 20}), "ProtocolError: invalid header", false,
        "frame.bad-header");
    row("negative-size", frame(good, {.bodySize = -1}), "ProtocolError: ", false, "frame.too-large");
    row("too-large", frame(good, {.bodySize = 0x7fffffff}), "ProtocolError: ", false, "frame.too-large");
    row("checksum", frame(good, {.flags = 2, .checksum = 1}), "ProtocolError: checksum error", false,
        "frame.checksum");
    row("xml", frame("<?xml version=\"1.0\"?>", {.flags = 4}), "ProtocolError: ", true, "value.serializer");
    row("zip-corrupt", frame("no zlib stream", {.flags = 1}), "error: ", true, "zip.corrupt");
    row("zip-empty", frame({}, {.flags = 1}), "error: ", true, "zip.corrupt");
    row("zip-cut", frame(deflate(good).chopped(3), {.flags = 1}), "error: ", true, "zip.corrupt");
    row("zip-bomb", frame(deflate(QByteArray(3 * 1024 * 1024, '\0')), {.flags = 1}), "error: ", true,
        "zip.bomb");
    row("no-pickle", frame("hello"), "UnpicklingError: ", true, "pickle.opcode");
    row("cut-pickle", frame(good.chopped(1)), "UnpicklingError: ", true, "pickle.truncated");
    row("ext", frame(QByteArray("\x80\x02\x82\x01.", 5)), "UnpicklingError: ", true, "pickle.opcode");
    row("persistent-id", frame("Pabc\n."), "UnpicklingError: ", true, "pickle.opcode");
    row("underflow", frame("0."), "UnpicklingError: ", true, "pickle.");
    row("missing-mark", frame("t."), "UnpicklingError: ", true, "pickle.");
    row("trailing", frame(good + "x"), "UnpicklingError: ", true, "value.trailing");
    row("too-deep", request(nested(150)), "", true, "value.depth");
    row("not-a-tuple", frame(pickled(Value::list({Value::integer(1)}))), "TypeError: ", true, "call.shape");
    row("three-items", frame(pickled(Value::tuple({str("a"), str("b"), Value::integer(3)}))),
        "TypeError: ", true, "call.shape");
    row("args-no-tuple",
        frame(pickled(Value::tuple({str("probe-id"), str("echo"), Value::integer(0), str("x")}))),
        "TypeError: ", true, "call.shape");
    row("kwargs-no-names",
        frame(pickled(Value::tuple({str("probe-id"), str("echo"), Value::integer(3),
            Value::tuple({Value::tuple({}), Value::dict({{Value::integer(1), Value()}})})}))),
        "TypeError: ", true, "call.shape");
    row("unhashable-object",
        frame(pickled(Value::tuple({Value::list({}), str("echo"), Value::integer(0), Value::tuple({})}))),
        "ProtocolError: unknown object ID", true, "call.object");
    row("unknown-object", request(Value(), 3, "echo", "nowhere"), "ProtocolError: unknown object ID", true,
        "call.object");
    row("unknown-method", request(Value(), 3, "nothing"),
        "AttributeError: 'Probe' object has no attribute 'nothing'", true, "call.method");
    row("private-method", request(Value(), 3, "__class__"),
        "AttributeError: 'Probe' object has no attribute '__class__'", true, "call.method");
    row("long-name", request(Value(), 3, QByteArray(5'000, 'm').constData()), "", true, "call.name-too-long");
    row("class",
        frame("\x80\x02(U\x08probe-idU\x04"
              "echoK\x03(cos\nsystem\n\x85}tt."),
        "TypeError: class 'os.system' is not accepted here; its host may let it in with --accept-class "
        "os.system",
        true, "pickle.class-refused");
    row("class-call",
        frame("\x80\x02(U\x08probe-idU\x04"
              "echoK\x03(cos\nsystem\nU\x02id\x85R\x85}tt."),
        "TypeError: class 'os.system'", true, "pickle.class-refused");
    row("housekeeping", request(str("x"), 3, "setGUID"), "AttributeError: not allowed: setGUID", true,
        "call.refused");
    // Oneway: the same, in silence.
    row("oneway-unknown-object", request(Value(), 7, "echo", "nowhere"), nullptr, true, "call.object");
    row("oneway-unknown-method", request(Value(), 7, "nothing"), nullptr, true, "call.method");
    row("oneway-class",
        frame("\x80\x02(U\x08probe-idU\x04"
              "echoK\x07(cos\nsystem\n\x85}tt."),
        nullptr, true, "pickle.class-refused");
    row("oneway-housekeeping", request(str("x"), 7, "setGUID"), nullptr, true, "call.refused");
}

void tst_Hostile::refusesBadMessages()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, answer);
    QFETCH(bool, keeps);
    QFETCH(QString, code);
    start([](DaemonOptions &options) { options.limits.maxDepth = 100; });
    TestClient client(m_port);
    QVERIFY(client.isGreeted());
    QVERIFY(client.send(bytes));
    if (!answer.isNull()) {
        const auto reply = client.receive();
        QVERIFY2(reply, qPrintable(reply ? QString() : reply.error().what));
        QVERIFY(reply->kind == Message::Kind::Failure);
        const QString text = failure(RemoteError::toError(*reply->error));
        QVERIFY2(text.startsWith(answer), qPrintable(text));
    }
    if (keeps)
        QVERIFY(isServed(client));
    else
        QCOMPARE(client.readToEnd(), QByteArray());
    QTRY_VERIFY2(wasLogged(code) || (code.endsWith(u'.') && takenLines().join(u' ').contains(code)),
        qPrintable(takenLines().join(u'\n')));
    QVERIFY(goodClientIsServed());
}

void tst_Hostile::refusesBadGreetings_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("capsule"); // comes in place of the verdict
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QByteArray &bytes, bool capsule, const char *code) {
        QTest::newRow(name) << bytes << capsule << QString::fromLatin1(code);
    };
    const QByteArray connect("CONNECT0123456789abcdef");
    row("version", frame(connect, {.version = 4}), true, "frame.bad-header");
    row("magic", frame(connect, {.id = "PIRO"}), true, "frame.");
    row("header-size", frame(connect, {.headerSize = 19}), true, "frame.bad-header");
    row("http", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", true, "frame.");
    row("tls", QByteArray::fromHex("16030100c8010000c40303aabbccddeeff00112233445566778899"), true, "frame.");
    row("ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", true, "frame.");
    row("pyro5", "PYRO\x01\xf6\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", true, "frame.");
    row("request-first", request(Value()), false, "frame.type");
    row("wrong-word", frame("KONNECT0123456789abcdef"), false, "frame.type");
    row("too-large", frame(connect, {.bodySize = 5'000}), true, "frame.too-large");
}

void tst_Hostile::refusesBadGreetings()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, capsule);
    QFETCH(QString, code);
    start();
    TestClient client(m_port);
    QVERIFY(client.receive()); // the challenge; our CONNECT has gone out
    TestClient raw(m_port);
    QVERIFY(raw.send(bytes));
    const auto answer = raw.readToEnd();
    QVERIFY(answer);
    QVERIFY(answer->startsWith("PYRO")); // the challenge
    QCOMPARE(answer->size() > 34, capsule);
    QVERIFY(!answer->contains("GRANTED"));
    QTRY_VERIFY2(takenLines().join(u' ').contains(code), qPrintable(takenLines().join(u'\n')));
    QVERIFY(goodClientIsServed());
}

void tst_Hostile::closesSilentConnections_data()
{
    QTest::addColumn<bool>("greets");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::newRow("nothing") << false << QByteArray() << QStringLiteral("conn.handshake-timeout");
    QTest::newRow("half-header") << false << QByteArray("PYRO\0\5", 6)
                                 << QStringLiteral("conn.handshake-timeout");
    QTest::newRow("half-request") << true << request(Value()).chopped(4) << QStringLiteral("frame.timeout");
    QTest::newRow("half-header-later") << true << QByteArray("PYRO", 4) << QStringLiteral("frame.timeout");
    QTest::newRow("whole-and-half") << true << request(Value(), 7, "note") + request(Value()).first(30)
                                    << QStringLiteral("frame.timeout");
}

void tst_Hostile::closesSilentConnections()
{
    QFETCH(bool, greets);
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    start();
    TestClient client(m_port);
    if (greets)
        QVERIFY(client.isGreeted());
    QElapsedTimer timer;
    timer.start();
    if (!bytes.isEmpty())
        QVERIFY(client.send(bytes));
    QVERIFY(goodClientIsServed());
    QVERIFY(client.readToEnd(3s));
    QVERIFY2(timer.elapsed() >= 200 && timer.elapsed() < 1'500, qPrintable(QString::number(timer.elapsed())));
    QTRY_VERIFY2(wasLogged(code), qPrintable(takenLines().join(u'\n')));
}

void tst_Hostile::closesDrippingConnections_data()
{
    QTest::addColumn<bool>("greets");
    QTest::addColumn<QString>("code");
    QTest::newRow("handshake") << false << QStringLiteral("conn.handshake-timeout");
    QTest::newRow("request") << true << QStringLiteral("frame.timeout");
}

void tst_Hostile::closesDrippingConnections()
{
    QFETCH(bool, greets);
    QFETCH(QString, code);
    start();
    TestClient client(m_port);
    if (greets)
        QVERIFY(client.isGreeted());
    const QByteArray bytes
        = greets ? request(str("a long text that comes a byte at a time")) : frame("CONNECT0123456789abcdef");
    QElapsedTimer timer;
    timer.start();
    for (qsizetype i = 0; timer.elapsed() < 2'000; ++i) {
        if (i < bytes.size() - 1 && !client.send(bytes.mid(i, 1)))
            break;
        if (client.stream().isReadable() && client.readToEnd(1ms))
            break;
        std::this_thread::sleep_for(10ms);
    }
    QVERIFY2(timer.elapsed() >= 200 && timer.elapsed() < 1'500, qPrintable(QString::number(timer.elapsed())));
    QTRY_VERIFY2(wasLogged(code), qPrintable(takenLines().join(u'\n')));
}

void tst_Hostile::slowButSteadyMessageEarnsItsTime()
{
    // 0.3 s for any frame, and a second for every 100 KiB: 200 KiB that take a second are in time.
    start([](DaemonOptions &options) { options.connections.frameBytesPerSecond = 100 * 1024; });
    TestClient client(m_port);
    QVERIFY(client.isGreeted());
    const QByteArray bytes = request(Value::str(QByteArray(200 * 1024, 'x')));
    for (qsizetype sent = 0; sent < bytes.size(); sent += 10 * 1024) {
        QVERIFY(client.send(bytes.mid(sent, 10 * 1024)));
        std::this_thread::sleep_for(40ms);
    }
    const auto reply = client.receive();
    QVERIFY2(reply, qPrintable(takenLines().join(u'\n')));
    QCOMPARE(reply->value.size(), 200 * 1024);
}

void tst_Hostile::steadyStreamOfSmallMessagesIsNeverLate()
{
    // Each piece ends within the header of the next message, for longer than any one message may take.
    start();
    TestClient client(m_port);
    QVERIFY(client.isGreeted());
    const QByteArray one = request(Value::integer(1), 7, "note");
    const QByteArray pair = one + one;
    QVERIFY(client.send(one.first(5)));
    constexpr int kPieces = 40;
    for (int i = 0; i < kPieces; ++i) {
        QVERIFY(client.send(pair.mid(5, one.size())));
        std::this_thread::sleep_for(20ms);
    }
    QVERIFY(client.send(one.sliced(5)));
    QVERIFY2(isServed(client), qPrintable(takenLines().join(u'\n')));
    QTRY_COMPARE(m_seen->count(), size_t(kPieces + 1));
}

void tst_Hostile::notesPeersThatLeaveWithinAMessage()
{
    QLoggingCategory::setFilterRules(QStringLiteral("pyrolens.server.debug=true"));
    start();
    {
        TestClient client(m_port);
        QVERIFY(client.isGreeted());
        QVERIFY(client.send(request(Value()).chopped(1)));
        TestClient resets(m_port);
        QVERIFY(resets.isGreeted());
        QVERIFY(resets.send(request(Value()).chopped(1)));
        QTRY_COMPARE(m_daemon.daemon()->connectionCount(), 2);
        std::this_thread::sleep_for(20ms); // for the bytes to be read before the reset throws them away
        resets.stream().reset();
    }
    QTRY_COMPARE(m_daemon.daemon()->connectionCount(), 0);
    QLoggingCategory::setFilterRules({});
    QCOMPARE(takenLines().filter(QStringLiteral("frame.truncated")).size(), 2);
}

void tst_Hostile::carriesSharedStructure()
{
    Value value = Value::list({str("leaf")});
    for (int i = 0; i < 60; ++i)
        value = Value::list({value, value}); // 2^60 leaves when written out
    start();
    TestClient client(m_port);
    const auto result = client.call("probe-id", "echo", {value});
    QVERIFY2(result, qPrintable(failure(result)));
    QVERIFY(*result == value);
}

void tst_Hostile::takesFramesUpToTheLimit()
{
    const QByteArray most = request(Value::str(QByteArray(4'000, 'x')));
    for (const qsizetype limit : {most.size() - 1, most.size(), most.size() + 1}) {
        start([&](DaemonOptions &options) { options.limits.maxFrameBytes = limit; });
        TestClient client(m_port);
        QVERIFY(client.isGreeted());
        QVERIFY(client.send(most));
        const auto reply = client.receive();
        QVERIFY(reply);
        QCOMPARE(reply->kind == Message::Kind::Reply, limit >= most.size());
        m_daemon.stop();
    }
}

QTEST_GUILESS_MAIN(tst_Hostile)
#include "tst_hostile.moc"
