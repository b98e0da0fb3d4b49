// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "daemon.h"

#include <QHash>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

namespace pyrolens {

/// A QObject that other threads may post work to although it may die at any time. Thread-safe.
class Anchor
{
public:
    explicit Anchor(QObject *object); ///< the object must be alive now
    ~Anchor();
    Anchor(const Anchor &) = delete;
    Anchor &operator=(const Anchor &) = delete;
    /// Runs `work` in the object's thread, or destroys it unrun when the object dies first. \return false
    /// when it is dead.
    bool post(std::function<void()> work);
    /// The thread the object lives in; null when it is dead.
    QThread *thread() const;

private:
    struct Shared;
    std::shared_ptr<Shared> m_shared;
    QMetaObject::Connection m_connection;
};

/// Lets one caller in at a time, first come first served or not at all.
class Turnstile
{
public:
    /// Waits for its turn. \return false when the deadline passed or `giveUp` (asked every 50 ms) said so.
    bool enter(QDeadlineTimer deadline, const std::function<bool()> &giveUp);
    void leave();

private:
    std::mutex m_mutex; ///< guards m_taken
    std::condition_variable m_free;
    bool m_taken = false;
};

/// One call's turn at a turnstile: held from enter() on, given away and taken again in between, left at the
/// end.
class Turn
{
public:
    explicit Turn(Turnstile &turnstile) : m_turnstile(turnstile) { }
    ~Turn() { yield(); }
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;

    bool enter(QDeadlineTimer deadline, const std::function<bool()> &giveUp)
    {
        m_held = m_held || m_turnstile.enter(deadline, giveUp);
        return m_held;
    }
    void yield()
    {
        if (std::exchange(m_held, false))
            m_turnstile.leave();
    }

private:
    Turnstile &m_turnstile;
    bool m_held = false;
};

/// The two kinds of name spaces, and with them of object ids: the tree of generation 3, where an object has
/// an id of its own, and the flat one that 4 and 5 share, where the name is the id.
enum class Space : quint8 { Tree, Flat };
inline Space spaceOf(const Generation &generation)
{
    return generation.info().features.hierarchicalNames ? Space::Tree : Space::Flat;
}
inline constexpr std::array kSpaces{Space::Tree, Space::Flat};

/// One hosted object. The plain members never change after it was put into the table.
struct Hosted
{
    std::array<QByteArray, 2> ids; ///< by Space; the same for what has no name
    QString name;                  ///< empty = transient
    QString flatName;              ///< the name without the colon that a full name of the tree begins with
    std::optional<Space> only;     ///< known there only: a daemon's own object
    bool isDaemon = false;         ///< a daemon's own object
    bool persistent = false;
    std::shared_ptr<Servant> servant;
    Threading threading = Threading::Serialized;
    std::unique_ptr<Anchor> anchor; ///< Threading::Bound
    Turnstile turn;                 ///< Threading::Serialized
    std::mutex singleMutex;         ///< guards `single`; held while it is made
    std::shared_ptr<Hosted> single; ///< the instance of a class with InstanceMode::Single

    std::array<std::atomic<bool>, 2> registered{}; ///< at the registrar, by Space
    std::atomic<qint64> calls = 0;
    std::atomic<qint64> errors = 0;
    std::atomic<int> running = 0;
    std::atomic<std::chrono::steady_clock::rep> lastUsed = 0;

    const QByteArray &id(Space space) const { return ids[size_t(space)]; }
    const QByteArray &id() const { return ids.front(); } ///< the one that the host of the daemon knows it by
    const QString &nameIn(Space space) const { return space == Space::Tree ? name : flatName; }
    bool isKnownIn(Space space) const { return !only || *only == space; }
    QString label() const { return name.isEmpty() ? QString::fromUtf8(id()) : name; } ///< for people
    void touch() { lastUsed = std::chrono::steady_clock::now().time_since_epoch().count(); }
};

/// The objects of a daemon by id, name and servant. An id is found whichever space it belongs to.
/// Thread-safe.
class ObjectTable
{
public:
    /// \return false when an id or the name is taken.
    bool insert(const std::shared_ptr<Hosted> &hosted);
    std::shared_ptr<Hosted> take(const QByteArray &id); ///< null when there is none
    std::shared_ptr<Hosted> find(const QByteArray &id) const;
    /// For a client of that space: null also for objects that are not known there.
    std::shared_ptr<Hosted> find(const QByteArray &id, Space space) const;
    std::shared_ptr<Hosted> findName(const QString &name) const;
    std::shared_ptr<Hosted> findServant(const Servant *servant) const;
    std::vector<std::shared_ptr<Hosted>> all() const; ///< in the order of their connecting
    /// Takes out the unnamed ones that were not called for longer than `age`.
    std::vector<std::shared_ptr<Hosted>> takeIdle(std::chrono::milliseconds age);

private:
    void forget(const Hosted &hosted);

    mutable std::shared_mutex m_mutex; ///< guards all below
    QHash<QByteArray, std::shared_ptr<Hosted>> m_byId;
    QHash<QString, QByteArray> m_byName;
    QHash<const Servant *, QByteArray> m_byServant;
    std::vector<QByteArray> m_order;
};

} // namespace pyrolens
