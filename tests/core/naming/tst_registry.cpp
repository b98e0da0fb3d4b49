// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/naming/registry.h>
#include <pyrolens/value/value.h>

#include <QtTest>

#include <thread>

using namespace pyrolens;
using namespace pyrolens::naming;

namespace {

constexpr char kUri[] = "PYRO://127.0.0.1:7766/id";

QString firstArg(const Registry::Change &change)
{
    return change ? QStringLiteral("ok") : change.error().remote->args.at(0).toText();
}

QByteArrayList pathsOf(const Registry &registry)
{
    QByteArrayList paths;
    registry.visit([&](const QByteArray &path, QByteArrayView, bool) { paths.append(path); });
    return paths;
}

} // namespace

class tst_Registry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void expandsNames_data();
    void expandsNames();
    void checksNames_data();
    void checksNames();
    void splitsAndJoins();
    void beginsWithTheFixedGroups();
    void keepsNamesSorted();
    void deletesWholeGroups();
    void limitsTheNumberOfNames();
    void limitsTheLengthOfNames();
    void limitsUris();
    void limitsMeta();
    void limitsTheTotal();
    void protectsTheOwnEntry();
    void createsParents();
    void survivesManyThreads();
    void holdsDeepTrees();
};

void tst_Registry::expandsNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("full");
    QTest::newRow("relative") << QByteArray("x") << QByteArray(":Default.x");
    QTest::newRow("two-parts") << QByteArray("a.b") << QByteArray(":Default.a.b");
    QTest::newRow("absolute") << QByteArray(":x") << QByteArray(":x");
    QTest::newRow("empty") << QByteArray() << QByteArray(":Default");
    QTest::newRow("root") << QByteArray(":") << QByteArray(":");
}

void tst_Registry::expandsNames()
{
    QFETCH(QByteArray, name);
    QTEST(expand(name, kDefaultGroup), "full");
}

void tst_Registry::checksNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QString>("complaint");
    const QString invalid = QStringLiteral("invalid name");
    const QString character = QStringLiteral("invalid character(s) in name");
    QTest::newRow("root") << QByteArray(":") << QString();
    QTest::newRow("plain") << QByteArray(":a.b-c_d!~") << QString();
    QTest::newRow("slash") << QByteArray(":a/b:c") << QString();
    QTest::newRow("relative") << QByteArray("a") << invalid;
    QTest::newRow("empty-middle") << QByteArray(":a..b") << invalid;
    QTest::newRow("empty-end") << QByteArray(":a.") << invalid;
    QTest::newRow("empty-start") << QByteArray(":.a") << invalid;
    QTest::newRow("only-dot") << QByteArray(":.") << invalid;
    QTest::newRow("space") << QByteArray(":a b") << character;
    QTest::newRow("backslash") << QByteArray(":a\\b") << character;
    QTest::newRow("nul") << QByteArray(":a\0b", 4) << character;
    QTest::newRow("del") << QByteArray(":a\x7f") << character;
    QTest::newRow("32") << QByteArray(":\x20") << character;
    QTest::newRow("33") << QByteArray(":\x21") << QString();
    QTest::newRow("126") << QByteArray(":\x7e") << QString();
    QTest::newRow("utf8") << QByteArray(":caf\xc3\xa9") << character;
    QTest::newRow("longest") << QByteArray(":").append(1023, 'x') << QString();
    QTest::newRow("too-long") << QByteArray(":").append(1024, 'x') << QStringLiteral("name too long");
}

void tst_Registry::checksNames()
{
    QFETCH(QByteArray, name);
    const Status status = check(name, 1024);
    QTEST(status ? QString() : status.error().remote->args.at(0).toText(), "complaint");
}

void tst_Registry::splitsAndJoins()
{
    for (const char *name : {":a", ":a.b", ":a.b.c"}) {
        const auto [parent, part] = split(name);
        QCOMPARE(join(parent, part), QByteArray(name));
    }
    QCOMPARE(split(":").second.size(), 0);
}

