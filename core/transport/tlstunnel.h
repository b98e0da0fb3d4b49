// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "stream.h"

#include <pyrolens/security/tlssettings.h>

#include <QSslCertificate>
#include <QThread>

#include <functional>

namespace pyrolens {

/// What the other side of a TLS connection showed. Plain data.
struct TlsPeer
{
    QList<QSslCertificate> chain; ///< its own first; empty = it showed none
    QString protocol;             ///< "TLSv1.3"
    QString cipher;
};

/// What a TLS handshake needs to know.
struct TlsOrder
{
    TlsRole role = TlsRole::Client;
    TlsSettings settings;
    QSslConfiguration configuration; ///< tlsConfiguration(settings, role)
    QString host;                    ///< client: whom the certificate must name
    QDeadlineTimer deadline;         ///< of the handshake
};

/// Makes encrypted streams of plain ones.
///
/// The TLS end (QSslSocket) lives in a thread of this object and passes the bytes on through a pair of
/// connected sockets; what callers get is the other end of that pair. So an encrypted stream blocks, wakes
/// up, counts deadlines and is watched exactly as a plain one. Back pressure is kept: neither side buffers
/// more than some 256 KiB. Costs a copy and two switches of threads a message.
///
/// Ending this object ends its streams. All functions: any thread.
class TlsTunnels
{
public:
    /// Called once, on the tunnels' thread, unless cancel() comes first. Denied when a certificate is refused
    /// (either side's), Timeout, Disconnected, Protocol "tls.handshake" when the other side speaks no TLS.
    using Handler = std::function<void(Result<std::unique_ptr<Stream>>)>;

    TlsTunnels();
    ~TlsTunnels();
    Q_DISABLE_COPY_MOVE(TlsTunnels)

    /// Takes over a connected plain stream and shakes hands. \return a number for cancel().
    quint64 start(std::unique_ptr<Stream> plain, TlsOrder order, Handler done);
    /// Gives a handshake up; its handler will not run once this has returned.
    void cancel(quint64 number);
    /// Waits for the handshake. \param cancelled looked at every 20 ms, may be null.
    Result<std::unique_ptr<Stream>> startBlocking(
        std::unique_ptr<Stream> plain, TlsOrder order, const std::atomic<bool> *cancelled = nullptr);

private:
    class Yard;
    QThread m_thread;
    Yard *m_yard; // lives and dies in the thread
    std::atomic<quint64> m_last = 0;
};

} // namespace pyrolens
