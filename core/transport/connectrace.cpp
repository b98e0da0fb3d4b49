// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "connectrace.h"

#include <algorithm>

namespace pyrolens {

ConnectRace::ConnectRace(QString host, int port, QList<QHostAddress> addresses)
    : m_host(std::move(host)), m_port(port), m_addresses(std::move(addresses))
{ }

ConnectRace::~ConnectRace() = default;

void ConnectRace::fail(Error error)
{
    // "Refused" says most: somebody was there. Else the first address, which is the system's preferred one.
    if (!m_error || (error.code == u"connect.refused" && m_error->code != u"connect.refused"))
        m_error = std::move(error);
}

void ConnectRace::startNext()
{
    while (!m_winner && hasMore()) {
        auto started = startConnect(m_addresses.at(m_next++), m_port, m_host);
        if (started) {
            m_pending.push_back(std::move(started).value());
            return;
        }
        fail(std::move(started).error());
    }
}

std::vector<qintptr> ConnectRace::descriptors() const
{
    std::vector<qintptr> all;
    all.reserve(m_pending.size());
    for (const auto &pending : m_pending)
        all.push_back(pending->descriptor());
    return all;
}

void ConnectRace::check(qintptr descriptor)
{
    const auto found = std::find_if(m_pending.begin(), m_pending.end(),
        [descriptor](const auto &pending) { return pending->descriptor() == descriptor; });
    if (found == m_pending.end())
        return;
    auto finished = (*found)->finish();
    m_pending.erase(found);
    if (finished) {
        if (!m_winner)
            m_winner = std::move(finished).value();
        m_pending.clear();
        return;
    }
    fail(std::move(finished).error());
    startNext();
}

std::optional<Result<std::unique_ptr<Stream>>> ConnectRace::takeOutcome()
{
    if (m_winner)
        return Result<std::unique_ptr<Stream>>(std::move(m_winner));
    if (!m_pending.empty() || hasMore())
        return std::nullopt;
    return Result<std::unique_ptr<Stream>>(
        m_error.value_or(Error::disconnected(QStringLiteral("'%1' has no address.").arg(m_host))));
}

QString durationText(std::chrono::milliseconds duration)
{
    return QString::number(static_cast<double>(duration.count()) / 1000.0, 'g', 3) + u" s";
}

Error connectTimeout(const QString &host, int port, std::chrono::milliseconds waited)
{
    return Error::timeout(QStringLiteral("No answer from %1 in %2. Often a firewall.")
                              .arg(Endpoint{host, port}.toString(), durationText(waited)));
}

} // namespace pyrolens
