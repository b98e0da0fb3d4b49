// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/transport/stream.h>

#include <QByteArray>
#include <QStringList>
#include <QTcpServer>
#include <QtEndian>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

/// A server that does as it is told: expects these bytes, sends those, waits, hangs up. On a free loopback
/// port, in a thread of its own, with blocking sockets, so that it works beside blocking clients and event
/// loops alike.
///
///     ScriptedPeer peer({{send(challenge), expectMessage(), send("GRANTED"), hangUp()}});
///     ... use peer.port() ...
///     QCOMPARE(peer.failures(), QStringList());
///
/// One script per connection, in the order they come in, one after the other; connections beyond the scripts
/// are closed at once. A script that ends keeps its connection open until the client closes it, or stop().
class ScriptedPeer
{
public:
    class Player;
    using Step = std::function<bool(Player &)>; ///< false ends the script and closes
    using Script = std::vector<Step>;

    explicit ScriptedPeer(std::vector<Script> scripts, const QHostAddress &address = QHostAddress::LocalHost)
        : m_scripts(std::move(scripts))
    {
        std::promise<quint16> port;
        auto listening = port.get_future();
        m_thread = std::thread([this, address, port = std::move(port)]() mutable { run(address, port); });
        m_port = listening.get();
    }
    ~ScriptedPeer() { stop(); }
    Q_DISABLE_COPY_MOVE(ScriptedPeer)

    int port() const { return m_port; } ///< 0 when it could not listen
    int connections() const { return m_connections; }
    /// What came in over all connections so far.
    QByteArray received() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_received;
    }
    /// Expectations that did not come true.
    QStringList failures() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_failures;
    }
    void stop()
    {
        m_isStopping = true;
        if (m_thread.joinable())
            m_thread.join();
    }

    /// One connection being played.
    class Player
    {
    public:
        Player(ScriptedPeer &peer, pyrolens::Stream &stream) : m_peer(peer), m_stream(stream) { }
        pyrolens::Stream &stream() { return m_stream; }
        bool isStopping() const { return m_peer.m_isStopping; }
        bool fail(const QString &what)
        {
            const std::scoped_lock lock(m_peer.m_mutex);
            m_peer.m_failures.append(what);
            return false;
        }
        bool send(QByteArrayView bytes) { return m_stream.writeAll(bytes, QDeadlineTimer(kPatience)).isOk(); }
        /// Exactly so many bytes; fewer when the client closed or kept silent.
        QByteArray read(qsizetype bytes)
        {
            QByteArray all;
            const QDeadlineTimer deadline(kPatience);
            m_stream.setTimeout(kSlice);
            while (all.size() < bytes && !deadline.hasExpired() && !isStopping()) {
                QByteArray some(bytes - all.size(), Qt::Uninitialized);
                const pyrolens::Io io = m_stream.read(some.data(), some.size());
                if (io.status == pyrolens::Io::Status::TimedOut)
                    continue;
                if (io.status != pyrolens::Io::Status::Ok)
                    break;
                all += QByteArrayView(some).first(io.bytes);
                const std::scoped_lock lock(m_peer.m_mutex);
                m_peer.m_received += QByteArrayView(some).first(io.bytes);
            }
            return all;
        }
        /// Waits until the client closed. \return whether it did.
        bool drain()
        {
            char some[4096];
            m_stream.setTimeout(kSlice);
            while (!isStopping()) {
                const pyrolens::Io io = m_stream.read(some, sizeof some);
                if (io.status == pyrolens::Io::Status::Ok) {
                    const std::scoped_lock lock(m_peer.m_mutex);
                    m_peer.m_received += QByteArrayView(some, io.bytes);
                } else if (io.status != pyrolens::Io::Status::TimedOut) {
                    return true;
                }
            }
            return false;
        }
        bool rest(std::chrono::milliseconds time)
        {
            const QDeadlineTimer deadline(time);
            while (!deadline.hasExpired() && !isStopping())
                std::this_thread::sleep_for(std::min(kSlice, time));
            return !isStopping();
        }

    private:
        static constexpr std::chrono::milliseconds kSlice{10};
        static constexpr std::chrono::seconds kPatience{5};

        ScriptedPeer &m_peer;
        pyrolens::Stream &m_stream;
    };

