// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventfixture.h"

using namespace eventtest;

namespace {

Value strings(const QStringList &texts)
{
    std::vector<Value> values;
    for (const QString &text : texts)
        values.push_back(Value::str(text.toUtf8()));
    return Value::list(std::move(values));
}

/// A name server of one name.
class OneName final : public Registrar
{
public:
    Status registerName(const QString &name, const Uri &uri) override
    {
        if (m_uri)
            return raise(QStringLiteral("NamingError"), {Value::str("name already exists")});
        m_name = name;
        m_uri = uri;
        return Done{};
    }
    Status unregisterName(const QString &) override
    {
        m_uri.reset();
        return Done{};
    }
    Result<Uri> resolve(const QString &) override
    {
        if (m_uri)
            return *m_uri;
        return raise(QStringLiteral("NamingError"), {Value::str("name not found")});
    }
    std::optional<Uri> m_uri;
    QString m_name;
};

} // namespace

class tst_Service : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deliversSubjectsWhateverTheirCase();
    void deliversWhatPatternsMatch_data();
    void deliversWhatPatternsMatch();
    void subscribesOnce();
    void deliversTwiceToTwoWishes();
    void endsSubscriptions();
    void publishesToSeveralSubjectsAtOneTime();
    void takesNothingForNothing_data();
    void takesNothingForNothing();
    void refusesBadCalls_data();
    void refusesBadCalls();
    void keepsToItsLimits();
    void keepsTheOrder();
    void passesInstancesOn();
    void dropsCostlyPatterns();
    void refusesWrongIdentification();
    void registersAndUnregisters();
    void replacesAnEntryThatIsDead();
    void keepsItsIdAtItsAddress();
    void leavesARunningServerAlone();
    void closesIdleConnections();
};

void tst_Service::deliversSubjectsWhateverTheirCase()
{
    Server server;
    QVERIFY(server.status());
    Client client(server);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("Weather"), u"Caf\u00c9"_qs})));
    QVERIFY(server.publish(QStringLiteral("wEATHER"), Value::integer(1)));
    QVERIFY(server.publish(QStringLiteral("weathers"), Value::integer(2)));
    QVERIFY(server.publish(u"caf\u00e9"_qs, Value::integer(3)));
    QTRY_COMPARE(client.got(), (QStringList{QStringLiteral("wEATHER=1"), u"caf\u00e9=3"_qs}));
    QCOMPARE(server.server().counters().published, 3);
    QCOMPARE(server.server().counters().subscribers, 1);
    const double age = double(QDateTime::currentMSecsSinceEpoch()) / 1000 - client.events().front().time;
    QVERIFY2(age > -1 && age < 60, qPrintable(QString::number(age)));
}

void tst_Service::deliversWhatPatternsMatch_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("subject");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char *name, const char *pattern, const char *subject, bool matches) {
        QTest::newRow(name) << QString::fromUtf8(pattern) << QString::fromUtf8(subject) << matches;
    };
    row("whole", "^stock\\..*$", "STOCK.abc", true);
    row("at-the-start", "stock", "stock.abc", true);
    row("not-inside", "stock", "my.stock", false);
    row("inside-on-purpose", ".*stock", "my.stock", true);
    row("named-group", "(?P<a>x+)-(?P=a)$", "xx-xx", true);
    row("named-group-differs", "(?P<a>x+)-(?P=a)$", "xx-x", false);
    row("class", "[a-c]\\d{2}$", "B42", true);
    row("look-ahead", "a(?!b)", "ab", false);
    row("alternatives", "a|b", "bcd", true);
}

void tst_Service::deliversWhatPatternsMatch()
{
    QFETCH(QString, pattern);
    QFETCH(QString, subject);
    QFETCH(bool, matches);
    Server server;
    Client client(server);
    QVERIFY(wait(client.subscriber().subscribeMatch({pattern})));
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("end")})));
    QVERIFY(server.publish(subject, Value::integer(1)));
    QVERIFY(server.publish(QStringLiteral("end"), Value::integer(0)));
    QTRY_VERIFY(client.got().contains(QStringLiteral("end=0")));
    QCOMPARE(client.got().contains(subject + u"=1"), matches);
}

