// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "framing.h"

using namespace pyrolens;
using namespace pyrolens::testing;

class tst_Session : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headerIsWhatTheOriginalWrites();
    void challengesDiffer();
    void clientUnderstandsDenialInPlaceOfTheChallenge_data();
    void clientUnderstandsDenialInPlaceOfTheChallenge();
    void clientUnderstandsDenialAfterConnect();
    void clientUnderstandsACapsuleInPlaceOfTheVerdict();
    void clientRefusesOtherAnswers_data();
    void clientRefusesOtherAnswers();
    void nothingMayFollowADenial();
    void serverWaitsForItsOwnVerdict();
    void serverReadsRequestsSentAheadOfTheVerdict();
    void compressionIsUsedWhenItPays();
    void checksumCoversTheBodyAsSent();
    void receiverHonoursFlagsWhateverItsOwnSettings();
    void limitsAreExact_data();
    void limitsAreExact();
    void onlyPicklesOfPython2AreWritten();
    void looksLike_data();
    void looksLike();
    void largeBodiesAreNotCopied();

private:
    std::shared_ptr<const Generation> m_generation = pyro3Generation();
};

void tst_Session::headerIsWhatTheOriginalWrites()
{
    SessionOptions options;
    options.challenge = QByteArray::fromHex("b128164254d6fa78a4dc9fbc97ca47bb");
    const auto server = m_generation->session(Role::Server, options);
    QCOMPARE(server->start().toHex(),
        QByteArray("5059524f0005001200000010000000000000b128164254d6fa78a4dc9fbc97ca47bb"));
    const auto client = m_generation->session(Role::Client, {});
    QCOMPARE(client->start(), QByteArray()); // the server speaks first
}

void tst_Session::challengesDiffer()
{
    QSet<QByteArray> seen;
    for (int i = 0; i < 100; ++i)
        seen.insert(m_generation->session(Role::Server, {})->start());
    QCOMPARE(seen.size(), 100);
}

void tst_Session::clientUnderstandsDenialInPlaceOfTheChallenge_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    QTest::newRow("0") << QByteArray("DENIED0") << 0 << u"unspecified reason"_qs;
    QTest::newRow("1") << QByteArray("DENIED1") << 1 << u"server too busy"_qs;
    QTest::newRow("2") << QByteArray("DENIED2") << 2 << u"host blocked"_qs;
    QTest::newRow("3") << QByteArray("DENIED3") << 3 << u"security reasons"_qs;
    QTest::newRow("7") << QByteArray("DENIED7") << 7 << u"invalid response"_qs;
    QTest::newRow("x") << QByteArray("DENIEDx") << -1 << u"invalid response"_qs;
}

void tst_Session::clientUnderstandsDenialInPlaceOfTheChallenge()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QString, text);
    const auto client = m_generation->session(Role::Client, {});
    for (int size = 1; size < 7; ++size) {
        const auto early = client->feed(Direction::ServerToClient, bytes.first(size), {});
        QVERIFY(early.isOk());
        QCOMPARE(early->size, 0);
        QCOMPARE(early->needed, 7 - size); // fewer bytes than a header: the stream ends after them
    }
    const auto step = client->feed(Direction::ServerToClient, bytes, {});
    QVERIFY(step.isOk());
    QCOMPARE(step->size, 7);
    QCOMPARE(step->kind, FrameKind::Verdict);
    QVERIFY(!step->ready);
    QVERIFY(!client->isReady());
    const auto message = client->decode({bytes, Direction::ServerToClient, step->kind}, {});
    QVERIFY(message.isOk());
    QCOMPARE(message->kind, Message::Kind::Deny);
    QCOMPARE(message->denyCode, code);
    QCOMPARE(message->text, text);
}

void tst_Session::clientUnderstandsDenialAfterConnect()
{
    const auto server = m_generation->session(Role::Server, {});
    const auto client = m_generation->session(Role::Client, {});
    const auto challenged = client->feed(Direction::ServerToClient, server->start(), {});
    QVERIFY(server->feed(Direction::ClientToServer, challenged->answer, {}).isOk());
    const auto bytes = server->encode(verdict(Message::Kind::Deny, 3));
    QCOMPARE(*bytes, QByteArray("DENIED3"));
    QVERIFY(!server->isReady());
    const auto step = client->feed(Direction::ServerToClient, *bytes, {});
    QVERIFY(step.isOk());
    const auto message = client->decode({*bytes, Direction::ServerToClient, step->kind}, {});
    QCOMPARE(message->kind, Message::Kind::Deny);
    QCOMPARE(message->text, u"security reasons"_qs);
    QVERIFY(!client->isReady());
}

