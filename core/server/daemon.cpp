// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "daemon.h"

#include "daemon_p.h"

#include <pyrolens/base/logging.h>

#include <QHostInfo>
#include <QNetworkInterface>
#include <QPointer>

#include <thread>

namespace pyrolens {

using namespace std::chrono_literals;

namespace {

constexpr auto kLastWait = 1s; // for threads to notice that all is over
constexpr auto kSweep = 1s; // streams past their time are refused at once, and dropped at the next of these

QString firstOutsideAddress()
{
    for (const QHostAddress &address : QNetworkInterface::allAddresses()) {
        if (address.protocol() == QAbstractSocket::IPv4Protocol && !address.isLoopback())
            return address.toString();
    }
    return QStringLiteral("127.0.0.1");
}

// Numeric unless asked otherwise, as Pyro 3 does (PYRO_DNS_URI). Source: Pyro 3.16, core.py, PyroURI.init.
QString hostForUris(const DaemonOptions &options)
{
    QString host = options.publishHost.isEmpty() ? options.host : options.publishHost;
    const QHostAddress given(host);
    const bool isAny = host.isEmpty() || given == QHostAddress(QHostAddress::AnyIPv4)
        || given == QHostAddress(QHostAddress::AnyIPv6) || given == QHostAddress(QHostAddress::Any);
    if (isAny)
        host = QHostInfo::localHostName();
    else if (!given.isNull())
        return host;
    if (options.dnsUris)
        return host;
    const auto addresses = QHostInfo::fromName(host).addresses();
    for (const QHostAddress &address : addresses) {
        if (address.protocol() == QAbstractSocket::IPv4Protocol)
            return address.toString();
    }
    if (!addresses.isEmpty())
        return addresses.first().toString();
    return isAny ? firstOutsideAddress() : host;
}

} // namespace

Daemon::Daemon(std::shared_ptr<const Catalogue> catalogue, DaemonOptions options, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(*this, std::move(catalogue), std::move(options)))
{ }

Daemon::~Daemon()
{
    Q_ASSERT_X(QThread::currentThread() == thread(), "Daemon::~Daemon", "destroy a daemon in its own thread");
    shutdown(true);
    d->core->daemonDies();
}

void Daemon::setValidator(std::shared_ptr<ConnectionValidator> validator)
{
    d->core->changeHooks([&](Hooks &hooks) { hooks.validator = std::move(validator); });
}

void Daemon::setObserver(std::shared_ptr<DaemonObserver> observer)
{
    d->core->changeHooks([&](Hooks &hooks) { hooks.observer = std::move(observer); });
}

void Daemon::setTap(std::shared_ptr<ByteTap> tap)
{
    d->core->changeHooks([&](Hooks &hooks) { hooks.tap = std::move(tap); });
}

void Daemon::setCallerFactory(CallerFactory factory)
{
    d->core->changeHooks([&](Hooks &hooks) { hooks.callerFactory = std::move(factory); });
}

void Daemon::setInitHook(std::function<void(LocalStorage &)> hook)
{
    d->core->changeHooks([&](Hooks &hooks) { hooks.initHook = std::move(hook); });
}

void Daemon::setMobileCode(std::shared_ptr<const MobileCode> code)
{
    d->core->changeHooks([&](Hooks &hooks) { hooks.code = std::move(code); });
}

void Daemon::setRegistrar(std::shared_ptr<Registrar> registrar)
{
    d->core->setRegistrar(std::move(registrar));
}

Result<int> Daemon::listen()
{
    const DaemonOptions &options = d->core->options;
    if (d->acceptor || d->isShutDown)
        return Error::usage(QStringLiteral("a daemon listens once"));
    if (d->core->generations.empty()) {
        QStringList wanted;
        for (const int id : options.generations)
            wanted.append(QString::number(id));
        return Error::unsupported(
            QStringLiteral("this daemon cannot serve generation %1").arg(wanted.join(QLatin1String(", "))));
    }
    auto acceptor = std::make_unique<Acceptor>(d->core);
    if (options.tls) {
        if (Status usable = acceptor->useTls(*options.tls); !usable)
            return usable.error();
    }
    const bool isUnix = !options.unixPath.isEmpty();
    if (isUnix && options.tls)
        return Error::unsupported(QStringLiteral("there is no TLS over unix sockets"));
    if (isUnix && d->core->speaksFirst())
        return Error::unsupported(
            d->core->speaksFirst()->info().label + QStringLiteral(" knows no unix sockets"));
    auto port = isUnix ? acceptor->openUnix(options.unixPath).map([](Done) { return 0; })
                       : acceptor->open(options.host, options.port, options.portRange);
    if (!port)
        return port;
    d->core->port = *port;
    d->core->setPublishedHost(hostForUris(options));
    if (const auto hook = d->core->hooks()->initHook; hook && !options.multithreaded)
        hook(*d->core->commonStorage);
    d->acceptor = std::move(acceptor);
    d->startReaper();
    d->startSweeper();
    return port;
}

Status Daemon::serveConnected(std::unique_ptr<Stream> stream, int generation)
{
    Q_ASSERT_X(QThread::currentThread() == thread(), "Daemon::serveConnected", "only in the daemon's thread");
    const Generation *spoken = d->core->speaks(generation);
    if (!d->acceptor || !spoken || spoken->info().serverSpeaksFirst)
        return Error::usage(
            QStringLiteral("a connected stream needs a daemon that listens and speaks generation 4 or 5"));
    d->acceptor->serveConnected(std::move(stream), *spoken);
    return Done();
}

void Daemon::setTransientAge(std::chrono::milliseconds age)
{
    d->core->transientAge = age;
    if (QThread::currentThread() == thread())
        d->startReaper();
    else
        QMetaObject::invokeMethod(
            this, [this] { d->startReaper(); }, Qt::QueuedConnection);
}

void Daemon::setTimeout(std::chrono::milliseconds timeout)
{
    d->core->timeout = std::max(timeout, kOff);
    const auto look = [this] {
        if (d->acceptor)
            d->acceptor->watchLoops();
    };
    if (QThread::currentThread() == thread())
        look();
    else
        QMetaObject::invokeMethod(this, look, Qt::QueuedConnection);
}

qint64 Daemon::droppedOneway() const
{
    return d->core->droppedOneway;
}

bool Daemon::isListening() const
{
    return d->acceptor && d->acceptor->isOpen();
}

int Daemon::port() const
{
    return d->core->port;
}

QString Daemon::publishedHost() const
{
    return d->core->publishedHost();
}

int Daemon::connectionCount() const
{
    return d->core->connections.count();
}

// In the daemon's thread, whatever the mode: no call is needed to start it.
void Daemon::Private::startReaper()
{
    const auto age = core->transientAge.load();
    if (age <= Daemon::kOff || !acceptor || isShutDown) {
        reaper.reset();
        return;
    }
    if (!reaper) {
        reaper = std::make_unique<QTimer>();
        QObject::connect(reaper.get(), &QTimer::timeout, reaper.get(), [this] { reapTransients(); });
    }
    reaper->start(std::max<std::chrono::milliseconds>(20ms, age / 5));
}

void Daemon::Private::startSweeper()
{
    const bool hasStreams = std::ranges::any_of(
        core->generations, [](const Generation *each) { return each->info().features.streams; });
    if (!hasStreams)
        return;
    sweeper = std::make_unique<QTimer>();
    QObject::connect(sweeper.get(), &QTimer::timeout, sweeper.get(), [this] { core->streams.sweep(); });
    sweeper->start(kSweep);
}

void Daemon::Private::reapTransients()
{
    const auto age = core->transientAge.load();
    if (age <= Daemon::kOff)
        return;
    const auto idle = core->objects.takeIdle(age);
    const auto alive = core; // a hook may end the daemon
    for (const auto &hosted : idle) {
        if (hosted->anchor)
            hosted->anchor->post([hosted] { hosted->servant->reaped(); });
        else
            hosted->servant->reaped();
    }
    if (!idle.empty())
        alive->announce([](Daemon &owner) { Q_EMIT owner.objectsChanged(); });
}

void Daemon::shutdown(bool disconnect, std::chrono::milliseconds grace)
{
    if (QThread::currentThread() != thread()) {
        QMetaObject::invokeMethod(
            this, [this, disconnect, grace] { shutdown(disconnect, grace); }, Qt::QueuedConnection);
        return;
    }
    if (d->isShutDown)
        return;
    d->isShutDown = true;
    const auto core = d->core;
    d->reaper.reset();
    d->sweeper.reset();
    if (d->acceptor)
        d->acceptor->closeDoors();

    // Everybody who does nothing leaves now; those who work may finish. Own calls in our stack never would.
    core->draining = true;
    core->closingThread = QThread::currentThread();
    const auto cutIdle = [&] {
        for (const auto &record : core->connections.all()) {
            if (!record->busy)
                record->cut(QStringLiteral("shutdown"));
        }
    };
    cutIdle();
    const int ours = RunningScope::depth(*core);
    const QDeadlineTimer patience(grace);
    while ((core->running > ours || core->queuedOneway > 0) && !patience.hasExpired())
        std::this_thread::sleep_for(2ms);
    // An answer is on its way out for a moment after its call has ended.
    const QDeadlineTimer last(kLastWait);
    const auto busy = [&] {
        const auto all = core->connections.all();
        return std::ranges::count_if(all, [](const auto &record) { return record->busy.load(); });
    };
    while (core->running <= ours && busy() > ours && !last.hasExpired())
        std::this_thread::sleep_for(2ms);

    core->stopping = true;
    for (const auto &record : core->connections.all())
        record->cut(QStringLiteral("shutdown"));
    if (d->acceptor)
        d->acceptor->closeLoops();
    const QDeadlineTimer end(kLastWait);
    const bool joined = core->connectionThreads.stop(end);
    if (!core->callThreads.stop(end) || !joined) {
        qCWarning(logging::server).noquote()
            << QStringLiteral("conn.abandoned peer= gen=%1 bytes=0 detail=\"calls that do not "
                              "end were left alone at shutdown\"")
                   .arg(core->only() ? core->only()->info().id : 0);
    }

    for (const auto &hosted : core->objects.all()) {
        if (!disconnect || hosted->persistent)
            continue;
        if (const auto done = core->unregisterNames(*hosted); !done)
            core->refuse({}, done.error());
    }
    core->streams.clear();
    core->closingThread = nullptr;
}

} // namespace pyrolens
