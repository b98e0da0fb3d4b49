// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The programs of app/examples as a reader would run them: processes, against our own demo network and
// against each other.

#include "support/peerprocess.h"

#include <QtTest>
#include <QUrl>

class tst_Examples : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void callMethod_data();
    void callMethod();
    void callMethodShowsTheRemoteError();
    void callMethodExplainsWrongUse_data();
    void callMethodExplainsWrongUse();
    void hostObjectKeepsItsState();
    void listNamesListsTheDemo();
    void listNamesSaysWhatIsWrong();

private:
    static QString program(const char *name)
    {
        return QStringLiteral(PYROLENS_BIN_DIR "/") + QString::fromLatin1(name);
    }
    static Finished run(const char *name, const QStringList &arguments)
    {
        return runProgram(program(name), arguments, QProcessEnvironment::systemEnvironment());
    }
    QString located(const char *object) const
    {
        return QStringLiteral("PYROLOC://%1/:%2").arg(m_host, QString::fromLatin1(object));
    }

    PeerProcess m_names;
    PeerProcess m_demo;
    QString m_where; ///< of the name server
    QString m_host;  ///< of the demo's daemon
};

void tst_Examples::initTestCase()
{
    const auto environment = QProcessEnvironment::systemEnvironment();
    QVERIFY2(m_names.start(program("pyroctl"),
                 {QStringLiteral("ns"), QStringLiteral("--port"), QStringLiteral("0")}, environment),
        m_names.output().constData());
    m_where = QUrl(m_names.words().first()).authority();
    QVERIFY2(m_demo.start(
                 program("pyroctl"), {QStringLiteral("demo"), QStringLiteral("--ns"), m_where}, environment),
        m_demo.output().constData());
    m_host = QUrl(m_demo.words().first()).authority();
}

void tst_Examples::cleanupTestCase()
{
    QCOMPARE(m_demo.stop(), 0);
    QCOMPARE(m_names.stop(), 0);
}

void tst_Examples::callMethod_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("out");
    QTest::newRow("text") << QStringList{QStringLiteral("echo"), QStringLiteral("'hello'")}
                          << QByteArray("'hello'\n");
    QTest::newRow("structure") << QStringList{QStringLiteral("echo"),
        QStringLiteral("[1, (2L, None), {'a': 1.5}]")}
                               << QByteArray("[1, (2L, None), {'a': 1.5}]\n");
}

void tst_Examples::callMethod()
{
    QFETCH(QStringList, words);
    QFETCH(QByteArray, out);
    const Finished finished = run("call_method", QStringList(located("demo.echo")) + words);
    QCOMPARE(finished.err, QByteArray());
    QCOMPARE(finished.out, out);
    QCOMPARE(finished.status, 0);
}

void tst_Examples::callMethodShowsTheRemoteError()
{
    const Finished finished = run(
        "call_method", {located("demo.echo"), QStringLiteral("crash"), QStringLiteral("'out of paper'")});
    QCOMPARE(finished.status, 1);
    QCOMPARE(finished.out, QByteArray());
    QVERIFY2(finished.err.contains("EchoError") && finished.err.contains("out of paper"),
        finished.err.constData());
}

void tst_Examples::callMethodExplainsWrongUse_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("nothing") << QStringList() << QByteArray("usage:");
    QTest::newRow("no-uri") << QStringList{QStringLiteral("PYRO//x"), QStringLiteral("m")}
                            << QByteArray("URI");
    QTest::newRow("no-literal") << QStringList{QStringLiteral("PYRO://127.0.0.1:1/x"), QStringLiteral("m"),
        QStringLiteral("[1,")} << QByteArray("[1,:");
}

void tst_Examples::callMethodExplainsWrongUse()
{
    QFETCH(QStringList, words);
    QFETCH(QByteArray, said);
    const Finished finished = run("call_method", words);
    QCOMPARE(finished.status, 2);
    QVERIFY2(finished.err.contains(said), finished.err.constData());
}

void tst_Examples::hostObjectKeepsItsState()
{
    // It prints its URI and serves, so it is followed as it runs and ended by its id.
    QProcess host;
    host.start(program("host_object"), QStringList());
    QVERIFY(host.waitForStarted());
    const auto ended = qScopeGuard([&host] {
        host.kill();
        host.waitForFinished();
    });
    while (!host.canReadLine())
        QVERIFY(host.waitForReadyRead(20'000));
    const QString uri = QString::fromUtf8(host.readLine()).trimmed();
    QVERIFY2(uri.startsWith(QLatin1String("PYRO://")), qPrintable(uri));

    QCOMPARE(run("call_method", {uri, QStringLiteral("add"), QStringLiteral("5")}).out, QByteArray("5\n"));
    QCOMPARE(run("call_method", {uri, QStringLiteral("add"), QStringLiteral("-2")}).out, QByteArray("3\n"));
    const Finished greeted = run("call_method", {uri, QStringLiteral("greet"), QStringLiteral("'Rome'")});
    QVERIFY2(greeted.out.contains("hello, Rome"), greeted.all().constData());
    QCOMPARE(run("call_method", {uri, QStringLiteral("deleteLater")}).status, 1);
    QCOMPARE(run("call_method", {uri, QStringLiteral("add"), QStringLiteral("0")}).out, QByteArray("3\n"));
}

void tst_Examples::listNamesListsTheDemo()
{
    const Finished finished = run("list_names", {m_where});
    QCOMPARE(finished.status, 0);
    QCOMPARE(finished.err, QByteArray());
    for (const char *name : {":demo.echo", ":demo.bank", ":demo.clock", ":demo.files", ":demo.thermometer"})
        QVERIFY2(finished.out.contains(QByteArray(QByteArray(name) + "  PYRO://")), finished.out.constData());
}

void tst_Examples::listNamesSaysWhatIsWrong()
{
    const Finished none = run("list_names", {QStringLiteral("127.0.0.1:1")});
    QCOMPARE(none.status, 3);
    QVERIFY2(none.err.contains("127.0.0.1:1") || none.err.contains("refused"), none.err.constData());
    QCOMPARE(run("list_names", {QStringLiteral("not a host")}).status, 2);
}

QTEST_GUILESS_MAIN(tst_Examples)
#include "tst_examples.moc"
