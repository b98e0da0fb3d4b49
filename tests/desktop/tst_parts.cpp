// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "drafts.h"
#include "navigator.h"
#include "options.h"
#include "settings.h"
#include "trafficcapture.h"

#include <pyrolens/generations.h>

#include <QTemporaryDir>
#include <QtTest>

using namespace pyrolens;

class tst_Parts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parsesTheCommandLine();
    void refusesBadOptions_data();
    void refusesBadOptions();
    void settingsComeBack();
    void draftsSurvive();
    void brokenDraftsAreKeptAside();
    void navigatorGoesBackAndForward();
    void captureDecodesAConversation();
    void captureKeepsWhatIsNoPyro();
};

void tst_Parts::parsesTheCommandLine()
{
    const Options options = Options::parse({QStringLiteral("pyrolens"), QStringLiteral("--demo"),
        QStringLiteral("--theme"), QStringLiteral("dark"), QStringLiteral("--size"),
        QStringLiteral("800x560"), QStringLiteral("--screenshot"), QStringLiteral("x.png"),
        QStringLiteral("--quit-after-screenshot"), QStringLiteral("10.0.0.7:9090"),
        QStringLiteral("PYRO://h:1/x")});
    QCOMPARE(options.error, QString());
    QVERIFY(options.demo);
    QVERIFY(options.quitAfterScreenshot);
    QCOMPARE(options.theme, QStringLiteral("dark"));
    QCOMPARE(options.size, QSize(800, 560));
    QCOMPARE(options.screenshot, QStringLiteral("x.png"));
    QCOMPARE(options.places.size(), 2);
}

void tst_Parts::refusesBadOptions_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("theme") << QStringList{QStringLiteral("--theme"), QStringLiteral("pink")};
    QTest::newRow("size") << QStringList{QStringLiteral("--size"), QStringLiteral("big")};
    QTest::newRow("unknown") << QStringList{QStringLiteral("--what")};
}

void tst_Parts::refusesBadOptions()
{
    QFETCH(QStringList, arguments);
    arguments.prepend(QStringLiteral("pyrolens"));
    QVERIFY(!Options::parse(arguments).error.isEmpty());
}

void tst_Parts::settingsComeBack()
{
    QTemporaryDir folder;
    {
        Settings settings(folder.path());
        settings.setTheme(QStringLiteral("dark"));
        settings.setFontScale(120);
        for (int i = 0; i < 12; ++i)
            settings.addRecent(QStringLiteral("h%1").arg(i % 10));
        settings.saveWindow("geometry", "layout");
    }
    const Settings again(folder.path());
    QCOMPARE(again.theme(), QStringLiteral("dark"));
    QCOMPARE(again.fontScale(), 120);
    QCOMPARE(again.recent().size(), 8);
    QCOMPARE(again.recent().first(), QStringLiteral("h1"));
    QCOMPARE(again.layout(), QByteArray("layout"));
    QVERIFY(QFile::exists(folder.filePath(QStringLiteral("pyrolens.ini"))));
}

void tst_Parts::draftsSurvive()
{
    QTemporaryDir folder;
    Drafts drafts(folder.path());
    drafts.set(QStringLiteral(":demo.echo"), {QStringLiteral("echo"), QStringLiteral("'\u00e4', [1,")});
    // Without an orderly end: what a kill leaves behind.
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(folder.filePath(QStringLiteral("drafts.json"))), 5'000);
    const Drafts again(folder.path());
    QCOMPARE(again.draft(QStringLiteral(":demo.echo")).method, QStringLiteral("echo"));
    QCOMPARE(again.draft(QStringLiteral(":demo.echo")).arguments, QStringLiteral("'\u00e4', [1,"));
    QVERIFY(again.draft(QStringLiteral("other")).isEmpty());
}

void tst_Parts::brokenDraftsAreKeptAside()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("drafts.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{ broken");
    file.close();
    const Drafts drafts(folder.path());
    QVERIFY(drafts.draft(QStringLiteral("x")).isEmpty());
    QVERIFY(QFile::exists(folder.filePath(QStringLiteral("drafts.json.broken"))));
}

void tst_Parts::navigatorGoesBackAndForward()
{
    Navigator navigator;
    QStringList went;
    connect(&navigator, &Navigator::goTo, this, [&](const ObjectTarget &target) {
        went.append(target.name);
        navigator.visit(target); // as the window does; it must not count
    });
    for (const char *name : {"a", "b", "c"}) {
        ObjectTarget target;
        target.name = QString::fromLatin1(name);
        navigator.visit(target);
    }
    QVERIFY(navigator.canGoBack());
    QVERIFY(!navigator.canGoForward());
    navigator.back();
    navigator.back();
    QVERIFY(!navigator.canGoBack());
    navigator.forward();
    QCOMPARE(went, (QStringList{QStringLiteral("b"), QStringLiteral("a"), QStringLiteral("b")}));
    ObjectTarget other;
    other.name = QStringLiteral("d");
    navigator.visit(other);
    QVERIFY(!navigator.canGoForward());
}

void tst_Parts::captureDecodesAConversation()
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

void tst_Parts::captureKeepsWhatIsNoPyro()
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

QTEST_MAIN(tst_Parts)
#include "tst_parts.moc"
