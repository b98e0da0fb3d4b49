// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/storage/database.h>
#include <pyrolens/storage/lockfile.h>

#include <QTemporaryDir>
#include <QtTest>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace pyrolens;
using namespace pyrolens::storage;

class tst_LockFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_subject = m_folder->filePath(QStringLiteral("registry.db"));
        qputenv("XDG_RUNTIME_DIR", m_folder->path().toLocal8Bit());
    }

    void letsOneOwnerIn();
    void namesTheOwningProcess();
    void takesOverFromADeadProcess();
    void lockDiesWithAKilledProcess();
    void sameFileByAnotherPathIsTheSameLock();
    void followsNoLink();
    void usesAPrivateFolder();
    void ignoresAFolderOthersCanWrite();

private:
    QString lockPath() const
    {
        auto lock = LockFile::acquire(m_subject);
        return lock ? lock.value()->path() : QString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_subject;
};

void tst_LockFile::letsOneOwnerIn()
{
    auto first = LockFile::acquire(m_subject);
    QVERIFY(first);
    QVERIFY(!first.value()->tookOverStale());
    const auto second = LockFile::acquire(m_subject);
    QVERIFY(!second);
    QCOMPARE(second.error().code, QString::fromLatin1(code::kLocked));
    const QString path = first.value()->path();
    QVERIFY(QFile::exists(path));
    first.value().reset();
    QVERIFY(!QFile::exists(path));
    QVERIFY(LockFile::acquire(m_subject));
}

void tst_LockFile::namesTheOwningProcess()
{
    auto first = LockFile::acquire(m_subject);
    const auto second = LockFile::acquire(m_subject);
    QVERIFY(second.error().what.contains(u"process " + QString::number(::getpid())));
}

void tst_LockFile::takesOverFromADeadProcess()
{
    const QString path = lockPath();
    QFile left(path);
    QVERIFY(left.open(QIODevice::WriteOnly));
    left.write("999999999 12345\n");
    left.close();
    const auto lock = LockFile::acquire(m_subject);
    QVERIFY(lock);
    QVERIFY(lock.value()->tookOverStale());
    QVERIFY(left.open(QIODevice::ReadOnly));
    QVERIFY(left.readAll().startsWith(QByteArray::number(::getpid()).append(" ")));
}

void tst_LockFile::lockDiesWithAKilledProcess()
{
    int pipeEnds[2];
    QCOMPARE(::pipe(pipeEnds), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto held = LockFile::acquire(m_subject);
        const char verdict = held ? '+' : '-';
        if (::write(pipeEnds[1], &verdict, 1) == 1)
            ::pause();
        ::_exit(0);
    }
    char verdict = 0;
    QCOMPARE(::read(pipeEnds[0], &verdict, 1), ssize_t(1));
    QCOMPARE(verdict, '+');
    const auto refused = LockFile::acquire(m_subject);
    QVERIFY(!refused);
    QVERIFY(refused.error().what.contains(QString::number(child)));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const auto lock = LockFile::acquire(m_subject);
    QVERIFY(lock);
    QVERIFY(lock.value()->tookOverStale());
    ::close(pipeEnds[0]);
    ::close(pipeEnds[1]);
}

void tst_LockFile::sameFileByAnotherPathIsTheSameLock()
{
    QVERIFY(QFile::link(m_folder->path(), m_folder->filePath(QStringLiteral("again"))));
    auto first = LockFile::acquire(m_subject);
    QVERIFY(first);
    QVERIFY(!LockFile::acquire(m_folder->filePath(QStringLiteral("again/registry.db"))));
    QVERIFY(!LockFile::acquire(m_folder->filePath(QStringLiteral("./again/../registry.db"))));
}

void tst_LockFile::followsNoLink()
{
    const QString victim = m_folder->filePath(QStringLiteral("victim"));
    QFile file(victim);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("precious");
    file.close();
    QVERIFY(QFile::link(victim, lockPath()));
    QVERIFY(!LockFile::acquire(m_subject));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("precious"));
}

void tst_LockFile::usesAPrivateFolder()
{
    const auto folder = runtimeFolder();
    QVERIFY(folder);
    QCOMPARE(folder.value(), m_folder->path() + u"/pyrolens");
    struct stat info = {};
    QCOMPARE(::stat(folder.value().toLocal8Bit().constData(), &info), 0);
    QCOMPARE(info.st_mode & 0777, mode_t(0700));
}

void tst_LockFile::ignoresAFolderOthersCanWrite()
{
    const QString shared = m_folder->filePath(QStringLiteral("shared"));
    QVERIFY(QDir().mkdir(shared));
    QCOMPARE(::chmod(shared.toLocal8Bit().constData(), 01777), 0);
    qputenv("XDG_RUNTIME_DIR", shared.toLocal8Bit());
    qputenv("XDG_CACHE_HOME", m_folder->filePath(QStringLiteral("cache")).toLocal8Bit());
    const auto folder = runtimeFolder();
    QVERIFY(folder);
    QVERIFY(!folder.value().startsWith(shared));
    qunsetenv("XDG_CACHE_HOME");
}

QTEST_GUILESS_MAIN(tst_LockFile)
#include "tst_lockfile.moc"
