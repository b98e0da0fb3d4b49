// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "clientfixture.h"

#include <pyrolens/client/addressmap.h>
#include <pyrolens/demo/demo.h>
#include <pyrolens/generations.h>
#include <pyrolens/server/daemonthread.h>

#include <QLocalServer>
#include <QTemporaryDir>

using namespace fixture;

namespace {

std::shared_ptr<ClientContext> everyGeneration()
{
    auto made = context();
    made->catalogue = builtinCatalogue();
    return made;
}

Uri uriAt(const QString &path, const QString &object = QStringLiteral("demo.echo"))
{
    Uri uri;
    uri.unixPath = path;
    uri.object = object;
    return uri;
}

} // namespace

/// Objects whose daemon listens on a unix socket.
class tst_UnixSockets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { bothForms(); }
    void init()
    {
#ifdef Q_OS_WIN
        QSKIP("This system's Pyros know no unix sockets.");
#endif
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("daemon.sock"));
    }
    void callsPass_data();
    void callsPass();
    void findsTheGeneration_data();
    void findsTheGeneration();
    void connectsAgainAfterARestart();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void noTls();
    void addressRulesDoNotApply();

private:
    void serve(DaemonThread &daemon, std::vector<int> generations) const
    {
        DaemonOptions options;
        options.generations = std::move(generations);
        options.unixPath = m_path;
        const auto started = daemon.start(builtinCatalogue(), options,
            [](Daemon &made) { return hostDemo(made).map([](const auto &) { return Done{}; }); });
        QVERIFY2(started, started ? "" : qPrintable(started.error().what));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_UnixSockets::callsPass_data()
{
    QTest::addColumn<int>("generation");
    QTest::newRow("4") << 4;
    QTest::newRow("5") << 5;
}

void tst_UnixSockets::callsPass()
{
    QFETCH(int, generation);
    DaemonThread daemon;
    serve(daemon, {4, 5});
    ProxyOptions options;
    options.generation = generation;
    Proxy proxy(everyGeneration(), uriAt(m_path), options);
    const Value big = Value::bytes(QByteArray(300'000, 'x')); // more than the system buffers
    const Reply reply = call(proxy, kEcho, {big});
    VERIFY_OK(reply);
    QCOMPARE(reply.trace().generation, generation);
    QCOMPARE(reply.trace().endpoint, QString(u"./u:" + m_path));
    const Reply again = call(proxy, kEcho, {Value::integer(7)});
    VERIFY_OK(again);
    QVERIFY(again.value() == Value::integer(7));
    QVERIFY(!again.trace().newConnection);
}

void tst_UnixSockets::findsTheGeneration_data()
{
    callsPass_data();
}

void tst_UnixSockets::findsTheGeneration()
{
    QFETCH(int, generation);
    DaemonThread daemon;
    serve(daemon, {generation});
    Proxy proxy(everyGeneration(), uriAt(m_path));
    const Reply reply = call(proxy, kEcho, {Value::integer(7)});
    VERIFY_OK(reply);
    QCOMPARE(proxy.generation()->info().id, generation);
}

void tst_UnixSockets::connectsAgainAfterARestart()
{
    auto daemon = std::make_unique<DaemonThread>();
    serve(*daemon, {5});
    Proxy proxy(everyGeneration(), uriAt(m_path));
    VERIFY_OK(call(proxy, kEcho, {Value::integer(1)}));
    daemon = std::make_unique<DaemonThread>();
    const Reply lost = call(proxy, kEcho, {Value::integer(2)});
    QVERIFY(!lost);
    QCOMPARE(lost.error().kind, Error::Kind::Disconnected);
    serve(*daemon, {5});
    VERIFY_OK(call(proxy, kEcho, {Value::integer(3)}));
}

void tst_UnixSockets::saysWhatIsWrong_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("isLeftBehind");
    QTest::addColumn<QString>("words");
    QTest::newRow("missing") << QStringLiteral("%1/nothing.sock") << false << QStringLiteral("No such file");
    QTest::newRow("left behind") << QStringLiteral("%1/old.sock") << true
                                 << QStringLiteral("Nothing listens at the unix socket");
    QTest::newRow("too long") << QStringLiteral("%1/") + QString(200, u'x') << false
                              << QStringLiteral("is no path of a unix socket");
}

void tst_UnixSockets::saysWhatIsWrong()
{
    QFETCH(QString, path);
    QFETCH(bool, isLeftBehind);
    QFETCH(QString, words);
    path = path.arg(m_folder->path());
    if (isLeftBehind) {
        // Moved, so that the listener does not find it to remove it.
        QLocalServer server;
        QVERIFY(server.listen(m_path));
        QVERIFY(QFile::rename(m_path, path));
    }
    Proxy proxy(everyGeneration(), uriAt(path));
    const Reply reply = call(proxy, kEcho, {Value::integer(1)});
    QVERIFY(!reply);
    QVERIFY2(reply.error().what.contains(words), qPrintable(reply.error().what));
}

void tst_UnixSockets::noTls()
{
    ProxyOptions options;
    options.tls = TlsSettings();
    Proxy proxy(everyGeneration(), uriAt(m_path), options);
    const Reply reply = call(proxy, kEcho, {Value::integer(1)});
    QVERIFY(!reply);
    QCOMPARE(reply.error().kind, Error::Kind::Unsupported);
}

void tst_UnixSockets::addressRulesDoNotApply()
{
    DaemonThread daemon;
    serve(daemon, {5});
    auto context = everyGeneration();
    context->addresses = std::make_shared<AddressMap>(
        AddressMap::parse({QStringLiteral("localhost=127.0.0.9")}).valueOr({}));
    Proxy proxy(context, uriAt(m_path));
    VERIFY_OK(call(proxy, kEcho, {Value::integer(1)}));
}

QTEST_GUILESS_MAIN(tst_UnixSockets)

#include "tst_unixsockets.moc"
