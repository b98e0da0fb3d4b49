// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "lockfile.h"

#include "database.h"
#include "sqliteerror_p.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace pyrolens::storage {

namespace {

/// Start of a process in clock ticks since boot: tells a process from a later one with the same number.
/// Source: proc(5), /proc/pid/stat, field 22.
QByteArray startTime(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray stat = file.readAll();
    // The second field, the program's name in brackets, may hold spaces and brackets itself.
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 2).split(' ');
    return fields.value(19);
}

QByteArray ownMark()
{
    return QByteArray::number(qint64(::getpid())) + ' ' + startTime(::getpid()) + '\n';
}

/// The process that wrote the mark, if it still runs; else 0.
qint64 livingOwner(const QByteArray &mark)
{
    const QList<QByteArray> parts = mark.trimmed().split(' ');
    bool isNumber = false;
    const qint64 pid = parts.value(0).toLongLong(&isNumber);
    if (!isNumber || pid <= 0 || pid == qint64(::getpid()))
        return 0;
    if (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH)
        return 0;
    const QByteArray start = startTime(pid);
    return start.isEmpty() || start == parts.value(1) ? pid : 0;
}

bool isPrivateFolder(const QString &path)
{
    struct stat info = {};
    if (::lstat(QFile::encodeName(path).constData(), &info) != 0)
        return false;
    return S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() && (info.st_mode & 077) == 0;
}

bool makePrivateFolder(const QString &path)
{
    ::mkdir(QFile::encodeName(path).constData(), 0700);
    return isPrivateFolder(path);
}

bool isSameFile(int descriptor, const QByteArray &path)
{
    struct stat open = {};
    struct stat named = {};
    return ::fstat(descriptor, &open) == 0 && ::lstat(path.constData(), &named) == 0
        && open.st_ino == named.st_ino && open.st_dev == named.st_dev && open.st_nlink == 1
        && S_ISREG(open.st_mode) && open.st_uid == ::geteuid();
}

QByteArray readMark(int descriptor)
{
    char buffer[64];
    const ssize_t size = ::pread(descriptor, buffer, sizeof buffer, 0);
    return size > 0 ? QByteArray(buffer, size) : QByteArray();
}

Error heldBy(const QString &subject, const QByteArray &mark)
{
    const QByteArray pid = mark.trimmed().split(' ').value(0);
    const QString who
        = pid.isEmpty() ? QStringLiteral("another process") : u"process " + QString::fromLatin1(pid);
    return storageError(Error::Kind::Denied, code::kLocked, subject + u" is in use by " + who);
}

} // namespace

Result<QString> runtimeFolder()
{
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (runtime.startsWith(u'/') && isPrivateFolder(runtime)) {
        const QString folder = runtime + u"/pyrolens";
        if (makePrivateFolder(folder))
            return folder;
    }
    const QString cache = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation);
    const QString folder = cache + u"/pyrolens-run";
    ::mkdir(QFile::encodeName(cache).constData(), 0700);
    if (makePrivateFolder(folder))
        return folder;
    return storageError(
        Error::Kind::Denied, code::kOpen, u"no private folder for lock files: tried " + folder);
}

Result<std::unique_ptr<LockFile>> LockFile::acquire(const QString &subject, const QString &folder)
{
    Result<QString> place = folder.isEmpty() ? runtimeFolder() : Result<QString>(folder);
    if (!place)
        return place.error();
    // The file itself may not exist yet, its folder does.
    const QFileInfo info(subject);
    const QString canonicalFolder = QFileInfo(info.absolutePath()).canonicalFilePath();
    const QString full = info.exists() ? info.canonicalFilePath() : canonicalFolder + u'/' + info.fileName();
    const QByteArray digest
        = QCryptographicHash::hash(full.toUtf8(), QCryptographicHash::Sha256).toHex().left(32);
    const QString path = place.value() + u'/' + QString::fromLatin1(digest) + u".lock";
    const QByteArray name = QFile::encodeName(path);

    // A second round is needed when an owner removes the file between our opening and locking it.
    for (int round = 0; round < 100; ++round) {
        int descriptor = ::open(name.constData(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        const bool existed = descriptor < 0 && errno == EEXIST;
        if (existed)
            descriptor = ::open(name.constData(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
        if (descriptor < 0 && existed && errno == ENOENT)
            continue;
        if (descriptor < 0)
            return fileError(errno, u"lock file " + path);
        std::unique_ptr<LockFile> lock(new LockFile({}, descriptor, existed));
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
            return heldBy(subject, readMark(descriptor));
        if (!isSameFile(descriptor, name))
            continue;
        const QByteArray before = readMark(descriptor);
        // Locked by us, yet its owner runs: a file system whose locks do not work.
        if (existed && livingOwner(before) != 0)
            return heldBy(subject, before);
        const QByteArray mark = ownMark();
        if (::ftruncate(descriptor, 0) != 0
            || ::pwrite(descriptor, mark.constData(), size_t(mark.size()), 0) < 0)
            return fileError(errno, u"lock file " + path);
        lock->m_path = path;
        return lock;
    }
    return storageError(
        Error::Kind::Denied, code::kLocked, subject + u": its lock file keeps changing hands");
}

LockFile::~LockFile()
{
    // Removed while still locked, so that nobody locks a file that is about to vanish unnoticed (see
    // isSameFile).
    if (!m_path.isEmpty())
        ::unlink(QFile::encodeName(m_path).constData());
    ::close(m_descriptor);
}

} // namespace pyrolens::storage
