// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/demo/clientcaller.h>
#include <pyrolens/demo/demo.h>
#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/server/daemonthread.h>

#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>
#include <QTest>

using namespace pyrolens;

// The demo objects as the real Pyro 3 sees them. The checks themselves are in pyro3_client.py.
class tst_DemoPyro3 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesRealClient_data();
    void servesRealClient();
};

void tst_DemoPyro3::servesRealClient_data()
{
    QTest::addColumn<QStringList>("modes");
    QTest::addColumn<QString>("setting"); // of the client
    QTest::newRow("threads") << QStringList() << QString();
    QTest::newRow("overflow") << QStringList(QStringLiteral("overflow")) << QString();
    QTest::newRow("single") << QStringList(QStringLiteral("single")) << QString();
    QTest::newRow("ident") << QStringList(QStringLiteral("ident")) << QString();
    QTest::newRow("packed") << QStringList(QStringLiteral("packed")) << QString();
    QTest::newRow("client-packs") << QStringList() << QStringLiteral("PYRO_COMPRESSION=1 PYRO_CHECKSUM=1");
    QTest::newRow("client-format-0") << QStringList() << QStringLiteral("PYRO_PICKLE_FORMAT=0");
    QTest::newRow("client-format-1") << QStringList() << QStringLiteral("PYRO_PICKLE_FORMAT=1");
}

void tst_DemoPyro3::servesRealClient()
{
    const QString python = qEnvironmentVariable("PYROLENS_PYTHON2");
    const QString pyro = qEnvironmentVariable("PYROLENS_PYRO3");
    if (python.isEmpty() || pyro.isEmpty())
        QSKIP("PYROLENS_PYTHON2 and PYROLENS_PYRO3 do not name a Python 2.7 and the Pyro 3 package");
    QFETCH(QStringList, modes);
    QFETCH(QString, setting);

    auto catalogue = std::make_shared<Catalogue>();
    catalogue->add(pyro3Generation());
    DaemonOptions options;
    options.multithreaded = !modes.contains(QStringLiteral("single"));
    options.connections.maxThreads = modes.contains(QStringLiteral("overflow")) ? 0 : 256;
    options.compress = options.checksum = modes.contains(QStringLiteral("packed"));
    DaemonThread daemon;
    const auto port = daemon.start(
        catalogue, options,
        [](Daemon &target) { return hostDemo(target).map([](const auto &) { return Done(); }); },
        [&](Daemon &target) {
            auto context = std::make_shared<ClientContext>();
            context->catalogue = catalogue;
            target.setCallerFactory(makeCallerFactory(context));
            if (modes.contains(QStringLiteral("ident")))
                target.setValidator(std::make_shared<IdentValidator>(QStringList{QStringLiteral("s3cret")}));
        });
    QVERIFY(port);

    QTemporaryDir scratch;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PYTHONPATH"), pyro);
    environment.insert(QStringLiteral("PYTHONDONTWRITEBYTECODE"), QStringLiteral("1"));
    environment.insert(QStringLiteral("PYRO_STORAGE"), scratch.path());
    environment.insert(QStringLiteral("PYRO_TRACELEVEL"), QStringLiteral("0"));
    for (const QString &item : setting.split(u' ', Qt::SkipEmptyParts))
        environment.insert(item.section(u'=', 0, 0), item.section(u'=', 1));
    QProcess client;
    client.setProcessEnvironment(environment);
    client.setWorkingDirectory(scratch.path());
    client.setProcessChannelMode(QProcess::MergedChannels);
    client.start(python,
        QStringList{QStringLiteral(PYROLENS_TEST_DATA "/../core/demo/pyro3_client.py"),
            QStringLiteral("127.0.0.1"), QString::number(*port)}
            + modes);
    QVERIFY(client.waitForFinished(40'000));
    const QByteArray output = client.readAll();
    QVERIFY2(output.endsWith("all done\n"), output.constData());
    QCOMPARE(client.exitCode(), 0);
}

QTEST_GUILESS_MAIN(tst_DemoPyro3)
#include "tst_demo_pyro3.moc"
