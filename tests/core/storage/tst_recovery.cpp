// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/storage/checkedopen.h>

#include <QTemporaryDir>
#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::storage;

namespace {

// Content that proves itself: every row repeats its key, the number of rows is known.
DatabaseProfile profile(int newest = 1)
{
    DatabaseProfile made;
    made.applicationId = 0x50795431;
    made.migrations = {{1,
        "CREATE TABLE marked_rows(k INTEGER PRIMARY KEY, v TEXT NOT NULL, again TEXT NOT NULL);"
        "CREATE TABLE marked_version(version INTEGER NOT NULL);"
        "INSERT INTO marked_version VALUES(1)"}};
    if (newest >= 2)
        made.migrations.push_back(
            {2, "ALTER TABLE marked_rows ADD COLUMN note TEXT; UPDATE marked_version SET version = 2"});
    made.marker = "marked_rows";
    made.verify = [](Database &database) -> Status {
        const auto wrong = database.integer("SELECT count(*) FROM marked_rows WHERE v IS NOT again");
        const auto version = database.integer("SELECT version FROM marked_version");
        const auto claimed = database.integer("PRAGMA user_version");
        if (wrong && wrong.value() == 0 && version && claimed && version.value() == claimed.value())
            return Done{};
        Error error = Error::protocol(QStringLiteral("content"), QString::fromLatin1(code::kCorrupt));
        return error;
    };
    return made;
}

QByteArray fileContent(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(path));
}

} // namespace

class tst_Recovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        // Hundreds of opens, each with its syncs: in memory where that is possible.
        const QString memory = QStringLiteral("/dev/shm");
        m_folder = QFileInfo(memory).isWritable()
            ? std::make_unique<QTemporaryDir>(memory + u"/recovery-XXXXXX")
            : std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("registry.db"));
    }

    void makesAFreshDatabase();
    void migratesStepByStep();
    void refusesANewerSchema();
    void keepsThreeBackups();
    void survivesEveryFlippedByte();
    void survivesEveryTruncation();
    void fallsBackToAnOlderBackup();
    void startsEmptyWithoutBackup();
    void leavesStrangersAlone_data();
    void leavesStrangersAlone();
    void refusesAPipe();

private:
    void fill(int rows, int newest = 1)
    {
        auto opened = openChecked(m_path, profile(newest));
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().what));
        QVERIFY(opened->database->transaction([&]() -> Status {
            for (int i = 0; i < rows; ++i) {
                auto insert = opened->database->prepare("INSERT INTO marked_rows(v, again) VALUES(?1, ?1)");
                const QByteArray text = "row number " + QByteArray::number(i);
                if (Status status = insert.value().bindText(1, text).run(); !status)
                    return status;
            }
            return Done{};
        }));
    }
    QStringList setAside() const
    {
        return QDir(m_folder->path()).entryList({QStringLiteral("*.corrupt-*")}, QDir::Files, QDir::Name);
    }
    void hasRows(int rows, bool backupToo);

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_Recovery::makesAFreshDatabase()
{
    const auto opened = openChecked(m_path, profile());
    QVERIFY(opened);
    QVERIFY(opened->created);
    QVERIFY(!opened->wasUnclean);
    QVERIFY(opened->message().isEmpty());
}

void tst_Recovery::migratesStepByStep()
{
    fill(3, 1);
    const auto opened = openChecked(m_path, profile(2));
    QVERIFY(opened);
    QCOMPARE(opened->database->integer("PRAGMA user_version").valueOr(0), 2);
    QCOMPARE(opened->database->integer("SELECT count(*) FROM marked_rows WHERE note IS NULL").valueOr(0), 3);
}

void tst_Recovery::refusesANewerSchema()
{
    fill(3, 2);
    const QByteArray before = fileContent(m_path);
    const auto opened = openChecked(m_path, profile(1));
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, QString::fromLatin1(code::kNewer));
    QCOMPARE(fileContent(m_path), before);
    QVERIFY(setAside().isEmpty());
}

void tst_Recovery::keepsThreeBackups()
{
    auto opened = openChecked(m_path, profile());
    QVERIFY(opened);
    for (int i = 1; i <= 5; ++i) {
        QVERIFY(opened->database->execute("INSERT INTO marked_rows(v, again) VALUES('x', 'x')"));
        QVERIFY(makeBackup(*opened->database, profile()));
    }
    for (int i = 1; i <= 3; ++i) {
        auto backup = Database::open(m_path + u".backup-" + QString::number(i));
        QVERIFY(backup);
        QCOMPARE(backup.value()->integer("SELECT count(*) FROM marked_rows").valueOr(0), 6 - i);
    }
    QVERIFY(!QFile::exists(m_path + QStringLiteral(".backup-4")));
    QVERIFY(!QFile::exists(m_path + QStringLiteral(".backup-new")));
}

