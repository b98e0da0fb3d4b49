// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registry.h"
#include "registrystore.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace pyrolens::naming {

// Facts of a paired registry: "twin-journal:PATH" = sequence number, with "t" behind it where a whole group
// was removed; and the name of the state that both twins had.
inline constexpr char kJournalPrefix[] = "twin-journal:";
inline constexpr char kBaseFact[] = "twin-base";

/// How to take a change back: put `node` (or nothing) at `path`, or the old meta information.
struct Undo
{
    enum class Kind : quint8 { Place, UserMeta, SystemMeta, Flat, Nothing };
    Kind kind = Kind::Nothing;
    QByteArray path;
    NameTree::Detached node;
    QByteArray meta;
    std::vector<std::pair<QByteArray, std::optional<FlatEntry>>> flat{}; ///< Flat: names, and what was there
};

struct PendingChange
{
    StoreChange change;
    Undo undo;
    Registry::Completion done;
};

/// The first thing that went wrong in many completions.
class FirstFailure
{
public:
    Completion collector()
    {
        return [state = m_state](const Status &status) {
            const std::lock_guard lock(state->mutex);
            if (!status && state->status)
                state->status = status;
        };
    }
    Status status() const
    {
        const std::lock_guard lock(m_state->mutex);
        return m_state->status;
    }

private:
    struct State
    {
        std::mutex mutex; // guards status
        Status status = Done{};
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

/// The one writer of a registry's file: a thread that commits what has gathered while the commit before was
/// under way. So a lone change waits for nothing, and many at once share one sync.
class CommitQueue
{
public:
    /// Takes back a failed batch and all that came after it (queue.takeAll()); returns everything it took
    /// back, for the completions.
    using TakeBack
        = std::function<std::vector<PendingChange>(CommitQueue &queue, std::vector<PendingChange> batch)>;

    CommitQueue(std::unique_ptr<RegistryStore> store, std::chrono::milliseconds backupInterval,
        TakeBack takeBack, std::function<void(const Status &)> alarm);
    ~CommitQueue(); ///< writes what is queued, makes a last backup, ends the thread

    void add(PendingChange change);       ///< in the order in which the changes were applied
    std::vector<PendingChange> takeAll(); ///< what no commit has begun for

private:
    void run();
    std::vector<PendingChange> nextBatch(std::unique_lock<std::mutex> &lock);
    void commit(std::vector<PendingChange> batch);
    void backUp();
    void tellAlarm(const Status &status);

    std::unique_ptr<RegistryStore> m_store; // the thread's own
    const std::chrono::milliseconds m_backupInterval;
    const TakeBack m_takeBack;
    const std::function<void(const Status &)> m_alarm;
    bool m_isDirty = false;   // the thread's own: changed since the last backup
    bool m_isFailing = false; // the thread's own

    std::mutex m_mutex; // guards the two below
    std::vector<PendingChange> m_waiting;
    bool m_isEnding = false;
    std::condition_variable m_wake;
    std::thread m_thread; // last: it uses all of the above
};

} // namespace pyrolens::naming