void tst_Service::subscribesOnce()
{
    Server server;
    Client client(server);
    for (const char *subject : {"news", "NEWS", "news"})
        QVERIFY(wait(client.subscriber().subscribe({QString::fromLatin1(subject)})));
    for (int i = 0; i < 2; ++i)
        QVERIFY(wait(client.subscriber().subscribeMatch({QStringLiteral("sport")})));
    QVERIFY(server.publish(QStringLiteral("news"), Value::integer(1)));
    QVERIFY(server.publish(QStringLiteral("sport"), Value::integer(2)));
    QTRY_COMPARE(client.got(), (QStringList{QStringLiteral("news=1"), QStringLiteral("sport=2")}));
}

void tst_Service::deliversTwiceToTwoWishes()
{
    Server server;
    Client client(server);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("news")})));
    QVERIFY(wait(client.subscriber().subscribeMatch({QStringLiteral("ne")})));
    QVERIFY(server.publish(QStringLiteral("news"), Value::integer(1)));
    QTRY_COMPARE(client.got(), (QStringList{QStringLiteral("news=1"), QStringLiteral("news=1")}));
}

void tst_Service::endsSubscriptions()
{
    Server server;
    Client client(server);
    Client other(server);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("news"), QStringLiteral("sport")})));
    QVERIFY(wait(client.subscriber().subscribeMatch({QStringLiteral("stock.*")})));
    QVERIFY(wait(other.subscriber().subscribe({QStringLiteral("stock.*"), QStringLiteral("news")})));
    QCOMPARE(server.server().counters().subscribers, 2);
    QVERIFY(wait(client.subscriber().unsubscribe(
        {QStringLiteral("NEWS"), QStringLiteral("unknown"), QStringLiteral("stock.*")})));
    QVERIFY(server.publish(QStringLiteral("news"), Value::integer(1)));
    QVERIFY(server.publish(QStringLiteral("stock.x"), Value::integer(2)));
    QVERIFY(server.publish(QStringLiteral("sport"), Value::integer(3)));
    QTRY_COMPARE(client.got(), QStringList{QStringLiteral("sport=3")});
    QTRY_COMPARE(other.got(), QStringList{QStringLiteral("news=1")});
    QVERIFY(wait(client.subscriber().unsubscribeAll()));
    QCOMPARE(server.server().counters().subscribers, 1);
    QVERIFY(wait(other.subscriber().unsubscribeAll()));
    QCOMPARE(server.server().counters().subscribers, 0);
}

void tst_Service::publishesToSeveralSubjectsAtOneTime()
{
    Server server;
    Client client(server);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("a"), QStringLiteral("b")})));
    EventPublisher publisher(context(), server.uri());
    QVERIFY(wait(publisher.publish(
        QStringList{QStringLiteral("b"), QStringLiteral("x"), QStringLiteral("A")}, Value::integer(1))));
    QTRY_COMPARE(client.got(), (QStringList{QStringLiteral("b=1"), QStringLiteral("A=1")}));
    QCOMPARE(client.events()[0].time, client.events()[1].time);
}

void tst_Service::takesNothingForNothing_data()
{
    QTest::addColumn<int>("which");
    for (const auto &[name, which] : {std::pair("none", 0), {"empty-text", 1}, {"empty-list", 2},
             {"empty-tuple", 3}, {"false", 4}, {"zero", 5}})
        QTest::newRow(name) << which;
}

void tst_Service::takesNothingForNothing()
{
    QFETCH(int, which);
    const Value nothing[] = {
        Value(), Value::str(""), Value::list({}), Value::tuple({}), Value::boolean(false), Value::integer(0)};
    Server server;
    Client client(server);
    for (const char *method : {"publish", "subscribe", "subscribeMatch", "unsubscribe"}) {
        const Reply reply = server.call(QString::fromLatin1(method), {nothing[which], client.self()});
        QVERIFY2(reply && reply.value().isNone(), method);
    }
    QCOMPARE(server.server().counters().published, 0);
    QCOMPARE(server.server().counters().subscribers, 0);
}

