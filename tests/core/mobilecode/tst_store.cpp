// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/mobilecode/codestore.h>

#include <QCryptographicHash>
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace pyrolens;

namespace {

CodeTransfer transfer(
    const QString &module, const QByteArray &code, const QString &peer = QStringLiteral("127.0.0.1:4000"))
{
    CodeTransfer made;
    made.module = module;
    made.code = code;
    made.peer = peer;
    return made;
}

const QByteArray kByteCode = QByteArrayLiteral("\x03\xf3\r\n\x84\xab\x02kc");

} // namespace

class tst_Store : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void keepsCodeByItsHash();
    void sameCodeIsOneMoreOrigin();
    void survivesARestart();
    void tellsByteCode();
    void limitsEntriesAndBytes_data();
    void limitsEntriesAndBytes();
    void forgetsOldOrigins();
    void noticesChangedFiles();
    void leavesDamagedEntriesOut_data();
    void leavesDamagedEntriesOut();
    void removes();
    void filesAreForTheirOwnerAndNothingToRun();
    void takesFromManyThreads();
    void needsAFolder();

private:
    QString folder() const { return m_dir->filePath(QStringLiteral("code")); }
    std::shared_ptr<CodeStore> open(CodeStoreLimits limits = {}) const
    {
        auto store = CodeStore::open(folder(), limits);
        return store ? *store : nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_Store::keepsCodeByItsHash()
{
    const auto store = open();
    QSignalSpy received(store.get(), &CodeStore::received);
    QVERIFY(store->receive(transfer(QStringLiteral("kit.walker"), "answer = 42\n")));
    const QByteArray unknown(64, 'a');
    QCOMPARE(received.size(), 1);
    QCOMPARE(received.first().at(1).toBool(), true);
    const auto entries = store->entries();
    QCOMPARE(entries.size(), size_t(1));
    const CodeEntry &entry = entries.front();
    QCOMPARE(entry.sha256, QCryptographicHash::hash("answer = 42\n", QCryptographicHash::Sha256).toHex());
    QCOMPARE(entry.module(), QStringLiteral("kit.walker"));
    QCOMPARE(entry.size, 12);
    QCOMPARE(entry.kind, CodeKind::Source);
    QCOMPARE(entry.origins.front().peer, QStringLiteral("127.0.0.1:4000"));
    QVERIFY(entry.origins.front().time.secsTo(QDateTime::currentDateTimeUtc()) < 60);
    QCOMPARE(store->code(entry.sha256).valueOr({}), QByteArray("answer = 42\n"));
    QVERIFY(!store->code(unknown));
    QVERIFY(!store->code("../../etc/passwd"));
}

void tst_Store::sameCodeIsOneMoreOrigin()
{
    const auto store = open();
    QVERIFY(store->receive(transfer(QStringLiteral("one"), "x\n")));
    QSignalSpy received(store.get(), &CodeStore::received);
    QVERIFY(store->receive(transfer(QStringLiteral("two"), "x\n", QStringLiteral("[::1]:5"))));
    QCOMPARE(received.first().at(1).toBool(), false);
    const auto entries = store->entries();
    QCOMPARE(entries.size(), size_t(1));
    QCOMPARE(entries.front().origins.size(), size_t(2));
    QCOMPARE(entries.front().origins.front().module, QStringLiteral("one"));
    QCOMPARE(entries.front().module(), QStringLiteral("two"));
}

void tst_Store::survivesARestart()
{
    {
        const auto store = open();
        QVERIFY(store->receive(transfer(QStringLiteral("one"), "1\n")));
        QVERIFY(store->receive(transfer(QStringLiteral("two"), kByteCode)));
    }
    const auto store = open();
    const auto entries = store->entries();
    QCOMPARE(entries.size(), size_t(2));
    QCOMPARE(entries.at(1).module(), QStringLiteral("two"));
    QCOMPARE(entries.at(1).kind, CodeKind::ByteCode);
    QCOMPARE(entries.at(1).version, QStringLiteral("Python 2.7"));
    QCOMPARE(store->code(entries.at(1).sha256).valueOr({}), kByteCode);
}

void tst_Store::tellsByteCode()
{
    const auto store = open();
    QVERIFY(store->receive(transfer(QStringLiteral("m"), kByteCode)));
    QCOMPARE(store->entries().front().kind, CodeKind::ByteCode);
}

void tst_Store::limitsEntriesAndBytes_data()
{
    QTest::addColumn<int>("entries");
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("taken"); // of four pieces of three bytes
    QTest::newRow("entries") << 2 << 1'000 << 2;
    QTest::newRow("bytes-exact") << 100 << 9 << 3;
    QTest::newRow("bytes-short") << 100 << 8 << 2;
    QTest::newRow("room") << 4 << 12 << 4;
}

void tst_Store::limitsEntriesAndBytes()
{
    QFETCH(int, entries);
    QFETCH(int, bytes);
    QFETCH(int, taken);
    const auto store = open({.maxEntries = entries, .maxBytes = bytes});
    int count = 0;
    for (const char *code : {"a1\n", "b2\n", "c3\n", "d4\n"}) {
        const Status stored = store->receive(transfer(QStringLiteral("m"), code));
        count += stored ? 1 : 0;
        if (!stored)
            QCOMPARE(stored.error().code, QStringLiteral("mobile.store-full"));
    }
    QCOMPARE(count, taken);
    QCOMPARE(store->entries().size(), size_t(taken));
    QCOMPARE(QDir(folder()).entryList({QStringLiteral("*.code")}).size(), taken);
    QVERIFY(store->receive(transfer(QStringLiteral("again"), "a1\n"))); // needs no room
}

void tst_Store::forgetsOldOrigins()
{
    const auto store = open({.maxOrigins = 3});
    for (int i = 0; i < 5; ++i)
        QVERIFY(store->receive(transfer(QStringLiteral("m%1").arg(i), "x\n")));
    const CodeEntry entry = store->entries().front();
    QCOMPARE(entry.origins.size(), size_t(3));
    QCOMPARE(entry.origins.front().module, QStringLiteral("m2"));
    QCOMPARE(entry.module(), QStringLiteral("m4"));
}

void tst_Store::noticesChangedFiles()
{
    const auto store = open();
    QVERIFY(store->receive(transfer(QStringLiteral("m"), "x\n")));
    const QByteArray sha256 = store->entries().front().sha256;
    QFile file(folder() + u'/' + QString::fromLatin1(sha256) + QLatin1String(".code"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("y\n");
    file.close();
    const auto code = store->code(sha256);
    QVERIFY(!code);
    QCOMPARE(code.error().code, QStringLiteral("mobile.damaged"));
}

void tst_Store::leavesDamagedEntriesOut_data()
{
    QTest::addColumn<QByteArray>("note");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no-json") << QByteArray("{\"version\": 1,");
    QTest::newRow("no-object") << QByteArray("[]");
    QTest::newRow("other-version") << QByteArray("{\"version\": 2}");
    QTest::newRow("huge") << QByteArray(300'000, ' ');
    QTest::newRow("no-origins") << QByteArray("SAME{\"origins\": []}");
}

void tst_Store::leavesDamagedEntriesOut()
{
    QFETCH(QByteArray, note);
    QByteArray good;
    QByteArray bad;
    {
        const auto store = open();
        QVERIFY(store->receive(transfer(QStringLiteral("good"), "g\n")));
        QVERIFY(store->receive(transfer(QStringLiteral("bad"), "b\n")));
        good = store->entries().at(0).sha256;
        bad = store->entries().at(1).sha256;
    }
    QFile file(folder() + u'/' + QString::fromLatin1(bad) + QLatin1String(".json"));
    QVERIFY(file.open(QIODevice::ReadWrite));
    if (note.startsWith("SAME")) {
        QByteArray text = file.readAll();
        text.replace("\"origins\"", "\"others\"");
        note = text;
    }
    file.resize(0);
    file.write(note);
    file.close();
    QFile stranger(folder() + QLatin1String("/notes.json"));
    QVERIFY(stranger.open(QIODevice::WriteOnly));
    stranger.close();

    const auto store = open();
    QCOMPARE(store->entries().size(), size_t(1));
    QCOMPARE(store->entries().front().sha256, good);
    QVERIFY(file.exists());                                          // left alone
    QVERIFY(store->receive(transfer(QStringLiteral("bad"), "b\n"))); // and mended when it comes again
    QCOMPARE(store->code(bad).valueOr({}), QByteArray("b\n"));
}

void tst_Store::removes()
{
    const auto store = open();
    QVERIFY(store->receive(transfer(QStringLiteral("m"), "x\n")));
    const QByteArray sha256 = store->entries().front().sha256;
    QSignalSpy removed(store.get(), &CodeStore::removed);
    QVERIFY(store->remove(sha256));
    QCOMPARE(removed.size(), 1);
    QVERIFY(store->entries().empty());
    QCOMPARE(QDir(folder()).entryList(QDir::Files), QStringList());
    QVERIFY(!store->remove(sha256));
    QVERIFY(open()->entries().empty());
}

void tst_Store::filesAreForTheirOwnerAndNothingToRun()
{
    const auto store = open();
    QVERIFY(store->receive(transfer(QStringLiteral("m"), "x\n")));
    const QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup
        | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QCOMPARE(QFileInfo(folder()).permissions() & others, QFile::Permissions());
    for (const QFileInfo &file : QDir(folder()).entryInfoList(QDir::Files)) {
        QCOMPARE(file.permissions() & (others | QFile::ExeOwner), QFile::Permissions());
        QVERIFY(!file.fileName().contains(QStringLiteral(".py")));
    }
}

void tst_Store::takesFromManyThreads()
{
    const auto store = open();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&store, i] {
            for (int n = 0; n < 10; ++n) {
                static_cast<void>(
                    store->receive(transfer(QStringLiteral("m%1").arg(i), QByteArray::number(n) + '\n')));
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    const auto entries = open()->entries();
    QCOMPARE(entries.size(), size_t(10));
    for (const CodeEntry &entry : entries)
        QCOMPARE(entry.origins.size(), size_t(4));
}

void tst_Store::needsAFolder()
{
    QVERIFY(!CodeStore::open(QString()));
    QFile file(m_dir->filePath(QStringLiteral("file")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(!CodeStore::open(file.fileName()));
    QVERIFY(CodeStore::defaultFolder().endsWith(QStringLiteral("/pyrolens/code")));
}

QTEST_GUILESS_MAIN(tst_Store)
#include "tst_store.moc"
