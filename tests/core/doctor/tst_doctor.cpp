// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "support/allgenerations.h"
#include "support/scriptedpeer.h"

#include <pyrolens/doctor/doctor.h>
#include <pyrolens/server/daemonthread.h>

#include <QTemporaryDir>
#include <QTest>

using namespace pyrolens;
using namespace std::chrono_literals;

/// Each thing that can be wrong is the first that is named, with what to do about it.
class tst_Doctor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void healthyObjects_data();
    void healthyObjects();
    void strangersAreNamed_data();
    void strangersAreNamed();
    void closedPort();
    void unknownHost();
    void silentServer();
    void wrongGeneration();
    void wrongIdentification();
    void unknownObject_data();
    void unknownObject();
    void nameWithoutServer();
    void unixSockets();
    void canBeCancelled();
    void cleanup() { m_daemon.stop(); }

private:
    Diagnosis examine(const Uri &uri, ProxyOptions options = {}) const
    {
        auto context = std::make_shared<ClientContext>();
        context->catalogue = testing::allGenerations();
        options.callTimeout = 5s;
        std::vector<DoctorStep> told;
        const Diagnosis diagnosis = Doctor(context, options).examine(uri, [&told](const DoctorStep &step) {
            told.push_back(step);
        });
        if (told.size() != diagnosis.steps.size())
            qWarning("progress and diagnosis differ");
        return diagnosis;
    }
    static Uri uriAt(int port, const QString &object, bool classic = false)
    {
        Uri uri;
        uri.classic = classic;
        uri.host = QStringLiteral("127.0.0.1");
        uri.port = port;
        uri.object = object;
        return uri;
    }
    /// Hosts one object named thing.
    Uri host(int generation, const std::function<void(Daemon &)> &prepare = {})
    {
        DaemonOptions options;
        options.generations = {generation};
        Uri uri;
        const auto port = m_daemon.start(
            testing::allGenerations(), options,
            [&](Daemon &daemon) -> Status {
                auto servant = std::make_shared<LambdaServant>(QStringLiteral("Thing"));
                servant->method(QStringLiteral("echo(value)"),
                    [](std::vector<Value> args, CallContext &) -> Outcome { return args.at(0); });
                const auto hosted = daemon.connectServant(servant, QStringLiteral("thing"), {}, generation);
                if (!hosted)
                    return hosted.error();
                uri = *hosted;
                return Done{};
            },
            prepare);
        if (!port)
            qFatal("%s", qPrintable(port.error().what));
        return uri;
    }
    static QString stepNames(const Diagnosis &diagnosis)
    {
        QStringList names;
        for (const DoctorStep &step : diagnosis.steps)
            names.append(step.name);
        return names.join(u' ');
    }

    DaemonThread m_daemon;
};

void tst_Doctor::healthyObjects_data()
{
    QTest::addColumn<int>("generation");
    for (const int generation : {3, 4, 5})
        QTest::addRow("pyro%d", generation) << generation;
}

void tst_Doctor::healthyObjects()
{
    QFETCH(int, generation);
    const Diagnosis diagnosis = examine(host(generation));
    QVERIFY2(!diagnosis.failure, diagnosis.failure ? qPrintable(diagnosis.failure->what) : "");
    QCOMPARE(stepNames(diagnosis), QStringLiteral("connect generation handshake object"));
    for (const DoctorStep &step : diagnosis.steps)
        QCOMPARE(step.state, DoctorStep::State::Good);
    QVERIFY(diagnosis.steps.at(1).finding.contains(QStringLiteral("Pyro %1").arg(generation)));
}

void tst_Doctor::strangersAreNamed_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("word");
    QTest::addRow("web") << QByteArray("HTTP/1.1 400 Bad Request\r\n\r\n") << "web server";
    QTest::addRow("ssh") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n") << "SSH";
    QTest::addRow("tls alert") << QByteArray("\x15\x03\x01\x00\x02\x02\x32", 7) << "TLS";
    QTest::addRow("noise") << QByteArray("hello there\n") << "no Pyro";
    QTest::addRow("old Pyro") << QByteArray("PYRO\x00\x2e\x00\x00", 8) << "another version (46)";
}

void tst_Doctor::strangersAreNamed()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, word);
    ScriptedPeer peer({{}, {peer::expectBytes(6), peer::send(bytes)}});
    const Diagnosis diagnosis = examine(uriAt(peer.port(), QStringLiteral("it")));
    QVERIFY(diagnosis.failure);
    QCOMPARE(diagnosis.steps.back().name, QStringLiteral("generation"));
    QVERIFY2(diagnosis.steps.back().finding.contains(word), qPrintable(diagnosis.steps.back().finding));
    QVERIFY(!diagnosis.steps.back().advice.isEmpty());
}

