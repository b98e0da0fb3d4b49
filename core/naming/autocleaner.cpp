// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "autocleaner_p.h"

#include <pyrolens/base/logging.h>

#include <QTcpSocket>

namespace pyrolens::naming {

namespace {

constexpr char kDaemonName[] = "Pyro.Daemon";

} // namespace

AutoCleaner::AutoCleaner(
    std::shared_ptr<Registry> registry, const Generation &generation, AutoCleanSettings settings)
    : m_registry(std::move(registry)), m_generation(generation), m_settings(settings)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(m_settings.period);
    connect(&m_timer, &QTimer::timeout, this, &AutoCleaner::beginRound);
}

AutoCleaner::~AutoCleaner() = default;

void AutoCleaner::start()
{
    m_timer.start();
}

void AutoCleaner::beginRound()
{
    // Many names lead to few daemons: each address is looked at once.
    QHash<QString, Address> addresses;
    m_registry->flat().visit({}, [&](const QByteArray &name, const FlatEntry &entry) {
        if (name == kFlatOwnName || name == kDaemonName)
            return;
        const Result<Uri> uri = m_generation.parseUri(QString::fromUtf8(entry.uri));
        if (!uri || uri->host.isEmpty() || uri->port <= 0 || uri->port > 0xffff)
            return;
        Address &address = addresses[uri->endpoint()];
        address.host = uri->host;
        address.port = uri->port;
        address.names.push_back({name, entry.uri});
    });
    for (Address &address : addresses)
        m_waiting.push_back(std::move(address));
    if (m_waiting.empty())
        return endRound();
    lookAtMore();
}

void AutoCleaner::lookAtMore()
{
    while (m_running < m_settings.parallel && !m_waiting.empty()) {
        Address address = std::move(m_waiting.front());
        m_waiting.pop_front();
        ++m_running;
        lookAt(std::move(address));
    }
}

void AutoCleaner::lookAt(Address address)
{
    auto *socket = new QTcpSocket(this);
    auto *deadline = new QTimer(socket);
    deadline->setSingleShot(true);
    const auto ended = [this, socket, deadline, address](bool isThere) {
        socket->disconnect(this);
        deadline->disconnect(this);
        socket->abort();
        socket->deleteLater();
        looked(address, isThere);
    };
    connect(socket, &QTcpSocket::connected, this, [ended] { ended(true); });
    connect(socket, &QTcpSocket::errorOccurred, this, [ended] { ended(false); });
    connect(deadline, &QTimer::timeout, this, [ended] { ended(false); });
    deadline->start(m_settings.connectTimeout);
    socket->connectToHost(address.host, quint16(address.port));
}

void AutoCleaner::looked(const Address &address, bool isThere)
{
    const auto now = std::chrono::steady_clock::now();
    for (const Name &each : address.names) {
        if (isThere)
            continue;
        const auto known = m_lost.constFind(each.name);
        const bool isSame = known != m_lost.cend() && known->uri == each.uri;
        const Lost lost = isSame ? *known : Lost{each.uri, now};
        if (now - lost.since < m_settings.patience) {
            m_still.insert(each.name, lost);
        } else if (m_registry->flat().removeIfStill(each.name, each.uri).count > 0) {
            qCInfo(logging::naming).noquote()
                << "autoclean: removed" << logging::escapeForLog(QString::fromUtf8(each.name))
                << "- no connection to" << logging::escapeForLog(QString::fromUtf8(each.uri));
        }
    }
    --m_running;
    if (!m_waiting.empty())
        lookAtMore();
    else if (m_running == 0)
        endRound();
}

void AutoCleaner::endRound()
{
    m_lost = std::exchange(m_still, {});
    m_timer.start();
    Q_EMIT roundEnded(int(m_lost.size()));
}

} // namespace pyrolens::naming
