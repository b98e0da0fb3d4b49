// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "engine_p.h"

#include "texts_p.h"

#include <QSocketNotifier>
#include <QTimerEvent>

#include <algorithm>

namespace pyrolens {

namespace {

qint64 nowNs()
{
    return CallCore::ns(CallCore::Clock::now().time_since_epoch());
}

} // namespace

/// A notifier that is signalling right now is disabled at once and deleted by the event loop.
void Engine::retire(std::unique_ptr<QSocketNotifier> notifier, bool isSignalling)
{
    if (!notifier)
        return;
    notifier->setEnabled(false);
    if (!isSignalling)
        return;
    notifier->setParent(nullptr); // the engine may be deleted before the signal is over
    notifier.release()->deleteLater();
}

Engine::Engine(ClientCore &core, QObject *parent)
    : QObject(parent), m_core(core), m_link(std::make_shared<EngineLink>(this))
{
    m_core.beforeClose = [this] { stopWatching(); };
}

Engine::~Engine()
{
    m_link->cut();
    release(QStringLiteral("proxy deleted"));
    m_core.beforeClose = nullptr;
}

CallTrace::Duration Engine::lap()
{
    const auto now = CallCore::Clock::now();
    return now - std::exchange(m_mark, now);
}

PendingCall Engine::submit(
    Message message, const CallOptions &options, bool bindOnly, const std::optional<RebindPolicy> &rebind)
{
    auto call = std::make_shared<CallCore>();
    auto refusal = bindOnly ? std::nullopt : m_core.prepare(message, options);
    call->message = std::move(message);
    call->oneway = options.oneway;
    call->bindOnly = bindOnly;
    call->mustRenew = rebind.has_value();
    if (const auto &policy = rebind ? rebind : m_core.options().automaticRebind)
        call->rebinding.emplace(*policy);
    if (!bindOnly && call->message.kind == Message::Kind::Call && m_core.options().retries > 0) {
        call->retries = m_core.options().retries;
        call->again = call->message; // sending takes the arguments along
    }
    call->link = m_link;
    call->abort = [this](const Call &given) { abort(given); };
    call->started = CallCore::Clock::now();
    call->timeout = m_core.timeoutOf(options);
    if (call->timeout > kNoTimeout)
        call->deadline = CallCore::ns(call->started.time_since_epoch() + call->timeout);
    call->trace.oneway = call->message.oneway;
    PendingCall handle(std::make_shared<PendingCall::State>(call));
    if (refusal) {
        call->finish(Reply(*std::move(refusal)), CallCore::Delivery::Queued);
        return handle;
    }
    m_queue.push_back(std::move(call));
    if (m_current)
        armDeadline();
    else
        pump();
    return handle;
}

void Engine::pump()
{
    if (m_isPumping)
        return;
    m_isPumping = true;
    const QPointer<Engine> alive(this);
    while (!m_current && !m_queue.empty()) {
        m_current = std::move(m_queue.front());
        m_queue.pop_front();
        begin();
        if (!alive)
            return;
    }
    m_isPumping = false;
}

void Engine::finish(Result<Value> result, CallCore::Delivery delivery, bool keepsConnection)
{
    Q_ASSERT_X(m_current, "Engine::finish", "no call under way");
    const Call call = std::exchange(m_current, nullptr);
    ++m_turn;
    m_scope.reset();
    m_out.clear();
    m_pauseTimer.stop();
    m_phase = Phase::Rest;
    const auto code = std::exchange(m_code, nullptr);
    if (!keepsConnection && endsConnection(result)) {
        if (result.error().kind != Error::Kind::Cancelled)
            m_core.forgetResolved();
        m_core.close(result.error().what);
        if (auto outcome = code ? code->takeOutcome() : std::nullopt)
            result = *std::move(outcome); // only code was still to come
    }
    if (m_core.channel() == nullptr)
        m_core.setState(Proxy::State::Idle);
    if (call->retries > 0 && isLost(result)) {
        --call->retries;
        call->message = call->again;
        if (call->timeout > kNoTimeout)
            call->deadline = CallCore::ns(CallCore::Clock::now().time_since_epoch() + call->timeout);
        m_queue.push_front(call);
        pump();
        return;
    }
    call->trace.total = CallCore::Clock::now() - call->started;
    const QPointer<Engine> alive(this);
    call->finish(Reply(std::move(result), std::move(call->trace)), delivery);
    if (alive)
        pump();
}

void Engine::abort(const Call &call)
{
    if (call == m_current) {
        // Whatever state the connection is in, it is not one for another call; finish() closes it.
        finish(Result<Value>(texts::cancelled()), CallCore::Delivery::Queued);
        return;
    }
    std::erase(m_queue, call);
    call->finish(Reply(texts::cancelled()), CallCore::Delivery::Queued);
}

void Engine::release(const QString &reason)
{
    m_scope.reset();
    m_out.clear();
    m_code.reset();
    m_phase = Phase::Rest;
    ++m_turn;
    m_core.close(reason);
    auto calls = std::exchange(m_queue, {});
    if (m_current)
        calls.push_front(std::exchange(m_current, nullptr));
    for (const Call &call : calls)
        call->finish(Reply(texts::cancelled(), call->trace), CallCore::Delivery::Queued);
}

void Engine::stopWatching()
{
    retire(std::move(m_readNotifier), m_notifying > 0);
    retire(std::move(m_writeNotifier), m_notifying > 0);
    unwatchRace();
    if (const quint64 tls = std::exchange(m_tls, 0))
        m_core.tunnels().cancel(tls);
    m_staggerTimer.stop();
    m_pauseTimer.stop();
    m_listenTimer.stop();
    m_race.reset();
}

void Engine::unwatchRace()
{
    for (auto &notifier : m_raceNotifiers)
        retire(std::move(notifier), m_notifying > 0);
    m_raceNotifiers.clear();
}

bool Engine::isConnecting() const
{
    switch (m_phase) {
    case Phase::Lookup:
    case Phase::Connect:
    case Phase::Encrypt:
    case Phase::Handshake:
        return true;
    default:
        return false;
    }
}

qint64 Engine::phaseDeadline() const
{
    const qint64 deadline = m_current->deadline.load(std::memory_order_relaxed);
    return isConnecting() ? std::min(deadline, m_connectDeadline) : deadline;
}

void Engine::armDeadline()
{
    qint64 end = m_current ? phaseDeadline() : CallCore::kForever;
    for (const Call &waiting : m_queue)
        end = std::min(end, waiting->deadline.load(std::memory_order_relaxed));
    if (end == CallCore::kForever || (m_deadlineTimer.isActive() && m_timerEnd <= end))
        return; // a timer that fires earlier looks again
    const qint64 left = std::max<qint64>(0, end - nowNs()) / 1'000'000 + 1;
    m_timerEnd = end;
    m_deadlineTimer.start(static_cast<int>(std::min<qint64>(left, INT_MAX)), Qt::PreciseTimer, this);
}

void Engine::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_deadlineTimer.timerId()) {
        m_deadlineTimer.stop();
        onDeadline();
    } else if (event->timerId() == m_pauseTimer.timerId()) {
        m_pauseTimer.stop();
        if (m_phase == Phase::Pause)
            resolve();
    } else if (event->timerId() == m_listenTimer.timerId()) {
        m_listenTimer.stop();
        if (m_phase == Phase::Handshake)
            speak();
    } else if (event->timerId() == m_staggerTimer.timerId()) {
        if (m_race && m_race->hasMore()) {
            m_race->startNext();
            advanceRace();
        }
    } else {
        QObject::timerEvent(event);
    }
}

