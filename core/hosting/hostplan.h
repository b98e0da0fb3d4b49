// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/value/value.h>

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <vector>

namespace pyrolens {

enum class HostKind : quint8 { NameServer, EventServer, Daemon, Gateway };

/// An object that a daemon is to host. Plain data.
struct ObjectPlan
{
    enum class Kind : quint8 {
        BuiltIn, ///< the demo objects, all six, under their own names
        Static,  ///< answers with fixed values, see makeStaticServant()
        Scripted ///< JavaScript in a helper process, see ScriptedServant
    };
    Kind kind = Kind::BuiltIn;
    QString name;       ///< in the name server and for PYROLOC
    QString source;     ///< Static: the lines; Scripted: the script
    QString sourceName; ///< what errors call the script, "pump.js"
    bool persistent = false;
};

/// What a gateway is to offer. Plain data.
struct GatewayPlan
{
    QString target; ///< a URI of any form; a name in it with `*`, `?` or `[set]` is all names that match
    QString as;     ///< name to register under; of a pattern's names a `*` is the name behind
    /// What objects of generation 3 may have, see GatewayOptions.
    QStringList methods;
    QStringList attributes;
    QStringList oneway;
};

/// What somebody wants to host. Plain data.
struct HostPlan
{
    HostKind kind = HostKind::Daemon;
    QString label;
    QString host = QStringLiteral("127.0.0.1");
    int port = 0; ///< 0 = any free one
    std::vector<int> generations{3};
    bool multithreaded = true; ///< daemon: a thread per connection, else one call at a time
    /// Daemon, gateway and event server: where names are registered, and whose event server gets the events.
    /// At most one of the two; neither = nowhere.
    quint64 ownServer = 0; ///< id of a name server of the same runner
    QString serverHost;
    int serverPort = 0;
    std::vector<ObjectPlan> objects; ///< of a daemon
    GatewayPlan gateway;

    bool registers() const { return ownServer != 0 || !serverHost.isEmpty(); }
};

/// An object that is hosted now. Plain data.
struct ObjectState
{
    QByteArray id;
    QString name;
    QStringList uris;   ///< one per name space that the host serves, generation 3 first
    QString kind;       ///< "built-in", "static", "script", "gateway"; empty for what the server made itself
    QString sourceName; ///< of a script; of a gateway's object the URI behind
    bool isRegistered = false;
    bool isPersistent = false;
    qint64 calls = 0;
    qint64 errors = 0;
    QDateTime since;
    QDateTime lastUsed;                              ///< invalid = never
    std::vector<std::pair<QString, qint64>> methods; ///< calls of each, most used first
    QString problem;                                 ///< last error of a script, and that it was stopped
    bool isStopped = false;                          ///< a script with too many strikes
};

/// A host as it is now. Plain data.
struct HostState
{
    enum class Phase : quint8 { Starting, Running, Draining, Stopped, Failed };
    quint64 id = 0;
    HostPlan plan;
    Phase phase = Phase::Starting;
    QString problem;  ///< with Failed: what happened, in English
    int freePort = 0; ///< with Failed because the port is taken: the next one that is free
    QString host;     ///< as published
    int port = 0;
    QStringList uris;
    int names = 0; ///< of a name server
    int clients = 0;
    qint64 calls = 0;
    qint64 errors = 0;
    double rate = 0; ///< calls per second, lately
    QDateTime since;
    std::vector<ObjectState> objects;
    QStringList log; ///< newest last

    bool isUp() const { return phase == Phase::Starting || phase == Phase::Running; }
};

/// A call that came in. Plain data.
struct IncomingCall
{
    quint64 host = 0;
    QDateTime time;
    QString caller;   ///< "host:port"
    QString identity; ///< what the validator let it in as; empty = nothing asked
    QByteArray object;
    QString name; ///< of the object, when it has one
    QString method;
    QString arguments; ///< as Python source, cut
    bool oneway = false;
    bool failed = false;
    QString error;
    qint64 nanoseconds = 0;
};

/// Lines for a shell that let Python programs find this host, for each generation that it serves.
QString pythonSettings(const HostState &state);
/// The next free port of an address after `port`; 0 = none of the next 100.
int nextFreePort(const QString &host, int port);

} // namespace pyrolens

Q_DECLARE_METATYPE(pyrolens::HostState)
