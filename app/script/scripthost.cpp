// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "scripthost.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <cstdio>

namespace pyrolens {

namespace {

constexpr double kMaxSleep = 3'600'000; ///< ms
constexpr int kMaxTimers = 100;
constexpr double kShortestTimer = 10; ///< ms

} // namespace

ScriptHost::ScriptHost(std::chrono::milliseconds runTime, QObject *parent)
    : QObject(parent), m_watchdog(runTime, [this] { m_engine.setInterrupted(true); })
{ }

ScriptHost::~ScriptHost() = default;

bool ScriptHost::start()
{
    QFile file(QStringLiteral(":/pyrolens/prelude.js"));
    if (!file.open(QIODevice::ReadOnly))
        return false;
    QJSValue prelude = m_engine.evaluate(QString::fromUtf8(file.readAll()), QStringLiteral("prelude.js"));
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
    const QJSValue parts = prelude.call({m_engine.newQObject(this), m_engine.globalObject()});
    m_handle = parts.property(QStringLiteral("handle"));
    m_ready = parts.property(QStringLiteral("ready"));
    m_tick = parts.property(QStringLiteral("tick"));
    m_failure = parts.property(QStringLiteral("failure"));
    if (parts.isError() || !m_handle.isCallable())
        std::fprintf(stderr, "prelude: %s\n", qPrintable(parts.toString()));
    return m_handle.isCallable() && m_ready.isCallable() && m_tick.isCallable() && m_failure.isCallable();
}

QJSValue ScriptHost::run(QJSValue &function, const QJSValueList &arguments, bool *interrupted)
{
    m_engine.setInterrupted(false);
    m_watchdog.begin();
    QJSValue result = function.call(arguments);
    *interrupted = m_watchdog.end();
    m_engine.setInterrupted(false);
    return result;
}

void ScriptHost::report(const QString &op, qint64 id, const QJSValue &error, bool interrupted)
{
    m_failure.call({op, double(id), error, m_name, interrupted});
}

void ScriptHost::take(const QByteArray &line)
{
    const QJsonObject message = QJsonDocument::fromJson(line).object();
    const QString op = message.value(QLatin1String("op")).toString();
    if (op == QLatin1String("load")) {
        load(message.value(QLatin1String("name")).toString(),
            message.value(QLatin1String("source")).toString());
        return;
    }
    bool interrupted = false;
    const QJSValue result = run(m_handle, {QString::fromUtf8(line)}, &interrupted);
    if (interrupted || result.isError() || m_engine.hasError())
        report(QStringLiteral("raise"), message.value(QLatin1String("id")).toInteger(),
            m_engine.hasError() ? m_engine.catchError() : result, interrupted);
}

void ScriptHost::load(const QString &name, const QString &source)
{
    m_name = name;
    m_watchdog.begin();
    const QJSValue result = m_engine.evaluate(source, name);
    const bool interrupted = m_watchdog.end();
    m_engine.setInterrupted(false);
    if (interrupted || result.isError() || m_engine.hasError())
        report(
            QStringLiteral("failed"), 0, m_engine.hasError() ? m_engine.catchError() : result, interrupted);
    else
        m_ready.call();
}

void ScriptHost::send(const QString &json)
{
    const QByteArray line = json.toUtf8() + '\n';
    if (std::fwrite(line.constData(), 1, size_t(line.size()), stdout) != size_t(line.size())
        || std::fflush(stdout) != 0)
        std::_Exit(1); // nobody listens any more
}

void ScriptHost::sleep(double milliseconds)
{
    m_watchdog.pause();
    QThread::msleep(ulong(std::clamp(milliseconds, 0.0, kMaxSleep)));
    m_watchdog.resume();
}

int ScriptHost::startTimer(double milliseconds)
{
    const QList<QTimer *> timers = findChildren<QTimer *>();
    if (timers.size() >= kMaxTimers)
        return -1;
    const int number = int(timers.size());
    auto *timer = new QTimer(this);
    connect(timer, &QTimer::timeout, this, [this, number] {
        bool interrupted = false;
        const QJSValue result = run(m_tick, {number}, &interrupted);
        if (interrupted || result.isError() || m_engine.hasError())
            report(QStringLiteral("problem"), 0, m_engine.hasError() ? m_engine.catchError() : result,
                interrupted);
    });
    timer->start(int(std::clamp(milliseconds, kShortestTimer, kMaxSleep)));
    return number;
}

} // namespace pyrolens
