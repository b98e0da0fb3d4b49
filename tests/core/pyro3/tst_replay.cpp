// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "conversation.h"
#include "support/cutter.h"

#include <pyrolens/pickle/pickle.h>
#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/value/tagged.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

const Limits kLimits;

QByteArray stream(const std::vector<Conversation::Entry> &entries)
{
    QByteArray bytes;
    for (const auto &entry : entries)
        bytes += entry.bytes;
    return bytes;
}

bool isMessage(const Conversation::Entry &entry)
{
    return entry.kind() == u"request" || entry.kind() == u"oneway" || entry.kind() == u"reply"
        || entry.kind() == u"exception";
}

Frame frameOf(const Conversation &conversation, const Conversation::Entry &entry)
{
    return {entry.bytes, entry.direction, frameKind(entry, conversation.datagrams)};
}

/// A session that pickles as the recorded peer did.
SessionOptions likeRecorded(const QString &name, const QByteArray &frame)
{
    SessionOptions options;
    options.pickleProtocol = frame.mid(18, 1) == "\x80" || frame.mid(18, 1) == "x" ? 2
        : name.startsWith(u"format1")                                              ? 1
                                                                                   : 0;
    return options;
}

QByteArray taggedBody(const QByteArray &frame)
{
    return toTagged(pickle::decode(frame.mid(18)).value().value, TaggedStyle::Wire).toText();
}

} // namespace

class tst_Replay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void observerReadsWhatTheRecordingSays_data() { addConversationRows(); }
    void observerReadsWhatTheRecordingSays();
    void echoesTheRecorderCouldNotRead_data();
    void echoesTheRecorderCouldNotRead();
    void recordingsWithoutContextReadTheSame_data() { addConversationRows(Rows::Streams); }
    void recordingsWithoutContextReadTheSame();
    void anyCutGivesTheSameFrames_data() { addConversationRows(Rows::Streams); }
    void anyCutGivesTheSameFrames();
    void clientSendsWhatTheClientSent_data() { addConversationRows(); }
    void clientSendsWhatTheClientSent();
    void serverSendsWhatTheServerSent_data() { addConversationRows(); }
    void serverSendsWhatTheServerSent();
    void recordedHandshakesAreOurs_data() { addConversationRows(Rows::Streams); }
    void recordedHandshakesAreOurs();
    void everyByteIsInExactlyOneField_data() { addConversationRows(); }
    void everyByteIsInExactlyOneField();

private:
    std::shared_ptr<const Generation> m_generation = pyro3Generation();
};

void tst_Replay::observerReadsWhatTheRecordingSays()
{
    QFETCH(QString, name);
    const Conversation conversation = loadConversation(name);
    for (const int connection : conversation.connections()) {
        const auto observer = m_generation->session(Role::Observer, {});
        for (const auto &entry : conversation.of(connection)) {
            Frame frame{entry.bytes, entry.direction, FrameKind::Datagram};
            if (!conversation.datagrams) {
                // Frames that are none are shown as they came; capture does the same with what is left.
                const auto step = observer->feed(entry.direction, entry.bytes, kLimits);
                if (!step || step->size != entry.bytes.size())
                    QCOMPARE(entry.decoded.toText(), QByteArray(R"({"kind":"raw"})"));
                frame.kind = step ? step->kind : FrameKind::Message;
            }
            const Json record = m_generation->record(frame, kLimits);
            if (recorderGaveUp(name, entry.index)) {
                QVERIFY(record.value(u"kind").toString() != u"raw");
                QCOMPARE(record.value(u"header").toText(), entry.decoded.value(u"header").toText());
                continue;
            }
            if (record != entry.decoded) // compared once more for the message
                QCOMPARE(record.toText(1), entry.decoded.toText(1));
            QVERIFY(record == entry.decoded);
        }
    }
}

