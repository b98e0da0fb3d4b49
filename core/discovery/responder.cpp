// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "discovery.h"
#include "ratelimit_p.h"

#include <QUdpSocket>

namespace pyrolens {

namespace {

constexpr qint64 kMaxRequestBytes = 1'024;
constexpr int kAnswersPerSecond = 50; // per source
constexpr int kMaxPerTurn = 200;      // then the event loop gets its turn

} // namespace

class BroadcastResponder::Private
{
public:
    explicit Private(std::shared_ptr<DatagramHandler> given) : handler(std::move(given)) { }

    void answerAll();
    void answerOne();

    const std::shared_ptr<DatagramHandler> handler;
    QUdpSocket socket;
    discovery::RateLimit limit{kAnswersPerSecond};
    qint64 ignored = 0;
};

void BroadcastResponder::Private::answerAll()
{
    int count = 0;
    while (socket.hasPendingDatagrams() && count++ < kMaxPerTurn)
        answerOne();
    if (socket.hasPendingDatagrams())
        QMetaObject::invokeMethod(
            &socket, [this] { answerAll(); }, Qt::QueuedConnection);
}

void BroadcastResponder::Private::answerOne()
{
    // One byte more than allowed shows that there was more.
    char buffer[kMaxRequestBytes + 1];
    QHostAddress from;
    quint16 port = 0;
    const qint64 size = socket.readDatagram(buffer, sizeof buffer, &from, &port);
    // Port 0 cannot be answered.
    if (size < 0 || size > kMaxRequestBytes || port == 0) {
        ++ignored;
        return;
    }
    if (!limit.allows(from, std::chrono::steady_clock::now())) {
        ++ignored;
        return;
    }
    const QByteArray answer = handler->answer(QByteArrayView(buffer, size), from);
    if (answer.isEmpty()) {
        ++ignored;
        return;
    }
    socket.writeDatagram(answer, from, port);
}

BroadcastResponder::BroadcastResponder(std::shared_ptr<DatagramHandler> handler, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(handler)))
{
    connect(&d->socket, &QUdpSocket::readyRead, this, [this] { d->answerAll(); });
}

BroadcastResponder::~BroadcastResponder() = default;

Result<int> BroadcastResponder::listen(const QHostAddress &address, int port)
{
    if (port < 0 || port > 0xffff)
        return Error::usage(QStringLiteral("a port is a number from 0 to 65535"));
    // Not shared: two responders on one port would answer at random.
    if (!d->socket.bind(address, static_cast<quint16>(port), QAbstractSocket::DontShareAddress)) {
        return Error::disconnected(QStringLiteral("UDP port %1 of %2 cannot be used: %3")
                                       .arg(port)
                                       .arg(address.toString(), d->socket.errorString()));
    }
    return int(d->socket.localPort());
}

void BroadcastResponder::close()
{
    d->socket.close();
}

qint64 BroadcastResponder::ignored() const
{
    return d->ignored;
}

} // namespace pyrolens
