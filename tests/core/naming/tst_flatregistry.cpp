// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nsfixture.h"
#include "support/faultvfs.h"

#include <pyrolens/naming/registry.h>
#include <pyrolens/storage/database.h>

#include <QTemporaryDir>

#include <sqlite3.h>

#include <future>
#include <thread>

using namespace pyrolens;
using namespace pyrolens::naming;
using nstest::wordsOf;

namespace {

constexpr char kUri[] = "PYRO:obj@127.0.0.1:4444";

Status registerNow(Registry &registry, const QByteArray &name, const QByteArrayList &tags = {},
    FlatRegistry::Clash clash = FlatRegistry::Clash::Replace)
{
    return waitUntilDurable([&](const Completion &done) {
        return registry.flat().registerName(name, {kUri, tags}, clash, done);
    });
}

/// "name tag,tag" of each entry.
QByteArrayList contentOf(const Registry &registry)
{
    QByteArrayList lines;
    registry.flat().visit({}, [&](const QByteArray &name, const FlatEntry &entry) {
        lines.append(name + ' ' + entry.tags.join(','));
    });
    return lines;
}

} // namespace

/// The flat name space: its rules and limits, and that it survives on disk.
class tst_FlatRegistry : public QObject
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

    void keepsTagsAsSets();
    void protectsTheOwnEntry();
    void limitsNumbers();
    void removesOnlyWhatIsStillTheSame();
    void survivesManyThreads();
    void keepsEverythingOverARestart();
    void opensFilesOfTheFirstSchema();
    void takesBackWhatCouldNotBeStored_data();
    void takesBackWhatCouldNotBeStored();
    void removesManyAtOnceOrNone();
    void noticesAFlippedBit();
    void noticesAWrongSchemaNumber();
    void waitsForTheCommit();

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_FlatRegistry::keepsTagsAsSets()
{
    Registry registry;
    QVERIFY(registerNow(registry, "x", {"b", "a", "b", ""}));
    QCOMPARE(registry.flat().find("x")->tags, QByteArrayList({"", "a", "b"}));
    QVERIFY(registry.flat().find("x")->hasAll({"b", ""}));
    QVERIFY(!registry.flat().find("x")->hasAll({"b", "c"}));
    QVERIFY(registry.flat().find("x")->hasAny({"c", "b"}));
    QVERIFY(!registry.flat().find("x")->hasAny({"c"}));
    QVERIFY(registry.flat().setTags("x", {"z", "y"}));
    QCOMPARE(contentOf(registry), QByteArrayList{"x y,z"});
    QCOMPARE(registry.count(), 2); // the tree has its own
}

void tst_FlatRegistry::protectsTheOwnEntry()
{
    Registry registry;
    QVERIFY(registry.flat().setOwnEntry({"PYRO:Pyro.NameServer@h:1", {"own"}}));
    QVERIFY(registerNow(registry, "x"));
    const Status stolen = registerNow(registry, kFlatOwnName);
    QVERIFY(!stolen);
    QCOMPARE(stolen.error().code, QStringLiteral("ns.protected"));
    QCOMPARE(registry.flat().remove({"x", kFlatOwnName, "x"}).count, 1);
    QCOMPARE(contentOf(registry), QByteArrayList{"Pyro.NameServer own"});
    QVERIFY(registry.flat().setOwnEntry({"PYRO:Pyro.NameServer@h:2", {"own"}}));
    QCOMPARE(registry.flat().find(kFlatOwnName)->uri, QByteArray("PYRO:Pyro.NameServer@h:2"));
}

void tst_FlatRegistry::limitsNumbers()
{
    RegistrySettings settings;
    settings.maxNames = 3;
    settings.maxTotalBytes = 200;
    Registry registry(settings);
    QVERIFY(registry.flat().setOwnEntry({"PYRO:Pyro.NameServer@h:1", {}}));
    for (const char *name : {"a", "b", "c"})
        QVERIFY(registerNow(registry, name));
    const Status fourth = registerNow(registry, "d");
    QVERIFY(!fourth);
    QCOMPARE(fourth.error().code, QStringLiteral("ns.limit"));
    QCOMPARE(wordsOf(fourth.error()), QStringLiteral("NamingError(too many names: at most 3)"));
    QVERIFY(registerNow(registry, "a", {"replaced"}));
    const Status full = registerNow(registry, "a", {QByteArray(200, 't')});
    QCOMPARE(wordsOf(full), QStringLiteral("NamingError(the name server is full)"));
    QCOMPARE(registry.flat().find("a")->tags, QByteArrayList{"replaced"});
    QCOMPARE(registry.flat().remove({"a"}).count, 1);
    QVERIFY(registerNow(registry, "d"));
    QCOMPARE(registry.flat().remove({"b", "c", "d"}).count, 3);
    QCOMPARE(registry.flat().bytes(), qint64(strlen("Pyro.NameServer") + strlen("PYRO:Pyro.NameServer@h:1")));
}

