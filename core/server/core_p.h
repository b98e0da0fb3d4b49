// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "connectiontable_p.h"
#include "daemon.h"
#include "mobilecode_p.h"
#include "objecttable_p.h"
#include "serverlog_p.h"
#include "streams_p.h"
#include "workerpool_p.h"

namespace pyrolens {

/// What the host of a daemon plugged in. Never changes; a connection uses the set of the moment it was
/// accepted.
struct Hooks
{
    std::shared_ptr<ConnectionValidator> validator;
    std::shared_ptr<DaemonObserver> observer;
    std::shared_ptr<ByteTap> tap;
    CallerFactory callerFactory;
    std::shared_ptr<const MobileCode> code; ///< null: off
    std::function<void(LocalStorage &)> initHook;
};

/// What the threads of a daemon share. Lives until the last of them has ended. Thread-safe.
class Core : public std::enable_shared_from_this<Core>
{
public:
    Core(std::shared_ptr<const Catalogue> known, DaemonOptions daemonOptions, Daemon *owner);

    const std::shared_ptr<const Catalogue> catalogue;
    const DaemonOptions options;
    /// Those that are spoken, ascending; empty when the catalogue lacks one.
    const std::vector<const Generation *> generations;
    const Generation *only() const { return generations.size() == 1 ? generations.front() : nullptr; }
    const Generation *speaksFirst() const; ///< the one whose clients wait for us to begin; null = none
    const std::shared_ptr<LocalStorage> commonStorage; ///< single-threaded mode: one for all

    ServerLog log;
    ObjectTable objects;
    ConnectionTable connections;
    DenialCounter denials;
    SuppliedModules suppliedModules;
    StreamTable streams;
    WorkerPool connectionThreads;
    WorkerPool callThreads; ///< oneway calls; calls of multiplexed connections

    std::atomic<bool> draining = false; ///< no new requests
    std::atomic<bool> stopping = false; ///< no waiting either
    std::atomic<QThread *> closingThread
        = nullptr;                ///< is blocked in shutdown(): objects of this thread will not answer
    std::atomic<int> running = 0; ///< requests under way
    std::atomic<int> queuedOneway = 0;
    std::atomic<qint64> droppedOneway = 0;
    std::atomic<std::chrono::milliseconds> timeout
        = std::chrono::milliseconds(0); ///< set at run time; 0 = none
    std::atomic<std::chrono::milliseconds> transientAge;
    std::atomic<int> port = 0;
    std::atomic<Daemon *> daemon; ///< for servants; null once it is being destroyed

    std::shared_ptr<const Hooks> hooks() const;
    void changeHooks(const std::function<void(Hooks &)> &change);
    std::shared_ptr<Registrar> registrar() const;
    void setRegistrar(std::shared_ptr<Registrar> registrar);
    QString publishedHost() const;
    void setPublishedHost(const QString &host);

    /// A time that the options allow, within what was set at run time.
    std::chrono::milliseconds allowed(std::chrono::milliseconds byOptions) const;
    /// Between two requests of a connection of that generation (null: not known yet); 0 = for ever.
    std::chrono::milliseconds idleTime(const Generation *generation) const;
    bool runsInline() const { return options.service || !options.multithreaded; }
    const Generation *speaks(int generationId) const; ///< null when not; 0 = the lowest
    Result<Uri> uriFor(const Hosted &hosted, const Generation &spoken) const;
    /// One per name space that is spoken, the tree's first.
    std::vector<std::pair<Space, Uri>> urisFor(const Hosted &hosted) const;
    /// A servant's row in the table; hosted unnamed when it is not hosted yet.
    Result<std::shared_ptr<Hosted>> ensureHosted(
        const std::shared_ptr<Servant> &servant, const Generation &spoken);
    /// Registers the name, except where it is `known` to be already. \return the first error; then it is
    /// nowhere.
    Status registerNames(Hosted &hosted, std::optional<Space> known = std::nullopt);
    Status unregisterNames(Hosted &hosted);
    Result<std::shared_ptr<Hosted>> host(const std::shared_ptr<Servant> &servant, const QString &name,
        const QByteArray &id, const Generation &spoken, bool persistent);

    /// One log line and one call of the observer. \param generation what the peer speaks; null = not known.
    void refuse(
        const Endpoint &peer, const Error &error, qint64 bytes = 0, const Generation *generation = nullptr);
    /// Runs `work` in the daemon's thread, or destroys it unrun when the daemon dies first. \return false
    /// when it is dead.
    bool post(std::function<void()> work);
    /// Emits a signal of the daemon, in its thread, if it still lives.
    void announce(const std::function<void(Daemon &)> &emission);
    void daemonDies();

private:
    void nameObject(
        Hosted &hosted, const QString &name, const QByteArray &id, const Generation &spoken) const;

    mutable std::mutex m_mutex; ///< guards the four below
    std::shared_ptr<const Hooks> m_hooks = std::make_shared<const Hooks>();
    std::shared_ptr<Registrar> m_registrar;
    QString m_publishedHost;
    std::unique_ptr<Anchor> m_daemonAnchor;
};

/// Marks that this thread runs a servant's code for a daemon, so that shutdown() called from there does not
/// wait for itself.
class RunningScope
{
public:
    /// Whether that code may block in a call to another object.
    enum class Blocking : quint8 { Allowed, Refused };
    /// \param turn the servant's turn when it runs under one: given away while it calls out.
    RunningScope(const Core &core, Blocking blocking, Turn *turn = nullptr);
    ~RunningScope();
    RunningScope(const RunningScope &) = delete;
    RunningScope &operator=(const RunningScope &) = delete;
    static int depth(const Core &core); ///< in this thread
    static RunningScope *innermost();   ///< in this thread; null outside of servants
    bool mayBlock() const { return m_blocking == Blocking::Allowed; }
    Turn *turn() const { return m_turn; }

private:
    const Core *m_core;
    RunningScope *m_outer;
    Blocking m_blocking;
    Turn *m_turn;
};

} // namespace pyrolens
