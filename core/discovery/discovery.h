// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>

#include <QHostAddress>
#include <QObject>
#include <QStringList>

#include <chrono>
#include <memory>

namespace pyrolens {

/// Broadcast look-up of name servers. The answer is the URI text; that of a flat one does not tell whether it
/// is of generation 4 or 5. Source: Pyro 3.16, naming.py, bcRequestHandler; Pyro5, core.py, locate_ns.
struct DiscoveryOptions
{
    QStringList
        addresses; ///< destinations; empty = 255.255.255.255, every interface's broadcast, and 127.0.0.1
    int port = 0;  ///< 0 = those of the requests below
    bool hierarchical = true; ///< generation 3: "location" to UDP 9090, and 9091 for a second server
    bool flat = true;         ///< generations 4 and 5: "GET_NSURI" to UDP 9091
    std::chrono::milliseconds wait{1'500}; ///< in all
    int tries = 2;
};

/// One round of discovery. Asynchronous: answers arrive as signals until finished(). Thread-bound, needs an
/// event loop.
class Discovery : public QObject
{
    Q_OBJECT

public:
    explicit Discovery(DiscoveryOptions options, QObject *parent = nullptr);
    ~Discovery() override;
    void start();
    void cancel();
    QStringList found() const; ///< URI texts, each once, in order of arrival

Q_SIGNALS:
    void answered(const QString &uri, const QString &from);
    void finished();
    void failed(const pyrolens::Error &error); ///< no socket could be opened or nothing could be sent

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// The same, blocking, without an event loop. \return URI texts, may be empty.
Result<QStringList> discoverBlocking(const DiscoveryOptions &options);

/// What a broadcast listener answers. Called in the listener's thread.
class DatagramHandler
{
public:
    virtual ~DatagramHandler() = default;
    /// The answer to a datagram, or empty for silence.
    virtual QByteArray answer(QByteArrayView request, const QHostAddress &from) = 0;
};

/// UDP listener of a name server: 1 KiB datagrams, 50 answers a second per source, the rest is ignored and
/// counted.
class BroadcastResponder : public QObject
{
    Q_OBJECT

public:
    BroadcastResponder(std::shared_ptr<DatagramHandler> handler, QObject *parent = nullptr);
    ~BroadcastResponder() override;
    Result<int> listen(const QHostAddress &address, int port); ///< 0 = any; returns the port
    void close();
    qint64 ignored() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace pyrolens