void tst_Session::clientUnderstandsACapsuleInPlaceOfTheVerdict()
{
    const auto server = m_generation->session(Role::Server, {});
    const auto client = m_generation->session(Role::Client, {});
    QVERIFY(client->feed(Direction::ServerToClient, server->start(), {}).isOk());
    const auto wrong = server->feed(Direction::ClientToServer, craft("CONNECT", {.version = 4}), {});
    QVERIFY(!wrong.isOk());
    const Refusal refusal = server->refuse(wrong.error());
    QVERIFY(refusal.close);
    const auto step = client->feed(Direction::ServerToClient, refusal.bytes, {});
    QVERIFY(step.isOk());
    QCOMPARE(step->kind, FrameKind::Message);
    QVERIFY(!step->ready);
    const auto message = client->decode(replyFrame(refusal.bytes), {});
    QVERIFY(message.isOk());
    QCOMPARE(message->kind, Message::Kind::Failure);
    QCOMPARE(message->error->className, u"Pyro.errors.ProtocolError"_qs);
    QCOMPARE(message->error->args.at(0).toText(), u"incompatible protocol version"_qs);
    QVERIFY(!message->error->hasTraceback());
}

void tst_Session::clientRefusesOtherAnswers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    QTest::newRow("http") << QByteArray("HTTP/1.1 400") << u"frame.other-protocol"_qs;
    QTest::newRow("ssh") << QByteArray("SSH-2.0-OpenSSH") << u"frame.other-protocol"_qs;
    QTest::newRow("tls-alert") << QByteArray("\x15\x03\x01\x00\x02\x02\x0a", 7) << u"frame.bad-header"_qs;
    QTest::newRow("pyro5") << QByteArray("PYRO\x01\xf6\x02", 7) << u"frame.other-protocol"_qs;
    QTest::newRow("almost") << QByteArray("DENIES3") << u"frame.bad-header"_qs;
    QTest::newRow("short-challenge") << craft(QByteArray(15, 'x')) << u"frame.type"_qs;
    QTest::newRow("long-challenge") << craft(QByteArray(17, 'x')) << u"frame.type"_qs;
    QTest::newRow("huge-challenge") << craft({}, {.bodySize = 5000}) << u"frame.too-large"_qs;
    QTest::newRow("bad-checksum") << craft(QByteArray(16, 'x'), {.flags = 2, .checksum = 1})
                                  << u"frame.checksum"_qs;
}

void tst_Session::clientRefusesOtherAnswers()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    // In one piece and byte by byte: the same verdict.
    const auto client = m_generation->session(Role::Client, {});
    const auto whole = client->feed(Direction::ServerToClient, bytes, {});
    QVERIFY(!whole.isOk());
    QCOMPARE(whole.error().code, code);
    const auto other = m_generation->session(Role::Client, {});
    for (qsizetype size = 1; size <= bytes.size(); ++size) {
        const auto step = other->feed(Direction::ServerToClient, bytes.first(size), {});
        if (!step) {
            QCOMPARE(step.error().what, whole.error().what);
            return;
        }
        QCOMPARE(step->size, 0);
    }
    QFAIL("accepted byte by byte");
}

void tst_Session::nothingMayFollowADenial()
{
    const auto client = m_generation->session(Role::Client, {});
    QVERIFY(client->feed(Direction::ServerToClient, "DENIED1", {}).isOk());
    const auto more = client->feed(Direction::ServerToClient, "x", {});
    QVERIFY(!more.isOk());
    QCOMPARE(more.error().code, u"frame.type"_qs);
    const auto wrongSide = client->feed(Direction::ClientToServer, "x", {});
    QVERIFY(!wrongSide.isOk());
}

