// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/wire/mobilecode.h>

#include <QDateTime>
#include <QObject>

#include <mutex>
#include <vector>

namespace pyrolens {

/// Limits of a store. Each member is a setting.
struct CodeStoreLimits
{
    int maxEntries = 1'000;
    qint64 maxBytes = 64 * 1024 * 1024; ///< of all code together
    int maxOrigins = 100;               ///< kept for one piece of code; older ones go
};

/// From where, under which name and when a piece of code came.
struct CodeOrigin
{
    QString module;
    QString peer; ///< "host:port"
    QDateTime time;
};

/// One piece of received code, known by its hash.
struct CodeEntry
{
    QByteArray sha256; ///< 64 hex digits
    qint64 size = 0;
    CodeKind kind = CodeKind::Source;
    QString version;                 ///< "Python 2.7" for byte code of a known one
    std::vector<CodeOrigin> origins; ///< oldest first, never empty

    QString module() const { return origins.back().module; } ///< the latest name
};

/// Keeps received code in a folder: `<sha256>.code` as it came, `<sha256>.json` beside it with what is known
/// of it. Nothing is ever run, and the names invite nothing else to do so. The same code from another peer
/// becomes one more origin.
///
/// Thread-safe; signals are emitted in the thread that received, so connect them to an object of the
/// receiver's thread. A model reads entries() once and then follows the signals.
class CodeStore final : public QObject, public CodeSink
{
    Q_OBJECT

public:
    /// Makes the folder (for its owner only) when it is not there and reads what it holds; entries that are
    /// damaged are left out and left alone. \return Usage when the folder cannot be used.
    static Result<std::shared_ptr<CodeStore>> open(const QString &folder, CodeStoreLimits limits);
    static Result<std::shared_ptr<CodeStore>> open(const QString &folder) { return open(folder, {}); }
    /// Where programs of this user keep it: `<data>/pyrolens/code`.
    static QString defaultFolder();

    const QString &folder() const { return m_folder; }
    std::vector<CodeEntry> entries() const; ///< oldest first
    std::optional<CodeEntry> entry(const QByteArray &sha256) const;
    /// The code as it came. \return Usage "mobile.no-module", Protocol "mobile.damaged" when the file has
    /// another hash by now.
    Result<QByteArray> code(const QByteArray &sha256) const;
    /// Forgets a piece of code and deletes its files.
    Status remove(const QByteArray &sha256);

    /// \return Limit "mobile.store-full", or Usage when the disk says no.
    Status receive(const CodeTransfer &transfer) override;
    void failed(const CodeTransfer &transfer, const Error &error) override;
    void handedOut(const CodeTransfer &transfer) override;

Q_SIGNALS:
    void received(const pyrolens::CodeEntry &entry, bool isNew);
    void removed(const QByteArray &sha256);
    /// A module was supplied to a peer or fetched by one. Nothing of it is stored.
    void sent(const QString &module, qint64 size, const QString &peer);
    void refused(const QString &module, const QString &peer, const QString &reason);

private:
    CodeStore(QString folder, CodeStoreLimits limits);
    CodeEntry *find(const QByteArray &sha256);
    const CodeEntry *find(const QByteArray &sha256) const;
    Status makeRoom(qint64 size) const;

    const QString m_folder;
    const CodeStoreLimits m_limits;
    mutable std::mutex m_mutex; ///< guards the rest, and the files
    std::vector<CodeEntry> m_entries;
    qint64 m_bytes = 0;
};

} // namespace pyrolens

Q_DECLARE_METATYPE(pyrolens::CodeEntry)