void Engine::onDeadline()
{
    // Calls that still wait for their turn have deadlines too.
    const QPointer<Engine> alive(this);
    const std::vector<Call> waiting(m_queue.begin(), m_queue.end());
    for (const Call &call : waiting) {
        if (!call->isExpired())
            continue;
        std::erase(m_queue, call);
        call->finish(Reply(Error::timeout(
                         QStringLiteral("The calls before this one took all of its %1; it was not sent.")
                             .arg(durationText(call->timeout)))),
            CallCore::Delivery::Direct);
        if (!alive)
            return;
    }
    if (!m_current || nowNs() < phaseDeadline()) {
        armDeadline();
        return;
    }
    const Error error = timeoutError();
    if (isConnecting()) {
        connectFailed(error);
        return;
    }
    // A server that reads no further may have said why.
    const auto reason
        = m_phase == Phase::Send ? m_core.channel()->lastWords(m_core.options().limits) : std::nullopt;
    if (reason)
        m_core.close(reason->what);
    fail(reason.value_or(error));
}

Error Engine::timeoutError() const
{
    const Uri *address = m_core.address();
    const QString where = address != nullptr ? address->endpoint() : QString();
    const auto total = std::chrono::ceil<std::chrono::milliseconds>(
        std::chrono::nanoseconds(m_current->deadline.load()) - m_current->started.time_since_epoch());
    const auto limit = m_core.options().connectTimeout;
    const auto connecting
        = limit > kNoTimeout && (m_current->timeout == kNoTimeout || limit < total) ? limit : total;
    switch (m_phase) {
    case Phase::Pause:
        return texts::rebindTimeout(m_core.uri.toString(), total, m_current->rebinding->tried());
    case Phase::Resolve:
        return texts::resolveTimeout(m_core.uri.toString(), total);
    case Phase::Lookup:
    case Phase::Connect: {
        const auto [host, port] = m_core.destination(*address);
        return connectTimeout(host, port, connecting);
    }
    case Phase::Encrypt:
        return texts::tlsTimeout(where, connecting);
    case Phase::Handshake:
        return texts::handshakeTimeout(
            where, m_core.channel()->generation().info(), connecting, m_core.channel()->bytesReceived);
    case Phase::Send:
        return texts::sendTimeout(where, total);
    default:
        return texts::replyTimeout(
            where, total, m_core.channel() != nullptr ? m_core.channel()->bytesReceived : 0);
    }
}

} // namespace pyrolens
