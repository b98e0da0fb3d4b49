// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "watchdog.h"

#include <QHash>
#include <QJSEngine>
#include <QJSValue>
#include <QObject>

namespace pyrolens {

/// The engine and the few things it can reach: lines to the other side, sleep, timers. Nothing else is
/// installed, so there are no files, no network, no processes and no modules. What the lines mean stands in
/// core/hosting/README.md and is done by prelude.js.
class ScriptHost final : public QObject
{
    Q_OBJECT

public:
    explicit ScriptHost(std::chrono::milliseconds runTime, QObject *parent = nullptr);
    ~ScriptHost() override;
    bool start(); ///< false when our own prelude does not run
    void take(const QByteArray &line);

    // For the prelude.
    Q_INVOKABLE void send(const QString &json);
    Q_INVOKABLE void sleep(double milliseconds);
    Q_INVOKABLE int startTimer(double milliseconds);

private:
    void load(const QString &name, const QString &source);
    QJSValue run(QJSValue &function, const QJSValueList &arguments, bool *interrupted);
    void report(const QString &op, qint64 id, const QJSValue &error, bool interrupted);

    QJSEngine m_engine;
    QJSValue m_handle;  ///< handle(text): a request
    QJSValue m_ready;   ///< ready(): the script has run
    QJSValue m_tick;    ///< tick(timer)
    QJSValue m_failure; ///< failure(op, id, error, name, interrupted)
    QString m_name;
    Watchdog m_watchdog; ///< last: its thread ends before the engine does
};

} // namespace pyrolens
