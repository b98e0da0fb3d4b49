// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generations.h"
#include "support/conversation.h"
#include "support/cutter.h"

#include <pyrolens/value/tagged.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

const Limits kLimits;

QString scenarioOf(const QString &name)
{
    return name.first(name.indexOf(u'.'));
}

/// Conversations with messages that are wrong on purpose.
bool isBroken(const QString &name)
{
    static const QStringList kBroken{QStringLiteral("annotation_malformed"), QStringLiteral("bad_header"),
        QStringLiteral("bad_payload"), QStringLiteral("unknown_serializer"),
        QStringLiteral("version_mismatch")};
    return kBroken.contains(scenarioOf(name));
}

QByteArray hmacKey(const Conversation &conversation, Direction sender)
{
    const Json &keys = conversation.whole.value(u"hmac_keys");
    return keys.value(sender == Direction::ClientToServer ? u"client" : u"daemon").toString().toUtf8();
}

SessionOptions optionsFor(const Conversation &conversation, Direction sender)
{
    SessionOptions options;
    options.credentials.hmacKey = hmacKey(conversation, sender);
    options.compress = conversation.config.value(u"COMPRESSION").toBool();
    options.serpentBytesLiterals = conversation.config.value(u"SERPENT_BYTES_REPR").toBool();
    return options;
}

/// Whether the bytes of a serializer follow from the value alone: marshal and pickle have many ways.
bool hasOneForm(const QByteArray &codec)
{
    return codec == "serpent" || codec == "json" || codec == "msgpack";
}

bool isEqual(const Message &a, const Message &b)
{
    const auto sameError = [](const std::optional<RemoteError> &x, const std::optional<RemoteError> &y) {
        return x.has_value() == y.has_value()
            && (!x
                || (x->className == y->className && x->args == y->args && x->attributes == y->attributes
                    && x->traceback == y->traceback));
    };
    const auto sameBatch = [](const BatchCall &x, const BatchCall &y) {
        return x.method == y.method && x.args == y.args && x.kwargs == y.kwargs;
    };
    return a.kind == b.kind && a.query == b.query && a.oneway == b.oneway && a.object == b.object
        && a.method == b.method && a.args == b.args && a.kwargs == b.kwargs && a.value == b.value
        && sameError(a.error, b.error) && a.text == b.text && a.sequence == b.sequence && a.codec == b.codec
        && a.correlationId == b.correlationId && a.isBatch == b.isBatch && a.metadata == b.metadata
        && std::ranges::equal(a.batch, b.batch, sameBatch) && a.blob.has_value() == b.blob.has_value()
        && (!a.blob || (a.blob->info == b.blob->info && a.blob->payload == b.blob->payload))
        && a.annotations == b.annotations && a.wantsMetadata == b.wantsMetadata;
}

bool isUndecodable(const Conversation::Entry &entry)
{
    return entry.kind() == u"raw" || entry.kind() == u"other"
        || entry.decoded.value(u"body").contains(u"$undecodable");
}

/// Messages by other rules: arguments as a list (calls made by hand), bytes in their dict (which has blanks
/// there and nowhere else), the marshal data of a blob, Python 2's order of keys, the order of
/// annotations.
bool isWrittenOtherwise(const Conversation &conversation, const Conversation::Entry &entry)
{
    const QString scenario = scenarioOf(conversation.name);
    const Json::Array &call = entry.decoded.value(u"body").value(u"$tuple").items();
    const bool hasList = call.size() == 4 && call[2].isArray()
        && !call[1].toString().endsWith(u"_stream_item") && call[1].toString() != u"close_stream";
    return isBroken(conversation.name) || scenario == u"blob" || scenario == u"python2_server" || hasList
        || scenario == u"custom_annotations" || entry.bytes.contains("'encoding': 'base64'");
}

/// What may be said in other words: why something cannot be decoded, and what follows a chunk that is too
/// long.
Json comparable(const Json &record, const QString &name)
{
    Json out = withSortedSets(record);
    if (out.value(u"body").contains(u"$undecodable")) {
        out.set(QStringLiteral("body"),
            Json::object({{QStringLiteral("$undecodable"), out.value(u"body").value(u"$undecodable")}}));
    }
    if (scenarioOf(name) == u"annotation_malformed")
        out.set(QStringLiteral("annotations"), Json());
    return out;
}

} // namespace

