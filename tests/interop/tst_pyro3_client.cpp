// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// The real Pyro 3 client and its tools use our demo daemon and name server, each as a process of its own.

#include "support/peerprocess.h"

#include <QTest>

#include <memory>

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");
const QString kScript = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/pyro3_client.py");

} // namespace

class tst_Pyro3Client : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void realClientUsesOurServers_data();
    void realClientUsesOurServers();
    void settingsOfTheClient_data();
    void settingsOfTheClient();
    void identification_data();
    void identification();
    void controlTool_data();
    void controlTool();
    void remoteShutdown();

private:
    /// Starts a name server of ours and a demo daemon registered there.
    void startServers(PeerProcess &names, PeerProcess &demo, const QStringList &options = {});
    void runCheck(const QString &check, quint16 port, QProcessEnvironment environment);

    std::unique_ptr<Pyro3Peer> m_peer;
    PeerProcess m_names;
    PeerProcess m_demo;
    quint16 m_port = 0;
};

static quint16 portOf(const QString &uri)
{
    return uri.section(u':', -1).section(u'/', 0, 0).toUShort();
}

void tst_Pyro3Client::startServers(PeerProcess &names, PeerProcess &demo, const QStringList &options)
{
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    QVERIFY2(names.start(kPyroctl,
                 QStringList{QStringLiteral("ns"), QStringLiteral("--port"), QStringLiteral("0")} + options,
                 environment),
        names.output().constData());
    const QString where = QStringLiteral("127.0.0.1:%1").arg(portOf(names.words().first()));
    QStringList demoOptions{QStringLiteral("demo"), QStringLiteral("--ns"), where};
    if (!options.isEmpty())
        demoOptions += {QStringLiteral("--ident"), options.last()};
    QVERIFY2(demo.start(kPyroctl, demoOptions + options, environment), demo.output().constData());
}

void tst_Pyro3Client::initTestCase()
{
    m_peer = std::make_unique<Pyro3Peer>();
    if (!m_peer->missing().isEmpty())
        QSKIP(qPrintable(m_peer->missing()));
    startServers(m_names, m_demo);
    m_port = portOf(m_names.words().first());
    QVERIFY(m_port != 0);
}

void tst_Pyro3Client::runCheck(const QString &check, quint16 port, QProcessEnvironment environment)
{
    const Finished finished
        = runProgram(m_peer->python, {kScript, QString::number(port), check}, environment);
    QVERIFY2(finished.status == 0, finished.all().constData());
    QCOMPARE(finished.out.trimmed(), "ok " + check.toUtf8());
}

void tst_Pyro3Client::realClientUsesOurServers_data()
{
    QTest::addColumn<QString>("check");
    for (const char *check :
        {"echo_values", "echo_library_types", "shared_and_recursive", "arguments", "errors", "unknown_object",
            "refused_class", "oneway", "attributes", "thermometer", "bank", "files", "market", "callbacks",
            "parallel_calls", "timeout", "pyroloc", "pyroname", "daemon_object", "base_methods",
            "housekeeping_refused", "large", "names", "registers_python_object"})
        QTest::addRow("%s", check) << QString::fromLatin1(check);
}

void tst_Pyro3Client::realClientUsesOurServers()
{
    QFETCH(QString, check);
    runCheck(check, m_port, m_peer->environment());
}

void tst_Pyro3Client::settingsOfTheClient_data()
{
    QTest::addColumn<QStringList>("settings");
    QTest::newRow("pickle-0") << QStringList{QStringLiteral("PYRO_PICKLE_FORMAT=0")};
    QTest::newRow("pickle-1") << QStringList{QStringLiteral("PYRO_PICKLE_FORMAT=1")};
    QTest::newRow("compression") << QStringList{QStringLiteral("PYRO_COMPRESSION=1")};
    QTest::newRow("checksum") << QStringList{QStringLiteral("PYRO_CHECKSUM=1")};
    QTest::newRow("compression-checksum")
        << QStringList{QStringLiteral("PYRO_COMPRESSION=1"), QStringLiteral("PYRO_CHECKSUM=1")};
    QTest::newRow("single-threaded") << QStringList{QStringLiteral("PYRO_MULTITHREADED=0")};
}

void tst_Pyro3Client::settingsOfTheClient()
{
    QFETCH(QStringList, settings);
    QProcessEnvironment environment = m_peer->environment();
    for (const QString &setting : settings)
        environment.insert(setting.section(u'=', 0, 0), setting.section(u'=', 1));
    for (const char *check :
        {"echo_values", "shared_and_recursive", "arguments", "errors", "callbacks", "large"})
        runCheck(QString::fromLatin1(check), m_port, environment);
}

