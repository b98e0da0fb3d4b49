// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "stream.h"

#include <QList>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace pyrolens {

/// Connects to the first of several addresses that answers: they are started in order, the next one as soon
/// as the one before failed or has kept silent for `kStagger`, and the first that stands wins (after RFC
/// 8305, so that a dead IPv6 route does not eat the deadline). No waiting in here: the owner watches the
/// descriptors, with a QSocketNotifier each or with one poll(). Not thread-safe.
class ConnectRace
{
public:
    /// How long an attempt may keep silent before the next address is tried beside it.
    static constexpr std::chrono::milliseconds kStagger{250};

    /// \param host as the user wrote it, for messages.
    ConnectRace(QString host, int port, QList<QHostAddress> addresses);
    ~ConnectRace();
    Q_DISABLE_COPY_MOVE(ConnectRace)

    /// Starts the next address, skipping those that fail at once.
    void startNext();
    bool hasMore() const { return m_next < m_addresses.size(); }
    /// Sockets under way, to be watched for writing.
    std::vector<qintptr> descriptors() const;
    /// Looks at a descriptor that became writable. Failures start the next address.
    void check(qintptr descriptor);
    /// The stream (non-blocking) once one stands; the error once all have failed; nothing while some are
    /// under way.
    std::optional<Result<std::unique_ptr<Stream>>> takeOutcome();

private:
    void fail(Error error);

    QString m_host;
    int m_port;
    QList<QHostAddress> m_addresses;
    qsizetype m_next = 0;
    std::vector<std::unique_ptr<PendingConnect>> m_pending;
    std::unique_ptr<Stream> m_winner;
    std::optional<Error> m_error; ///< the most telling one so far
};

/// "No answer from host:port in 5 s. Often a firewall."
Error connectTimeout(const QString &host, int port, std::chrono::milliseconds waited);

/// "5 s", "0.25 s": for messages.
QString durationText(std::chrono::milliseconds duration);

} // namespace pyrolens
