// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "multiplexer_p.h"

namespace pyrolens {

using namespace std::chrono_literals;

namespace {

constexpr auto kTick = 50ms; // how exactly deadlines are kept
constexpr size_t kScratch = 64 * 1024;

} // namespace

Multiplexer::Multiplexer(std::shared_ptr<Core> core, bool callsInline)
    : m_core(std::move(core))
    , m_callsInline(callsInline)
    , m_anchor(std::make_shared<Anchor>(this))
    , m_clock(this)
    , m_scratch(kScratch)
{
    m_clock.setInterval(kTick);
    connect(&m_clock, &QTimer::timeout, this, &Multiplexer::look);
}

Multiplexer::~Multiplexer()
{
    closeAll();
}

void Multiplexer::add(std::unique_ptr<Stream> stream, ConnectionRecordPtr record)
{
    auto connection = std::make_shared<LoopConnection>(*this, std::move(stream), std::move(record));
    m_connections.emplace(connection.get(), connection);
    connection->open();
}

void Multiplexer::closeAll()
{
    const auto connections = std::exchange(m_connections, {});
    for (const auto &[key, connection] : connections)
        connection->close(QStringLiteral("the daemon shuts down"));
}

void Multiplexer::watch()
{
    if (!m_clock.isActive())
        m_clock.start();
}

void Multiplexer::look()
{
    std::vector<std::shared_ptr<LoopConnection>> watched;
    for (const auto &[key, connection] : m_connections) {
        if (connection->hasDeadline())
            watched.push_back(connection);
    }
    if (watched.empty())
        m_clock.stop();
    const auto now = ConnectionRecord::Clock::now();
    const QPointer<Multiplexer> self(this);
    for (const auto &connection : watched) {
        connection->checkDeadlines(now);
        if (!self)
            return;
    }
}

void Multiplexer::forget(const LoopConnection &connection)
{
    m_connections.erase(&connection);
}

} // namespace pyrolens
