// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Our client of generations 4 and 5 with a daemon of ours: what only the two together show.

#include "../server/testservants.h"
#include "clientfixture.h"

#include <pyrolens/generations.h>
#include <pyrolens/server/daemonthread.h>

using namespace fixture;
using namespace pyrolens::testing;

namespace {

TlsSettings tlsWith(const char *certificate, const char *ca = "ca.pem")
{
    const QString folder = QStringLiteral(PYROLENS_TEST_DATA "/tls/");
    TlsSettings settings;
    settings.caFiles = {folder + QString::fromLatin1(ca)};
    if (*certificate != '\0')
        settings.certificateFile = folder + QString::fromLatin1(certificate);
    return settings;
}

} // namespace

class tst_ClientDaemon : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void cleanup() { m_daemon.stop(); }
    void sendsLostCallsAgainWhenToldTo();
    void sendsNothingTwiceOtherwise();
    void retriesEndWithTheFirstAnswer();
    void reconnectsAfterATimeout();
    void serializerChoosesAmongGenerations();
    void talksTls_data();
    void talksTls();

private:
    static int generation()
    {
        QFETCH_GLOBAL(int, generation);
        return generation;
    }
    void start(const std::function<void(DaemonOptions &)> &change = {});
    std::unique_ptr<Proxy> proxy(ProxyOptions options = {}) const
    {
        auto context = std::make_shared<ClientContext>();
        context->catalogue = builtinCatalogue();
        return std::make_unique<Proxy>(context, m_uri, std::move(options));
    }

    DaemonThread m_daemon;
    std::shared_ptr<Seen> m_seen;
    Uri m_uri;
};

void tst_ClientDaemon::initTestCase_data()
{
    QTest::addColumn<int>("generation");
    QTest::addColumn<bool>("isAsync");
    for (const int generation : {4, 5}) {
        QTest::addRow("pyro%d-blocking", generation) << generation << false;
        QTest::addRow("pyro%d-async", generation) << generation << true;
    }
}

void tst_ClientDaemon::start(const std::function<void(DaemonOptions &)> &change)
{
    DaemonOptions options;
    options.generations = {generation()};
    if (change)
        change(options);
    const auto port = m_daemon.start(builtinCatalogue(), options);
    QVERIFY2(port, port ? "" : qPrintable(port.error().what));
    m_seen = std::make_shared<Seen>();
    const auto uri = m_daemon.daemon()->connectServant(
        makeProbe(m_seen, Threading::Concurrent), QStringLiteral("lab.probe"));
    QVERIFY(uri);
    m_uri = *uri;
}

// Row 50 of the conformance table.
void tst_ClientDaemon::sendsLostCallsAgainWhenToldTo()
{
    start();
    m_seen->hold = true;
    ProxyOptions options;
    options.retries = 2;
    const auto client = proxy(options);
    const Reply reply = call(
        *client, QStringLiteral("hold"), {Value::integer(1)}, {.timeout = 200ms, .oneway = std::nullopt});
    COMPARE_ERROR(reply, Error::Kind::Timeout);
    QTRY_COMPARE(
        m_seen->inside.load(), 3); // each in a connection of its own, or they would wait for each other
    QVERIFY2(reply.trace().total >= 600ms, "each attempt has the whole time");
    m_seen->hold = false;
    QTRY_COMPARE(m_seen->count(), size_t(3));
}

void tst_ClientDaemon::sendsNothingTwiceOtherwise()
{
    start();
    m_seen->hold = true;
    ProxyOptions options;
    options.retries = 2; // of method calls, not of anything else
    const auto once = proxy();
    COMPARE_ERROR(call(*once, QStringLiteral("hold"), {Value::integer(1)}, {.timeout = 100ms, .oneway = {}}),
        Error::Kind::Timeout);
    const auto batch = proxy(options);
    Message message;
    message.kind = Message::Kind::Batch;
    message.batch = {{"hold", Value::tuple({Value::integer(2)}), Value::dict({})}};
    COMPARE_ERROR(send(*batch, message, {.timeout = 100ms, .oneway = {}}), Error::Kind::Timeout);
    m_seen->hold = false;
    QTRY_COMPARE(m_seen->count(), size_t(2));
    // What the method raises is an answer.
    COMPARE_ERROR(call(*proxy(options), QStringLiteral("fail"), {Value::utf8("no")}), Error::Kind::Remote);
    QCOMPARE(m_seen->count(), size_t(2));
}