void tst_Session::serverWaitsForItsOwnVerdict()
{
    const auto server = m_generation->session(Role::Server, {});
    server->start();
    const QByteArray connect = craft("CONNECTtoken");
    const auto step = server->feed(Direction::ClientToServer, connect, {});
    QCOMPARE(step->kind, FrameKind::Connect);
    QVERIFY(!server->isReady());
    const auto message = server->decode({connect, Direction::ClientToServer, step->kind}, {});
    QCOMPARE(message->token, QByteArray("token"));
    QCOMPARE(message->challenge.size(), 16);
    const auto early = server->feed(Direction::ClientToServer, craft(pickled(Value::none())), {});
    QVERIFY(early.isOk());
    QCOMPARE(early->size, 0);
    QCOMPARE(early->needed, 1);
}

void tst_Session::serverReadsRequestsSentAheadOfTheVerdict()
{
    const auto server = m_generation->session(Role::Server, {});
    server->start();
    const QByteArray request
        = craft(pickled(requestValue(s("id"), s("run"), Value::integer(0), Value::tuple({}))));
    const QByteArray connect = craft("CONNECT");
    const auto first = server->feed(Direction::ClientToServer, QByteArray(connect + request + request), {});
    QCOMPARE(first->size, connect.size());
    QCOMPARE(*server->encode(verdict(Message::Kind::Accept)), QByteArray("GRANTED"));
    QVERIFY(server->isReady());
    const auto second = server->feed(Direction::ClientToServer, QByteArray(request + request), {});
    QCOMPARE(second->size, request.size());
    QCOMPARE(server->decode(requestFrame(request), {})->method, QByteArray("run"));
}