void tst_Replay::echoesTheRecorderCouldNotRead_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"format0_composite", "format0_value_datetime", "format0_value_str_bytes"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void tst_Replay::echoesTheRecorderCouldNotRead()
{
    QFETCH(QString, name);
    const Conversation conversation = loadConversation(name);
    const auto observer = m_generation->session(Role::Observer, {});
    const auto request = observer->decode(frameOf(conversation, conversation.entries.at(3)), kLimits);
    const auto reply = observer->decode(frameOf(conversation, conversation.entries.at(4)), kLimits);
    QVERIFY(request.isOk());
    QVERIFY(reply.isOk());
    QCOMPARE(request->method, QByteArray("echo"));
    QCOMPARE(reply->kind, Message::Kind::Reply);
    QCOMPARE(request->args.size(), 1);
    QVERIFY(request->args.at(0).isContainer() || request->args.at(0).isTextLike());
    // Python 2 orders the keys of a dictionary anew; the length of the text tells that nothing was lost.
    QCOMPARE(toTagged(request->args.at(0), TaggedStyle::Wire).toText().size(),
        toTagged(reply->value, TaggedStyle::Wire).toText().size());
    if (request->args.at(0).kind() != Value::Kind::Dict)
        QVERIFY(request->args.at(0) == reply->value);
}

void tst_Replay::recordingsWithoutContextReadTheSame()
{
    QFETCH(QString, name);
    const Conversation conversation = loadConversation(name);
    for (const int connection : conversation.connections()) {
        const QByteArray recording = stream(conversation.of(connection));
        qsizetype offset = 0;
        for (const auto &entry : conversation.of(connection)) {
            const auto frame = m_generation->frameAt(recording, offset, kLimits);
            if (entry.kind() == u"raw" && !entry.decoded.contains(u"header")) {
                QVERIFY(!frame.isOk());
                QCOMPARE(frame.error().code.left(6), u"frame."_qs);
                QVERIFY(frame.error().offset >= offset);
                break;
            }
            QVERIFY2(frame.isOk(), frame ? "" : qPrintable(frame.error().what));
            QCOMPARE(frame->bytes, entry.bytes);
            if (entry.kind() != u"raw") { // an undecodable body tells nothing about its sender
                // Two calls in the recordings are no requests by their shape, so nothing tells who sent them.
                const bool guessed = name == u"request_not_a_tuple" && entry.kind() == u"request";
                if (!guessed) {
                    QCOMPARE(frame->direction, entry.direction);
                    QCOMPARE(m_generation->record(*frame, kLimits).toText(), entry.decoded.toText());
                }
            }
            offset += frame->bytes.size();
        }
    }
}

void tst_Replay::anyCutGivesTheSameFrames()
{
    QFETCH(QString, name);
    const Conversation conversation = loadConversation(name);
    for (const int connection : conversation.connections()) {
        for (const Role role : {Role::Client, Role::Server, Role::Observer}) {
            for (const Direction side : {Direction::ServerToClient, Direction::ClientToServer}) {
                if ((role == Role::Client && side == Direction::ClientToServer)
                    || (role == Role::Server && side == Direction::ServerToClient))
                    continue;
                const QByteArray bytes = stream(conversation.of(connection, side));
                const auto run = [&](qsizetype step) {
                    const auto session = m_generation->session(role, {});
                    Cutter cutter(*session, side, step);
                    cutter.afterConnect = [&] {
                        Message accept;
                        accept.kind = Message::Kind::Accept;
                        if (role == Role::Server)
                            QCOMPARE(session->encode(accept).value(), QByteArray("GRANTED"));
                    };
                    const auto found = cutter.cut(bytes);
                    if (!cutter.needsMore)
                        QTest::qFail("says it needs no more bytes", __FILE__, __LINE__);
                    return found;
                };
                const std::vector<Found> whole = run(0);
                for (const qsizetype step : {1, 2, 3, 7, 17, 18, 19, 64, 1500})
                    QVERIFY(run(step) == whole);
                // What was found is what the recording says, up to the first thing that is wrong.
                const auto entries = conversation.of(connection, side);
                QVERIFY(whole.size() <= entries.size());
                for (size_t i = 0; i < whole.size(); ++i) {
                    if (!whole[i].error.isEmpty())
                        break;
                    QCOMPARE(whole[i].size, entries[i].bytes.size());
                    if (entries[i].kind() != u"raw")
                        QCOMPARE(whole[i].kind, frameKind(entries[i], false));
                    QCOMPARE(whole[i].ready, entries[i].kind() == u"accept");
                    QCOMPARE(
                        whole[i].skip, entries[i].bytes.size() == 18 && side == Direction::ClientToServer);
                }
            }
        }
    }
}

