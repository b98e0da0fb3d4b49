// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/capture/trafficcapture.h>
#include <pyrolens/generations.h>

#include <QtTest>

using namespace pyrolens;

class tst_Capture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodesAConversation();
    void keepsWhatIsNoPyro();
};

void tst_Capture::decodesAConversation()
{
    const auto catalogue = builtinCatalogue();
    const Generation *generation = catalogue->find(3);
    QVERIFY(generation);
    // A conversation made by our own sessions, cut into single bytes.
    auto server = generation->session(Role::Server, {});
    auto client = generation->session(Role::Client, {});
    const Limits limits;
    std::vector<std::pair<bool, QByteArray>> wire; // sent by the client?
    const QByteArray challenge = server->start();
    wire.emplace_back(false, challenge);
    const auto hello = client->feed(Direction::ServerToClient, challenge, limits);
    QVERIFY(hello);
    const QByteArray connectBytes = hello.value().answer;
    wire.emplace_back(true, connectBytes);
    QVERIFY(server->feed(Direction::ClientToServer, connectBytes, limits));
    Message accept;
    accept.kind = Message::Kind::Accept;
    const auto granted = server->encode(accept);
    QVERIFY(granted);
    wire.emplace_back(false, granted.value());
    QVERIFY(client->feed(Direction::ServerToClient, granted.value(), limits));
    const auto call
        = client->encode(Message::call("obj", "echo", Value::tuple({Value::str("hi")}), Value::dict({})));
    QVERIFY(call);
    wire.emplace_back(true, call.value());
    const auto reply = server->encode(Message::reply(Value::integer(42)));
    QVERIFY(reply);
    wire.emplace_back(false, reply.value());

    QMutex mutex;
    std::vector<TrafficRecord> records;
    TrafficCapture capture(catalogue, [&](std::vector<TrafficRecord> batch) {
        const QMutexLocker lock(&mutex);
        records.insert(records.end(), batch.begin(), batch.end());
    });
    capture.opened(1, {}, {QStringLiteral("10.0.0.7"), 7766}, true);
    for (const auto &[sent, bytes] : wire) {
        for (const char byte : bytes)
            capture.bytes(1, sent, QByteArrayView(&byte, 1));
    }
    capture.closed(1, QStringLiteral("end"));
    capture.finish();
    QStringList labels;
    qsizetype total = 0;
    for (const TrafficRecord &record : records) {
        labels.append(record.label);
        total += record.bytes.size();
    }
    QCOMPARE(labels,
        (QStringList{QStringLiteral("CHALLENGE"), QStringLiteral("CONNECT"), QStringLiteral("ACCEPT"),
            QStringLiteral("CALL"), QStringLiteral("REPLY"), QStringLiteral("CLOSED")}));
    qsizetype expected = 0;
    for (const auto &[sent, bytes] : wire)
        expected += bytes.size();
    QCOMPARE(total, expected);
    QCOMPARE(records[3].object, QStringLiteral("obj"));
    QCOMPARE(records[3].method, QStringLiteral("echo"));
    QVERIFY(records[3].info.contains(QLatin1String("'hi'")));
    QCOMPARE(records[4].info, QStringLiteral("42"));
    QCOMPARE(records[3].peer, QStringLiteral("10.0.0.7:7766"));
    const auto fields = TrafficCapture::dissect(*catalogue, records[3]);
    QVERIFY(!fields.empty());
}

void tst_Capture::keepsWhatIsNoPyro()
{
    std::vector<TrafficRecord> records;
    TrafficCapture capture(builtinCatalogue(),
        [&](std::vector<TrafficRecord> batch) { records.insert(records.end(), batch.begin(), batch.end()); });
    const QByteArray greeting("SSH-2.0-OpenSSH_9.2 and so on, a banner that is longer than any header\r\n");
    capture.opened(5, {}, {}, true);
    capture.bytes(5, false, greeting);
    capture.bytes(5, true, QByteArray("\x01\x02"));
    capture.finish();
    QByteArray kept;
    for (const TrafficRecord &record : records)
        kept += record.bytes;
    QVERIFY2(kept.contains(greeting), kept.constData());
    QCOMPARE(records.front().kind, TrafficRecord::Kind::Unreadable);
}

QTEST_GUILESS_MAIN(tst_Capture)
#include "tst_capture.moc"