/// Every recorded conversation of both generations, from both sides.
class tst_Replay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void observerReadsWhatTheRecordingSays_data() { addRows(); }
    void observerReadsWhatTheRecordingSays();
    void recordingsWithoutContextReadTheSame_data() { addRows(); }
    void recordingsWithoutContextReadTheSame();
    void anyCutGivesTheSameFrames_data() { addRows(); }
    void anyCutGivesTheSameFrames();
    void clientSendsWhatTheClientSent_data() { addRows(); }
    void clientSendsWhatTheClientSent();
    void serverSendsWhatTheServerSent_data() { addRows(); }
    void serverSendsWhatTheServerSent();
    void bothSidesPlayTheConversation_data() { addRows(); }
    void bothSidesPlayTheConversation();
    void everyByteIsInExactlyOneField_data() { addRows(); }
    void everyByteIsInExactlyOneField();

private:
    /// One row per conversation of either generation.
    static void addRows()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<QString>("name");
        for (const int number : {4, 5}) {
            for (const QString &file : vectorFiles(QStringLiteral("pyro%1").arg(number)))
                QTest::addRow("pyro%d/%s", number, qPrintable(file.chopped(5))) << number << file.chopped(5);
        }
    }
    Conversation load(const QString &name) const
    {
        return loadConversation(QStringLiteral("pyro%1").arg(m_number), name);
    }
    static Frame frameOf(const Conversation::Entry &entry)
    {
        return {entry.bytes, entry.direction, frameKind(entry, entry.isDatagram)};
    }
    void compareSent(const Conversation &conversation, Direction side);

    int m_number = 0;
    std::shared_ptr<const Generation> m_generation;
};

void tst_Replay::init()
{
    QFETCH(int, number);
    m_number = number;
    m_generation = generationOf(number);
}

void tst_Replay::observerReadsWhatTheRecordingSays()
{
    QFETCH(QString, name);
    const Conversation conversation = load(name);
    for (const int connection : conversation.connections()) {
        const auto observer = m_generation->session(Role::Observer, {});
        for (const auto &entry : conversation.of(connection)) {
            if (entry.isCut)
                continue;
            Frame frame{entry.bytes, entry.direction, FrameKind::Datagram};
            if (!entry.isDatagram) {
                const auto step = observer->feed(entry.direction, entry.bytes, kLimits);
                if (!step || step->size != entry.bytes.size()) {
                    // Another generation's message was shown as far as it goes by the recorder.
                    QVERIFY(entry.kind() == u"raw" || (entry.kind() == u"other" && isBroken(name)));
                    continue;
                }
                frame.kind = step->kind;
                QCOMPARE(step->ready, entry.kind() == u"accept");
            }
            const Json record = m_generation->record(frame, kLimits);
            const QByteArray seen = comparable(record, name).toText();
            QByteArray expected = comparable(entry.decoded, name).toText();
            // The recorder keeps a list as a key and makes the member of an enumeration that a pickle calls
            // for.
            expected.replace(R"({"$dict":[[[1,2],"t"]]})", R"({"$dict":[[{"$tuple":[1,2]},"t"]]})");
            expected.replace(R"({"$global":"demo_objects.Level.HIGH"})",
                R"({"$call":"builtins.getattr","made":"reduce","args":[{"$global":"demo_objects.Level"},"HIGH"]})");
            QVERIFY2(seen == expected, QByteArray("\n" + seen + "\n" + expected).constData());
        }
    }
}

void tst_Replay::recordingsWithoutContextReadTheSame()
{
    QFETCH(QString, name);
    const Conversation conversation = load(name);
    for (const int connection : conversation.connections()) {
        QByteArray recording;
        for (const auto &entry : conversation.of(connection))
            recording += entry.isCut || entry.isDatagram ? QByteArray() : entry.bytes;
        qsizetype offset = 0;
        for (const auto &entry : conversation.of(connection)) {
            if (entry.isCut || entry.isDatagram)
                continue;
            const auto frame = m_generation->frameAt(recording, offset, kLimits);
            if (entry.kind() == u"raw" || (entry.kind() == u"other" && !frame)) {
                QVERIFY(!frame.isOk());
                QVERIFY(frame.error().offset >= offset);
                break;
            }
            QVERIFY2(frame.isOk(), frame ? "" : qPrintable(frame.error().what));
            QCOMPARE(frame->bytes, entry.bytes);
            if (scenarioOf(name) != u"bad_header") { // where a client sends what servers do
                QCOMPARE(frame->direction, entry.direction);
                QCOMPARE(frame->kind, frameKind(entry, false));
            }
            offset += frame->bytes.size();
        }
    }
}

