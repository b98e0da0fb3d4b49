// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/client/proxy.h>

#include <QDateTime>
#include <QObject>

#include <deque>
#include <memory>
#include <vector>

namespace pyrolens {

/// What a check found out about a registration.
enum class NameHealth : quint8 { Unknown, Ok, Slow, Refused, TimedOut, Denied, WrongObject };

/// A registration to be checked. Plain data.
struct HealthTarget
{
    QString name;
    QString uri;
};

/// Plain data.
struct HealthResult
{
    QString name;
    NameHealth health = NameHealth::Unknown;
    std::chrono::nanoseconds roundTrip{0}; ///< with Ok and Slow
    QString detail;                        ///< English words of the error
    QDateTime checked;

    /// Nobody will find the object under this registration.
    bool isDead() const
    {
        return health == NameHealth::Refused || health == NameHealth::TimedOut
            || health == NameHealth::WrongObject;
    }
};

/// How registrations are checked. Plain data.
struct HealthOptions
{
    int parallel = 16;
    std::chrono::milliseconds timeout{2'000}; ///< of one check, all in all
    std::chrono::milliseconds slow{500};
    ProxyOptions proxy; ///< credentials, generation
};

/// Asks registered objects whether they are there, without running code of their authors: connects to the
/// daemon of each, and asks an object of generation 3 for its own id (Pyro 3.16, ObjBase.GUID); those of 4
/// and 5 are named in the handshake, and a daemon refuses names it does not know. Bound to its thread, which
/// needs an event loop.
class HealthCheck final : public QObject
{
    Q_OBJECT

public:
    HealthCheck(
        std::shared_ptr<const ClientContext> context, HealthOptions options = {}, QObject *parent = nullptr);
    ~HealthCheck() override;

    void start(const std::vector<HealthTarget> &targets); ///< ends what is under way
    void cancel();                                        ///< finished() comes at once
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    void checked(const pyrolens::HealthResult &result);
    void progress(int done, int total);
    void finished(bool cancelled);

private:
    void next();
    void check(const HealthTarget &target);
    void done(quint64 run, HealthResult result);

    const std::shared_ptr<const ClientContext> m_context;
    const HealthOptions m_options;
    std::deque<HealthTarget> m_queue;
    std::vector<std::shared_ptr<Proxy>> m_proxies; ///< of the checks under way
    quint64 m_run = 0;
    int m_active = 0;
    int m_done = 0;
    int m_total = 0;
    bool m_running = false;
};

} // namespace pyrolens

Q_DECLARE_METATYPE(pyrolens::HealthResult)
