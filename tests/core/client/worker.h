// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QObject>
#include <QThread>

#include <functional>
#include <future>

/// A thread with an event loop and an object that lives there.
class Worker
{
public:
    Worker()
    {
        m_thread.start();
        m_object = new QObject; // deleted below, in its thread
        m_object->moveToThread(&m_thread);
    }
    ~Worker()
    {
        run([this] { delete m_object; });
        m_thread.quit();
        m_thread.wait();
    }
    QObject *object() { return m_object; }
    QThread *thread() { return &m_thread; }
    /// Runs `work` there and waits for it.
    void run(const std::function<void()> &work)
    {
        std::promise<void> done;
        QMetaObject::invokeMethod(m_object, [&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }

private:
    QThread m_thread;
    QObject *m_object;
};
