// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "engine_p.h"

#include "texts_p.h"

#include <pyrolens/transport/hostlookup.h>
#include <pyrolens/transport/unixsocket.h>

#include <QSocketNotifier>

namespace pyrolens {

namespace {

/// Ends a resolve or lookup from inside its own handler: the context is in use there.
void dismiss(std::unique_ptr<QObject> &scope)
{
    if (!scope)
        return;
    scope->setParent(nullptr);
    scope.release()->deleteLater();
}

} // namespace

void Engine::begin()
{
    m_mark = CallCore::Clock::now();
    m_wasCached = m_core.wasResolved();
    m_turned = false;
    if (m_current->mustRenew)
        m_core.close(QStringLiteral("connecting again"));
    m_core.closeUnlessFresh();
    if (Channel *channel = m_core.channel()) {
        if (channel->stream().setBlocking(false)) {
            armDeadline();
            watchChannel();
            proceed();
            return;
        }
        m_core.close(QStringLiteral("unusable"));
    }
    resolve();
}

void Engine::resolve()
{
    if (m_core.address() != nullptr) {
        lookUp();
        return;
    }
    if (!m_core.context->resolver) {
        fail(Error::unsupported(
            QStringLiteral("'%1' needs a name server, and this program has no way to ask one.")
                .arg(m_core.uri.toString())));
        return;
    }
    m_phase = Phase::Resolve;
    m_core.setState(Proxy::State::Connecting);
    armDeadline();
    m_scope = std::make_unique<QObject>(this);
    ProxyOptions options = m_core.options();
    if (m_current->timeout > kNoTimeout) {
        const auto left = std::chrono::nanoseconds(m_current->deadline.load())
            - CallCore::Clock::now().time_since_epoch();
        options.callTimeout
            = std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(1));
    }
    m_core.context->resolver->resolveAsync(
        m_core.uri, options, m_scope.get(), [this](const Result<Uri> &found) { onResolved(found); });
}

void Engine::onResolved(const Result<Uri> &found)
{
    if (m_phase != Phase::Resolve)
        return;
    const Result<Uri> answer = found; // the resolver's own may end with the scope
    dismiss(m_scope);
    m_current->trace.resolve += lap();
    if (!answer) {
        failOrTryAgain(answer.error(), true);
        return;
    }
    m_core.setResolved(answer.value());
    lookUp();
}

void Engine::lookUp()
{
    const Uri target = *m_core.address();
    if (auto obstacle = m_core.obstacle(target)) {
        fail(*std::move(obstacle));
        return;
    }
    m_phase = Phase::Lookup;
    m_core.setState(Proxy::State::Connecting);
    m_current->trace.newConnection = true;
    m_current->trace.endpoint = target.endpoint();
    m_connectDeadline = CallCore::kForever;
    if (const auto limit = m_core.options().connectTimeout; limit > kNoTimeout)
        m_connectDeadline = CallCore::ns(CallCore::Clock::now().time_since_epoch() + limit);
    armDeadline();
    if (!target.unixPath.isEmpty()) {
        connectToPath(target.unixPath);
        return;
    }
    const QString host = m_core.destination(target).first;
    if (const QHostAddress numeric(host); !numeric.isNull()) {
        onAddresses(QList<QHostAddress>{numeric});
        return;
    }
    m_scope = std::make_unique<QObject>(this);
    lookupHostAsync(host, m_scope.get(),
        [this](const Result<QList<QHostAddress>> &addresses) { onAddresses(addresses); });
}

void Engine::connectToPath(const QString &path)
{
    m_phase = Phase::Connect;
    auto stream = connectUnix(path);
    const Status usable = stream ? (*stream)->setBlocking(false) : Status(stream.error());
    if (usable)
        onStream(std::move(*stream));
    else
        connectFailed(usable.error());
}

void Engine::onAddresses(const Result<QList<QHostAddress>> &addresses)
{
    if (m_phase != Phase::Lookup)
        return;
    dismiss(m_scope);
    if (!addresses) {
        connectFailed(addresses.error());
        return;
    }
    m_phase = Phase::Connect;
    const auto [host, port] = m_core.destination(*m_core.address());
    m_race = std::make_unique<ConnectRace>(host, port, addresses.value());
    m_race->startNext();
    advanceRace();
}

void Engine::advanceRace()
{
    if (auto outcome = m_race->takeOutcome()) {
        stopWatching();
        if (*outcome)
            onStream(std::move(*outcome).value());
        else
            connectFailed(std::move(*outcome).error());
        return;
    }
    unwatchRace();
    for (const qintptr descriptor : m_race->descriptors()) {
        auto notifier = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Write, this);
        connect(notifier.get(), &QSocketNotifier::activated, this, [this, descriptor] {
            const QPointer<Engine> alive(this);
            ++m_notifying;
            unwatchRace(); // before the race closes the sockets that lost
            m_race->check(descriptor);
            advanceRace();
            if (alive)
                --m_notifying;
        });
        m_raceNotifiers.push_back(std::move(notifier));
    }
    if (m_race->hasMore() && !m_staggerTimer.isActive())
        m_staggerTimer.start(static_cast<int>(ConnectRace::kStagger.count()), this);
}

