// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "codestore.h"

#include "codestorefiles_p.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>

namespace pyrolens {

namespace {

Error unknownCode(const QByteArray &sha256)
{
    return Error{Error::Kind::Usage,
        QStringLiteral("no code with the hash %1 is stored").arg(QString::fromLatin1(sha256.left(64))),
        QStringLiteral("mobile.no-module"), -1, nullptr};
}

} // namespace

QString CodeStore::defaultFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + QLatin1String("/pyrolens/code");
}

CodeStore::CodeStore(QString folder, CodeStoreLimits limits)
    : m_folder(std::move(folder)), m_limits(limits), m_entries(codefiles::readEntries(m_folder, m_limits))
{
    qRegisterMetaType<pyrolens::CodeEntry>();
    for (const CodeEntry &entry : m_entries)
        m_bytes += entry.size;
}

Result<std::shared_ptr<CodeStore>> CodeStore::open(const QString &folder, CodeStoreLimits limits)
{
    const bool isNew = !QFileInfo::exists(folder);
    if (folder.isEmpty() || !QDir().mkpath(folder) || !QFileInfo(folder).isWritable())
        return Error::usage(
            QStringLiteral("'%1' is no folder that received code can be kept in").arg(folder));
    if (isNew)
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return std::shared_ptr<CodeStore>(new CodeStore(QFileInfo(folder).canonicalFilePath(), limits));
}

CodeEntry *CodeStore::find(const QByteArray &sha256)
{
    const auto found = std::ranges::find(m_entries, sha256, &CodeEntry::sha256);
    return found == m_entries.end() ? nullptr : &*found;
}

const CodeEntry *CodeStore::find(const QByteArray &sha256) const
{
    const auto found = std::ranges::find(m_entries, sha256, &CodeEntry::sha256);
    return found == m_entries.end() ? nullptr : &*found;
}

std::vector<CodeEntry> CodeStore::entries() const
{
    const std::scoped_lock lock(m_mutex);
    return m_entries;
}

std::optional<CodeEntry> CodeStore::entry(const QByteArray &sha256) const
{
    const std::scoped_lock lock(m_mutex);
    const CodeEntry *found = find(sha256);
    return found ? std::optional(*found) : std::nullopt;
}

Result<QByteArray> CodeStore::code(const QByteArray &sha256) const
{
    const std::scoped_lock lock(m_mutex);
    const CodeEntry *found = find(sha256);
    if (!found)
        return unknownCode(sha256);
    QFile file(codefiles::codePath(m_folder, sha256));
    if (!file.open(QIODevice::ReadOnly))
        return Error::usage(QStringLiteral("cannot read %1: %2").arg(file.fileName(), file.errorString()));
    QByteArray code = file.read(found->size + 1);
    if (codefiles::hashOf(code) != sha256) {
        return Error::protocol(
            QStringLiteral("%1 is not what was received: it was changed or damaged").arg(file.fileName()),
            QStringLiteral("mobile.damaged"));
    }
    return code;
}

Status CodeStore::remove(const QByteArray &sha256)
{
    {
        const std::scoped_lock lock(m_mutex);
        const CodeEntry *found = find(sha256);
        if (!found)
            return unknownCode(sha256);
        // The note first: code without one is not looked at again.
        for (const QString &path :
            {codefiles::notePath(m_folder, sha256), codefiles::codePath(m_folder, sha256)}) {
            QFile file(path);
            if (file.exists() && !file.remove())
                return Error::usage(QStringLiteral("cannot delete %1: %2").arg(path, file.errorString()));
        }
        m_bytes -= found->size;
        m_entries.erase(m_entries.begin() + (found - m_entries.data()));
    }
    Q_EMIT removed(sha256);
    return Done{};
}

Status CodeStore::makeRoom(qint64 size) const
{
    if (qsizetype(m_entries.size()) < m_limits.maxEntries && m_bytes + size <= m_limits.maxBytes)
        return Done{};
    return Error::limit(QStringLiteral("the store of received code is full (%1 pieces, %2 bytes)")
                            .arg(m_entries.size())
                            .arg(m_bytes),
        QStringLiteral("mobile.store-full"));
}

Status CodeStore::receive(const CodeTransfer &transfer)
{
    const QByteArray sha256 = codefiles::hashOf(transfer.code);
    const CodeOrigin origin{transfer.module, transfer.peer, QDateTime::currentDateTimeUtc()};
    CodeEntry changed;
    bool isNew = false;
    {
        const std::scoped_lock lock(m_mutex);
        CodeEntry *known = find(sha256);
        isNew = known == nullptr;
        if (known) {
            changed = *known;
        } else {
            if (const Status room = makeRoom(transfer.code.size()); !room)
                return room;
            changed.sha256 = sha256;
            changed.size = transfer.code.size();
            changed.kind = codeKind(transfer.code);
            changed.version = byteCodeVersion(transfer.code);
            const Status written = codefiles::writeFile(codefiles::codePath(m_folder, sha256), transfer.code);
            if (!written)
                return written;
        }
        changed.origins.push_back(origin);
        if (qsizetype(changed.origins.size()) > m_limits.maxOrigins)
            changed.origins.erase(changed.origins.begin());
        // The note last: it is what makes the code known after a crash.
        const Status noted
            = codefiles::writeFile(codefiles::notePath(m_folder, sha256), codefiles::toNote(changed));
        if (!noted)
            return noted;
        if (known) {
            *known = changed;
        } else {
            m_bytes += changed.size;
            m_entries.push_back(changed);
        }
    }
    Q_EMIT received(changed, isNew);
    return Done{};
}

void CodeStore::failed(const CodeTransfer &transfer, const Error &error)
{
    Q_EMIT refused(transfer.module, transfer.peer, error.what);
}

void CodeStore::handedOut(const CodeTransfer &transfer)
{
    Q_EMIT sent(transfer.module, transfer.code.size(), transfer.peer);
}

} // namespace pyrolens
