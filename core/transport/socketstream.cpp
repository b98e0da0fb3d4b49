// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "socketstream_p.h"

#include "connectrace.h"

namespace pyrolens {

using native::Failure;

QString Endpoint::toString() const
{
    if (port <= 0)
        return host;
    return (host.contains(u':') ? u'[' + host + u']' : host) + u':' + QString::number(port);
}

SocketStream::SocketStream(native::Handle handle, bool blocking)
    : m_handle(handle), m_isBlocking(blocking) { }

SocketStream::~SocketStream()
{
    SocketStream::close();
}

Status SocketStream::setBlocking(bool blocking)
{
    if (m_handle == native::kNoHandle)
        return Error::disconnected(QStringLiteral("The connection is closed."));
    if (blocking == m_isBlocking)
        return Done{};
    if (const Failure failure = native::setBlocking(m_handle, blocking))
        return Error::disconnected(QStringLiteral("The socket to %1 cannot be switched: %2.")
                                       .arg(peer().toString(), native::text(failure)));
    m_isBlocking = blocking;
    return Done{};
}

Io SocketStream::failed(Failure failure) const
{
    if (failure.kind == Failure::Kind::WouldBlock)
        return {m_isBlocking ? Io::Status::TimedOut : Io::Status::WouldBlock, 0, {}};
    return {Io::Status::Failed, 0, native::text(failure)};
}

Io SocketStream::read(char *data, qsizetype maxBytes)
{
    Q_ASSERT_X(maxBytes > 0, "SocketStream::read", "no room to read into");
    if (m_handle == native::kNoHandle)
        return {Io::Status::Closed, 0, {}};
    if (m_receiveTimeout != m_timeout && m_isBlocking) {
        if (const Failure failure = native::setReceiveTimeout(m_handle, m_timeout))
            return failed(failure);
        m_receiveTimeout = m_timeout;
    }
    Failure failure;
    const qsizetype received = native::receive(m_handle, data, maxBytes, failure);
    if (received > 0)
        return {Io::Status::Ok, received, {}};
    if (received == 0)
        return {Io::Status::Closed, 0, {}};
    return failed(failure);
}

Io SocketStream::write(QByteArrayView data)
{
    if (m_handle == native::kNoHandle)
        return {Io::Status::Closed, 0, {}};
    if (m_sendTimeout != m_timeout && m_isBlocking) {
        if (const Failure failure = native::setSendTimeout(m_handle, m_timeout))
            return failed(failure);
        m_sendTimeout = m_timeout;
    }
    Failure failure;
    const qsizetype sent = native::send(m_handle, data.data(), data.size(), failure);
    if (sent >= 0)
        return {Io::Status::Ok, sent, {}};
    return failed(failure);
}

Status SocketStream::writeAll(QByteArrayView data, QDeadlineTimer deadline)
{
    // Sending what fits and polling for the rest needs no system call beside send() in the usual case, and
    // keeps the deadline exact however slowly the peer reads.
    while (!data.isEmpty()) {
        if (m_handle == native::kNoHandle)
            return Error::disconnected(QStringLiteral("The connection is closed."));
        Failure failure;
        const qsizetype sent = native::sendNow(m_handle, data.data(), data.size(), failure);
        if (sent >= 0) {
            data = data.sliced(sent);
            continue;
        }
        if (failure.kind != Failure::Kind::WouldBlock)
            return Error::disconnected(QStringLiteral("%1 closed the connection: %2.")
                                           .arg(peer().toString(), native::text(failure)));
        if (deadline.hasExpired())
            return Error::timeout(QStringLiteral("%1 does not take the rest of the message: %n bytes left.")
                                      .replace(QStringLiteral("%n"), QString::number(data.size()))
                                      .arg(peer().toString()));
        native::Watch watch{m_handle, true};
        native::wait({&watch, 1},
            deadline.isForever() ? std::chrono::milliseconds{-1}
                                 : std::chrono::milliseconds{deadline.remainingTime() + 1});
    }
    return Done{};
}

bool SocketStream::isReadable() const
{
    if (m_handle == native::kNoHandle)
        return true;
    native::Watch watch{m_handle};
    return native::wait({&watch, 1}, std::chrono::milliseconds{0}) > 0;
}

void SocketStream::shutdown() noexcept
{
    const std::scoped_lock lock(m_closing);
    if (m_handle != native::kNoHandle)
        native::shutdown(m_handle);
}

void SocketStream::close() noexcept
{
    const std::scoped_lock lock(m_closing);
    if (m_handle == native::kNoHandle)
        return;
    native::close(m_handle);
    m_handle = native::kNoHandle;
}

void SocketStream::reset() noexcept
{
    if (m_handle != native::kNoHandle)
        native::resetOnClose(m_handle);
    close();
}

Endpoint SocketStream::local() const
{
    return native::local(m_handle);
}

Endpoint SocketStream::peer() const
{
    if (!m_peer && m_handle != native::kNoHandle)
        m_peer = native::peer(m_handle);
    return m_peer.value_or(Endpoint{});
}

native::Handle SocketStream::release()
{
    const std::scoped_lock lock(m_closing);
    return std::exchange(m_handle, native::kNoHandle);
}

qintptr takeDescriptor(std::unique_ptr<Stream> stream)
{
    auto *socket = dynamic_cast<SocketStream *>(stream.get());
    Q_ASSERT_X(socket != nullptr, "takeDescriptor", "not a plain socket");
    return socket != nullptr ? socket->release() : native::kNoHandle;
}

Result<std::unique_ptr<Stream>> adoptDescriptor(qintptr descriptor)
{
    if (descriptor == native::kNoHandle || !native::isStreamSocket(descriptor))
        return Error::usage(QStringLiteral("Descriptor %1 is no stream socket.").arg(descriptor));
    if (const Failure failure = native::setBlocking(descriptor, true))
        return Error::disconnected(
            QStringLiteral("The socket cannot be used: %1.").arg(native::text(failure)));
    native::tune(descriptor);
    return std::unique_ptr<Stream>(std::make_unique<SocketStream>(descriptor, true));
}

Result<std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>> connectedPair()
{
    Failure failure;
    const auto [first, second] = native::pair(failure);
    if (failure)
        return Error::disconnected(QStringLiteral("No pair of sockets: %1.").arg(native::text(failure)));
    native::tune(first);
    native::tune(second);
    return std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>>(
        std::make_unique<SocketStream>(first, true), std::make_unique<SocketStream>(second, true));
}

} // namespace pyrolens