void tst_Session::compressionIsUsedWhenItPays()
{
    SessionOptions options;
    options.compress = true;
    const auto server = readySession(Role::Server, options);
    const QByteArray plain = *server->encode(Message::reply(s("tiny")));
    QCOMPARE(plain.mid(12, 2), QByteArray(2, '\0'));
    const Value large = Value::str(QByteArray(10'000, 'a'));
    const QByteArray small = *server->encode(Message::reply(large));
    QCOMPARE(small.mid(12, 2), QByteArray("\0\1", 2));
    QVERIFY(small.size() < 200);
    const auto client = readySession(Role::Client);
    const auto message = client->decode(replyFrame(small), {});
    QVERIFY(message.isOk());
    QVERIFY(message->value == large);
    QCOMPARE(message->wireFlags, quint32(1));
    QCOMPARE(message->wireBytes, small.size());
}

void tst_Session::checksumCoversTheBodyAsSent()
{
    for (const bool compress : {false, true}) {
        SessionOptions options;
        options.checksum = true;
        options.compress = compress;
        const auto server = readySession(Role::Server, options);
        const QByteArray frame = *server->encode(Message::reply(Value::str(QByteArray(1'000, '\xff'))));
        QCOMPARE(int(frame[13]), compress ? 3 : 2);
        QCOMPARE(qFromBigEndian<quint32>(frame.constData() + 14), adler32(QByteArrayView(frame).sliced(18)));
        const auto client = readySession(Role::Client);
        QVERIFY(client->decode(replyFrame(frame), {}).isOk());
        QByteArray damaged = frame;
        damaged.back() = char(damaged.back() ^ 1);
        const auto refused = client->decode(replyFrame(damaged), {});
        QVERIFY(!refused.isOk());
        QCOMPARE(refused.error().code, u"frame.checksum"_qs);
    }
}

void tst_Session::receiverHonoursFlagsWhateverItsOwnSettings()
{
    const auto server = readySession(Role::Server);
    const QByteArray body
        = deflate(pickled(requestValue(s("id"), s("run"), Value::integer(0), Value::tuple({s("x")}))));
    const auto call = server->decode(requestFrame(craft(body, {.flags = 3, .checksum = adler32(body)})), {});
    QVERIFY(call.isOk());
    QVERIFY(call->args.at(0) == s("x"));
    QCOMPARE((*server->encode(Message::reply({}))).mid(12, 2), QByteArray(2, '\0'));
}

void tst_Session::limitsAreExact_data()
{
    QTest::addColumn<bool>("ready");
    QTest::addColumn<qint64>("size");
    QTest::addColumn<bool>("good");
    QTest::newRow("handshake-below") << false << qint64(4095) << true;
    QTest::newRow("handshake-at") << false << qint64(4096) << true;
    QTest::newRow("handshake-above") << false << qint64(4097) << false;
    QTest::newRow("frame-below") << true << qint64(99'999) << true;
    QTest::newRow("frame-at") << true << qint64(100'000) << true;
    QTest::newRow("frame-above") << true << qint64(100'001) << false;
}

void tst_Session::limitsAreExact()
{
    QFETCH(bool, ready);
    QFETCH(qint64, size);
    QFETCH(bool, good);
    Limits limits;
    limits.maxFrameBytes = 100'000;
    const auto server = ready ? readySession(Role::Server) : m_generation->session(Role::Server, {});
    // The header alone decides, before any body arrives.
    const QByteArray header = craft({}, {.bodySize = qint32(size - 18)});
    const auto step = server->feed(Direction::ClientToServer, header, limits);
    QCOMPARE(step.isOk(), good);
    if (good) {
        QCOMPARE(step->expected, size);
        QCOMPARE(step->needed, size - 18);
    } else {
        QCOMPARE(step.error().code, u"frame.too-large"_qs);
        QCOMPARE(step.error().kind, Error::Kind::Limit);
        const auto early = server->feed(Direction::ClientToServer, header.first(12), limits);
        QVERIFY(!early.isOk());
    }
}

void tst_Session::onlyPicklesOfPython2AreWritten()
{
    for (const int protocol : {0, 1, 2, -1, 3, 5}) {
        SessionOptions options;
        options.pickleProtocol = protocol;
        const auto client = readySession(Role::Client, options);
        const auto bytes
            = client->encode(Message::call("id", "run", Value::tuple({Value::boolean(true)}), {}));
        QCOMPARE(bytes.isOk(), protocol <= 2);
        if (!bytes) {
            QCOMPARE(bytes.error().kind, Error::Kind::Usage);
            continue;
        }
        QCOMPARE(bytes->mid(18, 2) == QByteArray("\x80\x02"), protocol == 2 || protocol == -1);
        QCOMPARE(bytes->contains("I01\n"), protocol == 0 || protocol == 1);
    }
}

void tst_Session::looksLike_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("fromServer");
    QTest::addColumn<int>("fromClient");
    const int no = int(Match::No);
    const int more = int(Match::NeedMore);
    const int yes = int(Match::Yes);
    QTest::newRow("empty") << QByteArray() << more << more;
    QTest::newRow("start") << QByteArray("PYR") << more << more;
    QTest::newRow("header") << craft({}) << yes << yes;
    QTest::newRow("denied") << QByteArray("DENIED1") << yes << no;
    QTest::newRow("denied-start") << QByteArray("DEN") << more << no;
    QTest::newRow("pyro4") << QByteArray("PYRO\0\x30\0\1", 8) << no << no;
    QTest::newRow("pyro5") << QByteArray("PYRO\1\xf6\1\0", 8) << no << no;
    QTest::newRow("old-pyro3") << craft({}, {.version = 4}) << no << no;
    QTest::newRow("http") << QByteArray("GET / HTTP/1.1") << no << no;
}

void tst_Session::looksLike()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, fromServer);
    QFETCH(int, fromClient);
    QCOMPARE(int(m_generation->looksLike(bytes, Direction::ServerToClient)), fromServer);
    QCOMPARE(int(m_generation->looksLike(bytes, Direction::ClientToServer)), fromClient);
}

void tst_Session::largeBodiesAreNotCopied()
{
    const QByteArray payload(1'000'000, 'x');
    const auto client = readySession(Role::Client);
    Message reply;
    {
        const QByteArray frame = craft(pickled(Value::str(payload)));
        const auto message = client->decode(replyFrame(frame), {});
        QVERIFY(message.isOk());
        reply = *message;
        const char *data = reply.value.rawBytes().data();
        QVERIFY(data > frame.constData() && data < frame.constData() + frame.size());
    }
    QCOMPARE(reply.value.rawBytes(), QByteArrayView(payload)); // keeps the frame's block alive
}

QTEST_GUILESS_MAIN(tst_Session)

#include "tst_session.moc"
