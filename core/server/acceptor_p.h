// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "core_p.h"
#include "multiplexer_p.h"

#include <pyrolens/transport/tlstunnel.h>

#include <QLocalServer>
#include <QTcpServer>
#include <QThread>

namespace pyrolens {

/// Listens, decides who may come in, and hands each connection to a thread, or to a loop when there are many.
/// Lives in the daemon's thread.
class Acceptor : public QTcpServer
{
    Q_OBJECT

public:
    explicit Acceptor(std::shared_ptr<Core> core);
    ~Acceptor() override;

    /// Tries the ports in turn. \return the port.
    Result<int> open(const QString &host, int port, int range);
    /// Listens on a unix socket instead.
    Status openUnix(const QString &path);
    /// Serves a stream that needs no handshake.
    void serveConnected(std::unique_ptr<Stream> stream, const Generation &generation);
    bool isOpen() const { return isListening() || (m_unix && m_unix->isListening()); }
    void closeDoors(); ///< accepts nobody any more
    /// From now on connections have to begin with a TLS handshake. Before open().
    Status useTls(const TlsSettings &settings);
    /// Ends the loops. The streams of threads are the core's affair.
    void closeLoops();
    /// After a deadline was set at run time: loops without one do not look at their connections.
    void watchLoops();

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    struct Overflow;
    class UnixDoor;
    void encrypt(std::unique_ptr<Stream> stream);
    void admit(std::unique_ptr<Stream> stream,
        ConnectionRecord::Clock::time_point since = ConnectionRecord::Clock::now(),
        const Generation *connected = nullptr);
    void keepSpareDescriptors(qintptr descriptor);
    void rest();
    bool startThread(
        const std::shared_ptr<std::unique_ptr<Stream>> &stream, const ConnectionRecordPtr &record);

    const std::shared_ptr<Core> m_core;
    qint64 m_descriptorLimit = 0; ///< 0 = unknown
    bool m_resting = false;
    std::optional<TlsOrder> m_tls; ///< unset: clear text
    std::unique_ptr<QLocalServer> m_unix;
    int m_encrypting = 0; ///< TLS handshakes under way
    std::unique_ptr<TlsTunnels> m_tunnels;
    std::unique_ptr<Multiplexer> m_loop;  ///< in this thread: single-threaded and service mode
    std::unique_ptr<Overflow> m_overflow; ///< in a thread of its own: connections beyond the thread limit
};

} // namespace pyrolens
