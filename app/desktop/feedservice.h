// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/client/proxy.h>
#include <pyrolens/events/eventpublisher.h>
#include <pyrolens/events/eventsubscriber.h>
#include <pyrolens/models/eventmodel.h>
#include <pyrolens/models/subscriptionmodel.h>
#include <pyrolens/server/daemon.h>

#include <QHash>
#include <QObject>

#include <functional>
#include <memory>

namespace pyrolens {

/// The network half of the feed: subscriptions, publishing, and the callback objects that this program hosts.
/// Lives in the network thread; whatever arrives goes to the sink, from several threads.
class FeedService final : public QObject
{
    Q_OBJECT

public:
    using Sink = std::function<void(FeedItem item)>;

    FeedService(std::shared_ptr<const Catalogue> catalogue, std::shared_ptr<const ClientContext> context,
        QObject *parent = nullptr);
    ~FeedService() override;

    void setSink(Sink sink); ///< before anything else; the sink may be called by any thread until stop()
    /// Follows a subject or pattern; sourceChanged() tells what became of it.
    void subscribe(const FeedSource &source);
    /// Hosts a callback object on source.host; sourceChanged() brings its URI.
    void host(const FeedSource &source);
    void setAnswer(quint64 id, const CallbackAnswer &answer);
    void remove(quint64 id);
    void publish(const QString &serverUri, const QStringList &subjects, const Value &message);
    void stop();

Q_SIGNALS:
    void sourceChanged(const pyrolens::FeedSource &source);
    void published(int subjects);
    void publishFailed(const pyrolens::Error &error, const QString &endpoint);
    void serverLost(const pyrolens::Error &error, const QString &server);
    void eventsDropped(qint64 events); ///< before they reached the sink: how many more since the last time

private:
    class Callback;
    struct Subscriber
    {
        std::shared_ptr<EventSubscriber> subscriber;
        QString server;
        qint64 dropped = 0;
    };
    Result<EventSubscriber *> subscriberFor(const FeedSource &source);
    Result<Daemon *> daemonOn(const QString &host);
    void fail(FeedSource source, const Error &error);
    static QString subscriberKey(const FeedSource &source) { return source.serverUri + u' ' + source.host; }

    std::shared_ptr<const Catalogue> m_catalogue;
    std::shared_ptr<const ClientContext> m_context;
    Sink m_sink;
    QHash<quint64, FeedSource> m_sources;
    QHash<QString, Subscriber> m_subscribers;                     ///< by server and host
    QHash<QString, std::shared_ptr<EventPublisher>> m_publishers; ///< by server
    QHash<QString, std::shared_ptr<Daemon>> m_daemons;            ///< by host
    struct Hosted
    {
        std::shared_ptr<Callback> servant;
        std::shared_ptr<Daemon> daemon;
        QByteArray object;
    };
    QHash<quint64, Hosted> m_callbacks;
};

} // namespace pyrolens
