// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "workerpool_p.h"

#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

namespace pyrolens {

struct WorkerPool::State : std::enable_shared_from_this<WorkerPool::State>
{
    std::mutex mutex; ///< guards all below
    std::condition_variable work;
    std::condition_variable ended;
    std::deque<Task> tasks;
    std::list<std::thread> threads;
    std::list<std::thread> over; ///< have left their function, to be joined
    int idle = 0;
    int maxThreads = 0;
    std::chrono::milliseconds patience{0};
    bool stopping = false;

    bool spawn(Task first);
    void run(std::list<std::thread>::iterator self, Task task);
    void joinOver(std::unique_lock<std::mutex> &lock);
};

// With the lock held. The new thread waits for it before it looks at anything.
bool WorkerPool::State::spawn(Task first)
{
    const auto self = threads.emplace(threads.end());
    try {
        // Moved on: what a task holds must not live as long as the thread.
        *self = std::thread([state = shared_from_this(), self, task = std::move(first)]() mutable {
            state->run(self, std::move(task));
        });
    } catch (const std::system_error &) {
        threads.erase(self); // the system has no more threads to give
        return false;
    }
    return true;
}

void WorkerPool::State::run(std::list<std::thread>::iterator self, Task task)
{
    std::unique_lock lock(mutex);
    for (;;) {
        lock.unlock();
        task();
        task = nullptr; // what it holds must not wait for the next one
        lock.lock();
        if (tasks.empty() && !stopping) {
            ++idle;
            work.wait_for(lock, patience, [&] { return !tasks.empty() || stopping; });
            --idle;
        }
        if (tasks.empty() || stopping)
            break;
        task = std::move(tasks.front());
        tasks.pop_front();
    }
    // A thread that was let go by stop() is in no list any more.
    if (self->joinable())
        over.splice(over.end(), threads, self);
    else
        threads.erase(self);
    ended.notify_all();
}

void WorkerPool::State::joinOver(std::unique_lock<std::mutex> &lock)
{
    std::list<std::thread> joinable;
    joinable.swap(over);
    lock.unlock();
    for (std::thread &thread : joinable)
        thread.join();
    lock.lock();
}

WorkerPool::WorkerPool(int maxThreads, std::chrono::milliseconds idle) : m_state(std::make_shared<State>())
{
    m_state->maxThreads = maxThreads;
    m_state->patience = idle;
}

WorkerPool::~WorkerPool()
{
    stop(QDeadlineTimer(0));
}

bool WorkerPool::tryStart(Task task)
{
    std::unique_lock lock(m_state->mutex);
    if (m_state->stopping)
        return false;
    if (!m_state->over.empty())
        m_state->joinOver(lock);
    if (m_state->idle > int(m_state->tasks.size())) {
        m_state->tasks.push_back(std::move(task));
        m_state->work.notify_one();
        return true;
    }
    return int(m_state->threads.size()) < m_state->maxThreads && m_state->spawn(std::move(task));
}

bool WorkerPool::start(Task task)
{
    if (tryStart(task))
        return true;
    std::unique_lock lock(m_state->mutex);
    if (m_state->stopping || m_state->threads.empty())
        return false;
    m_state->tasks.push_back(std::move(task));
    m_state->work.notify_one();
    return true;
}

int WorkerPool::threadCount() const
{
    const std::lock_guard lock(m_state->mutex);
    return int(m_state->threads.size());
}

bool WorkerPool::stop(QDeadlineTimer deadline)
{
    std::deque<Task> dropped; // destroyed without the lock
    std::unique_lock lock(m_state->mutex);
    m_state->stopping = true;
    dropped.swap(m_state->tasks);
    m_state->work.notify_all();
    const auto me = std::this_thread::get_id();
    const auto othersRun = [&] {
        return std::ranges::any_of(m_state->threads, [&](const std::thread &t) { return t.get_id() != me; });
    };
    while (othersRun() && !deadline.hasExpired()) {
        const auto left = deadline.isForever() ? 1'000 : deadline.remainingTime();
        m_state->ended.wait_for(lock, std::chrono::milliseconds(left));
    }
    const bool all = !othersRun();
    for (std::thread &thread : m_state->threads) {
        if (thread.joinable()) // else stopped before
            thread.detach();
    }
    m_state->joinOver(lock);
    return all;
}

} // namespace pyrolens
