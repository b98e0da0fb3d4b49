// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../../../core/naming/twindump_p.h"
#include "plainserver.h"
#include "recorded.h"

#include <QTemporaryDir>

#include <mutex>

using namespace pyrolens;
using namespace nstest;

namespace {

constexpr auto kPatience = 20'000;
const QString kNoId = QStringLiteral("-");

struct Recording
{
    const char *name;
    bool isPersistent;
    QStringList names; ///< that the calls of the recording leave in both servers
};

const QStringList kRegistered{QStringLiteral(":Default.printer=PYRO://127.0.0.1:7766/7f0000010001aaaa"),
    QStringLiteral(":Default.scanner=PYRO://127.0.0.1:7767/7f0000010001bbbb")};

const std::vector<Recording> &recordings()
{
    static const std::vector<Recording> all{
        {"ns_twin_startup", false, kRegistered},
        {"ns_twin_replicate", false, kRegistered},
        {"ns_twin_replicate_groups", false, {}},
        {"ns_twin_persistent", true, kRegistered},
        {"ns_twin_resync_newer", false, {}},
        {"ns_twin_resync_older", false, {}},
        {"format0_twin", false, kRegistered},
    };
    return all;
}

void addRecordings(const QStringList &without = {})
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("isPersistent");
    QTest::addColumn<QStringList>("names");
    for (const Recording &recording : recordings()) {
        if (!without.contains(QString::fromLatin1(recording.name)))
            QTest::newRow(recording.name)
                << QString::fromLatin1(recording.name) << recording.isPersistent << recording.names;
    }
}

const Generation &generation()
{
    return *nstest::catalogue()->find(3);
}

/// What a name server's whole database says, in an order of its own.
QStringList contentsOf(const Value &dump)
{
    QStringList lines;
    const auto rows = naming::readDump(dump, generation());
    if (!rows)
        return {rows.error().what};
    for (const naming::NameRow &row : *rows)
        lines.append(QString::fromUtf8(
            row.path + (row.isGroup ? QByteArray(" (group)") : QByteArray("=").append(row.uri))));
    lines.sort();
    return lines;
}

/// Registered names, without the servers' own.
QStringList namesOf(nstest::Server &server)
{
    NameServerClient client(nstest::context(), server.address());
    QStringList names;
    for (const NameEntry &entry : client.listAllBlocking(false).valueOr({})) {
        if (entry.name != u":Pyro.NameServer")
            names.append(entry.name + u'=' + entry.uri);
    }
    names.sort();
    return names;
}

/// The decoded frames of one kind and method, in order.
std::vector<Message> recordedCalls(const QString &file, const QByteArray &method)
{
    const Json vector = testing::loadVectors(u"pyro3/" + file + u".json");
    std::vector<Message> calls;
    for (const Json &frame : vector.value(u"frames").items()) {
        const QByteArray bytes = QByteArray::fromHex(frame.value(u"hex").toString().toLatin1());
        if (frame.value(u"dir").toString() != u"c2s" || bytes.size() <= 18)
            continue;
        const auto message = pyro3Generation()
                                 ->session(Role::Observer, {})
                                 ->decode({bytes, Direction::ClientToServer, FrameKind::Message}, {});
        if (message && message->method == method)
            calls.push_back(*message);
    }
    return calls;
}

/// The answer to the recorded _resync.
Result<Value> recordedDump(const QString &file)
{
    const Json vector = testing::loadVectors(u"pyro3/" + file + u".json");
    const Json::Array &frames = vector.value(u"frames").items();
    const Json::Array &decoded = vector.value(u"decoded").value(u"frames").items();
    for (size_t i = 0; i < frames.size(); ++i) {
        if (!frames[i].value(u"note").toString().contains(QLatin1String("_resync")))
            continue;
        size_t answer = i + 1;
        while (decoded[answer].value(u"kind").toString() != u"reply"
            || frames[answer].value(u"conn") != frames[i].value(u"conn"))
            ++answer;
        const QByteArray bytes = QByteArray::fromHex(frames[answer].value(u"hex").toString().toLatin1());
        const auto message = pyro3Generation()
                                 ->session(Role::Observer, {})
                                 ->decode({bytes, Direction::ServerToClient, FrameKind::Message}, {});
        return message ? Result<Value>(message->value) : Result<Value>(message.error());
    }
    return Error::usage(QStringLiteral("no _resync in ") + file);
}

