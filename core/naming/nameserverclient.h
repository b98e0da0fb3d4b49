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
    /// 0 = whatever answers there; of several that a server serves the newest.
    int generation = 3;
    bool onlyFlat = false;                             ///< with generation 0: 4 or 5
    ProxyOptions options;                              ///< credentials, timeouts
    QString defaultGroup = QStringLiteral(":Default"); ///< generation 3: where relative names go
    /// The name server speaks TLS (PYRONAMESSL), with the settings in `options`. Of what answers a broadcast
    /// a URI that says clear text (generation 3) is then passed over.
    bool tls = false;
};

/// One entry of a name server.
struct NameEntry
{
    QString name; ///< full name, ":group.name" in generation 3
    QString uri;  ///< text form; empty for groups
    bool isGroup = false;
    QStringList tags{}; ///< generations 4 and 5: metadata, sorted
    friend bool operator==(const NameEntry &, const NameEntry &) = default;
};

/// Which entries are asked for: those that meet all of it. Plain data.
struct NameQuery
{
    QString prefix;      ///< of the full name
    QString regex;       ///< matches from the start of the name
    QStringList tags;    ///< generations 4 and 5: has all of them
    QStringList anyTags; ///< and at least one of these, if there are any
    bool groups = false; ///< generation 3: groups, too
};

/// Client half of a name server: hierarchical (generation 3) or flat (4 and 5). Reconnects by itself: the
/// original of generation 3 closes connections that are idle for 20 s. Names of the tree are expanded here as
/// the original's proxy does ("x" -> ":Default.x"). Thread-bound like Proxy; the blocking functions must not
/// be used in the GUI thread. All remote failures are Errors of Kind::Remote (NamingError). A flat server has
/// no groups (Unsupported); meta information is its metadata, a list of texts.
/// Source: Pyro 3.16, naming.py; Pyro4, naming.py; Pyro5, nameserver.py.
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
    std::optional<Uri> uri() const;       ///< once located
    const Generation *generation() const; ///< the address's; with 0 there null until located

    /// "x" -> ":Default.x" in the tree; refuses characters and parts that the original refuses.
    Result<QString> fullName(const QString &name) const;

    Status pingBlocking();
    Result<QString> lookupBlocking(const QString &name);              ///< URI text
    Status registerBlocking(const QString &name, const QString &uri); ///< never overwrites
    /// As registerBlocking(), but a flat server puts it in the place of what is registered. A tree cannot.
    Status replaceBlocking(const QString &name, const QString &uri);
    Status unregisterBlocking(const QString &name);
    Result<std::vector<NameEntry>> listAllBlocking(bool groups); ///< everything; of a tree groups, too, if so
    Result<std::vector<NameEntry>> queryBlocking(const NameQuery &query);
    Result<int> countBlocking(); ///< names, the server's own included
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
    void query(const NameQuery &query, QObject *context, Handler<std::vector<NameEntry>> handler);
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

/// Resolver over a name server, for PYRONAME, PYRONAMESSL and PYROMETA URIs (those that name a host go there,
/// in clear text or over TLS as they say; others to `address`, over TLS when either says so). The classic
/// spelling asks a tree. Others ask a server of the generation that the caller or `address` wants, else of
/// whichever answers. Of several names with the tags of a PYROMETA URI any one is taken.
std::shared_ptr<Resolver> makeNameServerResolver(
    std::shared_ptr<const ClientContext> context, NameServerAddress address);

} // namespace pyrolens
