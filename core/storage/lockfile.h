// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <QString>

#include <memory>

namespace pyrolens::storage {

/// Makes sure that one process at a time owns a registry, and tells the others who does.
///
/// The file lies in a folder of this user's with mode 0700 (see runtimeFolder()), never in a shared one, is
/// opened without following links, and holds the owner's process id and start time. What really excludes is
/// the kernel's lock on it (flock), which dies with the process; a file left behind by a crash is recognised
/// as stale and taken over.
class LockFile
{
public:
    /// Takes the lock for `subject` (a path; made absolute, links resolved).
    /// \param folder where the lock file lies; empty = runtimeFolder().
    /// \return Denied `storage.locked` naming the owner's process, or why the file cannot be made.
    static Result<std::unique_ptr<LockFile>> acquire(const QString &subject, const QString &folder = {});
    ~LockFile(); ///< releases and removes the file
    LockFile(const LockFile &) = delete;
    LockFile &operator=(const LockFile &) = delete;

    QString path() const { return m_path; }
    bool tookOverStale() const { return m_tookOver; } ///< the owner before died without releasing it

private:
    LockFile(QString path, int descriptor, bool tookOver)
        : m_path(std::move(path)), m_descriptor(descriptor), m_tookOver(tookOver)
    { }

    QString m_path;
    int m_descriptor = -1;
    bool m_tookOver = false;
};

/// $XDG_RUNTIME_DIR/pyrolens when that is a private folder of this user's, else the same in the user's cache
/// folder; made with mode 0700 when missing.
Result<QString> runtimeFolder();

} // namespace pyrolens::storage
