// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "demonetwork.h"
#include "feedservice.h"

#include <pyrolens/client/addressmap.h>
#include <pyrolens/client/itemstream.h>
#include <pyrolens/client/proxy.h>
#include <pyrolens/discovery/discovery.h>
#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/daemonmodel.h>
#include <pyrolens/models/methodmodel.h>
#include <pyrolens/models/namelist.h>
#include <pyrolens/models/nametreemodel.h>
#include <pyrolens/naming/nameserverclient.h>

#include <QElapsedTimer>
#include <QHash>
#include <QObject>

#include <memory>
#include <vector>

namespace pyrolens {

/// Everything that talks to the network, in one thread of its own: proxies, name server clients, discovery,
/// the demo.
///
/// The GUI calls the slots with queued invocations and is answered by signals that carry the id it gave; it
/// never waits. A proxy is used by one call at a time; finished ones are kept open for the next call to the
/// same URI.
class NetworkService final : public QObject
{
    Q_OBJECT

public:
    /// How one network is connected to. Plain data.
    struct Connection
    {
        ProxyOptions options;
        std::shared_ptr<const AddressMap> addresses; ///< null: none
        bool nameServerTls = false;
    };

    NetworkService(std::shared_ptr<const Catalogue> catalogue, std::shared_ptr<ByteTap> tap);
    ~NetworkService() override;

    void call(const CallRequest &request);
    void cancelCall(quint64 id);
    void extendCall(quint64 id, std::chrono::milliseconds by);
    /// \param generation 0: whatever answers there; then spaceFound() may tell of a further name space.
    void listNames(const QString &profile, const QString &host, int port, int generation);
    void cancelList(const QString &profile);
    void forget(const QString &profile);
    /// What connections into this network use from now on; open ones that are idle are closed.
    void setConnection(const QString &profile, const Connection &connection);
    /// For calls from now on; null: no modules are exchanged.
    void setMobileCode(std::shared_ptr<const MobileCode> code);
    void discover(const DiscoveryOptions &options);
    void cancelDiscovery();
    void startDemo();
    void ping(quint64 page, const ObjectTarget &target);
    /// What the daemon of an object hosts; hostedListed() or hostedFailed() answers.
    void listHosted(quint64 page, const ObjectTarget &target);
    void describe(quint64 page, const ObjectTarget &target);
    void checkName(quint64 page, const ObjectTarget &target, const QString &name);
    FeedService *feeds() const { return m_feeds; } ///< a child, so in the same thread
    void stop();                                   ///< before the thread ends: closes all

Q_SIGNALS:
    void callFinished(const pyrolens::CallRecord &record);
    void namesListed(const QString &profile, const QString &uri, int generation,
        std::shared_ptr<const pyrolens::NameList> names);
    void listFailed(const QString &profile, const pyrolens::Error &error, const QString &endpoint);
    /// The server of this profile serves the names of this generation, too.
    void spaceFound(const QString &profile, int generation);
    void serverFound(const QString &uri);
    void discoveryFinished(int found);
    void discoveryFailed(const pyrolens::Error &error);
    void demoStarted(const QString &host, int port);
    void demoFailed(const pyrolens::Error &error);
    void pinged(quint64 page, pyrolens::Health health, const QString &text, const QString &resolvedUri);
    void described(quint64 page, const pyrolens::ObjectInterface &interface, const QString &resolvedUri);
    void hostedListed(quint64 page, const std::vector<pyrolens::RegisteredObject> &objects);
    void hostedFailed(quint64 page, const pyrolens::Error &error, const QString &endpoint);
    void metadataListed(quint64 page, const std::vector<std::pair<QString, QString>> &rows);
    void nameChecked(quint64 page, const QString &name, bool isMethod);
    void checkFailed(quint64 page, const pyrolens::Error &error, const QString &endpoint);
    void connectionsChanged(int connections);

private:
    struct Running
    {
        CallRequest request;
        QDateTime started;
        std::shared_ptr<Proxy> proxy;
        PendingCall call;
        QString endpoint;
        // When the result is a stream: its items are fetched and shown as a list.
        std::unique_ptr<ItemStream> stream;
        std::vector<Value> items;
        CallTrace opened;
        QElapsedTimer clock;
    };
    /// Of a stream so many items are fetched; then it is closed.
    static constexpr size_t kMaxStreamItems = 1'000;

    std::shared_ptr<const ClientContext> contextOf(const QString &profile) const;
    QString idleKey(const QString &profile, const Uri &uri, const QByteArray &serializer) const;
    Result<Uri> uriOf(const ObjectTarget &target) const;
    std::shared_ptr<Proxy> take(const Uri &uri, const CallRequest &request);
    void giveBack(const QString &profile, const std::shared_ptr<Proxy> &proxy);
    void finish(quint64 id, const Reply &reply);
    void pull(quint64 id);
    void deliver(const Running &done, const Reply &reply);
    bool mayTell(const ObjectTarget &target, const Uri &uri) const;
    void ask(quint64 page, const ObjectTarget &target, const Uri &uri);
    void fail(const CallRequest &request, Error error);
    void reportConnections();

    std::shared_ptr<const Catalogue> m_catalogue;
    std::shared_ptr<const ClientContext> m_context;
    QHash<QString, std::vector<std::shared_ptr<Proxy>>> m_idle; ///< by idleKey()
    QHash<QString, Connection> m_connections;                   ///< by profile; none: the defaults
    quint64 m_settings = 0; ///< counts changes: proxies of before them are not used again
    QHash<quint64, std::shared_ptr<Running>> m_running;
    struct Server
    {
        std::shared_ptr<NameServerClient> client;
        std::shared_ptr<NameServerClient> other; ///< asks for a further name space
        bool isAuto = false;                     ///< any generation will do
        quint64 run = 0;
        quint64 search = 0; ///< number of the question to `other`
    };
    void listed(const QString &profile, std::vector<NameEntry> entries);
    void lookForTree(const QString &profile, const std::vector<NameEntry> &entries);
    std::shared_ptr<NameServerClient> makeClient(
        const QString &profile, const NameServerAddress &address) const;
    QHash<QString, Server> m_servers; ///< by profile
    std::unique_ptr<Discovery> m_discovery;
    std::unique_ptr<DemoNetwork> m_demo;
    FeedService *m_feeds;
};

} // namespace pyrolens