private:
    class Listener : public QTcpServer
    {
    public:
        using QTcpServer::QTcpServer;
        std::vector<qintptr> accepted;

    protected:
        void incomingConnection(qintptr descriptor) override { accepted.push_back(descriptor); }
    };

    void run(const QHostAddress &address, std::promise<quint16> &port)
    {
        Listener listener;
        port.set_value(listener.listen(address) ? listener.serverPort() : quint16(0));
        size_t next = 0;
        while (!m_isStopping && listener.isListening()) {
            listener.waitForNewConnection(10);
            for (const qintptr descriptor : std::exchange(listener.accepted, {})) {
                auto stream = pyrolens::adoptDescriptor(descriptor);
                ++m_connections;
                if (stream && next < m_scripts.size())
                    play(m_scripts.at(next++), *stream.value());
            }
        }
    }
    void play(const Script &script, pyrolens::Stream &stream)
    {
        Player player(*this, stream);
        for (const Step &step : script) {
            if (m_isStopping || !step(player))
                return;
        }
        player.drain();
    }

    const std::vector<Script> m_scripts;
    std::atomic<bool> m_isStopping{false};
    std::atomic<int> m_connections{0};
    int m_port = 0;
    mutable std::mutex m_mutex; // guards the two below
    QByteArray m_received;
    QStringList m_failures;
    std::thread m_thread; // last: it uses the others
};

/// Steps of a script.
namespace peer {

using Step = ScriptedPeer::Step;
using Player = ScriptedPeer::Player;

inline Step send(QByteArray bytes)
{
    return [bytes](Player &player) { return player.send(bytes); };
}

/// One byte at a time, with a pause after each.
inline Step drip(QByteArray bytes, std::chrono::milliseconds pause)
{
    return [bytes, pause](Player &player) {
        return std::all_of(bytes.begin(), bytes.end(), [&](const char &byte) {
            return player.send({&byte, 1}) && player.rest(pause);
        });
    };
}

inline Step expect(QByteArray bytes)
{
    return [bytes](Player &player) {
        const QByteArray got = player.read(bytes.size());
        return got == bytes
            || player.fail(QStringLiteral("expected %1, got %2")
                               .arg(QString::fromLatin1(bytes.toHex()), QString::fromLatin1(got.toHex())));
    };
}

inline Step expectBytes(qsizetype count)
{
    return [count](Player &player) {
        const QByteArray got = player.read(count);
        return got.size() == count
            || player.fail(QStringLiteral("expected %1 bytes, got %2").arg(count).arg(got.size()));
    };
}

/// A whole Pyro 3 message, whatever is in it.
inline Step expectMessage()
{
    return [](Player &player) {
        const QByteArray header = player.read(18);
        if (header.size() < 18)
            return player.fail(
                QStringLiteral("expected a message, got %1").arg(QString::fromLatin1(header.toHex())));
        const auto size = qFromBigEndian<quint32>(header.constData() + 8);
        return player.read(qsizetype(size)).size() == qsizetype(size)
            || player.fail(QStringLiteral("the message is cut"));
    };
}

inline Step wait(std::chrono::milliseconds time)
{
    return [time](Player &player) { return player.rest(time); };
}

/// Keeps the connection until the client closes it; a script may go on after that, with nothing to talk to.
inline Step untilClosed()
{
    return [](Player &player) { return player.drain(); };
}

inline Step hangUp()
{
    return [](Player &player) {
        player.stream().close();
        return false;
    };
}

inline Step reset()
{
    return [](Player &player) {
        player.stream().reset();
        return false;
    };
}

/// Waits until `ready` says so: lets a test decide when the script goes on.
inline Step until(std::function<bool()> ready)
{
    return [ready](Player &player) {
        while (!ready()) {
            if (!player.rest(std::chrono::milliseconds(2)))
                return false;
        }
        return true;
    };
}

} // namespace peer
