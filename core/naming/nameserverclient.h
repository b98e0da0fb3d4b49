// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/client/proxy.h>

#include <QHash>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace pyrolens {

/// Where a name server is looked for. Plain data.
struct NameServerAddress
{
    QString host; ///< empty: find one (127.0.0.1:9090 first, then broadcast)
    int port = 0; ///< 0 = 9090
    int generation = 3;
    ProxyOptions options;                              ///< credentials, timeouts
    QString defaultGroup = QStringLiteral(":Default"); ///< generation 3: where relative names go
    /// The name server speaks TLS (PYRONAMESSL), with the settings in `options`. What answers a broadcast in
    /// clear text is then passed over.
    bool tls = false;
};

/// One entry of a name server.
struct NameEntry
{
    QString name; ///< full name, ":group.name" in generation 3
    QString uri;  ///< text form; empty for groups
    bool isGroup = false;
    friend bool operator==(const NameEntry &, const NameEntry &) = default;
};

/// Client half of a name server, hierarchical API (generation 3). Reconnects by itself: the original closes
/// connections that are idle for 20 s. Names are expanded here as the original's proxy does ("x" ->
/// ":Default.x"). Thread-bound like Proxy; the blocking functions must not be used in the GUI thread. All
/// remote failures are Errors of Kind::Remote (NamingError). Source: Pyro 3.16, naming.py.
class NameServerClient : public QObject
{
    Q_OBJECT

public:
    template <class T>
    using Handler = std::function<void(const Result<T> &)>;

    NameServerClient(
        std::shared_ptr<const ClientContext> context, NameServerAddress address, QObject *parent = nullptr);
    ~NameServerClient() override;

    /// Finds the name server: direct when the address has a host, else 127.0.0.1:9090 and then by broadcast.
    /// Called by the other functions when needed. \return its URI.
    Result<Uri> locateBlocking();
    void locate(QObject *context, Handler<Uri> handler);
    std::optional<Uri> uri() const; ///< once located

    /// "x" -> ":Default.x"; refuses characters and parts that the original refuses.
    Result<QString> fullName(const QString &name) const;

    Status pingBlocking();
    Result<QString> lookupBlocking(const QString &name); ///< URI text
    Status registerBlocking(const QString &name, const QString &uri);
    Status unregisterBlocking(const QString &name);
    Result<std::vector<NameEntry>> listAllBlocking(bool groups); ///< objects (and groups) of the whole tree
    Status createGroupBlocking(const QString &name);
    Status deleteGroupBlocking(const QString &name);
    Result<Value> metaBlocking(const QString &name);
    Status setMetaBlocking(const QString &name, const Value &value);

    // Asynchronous; handlers run in `context`'s thread, once, unless `context` died.
    void ping(QObject *context, Handler<Done> handler);
    void lookup(const QString &name, QObject *context, Handler<QString> handler);
    void registerName(const QString &name, const QString &uri, QObject *context, Handler<Done> handler);
    void unregisterName(const QString &name, QObject *context, Handler<Done> handler);
    void listAll(bool groups, QObject *context, Handler<std::vector<NameEntry>> handler);
    void createGroup(const QString &name, QObject *context, Handler<Done> handler);
    void deleteGroup(const QString &name, QObject *context, Handler<Done> handler);
    void meta(const QString &name, QObject *context, Handler<Value> handler);
    void setMeta(const QString &name, const Value &value, QObject *context, Handler<Done> handler);
    /// Ends what is under way with Cancelled; what comes later is not concerned. From another thread: the
    /// blocking operation, all of its requests.
    void cancel();

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Resolver over a name server, for PYRONAME and PYRONAMESSL URIs (those that name a host go there, in clear
/// text or over TLS as they say; others to `address`, over TLS when either says so).
std::shared_ptr<Resolver> makeNameServerResolver(
    std::shared_ptr<const ClientContext> context, NameServerAddress address);

} // namespace pyrolens
