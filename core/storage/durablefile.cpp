// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "durablefile_p.h"

#include "sqliteerror_p.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace pyrolens::storage {

Status syncFolderOf(const QString &path)
{
    const QString folder = QFileInfo(path).absolutePath();
    const int descriptor = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return fileError(errno, u"open " + folder);
    // Some file systems refuse to sync a folder (EINVAL); there it is not needed.
    const int failed = ::fsync(descriptor) != 0 && errno != EINVAL ? errno : 0;
    ::close(descriptor);
    if (failed != 0)
        return fileError(failed, u"sync " + folder);
    return Done{};
}

Status renameDurably(const QString &from, const QString &to)
{
    if (std::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) != 0)
        return fileError(errno, u"rename " + from + u" to " + to);
    return syncFolderOf(to);
}

Status copyDurably(const QString &from, const QString &to)
{
    QFile source(from);
    if (!source.open(QIODevice::ReadOnly))
        return storageError(
            Error::Kind::Denied, "storage.open", u"open " + from + u": " + source.errorString());
    QSaveFile target(to);
    target.setDirectWriteFallback(false);
    bool good = target.open(QIODevice::WriteOnly);
    for (QByteArray block = source.read(1 << 20); good && !block.isEmpty(); block = source.read(1 << 20))
        good = target.write(block) == block.size();
    // commit() syncs the file before it renames it.
    if (!good || source.error() != QFileDevice::NoError || !target.commit())
        return storageError(
            Error::Kind::Protocol, "storage.io", u"write " + to + u": " + target.errorString());
    return syncFolderOf(to);
}

} // namespace pyrolens::storage