/// The older server of a recording: answers _resync with what the recorded one had, keeps what is passed on.
class RecordedTwin
{
public:
    explicit RecordedTwin(Value dump)
    {
        DaemonOptions options;
        options.service = true;
        options.classes.acceptAll = true;
        auto servant = std::make_shared<LambdaServant>(QStringLiteral("NameServer"));
        servant->method(QStringLiteral("ping()"), [](auto, auto &) -> Outcome { return Value::none(); });
        servant->method(
            QStringLiteral("_resync(twinProxy)"), [this, dump](const auto &args, auto &) -> Outcome {
                const std::lock_guard lock(m_mutex);
                m_proxies.push_back(args[0]);
                return dump;
            });
        servant->method(
            QStringLiteral("_synccall(method, *args)"), [this](const auto &args, auto &) -> Outcome {
                const std::lock_guard lock(m_mutex);
                std::vector<Value> call{args[0]}; // as it came: (method, argument, ...)
                for (const Value &argument : args[1].items())
                    call.push_back(argument);
                m_calls.push_back(Value::tuple(std::move(call)));
                return Value::none();
            });
        const auto host = [&](Daemon &daemon) {
            return daemon.connectServant(servant, kOwnName).map([](const Uri &) { return Done{}; });
        };
        port = m_thread.start(nstest::catalogue(), options, host).valueOr(0);
    }
    std::vector<Value> calls()
    {
        const std::lock_guard lock(m_mutex);
        return m_calls;
    }
    std::vector<Value> proxies()
    {
        const std::lock_guard lock(m_mutex);
        return m_proxies;
    }

    int port = 0;

private:
    std::mutex m_mutex; // guards the two lists
    std::vector<Value> m_calls;
    std::vector<Value> m_proxies;
    DaemonThread m_thread; // last: its servant uses the above
};

} // namespace

/// The recordings of paired name servers, with ours in the place of either. What the original gets wrong when
/// it is the older one (it passes nothing on) ours does, so the recordings bind the form of the calls, the
/// databases and the answers.
class tst_TwinVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void coverEveryTwinRecording();
    void servesARecordedNewerTwin_data() { addRecordings(); }
    void servesARecordedNewerTwin();
    void joinsARecordedOlderTwin_data()
    {
        // In these nothing was asked of the newer server.
        addRecordings({QStringLiteral("ns_twin_startup"), QStringLiteral("ns_twin_resync_older")});
    }
    void joinsARecordedOlderTwin();
};

void tst_TwinVectors::coverEveryTwinRecording()
{
    QStringList known;
    for (const Recording &recording : recordings())
        known.append(QString::fromLatin1(recording.name) + u".json");
    for (const QString &file : QDir(QStringLiteral(PYROLENS_TEST_DATA "/pyro3"))
                                   .entryList({QStringLiteral("*twin*.json")}, QDir::Files))
        QVERIFY2(known.contains(file), qPrintable(file));
}