void tst_Pyro3Client::identification_data()
{
    QTest::addColumn<QString>("check");
    QTest::newRow("good") << QStringLiteral("ident_good");
    QTest::newRow("bad") << QStringLiteral("ident_bad");
}

void tst_Pyro3Client::identification()
{
    QFETCH(QString, check);
    PeerProcess names;
    PeerProcess demo;
    startServers(names, demo, {QStringLiteral("--ident-allow"), QStringLiteral("s3cret")});
    QProcessEnvironment environment = m_peer->environment();
    environment.insert(QStringLiteral("PYROLENS_TEST_IDENT"), QStringLiteral("s3cret"));
    runCheck(check, portOf(names.words().first()), environment);
}

void tst_Pyro3Client::controlTool_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("expected");
    const QString uri = QStringLiteral("PYRO://127.0.0.1:7766/7f0000010001aaaa");
    QTest::newRow("ping") << QStringList{QStringLiteral("ping")} << QStringLiteral("NS is up and running!");
    QTest::newRow("listall") << QStringList{QStringLiteral("listall")}
                             << QStringLiteral(":demo.echo  -->  PYRO://127.0.0.1:");
    QTest::newRow("list") << QStringList{QStringLiteral("list"), QStringLiteral(":")}
                          << QStringLiteral("[Pyro]");
    QTest::newRow("resolve") << QStringList{QStringLiteral("resolve"), QStringLiteral(":demo.bank")}
                             << QStringLiteral("PYRO://127.0.0.1:");
    QTest::newRow("creategroup") << QStringList{QStringLiteral("creategroup"), QStringLiteral(":tool")}
                                 << QStringLiteral("created");
    QTest::newRow("register") << QStringList{QStringLiteral("register"), QStringLiteral(":tool.x"), uri}
                              << QStringLiteral("registered");
    QTest::newRow("setmeta") << QStringList{QStringLiteral("setmeta"), QStringLiteral(":tool.x"),
        QStringLiteral("note")}
                             << QStringLiteral("Metadata of :tool.x set.");
    QTest::newRow("showmeta") << QStringList{QStringLiteral("showmeta"), QStringLiteral(":tool.x")}
                              << QStringLiteral("note");
    QTest::newRow("remove") << QStringList{QStringLiteral("remove"), QStringLiteral(":tool.x")}
                            << QStringLiteral("unregistered");
    QTest::newRow("deletegroup") << QStringList{QStringLiteral("deletegroup"), QStringLiteral(":tool")}
                                 << QStringLiteral("deleted");
}

void tst_Pyro3Client::controlTool()
{
    QFETCH(QStringList, words);
    QFETCH(QString, expected);
    const QStringList arguments
        = QStringList{QStringLiteral("-c"),
              QStringLiteral("import Pyro.nsc,sys; Pyro.nsc.main(sys.argv[1:])"), QStringLiteral("-h"),
              QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(m_port)}
        + words;
    const Finished finished = runProgram(m_peer->python, arguments, m_peer->environment());
    QVERIFY2(finished.status == 0, finished.all().constData());
    QVERIFY2(finished.out.contains(expected.toUtf8()), finished.out.constData());
}

void tst_Pyro3Client::remoteShutdown()
{
    PeerProcess names;
    QVERIFY2(names.start(kPyroctl, {QStringLiteral("ns"), QStringLiteral("--port"), QStringLiteral("0")},
                 QProcessEnvironment::systemEnvironment()),
        names.output().constData());
    const QStringList arguments{QStringLiteral("-c"),
        QStringLiteral("import Pyro.nsc,sys; Pyro.nsc.main(sys.argv[1:])"), QStringLiteral("-h"),
        QStringLiteral("127.0.0.1"), QStringLiteral("-p"), QString::number(portOf(names.words().first())),
        QStringLiteral("shutdown")};
    const Finished finished = runProgram(m_peer->python, arguments, m_peer->environment());
    QVERIFY2(finished.out.contains("Will shut down shortly"), finished.all().constData());
    QVERIFY(names.process().waitForFinished(5'000));
    QCOMPARE(names.process().exitCode(), 0);
}

QTEST_GUILESS_MAIN(tst_Pyro3Client)

#include "tst_pyro3_client.moc"