void Engine::onStream(std::unique_ptr<Stream> stream)
{
    m_current->trace.connect += lap();
    if (m_core.usesTls(*m_core.address()))
        encrypt(std::move(stream));
    else
        greet(std::move(stream));
}

void Engine::encrypt(std::unique_ptr<Stream> stream)
{
    m_phase = Phase::Encrypt;
    auto order = m_core.tlsOrder(*m_core.address(), QDeadlineTimer(QDeadlineTimer::Forever)); // ours is armed
    if (!order) {
        connectFailed(order.error());
        return;
    }
    // On the tunnels' thread; stopWatching() calls it off, after which it does not run.
    m_tls = m_core.tunnels().start(
        std::move(stream), std::move(*order), [this, turn = m_turn](Result<std::unique_ptr<Stream>> outcome) {
            const auto shared = std::make_shared<Result<std::unique_ptr<Stream>>>(std::move(outcome));
            QMetaObject::invokeMethod(
                this,
                [this, turn, shared] {
                    if (m_phase == Phase::Encrypt && turn == m_turn)
                        onEncrypted(std::move(*shared));
                },
                Qt::QueuedConnection);
        });
}

void Engine::onEncrypted(Result<std::unique_ptr<Stream>> outcome)
{
    m_tls = 0;
    m_current->trace.handshake += lap();
    const Status usable = outcome ? (*outcome)->setBlocking(false) : Status(outcome.error());
    if (usable)
        greet(std::move(*outcome));
    else
        connectFailed(usable.error());
}

void Engine::greet(std::unique_ptr<Stream> stream)
{
    m_core.open(std::move(stream), *m_core.address());
    m_phase = Phase::Handshake;
    watchChannel();
    if (m_core.mustListen())
        m_listenTimer.start(int(m_core.options().listenTime.count()), this);
    else
        speak();
}

void Engine::speak()
{
    Channel &channel = *m_core.channel();
    if (channel.pendingBytes() > 0)
        return; // the server has begun
    if (QByteArray greeting = channel.session()->start(); !greeting.isEmpty())
        post(std::move(greeting), Phase::Handshake);
}

void Engine::handshake(const Channel::Found &found)
{
    Channel &channel = *m_core.channel();
    auto answer = channel.handshake(found, m_core.options().limits);
    if (!answer) {
        connectFailed(std::move(answer).error());
        return;
    }
    if (!answer->isEmpty())
        post(std::move(answer).value(), Phase::Handshake);
    else if (channel.isReady())
        shookHands();
}

void Engine::shookHands()
{
    Channel &channel = *m_core.channel();
    if (channel.hasUnread()) {
        fail(texts::mismatch(channel.where(), QStringLiteral("sent more than the handshake")));
        return;
    }
    m_current->trace.handshake += lap();
    m_core.noteHandshake(true);
    m_core.setState(Proxy::State::Ready);
    proceed();
}

void Engine::connectFailed(Error error)
{
    m_scope.reset();
    stopWatching();
    const bool isOther = !m_turned && m_core.turn() == ClientCore::Turn::Reconnect;
    if (!isOther)
        m_core.noteHandshake(false);
    m_core.close(error.what);
    if (isOther) {
        // Another generation answered; nothing but a greeting was sent.
        m_turned = true;
        lookUp();
        return;
    }
    const bool mayHaveMoved = error.kind == Error::Kind::Disconnected || error.kind == Error::Kind::Timeout;
    if (m_wasCached && mayHaveMoved && !m_current->isExpired()) {
        // The object may have moved since its name was looked up. Nothing was sent yet, so this is no
        // repetition.
        m_wasCached = false;
        m_core.forgetResolved();
        resolve();
        return;
    }
    failOrTryAgain(std::move(error), false);
}

void Engine::failOrTryAgain(Error error, bool whileResolving)
{
    const auto wait = m_current->rebinding && !m_current->isExpired()
        ? m_current->rebinding->waitAfter(error, whileResolving)
        : std::nullopt;
    if (!wait) {
        fail(m_current->rebinding ? m_current->rebinding->verdict(std::move(error)) : std::move(error));
        return;
    }
    // Nothing was sent yet, so another attempt is no repetition.
    m_core.forgetResolved();
    m_phase = Phase::Pause;
    m_core.setState(Proxy::State::Connecting);
    armDeadline();
    m_pauseTimer.start(int(std::min<qint64>(wait->count(), INT_MAX)), this);
    Q_EMIT rebinding(m_current->rebinding->tried(), wait->count(), error); // a slot may end all this
}

} // namespace pyrolens