void tst_TwinVectors::servesARecordedNewerTwin()
{
    QFETCH(QString, file);
    QFETCH(bool, isPersistent);
    QFETCH(QStringList, names);
    QTemporaryDir folder;
    // Where the recorded twin says it is, somebody of ours listens who says nothing.
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress(QHostAddress::LocalHost), 0));
    NameServerOptions options;
    options.role = NameServerRole::Primary;
    options.broadcast = false;
    options.twinPatience = std::chrono::milliseconds(200); // it will wait in vain
    if (isPersistent)
        options.storage = u"sqlite:" + folder.filePath(QStringLiteral("names.db"));
    nstest::Server server(options);
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    const QByteArray ownId = server.uri().section(u'/', 3).toLatin1();

    const std::vector<Message> greetings = recordedCalls(file, "_resync");
    QVERIFY(!greetings.empty());
    const auto proxy = generation().asReference(greetings.front().args.at(0));
    QVERIFY(proxy && proxy->form == Reference::Form::Proxy);
    const auto twin = generation().parseUri(proxy->uri);
    QVERIFY(twin);

    Replay replay(file, server.port(), ownId);
    replay.setPrepare(
        [&](const QByteArray &bytes) { return withPort(bytes, twin->port, silent.serverPort()); });
    int dumps = 0;
    int passed = 0;
    while (const auto exchange = replay.next()) {
        if (exchange->isOneway) {
            ++passed;
        } else if (exchange->request.method == "_resync") {
            ++dumps;
            QCOMPARE(exchange->ours->value.kind(), exchange->recorded->value.kind());
            if (const Object *object = exchange->recorded->value.asObject())
                QCOMPARE(exchange->ours->value.asObject()->className(), object->className());
            if (dumps == 1)
                QCOMPARE(contentsOf(exchange->ours->value), contentsOf(exchange->recorded->value));
        } else if (!exchange->recordedId.isEmpty()) {
            QCOMPARE(essence(*exchange->ours, QString::fromLatin1(ownId)),
                essence(*exchange->recorded, QString::fromLatin1(exchange->recordedId)));
        }
    }
    QCOMPARE(replay.error(), QString());
    QCOMPARE(dumps, int(greetings.size()));
    QCOMPARE(passed, int(recordedCalls(file, "_synccall").size()));
    QTRY_COMPARE_WITH_TIMEOUT(namesOf(server), names, kPatience);
    // Its own entry stays, whatever the twin passes on.
    NameServerClient client(nstest::context(), server.address());
    QCOMPARE(client.lookupBlocking(kOwnName).valueOr({}), server.uri());
}

void tst_TwinVectors::joinsARecordedOlderTwin()
{
    QFETCH(QString, file);
    QFETCH(bool, isPersistent);
    QFETCH(QStringList, names);
    QTemporaryDir folder;
    const auto dump = recordedDump(file);
    QVERIFY2(dump, qPrintable(wordsOf(dump)));
    RecordedTwin twin(*dump);
    QVERIFY(twin.port > 0);
    NameServerOptions options;
    options.role = NameServerRole::Secondary;
    options.peerHost = QStringLiteral("127.0.0.1");
    options.peerPort = twin.port;
    options.port = 0;
    if (isPersistent)
        options.storage = u"sqlite:" + folder.filePath(QStringLiteral("names.db"));
    nstest::Server server(options);
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    QTRY_COMPARE_WITH_TIMEOUT(server.server().twin().state, TwinStatus::State::Paired, kPatience);
    QVERIFY(server.server().twin().isOriginal);
    // It introduces itself with a proxy that leads to itself; ours can be called, so it is an ordinary one.
    const auto proxy = generation().asReference(twin.proxies().front());
    QVERIFY(proxy && proxy->form == Reference::Form::Proxy);
    QCOMPARE(proxy->uri, server.uri());

    // The calls that the recorded newer server got, and what it passed on.
    const QByteArray ownId = server.uri().section(u'/', 3).toLatin1();
    Replay replay(file, server.port(), ownId, QStringLiteral("ns2"));
    while (const auto exchange = replay.next()) {
        if (exchange->recordedId.isEmpty())
            continue;
        const QString wanted = essence(*exchange->recorded, QString::fromLatin1(exchange->recordedId));
        const QString got = essence(*exchange->ours, QString::fromLatin1(ownId));
        // The texts of the two kinds of the original's server differ behind the first argument.
        QCOMPARE(isPersistent ? got.section(u',', 0, 0).remove(u')') : got,
            isPersistent ? wanted.section(u',', 0, 0).remove(u')') : wanted);
    }
    QCOMPARE(replay.error(), QString());
    QCOMPARE(namesOf(server), names);
    QStringList wanted;
    for (const Message &call : recordedCalls(file, "_synccall")) {
        // A repeated resync there passes on the own entry, which overwrites the other's; ours does not.
        const QString text = essence(call.args, kNoId);
        if (!text.contains(kOwnName))
            wanted.append(text);
    }
    const auto passed = [&twin] {
        QStringList texts;
        for (const Value &call : twin.calls())
            texts.append(essence(call, kNoId));
        return texts;
    };
    // Recorded in the order of arrival; the original gives each its own thread.
    wanted.sort();
    QTRY_COMPARE_WITH_TIMEOUT(
        [&] {
            QStringList got = passed();
            got.sort();
            return got;
        }(),
        wanted, kPatience);
}

QTEST_GUILESS_MAIN(tst_TwinVectors)
#include "tst_twinvectors.moc"
