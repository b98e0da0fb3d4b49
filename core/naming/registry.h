// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "flatregistry.h"
#include "names.h"
#include "nametree.h"

#include <pyrolens/base/result.h>

#include <QByteArray>
#include <QHash>
#include <QString>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace pyrolens::naming {

class CommitQueue;
struct PendingChange;
struct StoreChange;
struct Undo;

/// One entry with all that belongs to it, outside of the tree.
struct NameRow
{
    QByteArray path;
    bool isGroup = false;
    QByteArray uri;
    double timestamp = 0;
    QByteArray systemMeta; ///< pickle; empty = the natural one
    QByteArray userMeta;   ///< pickle; empty = None
};

/// A change as a twin is told of it: the remote method that repeats it there.
struct PassedChange
{
    const char *method = nullptr; ///< null = not to be passed on
    QByteArray path;
    QByteArray payload; ///< URI text or pickle, by the method
    quint64 sequence = 0;
};

/// A registry at one moment, for a twin.
struct RegistrySnapshot
{
    quint64 sequence = 0;            ///< of the newest change in it
    QByteArray base;                 ///< see Registry::setBase()
    std::vector<NameRow> rows;       ///< the root first, parents before children, the own entry left out
    QHash<QByteArray, bool> journal; ///< see Registry::journal
};

/// Limits and habits of a registry. Plain data.
struct RegistrySettings
{
    /// Groups and objects, without the three entries that are always there. The flat space may have as many.
    int maxNames = 200'000;
    int maxNameBytes = 1'024; ///< of a full name
    int maxUriBytes = 4 * 1'024;
    int maxMetaBytes = 64 * 1'024; ///< of one entry's meta information, pickled; user's and system's each
    qint64 maxTotalBytes = 256 * 1'024 * 1'024; ///< of all names, URIs and meta information
    QByteArray defaultGroup = kDefaultGroup;    ///< where relative names go
    std::chrono::milliseconds backupInterval = std::chrono::minutes(10); ///< while something changed
};

/// The names of a name server, thread-safe, in memory, optionally written through to a file: the tree of
/// generation 3, and beside it the flat space of 4 and 5, see flat().
///
/// A change is checked and visible at once. Without a file that is all (Applied::Durable). With one it is
/// queued for the one writer thread, which commits what has gathered in one transaction; `done` is called
/// there when the commit has returned, and only then may a reply go out. When a commit fails, everything not
/// yet durable is taken back and reported.
///
/// Names are those of generation 3, relative ones go to the default group. Errors are NamingErrors with the
/// arguments of the original's in-memory server; below a leaf everything is "not found". Source: Pyro 3.16,
/// naming.py, NameServer.
class Registry
{
public:
    using Applied = naming::Applied;
    using Change = naming::Change;
    using Completion = naming::Completion;

    explicit Registry(RegistrySettings settings = {});
    ~Registry(); ///< waits until everything is written
    const RegistrySettings &settings() const { return m_settings; }
    Registry(const Registry &) = delete;
    Registry &operator=(const Registry &) = delete;

    /// Loads a SQLite file (made when missing) and writes through to it from now on. Before any other use.
    Status openStore(const QString &path, const QByteArray &vfs = {});
    QString storeMessage() const; ///< what openStore() found damaged and lost; empty = nothing
    /// Told on the writer's thread when a commit fails (the error) and when the first one works again (Ok).
    /// Before openStore().
    void setAlarm(std::function<void(const Status &)> alarm) { m_alarm = std::move(alarm); }
    /// Told after each change, on the thread that made it. Before any other use.
    void setObserver(std::function<void()> changed) { m_changed = std::move(changed); }

    FlatRegistry &flat() { return *m_flat; }
    const FlatRegistry &flat() const { return *m_flat; }

    // Changes.
    Change registerName(QByteArrayView name, QByteArrayView uri, const Completion &done = {});
    Change unregisterName(QByteArrayView name, const Completion &done = {});
    Change createGroup(QByteArrayView name, const Completion &done = {});
    Change deleteGroup(QByteArrayView name, const Completion &done = {});
    Change setUserMeta(QByteArrayView name, QByteArray pickle, const Completion &done = {});
    Change setSystemMeta(QByteArrayView name, QByteArray pickle, const Completion &done = {});
    /// Sets or replaces the entry of the name server itself, which nobody else can change.
    Change setOwnEntry(QByteArrayView uri, const Completion &done = {});
    Change setFact(const QByteArray &key, const QByteArray &value, const Completion &done = {});
    /// The groups above `name` that are missing.
    Status createParents(QByteArrayView name);
    /// Makes a change and waits until it is durable. Not on the writer's thread.
    static Status wait(const std::function<Change(const Completion &)> &change);

