// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "locator_p.h"
#include "nameserverclient.h"

#include <pyrolens/discovery/discovery.h>

#include <atomic>
#include <chrono>
#include <mutex>

namespace pyrolens::naming {

/// One request to a name server.
struct Request
{
    QString method;
    std::vector<Value> args;
    /// It changes nothing, so it may be sent again when a connection turns out to be dead.
    bool isRepeatable = true;
};

/// Finds the name server, keeps one connection to it, and renews it when it is gone.
///
/// The server closes connections that are idle for 20 s. A request that changes nothing is simply sent again,
/// once, as the original does. One that changes something is never sent twice: on a connection that has been
/// idle for more than a second a ping goes first, and the ping is what is repeated. If the connection breaks
/// while the change itself is under way, the caller gets Disconnected and has to look. A server that no
/// longer knows the object id was restarted: it is looked for again, and since it has done nothing, any
/// request may then be repeated.
class ClientEngine : public QObject
{
    Q_OBJECT

public:
    template <class T>
    using Callback = std::function<void(Result<T>)>;

    ClientEngine(std::shared_ptr<const ClientContext> context, NameServerAddress address);
    ~ClientEngine() override;

    Result<Uri> locateBlocking();
    Result<Value> callBlocking(const Request &request);
    void locate(Callback<Uri> done);
    void call(Request request, Callback<Value> done);

    void cancel(); ///< the asynchronous ones, in this object's thread
    /// The blocking operation under way, from any thread; nothing when there is none.
    void cancelBlocking();

    /// A blocking operation of one or more requests: cancelled as a whole, and what was cancelled ends with
    /// it.
    class Operation
    {
    public:
        explicit Operation(ClientEngine &engine);
        ~Operation();
        Q_DISABLE_COPY_MOVE(Operation)

    private:
        ClientEngine &m_engine;
    };

    std::optional<Uri> uri() const;
    const NameServerAddress &address() const { return m_address; }
    const Generation *generation() const; ///< null while it is open and nothing has been found

private:
    struct Task;
    enum class Remedy : quint8 { None, Repeat, LocateAgain };

    std::unique_ptr<Proxy> makeProxy(const Uri &uri) const;
    void found(Locator &locator, const Locator::Step &step, const Proxy &candidate);
    void adopt(std::unique_ptr<Proxy> proxy);
    void dropProxy();
    bool mustPingFirst(const Request &request) const;
    bool isOneOfSeveral() const;
    bool isLost(const Result<Value> &result) const;
    Remedy remedyFor(const Request &request, const Error &error) const;

    Result<Value> sendBlocking(const Request &request);
    void run(const std::shared_ptr<Task> &task);
    void send(const std::shared_ptr<Task> &task);
    void finished(const std::shared_ptr<Task> &task, const Reply &reply);
    void locateStep();
    void located(Result<Uri> result);
    Error cancelledError() const;

    const std::shared_ptr<const ClientContext> m_context;
    const NameServerAddress m_address;
    std::mutex
        m_proxyMutex; // guards m_proxy, m_candidate and m_operations against cancelBlocking() from elsewhere
    int m_operations = 0; // one within another
    std::unique_ptr<Proxy> m_proxy;
    std::unique_ptr<Proxy> m_candidate;  // being tried
    const Generation *m_found = nullptr; // of the server that was located last
    std::chrono::steady_clock::time_point m_lastUse;
    std::atomic_bool m_isCancelled = false;

    // Asynchronous search.
    std::optional<Locator> m_locator;
    quint64 m_search = 0; // number of the search, so that what belongs to an earlier one is told apart
    std::unique_ptr<Discovery> m_discovery;
    std::vector<Callback<Uri>> m_waiting;
};

} // namespace pyrolens::naming
