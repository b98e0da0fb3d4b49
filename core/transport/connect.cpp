// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "connectrace.h"
#include "hostlookup.h"
#include "socketstream_p.h"
#include "unixsocket.h"

#include <QElapsedTimer>
#include <QFile>

namespace pyrolens {

using native::Failure;

namespace {

using namespace std::chrono_literals;

constexpr auto kCancelSlice = 20ms;

Error disconnected(const char16_t *code, const QString &what)
{
    Error error = Error::disconnected(what);
    error.code = QString::fromUtf16(code);
    return error;
}

Error connectError(Failure failure, const QString &where)
{
    switch (failure.kind) {
    case Failure::Kind::Refused:
        return disconnected(u"connect.refused",
            QStringLiteral(
                "%1 refused the connection. Nothing listens there, or it listens on another address.")
                .arg(where));
    case Failure::Kind::Unreachable:
        return disconnected(u"connect.unreachable",
            QStringLiteral("%1 cannot be reached: %2. Check the address and the network.")
                .arg(where, native::text(failure)));
    case Failure::Kind::TimedOut:
        return Error::timeout(QStringLiteral("No answer from %1. Often a firewall.").arg(where));
    case Failure::Kind::Forbidden:
        return disconnected(u"connect.forbidden",
            QStringLiteral("The system does not allow a connection to %1: %2. Often a local firewall.")
                .arg(where, native::text(failure)));
    default:
        return disconnected(
            u"connect.failed", QStringLiteral("No connection to %1: %2.").arg(where, native::text(failure)));
    }
}

class SocketConnect final : public PendingConnect
{
public:
    SocketConnect(native::Handle handle, QString where) : m_handle(handle), m_where(std::move(where)) { }
    ~SocketConnect() override
    {
        if (m_handle != native::kNoHandle)
            native::close(m_handle);
    }
    Q_DISABLE_COPY_MOVE(SocketConnect)

    qintptr descriptor() const override { return m_handle; }

    Result<std::unique_ptr<Stream>> finish() override
    {
        if (m_handle == native::kNoHandle)
            return Error::disconnected(
                QStringLiteral("The connection to %1 was taken already.").arg(m_where));
        if (const Failure failure = native::connectOutcome(m_handle))
            return connectError(failure, m_where);
        native::tune(m_handle);
        return std::unique_ptr<Stream>(
            std::make_unique<SocketStream>(std::exchange(m_handle, native::kNoHandle), false));
    }

private:
    native::Handle m_handle;
    QString m_where;
};

} // namespace

Result<std::unique_ptr<PendingConnect>> startConnect(
    const QHostAddress &address, int port, const QString &shownHost)
{
    if (port <= 0 || port > 65'535)
        return Error::usage(QStringLiteral("Port %1 does not exist. Ports go from 1 to 65535.").arg(port));
    const QString where = Endpoint{shownHost.isEmpty() ? address.toString() : shownHost, port}.toString();
    Failure failure;
    const native::Handle handle
        = native::openTcp(address.protocol() == QAbstractSocket::IPv6Protocol, failure);
    if (failure)
        return connectError(failure, where);
    auto pending = std::make_unique<SocketConnect>(handle, where);
    failure = native::connect(handle, address, port);
    if (failure && failure.kind != Failure::Kind::WouldBlock)
        return connectError(failure, where);
    return std::unique_ptr<PendingConnect>(std::move(pending));
}

Result<std::unique_ptr<Stream>> connectUnix(const QString &path)
{
    // A name that no file has begins with a NUL; it is shown as ss and netstat do.
    const QString where = QStringLiteral("the unix socket ")
        + (path.startsWith(QChar(0)) ? QString(u'@' + path.sliced(1)) : path);
    const QByteArray name = QFile::encodeName(path);
    const qsizetype limit = native::unixPathLimit();
    if (limit == 0)
        return Error::unsupported(QStringLiteral("This system has no unix sockets, as %1.").arg(path));
    if (name.isEmpty() || name.size() > limit || name.indexOf('\0', 1) > 0)
        return Error::usage(QStringLiteral("'%1' is no path of a unix socket: 1 to %2 bytes.")
                                .arg(path.left(200))
                                .arg(limit));
    Failure failure;
    const native::Handle handle = native::connectUnix(name, failure);
    if (failure.kind == Failure::Kind::Refused)
        return disconnected(
            u"connect.refused", QStringLiteral("Nothing listens at %1; it was left behind.").arg(where));
    if (failure.kind == Failure::Kind::WouldBlock)
        return disconnected(
            u"connect.busy", QStringLiteral("Too many clients wait at %1 already.").arg(where));
    if (failure)
        return connectError(failure, where);
    auto stream = std::make_unique<SocketStream>(handle, false);
    if (auto status = stream->setBlocking(true); !status)
        return std::move(status).error();
    return std::unique_ptr<Stream>(std::move(stream));
}

Result<std::unique_ptr<Stream>> connectTcp(
    const QString &host, int port, QDeadlineTimer deadline, const std::atomic<bool> *cancelled)
{
    QElapsedTimer clock;
    clock.start();
    auto addresses = lookupHost(host, deadline, cancelled);
    if (!addresses)
        return std::move(addresses).error();

    ConnectRace race(host, port, std::move(addresses).value());
    race.startNext();
    QDeadlineTimer nextStart(ConnectRace::kStagger);
    for (;;) {
        if (auto outcome = race.takeOutcome()) {
            if (*outcome) {
                if (auto status = outcome->value()->setBlocking(true); !status)
                    return std::move(status).error();
            }
            return std::move(*outcome);
        }
        if (cancelled != nullptr && cancelled->load())
            return Error::cancelled();
        if (deadline.hasExpired())
            return connectTimeout(host, port, std::chrono::milliseconds(clock.elapsed()));
        if (nextStart.hasExpired() && race.hasMore()) {
            race.startNext();
            nextStart = QDeadlineTimer(ConnectRace::kStagger);
        }
        std::vector<native::Watch> watches;
        for (const qintptr descriptor : race.descriptors())
            watches.push_back({descriptor, true});
        auto slice = std::chrono::milliseconds(-1);
        const auto shorten = [&slice](qint64 ms) {
            slice = slice.count() < 0 ? std::chrono::milliseconds(ms)
                                      : std::min(slice, std::chrono::milliseconds(ms));
        };
        if (!deadline.isForever())
            shorten(deadline.remainingTime() + 1);
        if (cancelled != nullptr)
            shorten(kCancelSlice.count());
        if (race.hasMore())
            shorten(nextStart.remainingTime() + 1);
        native::wait(watches, slice);
        for (const native::Watch &watch : watches) {
            if (watch.ready)
                race.check(watch.handle);
        }
    }
}

} // namespace pyrolens
