// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// An event server that speaks TLS in both directions.
#include "eventfixture.h"

#include <QSslSocket>

using namespace eventtest;

namespace {

TlsSettings settings(const char *certificate, const char *authority = "ca.pem")
{
    const auto file = [](const char *name) -> QString {
        return QStringLiteral(PYROLENS_TEST_DATA "/tls/") + QString::fromUtf8(name);
    };
    TlsSettings made;
    made.caFiles = {file(authority)};
    made.certificateFile = file(certificate);
    return made;
}

ProxyOptions proxyOptions(const char *certificate)
{
    ProxyOptions options;
    options.tls = settings(certificate);
    return options;
}

/// A subscriber as `settings` say; counts what it gets.
std::unique_ptr<EventSubscriber> subscriber(
    const Server &server, const std::optional<TlsSettings> &arrival, QStringList *got)
{
    EventSubscriberOptions options;
    options.server = server.uri();
    options.proxy = proxyOptions("client.pem");
    options.tls = arrival;
    auto made = std::make_unique<EventSubscriber>(context(), options);
    QObject::connect(made.get(), &EventSubscriber::eventReceived, made.get(),
        [got](const Event &event) { got->append(event.message.toText()); });
    return made;
}

EventServerOptions encrypted()
{
    EventServerOptions options;
    options.tls = settings("server.pem");
    return options;
}

} // namespace

class tst_EventTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        if (!QSslSocket::supportsSsl())
            QSKIP("this Qt has no TLS");
    }
    void deliversInOrder();
    void severalSubscribersShareTheTunnels();
    void refusesTheOtherWay();
    void givesUpWhomItDoesNotTrust();
    void saysWhatIsWrongWithItsFiles();
};

void tst_EventTls::deliversInOrder()
{
    Server server(encrypted());
    QVERIFY2(server.status(), server.status() ? "" : qPrintable(server.status().error().what));
    QVERIFY(server.uri().tls);
    QStringList got;
    auto one = subscriber(server, settings("server.pem"), &got);
    const auto uri = one->start();
    QVERIFY(uri && uri->tls);
    QCOMPARE(wordsOf(wait(one->subscribe({QStringLiteral("lab")}))), QStringLiteral("ok"));
    EventPublisher publisher(context(), server.uri(), proxyOptions("client.pem"));
    QStringList sent;
    std::vector<PendingCall> calls; // one that is dropped is cancelled
    for (int i = 0; i < 200; ++i) {
        sent.append(QString::number(i));
        calls.push_back(publisher.publish(QStringLiteral("LAB"), Value::str(sent.back().toLatin1())));
    }
    QTRY_COMPARE_WITH_TIMEOUT(got, sent, 20'000);
    QCOMPARE(server.server().counters().dropped, 0);
}

void tst_EventTls::severalSubscribersShareTheTunnels()
{
    Server server(encrypted());
    QVERIFY(server.status());
    QStringList got;
    std::vector<std::unique_ptr<EventSubscriber>> all;
    for (int i = 0; i < 4; ++i) {
        all.push_back(subscriber(server, settings("server.pem"), &got));
        QVERIFY(all.back()->start());
        QCOMPARE(wordsOf(wait(all.back()->subscribeMatch({QStringLiteral(".*")}))), QStringLiteral("ok"));
    }
    EventPublisher publisher(context(), server.uri(), proxyOptions("client.pem"));
    QCOMPARE(wordsOf(wait(publisher.publish(QStringLiteral("x"), Value::str("1")))), QStringLiteral("ok"));
    QTRY_COMPARE_WITH_TIMEOUT(got.size(), 4, 20'000);
    // One that goes away takes nothing from the others.
    all.front().reset();
    QCOMPARE(wordsOf(wait(publisher.publish(QStringLiteral("x"), Value::str("2")))), QStringLiteral("ok"));
    QTRY_COMPARE_WITH_TIMEOUT(got.count(QStringLiteral("2")), 3, 20'000);
}

void tst_EventTls::refusesTheOtherWay()
{
    QStringList got;
    Server server(encrypted());
    QVERIFY(server.status());
    auto clear = subscriber(server, std::nullopt, &got);
    QVERIFY(clear->start());
    QCOMPARE(
        wordsOf(wait(clear->subscribe({QStringLiteral("lab")}))), QStringLiteral("Pyro.errors.PyroError"));
    Server open;
    QVERIFY(open.status());
    auto secret = subscriber(open, settings("server.pem"), &got);
    QVERIFY(secret->start());
    const Reply reply = wait(secret->subscribe({QStringLiteral("lab")}));
    QVERIFY(!reply);
    QVERIFY2(reply.error().what.contains(QLatin1String("clear text")), qPrintable(reply.error().what));
    QCOMPARE(server.server().counters().subscribers + open.server().counters().subscribers, 0);
}

void tst_EventTls::givesUpWhomItDoesNotTrust()
{
    Server server(encrypted());
    QVERIFY(server.status());
    QSignalSpy lost(&server.server(), &EventServer::subscriberLost);
    QStringList got;
    // Its certificate is not for the host that its URI names.
    auto one = subscriber(server, settings("client.pem"), &got);
    QVERIFY(one->start());
    QCOMPARE(wordsOf(wait(one->subscribe({QStringLiteral("lab")}))), QStringLiteral("ok"));
    EventPublisher publisher(context(), server.uri(), proxyOptions("client.pem"));
    QCOMPARE(wordsOf(wait(publisher.publish(QStringLiteral("lab"), Value::str("1")))), QStringLiteral("ok"));
    QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, 20'000);
    QCOMPARE(lost.front().at(1).value<Error>().kind, Error::Kind::Denied);
    QVERIFY(got.isEmpty());
}

void tst_EventTls::saysWhatIsWrongWithItsFiles()
{
    EventServerOptions options;
    options.tls = settings("nothing.pem");
    Server server(options);
    QVERIFY(!server.status());
    QCOMPARE(server.status().error().kind, Error::Kind::Usage);
    QVERIFY(server.status().error().what.contains(QLatin1String("nothing.pem")));
}

QTEST_GUILESS_MAIN(tst_EventTls)
#include "tst_tls.moc"