void tst_Service::refusesBadCalls_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("raises");
    const auto row = [](const char *name, const char *method, int which, const char *raises) {
        QTest::newRow(name) << QString::fromLatin1(method) << which << QString::fromLatin1(raises);
    };
    row("number", "publish", 0, "exceptions.TypeError");
    row("number-in-list", "publish", 1, "exceptions.TypeError");
    row("long-subject", "publish", 2, "exceptions.ValueError");
    row("many-subjects", "publish", 3, "exceptions.ValueError");
    row("bad-pattern", "subscribeMatch", 4, "sre_constants.error");
    row("limit-in-pattern", "subscribeMatch", 5, "sre_constants.error");
    row("no-proxy", "subscribe", 6, "exceptions.TypeError");
    row("no-proxy-to-end", "unsubscribe", 6, "exceptions.TypeError");
    row("unknown-method", "publishAll", 7, "exceptions.AttributeError");
    row("too-few", "publish", 8, "exceptions.TypeError");
}

void tst_Service::refusesBadCalls()
{
    QFETCH(QString, method);
    QFETCH(int, which);
    QFETCH(QString, raises);
    EventServerOptions options;
    options.maxSubjectsPerCall = 2;
    options.maxSubjectBytes = 10;
    Server server(options);
    Client client(server);
    const std::vector<Value> args[] = {
        {Value::integer(5), Value()},
        {Value::list({Value::str("a"), Value()}), Value()},
        {Value::str(QByteArray(11, 'x')), Value()},
        {strings({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")}), Value()},
        {Value::str("a(b"), client.self()},
        {Value::str("(*UTF)a"), client.self()},
        {Value::str("a"), Value::integer(1)},
        {},
        {Value::str("a")},
    };
    QCOMPARE(wordsOf(server.call(method, args[which])), raises);
    QCOMPARE(server.server().counters().subscribers, 0);
    QVERIFY(server.publish(QStringLiteral("a"), Value())); // still there
}

void tst_Service::keepsToItsLimits()
{
    EventServerOptions options;
    options.maxSubscribers = 1;
    options.maxSubjectsPerSubscriber = 3;
    options.maxPatternsPerSubscriber = 1;
    Server server(options);
    Client client(server);
    Client other(server);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("a"), QStringLiteral("b")})));
    QCOMPARE(wordsOf(wait(client.subscriber().subscribeMatch({QStringLiteral("c"), QStringLiteral("d")}))),
        QStringLiteral("Pyro.errors.PyroError"));
    QVERIFY(wait(client.subscriber().subscribeMatch({QStringLiteral("c")})));
    QCOMPARE(wordsOf(wait(client.subscriber().subscribe({QStringLiteral("e")}))),
        QStringLiteral("Pyro.errors.PyroError"));
    QCOMPARE(wordsOf(wait(other.subscriber().subscribe({QStringLiteral("a")}))),
        QStringLiteral("Pyro.errors.PyroError"));
    QCOMPARE(server.server().counters().subscribers, 1);
}

