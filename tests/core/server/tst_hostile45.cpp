// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "generations.h"
#include "hostiletest.h"

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

/// A message with fields that can be spoilt.
class Frame45
{
public:
    Frame45(int id, QByteArray bytes) : m_id(id), m_bytes(std::move(bytes)) { }

    qsizetype headerSize() const { return m_id == 4 ? 24 : 40; }
    Frame45 &put16(qsizetype at, quint16 value)
    {
        qToBigEndian(value, m_bytes.data() + at);
        return *this;
    }
    Frame45 &type(quint16 value)
    {
        if (m_id == 4)
            return put16(6, value);
        m_bytes[6] = char(value);
        return *this;
    }
    Frame45 &serializer(quint16 value)
    {
        if (m_id == 4)
            return put16(16, value);
        m_bytes[7] = char(value);
        return *this;
    }
    Frame45 &flags(quint16 value) { return put16(8, value); }
    Frame45 &length(qint32 value)
    {
        qToBigEndian(value, m_bytes.data() + 12);
        return *this;
    }
    Frame45 &payload(const QByteArray &bytes)
    {
        m_bytes = m_bytes.first(headerSize()) + bytes;
        return length(qint32(bytes.size()));
    }
    Frame45 &annotations(const QByteArray &area)
    {
        m_bytes.insert(headerSize(), area);
        if (m_id == 4)
            return put16(18, quint16(area.size()));
        qToBigEndian(quint32(area.size()), m_bytes.data() + 16);
        return *this;
    }
    /// With the checksum that belongs to it.
    QByteArray sealed()
    {
        if (m_id != 4)
            return m_bytes;
        const auto field
            = [this](qsizetype at) { return quint32(qFromBigEndian<quint16>(m_bytes.data() + at)); };
        const quint32 sum = field(6) + 48 + qFromBigEndian<quint32>(m_bytes.data() + 12) + field(18)
            + field(16) + field(8) + field(10) + 0x34e9;
        put16(22, quint16(sum & 0xffff));
        return m_bytes;
    }

private:
    const int m_id;
    QByteArray m_bytes;
};

} // namespace

/// Robustness rules, section 3, for generations 4 and 5.
class tst_Hostile45 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addGenerationsInModes(); }
    void init();
    void cleanup();
    void refusesBadMessages_data();
    void refusesBadMessages();
    void refusesBadGreetings_data();
    void refusesBadGreetings();
    void cutsLongBatches();
    void closesSilentConnections_data();
    void closesSilentConnections();

private:
    static int id()
    {
        QFETCH_GLOBAL(int, id);
        return id;
    }
    bool goodClientIsServed() const
    {
        TestClient client(generation(id()), m_port, of("probe-id"));
        return client.call("probe-id", "echo", {Value::integer(5)}).valueOr({}) == Value::integer(5);
    }
    static QByteArray broken(const QByteArray &how, const QByteArray &good);

    DaemonThread m_daemon;
    QtMessageHandler m_before = nullptr;
    int m_port = 0;
};

void tst_Hostile45::init()
{
    s_lines.clear();
    m_before = qInstallMessageHandler(takeLine);
    DaemonOptions options = modeOptions({id()});
    const auto port = m_daemon.start(everyGeneration(), options, [](Daemon &daemon) -> Status {
        const auto uri = daemon.connectServant(
            makeProbe(std::make_shared<Seen>(), Threading::Serialized), QStringLiteral("probe-id"));
        return uri ? Status(Done()) : Status(uri.error());
    });
    QVERIFY(port);
    m_port = *port;
}

void tst_Hostile45::cleanup()
{
    m_daemon.stop();
    qInstallMessageHandler(m_before);
}