void tst_Replay::clientSendsWhatTheClientSent()
{
    QFETCH(QString, name);
    const Conversation conversation = loadConversation(name);
    const auto server = m_generation->session(Role::Server, {});
    int compared = 0;
    for (const auto &entry : conversation.entries) {
        const bool sent = entry.kind() == u"request" || entry.kind() == u"oneway";
        if ((!sent && !(recorderGaveUp(name, entry.index) && entry.direction == Direction::ClientToServer))
            || name.startsWith(u"bad_") || name == u"request_not_a_tuple" || name == u"request_xml_flag")
            continue;
        const Frame frame = frameOf(conversation, entry);
        const auto message = server->decode(frame, kLimits);
        QVERIFY2(message.isOk(), message ? "" : qPrintable(message.error().what));
        QCOMPARE(message->wireBytes, entry.bytes.size());
        QCOMPARE(message->oneway, entry.kind() == u"oneway");
        const auto client = m_generation->session(Role::Client, likeRecorded(name, entry.bytes));
        const auto encoded = client->encode(*message);
        QVERIFY2(encoded.isOk(), encoded ? "" : qPrintable(encoded.error().what));
        const auto again = server->decode({*encoded, Direction::ClientToServer, FrameKind::Message}, kLimits);
        QVERIFY2(again.isOk(), again ? "" : qPrintable(again.error().what));
        QCOMPARE(again->kind, message->kind);
        QCOMPARE(again->object, message->object);
        QCOMPARE(again->method, message->method);
        QCOMPARE(again->text, message->text);
        QCOMPARE(again->query, message->query);
        QCOMPARE(again->codeStep, message->codeStep);
        QCOMPARE(again->oneway, message->oneway);
        QVERIFY(again->args == message->args);
        QVERIFY(again->kwargs == message->kwargs);
        QVERIFY(again->value == message->value);
        QCOMPARE(again->unknownClasses, message->unknownClasses);
        // What an ordinary proxy sent comes out as the very same body.
        if (!sent)
            continue;
        const auto recorded = fromTagged(entry.decoded.value(u"body"));
        QVERIFY(recorded.isOk());
        const qint64 flags = recorded->at(2).asInteger().value_or(-1);
        const bool special = message->kind == Message::Kind::Code
            || (message->kind == Message::Kind::Query && message->query == Message::Query::Resolve);
        if (special ? flags == 0 : (flags & 3) == 3 && recorded->at(3).size() == 2) {
            QCOMPARE(taggedBody(*encoded), entry.decoded.value(u"body").toText());
            ++compared;
        }
    }
    if (name.startsWith(u"value_"))
        QVERIFY(compared > 0);
}