// After damage there are the rows that were, or the backup's; nothing else is acceptable.
void tst_Recovery::hasRows(int rows, bool backupToo)
{
    const auto opened = openChecked(m_path, profile());
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().what));
    const qint64 found = opened->database->integer("SELECT count(*) FROM marked_rows").valueOr(-1);
    if (opened->damage.isEmpty()) {
        QCOMPARE(found, rows);
        return;
    }
    QVERIFY(backupToo);
    QCOMPARE(found, rows - 1);
    QVERIFY(!opened->restoredFrom.isEmpty());
    QVERIFY(QFile::exists(opened->movedTo));
    QVERIFY(opened->message().contains(opened->movedTo));
}

void tst_Recovery::survivesEveryFlippedByte()
{
    fill(4);
    {
        auto opened = openChecked(m_path, profile());
        QVERIFY(makeBackup(*opened->database, profile()));
        QVERIFY(opened->database->execute("INSERT INTO marked_rows(v, again) VALUES('later', 'later')"));
    }
    const QByteArray good = fileContent(m_path);
    QVERIFY(good.size() >= 4096);
    int restored = 0;
    // Every byte that holds something; of the zero bytes between cells a sample.
    for (qsizetype at = 0; at < good.size(); ++at) {
        if (good.at(at) == 0 && at % 397 != 0)
            continue;
        QByteArray bad = good;
        bad[at] = static_cast<char>(bad.at(at) ^ (1 << (at % 8)));
        writeFile(m_path, bad);
        hasRows(5, true);
        if (QTest::currentTestFailed()) {
            qWarning("byte %lld", at);
            return;
        }
        for (const QString &name : setAside()) {
            ++restored;
            QFile::remove(m_folder->filePath(name));
        }
    }
    QVERIFY(restored > 100); // the test would prove nothing if damage went unnoticed
}

void tst_Recovery::survivesEveryTruncation()
{
    fill(4);
    {
        auto opened = openChecked(m_path, profile());
        QVERIFY(makeBackup(*opened->database, profile()));
        QVERIFY(opened->database->execute("INSERT INTO marked_rows(v, again) VALUES('later', 'later')"));
    }
    const QByteArray good = fileContent(m_path);
    for (qsizetype size = 0; size < good.size(); size += size < 600 ? 1 : 61) {
        writeFile(m_path, good.left(size));
        hasRows(5, true);
        if (QTest::currentTestFailed()) {
            qWarning("size %lld", size);
            return;
        }
        QVERIFY(!setAside().isEmpty());
        for (const QString &name : setAside())
            QFile::remove(m_folder->filePath(name));
    }
}

void tst_Recovery::fallsBackToAnOlderBackup()
{
    fill(2);
    {
        auto opened = openChecked(m_path, profile());
        QVERIFY(makeBackup(*opened->database, profile()));
        QVERIFY(makeBackup(*opened->database, profile()));
    }
    writeFile(m_path, QByteArray("marked_rows").repeated(500));
    writeFile(m_path + QStringLiteral(".backup-1"), "broken");
    const auto opened = openChecked(m_path, profile());
    QVERIFY(opened);
    QVERIFY(opened->restoredFrom.endsWith(QStringLiteral(".backup-2")));
    QCOMPARE(opened->database->integer("SELECT count(*) FROM marked_rows").valueOr(0), 2);
}

void tst_Recovery::startsEmptyWithoutBackup()
{
    fill(2);
    QByteArray bad = fileContent(m_path);
    bad.replace(0, 16, QByteArray(16, 'x'));
    writeFile(m_path, bad);
    {
        const auto opened = openChecked(m_path, profile());
        QVERIFY(opened);
        QVERIFY(opened->restoredFrom.isEmpty());
        QCOMPARE(opened->database->integer("SELECT count(*) FROM marked_rows").valueOr(-1), 0);
        QCOMPARE(fileContent(opened->movedTo), bad);
    }
    QVERIFY(openChecked(m_path, profile())->message().isEmpty());
}

void tst_Recovery::leavesStrangersAlone_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("text") << QByteArray("root:x:0:0:root:/root:/bin/sh\n");
    QTest::newRow("long-text") << QByteArray("some other file\n").repeated(1000);
    QTest::newRow("database") << QByteArray();
}

void tst_Recovery::leavesStrangersAlone()
{
    QFETCH(QByteArray, content);
    if (content.isEmpty()) {
        auto other = Database::open(m_path);
        QVERIFY(other.value()->execute("CREATE TABLE theirs(x); INSERT INTO theirs VALUES(1)"));
        other.value().reset();
    } else {
        writeFile(m_path, content);
    }
    const QByteArray before = fileContent(m_path);
    const auto opened = openChecked(m_path, profile());
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, QString::fromLatin1(code::kForeign));
    QCOMPARE(fileContent(m_path), before);
    QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files).size(), 1);
}

void tst_Recovery::refusesAPipe()
{
    const auto opened = openChecked(QStringLiteral("/dev/null"), profile());
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, QString::fromLatin1(code::kOpen));
}

QTEST_GUILESS_MAIN(tst_Recovery)
#include "tst_recovery.moc"