void tst_FlatRegistry::removesOnlyWhatIsStillTheSame()
{
    Registry registry;
    QVERIFY(registerNow(registry, "x"));
    QCOMPARE(registry.flat().removeIfStill("x", "PYRO:other@h:1").count, 0);
    QCOMPARE(registry.flat().removeIfStill("y", kUri).count, 0);
    QCOMPARE(registry.flat().removeIfStill("x", kUri).count, 1);
    QVERIFY(!registry.flat().contains("x"));
}

void tst_FlatRegistry::survivesManyThreads()
{
    Registry registry;
    QVERIFY(registry.openStore(m_path));
    std::atomic_int safe = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 100; ++i) {
                const QByteArray own = QByteArray::number(t) + '.' + QByteArray::number(i);
                const bool isMine = registerNow(registry, own, {"t"}).isOk();
                const bool isFirst
                    = registerNow(registry, "shared" + QByteArray::number(i), {}, FlatRegistry::Clash::Refuse)
                          .isOk();
                safe += isFirst ? 1 : 0;
                if (!isMine || registry.flat().count() == 0)
                    safe += 1'000;
                registry.flat().remove({own});
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(safe.load(), 100); // each shared name was registered by exactly one
    QCOMPARE(registry.flat().count(), 100);
}

void tst_FlatRegistry::keepsEverythingOverARestart()
{
    const QByteArray odd = QByteArray("z\0nul ", 6) + "\xc3\xa9\xed\xa0\x80"; // a lone surrogate at the end
    QByteArrayList before;
    {
        Registry registry;
        QVERIFY(registry.openStore(m_path));
        QVERIFY(registerNow(registry, "a", {"one", "two, \"three\"", "\xe2\x82\xac\n"}));
        QVERIFY(registerNow(registry, "gone"));
        QVERIFY(registerNow(registry, ""));
        QVERIFY(registerNow(registry, odd, {"t"}));
        QVERIFY(registerNow(registry, "changed", {"old"}));
        QVERIFY(registerNow(registry, "changed", {"new"}));
        QCOMPARE(registry.flat().remove({"gone"}).count, 1);
        before = contentOf(registry);
        QCOMPARE(before.size(), 4);
    }
    Registry registry;
    QVERIFY(registry.openStore(m_path));
    QVERIFY2(registry.storeMessage().isEmpty(), qPrintable(registry.storeMessage()));
    QCOMPARE(contentOf(registry), before);
    QCOMPARE(registry.flat().find(odd)->uri, QByteArray(kUri));
}

// The file was written by version 0.1.0 before there was a flat space.
void tst_FlatRegistry::opensFilesOfTheFirstSchema()
{
    QVERIFY(QFile::copy(QStringLiteral(PYROLENS_TEST_DATA "/naming/names-schema1.db"), m_path));
    QVERIFY(QFile::setPermissions(m_path, QFile::ReadOwner | QFile::WriteOwner));
    for (int round = 0; round < 2; ++round) {
        Registry registry;
        const Status opened = registry.openStore(m_path);
        QVERIFY2(opened, qPrintable(wordsOf(opened)));
        QVERIFY2(registry.storeMessage().isEmpty(), qPrintable(registry.storeMessage()));
        QCOMPARE(registry.resolve(":lab.scope").valueOr({}), QByteArray("PYRO://10.0.0.7:7766/0a0000070001"));
        QCOMPARE(registry.resolve("plain").valueOr({}), QByteArray("PYRO://10.0.0.9:7766/0a0000090001"));
        QVERIFY(!registry.userMeta(":lab.scope").valueOr({}).isEmpty());
        QCOMPARE(registry.fact("own-id"), QByteArray("9c74738f4d44000660e50bfd746bac86eb"));
        QCOMPARE(registry.count(), 6);
        QCOMPARE(registry.flat().count(), round);
        QVERIFY(registerNow(registry, "flat", {"new"}));
    }
}

void tst_FlatRegistry::takesBackWhatCouldNotBeStored_data()
{
    QTest::addColumn<int>("sqliteCode");
    QTest::newRow("full") << SQLITE_FULL;
    QTest::newRow("sync") << SQLITE_IOERR_FSYNC;
}

