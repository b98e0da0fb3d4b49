// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostlookup.h"

#include <QHostInfo>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace pyrolens {

namespace {

using namespace std::chrono_literals;

/// How often a waiting caller looks whether it was cancelled.
constexpr auto kCancelSlice = 20ms;

std::mutex s_lookupMutex; // guards s_lookup
HostLookup s_lookup;

HostLookup replacement()
{
    const std::scoped_lock lock(s_lookupMutex);
    return s_lookup;
}

Error unknownHost(const QString &host)
{
    Error error = Error::disconnected(
        QStringLiteral("The host name '%1' is unknown. Check the spelling, or use a numeric address.")
            .arg(host));
    error.code = QStringLiteral("connect.unknown-host");
    return error;
}

Error slowLookup(const QString &host)
{
    return Error::timeout(
        QStringLiteral("The name service did not say in time where '%1' is. Try again, or use a numeric "
                       "address.")
            .arg(host));
}

Result<QList<QHostAddress>> checked(const QString &host, QList<QHostAddress> addresses)
{
    if (addresses.isEmpty())
        return unknownHost(host);
    return addresses;
}

/// What the looking thread and the waiting one share; whoever is last frees it.
struct Lookup
{
    std::mutex mutex; // guards addresses
    std::condition_variable done;
    std::optional<QList<QHostAddress>> addresses;
};

bool startLookup(const QString &host, std::function<void(QList<QHostAddress>)> done)
{
    try {
        std::thread([host, done = std::move(done), lookup = replacement()] {
            done(lookup ? lookup(host) : QHostInfo::fromName(host).addresses());
        }).detach();
        return true;
    } catch (const std::system_error &) {
        return false;
    }
}

Error noThread(const QString &host)
{
    return Error::disconnected(
        QStringLiteral("'%1' cannot be looked up: the system gives no more threads.").arg(host));
}

} // namespace

void setHostLookup(HostLookup lookup)
{
    const std::scoped_lock lock(s_lookupMutex);
    s_lookup = std::move(lookup);
}

Result<QList<QHostAddress>> lookupHost(
    const QString &host, QDeadlineTimer deadline, const std::atomic<bool> *cancelled)
{
    if (const QHostAddress numeric(host); !numeric.isNull())
        return QList<QHostAddress>{numeric};
    const auto state = std::make_shared<Lookup>();
    const bool started = startLookup(host, [state](QList<QHostAddress> addresses) {
        const std::scoped_lock lock(state->mutex);
        state->addresses = std::move(addresses);
        state->done.notify_one();
    });
    if (!started)
        return noThread(host);

    std::unique_lock lock(state->mutex);
    while (!state->addresses) {
        if (cancelled != nullptr && cancelled->load())
            return Error::cancelled();
        if (deadline.hasExpired())
            return slowLookup(host);
        auto slice = std::chrono::milliseconds(kCancelSlice);
        if (!deadline.isForever())
            slice = std::min(slice, std::chrono::milliseconds(deadline.remainingTime() + 1));
        state->done.wait_for(lock, slice);
    }
    return checked(host, *state->addresses);
}

void lookupHostAsync(
    const QString &host, QObject *context, std::function<void(const Result<QList<QHostAddress>> &)> handler)
{
    if (const QHostAddress numeric(host); !numeric.isNull()) {
        QMetaObject::invokeMethod(
            context, [numeric, handler = std::move(handler)] { handler(QList<QHostAddress>{numeric}); },
            Qt::QueuedConnection);
        return;
    }
    if (!replacement()) {
        QHostInfo::lookupHost(host, context, [host, handler = std::move(handler)](const QHostInfo &info) {
            handler(checked(host, info.addresses()));
        });
        return;
    }
    // The looking thread may outlive `context`, so it talks to a relay that only this thread deletes.
    struct Relay
    {
        std::mutex mutex; // guards object against deletion while the looking thread posts to it
        QObject *object = nullptr;
    };
    const auto relay = std::make_shared<Relay>();
    relay->object = new QObject(context);
    QObject::connect(
        relay->object, &QObject::destroyed, relay->object,
        [relay] {
            const std::scoped_lock lock(relay->mutex);
            relay->object = nullptr;
        },
        Qt::DirectConnection);
    const bool started = startLookup(host, [relay, host, handler](QList<QHostAddress> addresses) {
        const std::scoped_lock lock(relay->mutex);
        if (relay->object == nullptr)
            return;
        QMetaObject::invokeMethod(
            relay->object,
            [object = relay->object, host, addresses, handler] {
                object->deleteLater();
                handler(checked(host, addresses));
            },
            Qt::QueuedConnection);
    });
    if (!started) {
        QMetaObject::invokeMethod(
            context, [host, handler = std::move(handler)] { handler(noThread(host)); }, Qt::QueuedConnection);
    }
}

bool isLoopbackHost(const QString &host)
{
    return host.compare(u"localhost", Qt::CaseInsensitive) == 0 || QHostAddress(host).isLoopback();
}

} // namespace pyrolens
