// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// The real Pyro 4 and Pyro 5 clients use our demo daemon, which serves all generations on one port.

#include "support/pyro45peer.h"

#include <QTest>

#include <memory>

using namespace pyrolens::testing;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");
const QString kScript = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/pyro45_client.py");
const QString kScript3 = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/../core/demo/pyro3_client.py");

} // namespace

class tst_Pyro45Client : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void tellsAllUris();
    void realClientUsesTheDemo_data();
    void realClientUsesTheDemo();
    void clientsNeedTheKey();
    void threeGenerationsAtOnce();

private:
    QStringList callScript(int generation, const QString &serializer, const QString &check) const
    {
        return {kScript, QString::number(generation), m_location, serializer, check};
    }

    PeerProcess m_demo;
    QString m_location;
};

namespace {

QString locationOf(const PeerProcess &demo)
{
    return demo.words().isEmpty() ? QString() : demo.words().last().section(u'@', -1);
}

} // namespace

void tst_Pyro45Client::initTestCase()
{
    QVERIFY2(m_demo.start(kPyroctl, {QStringLiteral("demo"), QStringLiteral("--no-ns")},
                 QProcessEnvironment::systemEnvironment()),
        m_demo.output().constData());
    m_location = locationOf(m_demo);
    QVERIFY(m_location.startsWith(QStringLiteral("127.0.0.1:")));
}

void tst_Pyro45Client::tellsAllUris()
{
    const QStringList names{QStringLiteral("echo"), QStringLiteral("thermometer"), QStringLiteral("bank"),
        QStringLiteral("clock"), QStringLiteral("files"), QStringLiteral("market")};
    QCOMPARE(m_demo.words().size(), 2 * names.size());
    for (qsizetype i = 0; i < names.size(); ++i) {
        QVERIFY(m_demo.words().at(2 * i).startsWith(QStringLiteral("PYRO://%1/").arg(m_location)));
        QCOMPARE(
            m_demo.words().at(2 * i + 1), QStringLiteral("PYRO:demo.%1@%2").arg(names.at(i), m_location));
    }
}

void tst_Pyro45Client::realClientUsesTheDemo_data()
{
    QTest::addColumn<int>("generation");
    QTest::addColumn<QString>("serializer");
    QTest::addColumn<QString>("check");
    for (const int generation : {4, 5}) {
        for (const char *serializer : {"serpent", "json", "marshal", "msgpack", "pickle"}) {
            const QByteArray codec = serializer;
            if (generation == 5 && codec == "pickle")
                continue;
            for (const char *name : {"values", "arguments", "errors", "not_there", "metadata", "attributes",
                     "oneway", "batch", "streams", "files", "proxies", "refused_class", "daemon", "callbacks",
                     "parallel", "timeout"}) {
                const QByteArray check = name;
                // The reference cannot send these over marshal: it takes their missing keywords apart.
                const bool isUnsendable = codec == "marshal"
                    && (check == "attributes" || check == "batch" || check == "oneway"
                        || check == "callbacks");
                const bool isOnce = check == "parallel" || check == "timeout";
                if (isUnsendable || (isOnce && codec != "serpent"))
                    continue;
                QTest::addRow("pyro%d-%s-%s", generation, serializer, name)
                    << generation << QString::fromLatin1(codec) << QString::fromLatin1(check);
            }
        }
    }
}

void tst_Pyro45Client::realClientUsesTheDemo()
{
    QFETCH(int, generation);
    QFETCH(QString, serializer);
    QFETCH(QString, check);
    const Pyro45Peer peer{generation};
    if (peer.python().isEmpty()) {
        QVERIFY2(!peer.isNeeded(), qPrintable(peer.missing()));
        QSKIP(qPrintable(peer.missing()));
    }
    const Finished finished
        = runProgram(peer.python(), callScript(generation, serializer, check), peer.environment());
    QVERIFY2(finished.status == 0, finished.all().constData());
    QCOMPARE(finished.out.trimmed(), "ok " + check.toUtf8());
}

void tst_Pyro45Client::clientsNeedTheKey()
{
    const Pyro45Peer peer{4};
    if (peer.python().isEmpty()) {
        QVERIFY2(!peer.isNeeded(), qPrintable(peer.missing()));
        QSKIP(qPrintable(peer.missing()));
    }
    PeerProcess demo;
    QVERIFY2(demo.start(kPyroctl,
                 {QStringLiteral("demo"), QStringLiteral("--no-ns"), QStringLiteral("--gens"),
                     QStringLiteral("4"), QStringLiteral("--hmac-key"), QStringLiteral("secret")},
                 QProcessEnvironment::systemEnvironment()),
        demo.output().constData());
    const QString location = locationOf(demo);
    for (const char *check : {"key", "errors", "streams", "proxies", "callbacks"}) {
        const Finished finished = runProgram(peer.python(),
            {kScript, QStringLiteral("4"), location, QStringLiteral("serpent"), QString::fromLatin1(check),
                QStringLiteral("secret")},
            peer.environment());
        QVERIFY2(finished.status == 0, finished.all().constData());
    }
    QCOMPARE(demo.stop(), 0);
}

void tst_Pyro45Client::threeGenerationsAtOnce()
{
    const Pyro3Peer peer3;
    const Pyro45Peer peer4{4};
    const Pyro45Peer peer5{5};
    if (!peer3.missing().isEmpty())
        QSKIP(qPrintable(peer3.missing()));
    for (const Pyro45Peer &peer : {peer4, peer5}) {
        if (peer.python().isEmpty())
            QSKIP(qPrintable(peer.missing()));
    }
    PeerProcess demo; // the script for Pyro 3 counts from the start
    QVERIFY2(demo.start(kPyroctl, {QStringLiteral("demo"), QStringLiteral("--no-ns")},
                 QProcessEnvironment::systemEnvironment()),
        demo.output().constData());
    m_location = locationOf(demo);
    const QString host = m_location.section(u':', 0, 0);
    const QString port = m_location.section(u':', 1);
    std::array<QProcess, 3> clients;
    clients[0].setProcessEnvironment(peer3.environment());
    clients[0].start(peer3.python, {kScript3, host, port});
    clients[1].setProcessEnvironment(peer4.environment());
    clients[1].start(peer4.python(), callScript(4, QStringLiteral("serpent"), QStringLiteral("parallel")));
    clients[2].setProcessEnvironment(peer5.environment());
    clients[2].start(peer5.python(), callScript(5, QStringLiteral("msgpack"), QStringLiteral("parallel")));
    for (QProcess &client : clients) {
        client.setProcessChannelMode(QProcess::MergedChannels);
        QVERIFY(client.waitForFinished(50'000));
        const QByteArray output = client.readAll();
        QVERIFY2(client.exitStatus() == QProcess::NormalExit && client.exitCode() == 0, output.constData());
    }
}

QTEST_GUILESS_MAIN(tst_Pyro45Client)
#include "tst_pyro45_client.moc"