void tst_FlatRegistry::takesBackWhatCouldNotBeStored()
{
    QFETCH(int, sqliteCode);
    Registry registry;
    QVERIFY(registry.openStore(m_path, faultvfs::name()));
    QVERIFY(registerNow(registry, "x", {"old"}));
    QVERIFY(registerNow(registry, "y"));
    const QByteArrayList before = contentOf(registry);
    const qint64 bytes = registry.flat().bytes();

    faultvfs::failWrites(0, sqliteCode);
    std::atomic_int failed = 0;
    int made = 0;
    const Completion done = [&](const Status &status) { failed += status ? 0 : 1; };
    const auto count = [&](const Change &change) { made += change ? 1 : 0; };
    FlatRegistry &flat = registry.flat();
    count(flat.registerName("z", {kUri, {}}, FlatRegistry::Clash::Refuse, done));
    count(flat.setTags("x", {"new"}, done));
    count(flat.registerName("x", {"PYRO:again@h:1", {}}, FlatRegistry::Clash::Replace, done));
    count(registry.registerName("tree", "PYRO://h:1/x", done));
    const FlatRegistry::Removed removed
        = flat.remove({"x", "y", "z"}, [&](const Result<int> &number) { failed += number ? 0 : 1; });
    made += removed.count > 0 ? 1 : 0;
    QTRY_COMPARE(failed.load(), made);
    QCOMPARE(contentOf(registry), before);
    QCOMPARE(flat.bytes(), bytes);
    QCOMPARE(flat.find("x")->uri, QByteArray(kUri));
    QVERIFY(!registry.resolve("tree"));

    faultvfs::heal();
    QVERIFY(registerNow(registry, "after"));
}

void tst_FlatRegistry::removesManyAtOnceOrNone()
{
    std::vector<std::pair<QByteArray, FlatEntry>> rows;
    QByteArrayList names;
    for (int i = 0; i < 3'000; ++i) {
        names.append("n" + QByteArray::number(i));
        rows.push_back({names.last(), {kUri, {"t"}}});
    }
    {
        Registry registry;
        QVERIFY(registry.openStore(m_path, faultvfs::name()));
        QVERIFY(registry.flat().registerAll(rows));
        faultvfs::failWrites(2, SQLITE_FULL);
        std::promise<Result<int>> outcome;
        QCOMPARE(
            registry.flat().remove(names, [&](const Result<int> &count) { outcome.set_value(count); }).count,
            3'000);
        QVERIFY(!outcome.get_future().get());
        QCOMPARE(registry.flat().count(), 3'000);
        faultvfs::heal();
    }
    {
        Registry registry;
        QVERIFY(registry.openStore(m_path));
        QCOMPARE(registry.flat().count(), 3'000);
        std::promise<Result<int>> outcome;
        registry.flat().remove(names, [&](const Result<int> &count) { outcome.set_value(count); });
        QCOMPARE(outcome.get_future().get().valueOr(0), 3'000);
    }
    Registry registry;
    QVERIFY(registry.openStore(m_path));
    QCOMPARE(registry.flat().count(), 0);
}

void tst_FlatRegistry::noticesAFlippedBit()
{
    {
        Registry registry;
        QVERIFY(registry.openStore(m_path));
        QVERIFY(registerNow(registry, "kept", {"precious-tag"}));
    }
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray content = file.readAll();
    const qsizetype at = content.indexOf("precious-tag");
    QVERIFY(at > 0);
    content[at] = 'q';
    file.seek(0);
    file.write(content);
    file.close();
    Registry registry;
    QVERIFY(registry.openStore(m_path));
    QVERIFY(registry.storeMessage().contains(QStringLiteral("sum")));
    QCOMPARE(contentOf(registry), QByteArrayList{"kept precious-tag"});
}

// The number says that the flat space is still to be made; the backup knows better.
void tst_FlatRegistry::noticesAWrongSchemaNumber()
{
    {
        Registry registry;
        QVERIFY(registry.openStore(m_path));
        QVERIFY(registerNow(registry, "kept"));
    }
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    constexpr int kLastByteOfTheVersion = 63; // SQLite, fileformat2.html, section 1.3
    file.seek(kLastByteOfTheVersion);
    QCOMPARE(file.read(1), QByteArray("\x02"));
    file.seek(kLastByteOfTheVersion);
    file.write("\x01");
    file.close();
    Registry registry;
    const Status opened = registry.openStore(m_path);
    QVERIFY2(opened, qPrintable(wordsOf(opened)));
    QVERIFY(registry.storeMessage().contains(QStringLiteral(".corrupt-")));
    QCOMPARE(contentOf(registry), QByteArrayList{"kept "});
}

void tst_FlatRegistry::waitsForTheCommit()
{
    Registry registry;
    QVERIFY(registry.openStore(m_path, faultvfs::name()));
    for (int i = 0; i < 20; ++i) {
        const int before = faultvfs::writes();
        QVERIFY(registerNow(registry, "n" + QByteArray::number(i)));
        QVERIFY(faultvfs::writes() > before);
    }
}

QTEST_GUILESS_MAIN(tst_FlatRegistry)
#include "tst_flatregistry.moc"
