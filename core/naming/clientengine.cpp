// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientengine_p.h"

#include <QPointer>

namespace pyrolens::naming {

namespace {

constexpr std::chrono::milliseconds kTrustIdle(1'000);

Request pingRequest()
{
    return {QStringLiteral("ping"), {}, true};
}

CallOptions placeOptions(const Locator &locator)
{
    CallOptions options;
    if (locator.patience() != kNoTimeout)
        options.timeout = locator.patience();
    return options;
}

/// "unknown object ID": the server was restarted with a fresh id. It has not run anything.
bool isUnknownObject(const Error &error)
{
    return error.kind == Error::Kind::Remote && error.remote
        && error.remote->className.endsWith(QStringLiteral("ProtocolError"))
        && error.remote->args.at(0).toText().startsWith(QStringLiteral("unknown object"));
}

} // namespace

struct ClientEngine::Task
{
    Request request;
    Callback<Value> done;
    bool isRepeated = false;
};

ClientEngine::ClientEngine(std::shared_ptr<const ClientContext> context, NameServerAddress address)
    : m_context(std::move(context)), m_address(std::move(address))
{ }

ClientEngine::~ClientEngine()
{
    cancel();
}

const Generation *ClientEngine::generation() const
{
    return m_address.generation != 0 ? m_context->catalogue->find(m_address.generation) : m_found;
}

std::optional<Uri> ClientEngine::uri() const
{
    if (!m_proxy)
        return std::nullopt;
    const std::optional<Uri> resolved = m_proxy->resolvedUri();
    return resolved ? resolved : m_proxy->uri();
}

std::unique_ptr<Proxy> ClientEngine::makeProxy(const Uri &uri) const
{
    ProxyOptions options = m_address.options;
    options.generation = m_address.generation;
    // A URI of generations 4 and 5 does not say whether it is TLS: there the options do.
    if (!uri.classic && !m_address.tls)
        options.tls.reset();
    else if (!uri.classic && !options.tls)
        options.tls = TlsSettings();
    return std::make_unique<Proxy>(m_context, uri, std::move(options));
}

void ClientEngine::adopt(std::unique_ptr<Proxy> proxy)
{
    const std::lock_guard lock(m_proxyMutex);
    m_proxy = std::move(proxy);
    m_lastUse = std::chrono::steady_clock::now();
}

void ClientEngine::dropProxy()
{
    const std::lock_guard lock(m_proxyMutex);
    // We may be inside one of its handlers.
    if (m_proxy)
        m_proxy.release()->deleteLater();
}

bool ClientEngine::mustPingFirst(const Request &request) const
{
    return !request.isRepeatable && std::chrono::steady_clock::now() - m_lastUse > kTrustIdle;
}

bool ClientEngine::isOneOfSeveral() const
{
    return m_address.host.isEmpty() || m_address.port == 0;
}

/// A failure of the server's after which the next request looks for another one.
bool ClientEngine::isLost(const Result<Value> &result) const
{
    return !result && isOneOfSeveral()
        && (result.error().kind == Error::Kind::Disconnected || result.error().kind == Error::Kind::Timeout);
}

ClientEngine::Remedy ClientEngine::remedyFor(const Request &request, const Error &error) const
{
    if (m_isCancelled)
        return Remedy::None;
    if (isUnknownObject(error))
        return Remedy::LocateAgain;
    if (error.kind != Error::Kind::Disconnected || !request.isRepeatable)
        return Remedy::None;
    // A server that was found, not named, may have moved; of a pair the other half may be there.
    return isOneOfSeveral() ? Remedy::LocateAgain : Remedy::Repeat;
}

Error ClientEngine::cancelledError() const
{
    return Error::cancelled(QStringLiteral("cancelled"));
}

void ClientEngine::found(Locator &locator, const Locator::Step &step, const Proxy &candidate)
{
    const Generation *generation = candidate.generation();
    if (step.kind == Locator::Step::Kind::Try) {
        m_found = generation;
        locator.succeeded(step.uri);
    } else if (generation) {
        locator.probed(step.uri, *generation);
    }
}

// --- blocking

ClientEngine::Operation::Operation(ClientEngine &engine) : m_engine(engine)
{
    const std::lock_guard lock(m_engine.m_proxyMutex);
    ++m_engine.m_operations;
}

ClientEngine::Operation::~Operation()
{
    const std::lock_guard lock(m_engine.m_proxyMutex);
    if (--m_engine.m_operations == 0)
        m_engine.m_isCancelled = false;
}

Result<Uri> ClientEngine::locateBlocking()
{
    const Operation operation(*this);
    if (const std::optional<Uri> known = uri())
        return *known;
    Locator locator(m_address, *m_context->catalogue);
    for (;;) {
        if (m_isCancelled)
            return cancelledError();
        const Locator::Step step = locator.next();
        if (step.kind == Locator::Step::Kind::GiveUp)
            return locator.error();
        if (step.kind == Locator::Step::Kind::Search) {
            locator.answered(discoverBlocking(locator.search()).valueOr({}));
            continue;
        }
        {
            std::unique_ptr<Proxy> candidate = makeProxy(step.uri);
            const std::lock_guard lock(m_proxyMutex);
            m_candidate = std::move(candidate);
        }
        const CallOptions options = placeOptions(locator);
        const Reply reply = step.kind == Locator::Step::Kind::Probe
            ? m_candidate->bindBlocking(options)
            : m_candidate->callBlocking(QStringLiteral("ping"), {}, {}, options);
        if (reply) {
            found(locator, step, *m_candidate);
            if (step.kind == Locator::Step::Kind::Try) {
                adopt(std::move(m_candidate));
                return *uri();
            }
        } else {
            locator.failed(step.uri, reply.error());
        }
        const std::lock_guard lock(m_proxyMutex);
        m_candidate.reset();
    }
}

Result<Value> ClientEngine::sendBlocking(const Request &request)
{
    if (m_isCancelled)
        return cancelledError();
    const Reply reply = m_proxy->callBlocking(request.method, request.args);
    m_lastUse = std::chrono::steady_clock::now();
    return reply.result();
}

Result<Value> ClientEngine::callBlocking(const Request &request)
{
    const Operation operation(*this);
    for (bool isRepeated = false;; isRepeated = true) {
        if (Result<Uri> found = locateBlocking(); !found)
            return found.error();
        if (mustPingFirst(request)) {
            if (Result<Value> alive = callBlocking(pingRequest()); !alive)
                return alive;
        }
        Result<Value> result = sendBlocking(request);
        if (result || isRepeated)
            return result;
        const Remedy remedy = remedyFor(request, result.error());
        if (remedy == Remedy::None && isLost(result))
            dropProxy();
        if (remedy == Remedy::None)
            return result;
        if (remedy == Remedy::LocateAgain)
            dropProxy();
    }
}

void ClientEngine::cancelBlocking()
{
    const std::lock_guard lock(m_proxyMutex);
    if (m_operations == 0)
        return;
    m_isCancelled = true;
    for (const auto *proxy : {&m_proxy, &m_candidate}) {
        if (*proxy)
            (*proxy)->cancelBlocking();
    }
}

// --- asynchronous

void ClientEngine::locate(Callback<Uri> done)
{
    if (const std::optional<Uri> known = uri()) {
        QMetaObject::invokeMethod(
            this, [done = std::move(done), known] { done(*known); }, Qt::QueuedConnection);
        return;
    }
    m_waiting.push_back(std::move(done));
    if (m_waiting.size() > 1)
        return; // somebody looks already
    m_locator.emplace(m_address, *m_context->catalogue);
    // Later: callbacks never run from within the call that was given them. A search that was cancelled before
    // its turn came must not be a second one of the next.
    QMetaObject::invokeMethod(
        this,
        [this, search = ++m_search] {
            if (search == m_search)
                locateStep();
        },
        Qt::QueuedConnection);
}

void ClientEngine::locateStep()
{
    if (!m_locator)
        return; // cancelled meanwhile
    const Locator::Step step = m_locator->next();
    if (step.kind == Locator::Step::Kind::GiveUp)
        return located(m_locator->error());
    if (step.kind == Locator::Step::Kind::Search) {
        m_discovery = std::make_unique<Discovery>(m_locator->search());
        const auto proceed = [this] {
            if (!m_locator)
                return;
            m_locator->answered(m_discovery->found());
            m_discovery.release()->deleteLater();
            locateStep();
        };
        connect(m_discovery.get(), &Discovery::finished, this, proceed);
        connect(m_discovery.get(), &Discovery::failed, this, proceed);
        m_discovery->start();
        return;
    }
    m_candidate = makeProxy(step.uri);
    const CallOptions options = placeOptions(*m_locator);
    const bool isProbe = step.kind == Locator::Step::Kind::Probe;
    const PendingCall ping
        = isProbe ? m_candidate->bind(options) : m_candidate->call(QStringLiteral("ping"), {}, {}, options);
    ping.then(this, [this, step, search = m_search](const Reply &reply) {
        if (!m_locator || !m_candidate || search != m_search)
            return;
        if (reply) {
            found(*m_locator, step, *m_candidate);
            if (step.kind == Locator::Step::Kind::Try) {
                adopt(std::move(m_candidate));
                return located(*uri());
            }
        } else {
            m_locator->failed(step.uri, reply.error());
        }
        m_candidate.release()->deleteLater();
        locateStep();
    });
}

void ClientEngine::located(Result<Uri> result)
{
    m_locator.reset();
    const QPointer<ClientEngine> alive(this);
    for (const Callback<Uri> &done : std::exchange(m_waiting, {})) {
        if (!alive)
            return;
        done(result);
    }
}

void ClientEngine::call(Request request, Callback<Value> done)
{
    run(std::make_shared<Task>(Task{std::move(request), std::move(done), false}));
}

void ClientEngine::run(const std::shared_ptr<Task> &task)
{
    if (!m_proxy) {
        locate([this, task](const Result<Uri> &found) {
            if (found)
                return send(task);
            const auto done = std::move(task->done);
            done(found.error());
        });
        return;
    }
    if (!mustPingFirst(task->request))
        return send(task);
    call(pingRequest(), [this, task](const Result<Value> &alive) {
        if (alive)
            return send(task);
        const auto done = std::move(task->done);
        done(alive.error());
    });
}

void ClientEngine::send(const std::shared_ptr<Task> &task)
{
    if (!m_proxy) // lost to another task's repetition between two turns of the loop
        return run(task);
    m_lastUse = std::chrono::steady_clock::now();
    m_proxy->call(task->request.method, task->request.args).then(this, [this, task](const Reply &reply) {
        finished(task, reply);
    });
}

void ClientEngine::finished(const std::shared_ptr<Task> &task, const Reply &reply)
{
    m_lastUse = std::chrono::steady_clock::now();
    const Remedy remedy = reply || task->isRepeated ? Remedy::None : remedyFor(task->request, reply.error());
    if (remedy != Remedy::None) {
        task->isRepeated = true;
        if (remedy == Remedy::LocateAgain)
            dropProxy();
        return run(task);
    }
    if (isLost(reply.result()))
        dropProxy();
    // The callback may delete this object.
    const auto done = std::move(task->done);
    done(reply.result());
}

void ClientEngine::cancel()
{
    const QPointer<ClientEngine> alive(this);
    m_locator.reset();
    m_discovery.reset();
    if (m_candidate)
        m_candidate.release()->deleteLater();
    const std::vector<Callback<Uri>> waiting = std::exchange(m_waiting, {});
    if (m_proxy)
        m_proxy->release(); // its calls finish with Cancelled
    for (const Callback<Uri> &done : waiting) {
        if (!alive)
            return;
        done(cancelledError());
    }
}

} // namespace pyrolens::naming
