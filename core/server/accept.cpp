// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "acceptor_p.h"

#include "descriptors_p.h"
#include "threadedconnection_p.h"

#include <QFileInfo>
#include <QHostInfo>
#include <QNetworkProxy>
#include <QTimer>

namespace pyrolens {

using namespace std::chrono_literals;

namespace {

constexpr int kBacklog = 511;
constexpr auto kRest = 100ms;      // without descriptors, accepting pauses so long
constexpr int kTurnedAway = 64;    // connections above the limit that are there to be told so,
constexpr auto kTurnAwayTime = 1s; // for no longer than this

Result<QHostAddress> addressOf(const QString &host)
{
    if (host.isEmpty())
        return QHostAddress(QHostAddress::AnyIPv4);
    if (const QHostAddress address(host); !address.isNull())
        return address;
    const QHostInfo found = QHostInfo::fromName(host);
    const auto addresses = found.addresses();
    for (const QHostAddress &address : addresses) {
        if (address.protocol() == QAbstractSocket::IPv4Protocol)
            return address;
    }
    if (!addresses.isEmpty())
        return addresses.first();
    return Error::disconnected(QStringLiteral("cannot listen on %1: unknown host").arg(host));
}

} // namespace

// A loop and its thread.
struct Acceptor::Overflow
{
    explicit Overflow(const std::shared_ptr<Core> &core)
        : loop(new Multiplexer(core, false)), anchor(loop->anchor())
    {
        thread.setObjectName(QStringLiteral("pyrolens connections"));
        loop->moveToThread(&thread);
        QObject::connect(&thread, &QThread::finished, loop, &QObject::deleteLater);
        thread.start();
    }
    ~Overflow()
    {
        thread.quit();
        thread.wait();
    }
    Q_DISABLE_COPY_MOVE(Overflow)

