// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "healthcheck.h"

#include <algorithm>

namespace pyrolens {

namespace {

NameHealth healthOf(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::Timeout:
        return NameHealth::TimedOut;
    case Error::Kind::Denied:
        return NameHealth::Denied;
    case Error::Kind::Disconnected:
        return NameHealth::Refused;
    case Error::Kind::Remote: // an object that has no such method is there all the same
        return error.remote
                && (error.remote->className.endsWith(QLatin1String("ProtocolError"))
                    || error.remote->className.endsWith(QLatin1String("DaemonError")))
            ? NameHealth::WrongObject
            : NameHealth::Ok;
    case Error::Kind::Protocol: // something else listens there
        return NameHealth::WrongObject;
    default:
        return NameHealth::Unknown;
    }
}

} // namespace

HealthCheck::HealthCheck(std::shared_ptr<const ClientContext> context, HealthOptions options, QObject *parent)
    : QObject(parent), m_context(std::move(context)), m_options(std::move(options))
{ }

HealthCheck::~HealthCheck() = default;

void HealthCheck::start(const std::vector<HealthTarget> &targets)
{
    cancel();
    ++m_run;
    m_queue.assign(targets.begin(), targets.end());
    m_total = int(targets.size());
    m_done = 0;
    m_running = true;
    Q_EMIT progress(0, m_total);
    next();
}

void HealthCheck::cancel()
{
    if (!m_running)
        return;
    ++m_run;
    m_queue.clear();
    m_proxies.clear();
    m_active = 0;
    m_running = false;
    Q_EMIT finished(true);
}

void HealthCheck::next()
{
    while (m_running && m_active < m_options.parallel && !m_queue.empty()) {
        const HealthTarget target = std::move(m_queue.front());
        m_queue.pop_front();
        ++m_active;
        check(target);
    }
    if (m_running && m_active == 0 && m_queue.empty()) {
        m_running = false;
        Q_EMIT finished(false);
    }
}

void HealthCheck::check(const HealthTarget &target)
{
    const quint64 run = m_run;
    HealthResult result;
    result.name = target.name;
    const auto uri = m_context->catalogue->parseUri(target.uri, m_options.proxy.generation);
    if (!uri) {
        result.detail = uri.error().what;
        QMetaObject::invokeMethod(
            this, [this, run, result] { done(run, result); }, Qt::QueuedConnection);
        return;
    }
    ProxyOptions options = m_options.proxy;
    options.connectTimeout = options.callTimeout = m_options.timeout;
    // Deleted later: its own signal handler may be what drops the last handle.
    const std::shared_ptr<Proxy> proxy(
        new Proxy(m_context, *uri, options), [](Proxy *one) { one->deleteLater(); });
    m_proxies.push_back(proxy);
    const PendingCall asked = uri->classic ? proxy->call(QStringLiteral("GUID")) : proxy->bind();
    asked.then(this, [this, run, result, weak = std::weak_ptr(proxy)](const Reply &reply) mutable {
        if (reply) {
            result.roundTrip = reply.trace().total;
            result.health = result.roundTrip > m_options.slow ? NameHealth::Slow : NameHealth::Ok;
        } else {
            result.health = healthOf(reply.error());
            result.detail = reply.error().what;
        }
        if (run == m_run)
            std::erase(m_proxies, weak.lock());
        done(run, std::move(result));
    });
}

void HealthCheck::done(quint64 run, HealthResult result)
{
    if (run != m_run)
        return; // cancelled meanwhile
    --m_active;
    ++m_done;
    result.checked = QDateTime::currentDateTime();
    Q_EMIT checked(result);
    Q_EMIT progress(m_done, m_total);
    next();
}

} // namespace pyrolens
