// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/faultvfs.h"

#include <pyrolens/storage/database.h>

#include <QTemporaryDir>
#include <QtTest>

#include <sqlite3.h>

using namespace pyrolens;
using namespace pyrolens::storage;

class tst_Database : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QVERIFY(m_folder.isValid());
        m_path = m_folder.filePath(QStringLiteral("%1.db").arg(++m_count));
        faultvfs::heal();
    }
    void cleanup() { faultvfs::heal(); }

    void keepsWhatWasCommitted();
    void rollsBackAFailedTransaction();
    void setsTheModesOfTheRules();
    void letsOnlyOneOpenerIn();
    void keepsEmptyTextApartFromNull();
    void refusesDoubleQuotedStrings();
    void reportsAFailingWrite_data();
    void reportsAFailingWrite();
    void reportsWhatCannotBeOpened_data();
    void reportsWhatCannotBeOpened();
    void refusesAnOversizedCell();

private:
    std::unique_ptr<Database> make(QByteArray vfs = {})
    {
        auto database = Database::open(m_path, {.readOnly = false, .vfs = std::move(vfs)});
        if (!database)
            qFatal("%s", qPrintable(database.error().what));
        auto made = std::move(database).value();
        if (!made->execute("CREATE TABLE IF NOT EXISTS t(k TEXT PRIMARY KEY, v BLOB)"))
            qFatal("no table");
        return made;
    }
    static Status put(Database &database, QByteArrayView key, QByteArrayView value)
    {
        auto statement = database.prepare("INSERT INTO t VALUES(?, ?)");
        if (!statement)
            return statement.error();
        return statement.value().bindText(1, key).bindBlob(2, value).run();
    }

    QTemporaryDir m_folder;
    QString m_path;
    int m_count = 0;
};

void tst_Database::keepsWhatWasCommitted()
{
    {
        auto database = make();
        QVERIFY(database->transaction([&] { return put(*database, "a", QByteArray(3, '\0')); }));
        QVERIFY(database->transaction([&] { return put(*database, "b", "xyz"); }));
    }
    auto database = make();
    auto rows = database->prepare("SELECT k, v FROM t ORDER BY k");
    QVERIFY(rows);
    QVERIFY(rows.value().step().valueOr(false));
    QCOMPARE(rows.value().bytes(0), QByteArray("a"));
    QCOMPARE(rows.value().bytes(1), QByteArray(3, '\0'));
    QVERIFY(rows.value().step().valueOr(false));
    QCOMPARE(rows.value().bytes(1), QByteArray("xyz"));
    QVERIFY(!rows.value().step().valueOr(true));
}

void tst_Database::rollsBackAFailedTransaction()
{
    auto database = make();
    const Status status = database->transaction([&]() -> Status {
        if (Status first = put(*database, "a", "1"); !first)
            return first;
        return put(*database, "a", "again"); // the key is taken
    });
    QVERIFY(!status);
    QCOMPARE(database->integer("SELECT count(*) FROM t").valueOr(-1), 0);
    QVERIFY(database->transaction([&] { return put(*database, "a", "1"); }));
}

void tst_Database::setsTheModesOfTheRules()
{
    auto database = make();
    auto text = [&](const char *pragma) {
        auto statement = database->prepare(pragma);
        return statement && statement.value().step().valueOr(false) ? statement.value().bytes(0)
                                                                    : QByteArray();
    };
    QCOMPARE(text("PRAGMA journal_mode"), QByteArray("wal"));
    QCOMPARE(text("PRAGMA synchronous"), QByteArray("2")); // FULL
    QCOMPARE(text("PRAGMA foreign_keys"), QByteArray("1"));
    QCOMPARE(text("PRAGMA trusted_schema"), QByteArray("0"));
    QCOMPARE(text("PRAGMA locking_mode"), QByteArray("exclusive"));
}

void tst_Database::letsOnlyOneOpenerIn()
{
    auto database = make();
    auto second = Database::open(m_path);
    QVERIFY(!second);
    QCOMPARE(second.error().code, QString::fromLatin1(code::kLocked));
    QCOMPARE(second.error().kind, Error::Kind::Denied);
    database.reset();
    QVERIFY(Database::open(m_path));
}

void tst_Database::keepsEmptyTextApartFromNull()
{
    auto database = make();
    QVERIFY(put(*database, "", {}));
    auto row = database->prepare("SELECT k, v, NULL FROM t");
    QVERIFY(row.value().step().valueOr(false));
    QVERIFY(!row.value().isNull(0));
    QVERIFY(!row.value().isNull(1));
    QVERIFY(row.value().isNull(2));
}

void tst_Database::refusesDoubleQuotedStrings()
{
    QVERIFY(!make()->execute("SELECT \"not a column\" FROM t"));
}

void tst_Database::reportsAFailingWrite_data()
{
    QTest::addColumn<int>("sqliteCode");
    QTest::addColumn<QString>("code");
    QTest::newRow("full") << SQLITE_FULL << QString::fromLatin1(code::kFull);
    QTest::newRow("io") << SQLITE_IOERR_WRITE << QString::fromLatin1(code::kIo);
    QTest::newRow("read-only") << SQLITE_READONLY << QString::fromLatin1(code::kReadOnly);
}

void tst_Database::reportsAFailingWrite()
{
    QFETCH(int, sqliteCode);
    QFETCH(QString, code);
    auto database = make(faultvfs::name());
    QVERIFY(database->transaction([&] { return put(*database, "old", "1"); }));
    // Every write and sync of a transaction in turn, until one passes untouched.
    bool passed = false;
    for (int after = 0; !passed && after < 50; ++after) {
        const QByteArray key = QByteArray::number(after);
        faultvfs::failWrites(after, sqliteCode);
        const Status status
            = database->transaction([&] { return put(*database, key, QByteArray(9000, 'x')); });
        passed = status.isOk();
        faultvfs::heal();
        if (!passed) {
            QCOMPARE(status.error().code, code);
            QCOMPARE(database->integer("SELECT count(*) FROM t").valueOr(-1), 1);
        } else {
            QVERIFY(after > 1);
        }
    }
    QVERIFY(passed);
    QCOMPARE(database->integer("SELECT count(*) FROM t WHERE k = 'old'").valueOr(-1), 1);
}

void tst_Database::reportsWhatCannotBeOpened_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("no-folder") << QStringLiteral("missing/x.db");
    QTest::newRow("folder") << QStringLiteral(".");
}

void tst_Database::reportsWhatCannotBeOpened()
{
    QFETCH(QString, path);
    const auto database = Database::open(m_folder.filePath(path));
    QVERIFY(!database);
    QCOMPARE(database.error().code, QString::fromLatin1(code::kOpen));
}

void tst_Database::refusesAnOversizedCell()
{
    auto database = make();
    const Status status = put(*database, "big", QByteArray(17 * 1024 * 1024, 'x'));
    QVERIFY(!status);
    QVERIFY(put(*database, "small", "x"));
}

QTEST_GUILESS_MAIN(tst_Database)
#include "tst_database.moc"