void tst_Replay::serverSendsWhatTheServerSent()
{
    QFETCH(QString, name);
    const Conversation conversation = loadConversation(name);
    const auto client = m_generation->session(Role::Client, {});
    for (const auto &entry : conversation.entries) {
        if ((entry.kind() != u"reply" && entry.kind() != u"exception")
            && !(recorderGaveUp(name, entry.index) && entry.direction == Direction::ServerToClient))
            continue;
        const Frame frame = frameOf(conversation, entry);
        const auto message = client->decode(frame, kLimits);
        QVERIFY2(message.isOk(), message ? "" : qPrintable(message.error().what));
        QCOMPARE(message->kind == Message::Kind::Reply, entry.kind() != u"exception");
        QCOMPARE(message->error.has_value(), entry.kind() == u"exception");
        const auto server = m_generation->session(Role::Server, likeRecorded(name, entry.bytes));
        const auto encoded = server->encode(*message);
        QVERIFY2(encoded.isOk(), encoded ? "" : qPrintable(encoded.error().what));
        const auto again = client->decode({*encoded, Direction::ServerToClient, FrameKind::Message}, kLimits);
        QVERIFY2(again.isOk(), again ? "" : qPrintable(again.error().what));
        QCOMPARE(again->kind, message->kind);
        QVERIFY(again->value == message->value);
        QCOMPARE(again->text, message->text);
        QCOMPARE(again->error.has_value(), message->error.has_value());
        if (message->error) {
            QCOMPARE(again->error->className, message->error->className);
            QVERIFY(again->error->args == message->error->args);
            QVERIFY(again->error->attributes == message->error->attributes);
            QCOMPARE(again->error->traceback, message->error->traceback);
        }
        if (recorderGaveUp(name, entry.index))
            continue;
        QCOMPARE(taggedBody(*encoded), entry.decoded.value(u"body").toText());
    }
}

void tst_Replay::recordedHandshakesAreOurs()
{
    QFETCH(QString, name);
    const Conversation conversation = loadConversation(name);
    SessionOptions options;
    const Json &config = conversation.config;
    options.checksum = config.value(u"PYRO_CHECKSUM").toInteger() != 0;
    options.compress = config.value(u"PYRO_COMPRESSION").toInteger() != 0;
    for (const int connection : conversation.connections()) {
        const auto sent = conversation.of(connection, Direction::ServerToClient);
        const auto received = conversation.of(connection, Direction::ClientToServer);
        if (sent.empty() || sent.front().kind() != u"challenge")
            continue;
        options.challenge
            = QByteArray::fromHex(sent.front().decoded.value(u"challenge").toString().toLatin1());
        const auto server = m_generation->session(Role::Server, options);
        QCOMPARE(server->start(), sent.front().bytes);

        if (received.empty() || received.front().kind() != u"connect" || name == u"bad_version_connect")
            continue;
        // With the recorded token, whatever made it, the client's answer is the recorded one.
        SessionOptions clientOptions = options;
        clientOptions.credentials.scheme = Credentials::Scheme::Raw;
        clientOptions.credentials.raw
            = QByteArray::fromHex(received.front().decoded.value(u"token").toString().toLatin1());
        const auto client = m_generation->session(Role::Client, clientOptions);
        const auto step = client->feed(Direction::ServerToClient, sent.front().bytes, kLimits);
        QVERIFY(step.isOk());
        QCOMPARE(step->answer, received.front().bytes);
        QVERIFY(!client->isReady());

        const auto found = server->feed(Direction::ClientToServer, received.front().bytes, kLimits);
        QVERIFY(found.isOk());
        QCOMPARE(found->kind, FrameKind::Connect);
        const auto connect = server->decode(
            {received.front().bytes, Direction::ClientToServer, FrameKind::Connect}, kLimits);
        QVERIFY(connect.isOk());
        QCOMPARE(connect->token, clientOptions.credentials.raw);
        QCOMPARE(connect->challenge, options.challenge);
    }
}

void tst_Replay::everyByteIsInExactlyOneField()
{
    QFETCH(QString, name);
    const Conversation conversation = loadConversation(name);
    for (const auto &entry : conversation.entries) {
        if (entry.closes)
            continue;
        const Frame frame = frameOf(conversation, entry);
        const std::vector<Field> fields = m_generation->dissect(frame, kLimits);
        QVERIFY(coversEveryByteOnce(fields, frame.bytes.size()));
        if (isMessage(entry) && (entry.decoded.value(u"header").value(u"flags").toInteger() & 1) == 0) {
            QVERIFY(fields.size() == 2);
            QCOMPARE(fields.at(0).children.size(), size_t(6));
            QCOMPARE(fields.at(1).children.back().name, u"STOP"_qs);
        }
    }
}

QTEST_GUILESS_MAIN(tst_Replay)

#include "tst_replay.moc"
