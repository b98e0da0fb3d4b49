// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "daemon.h"

#include <QThread>

namespace pyrolens {

/// A daemon in a thread of its own, for makers that have no event loop to lend or do not want to be
/// disturbed. Use from one thread.
class DaemonThread
{
public:
    DaemonThread();
    ~DaemonThread(); ///< stop()
    DaemonThread(const DaemonThread &) = delete;
    DaemonThread &operator=(const DaemonThread &) = delete;

    /// Makes the daemon, runs `prepare` with it (hooks), listens, runs `host` (servants). Blocks until done.
    /// \return the port; on an error nothing is left running.
    Result<int> start(std::shared_ptr<const Catalogue> catalogue, DaemonOptions options,
        const std::function<Status(Daemon &)> &host = {}, const std::function<void(Daemon &)> &prepare = {});
    /// Null when not running. Of its functions only those for any thread may be used here.
    Daemon *daemon() const { return m_daemon.get(); }
    void stop(bool disconnect = true, std::chrono::milliseconds grace = std::chrono::seconds(2));

private:
    QThread m_thread;
    std::unique_ptr<Daemon> m_daemon;
};

} // namespace pyrolens
