// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nsfixture.h"
#include "support/faultvfs.h"

#include <pyrolens/naming/registry.h>
#include <pyrolens/storage/database.h>

#include <QTemporaryDir>

#include <sqlite3.h>

using namespace pyrolens;
using namespace pyrolens::naming;
using nstest::wordsOf;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/7f0000010001aaaa");

Status registerNow(Registry &registry, const QByteArray &name)
{
    return Registry::wait(
        [&](const Registry::Completion &done) { return registry.registerName(name, kUri.toLatin1(), done); });
}

QByteArrayList namesIn(const Registry &registry)
{
    QByteArrayList names;
    registry.visit([&](const QByteArray &path, QByteArrayView uri, bool isGroup) {
        names.append(path + (isGroup ? QByteArray("/") : " " + uri.toByteArray()));
    });
    return names;
}

} // namespace

class tst_Store : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        const QString memory = QStringLiteral("/dev/shm");
        m_folder = QFileInfo(memory).isWritable() ? std::make_unique<QTemporaryDir>(memory + u"/ns-XXXXXX")
                                                  : std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("names.db"));
        qputenv("XDG_RUNTIME_DIR", m_folder->path().toLocal8Bit());
        faultvfs::heal();
    }
    void cleanup() { faultvfs::heal(); }

    void keepsEverythingOverARestart();
    void serverKeepsItsIdOverARestart();
    void repliesOnlyWhenDurable();
    void takesBackWhatCouldNotBeStored_data();
    void takesBackWhatCouldNotBeStored();
    void answersNamingErrorWhenTheDiskIsFull();
    void restoresABackupAfterDamage();
    void noticesAFlippedBitInAText();
    void refusesASecondServerOnTheSameFile();
    void refusesUnknownStorage();

