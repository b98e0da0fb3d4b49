// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "scriptedservant.h"

#include "scriptprocess_p.h"

#include <pyrolens/value/tagged.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QMutex>

namespace pyrolens {

/// What the servant, called on any thread, and the process, bound to one, share.
struct ScriptedServant::Link
{
    QMutex mutex; ///< guards the pointer only: the process may go while calls come in
    std::unique_ptr<ScriptProcess> process;
};

QString scriptProgram()
{
    const QString folder = QCoreApplication::applicationDirPath();
    for (const char *place : {"/pyrolens-script", "/../libexec/pyrolens/pyrolens-script"}) {
        const QFileInfo program(folder + QLatin1StringView(place));
        if (program.isExecutable())
            return program.canonicalFilePath();
    }
    return {};
}

ScriptedServant::ScriptedServant() : m_link(std::make_shared<Link>()) { }

ScriptedServant::~ScriptedServant()
{
    // The last handle may be dropped on a connection's thread.
    const QMutexLocker lock(&m_link->mutex);
    if (m_link->process)
        m_link->process.release()->deleteLater();
}

Result<std::shared_ptr<ScriptedServant>> ScriptedServant::start(
    const QString &source, const QString &sourceName, const ScriptOptions &wanted, Hooks hooks)
{
    ScriptOptions options = wanted;
    if (options.program.isEmpty())
        options.program = scriptProgram();
    if (options.program.isEmpty())
        return Error::unsupported(
            QStringLiteral("this build has no helper for scripts (Qt Qml was missing)"));
    auto process = std::make_unique<ScriptProcess>(source, sourceName, options, std::move(hooks));
    if (const Status started = process->start(); !started)
        return started.error();
    std::shared_ptr<ScriptedServant> servant(new ScriptedServant);
    servant->m_interface = process->interface();
    servant->m_link->process = std::move(process);
    return servant;
}

void ScriptedServant::close()
{
    std::unique_ptr<ScriptProcess> process;
    {
        const QMutexLocker lock(&m_link->mutex);
        process = std::move(m_link->process);
    }
}

bool ScriptedServant::isStopped() const
{
    const QMutexLocker lock(&m_link->mutex);
    return !m_link->process || m_link->process->isStopped();
}

bool ScriptedServant::isBusy() const
{
    const QMutexLocker lock(&m_link->mutex);
    return m_link->process && m_link->process->isBusy();
}

Outcome ScriptedServant::request(Json message, CallContext &context)
{
    DeferredReply reply;
    const QMutexLocker lock(&m_link->mutex);
    if (!m_link->process)
        return raise(QStringLiteral("RuntimeError"), {context.nativeText(u"the script has been stopped")});
    ScriptProcess *process = m_link->process.get();
    QMetaObject::invokeMethod(
        process,
        [process, message = std::move(message), reply, generation = context.generation] {
            process->request(message, reply, generation);
        },
        Qt::QueuedConnection);
    return reply;
}

Outcome ScriptedServant::call(
    const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context)
{
    Json message = Json::object();
    message.set(QStringLiteral("op"), QStringLiteral("call"));
    message.set(QStringLiteral("method"), QString::fromUtf8(method));
    Json list = Json::array();
    for (const Value &one : args.items())
        list.append(toTagged(one, TaggedStyle::Application));
    message.set(QStringLiteral("args"), std::move(list));
    message.set(QStringLiteral("kwargs"), toTagged(kwargs, TaggedStyle::Application));
    return request(std::move(message), context);
}

Outcome ScriptedServant::attribute(const QByteArray &name, CallContext &context)
{
    if (!m_interface.attribute(name))
        return Servant::attribute(name, context);
    Json message = Json::object();
    message.set(QStringLiteral("op"), QStringLiteral("get"));
    message.set(QStringLiteral("name"), QString::fromUtf8(name));
    return request(std::move(message), context);
}

Outcome ScriptedServant::setAttribute(const QByteArray &name, const Value &value, CallContext &context)
{
    if (!m_interface.attribute(name))
        return Servant::setAttribute(name, value, context);
    Json message = Json::object();
    message.set(QStringLiteral("op"), QStringLiteral("set"));
    message.set(QStringLiteral("name"), QString::fromUtf8(name));
    message.set(QStringLiteral("value"), toTagged(value, TaggedStyle::Application));
    return request(std::move(message), context);
}

} // namespace pyrolens