void tst_Doctor::closedPort()
{
    QTcpServer gone;
    QVERIFY(gone.listen(QHostAddress::LocalHost));
    const int port = gone.serverPort();
    gone.close();
    const Diagnosis diagnosis = examine(uriAt(port, QStringLiteral("it")));
    QVERIFY(diagnosis.failure);
    QCOMPARE(diagnosis.failure->kind, Error::Kind::Disconnected);
    QCOMPARE(stepNames(diagnosis), QStringLiteral("connect"));
    QVERIFY(diagnosis.steps.back().advice.contains(u"port is closed"));
}

void tst_Doctor::unknownHost()
{
    Uri uri = uriAt(9, QStringLiteral("it"));
    uri.host = QStringLiteral("no-such-host.invalid");
    const Diagnosis diagnosis = examine(uri);
    QVERIFY(diagnosis.failure);
    QCOMPARE(stepNames(diagnosis), QStringLiteral("address"));
}

void tst_Doctor::silentServer()
{
    ScriptedPeer peer({{}, {peer::expectBytes(6)}});
    const Diagnosis diagnosis = examine(uriAt(peer.port(), QStringLiteral("it")));
    QVERIFY(diagnosis.failure);
    QCOMPARE(diagnosis.failure->kind, Error::Kind::Timeout);
    QVERIFY(diagnosis.steps.back().finding.contains(u"says nothing"));
}

void tst_Doctor::wrongGeneration()
{
    const Uri uri = host(3);
    const Diagnosis diagnosis = examine(uriAt(uri.port, QStringLiteral("thing")));
    QVERIFY(diagnosis.failure);
    QCOMPARE(diagnosis.steps.back().name, QStringLiteral("generation"));
    QVERIFY(diagnosis.steps.back().finding.contains(u"Pyro 3"));
    QVERIFY(diagnosis.steps.back().advice.contains(u"PYRO://"));
    m_daemon.stop();
    const Uri modern = host(5);
    const Diagnosis other = examine(uriAt(modern.port, QStringLiteral("0a0b"), true));
    QVERIFY(other.failure);
    QVERIFY(other.steps.back().finding.contains(u"Pyro 5"));
}

void tst_Doctor::wrongIdentification()
{
    const Uri uri = host(3, [](Daemon &daemon) {
        daemon.setValidator(std::make_shared<IdentValidator>(QStringList{QStringLiteral("secret")}));
    });
    const Diagnosis diagnosis = examine(uri);
    QVERIFY(diagnosis.failure);
    QCOMPARE(diagnosis.failure->kind, Error::Kind::Denied);
    QCOMPARE(diagnosis.steps.back().name, QStringLiteral("handshake"));
    QVERIFY(diagnosis.steps.back().advice.contains(u"--ident-file"));
    ProxyOptions options;
    options.credentials.ident = QStringLiteral("secret");
    QVERIFY(!examine(uri, options).failure);
}

void tst_Doctor::unknownObject_data()
{
    healthyObjects_data();
}

void tst_Doctor::unknownObject()
{
    QFETCH(int, generation);
    const Uri uri = host(generation);
    const Diagnosis diagnosis = examine(uriAt(uri.port, QStringLiteral("nobody"), generation == 3));
    QVERIFY(diagnosis.failure);
    QCOMPARE(diagnosis.failure->kind, Error::Kind::Remote);
    QCOMPARE(diagnosis.steps.back().name, QStringLiteral("object"));
    if (generation == 3)
        QVERIFY2(diagnosis.steps.back().advice.contains(u"thing"), qPrintable(diagnosis.steps.back().advice));
}

void tst_Doctor::nameWithoutServer()
{
    Uri uri;
    uri.form = Uri::Form::Name;
    uri.object = QStringLiteral("thing");
    const Diagnosis diagnosis = examine(uri);
    QVERIFY(diagnosis.failure);
    QCOMPARE(stepNames(diagnosis), QStringLiteral("name"));
}

void tst_Doctor::unixSockets()
{
#ifdef Q_OS_WIN
    QSKIP("This system's Pyros know no unix sockets.");
#endif
    const QTemporaryDir folder;
    Uri uri;
    uri.unixPath = folder.filePath(QStringLiteral("daemon.sock"));
    uri.object = QStringLiteral("thing");
    const Diagnosis missing = examine(uri);
    QVERIFY(missing.failure);
    QCOMPARE(stepNames(missing), QStringLiteral("connect"));
    DaemonOptions options;
    options.generations = {5};
    options.unixPath = uri.unixPath;
    QVERIFY(m_daemon.start(testing::allGenerations(), options));
    const Diagnosis unknown = examine(uri);
    QVERIFY(unknown.failure);
    QCOMPARE(stepNames(unknown), QStringLiteral("connect generation object"));
}

void tst_Doctor::canBeCancelled()
{
    auto context = std::make_shared<ClientContext>();
    context->catalogue = testing::allGenerations();
    const std::atomic<bool> cancelled = true;
    const Diagnosis diagnosis = Doctor(context, {}).examine(uriAt(9, QStringLiteral("it")), {}, &cancelled);
    QVERIFY(diagnosis.failure);
    QCOMPARE(diagnosis.failure->kind, Error::Kind::Cancelled);
}

QTEST_GUILESS_MAIN(tst_Doctor)

#include "tst_doctor.moc"