void tst_Replay::anyCutGivesTheSameFrames()
{
    QFETCH(QString, name);
    const Conversation conversation = load(name);
    for (const int connection : conversation.connections()) {
        for (const Role role : {Role::Server, Role::Observer}) {
            for (const Direction side : {Direction::ServerToClient, Direction::ClientToServer}) {
                if (role == Role::Server && side == Direction::ServerToClient)
                    continue;
                std::vector<Conversation::Entry> entries;
                QByteArray bytes;
                for (const auto &entry : conversation.of(connection, side)) {
                    if (entry.isCut || entry.isDatagram)
                        break;
                    entries.push_back(entry);
                    bytes += entry.bytes;
                }
                if (bytes.size() > 20'000)
                    continue; // the long ones are the same messages again
                const bool handshakes = !entries.empty() && scenarioOf(name) != u"connected_socket";
                const auto run = [&](qsizetype step) {
                    SessionOptions options;
                    options.handshakes = handshakes;
                    const auto session = m_generation->session(role, options);
                    Cutter cutter(*session, side, step);
                    cutter.afterConnect = [&] {
                        Message accept;
                        accept.kind = Message::Kind::Accept;
                        if (role == Role::Server && !session->encode(accept))
                            QTest::qFail("cannot accept", __FILE__, __LINE__);
                    };
                    const auto found = cutter.cut(bytes);
                    if (!cutter.needsMore)
                        QTest::qFail("says it needs no more bytes", __FILE__, __LINE__);
                    return found;
                };
                const std::vector<Found> whole = run(0);
                for (const qsizetype step : {1, 2, 3, 7, 23, 24, 25, 39, 40, 41, 64, 1500})
                    QVERIFY(run(step) == whole);
                QVERIFY(whole.size() <= entries.size());
                if (!isBroken(name) && scenarioOf(name) != u"ping")
                    QCOMPARE(whole.size(), entries.size());
                for (size_t i = 0; i < whole.size() && whole[i].error.isEmpty(); ++i)
                    QCOMPARE(whole[i].size, entries[i].bytes.size());
            }
        }
    }
}

void tst_Replay::compareSent(const Conversation &conversation, Direction side)
{
    const bool fromClient = side == Direction::ClientToServer;
    SessionOptions reading = optionsFor(conversation, side);
    const auto reader = m_generation->session(fromClient ? Role::Server : Role::Client, reading);
    for (const auto &entry : conversation.entries) {
        if (entry.closes || entry.isCut || entry.direction != side || isUndecodable(entry))
            continue;
        const Frame frame = frameOf(entry);
        const auto message = reader->decode(frame, kLimits);
        if (!message) {
            // A call without keywords is the one request of these that a server refuses.
            const QString code = message.error().code;
            // An integer as a key, and a fraction, are what every receiver of msgpack refuses.
            QVERIFY2((scenarioOf(conversation.name) == u"kwargs_null" && code == u"call.shape")
                    || ((code == u"value.key" || code == u"value.msgpack")
                        && conversation.name.endsWith(u".msgpack"))
                    || isBroken(conversation.name),
                qPrintable(QStringLiteral("%1: %2").arg(entry.index).arg(message.error().what)));
            continue;
        }
        SessionOptions writing = reading;
        writing.handshakes = entry.kind() == u"connect";
        writing.sequence = quint16(writing.handshakes ? message->sequence : message->sequence - 1);
        writing.compress = (entry.decoded.value(u"header").value(u"flags").toInteger() & 2) != 0;
        if (!message->codec.isEmpty())
            writing.codec = message->codec;
        const QByteArray body = entry.bytes.mid(
            entry.bytes.size() - entry.decoded.value(u"header").value(u"data_size").toInteger());
        if (body.size() > 1 && body.startsWith('\x80'))
            writing.pickleProtocol = body.at(1);
        const auto writer = m_generation->session(fromClient ? Role::Client : Role::Server, writing);
        const auto encoded = writer->encode(*message);
        QVERIFY2(encoded.isOk(), encoded ? "" : qPrintable(encoded.error().what));
        if (entry.isDatagram) {
            QCOMPARE(*encoded, entry.bytes);
            continue;
        }
        const auto again = reader->decode({*encoded, side, frame.kind}, kLimits);
        QVERIFY2(again.isOk(), again ? "" : qPrintable(again.error().what));
        if (message->kind == Message::Kind::Ping || conversation.name == u"python2_server.pickle")
            continue; // whatever is in a ping means nothing; we write what Python 3 does
        QVERIFY2(isEqual(*again, *message), qPrintable(QStringLiteral("frame %1").arg(entry.index)));
        // What has one form comes out as the very same bytes.
        if (hasOneForm(message->codec) && !isWrittenOtherwise(conversation, entry))
            QCOMPARE(encoded->toHex(), entry.bytes.toHex());
    }
}

void tst_Replay::clientSendsWhatTheClientSent()
{
    QFETCH(QString, name);
    compareSent(load(name), Direction::ClientToServer);
}

void tst_Replay::serverSendsWhatTheServerSent()
{
    QFETCH(QString, name);
    compareSent(load(name), Direction::ServerToClient);
}

/// A client and a server session hand each other what was recorded, byte by byte.
void tst_Replay::bothSidesPlayTheConversation()
{
    QFETCH(QString, name);
    const Conversation conversation = load(name);
    if (isBroken(name))
        return;
    for (const int connection : conversation.connections()) {
        const auto entries = conversation.of(connection);
        if (entries.front().isDatagram)
            continue;
        SessionOptions clientOptions = optionsFor(conversation, Direction::ClientToServer);
        SessionOptions serverOptions = optionsFor(conversation, Direction::ServerToClient);
        const bool handshakes = scenarioOf(name) != u"connected_socket";
        const quint16 first = quint16(entries.front().decoded.value(u"header").value(u"seq").toInteger());
        clientOptions.handshakes = serverOptions.handshakes = handshakes;
        clientOptions.sequence = handshakes ? first : quint16(first - 1);
        const auto client = m_generation->session(Role::Client, clientOptions);
        const auto server = m_generation->session(Role::Server, serverOptions);
        const auto feed = [](Session &session, Direction from, const QByteArray &bytes) {
            for (qsizetype size = 1; size <= bytes.size(); size = size < 64 ? size + 1 : bytes.size()) {
                const auto step = session.feed(from, bytes.first(size), kLimits);
                if (!step)
                    return step.error().what;
                if ((step->size != 0) != (size == bytes.size()))
                    return QStringLiteral("frame of %1 bytes after %2").arg(step->size).arg(size);
                if (size == bytes.size())
                    break;
            }
            return QString();
        };
        for (const auto &entry : entries) {
            if (entry.isCut)
                break;
            const bool fromClient = entry.direction == Direction::ClientToServer;
            Session &sender = fromClient ? *client : *server;
            Session &receiver = fromClient ? *server : *client;
            const Frame frame = frameOf(entry);
            SessionOptions reading = optionsFor(conversation, entry.direction);
            const auto reader = m_generation->session(fromClient ? Role::Server : Role::Client, reading);
            const auto message = reader->decode(frame, kLimits);
            if (!message || (message->kind == Message::Kind::Ping && message->serializerId != 42)
                || (entry.kind() == u"ping" && !server->isReady()))
                break; // made by hand: no client of ours sends it
            const auto sent = sender.encode(*message);
            QVERIFY(sent.isOk());
            if (fromClient && client->sequence() != message->sequence)
                break; // numbers made by hand
            const QString problem = feed(receiver, entry.direction, entry.bytes);
            const bool isForeignKey = scenarioOf(name).startsWith(u"hmac_");
            QVERIFY2(problem.isEmpty() || isForeignKey,
                qPrintable(QStringLiteral("frame %1: %2").arg(entry.index).arg(problem)));
            if (entry.kind() == u"accept") {
                QVERIFY(client->isReady());
                QVERIFY(server->isReady());
            }
        }
    }
}

void tst_Replay::everyByteIsInExactlyOneField()
{
    QFETCH(QString, name);
    for (const auto &entry : load(name).entries) {
        if (entry.closes || entry.isCut)
            continue;
        const auto fields = m_generation->dissect(frameOf(entry), kLimits);
        QVERIFY(coversEveryByteOnce(fields, entry.bytes.size()));
        if (entry.kind() == u"request" && !isBroken(name)) {
            const bool hasAnnotations
                = entry.decoded.value(u"header").value(u"annotations_size").toInteger() > 0;
            QCOMPARE(fields.size(), size_t(hasAnnotations ? 3 : 2));
            QCOMPARE(fields.front().children.size(), size_t(m_number == 4 ? 10 : 11));
            QVERIFY(fields.back().value.startsWith(u"(") || fields.back().value.startsWith(u"{")
                || fields.back().value.startsWith(u"[") || fields.back().value.startsWith(u"zlib")
                || fields.back().value.startsWith(u"<"));
        }
    }
}

QTEST_GUILESS_MAIN(tst_Replay)

#include "tst_replay.moc"
