// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nativesocket_p.h"

#include <QVarLengthArray>

#include <arpa/inet.h>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace pyrolens::native {

namespace {

constexpr int kKeepIdleSeconds = 60;
constexpr int kKeepIntervalSeconds = 10;
constexpr int kKeepProbes = 6;

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0; // SO_NOSIGPIPE instead, see tune()
#endif

int fd(Handle handle)
{
    return static_cast<int>(handle);
}

Failure failureOf(int code)
{
    using Kind = Failure::Kind;
    switch (code) {
    case 0:
        return {};
    case EAGAIN:
#if EAGAIN != EWOULDBLOCK
    case EWOULDBLOCK:
#endif
    case EINPROGRESS:
    case EALREADY:
        return {Kind::WouldBlock, code};
    case ECONNREFUSED:
        return {Kind::Refused, code};
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return {Kind::Unreachable, code};
    case ETIMEDOUT:
        return {Kind::TimedOut, code};
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
    case ENOTCONN:
        return {Kind::Reset, code};
    case EACCES:
    case EPERM:
        return {Kind::Forbidden, code};
    default:
        return {Kind::Other, code};
    }
}

template <class T>
bool setOption(Handle handle, int level, int name, const T &value)
{
    return ::setsockopt(fd(handle), level, name, &value, sizeof value) == 0;
}

Failure setTimeoutOption(Handle handle, int name, std::chrono::milliseconds timeout)
{
    timeval value{};
    value.tv_sec = timeout.count() / 1000;
    value.tv_usec = timeout.count() % 1000 * 1000;
    return setOption(handle, SOL_SOCKET, name, value) ? Failure{} : failureOf(errno);
}

Endpoint endpointOf(const sockaddr_storage &storage)
{
    const auto *address = reinterpret_cast<const sockaddr *>(&storage);
    switch (storage.ss_family) {
    case AF_INET:
        return {QHostAddress(address).toString(),
            ntohs(reinterpret_cast<const sockaddr_in *>(&storage)->sin_port)};
    case AF_INET6: {
        const QHostAddress v6(address);
        bool mapped = false; // ::ffff:127.0.0.1, from a listener on all addresses
        const quint32 v4 = v6.toIPv4Address(&mapped);
        return {mapped ? QHostAddress(v4).toString() : v6.toString(),
            ntohs(reinterpret_cast<const sockaddr_in6 *>(&storage)->sin6_port)};
    }
    default:
        return {QStringLiteral("local"), 0}; // unix socket or pair: it has no address
    }
}

template <class Call>
Endpoint askEndpoint(Handle handle, Call call)
{
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (handle == kNoHandle || call(fd(handle), reinterpret_cast<sockaddr *>(&storage), &size) != 0)
        return {};
    return endpointOf(storage);
}

qsizetype sendFlagged(Handle handle, const char *data, qsizetype bytes, int flags, Failure &failure)
{
    ssize_t sent = 0;
    do {
        sent = ::send(fd(handle), data, static_cast<size_t>(bytes), flags);
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0)
        return sent;
    failure = failureOf(errno);
    return -1;
}

} // namespace

QString text(Failure failure)
{
    return QString::fromStdString(std::system_category().message(failure.code));
}

namespace {

Handle openSocket(int family, Failure &failure)
{
#ifdef SOCK_CLOEXEC
    const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
#else
    const int socket = ::socket(family, SOCK_STREAM, 0);
    if (socket >= 0) {
        ::fcntl(socket, F_SETFD, FD_CLOEXEC);
        ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
    }
#endif
    if (socket < 0)
        failure = failureOf(errno);
    return socket;
}

} // namespace

Handle openTcp(bool ipv6, Failure &failure)
{
    return openSocket(ipv6 ? AF_INET6 : AF_INET, failure);
}

qsizetype unixPathLimit()
{
    return qsizetype(sizeof sockaddr_un{}.sun_path) - 1;
}

Handle connectUnix(const QByteArray &path, Failure &failure)
{
    sockaddr_un target{};
    target.sun_family = AF_UNIX;
    const auto size = size_t(std::min(path.size(), unixPathLimit()));
    std::memcpy(target.sun_path, path.constData(), size);
    // A name of Linux that no file has begins with a NUL and ends where the length says; a path ends with
    // one.
    const size_t end = path.startsWith('\0') ? size : size + 1;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + end);
    const Handle handle = openSocket(AF_UNIX, failure);
    if (failure)
        return kNoHandle;
    int status = 0;
    do {
        status = ::connect(fd(handle), reinterpret_cast<const sockaddr *>(&target), length);
    } while (status != 0 && errno == EINTR);
    if (status == 0)
        return handle;
    failure = failureOf(errno);
    close(handle);
    return kNoHandle;
}

Failure connect(Handle handle, const QHostAddress &address, int port)
{
    const auto wirePort = htons(static_cast<quint16>(port));
    int status = 0;
    if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        sockaddr_in6 target{};
        target.sin6_family = AF_INET6;
        target.sin6_port = wirePort;
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        std::memcpy(&target.sin6_addr, &bytes, sizeof bytes);
        bool isNumber = false;
        const QString scope = address.scopeId();
        target.sin6_scope_id = scope.toUInt(&isNumber);
        if (!isNumber && !scope.isEmpty())
            target.sin6_scope_id = if_nametoindex(scope.toLocal8Bit().constData());
        status = ::connect(fd(handle), reinterpret_cast<const sockaddr *>(&target), sizeof target);
    } else {
        sockaddr_in target{};
        target.sin_family = AF_INET;
        target.sin_port = wirePort;
        target.sin_addr.s_addr = htonl(address.toIPv4Address());
        status = ::connect(fd(handle), reinterpret_cast<const sockaddr *>(&target), sizeof target);
    }
    if (status == 0)
        return {};
    // An interrupted connect goes on by itself: watch it like one that would block.
    return errno == EINTR ? Failure{Failure::Kind::WouldBlock, EINTR} : failureOf(errno);
}

