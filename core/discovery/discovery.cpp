// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "discovery.h"

#include "destinations_p.h"

#include <QHostInfo>
#include <QPointer>
#include <QTimer>
#include <QUdpSocket>

namespace pyrolens {

using namespace discovery;

class Discovery::Private
{
public:
    Private(Discovery *discovery, DiscoveryOptions chosen) : q(discovery), options(std::move(chosen)) { }

    void send();
    void addLookedUp(const QHostInfo &info);
    void fail(const Error &error);
    void finish();

    Discovery *const q;
    const DiscoveryOptions options;
    QUdpSocket socket;
    QTimer again;
    QTimer end;
    std::vector<QHostAddress> addresses;
    QStringList found;
    QList<int> lookUps;
    int sent = 0;
    bool isRunning = false;
};

void Discovery::Private::send()
{
    if (addresses.empty())
        return; // names are still being looked up
    const Status status = sendRequests(socket, destinations(options, addresses));
    if (!status && sent == 0)
        return fail(status.error());
    if (++sent >= qMax(1, options.tries))
        again.stop();
}

void Discovery::Private::addLookedUp(const QHostInfo &info)
{
    lookUps.removeOne(info.lookupId());
    for (const QHostAddress &address : info.addresses()) {
        if (address.protocol() == QAbstractSocket::IPv4Protocol)
            addresses.push_back(address);
    }
    if (!addresses.empty())
        return send();
    if (lookUps.isEmpty())
        fail(Error::disconnected(u"unknown host: " + info.hostName()));
}

void Discovery::Private::fail(const Error &error)
{
    const QPointer<Discovery> alive(q);
    finish();
    if (alive)
        Q_EMIT alive->failed(error);
}

void Discovery::Private::finish()
{
    if (!isRunning)
        return;
    isRunning = false;
    again.stop();
    end.stop();
    for (const int id : std::as_const(lookUps))
        QHostInfo::abortHostLookup(id);
    lookUps.clear();
    socket.close();
}

Discovery::Discovery(DiscoveryOptions options, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(options)))
{
    d->end.setSingleShot(true);
    connect(&d->again, &QTimer::timeout, this, [this] { d->send(); });
    connect(&d->end, &QTimer::timeout, this, [this] {
        d->finish();
        Q_EMIT finished();
    });
    connect(&d->socket, &QUdpSocket::readyRead, this, [this] {
        const QPointer<Discovery> alive(this);
        std::vector<std::pair<QString, QString>> fresh;
        readAnswers(d->socket, d->found,
            [&](const QString &uri, const QHostAddress &from) { fresh.emplace_back(uri, from.toString()); });
        // A handler may cancel or delete this object.
        for (const auto &[uri, from] : fresh) {
            if (alive && d->isRunning)
                Q_EMIT answered(uri, from);
        }
    });
}

Discovery::~Discovery()
{
    d->finish();
}

void Discovery::start()
{
    d->finish();
    d->isRunning = true;
    d->found.clear();
    d->sent = 0;
    d->addresses = numericAddresses(d->options);
    // Failures are told later, never from within start().
    if (const Status opened = openSocket(d->socket); !opened) {
        QMetaObject::invokeMethod(
            this, [this, error = opened.error()] { d->fail(error); }, Qt::QueuedConnection);
        return;
    }
    for (const QString &name : namesToLookUp(d->options))
        d->lookUps.append(
            QHostInfo::lookupHost(name, this, [this](const QHostInfo &info) { d->addLookedUp(info); }));
    const int tries = qMax(1, d->options.tries);
    d->again.start(d->options.wait / tries);
    d->end.start(d->options.wait);
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (d->isRunning && d->sent == 0)
                d->send();
        },
        Qt::QueuedConnection);
}

void Discovery::cancel()
{
    d->finish();
}

QStringList Discovery::found() const
{
    return d->found;
}

} // namespace pyrolens