void tst_Registry::beginsWithTheFixedGroups()
{
    const Registry registry;
    QCOMPARE(pathsOf(registry), (QByteArrayList{":Default", ":Pyro"}));
    QCOMPARE(registry.count(), 2);
}

void tst_Registry::keepsNamesSorted()
{
    Registry registry;
    for (const char *name : {"b", ":z", "a", "c", ":A"})
        QVERIFY(registry.registerName(name, kUri));
    QCOMPARE(pathsOf(registry),
        (QByteArrayList{":A", ":Default", ":Default.a", ":Default.b", ":Default.c", ":Pyro", ":z"}));
    const auto list = registry.list(":Default");
    QVERIFY(list);
    QCOMPARE(list->size(), size_t(3));
    QCOMPARE(list->at(2).name, QByteArray("c"));
}

void tst_Registry::deletesWholeGroups()
{
    Registry registry;
    const qint64 before = registry.bytes();
    QVERIFY(registry.createGroup(":g"));
    QVERIFY(registry.createGroup(":g.h"));
    QVERIFY(registry.registerName(":g.h.x", kUri));
    QVERIFY(registry.setUserMeta(":g.h.x", "meta"));
    QVERIFY(registry.registerName(":g-x", kUri)); // sorts between ":g" and ":g.h"
    QCOMPARE(registry.count(), 6);
    QVERIFY(registry.deleteGroup(":g"));
    QCOMPARE(pathsOf(registry), (QByteArrayList{":Default", ":Pyro", ":g-x"}));
    QVERIFY(registry.unregisterName(":g-x"));
    QCOMPARE(registry.bytes(), before);
}

void tst_Registry::limitsTheNumberOfNames()
{
    RegistrySettings settings;
    settings.maxNames = 5;
    Registry registry(settings);
    QVERIFY(registry.setOwnEntry(kUri));
    for (int i = 0; i < 4; ++i)
        QVERIFY(registry.registerName(QByteArray("n").append(QByteArray::number(i)), kUri));
    QVERIFY(registry.createGroup(":fifth"));
    QCOMPARE(firstArg(registry.registerName("sixth", kUri)), QStringLiteral("too many names"));
    QCOMPARE(firstArg(registry.createGroup(":sixth")), QStringLiteral("too many names"));
    QCOMPARE(registry.count(), 8);
    QVERIFY(registry.unregisterName("n0"));
    QVERIFY(registry.registerName("sixth", kUri));
}

void tst_Registry::limitsTheLengthOfNames()
{
    Registry registry;
    const QByteArray longest = QByteArray(":").append(1023, 'x');
    QVERIFY(registry.registerName(longest.first(1023), kUri));
    QVERIFY(registry.registerName(longest, kUri));
    QCOMPARE(
        firstArg(registry.registerName(QByteArray(longest + 'x'), kUri)), QStringLiteral("name too long"));
    // Expansion counts.
    const QByteArray relative(1024 - 9, 'y');
    QVERIFY(registry.registerName(relative, kUri));
    QCOMPARE(
        firstArg(registry.registerName(QByteArray(relative + 'y'), kUri)), QStringLiteral("name too long"));
    // A very long one comes back shortened.
    const auto huge = registry.registerName(QByteArray(1 << 20, 'z'), kUri);
    QVERIFY(!huge);
    QVERIFY(huge.error().remote->args.at(1).size() < 2000);
}

void tst_Registry::limitsUris()
{
    Registry registry;
    QVERIFY(registry.registerName("a", QByteArray(4095, 'u')));
    QVERIFY(registry.registerName("b", QByteArray(4096, 'u')));
    QCOMPARE(firstArg(registry.registerName("c", QByteArray(4097, 'u'))), QStringLiteral("URI too long"));
}

