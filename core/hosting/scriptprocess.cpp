// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "scriptprocess_p.h"

#include <pyrolens/value/rewrite.h>
#include <pyrolens/value/tagged.h>

#include <QDeadlineTimer>

namespace pyrolens {

namespace {

constexpr size_t kMaxQueued = 1'000; ///< calls waiting for the one engine; more are refused
constexpr int kMaxTextChars = 4'000; ///< of what a script says

/// Text as callers of that generation expect it: scripts know one kind of string.
Value nativeStrings(const Value &value, const Generation *generation)
{
    CallContext context;
    context.generation = generation;
    auto native = rewrite(value, [&context](const Value &one) -> std::optional<Value> {
        if (one.kind() != Value::Kind::Text)
            return std::nullopt;
        return context.nativeText(one.toText());
    });
    return native ? *native : value;
}

} // namespace

ScriptProcess::ScriptProcess(
    QString source, QString sourceName, ScriptOptions options, ScriptedServant::Hooks hooks)
    : m_source(std::move(source))
    , m_sourceName(std::move(sourceName))
    , m_options(std::move(options))
    , m_hooks(std::move(hooks))
{
    m_guard.setSingleShot(true);
    connect(&m_guard, &QTimer::timeout, this,
        [this] { ended(QStringLiteral("it did not answer in time and could not be interrupted")); });
}

ScriptProcess::~ScriptProcess()
{
    close();
}

void ScriptProcess::close()
{
    m_guard.stop();
    m_stopped = true;
    if (m_process) {
        m_process->disconnect(this);
        m_process->kill();
        m_process->waitForFinished(1'000);
        m_process.reset();
    }
    for (const Waiting &one : std::exchange(m_queue, {}))
        one.reply.finish(failure(one.generation, QStringLiteral("RuntimeError"),
            QStringLiteral("the script '%1' has been stopped").arg(m_sourceName)));
}

Status ScriptProcess::start()
{
    m_buffer.clear();
    m_ready = false;
    m_busy = false;
    m_loadError.clear();
    m_process = std::make_unique<QProcess>();
    m_process->setProcessChannelMode(QProcess::SeparateChannels);
    m_process->setStandardErrorFile(QProcess::nullDevice());
    // Nothing of our environment is a script's business.
    m_process->setProcessEnvironment(QProcessEnvironment());
    m_process->start(m_options.program,
        {QString::number(m_options.runTime.count()), QString::number(m_options.heapMegabytes)});
    QDeadlineTimer deadline(m_options.startTime);
    if (!m_process->waitForStarted(int(deadline.remainingTime())))
        return Error::unsupported(QStringLiteral("the script helper '%1' does not start: %2")
                                      .arg(m_options.program, m_process->errorString()));
    Json load = Json::object();
    load.set(QStringLiteral("op"), QStringLiteral("load"));
    load.set(QStringLiteral("name"), m_sourceName);
    load.set(QStringLiteral("source"), m_source);
    m_process->write(load.toText() + '\n');
    while (!m_ready && m_loadError.isEmpty()) {
        if (m_process->state() == QProcess::NotRunning)
            m_loadError = QStringLiteral("%1: the process ended").arg(m_sourceName);
        else if (!m_process->waitForReadyRead(int(std::max<qint64>(1, deadline.remainingTime())))
            && deadline.hasExpired())
            m_loadError = QStringLiteral("%1: it did not end within %2 ms")
                              .arg(m_sourceName)
                              .arg(m_options.startTime.count());
        readAll();
    }
    if (!m_ready) {
        m_process->kill();
        m_process->waitForFinished(1'000);
        m_process.reset();
        return Error::usage(m_loadError);
    }
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &ScriptProcess::readAll);
    connect(m_process.get(), &QProcess::finished, this,
        [this] { ended(QStringLiteral("its process ended: out of memory or a crash")); });
    return Done();
}

void ScriptProcess::readAll()
{
    m_buffer += m_process->readAllStandardOutput();
    qsizetype from = 0;
    for (qsizetype end; (end = m_buffer.indexOf('\n', from)) >= 0; from = end + 1) {
        const auto message = Json::parse(QByteArrayView(m_buffer).sliced(from, end - from));
        if (message)
            take(*message);
        if (!m_process) // a message may end it
            return;
    }
    m_buffer.remove(0, from);
    if (m_buffer.size() > m_options.maxLineBytes)
        ended(QStringLiteral("its answer is larger than %1 bytes").arg(m_options.maxLineBytes));
}

void ScriptProcess::take(const Json &message)
{
    const QString op = message.value(u"op").toString();
    const QString text = message.value(u"text").toString().left(kMaxTextChars);
    if (op == u"ready") {
        m_ready = true;
        m_interface = {};
        m_interface.className = m_sourceName;
        for (const Json &one : message.value(u"methods").items()) {
            MethodInfo method;
            method.name = one.value(u"name").toString();
            method.oneway = one.value(u"oneway").toBool();
            m_interface.methods.push_back(std::move(method));
        }
        for (const Json &one : message.value(u"attributes").items())
            m_interface.attributes.push_back({one.toString(), true, {}});
    } else if (op == u"failed") {
        m_loadError = text.isEmpty() ? QStringLiteral("%1: it failed").arg(m_sourceName) : text;
    } else if (op == u"reply" || op == u"raise") {
        answer(message.value(u"id").toInteger(-1), message);
    } else if (op == u"sleep") {
        if (m_guard.isActive())
            m_guard.start(m_guard.remainingTime()
                + int(std::clamp<qint64>(message.value(u"ms").toInteger(), 0, 3'600'000)));
    } else if (op == u"log") {
        if (m_hooks.log)
            m_hooks.log(text);
    } else if (op == u"problem") {
        if (m_hooks.problem)
            m_hooks.problem(text);
        if (message.value(u"interrupted").toBool())
            strike(QStringLiteral("a timer's function ran longer than allowed"));
    } else if (op == u"emit") {
        const auto value = fromTagged(message.value(u"value"));
        if (value && m_hooks.emitted)
            m_hooks.emitted(message.value(u"subject").toString(), *value);
    }
}

Error ScriptProcess::failure(
    const Generation *generation, const QString &className, const QString &text) const
{
    CallContext context;
    context.generation = generation;
    return raise(className, {context.nativeText(text)});
}

void ScriptProcess::answer(qint64 id, const Json &message)
{
    if (m_queue.empty() || !m_busy || id != m_lastId)
        return;
    m_guard.stop();
    const Waiting done = std::move(m_queue.front());
    m_queue.pop_front();
    m_busy = false;
    if (message.value(u"op").toString() == u"reply") {
        const auto value = fromTagged(message.value(u"value"));
        if (value)
            done.reply.finish(nativeStrings(*value, done.generation));
        else
            done.reply.finish(failure(done.generation, QStringLiteral("ValueError"), value.error().what));
    } else {
        std::vector<Value> args;
        for (const Json &one : message.value(u"args").items()) {
            if (const auto value = fromTagged(one))
                args.push_back(nativeStrings(*value, done.generation));
        }
        const QString className = message.value(u"class").toString();
        done.reply.finish(
            raise(className.isEmpty() ? QStringLiteral("RuntimeError") : className, std::move(args)));
        const QString text = message.value(u"text").toString().left(kMaxTextChars);
        if (!text.isEmpty() && m_hooks.problem)
            m_hooks.problem(text);
        if (message.value(u"interrupted").toBool())
            strike(QStringLiteral("a call ran longer than %1 ms").arg(m_options.runTime.count()));
    }
    next();
}

void ScriptProcess::request(Json message, const DeferredReply &reply, const Generation *generation)
{
    if (m_stopped || m_queue.size() >= kMaxQueued) {
        reply.finish(failure(generation, QStringLiteral("RuntimeError"),
            m_stopped ? QStringLiteral("the script '%1' has been stopped").arg(m_sourceName)
                      : QStringLiteral("too many calls wait for the script '%1'").arg(m_sourceName)));
        return;
    }
    m_queue.push_back({std::move(message), reply, generation});
    next();
}

void ScriptProcess::next()
{
    if (m_busy || m_queue.empty() || !m_process || m_stopped)
        return;
    m_busy = true;
    m_queue.front().message.set(QStringLiteral("id"), ++m_lastId);
    m_process->write(m_queue.front().message.toText() + '\n');
    m_guard.start(m_options.runTime + m_options.grace);
}

void ScriptProcess::ended(const QString &why)
{
    m_guard.stop();
    if (m_process) {
        // It may be its own signal that brought us here.
        m_process->disconnect(this);
        m_process->kill();
        m_process->waitForFinished(1'000);
        m_process.release()->deleteLater();
    }
    if (m_busy && !m_queue.empty()) {
        const Waiting lost = std::move(m_queue.front());
        m_queue.pop_front();
        lost.reply.finish(failure(lost.generation, QStringLiteral("RuntimeError"),
            QStringLiteral("the script '%1' was ended: %2").arg(m_sourceName, why)));
    }
    m_busy = false;
    strike(why);
    if (m_stopped)
        return;
    if (const Status again = start(); !again) {
        if (m_hooks.problem)
            m_hooks.problem(again.error().what);
        close();
        if (m_hooks.stopped)
            m_hooks.stopped();
        return;
    }
    next();
}

void ScriptProcess::strike(const QString &why)
{
    ++m_strikes;
    if (m_hooks.problem)
        m_hooks.problem(
            QStringLiteral("%1: %2 (%3 of %4)").arg(m_sourceName, why).arg(m_strikes).arg(m_options.strikes));
    if (m_strikes < m_options.strikes || m_stopped)
        return;
    m_stopped = true;
    // Not here: its own data may be under way.
    QMetaObject::invokeMethod(this, &ScriptProcess::close, Qt::QueuedConnection);
    if (m_hooks.stopped)
        m_hooks.stopped();
}

} // namespace pyrolens
