// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// Real programs of two generations, with pyroctl gateway between them.

#include "support/pyro45peer.h"

#include <QTest>

using pyrolens::testing::Pyro45Peer;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");
const QString kOld = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/gateway_pyro3.py");
const QString kModern = QStringLiteral(PYROLENS_INTEROP_SCRIPTS "/gateway_pyro45.py");

} // namespace

class tst_Gateway : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void programsMeet_data();
    void programsMeet();
};

void tst_Gateway::programsMeet_data()
{
    QTest::addColumn<int>("behind");
    QTest::addColumn<int>("before");
    for (const auto &[behind, before] : {std::pair(3, 5), {5, 3}, {3, 4}, {4, 3}, {4, 5}, {5, 4}})
        QTest::addRow("pyro%d for pyro%d", behind, before) << behind << before;
}

void tst_Gateway::programsMeet()
{
    QFETCH(int, behind);
    QFETCH(int, before);
    const Pyro3Peer old;
    struct Program
    {
        QString python;
        QStringList arguments;
        QProcessEnvironment environment;
    };
    std::map<int, Program> programs;
    for (const int generation : {behind, before}) {
        if (generation == 3) {
            if (const QString missing = old.missing(); !missing.isEmpty())
                QSKIP(qPrintable(missing));
            programs[3] = {old.python, {kOld}, old.environment()};
            continue;
        }
        const Pyro45Peer peer{generation};
        if (peer.python().isEmpty() && peer.isNeeded())
            QFAIL(qPrintable(peer.missing()));
        if (peer.python().isEmpty())
            QSKIP(qPrintable(peer.missing()));
        programs[generation] = {peer.python(), {kModern, QString::number(generation)}, peer.environment()};
    }
    PeerProcess server;
    const Program &served = programs[behind];
    QVERIFY2(server.start(
                 served.python, served.arguments + QStringList{QStringLiteral("server")}, served.environment),
        server.output().constData());
    PeerProcess gateway;
    QStringList words{QStringLiteral("gateway"), QStringLiteral("--from"), server.words().first()};
    for (const char *method : {"echo", "fail", "kinds", "ask", "tick", "answer"})
        words << QStringLiteral("--method") << QString::fromLatin1(method);
    QVERIFY2(gateway.start(kPyroctl, words, QProcessEnvironment::systemEnvironment()),
        gateway.output().constData());
    QCOMPARE(gateway.words().size(), 2); // PYRO://... and PYRO:...
    const Program &client = programs[before];
    const Finished finished = runProgram(client.python,
        client.arguments + QStringList{QStringLiteral("client"), gateway.words().at(before == 3 ? 0 : 1)},
        client.environment);
    QVERIFY2(finished.status == 0,
        qPrintable(QString::fromUtf8(finished.all()) + QString::fromUtf8(gateway.output())));
    QVERIFY(finished.out.contains("ok"));
    QCOMPARE(gateway.stop(), 0);
}

QTEST_GUILESS_MAIN(tst_Gateway)

#include "tst_gateway.moc"
