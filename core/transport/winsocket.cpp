// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Windows has its own header order: winsock2.h must come before anything that includes windows.h, whose min
// and max macros would break the standard library's.
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <winsock2.h>
#include <ws2tcpip.h>

#include <mstcpip.h>

#include "nativesocket_p.h"

#include <QVarLengthArray>

#include <algorithm>
#include <climits>
#include <cstring>
#include <system_error>

namespace pyrolens::native {

namespace {

constexpr DWORD kKeepIdleSeconds = 60;
constexpr DWORD kKeepIntervalSeconds = 10;
constexpr DWORD kKeepProbes = 6;

/// A blocking send() of Winsock waits until all is buffered; sendNow() therefore hands over pieces that a
/// socket found writable takes at once.
constexpr int kSendPiece = 16 * 1024;

SOCKET socketOf(Handle handle)
{
    return static_cast<SOCKET>(handle);
}

Failure failureOf(int code)
{
    using Kind = Failure::Kind;
    switch (code) {
    case 0:
        return {};
    case WSAEWOULDBLOCK:
    case WSAEINPROGRESS:
    case WSAEALREADY:
        return {Kind::WouldBlock, code};
    case WSAECONNREFUSED:
        return {Kind::Refused, code};
    case WSAEHOSTUNREACH:
    case WSAENETUNREACH:
    case WSAEHOSTDOWN:
    case WSAENETDOWN:
    case WSAEADDRNOTAVAIL:
    case WSAEAFNOSUPPORT:
        return {Kind::Unreachable, code};
    case WSAETIMEDOUT:
        return {Kind::TimedOut, code};
    case WSAECONNRESET:
    case WSAECONNABORTED:
    case WSAESHUTDOWN:
    case WSAENOTCONN:
        return {Kind::Reset, code};
    case WSAEACCES:
        return {Kind::Forbidden, code};
    default:
        return {Kind::Other, code};
    }
}

Failure lastFailure()
{
    return failureOf(WSAGetLastError());
}

/// Winsock once per process, never given back: sockets may live until its end.
bool startWinsock()
{
    static const bool started = [] {
        WSADATA data{};
        return WSAStartup(MAKEWORD(2, 2), &data) == 0;
    }();
    return started;
}

template <class T>
bool setOption(Handle handle, int level, int name, const T &value)
{
    return ::setsockopt(socketOf(handle), level, name, reinterpret_cast<const char *>(&value), sizeof value)
        == 0;
}

Failure setTimeoutOption(Handle handle, int name, std::chrono::milliseconds timeout)
{
    const auto value = static_cast<DWORD>(std::min<qint64>(timeout.count(), INT_MAX));
    return setOption(handle, SOL_SOCKET, name, value) ? Failure{} : lastFailure();
}

template <class Call>
Endpoint askEndpoint(Handle handle, Call call)
{
    sockaddr_storage storage{};
    int size = sizeof storage;
    auto *address = reinterpret_cast<sockaddr *>(&storage);
    if (handle == kNoHandle || call(socketOf(handle), address, &size) != 0)
        return {};
    if (storage.ss_family == AF_INET)
        return {QHostAddress(address).toString(),
            ntohs(reinterpret_cast<const sockaddr_in *>(&storage)->sin_port)};
    const QHostAddress v6(address);
    bool mapped = false;
    const quint32 v4 = v6.toIPv4Address(&mapped);
    return {mapped ? QHostAddress(v4).toString() : v6.toString(),
        ntohs(reinterpret_cast<const sockaddr_in6 *>(&storage)->sin6_port)};
}

} // namespace

QString text(Failure failure)
{
    return QString::fromStdString(std::system_category().message(failure.code)).trimmed();
}

Handle openTcp(bool ipv6, Failure &failure)
{
    if (!startWinsock()) {
        failure = failureOf(WSANOTINITIALISED);
        return kNoHandle;
    }
    const SOCKET socket = ::WSASocketW(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0,
        WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (socket == INVALID_SOCKET) {
        failure = lastFailure();
        return kNoHandle;
    }
    const auto handle = static_cast<Handle>(socket);
    failure = setBlocking(handle, false);
    if (!failure)
        return handle;
    close(handle);
    return kNoHandle;
}

Failure connect(Handle handle, const QHostAddress &address, int port)
{
    const auto wirePort = htons(static_cast<u_short>(port));
    int status = 0;
    if (address.protocol() == QAbstractSocket::IPv6Protocol) {
        sockaddr_in6 target{};
        target.sin6_family = AF_INET6;
        target.sin6_port = wirePort;
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        std::memcpy(&target.sin6_addr, &bytes, sizeof bytes);
        target.sin6_scope_id = address.scopeId().toUInt();
        status = ::connect(socketOf(handle), reinterpret_cast<const sockaddr *>(&target), sizeof target);
    } else {
        sockaddr_in target{};
        target.sin_family = AF_INET;
        target.sin_port = wirePort;
        target.sin_addr.s_addr = htonl(address.toIPv4Address());
        status = ::connect(socketOf(handle), reinterpret_cast<const sockaddr *>(&target), sizeof target);
    }
    return status == 0 ? Failure{} : lastFailure();
}

Failure connectOutcome(Handle handle)
{
    int code = 0;
    int size = sizeof code;
    if (::getsockopt(socketOf(handle), SOL_SOCKET, SO_ERROR, reinterpret_cast<char *>(&code), &size) != 0)
        return lastFailure();
    if (code != 0)
        return failureOf(code);
    sockaddr_storage storage{};
    int length = sizeof storage;
    if (::getpeername(socketOf(handle), reinterpret_cast<sockaddr *>(&storage), &length) == 0)
        return {};
    const int reason = WSAGetLastError();
    return reason == WSAENOTCONN ? Failure{Failure::Kind::WouldBlock, reason} : failureOf(reason);
}

bool isStreamSocket(Handle handle)
{
    int type = 0;
    int size = sizeof type;
    return startWinsock()
        && ::getsockopt(socketOf(handle), SOL_SOCKET, SO_TYPE, reinterpret_cast<char *>(&type), &size) == 0
        && type == SOCK_STREAM;
}

qsizetype unixPathLimit()
{
    return 0; // no Pyro of this system has them either
}

Handle connectUnix(const QByteArray &path, Failure &failure)
{
    Q_UNUSED(path);
    failure = failureOf(WSAEAFNOSUPPORT);
    return kNoHandle;
}

std::pair<Handle, Handle> pair(Failure &failure)
{
    // No socketpair: a listener on loopback for one connection, which must be our own.
    const Handle listener = openTcp(false, failure);
    if (failure)
        return {kNoHandle, kNoHandle};
    Handle first = kNoHandle;
    Handle second = kNoHandle;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = sizeof address;
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    const auto made = [&] {
        if (::bind(socketOf(listener), generic, size) != 0 || ::listen(socketOf(listener), 1) != 0
            || ::getsockname(socketOf(listener), generic, &size) != 0)
            return false;
        setBlocking(listener, true);
        first = openTcp(false, failure);
        if (failure)
            return false;
        setBlocking(first, true);
        if (::connect(socketOf(first), generic, size) != 0)
            return false;
        const SOCKET accepted = ::accept(socketOf(listener), nullptr, nullptr);
        if (accepted == INVALID_SOCKET)
            return false;
        second = static_cast<Handle>(accepted);
        return true;
    }();
    if (!made && !failure)
        failure = lastFailure();
    if (made && (local(first).toString() != peer(second).toString()))
        failure = failureOf(WSAECONNABORTED); // somebody else was faster
    close(listener);
    if (failure) {
        for (const Handle end : {first, second}) {
            if (end != kNoHandle)
                close(end);
        }
        return {kNoHandle, kNoHandle};
    }
    return {first, second};
}

Failure setBlocking(Handle handle, bool blocking)
{
    u_long nonBlocking = blocking ? 0 : 1;
    return ::ioctlsocket(socketOf(handle), static_cast<long>(FIONBIO), &nonBlocking) == 0 ? Failure{}
                                                                                          : lastFailure();
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
    const BOOL on = TRUE;
    setOption(handle, IPPROTO_TCP, TCP_NODELAY, on);
    setOption(handle, SOL_SOCKET, SO_KEEPALIVE, on);
#ifdef TCP_KEEPIDLE // Windows 10 1709 and later
    setOption(handle, IPPROTO_TCP, TCP_KEEPIDLE, kKeepIdleSeconds);
    setOption(handle, IPPROTO_TCP, TCP_KEEPINTVL, kKeepIntervalSeconds);
    setOption(handle, IPPROTO_TCP, TCP_KEEPCNT, kKeepProbes);
#else
    tcp_keepalive settings{1, kKeepIdleSeconds * 1000, kKeepIntervalSeconds * 1000};
    DWORD returned = 0;
    ::WSAIoctl(socketOf(handle), SIO_KEEPALIVE_VALS, &settings, sizeof settings, nullptr, 0, &returned,
        nullptr, nullptr);
#endif
}

qsizetype receive(Handle handle, char *data, qsizetype maxBytes, Failure &failure)
{
    const int received
        = ::recv(socketOf(handle), data, static_cast<int>(std::min<qsizetype>(maxBytes, INT_MAX)), 0);
    if (received >= 0)
        return received;
    failure = lastFailure();
    if (failure.kind
        == Failure::Kind::TimedOut) // SO_RCVTIMEO ran out; a dead line says the same and may as well
        failure.kind = Failure::Kind::WouldBlock;
    return -1;
}

qsizetype send(Handle handle, const char *data, qsizetype bytes, Failure &failure)
{
    const int sent = ::send(socketOf(handle), data, static_cast<int>(std::min<qsizetype>(bytes, INT_MAX)), 0);
    if (sent >= 0)
        return sent;
    failure = lastFailure();
    if (failure.kind == Failure::Kind::TimedOut)
        failure.kind = Failure::Kind::WouldBlock;
    return -1;
}

qsizetype sendNow(Handle handle, const char *data, qsizetype bytes, Failure &failure)
{
    Watch watch{handle, true};
    if (wait({&watch, 1}, std::chrono::milliseconds{0}) == 0) {
        failure = failureOf(WSAEWOULDBLOCK);
        return -1;
    }
    return send(handle, data, std::min<qsizetype>(bytes, kSendPiece), failure);
}

int wait(std::span<Watch> watches, std::chrono::milliseconds timeout)
{
    QVarLengthArray<WSAPOLLFD, 8> polled;
    for (const Watch &watch : watches)
        polled.append(
            {socketOf(watch.handle), static_cast<SHORT>(watch.forWriting ? POLLWRNORM : POLLRDNORM), 0});
    const int count = ::WSAPoll(polled.data(), static_cast<ULONG>(polled.size()),
        timeout.count() < 0 ? -1 : static_cast<int>(std::min<qint64>(timeout.count(), INT_MAX)));
    for (qsizetype i = 0; i < polled.size(); ++i)
        watches[static_cast<size_t>(i)].ready = count > 0 && polled[i].revents != 0;
    return count > 0 ? count : 0;
}

void shutdown(Handle handle) noexcept
{
    ::shutdown(socketOf(handle), SD_BOTH);
}

void close(Handle handle) noexcept
{
    ::closesocket(socketOf(handle));
}

void resetOnClose(Handle handle) noexcept
{
    setOption(handle, SOL_SOCKET, SO_LINGER, linger{1, 0});
}

Endpoint local(Handle handle)
{
    return askEndpoint(handle,
        [](SOCKET socket, sockaddr *address, int *size) { return ::getsockname(socket, address, size); });
}

Endpoint peer(Handle handle)
{
    return askEndpoint(handle,
        [](SOCKET socket, sockaddr *address, int *size) { return ::getpeername(socket, address, size); });
}

} // namespace pyrolens::native
