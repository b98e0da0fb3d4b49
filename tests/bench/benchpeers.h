// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArray>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

/// What benchmarks measure against: servers in processes of their own that do nothing but move ready bytes.
/// Linux only.
namespace bench {

inline void pinToCore(int core)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<size_t>(core), &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0)
        std::perror("sched_setaffinity");
}

[[noreturn]] inline void die(const char *what)
{
    std::perror(what);
    std::exit(1);
}

/// A child process that says on which port it listens. Ended with the object, by its id.
class Child
{
public:
    /// `serve` gets a function to tell the port with, and does not return.
    explicit Child(const std::function<void(const std::function<void(int)> &)> &serve)
    {
        int ends[2];
        if (pipe(ends) != 0)
            die("pipe");
        m_pid = fork();
        if (m_pid < 0)
            die("fork");
        if (m_pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(ends[0]);
            serve([fd = ends[1]](int port) {
                if (write(fd, &port, sizeof port) != sizeof port)
                    die("write");
            });
            _exit(0);
        }
        close(ends[1]);
        if (read(ends[0], &m_port, sizeof m_port) != sizeof m_port)
            m_port = 0;
        close(ends[0]);
    }
    ~Child()
    {
        kill(m_pid, SIGKILL);
        waitpid(m_pid, nullptr, 0);
    }
    Q_DISABLE_COPY_MOVE(Child)
    int port() const { return m_port; }

private:
    pid_t m_pid = -1;
    int m_port = 0;
};

inline void noDelay(int fd)
{
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

inline int listenOnLoopback(int &port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    if (fd < 0 || bind(fd, generic, size) != 0 || listen(fd, 64) != 0 || getsockname(fd, generic, &size) != 0)
        die("listen");
    port = ntohs(address.sin_port);
    return fd;
}

inline int connectToLoopback(int port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        die("connect");
    noDelay(fd);
    return fd;
}

inline bool sendAll(int fd, const char *data, size_t size)
{
    while (size > 0) {
        const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= static_cast<size_t>(sent);
    }
    return true;
}

inline bool receiveAll(int fd, char *data, size_t size)
{
    while (size > 0) {
        const ssize_t got = recv(fd, data, size, 0);
        if (got <= 0)
            return false;
        data += got;
        size -= static_cast<size_t>(got);
    }
    return true;
}

/// R: `bytes` each way, no logic. One connection after the other.
inline void serveRaw(const std::function<void(int)> &ready, size_t bytes)
{
    int port = 0;
    const int listener = listenOnLoopback(port);
    ready(port);
    for (;;) {
        const int fd = accept(listener, nullptr, nullptr);
        noDelay(fd);
        QByteArray buffer(static_cast<qsizetype>(bytes), 'x');
        while (receiveAll(fd, buffer.data(), bytes) && sendAll(fd, buffer.data(), bytes)) { }
        close(fd);
    }
}

/// A Pyro 3 server that answers each request with the same ready reply: what any client can at best get.
inline void serveReplay(
    const std::function<void(int)> &ready, const QByteArray &challenge, const QByteArray &reply)
{
    int port = 0;
    const int listener = listenOnLoopback(port);
    ready(port);
    constexpr size_t kHeader = 18;
    QByteArray buffer(1 << 16, '\0');
    for (;;) {
        const int fd = accept(listener, nullptr, nullptr);
        noDelay(fd);
        std::array<char, 64> connect{};
        if (sendAll(fd, challenge.constData(), static_cast<size_t>(challenge.size()))
            && receiveAll(fd, connect.data(), 41) && sendAll(fd, "GRANTED", 7)) {
            for (;;) {
                // Greedy, as a good server reads: a request comes in one piece, unless it is large.
                const ssize_t got = recv(fd, buffer.data(), static_cast<size_t>(buffer.size()), 0);
                if (got < ssize_t(kHeader))
                    break;
                const auto *header = reinterpret_cast<const unsigned char *>(buffer.constData());
                const size_t body = size_t(header[8]) << 24 | size_t(header[9]) << 16
                    | size_t(header[10]) << 8 | header[11];
                size_t left = kHeader + body - static_cast<size_t>(got);
                while (left > 0) {
                    const ssize_t more = recv(fd, buffer.data(), std::min(left, size_t(buffer.size())), 0);
                    if (more <= 0)
                        break;
                    left -= static_cast<size_t>(more);
                }
                if (left > 0 || !sendAll(fd, reply.constData(), static_cast<size_t>(reply.size())))
                    break;
            }
        }
        close(fd);
    }
}

} // namespace bench