Failure connectOutcome(Handle handle)
{
    int code = 0;
    socklen_t size = sizeof code;
    if (::getsockopt(fd(handle), SOL_SOCKET, SO_ERROR, &code, &size) != 0)
        code = errno;
    if (code != 0)
        return failureOf(code);
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (::getpeername(fd(handle), reinterpret_cast<sockaddr *>(&storage), &length) == 0)
        return {};
    return errno == ENOTCONN ? Failure{Failure::Kind::WouldBlock, ENOTCONN} : failureOf(errno);
}

bool isStreamSocket(Handle handle)
{
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(fd(handle), SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

std::pair<Handle, Handle> pair(Failure &failure)
{
    int ends[2] = {-1, -1};
#ifdef SOCK_CLOEXEC
    constexpr int kType = SOCK_STREAM | SOCK_CLOEXEC;
#else
    constexpr int kType = SOCK_STREAM;
#endif
    if (::socketpair(AF_UNIX, kType, 0, ends) != 0)
        failure = failureOf(errno);
    return {ends[0], ends[1]};
}

Failure setBlocking(Handle handle, bool blocking)
{
    const int flags = ::fcntl(fd(handle), F_GETFL);
    if (flags < 0)
        return failureOf(errno);
    const int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
    if (wanted == flags || ::fcntl(fd(handle), F_SETFL, wanted) == 0)
        return {};
    return failureOf(errno);
}

Failure setReceiveTimeout(Handle handle, std::chrono::milliseconds timeout)
{
    return setTimeoutOption(handle, SO_RCVTIMEO, timeout);
}

Failure setSendTimeout(Handle handle, std::chrono::milliseconds timeout)
{
    return setTimeoutOption(handle, SO_SNDTIMEO, timeout);
}

void tune(Handle handle)
{
    // Each may be refused by a socket that is not TCP, which is fine.
    setOption(handle, IPPROTO_TCP, TCP_NODELAY, 1);
    setOption(handle, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
    setOption(handle, IPPROTO_TCP, TCP_KEEPIDLE, kKeepIdleSeconds);
#elif defined(TCP_KEEPALIVE)
    setOption(handle, IPPROTO_TCP, TCP_KEEPALIVE, kKeepIdleSeconds);
#endif
#ifdef TCP_KEEPINTVL
    setOption(handle, IPPROTO_TCP, TCP_KEEPINTVL, kKeepIntervalSeconds);
#endif
#ifdef TCP_KEEPCNT
    setOption(handle, IPPROTO_TCP, TCP_KEEPCNT, kKeepProbes);
#endif
#ifdef SO_NOSIGPIPE
    setOption(handle, SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
}

qsizetype receive(Handle handle, char *data, qsizetype maxBytes, Failure &failure)
{
    ssize_t received = 0;
    do {
        received = ::recv(fd(handle), data, static_cast<size_t>(maxBytes), 0);
    } while (received < 0 && errno == EINTR);
    if (received >= 0)
        return received;
    failure = failureOf(errno);
    return -1;
}

qsizetype send(Handle handle, const char *data, qsizetype bytes, Failure &failure)
{
    return sendFlagged(handle, data, bytes, kSendFlags, failure);
}

qsizetype sendNow(Handle handle, const char *data, qsizetype bytes, Failure &failure)
{
    return sendFlagged(handle, data, bytes, kSendFlags | MSG_DONTWAIT, failure);
}

int wait(std::span<Watch> watches, std::chrono::milliseconds timeout)
{
    QVarLengthArray<pollfd, 8> polled;
    for (const Watch &watch : watches)
        polled.append({fd(watch.handle), static_cast<short>(watch.forWriting ? POLLOUT : POLLIN), 0});
    const int count = ::poll(polled.data(), static_cast<nfds_t>(polled.size()),
        timeout.count() < 0 ? -1 : static_cast<int>(std::min<qint64>(timeout.count(), INT_MAX)));
    for (qsizetype i = 0; i < polled.size(); ++i)
        watches[static_cast<size_t>(i)].ready = count > 0 && polled[i].revents != 0;
    return count > 0 ? count
                     : 0; // EINTR counts as "nothing yet": callers look at their deadline and wait again
}

void shutdown(Handle handle) noexcept
{
    ::shutdown(fd(handle), SHUT_RDWR);
}

void close(Handle handle) noexcept
{
    ::close(fd(handle));
}

void resetOnClose(Handle handle) noexcept
{
    setOption(handle, SOL_SOCKET, SO_LINGER, linger{1, 0});
}

Endpoint local(Handle handle)
{
    return askEndpoint(handle,
        [](int socket, sockaddr *address, socklen_t *size) { return ::getsockname(socket, address, size); });
}

Endpoint peer(Handle handle)
{
    return askEndpoint(handle,
        [](int socket, sockaddr *address, socklen_t *size) { return ::getpeername(socket, address, size); });
}

} // namespace pyrolens::native
