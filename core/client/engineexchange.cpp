// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "engine_p.h"

#include "texts_p.h"

#include <QSocketNotifier>
#include <QThreadPool>

namespace pyrolens {

namespace {

/// Bodies above this are decoded on a pool thread.
constexpr qsizetype kDecodeHere = 1024 * 1024;
/// Read per notification at most, so that one fast server does not starve the other objects of the thread.
constexpr qint64 kReadBudget = 1024 * 1024;

} // namespace

void Engine::watchChannel()
{
    if (m_readNotifier)
        return;
    m_readNotifier = std::make_unique<QSocketNotifier>(
        m_core.channel()->stream().descriptor(), QSocketNotifier::Read, this);
    connect(m_readNotifier.get(), &QSocketNotifier::activated, this, &Engine::onReadable);
}

void Engine::onReadable()
{
    const QPointer<Engine> alive(this);
    ++m_notifying;
    if (m_phase == Phase::Rest)
        onRestReadable();
    else
        readOn();
    if (alive)
        --m_notifying;
}

void Engine::onRestReadable()
{
    Channel *channel = m_core.channel();
    if (channel == nullptr || !channel->stream().isReadable())
        return;
    const Io io = channel->receive();
    if (io.status == Io::Status::WouldBlock || io.status == Io::Status::TimedOut)
        return;
    const Error error = io.status == Io::Status::Ok
        ? texts::mismatch(channel->where(), QStringLiteral("sent something that nobody asked for"))
        : texts::lostWhileIdle(channel->where());
    m_core.close(error.what);
    Q_EMIT connectionLost(error);
}

void Engine::readOn()
{
    qint64 budget = kReadBudget;
    const quint64 turn = m_turn;
    for (;;) {
        Channel &channel = *m_core.channel();
        auto found = channel.next(m_core.options().limits);
        if (!found) {
            if (m_phase == Phase::Handshake && m_core.turn() == ClientCore::Turn::Stay) {
                m_listenTimer.stop();
                continue;
            }
            if (m_phase == Phase::Handshake)
                connectFailed(std::move(found).error());
            else
                fail(std::move(found).error());
            return;
        }
        if (found->has_value()) {
            const bool wasHandshake = m_phase == Phase::Handshake;
            const QPointer<Engine> alive(this);
            onFrame(**found);
            if (!alive || !wasHandshake || m_turn != turn || m_phase != Phase::Handshake
                || m_core.channel() != &channel)
                return;
            continue;
        }
        if (budget <= 0)
            break;
        const Io io = channel.receive();
        if (io.status == Io::Status::WouldBlock || io.status == Io::Status::TimedOut)
            break;
        if (io.status != Io::Status::Ok) {
            lost(io.what);
            return;
        }
        budget -= io.bytes;
        if (m_phase == Phase::Wait) {
            m_current->trace.wait = lap();
            m_phase = Phase::Receive;
        }
    }
    updateProgress();
}

void Engine::updateProgress()
{
    if (m_phase != Phase::Receive)
        return;
    m_current->received.store(m_core.channel()->pendingBytes(), std::memory_order_relaxed);
    m_current->announced.store(m_core.channel()->announcedBytes(), std::memory_order_relaxed);
}

void Engine::lost(const QString &detail)
{
    const Channel &channel = *m_core.channel();
    switch (m_phase) {
    case Phase::Handshake:
        connectFailed(texts::lostInHandshake(channel.where(), channel.generation().info(), detail));
        return;
    case Phase::Send:
        fail(texts::lostWhileSending(channel.where(), detail));
        return;
    default:
        fail(texts::lostBeforeReply(channel.where(), detail, channel.bytesReceived));
        return;
    }
}

void Engine::onFrame(Channel::Found &found)
{
    switch (m_phase) {
    case Phase::Handshake:
        handshake(found);
        return;
    case Phase::Locate:
        onLocated(found);
        return;
    case Phase::Send:
        onEarlyReply(found);
        return;
    default:
        decode(found);
        return;
    }
}

void Engine::proceed()
{
    Channel &channel = *m_core.channel();
    CallCore &call = *m_current;
    channel.bytesSent = 0;
    channel.bytesReceived = 0;
    call.trace.endpoint = channel.where();
    call.trace.generation = channel.generation().info().id;
    if (call.bindOnly) {
        finish(Value());
        return;
    }
    const bool mustLocate = m_core.mustLocate(call.message);
    Message question = mustLocate ? m_core.locateMessage() : Message();
    auto request = m_core.encode(mustLocate ? question : call.message, call.oneway);
    if (!request) {
        finish(std::move(request).error(), CallCore::Delivery::Direct, true); // nothing was sent
        return;
    }
    call.trace.oneway = call.message.oneway;
    m_code = mustLocate ? nullptr : m_core.codeExchange(call.message, *request);
    post(std::move(request).value(), mustLocate ? Phase::Locate : Phase::Wait);
}

void Engine::onLocated(const Channel::Found &found)
{
    Channel &channel = *m_core.channel();
    auto message = channel.session()->decode(found.frame, m_core.options().limits);
    Result<Value> id = message ? outcomeOf(channel.where(), std::move(message).value())
                               : Result<Value>(texts::at(channel.where(), std::move(message).error()));
    m_current->trace.resolve += lap();
    if (id) {
        if (auto error = m_core.setLocated(*id))
            fail(*std::move(error));
        else
            proceed();
        return;
    }
    // Whatever the daemon said, this connection knows no object: the next call starts from the URI as it was
    // given.
    m_core.close(id.error().what);
    finish(std::move(id));
}

void Engine::onEarlyReply(const Channel::Found &found)
{
    // Only a server that refuses the request answers before it has all of it; the rest of it cannot be sent
    // any more.
    Channel &channel = *m_core.channel();
    auto message = channel.session()->decode(found.frame, m_core.options().limits);
    Result<Value> outcome
        = texts::mismatch(channel.where(), QStringLiteral("answered before it had the whole request"));
    if (message && message->kind == Message::Kind::Failure)
        outcome = outcomeOf(channel.where(), std::move(message).value());
    m_core.close(outcome.error().what);
    finish(std::move(outcome));
}

void Engine::post(QByteArray bytes, Phase phase)
{
    m_out = std::move(bytes);
    m_outDone = 0;
    m_afterSend = phase;
    m_phase = phase == Phase::Wait ? Phase::Send : phase;
    flush();
}

void Engine::onWritable()
{
    const QPointer<Engine> alive(this);
    ++m_notifying;
    flush();
    if (alive)
        --m_notifying;
}

void Engine::flush()
{
    Channel &channel = *m_core.channel();
    while (m_outDone < m_out.size()) {
        const Io io = channel.send(QByteArrayView(m_out).sliced(m_outDone));
        if (io.status == Io::Status::Ok) {
            m_outDone += io.bytes;
            continue;
        }
        if (io.status != Io::Status::WouldBlock) {
            sendFailed(io.what);
            return;
        }
        if (!m_writeNotifier) {
            m_writeNotifier = std::make_unique<QSocketNotifier>(
                channel.stream().descriptor(), QSocketNotifier::Write, this);
            connect(m_writeNotifier.get(), &QSocketNotifier::activated, this, &Engine::onWritable);
        }
        m_writeNotifier->setEnabled(true);
        return;
    }
    m_out.clear();
    if (m_writeNotifier)
        m_writeNotifier->setEnabled(false);
    sent();
}

void Engine::sendFailed(const QString &detail)
{
    // The server may have said why before it closed.
    if (auto reason = m_core.channel()->lastWords(m_core.options().limits)) {
        m_core.close(reason->what);
        fail(*std::move(reason));
        return;
    }
    lost(detail);
}

void Engine::sent()
{
    if (m_afterSend == Phase::Handshake) {
        if (m_core.channel()->isReady())
            shookHands();
        return;
    }
    if (m_afterSend != Phase::Wait)
        return;
    m_current->trace.bytesSent = m_core.channel()->bytesSent;
    m_current->trace.send = lap();
    if (m_current->message.oneway)
        finish(Value());
    else
        m_phase = Phase::Wait;
}

void Engine::decode(Channel::Found &found)
{
    Channel &channel = *m_core.channel();
    m_current->trace.receive = lap();
    m_current->trace.bytesReceived = channel.bytesReceived;
    m_current->received.store(found.step.size, std::memory_order_relaxed);
    m_current->announced.store(found.step.size, std::memory_order_relaxed);
    if (channel.hasUnread()) {
        fail(texts::mismatch(channel.where(), QStringLiteral("sent more than the one reply")));
        return;
    }
    if (found.step.size <= kDecodeHere) {
        onDecoded(channel.session()->decode(found.frame, m_core.options().limits));
        return;
    }
    m_phase = Phase::Decode;
    m_readNotifier->setEnabled(false); // what comes now is for a later look, when the connection rests
    QThreadPool::globalInstance()->start(
        [this, link = m_link, turn = m_turn, session = channel.session(), frame = std::move(found.frame),
            limits = m_core.options().limits] {
            const auto reply = std::make_shared<Result<Message>>(session->decode(frame, limits));
            link->post([this, turn, reply] { // only while this lives
                if (m_turn == turn && m_phase == Phase::Decode) {
                    m_readNotifier->setEnabled(true);
                    onDecoded(std::move(*reply));
                }
            });
        });
}

void Engine::onDecoded(Result<Message> reply)
{
    m_current->trace.decode = lap();
    const QString where = m_core.channel()->where();
    if (!reply) {
        fail(texts::at(where, std::move(reply).error()));
        return;
    }
    noteReply(m_current->trace, *reply);
    if (m_code)
        proceedWithCode(std::move(reply).value());
    else
        finish(outcomeOf(where, std::move(reply).value()));
}

void Engine::proceedWithCode(Message reply)
{
    CodeExchange::Step step = m_code->next(std::move(reply));
    if (step.done) {
        finish(*std::move(step.done));
        return;
    }
    auto request = step.repeats ? Result<QByteArray>(m_code->request()) : m_core.encode(*step.send);
    if (!request)
        fail(std::move(request).error());
    else
        post(std::move(request).value(), Phase::Wait);
}

} // namespace pyrolens
