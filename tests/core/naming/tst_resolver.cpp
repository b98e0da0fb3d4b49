// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../../../core/naming/listing_p.h"
#include "plainserver.h"
#include "support/slowdown.h"

#include <ctime>

using namespace pyrolens;
using namespace nstest;

class tst_Resolver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsListings_data();
    void readsListings();
    void resolvesNames();
    void resolvesNamesAsynchronously();
    void registrarCreatesParents();
    void listsManyNamesQuickly();
};

void tst_Resolver::readsListings_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("entries"); // -1: malformed
    QTest::newRow("empty") << QByteArray() << 0;
    QTest::newRow("both") << QByteArray(":a PYRO://h:1/x\n:g\n") << 2;
    QTest::newRow("no-end") << QByteArray(":a PYRO://h:1/x") << -1;
    QTest::newRow("relative") << QByteArray("a PYRO://h:1/x\n") << -1;
    QTest::newRow("empty-line") << QByteArray("\n") << -1;
    QTest::newRow("nul") << QByteArray("\0\n", 2) << -1;
}

void tst_Resolver::readsListings()
{
    QFETCH(QByteArray, text);
    QFETCH(int, entries);
    const auto read = naming::readListing(text);
    QCOMPARE(read ? int(read->size()) : -1, entries);
}

void tst_Resolver::resolvesNames()
{
    nstest::Server server;
    NameServerClient client(nstest::context(), server.address());
    QVERIFY(client.registerBlocking(QStringLiteral("x"), kUri));
    QVERIFY(!client.registerBlocking(QStringLiteral("loop"), QStringLiteral("PYRONAME://x")));
    const auto resolver = makeNameServerResolver(nstest::context(), server.address());
    const auto resolve = [&](const QString &text) {
        const auto uri = nstest::catalogue()->parseUri(text);
        return resolver->resolve(*uri, {}, QDeadlineTimer(5'000)).map([](const Uri &found) {
            return found.toString();
        });
    };
    QCOMPARE(resolve(QStringLiteral("PYRONAME://x")).valueOr({}), kUri);
    QCOMPARE(
        resolve(QStringLiteral("PYRONAME://127.0.0.1:%1/:Default.x").arg(server.port())).valueOr({}), kUri);
    QCOMPARE(wordsOf(resolve(QStringLiteral("PYRONAME://y"))),
        QStringLiteral("NamingError(name not found, :Default.y)"));
    PlainServer liar;
    liar.resolved = Value::str("PYRONAME://x");
    QCOMPARE(resolve(QStringLiteral("PYRONAME://127.0.0.1:%1/loop").arg(liar.port)).error().kind,
        Error::Kind::Unsupported);
    liar.resolved = Value::integer(5);
    QCOMPARE(resolve(QStringLiteral("PYRONAME://127.0.0.1:%1/loop").arg(liar.port)).error().kind,
        Error::Kind::Protocol);
    const auto late = resolver->resolve(
        *nstest::catalogue()->parseUri(QStringLiteral("PYRONAME://x")), {}, QDeadlineTimer(0));
    QCOMPARE(late.error().kind, Error::Kind::Timeout);
}

void tst_Resolver::resolvesNamesAsynchronously()
{
    nstest::Server server;
    QVERIFY(
        NameServerClient(nstest::context(), server.address()).registerBlocking(QStringLiteral("x"), kUri));
    auto resolver = makeNameServerResolver(nstest::context(), server.address());
    QObject context;
    Answer<Uri> found;
    resolver->resolveAsync(
        *nstest::catalogue()->parseUri(QStringLiteral("PYRONAME://x")), {}, &context, found.handler());
    resolver.reset(); // it lives as long as somebody waits
    QCOMPARE(found.get()->toString(), kUri);
    QTRY_COMPARE(context.children().size(), 0);
}

void tst_Resolver::registrarCreatesParents()
{
    nstest::Server server;
    const auto registrar = makeRemoteRegistrar(nstest::context(), server.address());
    const Uri uri = *nstest::catalogue()->parseUri(kUri);
    QCOMPARE(wordsOf(registrar->registerName(QStringLiteral(":demo.deep.echo"), uri)), QStringLiteral("ok"));
    QCOMPARE(wordsOf(registrar->registerName(QStringLiteral(":demo.deep.other"), uri)), QStringLiteral("ok"));
    QCOMPARE(registrar->resolve(QStringLiteral(":demo.deep.echo"))->toString(), kUri);
    QCOMPARE(wordsOf(registrar->registerName(QStringLiteral(":demo.deep.echo"), uri)),
        QStringLiteral("NamingError(name already exists, echo)"));
    QVERIFY(!registrar->registerName(QStringLiteral(":demo.deep.echo.below.it"), uri));
    QVERIFY(registrar->unregisterName(QStringLiteral(":demo.deep.echo")));
    QVERIFY(!registrar->resolve(QStringLiteral(":demo.deep.echo")));
}

// A wide margin; the figures come from bench_listing.
void tst_Resolver::listsManyNamesQuickly()
{
    nstest::Server server;
    const auto registrar = server.server().localRegistrar();
    const Uri uri = *nstest::catalogue()->parseUri(kUri);
    for (int i = 0; i < 10'000; ++i)
        QVERIFY(registrar->registerName(QStringLiteral(":g%1.n%2").arg(i % 10).arg(i), uri));
    NameServerClient client(nstest::context(), server.address());
    QVERIFY(client.pingBlocking());
    // Processor time of both ends together: the wall clock says more about what else the machine does.
    double best = 1'000;
    for (int i = 0; i < 5; ++i) {
        const std::clock_t start = std::clock();
        QCOMPARE(client.listAllBlocking(false).valueOr({}).size(), size_t(10'001));
        best = qMin(best, double(std::clock() - start) * 1'000 / CLOCKS_PER_SEC);
    }
    QVERIFY2(best <= 50 * testing::kSlowdown, qPrintable(QStringLiteral("%1 ms").arg(best)));
}

QTEST_GUILESS_MAIN(tst_Resolver)
#include "tst_resolver.moc"