    QThread thread;
    Multiplexer *loop; // lives and dies in the thread
    std::shared_ptr<Anchor> anchor;
};

Acceptor::Acceptor(std::shared_ptr<Core> core) : m_core(std::move(core))
{
    setListenBacklogSize(kBacklog);
    setProxy(QNetworkProxy::NoProxy);
    connect(this, &QTcpServer::acceptError, this, [this](QAbstractSocket::SocketError) {
        // Qt has paused accepting: no descriptor is left. Ours is not to spin.
        m_core->refuse({},
            Error::limit(QStringLiteral("cannot accept: ") + errorString(), QStringLiteral("conn.fd-low")));
        m_core->connections.cutOldestUngreeted(QStringLiteral("conn.fd-low"));
        rest();
    });
}

Acceptor::~Acceptor()
{
    m_tunnels.reset(); // first: its threads' answers come here
    closeLoops();
}

Status Acceptor::useTls(const TlsSettings &settings)
{
    auto configuration = tlsConfiguration(settings, TlsRole::Server);
    if (!configuration)
        return configuration.error();
    m_tls.emplace();
    m_tls->role = TlsRole::Server;
    m_tls->settings = settings;
    m_tls->configuration = std::move(*configuration);
    m_tunnels = std::make_unique<TlsTunnels>();
    return Done{};
}

Result<int> Acceptor::open(const QString &host, int port, int range)
{
    const auto address = addressOf(host);
    if (!address)
        return address.error();
    m_descriptorLimit = raiseDescriptorLimit();
    const QString where = host.isEmpty() ? address->toString() : host;
    const int last = port == 0 ? 0 : std::min(65'535, port + std::max(1, range) - 1);
    for (int next = port; next <= last; ++next) {
        if (listen(*address, quint16(next))) {
            if (m_core->runsInline())
                m_loop = std::make_unique<Multiplexer>(m_core, true);
            return int(serverPort());
        }
        if (serverError() != QAbstractSocket::AddressInUseError) {
            return Error::disconnected(
                QStringLiteral("cannot listen on port %1 of %2: %3").arg(next).arg(where, errorString()));
        }
    }
    if (last > port)
        return Error::disconnected(
            QStringLiteral("ports %1 to %2 of %3 are in use").arg(port).arg(last).arg(where));
    return Error::disconnected(QStringLiteral("port %1 of %2 is in use").arg(port).arg(where));
}

/// Hands the descriptors of a unix socket to the acceptor.
class Acceptor::UnixDoor final : public QLocalServer
{
public:
    explicit UnixDoor(Acceptor &owner) : m_owner(owner) { setListenBacklogSize(kBacklog); }

protected:
    void incomingConnection(quintptr descriptor) override { m_owner.incomingConnection(qintptr(descriptor)); }

private:
    Acceptor &m_owner;
};

Status Acceptor::openUnix(const QString &path)
{
    m_descriptorLimit = raiseDescriptorLimit();
    m_unix = std::make_unique<UnixDoor>(*this);
    m_unix->setSocketOptions(QLocalServer::UserAccessOption);
    if (!m_unix->listen(QFileInfo(path).absoluteFilePath())) {
        return Error::disconnected(
            QStringLiteral("cannot listen on the unix socket %1: %2").arg(path, m_unix->errorString()));
    }
    if (m_core->runsInline())
        m_loop = std::make_unique<Multiplexer>(m_core, true);
    return Done{};
}

void Acceptor::closeDoors()
{
    close();
    if (m_unix)
        m_unix->close();
}

void Acceptor::serveConnected(std::unique_ptr<Stream> stream, const Generation &generation)
{
    admit(std::move(stream), ConnectionRecord::Clock::now(), &generation);
}

void Acceptor::closeLoops()
{
    m_loop.reset();
    m_overflow.reset();
}

void Acceptor::watchLoops()
{
    if (m_loop)
        m_loop->watch();
    if (m_overflow)
        m_overflow->anchor->post([loop = m_overflow->loop] { loop->watch(); });
}

void Acceptor::incomingConnection(qintptr descriptor)
{
    auto stream = adoptDescriptor(descriptor);
    if (!stream) {
        m_core->refuse({}, stream.error());
        return;
    }
    if (m_tls)
        encrypt(std::move(*stream));
    else
        admit(std::move(*stream));
    keepSpareDescriptors(descriptor);
}

void Acceptor::keepSpareDescriptors(qintptr descriptor)
{
    // Descriptors are given out lowest first, so the newest tells how many are taken.
    const qint64 spare = m_core->options.connections.spareDescriptors;
    if (m_descriptorLimit <= 0
        || descriptor < std::max<qint64>(m_descriptorLimit - spare, m_descriptorLimit / 2))
        return;
    m_core->connections.cutOldestUngreeted(QStringLiteral("conn.fd-low"));
    rest();
}

void Acceptor::rest()
{
    if (m_resting)
        return;
    m_resting = true;
    pauseAccepting();
    QTimer::singleShot(kRest, this, [this] {
        m_resting = false;
        if (isListening())
            resumeAccepting();
    });
}

// The handshake is not on the way of others, and counts into the time that greeting may take.
void Acceptor::encrypt(std::unique_ptr<Stream> stream)
{
    const Endpoint peer = stream->peer();
    const ConnectionLimits &limits = m_core->options.connections;
    if (m_encrypting >= limits.maxUngreeted) {
        m_core->refuse(peer,
            Error::limit(QStringLiteral("%1 TLS handshakes are under way").arg(m_encrypting),
                QStringLiteral("conn.limit")));
        return;
    }
    ++m_encrypting;
    TlsOrder order = *m_tls;
    order.deadline = QDeadlineTimer(limits.handshake);
    m_tunnels->start(std::move(stream), std::move(order),
        [this, peer, since = ConnectionRecord::Clock::now()](Result<std::unique_ptr<Stream>> outcome) {
            const auto shared = std::make_shared<Result<std::unique_ptr<Stream>>>(std::move(outcome));
            QMetaObject::invokeMethod(
                this,
                [this, peer, since, shared] {
                    --m_encrypting;
                    if (*shared)
                        admit(std::move(**shared), since);
                    else
                        m_core->refuse(peer, shared->error());
                },
                Qt::QueuedConnection);
        });
}

void Acceptor::admit(
    std::unique_ptr<Stream> stream, ConnectionRecord::Clock::time_point since, const Generation *connected)
{
    const ConnectionLimits &limits = m_core->options.connections;
    const Endpoint peer = stream->peer();
    if (m_core->draining)
        return;
    auto record = m_core->connections.add(peer, limits.maxConnections, since);
    const bool isTooMany = !record;
    if (isTooMany) {
        m_core->refuse(peer,
            Error::limit(QStringLiteral("%1 connections are open").arg(limits.maxConnections),
                QStringLiteral("conn.limit")));
        // A few at a time are told so in their own words.
        record = m_core->connections.add(peer, limits.maxConnections + kTurnedAway,
            ConnectionRecord::Clock::now() - limits.handshake + kTurnAwayTime);
        if (!record)
            return;
        record->isTurnedAway = true;
    }
    record->tls = stream->tlsPeer();
    record->connected = connected;
    if (m_core->connections.ungreetedCount() > limits.maxUngreeted)
        m_core->connections.cutOldestUngreeted(QStringLiteral("conn.limit"));
    m_core->announce([text = peer.toString()](Daemon &owner) { Q_EMIT owner.connectionOpened(text); });
    if (m_loop) {
        m_loop->add(std::move(stream), record);
        return;
    }
    const auto shared = std::make_shared<std::unique_ptr<Stream>>(std::move(stream));
    if (!isTooMany && startThread(shared, record))
        return;
    if (!m_overflow)
        m_overflow = std::make_unique<Overflow>(m_core);
    m_overflow->anchor->post(
        [loop = m_overflow->loop, shared, record] { loop->add(std::move(*shared), record); });
}

bool Acceptor::startThread(
    const std::shared_ptr<std::unique_ptr<Stream>> &stream, const ConnectionRecordPtr &record)
{
    return m_core->connectionThreads.tryStart([core = m_core, stream, record] {
        ThreadedConnection connection(core, std::move(*stream), record);
        connection.serve();
    });
}

} // namespace pyrolens