    // Look-ups.
    struct Child
    {
        QByteArray name; ///< last part
        bool isGroup = false;
    };
    struct SystemMeta
    {
        QByteArray pickle; ///< as a client set it; empty = the natural one, made of the other two
        double timestamp = 0;
        bool isGroup = false;
    };
    Result<QByteArray> resolve(QByteArrayView name) const;
    Result<std::vector<Child>> list(QByteArrayView group) const; ///< sorted; "" is the root
    Result<QByteArray> userMeta(QByteArrayView name) const;      ///< pickle; empty = None
    Result<SystemMeta> systemMeta(QByteArrayView name) const;
    QByteArray fact(const QByteArray &key) const; ///< as the file had it when opened
    int count() const;                            ///< groups and objects
    qint64 bytes() const;
    using Visitor = std::function<void(const QByteArray &path, QByteArrayView uri, bool isGroup)>;
    void visit(const Visitor &visitor) const; ///< everything, sorted within each group; must not call back

    // Pairs of name servers. A paired registry keeps a journal: the paths that were changed here and that the
    // twin has not confirmed yet, with a mark where a whole group was removed. It is stored with the names.
    /// Told of each change that was made here once it is durable, in order, under the registry's lock or on
    /// the writer's thread; calls `done` (if there is one) when the change may be answered.
    using Follower = std::function<void(const PassedChange &change, const Completion &done)>;
    void setFollower(Follower follower); ///< begins (or, with null, ends) the journal
    /// \param whileLocked runs before the next change can happen.
    RegistrySnapshot snapshot(const std::function<void()> &whileLocked = {}) const;
    void forgetJournal(quint64 sequence); ///< the twin has everything up to there
    /// Names the state that both twins had when they were last alike; empty = never.
    Status setBase(const QByteArray &base);
    /// Takes over what a twin (or an import) says: removes and puts entries as they are, without passing them
    /// on. What was changed here after `sequence` stays. The own entry cannot be touched. Waits until all is
    /// durable.
    Status adopt(const std::vector<NameRow> &rows, const std::vector<QByteArray> &removals, quint64 sequence);
    /// While one lives, changes made by its thread are neither noted nor passed on: they came from the twin.
    class Quiet
    {
    public:
        Quiet();
        ~Quiet();
        Quiet(const Quiet &) = delete;
        Quiet &operator=(const Quiet &) = delete;
        static bool isOn();
    };

private:
    struct Place;
    Result<QByteArray> fullName(QByteArrayView name) const;
    Status hasRoomFor(qsizetype count, qint64 bytes) const;
    using Lock = std::unique_lock<std::shared_mutex>;
    Change commit(
        Lock &lock, StoreChange change, Undo undo, const Completion &done, PassedChange passed = {});
    Change add(const QByteArray &path, QByteArrayView uri, bool isGroup, const Completion &done);
    Change remove(const QByteArray &path, bool isGroup, const Completion &done);
    Change finish(StoreChange change, Undo undo, const Completion &done, PassedChange passed = {});
    void note(const PassedChange &change);
    bool isNewer(const QByteArray &path, quint64 sequence) const;
    void enqueue(StoreChange change, Undo undo, const Completion &done);
    void takeOver(const NameRow &row, const Completion &done);
    void takeAway(const QByteArray &path, const Completion &done);
    StoreChange rowOf(const QByteArray &path, const NameTree::Node &node) const;
    Change setMeta(QByteArrayView name, QByteArray pickle, bool isUser, const Completion &done);
    std::vector<PendingChange> takeBack(CommitQueue &queue, std::vector<PendingChange> batch);
    void notify() const;
    Status addFixedGroups();

    RegistrySettings m_settings;
    mutable std::shared_mutex m_mutex; // guards m_tree and the order of changes in m_queue
    NameTree m_tree;
    std::unique_ptr<FlatRegistry> m_flat; // has a lock of its own, taken after m_mutex where both are
    std::unique_ptr<CommitQueue> m_queue; // null = in memory only
    std::function<void(const Status &)> m_alarm;
    std::function<void()> m_changed;
    QString m_storeMessage;
    std::vector<std::pair<QByteArray, QByteArray>> m_facts;

    struct JournalEntry
    {
        quint64 sequence = 0;
        bool isTreeRemoved = false;
    };
    Follower m_follower;                       // these five: guarded by m_mutex
    QHash<QByteArray, JournalEntry> m_journal; // kept up while there is a follower
    QHash<QByteArray, quint64> m_foreign;      // what the twin changed here since the last forgetJournal()
    QByteArray m_base;
    quint64 m_sequence = 0;
};

} // namespace pyrolens::naming
