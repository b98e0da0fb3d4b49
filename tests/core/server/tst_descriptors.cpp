// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "testclient.h"
#include "testservants.h"

#include <QElapsedTimer>
#include <QProcess>
#include <QTest>

#include <ctime>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

// This program again, as a server in a process whose limit can be small.
int serve(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    DaemonThread daemon;
    const auto port = daemon.start(catalogue(), {}, [](Daemon &target) {
        return target
            .connectServant(makeProbe(std::make_shared<Seen>(), Threading::Concurrent), {}, "probe-id")
            .map([](const Uri &) { return Done(); });
    });
    if (!port)
        return 1;
    printf("ready %d\n", *port);
    fflush(stdout);
    getchar(); // until the test lets go
    daemon.stop();
    printf("cpu %ld\n", std::clock() * 1'000 / CLOCKS_PER_SEC);
    return 0;
}

} // namespace

// Robustness rules: "spare descriptors", "descriptors used up".
class tst_Descriptors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesGoodClientsWhenDescriptorsRunOut();
};

void tst_Descriptors::servesGoodClientsWhenDescriptorsRunOut()
{
#ifdef Q_OS_WIN
    QSKIP("Windows has no such limit");
#endif
    QProcess server;
    server.setProcessChannelMode(QProcess::SeparateChannels);
    server.start(QStringLiteral("/bin/sh"),
        {QStringLiteral("-c"), QStringLiteral("ulimit -n 128 && exec \"$0\" --serve"),
            QCoreApplication::applicationFilePath()});
    QVERIFY(server.waitForReadyRead(10'000));
    const int port = server.readLine().simplified().split(' ').value(1).toInt();
    QVERIFY(port > 0);

    // Silent connections, more than there are descriptors.
    std::vector<std::unique_ptr<TestClient>> silent;
    for (int i = 0; i < 150; ++i)
        silent.push_back(std::make_unique<TestClient>(port));
    QElapsedTimer timer;
    timer.start();
    TestClient good(port);
    QVERIFY(good.call("probe-id", "echo", {Value::integer(1)}));
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
    silent.clear();
    timer.restart();
    TestClient after(port);
    QVERIFY(after.call("probe-id", "echo", {Value::integer(1)}));
    QVERIFY(good.call("probe-id", "echo", {Value::integer(1)}));
    QVERIFY2(timer.elapsed() < 1'500, qPrintable(QString::number(timer.elapsed())));

    server.write("end\n");
    QVERIFY(server.waitForFinished(10'000));
    const QByteArray out = server.readAllStandardOutput();
    const QByteArray log = server.readAllStandardError();
    QVERIFY2(log.contains("conn.fd-low"), log.constData());
    // It did not spin: far less processor time than the test took.
    const int milliseconds = out.simplified().split(' ').value(1).toInt();
    QVERIFY2(milliseconds < 1'000, out.constData());
}

int main(int argc, char **argv)
{
    if (argc > 1 && qstrcmp(argv[1], "--serve") == 0)
        return serve(argc, argv);
    QCoreApplication app(argc, argv);
    tst_Descriptors test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_descriptors.moc"
