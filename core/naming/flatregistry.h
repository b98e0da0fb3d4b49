// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "change.h"
#include "flattable.h"

#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

namespace pyrolens::naming {

struct PendingChange;
struct StoreChange;
struct Undo;

inline constexpr char kFlatOwnName[] = "Pyro.NameServer"; ///< the name server's entry for itself

/// Limits of the flat name space. Plain data.
struct FlatLimits
{
    int maxNames = 200'000;   ///< without the own entry
    int maxNameBytes = 1'024; ///< UTF-8
    int maxUriBytes = 4 * 1'024;
    int maxTags = 100;     ///< of one name
    int maxTagBytes = 256; ///< UTF-8
    qint64 maxTotalBytes = 256 * 1'024 * 1'024;
};

/// The names of generations 4 and 5: flat, any text, each with a URI and a set of tags. Thread-safe. Belongs
/// to a Registry, beside the tree of generation 3; changes become durable as the tree's do. Errors are
/// NamingErrors in the words of the originals, limits with the code "ns.limit".
/// Source: Pyro4, naming.py, and Pyro5, nameserver.py, NameServer.
class FlatRegistry
{
public:
    /// What the Registry does for it. `queue` hands a change to the writer (called with the space locked).
    struct Wiring
    {
        std::function<Applied(PendingChange)> queue;
        std::function<void()> changed;
    };
    FlatRegistry(FlatLimits limits, Wiring wiring);
    FlatRegistry(const FlatRegistry &) = delete;
    FlatRegistry &operator=(const FlatRegistry &) = delete;
    const FlatLimits &limits() const { return m_limits; }

    // Changes.
    enum class Clash : quint8 { Replace, Refuse };
    /// The URI is taken as it is; who calls has judged it.
    Change registerName(const QByteArray &name, FlatEntry entry, Clash clash, const Completion &done = {});
    Change setTags(const QByteArray &name, QByteArrayList tags, const Completion &done = {});
    /// Sets or replaces the entry of the name server itself, which nobody else can register or remove.
    Change setOwnEntry(FlatEntry entry, const Completion &done = {});
    struct Removed
    {
        Applied applied = Applied::Durable;
        int count = 0;
    };
    /// Those of the names that are there, all in one; the own entry stays. \param done gets the number.
    Removed remove(const QByteArrayList &names, const std::function<void(const Result<int> &)> &done = {});
    /// Only while the name still stands for that URI. Waits for nothing.
    Removed removeIfStill(const QByteArray &name, const QByteArray &uri);

    /// Many at once; none of the names is registered. Waits until all are durable.
    Status registerAll(const std::vector<std::pair<QByteArray, FlatEntry>> &rows);

    // Look-ups.
    Result<FlatEntry> find(const QByteArray &name) const;
    bool contains(QByteArrayView name) const;
    int count() const; ///< with the own entry
    qint64 bytes() const;
    void visit(QByteArrayView prefix, const FlatTable::Visitor &visitor) const; ///< must not call back

    // For the Registry.
    void adopt(FlatTable loaded); ///< before any other use
    using Lock = std::unique_lock<std::shared_mutex>;
    Lock lock() { return Lock(m_mutex); }
    void takeBack(const Undo &undo); ///< with lock() held

private:
    Status check(const QByteArray &name, const FlatEntry &entry) const;
    Status checkTags(const QByteArrayList &tags) const;
    using Counted = std::function<void(const Result<int> &)>;
    Removed take(const QByteArrayList &names, const QByteArray *onlyUri, const Counted &done);
    Change put(Lock &lock, const QByteArray &name, FlatEntry entry, const Completion &done);

    const FlatLimits m_limits;
    const Wiring m_wiring;
    mutable std::shared_mutex m_mutex; // guards m_table and the order of its changes
    FlatTable m_table;
};

} // namespace pyrolens::naming