void tst_Service::keepsTheOrder()
{
    constexpr int kEvents = 3'000;
    Server server;
    Client first(server);
    Client second(server);
    for (Client *client : {&first, &second})
        QVERIFY(wait(client->subscriber().subscribe({QStringLiteral("n")})));
    EventPublisher publisher(context(), server.uri());
    QStringList wanted;
    PendingCall last;
    for (int i = 0; i < kEvents; ++i) {
        // A confirmed one now and then keeps within the queue.
        last = publisher.publish(
            QStringLiteral("n"), Value::integer(i), {.timeout = {}, .oneway = i % 200 != 0});
        if (i % 200 == 0)
            QVERIFY(wait(last));
        wanted.append(QStringLiteral("n=%1").arg(i));
    }
    QTRY_COMPARE_WITH_TIMEOUT(first.got().size(), wanted.size(), 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(second.got().size(), wanted.size(), 20'000);
    QCOMPARE(first.got(), wanted);
    QCOMPARE(second.got(), wanted);
    QCOMPARE(server.server().counters().dropped, 0);
    QTRY_COMPARE(server.server().counters().delivered, 2 * kEvents);
}

void tst_Service::passesInstancesOn()
{
    Object object;
    object.made = Object::Made::NewObj;
    object.module = "shop";
    object.name = "Order";
    object.args = Value::tuple({});
    object.state = Value::dict({{Value::str("n"), Value::integer(3)}});
    const Value order = Value::object(std::move(object));
    Server server;
    Client client(server);
    QVERIFY(wait(client.subscriber().subscribe({QStringLiteral("orders")})));
    QVERIFY(server.publish(QStringLiteral("orders"), order));
    QTRY_COMPARE(client.events().size(), 1U);
    QVERIFY(client.events().front().message == order);
}

void tst_Service::dropsCostlyPatterns()
{
    Server server;
    Client good(server);
    Client bad(server);
    QVERIFY(wait(good.subscriber().subscribeMatch({QStringLiteral("a")})));
    QVERIFY(wait(bad.subscriber().subscribeMatch({QStringLiteral("(a|aa)+$")})));
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(QStringLiteral("event.pattern-too-costly \\(a\\|aa\\)\\+")));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(server.publish(QString(QString(200, u'a') + u'!'), Value::integer(1)));
    QTRY_COMPARE(good.got().size(), 1);
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
    QTRY_COMPARE(server.server().counters().subscribers, 1);
    QVERIFY(bad.got().isEmpty());
}

void tst_Service::refusesWrongIdentification()
{
    EventServerOptions options;
    options.allowedIdents = QStringList{QStringLiteral("s3cret")};
    Server server(options);
    EventPublisher stranger(context(), server.uri());
    QCOMPARE(
        wordsOf(wait(stranger.publish(QStringLiteral("a"), Value()))), QStringLiteral("pyrolens.Denied"));
    ProxyOptions known;
    known.credentials.ident = QStringLiteral("s3cret");
    EventPublisher friendly(context(), server.uri(), known);
    QVERIFY(wait(friendly.publish(QStringLiteral("a"), Value())));
}

void tst_Service::registersAndUnregisters()
{
    const auto names = std::make_shared<OneName>();
    EventServerOptions options;
    options.registrar = names;
    {
        Server server(options);
        QVERIFY(server.status());
        QCOMPARE(names->m_name, QStringLiteral(":Pyro.EventService"));
        QVERIFY(names->m_uri == server.uri());
    }
    QVERIFY(!names->m_uri);
}

void tst_Service::replacesAnEntryThatIsDead()
{
    const auto names = std::make_shared<OneName>();
    {
        Server former;
        names->m_uri = former.uri();
    }
    EventServerOptions options;
    options.registrar = names;
    Server server(options);
    QVERIFY(server.status());
    QVERIFY(names->m_uri == server.uri());
}

void tst_Service::keepsItsIdAtItsAddress()
{
    const auto names = std::make_shared<OneName>();
    EventServerOptions options;
    {
        Server former; // ended without saying so
        names->m_uri = former.uri();
    }
    options.registrar = names;
    options.port = names->m_uri->port;
    const Uri before = *names->m_uri;
    Server server(options);
    QVERIFY(server.status());
    QVERIFY(server.uri() == before);
}

void tst_Service::leavesARunningServerAlone()
{
    const auto names = std::make_shared<OneName>();
    // In a thread of its own: the second one asks it and waits.
    QThread thread;
    QObject inside;
    inside.moveToThread(&thread);
    thread.start();
    std::unique_ptr<Server> running;
    EventServerOptions options;
    options.registrar = names;
    QMetaObject::invokeMethod(
        &inside, [&] { running = std::make_unique<Server>(options); }, Qt::BlockingQueuedConnection);
    QVERIFY(running->status());
    Server second(options);
    QVERIFY(!second.status());
    QCOMPARE(second.status().error().kind, Error::Kind::Denied);
    QVERIFY(names->m_uri == running->uri());
    QMetaObject::invokeMethod(
        &inside, [&] { running.reset(); }, Qt::BlockingQueuedConnection);
    thread.quit();
    thread.wait();
}

void tst_Service::closesIdleConnections()
{
    EventServerOptions options;
    options.connections.idle = std::chrono::milliseconds(100);
    Server server(options);
    EventPublisher publisher(context(), server.uri());
    QVERIFY(wait(publisher.publish(QStringLiteral("a"), Value())));
    QTRY_COMPARE(server.server().daemon()->connectionCount(), 0);
    QVERIFY(wait(publisher.publish(QStringLiteral("a"), Value())));
    QCOMPARE(server.server().counters().published, 2);
}

QTEST_GUILESS_MAIN(tst_Service)
#include "tst_service.moc"
