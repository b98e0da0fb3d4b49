// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "scriptedservant.h"

#include <QHash>
#include <QProcess>
#include <QTimer>

#include <atomic>
#include <deque>

namespace pyrolens {

/// The helper process of one scripted object. Bound to the thread that made it.
class ScriptProcess final : public QObject
{
    Q_OBJECT

public:
    ScriptProcess(QString source, QString sourceName, ScriptOptions options, ScriptedServant::Hooks hooks);
    ~ScriptProcess() override;

    Status start(); ///< blocks
    const InterfaceInfo &interface() const { return m_interface; }
    bool isStopped() const { return m_stopped; } ///< any thread
    bool isBusy() const { return m_busy; }       ///< in its thread
    void request(Json message, const DeferredReply &reply, const Generation *generation);
    void close();

private:
    struct Waiting
    {
        Json message;
        DeferredReply reply;
        const Generation *generation = nullptr;
    };
    void readAll();
    void take(const Json &message);
    void answer(qint64 id, const Json &message);
    void next();
    void ended(const QString &why);
    void strike(const QString &why);
    Error failure(const Generation *generation, const QString &className, const QString &text) const;

    const QString m_source;
    const QString m_sourceName;
    const ScriptOptions m_options;
    const ScriptedServant::Hooks m_hooks;
    std::unique_ptr<QProcess> m_process;
    QByteArray m_buffer;
    QTimer m_guard;
    InterfaceInfo m_interface;
    std::deque<Waiting> m_queue; ///< the first is with the script
    bool m_busy = false;
    bool m_ready = false;
    QString m_loadError;
    qint64 m_lastId = 0;
    int m_strikes = 0;
    std::atomic<bool> m_stopped{false};
};

} // namespace pyrolens