private:
    NameServerOptions options(const QByteArray &vfs = {}) const
    {
        NameServerOptions made;
        made.storage = u"sqlite:" + m_path;
        made.storageVfs = vfs;
        return made;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_Store::keepsEverythingOverARestart()
{
    QByteArrayList before;
    double stamp = 0;
    {
        Registry registry;
        QVERIFY(registry.openStore(m_path));
        QVERIFY(registry.createParents(":lab.bench.x"));
        QVERIFY(registerNow(registry, ":lab.bench.x"));
        QVERIFY(registerNow(registry, ":lab.gone"));
        QVERIFY(registerNow(registry, ":lab-other"));
        QVERIFY(registry.createGroup(":old"));
        QVERIFY(registerNow(registry, ":old.x"));
        QVERIFY(registry.deleteGroup(":old"));
        QVERIFY(registry.unregisterName(":lab.gone"));
        QVERIFY(registry.setUserMeta(":lab.bench.x", "user"));
        QVERIFY(registry.setSystemMeta(":lab", "system"));
        QVERIFY(registry.setUserMeta(":", "root"));
        QVERIFY(registry.setFact("own-id", "1234"));
        before = namesIn(registry);
        stamp = registry.systemMeta(":lab.bench.x")->timestamp;
    }
    Registry registry;
    QVERIFY(registry.openStore(m_path));
    QVERIFY(registry.storeMessage().isEmpty());
    QCOMPARE(namesIn(registry), before);
    QCOMPARE(registry.userMeta(":lab.bench.x").valueOr({}), QByteArray("user"));
    QCOMPARE(registry.systemMeta(":lab")->pickle, QByteArray("system"));
    QCOMPARE(registry.systemMeta(":lab.bench.x")->timestamp, stamp);
    QCOMPARE(registry.userMeta(":").valueOr({}), QByteArray("root"));
    QCOMPARE(registry.fact("own-id"), QByteArray("1234"));
}

void tst_Store::serverKeepsItsIdOverARestart()
{
    QString id;
    const Value meta = Value::list({Value::str("a"), Value::integer(2), Value::none()});
    {
        nstest::Server server(options());
        QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
        id = server.uri().section(u'/', 3);
        NameServerClient client(nstest::context(), server.address());
        QVERIFY(client.registerBlocking(QStringLiteral("kept"), kUri));
        QVERIFY(client.setMetaBlocking(QStringLiteral("kept"), meta));
    }
    nstest::Server server(options());
    QVERIFY(server.status());
    QCOMPARE(server.uri().section(u'/', 3), id);
    NameServerClient client(nstest::context(), server.address());
    QCOMPARE(client.lookupBlocking(QStringLiteral("kept")).valueOr({}), kUri);
    QCOMPARE(client.metaBlocking(QStringLiteral("kept")).valueOr({}), meta);
    // The entry of the server itself is the one of today's port.
    QCOMPARE(client.lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({}), server.uri());
}

void tst_Store::repliesOnlyWhenDurable()
{
    nstest::Server server(options(faultvfs::name()));
    QVERIFY(server.status());
    NameServerClient client(nstest::context(), server.address());
    for (int i = 0; i < 20; ++i) {
        const int before = faultvfs::writes();
        QVERIFY(client.registerBlocking(QStringLiteral("n%1").arg(i), kUri));
        QVERIFY(faultvfs::writes() > before);
    }
}

void tst_Store::takesBackWhatCouldNotBeStored_data()
{
    QTest::addColumn<int>("sqliteCode");
    QTest::newRow("full") << SQLITE_FULL;
    QTest::newRow("io") << SQLITE_IOERR_WRITE;
    QTest::newRow("sync") << SQLITE_IOERR_FSYNC;
    QTest::newRow("read-only") << SQLITE_READONLY;
}

void tst_Store::takesBackWhatCouldNotBeStored()
{
    QFETCH(int, sqliteCode);
    Registry registry;
    QVERIFY(registry.openStore(m_path, faultvfs::name()));
    QVERIFY(registry.createParents(":g.h.x"));
    QVERIFY(registerNow(registry, ":g.h.x"));
    QVERIFY(registerNow(registry, "y"));
    QVERIFY(Registry::wait([&](const auto &done) { return registry.setUserMeta(":g", "old", done); }));
    const QByteArrayList before = namesIn(registry);
    const qint64 bytes = registry.bytes();

    faultvfs::failWrites(0, sqliteCode);
    // Queued together, some building upon others: all of it has to go.
    const std::vector<std::function<Registry::Change(const Registry::Completion &)>> changes{
        [&](const auto &done) { return registry.createGroup(":new", done); },
        [&](const auto &done) { return registry.registerName(":new.x", "PYRO://h:1/x", done); },
        [&](const auto &done) { return registry.unregisterName("y", done); },
        [&](const auto &done) { return registry.registerName("y", "PYRO://h:1/again", done); },
        [&](const auto &done) { return registry.setUserMeta(":g", "new", done); },
        [&](const auto &done) { return registry.setSystemMeta(":g.h.x", "new", done); },
        [&](const auto &done) { return registry.deleteGroup(":g", done); },
    };
    std::atomic_int failed = 0;
    std::atomic_int finished = 0;
    int refused = 0; // when an earlier one was taken back in time, later ones find nothing to build upon
    for (const auto &change : changes) {
        const auto applied = change([&](const Status &status) {
            failed += status ? 0 : 1;
            ++finished;
        });
        refused += applied ? 0 : 1;
    }
    QTRY_COMPARE(finished.load() + refused, int(changes.size()));
    QCOMPARE(failed.load() + refused, int(changes.size()));
    QCOMPARE(namesIn(registry), before);
    QCOMPARE(registry.bytes(), bytes);
    QCOMPARE(registry.userMeta(":g").valueOr({}), QByteArray("old"));
    QCOMPARE(registry.systemMeta(":g.h.x")->pickle, QByteArray());

    faultvfs::heal();
    QVERIFY(registerNow(registry, "after"));
}

void tst_Store::answersNamingErrorWhenTheDiskIsFull()
{
    {
        nstest::Server server(options(faultvfs::name()));
        QVERIFY(server.status());
        QSignalSpy alarm(&server.server(), &NameServer::storageFailed);
        QSignalSpy relief(&server.server(), &NameServer::storageRecovered);
        NameServerClient client(nstest::context(), server.address());
        QVERIFY(client.registerBlocking(QStringLiteral("old"), kUri));
        faultvfs::failWrites(0, SQLITE_FULL);
        for (int i = 0; i < 3; ++i) {
            const QString words = wordsOf(client.registerBlocking(QStringLiteral("new"), kUri));
            QVERIFY2(words.startsWith(QStringLiteral("NamingError(the name server cannot store this")),
                qPrintable(words));
        }
        QCOMPARE(client.lookupBlocking(QStringLiteral("old")).valueOr({}), kUri);
        QVERIFY(!client.lookupBlocking(QStringLiteral("new")));
        QTRY_COMPARE(alarm.count(), 1);
        faultvfs::heal();
        QVERIFY(client.registerBlocking(QStringLiteral("new"), kUri));
        QTRY_COMPARE(relief.count(), 1);
    }
    nstest::Server server(options());
    NameServerClient client(nstest::context(), server.address());
    QCOMPARE(client.lookupBlocking(QStringLiteral("new")).valueOr({}), kUri);
}

void tst_Store::restoresABackupAfterDamage()
{
    {
        Registry registry; // a backup is made at the end
        QVERIFY(registry.openStore(m_path));
        QVERIFY(registerNow(registry, "kept"));
    }
    QVERIFY(QFile::exists(m_path + QStringLiteral(".backup-1")));
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.resize(file.size() / 2));
    file.close();
    nstest::Server server(options());
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    QVERIFY(server.server().storageMessage().contains(QStringLiteral(".corrupt-")));
    NameServerClient client(nstest::context(), server.address());
    QCOMPARE(client.lookupBlocking(QStringLiteral("kept")).valueOr({}), kUri);
}

void tst_Store::noticesAFlippedBitInAText()
{
    {
        Registry registry;
        QVERIFY(registry.openStore(m_path));
        QVERIFY(registerNow(registry, "kept"));
    }
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray content = file.readAll();
    const qsizetype at = content.indexOf("7f0000010001aaaa");
    QVERIFY(at > 0);
    content[at] = '6';
    file.seek(0);
    file.write(content);
    file.close();
    Registry registry;
    QVERIFY(registry.openStore(m_path));
    QVERIFY(registry.storeMessage().contains(QStringLiteral("sum")));
    QCOMPARE(registry.resolve("kept").valueOr({}), kUri.toLatin1());
}

void tst_Store::refusesASecondServerOnTheSameFile()
{
    nstest::Server first(options());
    QVERIFY(first.status());
    nstest::Server second(options());
    QVERIFY(!second.status());
    QCOMPARE(second.status().error().code, QString::fromLatin1(storage::code::kLocked));
}

void tst_Store::refusesUnknownStorage()
{
    for (const char *storage : {"file:x", "sqlite:", "", "postgres:x"}) {
        NameServerOptions made;
        made.storage = QString::fromLatin1(storage);
        const nstest::Server server(made);
        QVERIFY(!server.status());
        QCOMPARE(server.status().error().kind, Error::Kind::Usage);
    }
}

QTEST_GUILESS_MAIN(tst_Store)
#include "tst_store.moc"
