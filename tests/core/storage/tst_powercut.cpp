// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/faultvfs.h"

#include <pyrolens/storage/checkedopen.h>

#include <QTemporaryDir>
#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::storage;

namespace {

DatabaseProfile profile()
{
    DatabaseProfile made;
    made.applicationId = 0x50795432;
    made.migrations = {{1, "CREATE TABLE cut_rows(k INTEGER PRIMARY KEY, v BLOB NOT NULL)"}};
    made.marker = "cut_rows";
    return made;
}

Status put(Database &database, qint64 key)
{
    return database.transaction([&]() -> Status {
        auto insert = database.prepare("INSERT INTO cut_rows VALUES(?, ?)");
        if (!insert)
            return insert.error();
        return insert.value().bind(1, key).bindBlob(2, QByteArray(300, char('a' + key % 26))).run();
    });
}

} // namespace

class tst_PowerCut : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { faultvfs::heal(); }
    void keepsEveryCommitThatReturned();
};

// 200 cuts, each at a later write or sync than the one before. A commit that returned must be there; the one
// that the cut interrupted may be there or not, but whole.
void tst_PowerCut::keepsEveryCommitThatReturned()
{
    // The power is cut in the VFS, not on the disk: memory will do, and is quick to sync.
    const QString memory = QStringLiteral("/dev/shm");
    QTemporaryDir folder(QFileInfo(memory).isWritable() ? QString(memory + u"/cut-XXXXXX")
                                                        : QDir::tempPath() + u"/cut-XXXXXX");
    QVERIFY(folder.isValid());
    int mostCommitted = 0;
    for (int cut = 0; cut < 200; ++cut) {
        const QString path = folder.filePath(QStringLiteral("%1.db").arg(cut));
        {
            auto made = openChecked(path, profile(), {.readOnly = false, .vfs = faultvfs::name()});
            QVERIFY(made);
        }
        faultvfs::cutPower(cut, quint32(cut) + 1);
        int committed = 0;
        {
            auto opened = openChecked(path, profile(), {.readOnly = false, .vfs = faultvfs::name()});
            if (opened) {
                while (committed < 500 && put(*opened->database, committed))
                    ++committed;
            }
            QVERIFY2(faultvfs::isPowerCut(), opened ? "opened" : qPrintable(opened.error().what));
        }
        faultvfs::settle();
        faultvfs::heal();
        const auto opened = openChecked(path, profile());
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().what));
        QVERIFY2(opened->damage.isEmpty(), qPrintable(opened->damage));
        const qint64 found = opened->database->integer("SELECT count(*) FROM cut_rows").valueOr(-1);
        QVERIFY2(found == committed || found == committed + 1,
            qPrintable(QStringLiteral("cut %1: %2 of %3").arg(cut).arg(found).arg(committed)));
        QCOMPARE(opened->database
                     ->integer("SELECT count(*) FROM cut_rows WHERE length(v) IS NOT 300 "
                               "OR ltrim(v, char(97 + k % 26)) IS NOT ''")
                     .valueOr(-1),
            0);
        mostCommitted = qMax(mostCommitted, committed);
    }
    QVERIFY(mostCommitted > 20);
}

QTEST_GUILESS_MAIN(tst_PowerCut)
#include "tst_powercut.moc"