void tst_Registry::limitsMeta()
{
    Registry registry;
    QVERIFY(registry.setUserMeta(":", QByteArray(65'535, 'm')));
    QVERIFY(registry.setUserMeta(":", QByteArray(65'536, 'm')));
    QCOMPARE(firstArg(registry.setUserMeta(":", QByteArray(65'537, 'm'))),
        QStringLiteral("meta information too large"));
    QCOMPARE(firstArg(registry.setSystemMeta(":", QByteArray(65'537, 'm'))),
        QStringLiteral("meta information too large"));
    QCOMPARE(registry.userMeta(":")->size(), 65'536);
}

void tst_Registry::limitsTheTotal()
{
    RegistrySettings settings;
    settings.maxTotalBytes = 1'000;
    Registry registry(settings);
    const qint64 room = 1'000 - registry.bytes();
    QVERIFY(registry.registerName(":a", QByteArray(room - 2, 'u')));
    QCOMPARE(firstArg(registry.setUserMeta(":a", "xx")), QStringLiteral("name server is full"));
    QVERIFY(registry.setUserMeta(":a", "x"));
    QCOMPARE(registry.bytes(), 1'000);
    QCOMPARE(firstArg(registry.createGroup(":b")), QStringLiteral("name server is full"));
    QVERIFY(registry.setUserMeta(":a", {}));
    QVERIFY(registry.createGroup(":b"));
}

void tst_Registry::protectsTheOwnEntry()
{
    Registry registry;
    QVERIFY(registry.setOwnEntry(kUri));
    QVERIFY(registry.setUserMeta(kOwnName, "note"));
    for (const Registry::Change &change :
        {registry.unregisterName(kOwnName), registry.deleteGroup(kPyroGroup)}) {
        QVERIFY(!change);
        QCOMPARE(change.error().code, QStringLiteral("ns.protected"));
    }
    QCOMPARE(firstArg(registry.registerName(kOwnName, kUri)), QStringLiteral("name already exists"));
    // The server itself may move; what was noted about it stays.
    QVERIFY(registry.setOwnEntry("PYRO://127.0.0.1:1/other"));
    QCOMPARE(registry.resolve(kOwnName).valueOr({}), QByteArray("PYRO://127.0.0.1:1/other"));
    QCOMPARE(registry.userMeta(kOwnName).valueOr({}), QByteArray("note"));
}

void tst_Registry::createsParents()
{
    Registry registry;
    QVERIFY(registry.createParents(":a.b.c"));
    QVERIFY(registry.createParents(":a.b.d"));
    QVERIFY(registry.registerName(":a.b.c", kUri));
    QVERIFY(!registry.createParents(":a.b.c.d.e")); // below a leaf
    QVERIFY(registry.createParents(":top"));
    QCOMPARE(registry.count(), 5);
}

void tst_Registry::survivesManyThreads()
{
    Registry registry;
    std::vector<std::thread> threads;
    std::atomic_int won = 0;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 500; ++i) {
                const QByteArray own = "t" + QByteArray::number(t) + '-' + QByteArray::number(i);
                if (!registry.registerName(own, kUri) || !registry.resolve(own))
                    return;
                const QByteArray shared = "shared" + QByteArray::number(i);
                won += registry.registerName(shared, kUri).isOk() ? 1 : 0;
                registry.visit([](const QByteArray &, QByteArrayView, bool) {});
                if (i % 2 == 0 && !registry.unregisterName(own))
                    return;
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(won.load(), 500); // each shared name went to exactly one
    QCOMPARE(registry.count(), 2 + 500 + 4 * 250);
}

void tst_Registry::holdsDeepTrees()
{
    Registry registry;
    QByteArray path(":a");
    QVERIFY(registry.createGroup(path));
    while (path.size() + 2 <= 1024) {
        path += ".a";
        QVERIFY(registry.createGroup(path));
    }
    QCOMPARE(registry.count(), 2 + 512);
    QVERIFY(registry.deleteGroup(":a"));
    QCOMPARE(registry.count(), 2);
}

QTEST_GUILESS_MAIN(tst_Registry)
#include "tst_registry.moc"
