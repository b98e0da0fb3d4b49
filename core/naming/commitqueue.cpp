// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "commitqueue_p.h"

#include <pyrolens/base/logging.h>

#include <algorithm>
#include <iterator>

namespace pyrolens::naming {

namespace {

// Bounds the time of one transaction, and with it the delay of the first reply in it.
constexpr qsizetype kMaxBatch = 1'000;

} // namespace

CommitQueue::CommitQueue(std::unique_ptr<RegistryStore> store, std::chrono::milliseconds backupInterval,
    TakeBack takeBack, std::function<void(const Status &)> alarm)
    : m_store(std::move(store))
    , m_backupInterval(backupInterval)
    , m_takeBack(std::move(takeBack))
    , m_alarm(std::move(alarm))
    , m_thread([this] { run(); })
{ }

CommitQueue::~CommitQueue()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void CommitQueue::add(PendingChange change)
{
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(change));
    }
    m_wake.notify_one();
}

std::vector<PendingChange> CommitQueue::takeAll()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_waiting, {});
}

std::vector<PendingChange> CommitQueue::nextBatch(std::unique_lock<std::mutex> &lock)
{
    Q_ASSERT(lock.owns_lock());
    if (qsizetype(m_waiting.size()) <= kMaxBatch)
        return std::exchange(m_waiting, {});
    const auto end = m_waiting.begin() + kMaxBatch;
    std::vector<PendingChange> batch(std::move_iterator(m_waiting.begin()), std::move_iterator(end));
    m_waiting.erase(m_waiting.begin(), end);
    return batch;
}

void CommitQueue::run()
{
    auto nextBackup = std::chrono::steady_clock::now() + m_backupInterval;
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait_until(lock, nextBackup, [this] { return m_isEnding || !m_waiting.empty(); });
        if (!m_waiting.empty()) {
            std::vector<PendingChange> batch = nextBatch(lock);
            lock.unlock();
            commit(std::move(batch));
            lock.lock();
        } else if (m_isEnding) {
            break;
        }
        if (std::chrono::steady_clock::now() >= nextBackup) {
            lock.unlock();
            backUp();
            lock.lock();
            nextBackup = std::chrono::steady_clock::now() + m_backupInterval;
        }
    }
    lock.unlock();
    backUp();
    m_store.reset(); // closes the file on the thread that used it
}

void CommitQueue::commit(std::vector<PendingChange> batch)
{
    std::vector<StoreChange> changes;
    changes.reserve(batch.size());
    for (const PendingChange &pending : batch)
        changes.push_back(pending.change);
    const Status status = m_store->commit(changes);
    m_isDirty = m_isDirty || status.isOk();
    if (!status)
        batch = m_takeBack(*this, std::move(batch));
    tellAlarm(status);
    for (const PendingChange &pending : batch) {
        if (pending.done)
            pending.done(status);
    }
}

void CommitQueue::backUp()
{
    if (!m_isDirty)
        return;
    const Status status = m_store->backup();
    if (status)
        m_isDirty = false;
    else
        qCWarning(logging::naming).noquote() << "registry backup failed:" << status.error().what;
}

void CommitQueue::tellAlarm(const Status &status)
{
    if (status.isOk() != m_isFailing)
        return;
    m_isFailing = !status;
    if (!status)
        qCWarning(logging::naming).noquote() << "registry cannot be written:" << status.error().what;
    else
        qCWarning(logging::naming) << "registry can be written again";
    if (m_alarm)
        m_alarm(status);
}

} // namespace pyrolens::naming