/// A good request, spoilt.
QByteArray tst_Hostile45::broken(const QByteArray &how, const QByteArray &good)
{
    Frame45 frame(id(), good);
    constexpr quint16 kCompressed = 2;
    constexpr quint16 kOneway = 4;
    if (how == "magic")
        return "PIRO" + good.sliced(4);
    if (how == "version")
        return frame.put16(4, id() == 4 ? 47 : 501).sealed();
    if (how == "check") // checksum (4) or magic (5)
        return QByteArray(good).replace(id() == 4 ? 22 : 38, 2, "!!");
    if (how == "too-large")
        return frame.length(0x7fffffff).sealed();
    if (how == "negative")
        return frame.length(-1).sealed();
    if (how == "connect-again")
        return frame.type(1).sealed();
    if (how == "result")
        return frame.type(5).sealed();
    if (how == "annotation-overrun")
        return frame
            .annotations("TEST\xff\xff\xff\xff"
                         "abcd")
            .sealed();
    if (how == "annotation-flood") // more than 1,000, which both have room for
        return frame.annotations(QByteArray("ABCD").append(id() == 4 ? 2 : 4, '\0').repeated(1'001)).sealed();
    if (how == "annotation-short")
        return frame.annotations("TE").sealed();
    if (how == "zip-corrupt")
        return frame.flags(kCompressed).sealed();
    if (how == "no-serpent")
        return frame.payload("this is( not").sealed();
    if (how == "oneway-no-serpent")
        return frame.flags(kOneway).payload("this is( not").sealed();
    if (how == "too-deep")
        return frame.payload(QByteArray(500, '[') + QByteArray(500, ']')).sealed();
    if (how == "shape")
        return frame.payload("('probe-id','echo')").sealed();
    if (how == "no-mapping")
        return frame.payload("('probe-id','echo',(),None)").sealed();
    if (how == "serializer")
        return frame.serializer(99).sealed();
    if (how == "long-name")
        return frame.payload("('probe-id','" + QByteArray(5'000, 'm') + "',(),{})").sealed();
    Q_ASSERT_X(false, "broken", how.constData());
    return {};
}

void tst_Hostile45::refusesBadMessages_data()
{
    QTest::addColumn<QString>("answer"); // start of "Class: text"; null = none
    QTest::addColumn<bool>("keeps");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *answer, bool keeps, const char *code) {
        QTest::newRow(name) << QString::fromLatin1(answer) << keeps << QString::fromLatin1(code);
    };
    row("magic", nullptr, false, "frame.");
    row("version", nullptr, false, "frame.bad-header");
    row("check", nullptr, false, "frame.bad-header");
    row("too-large", nullptr, false, "frame.too-large");
    row("negative", nullptr, false, "frame.too-large");
    row("connect-again", nullptr, false, "frame.type");
    row("result", nullptr, false, "frame.type");
    row("annotation-overrun", "PyroError: ", false, "ann.malformed");
    row("annotation-short", "PyroError: ", false, "ann.malformed");
    row("annotation-flood", "PyroError: more than 1000 annotations", false, "ann.limit");
    row("zip-corrupt", "error: ", true, "zip.corrupt");
    row("no-serpent", "SyntaxError: ", true, "value.serpent");
    row("oneway-no-serpent", nullptr, true, "value.serpent");
    row("too-deep", "", true, "value.depth");
    row("shape", "TypeError: ", true, "call.shape");
    row("no-mapping", "TypeError: ", true, "call.shape");
    row("serializer", "SerializeError: message used serializer that is not accepted: 99", true,
        "value.serializer");
    row("long-name", "", true, "call.name-too-long");
}

void tst_Hostile45::refusesBadMessages()
{
    QFETCH(QString, answer);
    QFETCH(bool, keeps);
    QFETCH(QString, code);
    TestClient client(generation(id()), m_port, of("probe-id"));
    QVERIFY(client.isGreeted());
    const QByteArray good
        = client.encode(Message::call("probe-id", "echo", Value::tuple({Value::integer(1)}), {}));
    const QByteArray bytes = broken(QTest::currentDataTag(), good);
    QVERIFY(client.send(bytes));
    if (!answer.isNull()) {
        // In the serializer of the request where it has one.
        auto session = generation(id()).session(Role::Observer, {});
        const auto reply = client.receiveAny(*session);
        QVERIFY2(reply, qPrintable(reply ? QString() : reply.error().what));
        QVERIFY(reply->kind == Message::Kind::Failure);
        const QString text = failure(RemoteError::toError(*reply->error));
        QVERIFY2(text.startsWith(answer), qPrintable(text));
    }
    if (keeps) {
        QVERIFY(client.send(good));
        auto session = generation(id()).session(Role::Observer, {});
        const auto reply = client.receiveAny(*session);
        QVERIFY2(reply, qPrintable(reply ? QString() : reply.error().what));
        QVERIFY(reply->value == Value::integer(1));
    } else {
        QCOMPARE(client.readToEnd(), QByteArray());
    }
    QTRY_VERIFY2(wasLogged(code) || (code.endsWith(u'.') && takenLines().join(u' ').contains(code)),
        qPrintable(takenLines().join(u'\n')));
    QVERIFY(goodClientIsServed());
}

void tst_Hostile45::refusesBadGreetings_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<QString>("code");
    QTest::newRow("request-first") << QByteArray() << QStringLiteral("frame.type");
    QTest::newRow("version") << QByteArray("version") << QStringLiteral("frame.bad-header");
    QTest::newRow("magic") << QByteArray("magic") << QStringLiteral("frame.");
    QTest::newRow("check") << QByteArray("check") << QStringLiteral("frame.bad-header");
    QTest::newRow("too-large") << QByteArray("too-large") << QStringLiteral("frame.too-large");
}

void tst_Hostile45::refusesBadGreetings()
{
    QFETCH(QByteArray, how);
    QFETCH(QString, code);
    TestClient client(generation(id()), m_port, of("probe-id"));
    auto other = generation(id()).session(Role::Client, of("probe-id"));
    const QByteArray greeting = other->start();
    const auto request
        = other->encode(Message::call("probe-id", "echo", Value::tuple({Value::integer(1)}), {}));
    QVERIFY(client.send(how.isEmpty() ? *request : broken(how, greeting)));
    const auto verdict = client.receive();
    QVERIFY2(verdict, qPrintable(verdict ? QString() : verdict.error().what));
    QVERIFY(verdict->kind == Message::Kind::Deny);
    QVERIFY(!verdict->text.isEmpty());
    QCOMPARE(client.readToEnd(), QByteArray());
    QTRY_VERIFY2(wasLogged(code) || (code.endsWith(u'.') && takenLines().join(u' ').contains(code)),
        qPrintable(takenLines().join(u'\n')));
    QVERIFY(goodClientIsServed());
}

void tst_Hostile45::cutsLongBatches()
{
    TestClient client(generation(id()), m_port, of("probe-id"));
    Message batch;
    batch.kind = Message::Kind::Batch;
    batch.object = "probe-id";
    batch.batch.assign(10'001, {"echo", Value::tuple({Value::integer(1)}), Value::dict({})});
    const auto refused = client.exchange(batch);
    QVERIFY2(refused, qPrintable(refused ? QString() : refused.error().what));
    QVERIFY(refused->kind == Message::Kind::Failure);
    QVERIFY(wasLogged(QStringLiteral("call.limit")));
    batch.batch.pop_back();
    const auto served = client.exchange(batch);
    QVERIFY(served);
    QCOMPARE(served->value.size(), 10'000);
}

void tst_Hostile45::closesSilentConnections_data()
{
    QTest::addColumn<bool>("greets");
    QTest::addColumn<int>("bytes");
    QTest::addColumn<QString>("code");
    // So many bytes of a greeting or of a request; negative: all but so many.
    QTest::newRow("nothing") << false << 0 << QStringLiteral("conn.handshake-timeout");
    QTest::newRow("half-version") << false << 5 << QStringLiteral("conn.handshake-timeout");
    QTest::newRow("half-header") << false << 20 << QStringLiteral("conn.handshake-timeout");
    QTest::newRow("half-greeting") << false << -4 << QStringLiteral("conn.handshake-timeout");
    QTest::newRow("half-header-later") << true << 20 << QStringLiteral("frame.timeout");
    QTest::newRow("half-request") << true << -4 << QStringLiteral("frame.timeout");
}

void tst_Hostile45::closesSilentConnections()
{
    QFETCH(bool, greets);
    QFETCH(int, bytes);
    QFETCH(QString, code);
    m_daemon.stop();
    DaemonOptions options = modeOptions({id()});
    options.connections.handshake = 500ms;
    options.connections.frameBase = 500ms;
    const auto port = m_daemon.start(everyGeneration(), options, [](Daemon &daemon) -> Status {
        return daemon
            .connectServant(
                makeProbe(std::make_shared<Seen>(), Threading::Serialized), QStringLiteral("probe-id"))
            .map([](const Uri &) { return Done(); });
    });
    QVERIFY(port);
    m_port = *port;
    // Many of them, so that one good client among them shows that nobody is held up.
    std::vector<std::unique_ptr<TestClient>> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(std::make_unique<TestClient>(generation(id()), m_port, of("probe-id")));
        TestClient &client = *silent.back();
        QByteArray whole = generation(id()).session(Role::Client, of("probe-id"))->start();
        if (greets) {
            QVERIFY(client.isGreeted());
            whole = client.encode(Message::call("probe-id", "echo", Value::tuple({Value::integer(1)}), {}));
        }
        const QByteArray some = bytes < 0 ? whole.chopped(-bytes) : whole.first(bytes);
        QVERIFY(some.isEmpty() || client.send(some));
    }
    QVERIFY(goodClientIsServed());
    for (const auto &client : silent)
        QVERIFY(client->readToEnd(10s).has_value());
    QTRY_VERIFY2(wasLogged(code), qPrintable(takenLines().join(u'\n')));
    QTRY_COMPARE(m_daemon.daemon()->connectionCount(), 0);
    QVERIFY(goodClientIsServed());
}

QTEST_GUILESS_MAIN(tst_Hostile45)
#include "tst_hostile45.moc"
