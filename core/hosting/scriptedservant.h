// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/json.h>
#include <pyrolens/server/servant.h>

#include <QObject>

#include <functional>

namespace pyrolens {

/// How scripts are run. Plain data.
struct ScriptOptions
{
    QString program;                            ///< the helper; empty = scriptProgram()
    std::chrono::milliseconds runTime{2'000};   ///< of one call, sleep() not counted
    std::chrono::milliseconds grace{2'000};     ///< beyond that, until the process is ended
    std::chrono::milliseconds startTime{5'000}; ///< of the process and the script's first run together
    int heapMegabytes = 128;
    int strikes = 3; ///< interrupted calls and ended processes until the object is stopped
    qint64 maxLineBytes = 16 * 1024 * 1024; ///< of one message of the helper
};

/// The helper program beside this one or where it is installed; empty when this build has none.
QString scriptProgram();

/// An object whose methods are JavaScript functions, run in a helper process of its own; see README.md of
/// this layer. Calls run one after the other and never block the thread they come in on. After a process
/// ends it is started again until the strikes are used up; then every call raises RuntimeError.
class ScriptedServant final : public Servant
{
public:
    struct Hooks ///< called in the thread that started it
    {
        std::function<void(const QString &text)> log;
        std::function<void(const QString &text)> problem;
        std::function<void()> stopped; ///< out of strikes
        std::function<void(const QString &subject, const Value &value)> emitted;
    };

    /// Starts the helper and loads the script; waits for it up to `startTime`. The calling thread needs an
    /// event loop and must run close() before it ends. \return Usage with file and line when the script
    /// fails, Unsupported without a helper.
    static Result<std::shared_ptr<ScriptedServant>> start(const QString &source, const QString &sourceName,
        const ScriptOptions &options = {}, Hooks hooks = {});
    ~ScriptedServant() override;
    void close(); ///< ends the process; in the thread that started it
    bool isStopped() const;
    bool isBusy() const; ///< a call is with the script; in the thread that started it

    Threading threading() const override { return Threading::Concurrent; }
    const InterfaceInfo &interface() const override { return m_interface; }
    bool hasMethod(const QByteArray &name) const override { return m_interface.hasMethod(name); }
    Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context) override;
    Outcome attribute(const QByteArray &name, CallContext &context) override;
    Outcome setAttribute(const QByteArray &name, const Value &value, CallContext &context) override;

private:
    struct Link;
    ScriptedServant();
    Outcome request(Json message, CallContext &context);

    InterfaceInfo m_interface;
    std::shared_ptr<Link> m_link;
};

} // namespace pyrolens
