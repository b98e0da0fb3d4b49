// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/naming/registry.h>

#include <QElapsedTimer>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::naming;

/// What was acknowledged stays: a process that registers as fast as it can is killed at random moments.
/// PYROLENS_KILL_ROUNDS sets the number of rounds (20; 500 before a release).
class tst_Kill : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryAcknowledgedName();
    void survivesAFullDisk();
};

void tst_Kill::keepsEveryAcknowledgedName()
{
    bool isNumber = false;
    const int asked = qEnvironmentVariableIntValue("PYROLENS_KILL_ROUNDS", &isNumber);
    const int rounds = isNumber ? asked : 20;
    QTemporaryDir folder;
    qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
    const QString path = folder.filePath(QStringLiteral("names.db"));
    QSet<QByteArray> present; // acknowledged
    QSet<QByteArray> unsure;  // a removal was under way
    int registered = 0;
    for (int round = 0; round < rounds; ++round) {
        QProcess child;
        child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        child.start(
            QStringLiteral(PYROLENS_BIN_DIR "/naming_killtarget"), {path, QStringLiteral("r%1").arg(round)});
        QVERIFY(child.waitForStarted());
        QVERIFY(child.waitForReadyRead(5'000));
        const QDeadlineTimer moment(QRandomGenerator::global()->bounded(5, 100));
        while (!moment.hasExpired())
            child.waitForReadyRead(int(qMax<qint64>(1, moment.remainingTime())));
        child.kill();
        QVERIFY(child.waitForFinished());
        QCOMPARE(child.exitStatus(), QProcess::CrashExit);
        QByteArrayList lines = child.readAllStandardOutput().split('\n');
        QVERIFY(lines.takeFirst().startsWith("ready "));
        for (const QByteArray &line : std::as_const(lines)) {
            const QByteArray name = line.mid(1);
            if (line.startsWith('+')) {
                present.insert(name);
                ++registered;
            } else if (line.startsWith('?')) {
                present.remove(name);
                unsure.insert(name);
            } else if (line.startsWith('-')) {
                unsure.remove(name);
            }
        }

        QElapsedTimer start;
        start.start();
        Registry registry;
        QVERIFY(registry.openStore(path));
        QVERIFY(start.elapsed() < 2'000);
        QVERIFY2(registry.storeMessage().isEmpty(), qPrintable(registry.storeMessage()));
        QSet<QByteArray> found;
        registry.visit([&](const QByteArray &name, QByteArrayView uri, bool isGroup) {
            if (isGroup)
                return;
            const QByteArray part = name.mid(int(strlen(":Default.")));
            found.insert(part);
            // No half entries.
            QCOMPARE(uri.toByteArray(), "PYRO://127.0.0.1:7766/" + part);
        });
        registry.flat().visit({}, [&](const QByteArray &name, const FlatEntry &entry) {
            found.insert(name);
            QCOMPARE(entry.uri, "PYRO://127.0.0.1:7766/" + name);
            QCOMPARE(entry.tags, normalisedTags({"tag", name}));
        });
        QVERIFY(!QTest::currentTestFailed());
        QVERIFY2((present - found).isEmpty(),
            qPrintable(QStringLiteral("round %1: lost %2 names").arg(round).arg((present - found).size())));
        // At most the two that were under way may be there without an acknowledgement, or the removed ones.
        const QSet<QByteArray> more = found - present - unsure;
        QVERIFY2(
            more.size() <= 2, qPrintable(QStringLiteral("round %1: %2 more").arg(round).arg(more.size())));
        present = found;
        unsure.clear();
    }
    QVERIFY(registered > rounds);
    qInfo("%d rounds, %d names acknowledged", rounds, registered);
}

// A file system of 256 KiB, in a mount namespace of its own, is filled to the brim; when a little
// space has come back the registry is opened again.
void tst_Kill::survivesAFullDisk()
{
    QTemporaryDir folder;
    QTemporaryDir runtime; // the lock file lies elsewhere, as it does in life
    const QString script
        = QStringLiteral("mount -t tmpfs -o size=256k tmpfs '%1' || exit 99\n"
                         "export XDG_RUNTIME_DIR='%3'\n"
                         "head -c 32768 /dev/zero > '%1/ballast'\n"
                         "'%2' '%1/names.db' first; echo \"exit $?\"\n"
                         "rm '%1/ballast'\n"
                         "'%2' '%1/names.db' second; echo \"exit $?\"\n")
              .arg(folder.path(), QStringLiteral(PYROLENS_BIN_DIR "/naming_killtarget"), runtime.path());
    QProcess shell;
    shell.start(QStringLiteral("unshare"),
        {QStringLiteral("-m"), QStringLiteral("sh"), QStringLiteral("-c"), script});
    if (!shell.waitForStarted() || !shell.waitForFinished(50'000) || shell.exitCode() != 0)
        QSKIP("no private mount namespace here");
    const QByteArrayList lines = shell.readAllStandardOutput().split('\n');
    const qsizetype end = lines.indexOf("exit 4"); // a change could not be stored
    QVERIFY2(end > 0, lines.join('\n').constData());
    const QByteArrayList first = lines.first(end);
    const auto counted = [&](char sign) {
        return std::count_if(
            first.begin(), first.end(), [sign](const QByteArray &line) { return line.startsWith(sign); });
    };
    const auto stored = counted('+') - counted('-');
    QVERIFY2(
        stored > 100, qPrintable(QString::number(stored))); // more than the WAL alone would have room for
    const QByteArray ready = lines.value(end + 1);
    QVERIFY2(ready.startsWith("ready "), lines.mid(end).join('\n').constData());
    // Both default groups, what was acknowledged, and at most the changes of two threads that were under way.
    const qint64 found = ready.mid(6).toLongLong() - 2;
    QVERIFY2(qAbs(found - stored) <= 2, qPrintable(QStringLiteral("%1 of %2").arg(found).arg(stored)));
}

QTEST_GUILESS_MAIN(tst_Kill)
#include "tst_kill.moc"