void tst_ClientDaemon::retriesEndWithTheFirstAnswer()
{
    start();
    m_seen->hold = true;
    ProxyOptions options;
    options.retries = 1000;
    options.callTimeout = 100ms;
    const auto client = proxy(options);
    std::thread later([seen = m_seen] {
        while (seen->inside < 3)
            std::this_thread::sleep_for(1ms);
        seen->hold = false;
    });
    const Reply reply = call(*client, QStringLiteral("hold"), {Value::integer(5)});
    later.join();
    VERIFY_OK(reply);
    QVERIFY(reply.value() == Value::integer(5));
    QVERIFY(call(*client, kEcho, {Value::integer(6)}));
}

void tst_ClientDaemon::reconnectsAfterATimeout()
{
    start();
    m_seen->hold = true;
    const auto client = proxy();
    COMPARE_ERROR(
        call(*client, QStringLiteral("hold"), {Value::integer(1)}, {.timeout = 100ms, .oneway = {}}),
        Error::Kind::Timeout);
    m_seen->hold = false;
    const Reply reply = call(*client, kEcho, {Value::integer(2)});
    VERIFY_OK(reply);
    QVERIFY(reply.value() == Value::integer(2)); // and not the late answer
    QVERIFY(reply.trace().newConnection);
}

void tst_ClientDaemon::serializerChoosesAmongGenerations()
{
    start([](DaemonOptions &options) { options.generations = {3, 4, 5}; });
    for (const auto &uri : m_daemon.daemon()->urisFor("lab.probe")) {
        if (!uri.classic)
            m_uri = uri;
    }
    ProxyOptions options;
    options.codec = "pickle"; // which Pyro 5 has not
    Reply reply = call(*proxy(options), kEcho, {Value::integer(1)});
    VERIFY_OK(reply);
    QCOMPARE(reply.trace().generation, 4);
    options.codec = "msgpack";
    reply = call(*proxy(options), kEcho, {Value::integer(1)});
    VERIFY_OK(reply);
    QCOMPARE(reply.trace().generation, 5);
    options.codec = "pickle";
    options.generation = 5;
    COMPARE_ERROR(call(*proxy(options), kEcho, {Value::integer(1)}), Error::Kind::Unsupported);
    options.codec = "nonsense";
    options.generation = 0;
    COMPARE_ERROR(call(*proxy(options), kEcho, {Value::integer(1)}), Error::Kind::Unsupported);
}

void tst_ClientDaemon::talksTls_data()
{
    QTest::addColumn<bool>("twoWay");
    QTest::addColumn<QByteArray>("certificate");
    QTest::addColumn<QByteArray>("ca");
    QTest::addColumn<bool>("isGood");
    const auto row = [](const char *name, bool twoWay, const char *certificate, const char *ca, bool isGood) {
        QTest::addRow("%s", name) << twoWay << QByteArray(certificate) << QByteArray(ca) << isGood;
    };
    row("one-way", false, "", "ca.pem", true);
    row("one-way, server not trusted", false, "", "stranger-ca.pem", false);
    row("two-way", true, "client.pem", "ca.pem", true);
    row("two-way, no certificate", true, "", "ca.pem", false);
    row("two-way, stranger", true, "stranger.pem", "ca.pem", false);
}

// Row 52 of the conformance table, ours with ours.
void tst_ClientDaemon::talksTls()
{
    QFETCH(bool, twoWay);
    QFETCH(QByteArray, certificate);
    QFETCH(QByteArray, ca);
    QFETCH(bool, isGood);
    start([&](DaemonOptions &options) {
        options.tls = tlsWith("server.pem");
        options.tls->requirePeerCertificate = twoWay;
    });
    QVERIFY(!m_uri.tls); // the URIs of these generations do not tell
    ProxyOptions options;
    options.tls = tlsWith(certificate.constData(), ca.constData());
    const auto client = proxy(options);
    const Reply reply = call(*client, kEcho, {Value::integer(1)});
    if (isGood) {
        VERIFY_OK(reply);
        QCOMPARE(reply.trace().generation, generation());
    } else {
        QVERIFY(!reply);
        QVERIFY(reply.error().kind == Error::Kind::Denied || reply.error().kind == Error::Kind::Disconnected);
    }
    // Clear text gets nowhere, and nothing falls back to it.
    ProxyOptions clear;
    clear.callTimeout = 5s;
    QVERIFY(!call(*proxy(clear), kEcho, {Value::integer(1)}));
}

QTEST_GUILESS_MAIN(tst_ClientDaemon)

#include "tst_daemon.moc"
