// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "daemonthread.h"

namespace pyrolens {

namespace {

// Blocks until `work` has run in the thread of `object`: start and stop of a daemon, nothing on any call's
// way.
template <class Work>
void runThere(QObject *object, Work work)
{
    QMetaObject::invokeMethod(object, work, Qt::BlockingQueuedConnection);
}

} // namespace

DaemonThread::DaemonThread()
{
    m_thread.setObjectName(QStringLiteral("pyrolens daemon"));
}

DaemonThread::~DaemonThread()
{
    stop();
}

Result<int> DaemonThread::start(std::shared_ptr<const Catalogue> catalogue, DaemonOptions options,
    const std::function<Status(Daemon &)> &host, const std::function<void(Daemon &)> &prepare)
{
    Q_ASSERT_X(!m_daemon, "DaemonThread::start", "it runs already");
    m_daemon = std::make_unique<Daemon>(std::move(catalogue), std::move(options));
    if (prepare)
        prepare(*m_daemon);
    m_daemon->moveToThread(&m_thread);
    m_thread.start();
    Result<int> port = 0;
    runThere(m_daemon.get(), [&] {
        port = m_daemon->listen();
        if (!port || !host)
            return;
        if (const Status hosted = host(*m_daemon); !hosted)
            port = hosted.error();
    });
    if (!port)
        stop();
    return port;
}

void DaemonThread::stop(bool disconnect, std::chrono::milliseconds grace)
{
    if (!m_daemon)
        return;
    runThere(m_daemon.get(), [&] {
        m_daemon->shutdown(disconnect, grace);
        m_daemon.reset();
    });
    m_thread.quit();
    m_thread.wait();
}

} // namespace pyrolens
