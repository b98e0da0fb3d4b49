// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "flattable.h"
#include "nametree.h"

#include <pyrolens/storage/checkedopen.h>
#include <pyrolens/storage/lockfile.h>

#include <memory>
#include <optional>

namespace pyrolens::naming {

/// One change as the store writes it.
struct StoreChange
{
    enum class Kind : quint8 {
        Put,        ///< a whole row; replaces an older one
        RemoveLeaf, ///< the row of `path`
        RemoveTree, ///< and of everything below it
        Fact,       ///< a named value outside the tree: `path` = key, `uri` = value
        NoFact,     ///< forgets one: `path` = key
        PutFlat,    ///< an entry of the flat space: `path` = name, `uri`, `names` = its tags
        RemoveFlat, ///< those in `names` of the flat space
    };
    Kind kind = Kind::Put;
    QByteArray path;
    bool isGroup = false;
    QByteArray uri;
    double timestamp = 0;
    QByteArray systemMeta;
    QByteArray userMeta;
    QByteArrayList names;
};

/// Both name spaces on disk: one row per name in one SQLite file. Every row carries a sum over its columns,
/// since SQLite itself does not notice a flipped bit in a text. One thread at a time; holds the registry's
/// lock file.
class RegistryStore
{
public:
    /// Opens or makes the file and loads everything into `tree` and `flat`, which must be empty. A damaged
    /// file is set aside and the last good backup loaded. \param vfs SQLite VFS by name, for tests.
    static Result<std::unique_ptr<RegistryStore>> open(
        const QString &path, const QByteArray &vfs, NameTree &tree, FlatTable &flat);

    QByteArray fact(const QByteArray &key); ///< empty = none
    /// All whose key begins so, keys without the prefix.
    std::vector<std::pair<QByteArray, QByteArray>> facts(const QByteArray &prefix);
    /// All of them or none; Ok means durable.
    Status commit(const std::vector<StoreChange> &changes);
    Status backup();

    QString message() const { return m_opened.message(); } ///< what was damaged and lost; empty = nothing
    bool wasUnclean() const { return m_opened.wasUnclean || m_lock->tookOverStale(); }

private:
    RegistryStore() = default;
    Status prepare();
    Status apply(const StoreChange &change);

    // In this order: statements go before their database, the lock after all.
    std::unique_ptr<storage::LockFile> m_lock;
    storage::CheckedOpen m_opened;
    std::optional<storage::Statement> m_put;
    std::optional<storage::Statement> m_remove;
    std::optional<storage::Statement> m_removeBelow;
    std::optional<storage::Statement> m_putFlat;
    std::optional<storage::Statement> m_removeFlat;
    std::optional<storage::Statement> m_putFact;
    std::optional<storage::Statement> m_removeFact;
};

} // namespace pyrolens::naming
