// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "blockingcall_p.h"

#include "aside_p.h"
#include "texts_p.h"

#include <pyrolens/transport/unixsocket.h>

#include <thread>

namespace pyrolens {

namespace {

using namespace std::chrono_literals;

/// How much longer than the deadline a single read may wait: a new system call for each millisecond that
/// passes while a big reply arrives would cost more than it is worth.
constexpr auto kSlack = 20ms;
/// How much earlier than needed a read may come back, to find that there is time left.
constexpr auto kEarly = 1s;

} // namespace

BlockingCall::BlockingCall(ClientCore &core, Message &message, const CallOptions &options, bool bindOnly,
    const std::optional<RebindPolicy> &rebind)
    : m_core(core)
    , m_message(message)
    , m_oneway(options.oneway)
    , m_bindOnly(bindOnly)
    , m_mustRenew(rebind.has_value())
    , m_timeout(core.timeoutOf(options))
    , m_deadline(m_timeout > kNoTimeout ? QDeadlineTimer(m_timeout) : QDeadlineTimer(QDeadlineTimer::Forever))
    , m_started(Clock::now())
    , m_mark(m_started)
{
    const auto &policy = rebind ? rebind : core.options().automaticRebind;
    if (policy)
        m_rebinding.emplace(*policy);
}

CallTrace::Duration BlockingCall::lap()
{
    const auto now = Clock::now();
    return now - std::exchange(m_mark, now);
}

Reply BlockingCall::run()
{
    m_trace.oneway = m_message.oneway;
    Result<Value> result = perform();
    if (!result && m_core.isCancelled())
        result = texts::cancelled();
    if (!m_keepsConnection && endsConnection(result)) {
        if (result.error().kind != Error::Kind::Cancelled)
            m_core.forgetResolved();
        m_core.close(result.error().what);
    }
    if (m_core.channel() == nullptr)
        m_core.setState(Proxy::State::Idle);
    lap();
    m_trace.total = m_mark - m_started;
    return {std::move(result), std::move(m_trace)};
}

Result<Value> BlockingCall::perform()
{
    if (m_mustRenew)
        m_core.close(QStringLiteral("connecting again"));
    m_core.closeUnlessFresh();
    if (m_core.channel() == nullptr) {
        if (auto error = connect())
            return *std::move(error);
    } else if (const auto status = m_core.channel()->stream().setBlocking(true); !status) {
        return status.error();
    }
    Channel &channel = *m_core.channel();
    channel.bytesSent = 0;
    channel.bytesReceived = 0;
    m_trace.endpoint = channel.where();
    m_trace.generation = channel.generation().info().id;
    if (m_bindOnly)
        return Value();
    if (m_core.mustLocate(m_message)) {
        if (auto error = locate())
            return *std::move(error);
    }
    return exchange(m_message, true);
}

std::optional<Error> BlockingCall::connect()
{
    for (;;) {
        auto error = connectOrAskAgain();
        if (!error || !m_rebinding)
            return error;
        const auto wait = m_rebinding->waitAfter(*error, m_isResolving);
        // Nothing was sent yet, so another attempt is no repetition.
        if (!wait)
            return m_rebinding->verdict(*std::move(error));
        if (!pause(*wait))
            return texts::rebindTimeout(m_core.uri.toString(), m_timeout, m_rebinding->tried());
        m_core.forgetResolved();
    }
}

// \return false at the deadline, and when the call is cancelled.
bool BlockingCall::pause(std::chrono::milliseconds time) const
{
    const QDeadlineTimer end(time);
    while (!end.hasExpired()) {
        if (m_core.isCancelled() || m_deadline.hasExpired())
            return false;
        std::this_thread::sleep_for(std::min(kSlack, std::chrono::milliseconds(end.remainingTime() + 1)));
    }
    return !m_core.isCancelled() && !m_deadline.hasExpired();
}

std::optional<Error> BlockingCall::connectOrAskAgain()
{
    const bool wasCached = m_core.wasResolved();
    if (auto error = resolve())
        return error;
    auto error = connectOnce();
    if (!error)
        return std::nullopt;
    m_core.close(error->what);
    if (!m_core.wasResolved() || m_core.isCancelled())
        return error;
    m_core.forgetResolved();
    const bool mayHaveMoved = error->kind == Error::Kind::Disconnected || error->kind == Error::Kind::Timeout;
    if (!wasCached || !mayHaveMoved || m_deadline.hasExpired())
        return error;
    // The object may have moved since the name was looked up. Nothing was sent yet, so another try is no
    // repetition.
    if (auto again = resolve())
        return again;
    error = connectOnce();
    if (error) {
        m_core.close(error->what);
        m_core.forgetResolved();
    }
    return error;
}

std::optional<Error> BlockingCall::resolve()
{
    m_isResolving = m_core.address() == nullptr;
    if (!m_isResolving)
        return std::nullopt;
    if (!m_core.context->resolver)
        return Error::unsupported(
            QStringLiteral("'%1' needs a name server, and this program has no way to ask one.")
                .arg(m_core.uri.toString()));
    m_core.setState(Proxy::State::Connecting);
    // On a thread of its own, so that it can be given up; the context keeps the resolver alive.
    auto found = runAside<Result<Uri>>(
        [context = m_core.context, uri = m_core.uri, options = m_core.options(), deadline = m_deadline] {
            return context->resolver->resolve(uri, options, deadline);
        },
        m_deadline, m_core.isCancelled());
    m_trace.resolve += lap();
    if (!found)
        return texts::resolveTimeout(m_core.uri.toString(), m_timeout);
    if (!*found)
        return std::move(*found).error();
    m_core.setResolved(std::move(*found).value());
    m_isResolving = false;
    return std::nullopt;
}

std::optional<Error> BlockingCall::connectOnce()
{
    const Uri target = *m_core.address();
    if (auto obstacle = m_core.obstacle(target))
        return obstacle;
    m_core.setState(Proxy::State::Connecting);
    m_trace.endpoint = target.endpoint();
    m_trace.newConnection = true;

    QDeadlineTimer deadline = m_deadline;
    auto allowed = m_timeout;
    if (const auto limit = m_core.options().connectTimeout;
        limit > kNoTimeout && QDeadlineTimer(limit) < m_deadline) {
        deadline = QDeadlineTimer(limit);
        allowed = limit;
    }
    auto error = connectAs(target, deadline, allowed);
    if (error && m_core.turn() == ClientCore::Turn::Reconnect) {
        // Another generation answered; nothing but a greeting was sent.
        m_core.close(error->what);
        m_core.setState(Proxy::State::Connecting);
        error = connectAs(target, deadline, allowed);
    }
    m_core.noteHandshake(!error);
    if (!error)
        m_core.setState(Proxy::State::Ready);
    return error;
}

std::optional<Error> BlockingCall::connectAs(
    const Uri &target, QDeadlineTimer deadline, std::chrono::milliseconds allowed)
{
    const auto [host, port] = m_core.destination(target);
    auto stream = target.unixPath.isEmpty() ? connectTcp(host, port, deadline, &m_core.isCancelled())
                                            : connectUnix(target.unixPath);
    m_trace.connect += lap();
    if (stream && m_core.usesTls(target)) {
        auto order = m_core.tlsOrder(target, deadline);
        stream = order
            ? m_core.tunnels().startBlocking(std::move(*stream), std::move(*order), &m_core.isCancelled())
            : Result<std::unique_ptr<Stream>>(order.error());
    }
    if (!stream)
        return std::move(stream).error();
    m_core.open(std::move(stream).value(), target);
    auto error = shakeHands(deadline, allowed);
    m_trace.handshake += lap();
    return error;
}

std::optional<Error> BlockingCall::shakeHands(QDeadlineTimer deadline, std::chrono::milliseconds allowed)
{
    Channel &channel = *m_core.channel();
    const Limits &limits = m_core.options().limits;
    QByteArray greeting;
    Io heard;
    if (!m_core.mustListen() || !readBefore(QDeadlineTimer(m_core.options().listenTime), heard))
        greeting = channel.session()->start();
    else if (heard.status != Io::Status::Ok)
        return texts::lostInHandshake(channel.where(), channel.generation().info(), heard.what);
    for (;;) {
        const GenerationInfo &wanted = channel.generation().info();
        if (!greeting.isEmpty()) {
            if (const auto sent = channel.sendAll(greeting, deadline); !sent) {
                if (auto reason = channel.lastWords(limits))
                    return reason;
                return texts::lostInHandshake(channel.where(), wanted, sent.error().what);
            }
            greeting.clear();
        }
        auto found = channel.next(limits);
        if (!found) {
            if (m_core.turn() != ClientCore::Turn::Stay)
                return std::move(found).error();
            greeting = channel.session()->start();
            continue;
        }
        if (found->has_value()) {
            auto answer = channel.handshake(**found, limits);
            if (!answer)
                return std::move(answer).error();
            greeting = std::move(answer).value();
            if (!channel.isReady() || !greeting.isEmpty())
                continue;
            if (channel.hasUnread())
                return texts::mismatch(channel.where(), QStringLiteral("sent more than the handshake"));
            return std::nullopt;
        }
        Io io;
        if (!readBefore(deadline, io))
            return texts::handshakeTimeout(channel.where(), wanted, allowed, channel.bytesReceived);
        if (io.status != Io::Status::Ok)
            return texts::lostInHandshake(channel.where(), wanted, io.what);
    }
}

std::optional<Error> BlockingCall::locate()
{
    Message question = m_core.locateMessage();
    Result<Value> id = exchange(question, false);
    m_trace.resolve += lap();
    if (id) {
        if (auto error = m_core.setLocated(*id))
            return error;
        return std::nullopt;
    }
    // Whatever the daemon said, this connection knows no object: the next call starts from the URI as it was
    // given.
    m_core.close(id.error().what);
    return std::move(id).error();
}

Result<Value> BlockingCall::exchange(Message &message, bool isTraced)
{
    Channel &channel = *m_core.channel();
    auto request = m_core.encode(message, m_oneway);
    if (!request) {
        m_keepsConnection = true; // nothing was sent
        return std::move(request).error();
    }
    m_trace.oneway = message.oneway;
    if (message.oneway) {
        if (auto error = send(*request))
            return *std::move(error);
        m_trace.bytesSent = channel.bytesSent;
        m_trace.send = lap();
        return Value();
    }
    const auto code = isTraced ? m_core.codeExchange(message, *request) : nullptr;
    auto reply = roundTrip(std::move(request).value(), isTraced);
    if (!reply)
        return std::move(reply).error();
    return code ? exchangeCode(*code, std::move(reply).value())
                : outcomeOf(channel.where(), std::move(reply).value());
}

Result<Value> BlockingCall::exchangeCode(CodeExchange &code, Message reply)
{
    for (;;) {
        CodeExchange::Step step = code.next(std::move(reply));
        if (step.done)
            return *std::move(step.done);
        auto request = step.repeats ? Result<QByteArray>(code.request()) : m_core.encode(*step.send);
        auto answer = request ? roundTrip(std::move(request).value(), true)
                              : Result<Message>(std::move(request).error());
        if (!answer) {
            // Its state is in doubt, whatever becomes of the call.
            m_core.close(answer.error().what);
            auto outcome = m_core.isCancelled() ? std::nullopt : code.takeOutcome();
            return outcome ? *std::move(outcome) : Result<Value>(std::move(answer).error());
        }
        reply = std::move(answer).value();
    }
}

Result<Message> BlockingCall::roundTrip(QByteArray request, bool isTraced)
{
    Channel &channel = *m_core.channel();
    if (auto error = send(request))
        return *std::move(error);
    request.clear();
    m_trace.bytesSent = channel.bytesSent;
    if (isTraced)
        m_trace.send = lap();

    auto found = receive();
    m_trace.bytesReceived = channel.bytesReceived;
    if (!found)
        return std::move(found).error();
    if (channel.hasUnread())
        return texts::mismatch(channel.where(), QStringLiteral("sent more than the one reply"));
    auto reply = channel.session()->decode(found->frame, m_core.options().limits);
    if (isTraced)
        m_trace.decode = lap();
    if (!reply)
        return texts::at(channel.where(), std::move(reply).error());
    noteReply(m_trace, *reply);
    return reply;
}

std::optional<Error> BlockingCall::send(QByteArrayView bytes)
{
    Channel &channel = *m_core.channel();
    auto sent = channel.sendAll(bytes, m_deadline);
    if (sent)
        return std::nullopt;
    // The server may have said why it reads no further, or why it closed.
    auto error = sent.error().kind == Error::Kind::Timeout
        ? texts::sendTimeout(channel.where(), m_timeout)
        : texts::lostWhileSending(channel.where(), sent.error().what);
    if (auto reason = channel.lastWords(m_core.options().limits))
        error = *std::move(reason);
    m_core.close(error.what);
    return error;
}

Result<Channel::Found> BlockingCall::receive()
{
    Channel &channel = *m_core.channel();
    const qint64 before = channel.bytesReceived;
    for (;;) {
        Io io;
        if (!readBefore(m_deadline, io))
            return texts::replyTimeout(channel.where(), m_timeout, channel.bytesReceived - before);
        if (io.status != Io::Status::Ok)
            return texts::lostBeforeReply(channel.where(), io.what, channel.bytesReceived - before);
        const bool isFirst = channel.bytesReceived - before == io.bytes;
        if (isFirst)
            m_trace.wait = lap();
        auto found = channel.next(m_core.options().limits);
        if (!found)
            return std::move(found).error();
        if (found->has_value()) {
            if (!isFirst) // else it came in one piece
                m_trace.receive = lap();
            return **std::move(found);
        }
    }
}

bool BlockingCall::readBefore(QDeadlineTimer deadline, Io &io)
{
    Channel &channel = *m_core.channel();
    for (;;) {
        auto wanted = kNoTimeout;
        if (!deadline.isForever()) {
            const qint64 left = deadline.remainingTime();
            if (left <= 0)
                return false;
            wanted = std::chrono::milliseconds(left + 1);
        }
        auto &current = channel.readTimeout;
        const bool fits = wanted == current
            || (wanted > kNoTimeout && current > kNoTimeout && current <= wanted + kSlack
                && current >= wanted - kEarly);
        if (!fits) {
            current = wanted;
            channel.stream().setTimeout(wanted);
        }
        io = channel.receive();
        if (io.status != Io::Status::TimedOut)
            return true;
        if (m_core.isCancelled())
            return false;
    }
}

} // namespace pyrolens
