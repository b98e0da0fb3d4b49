// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "feedservice.h"

#include <pyrolens/models/nametreemodel.h>
#include <pyrolens/value/literal.h>

#include <QObject>

namespace pyrolens {

/// Events and callbacks without their window: the feed, what brings rows into it, and the orders to the
/// network thread. GUI thread; never waits.
class Feeds final : public QObject
{
    Q_OBJECT

public:
    /// `service` lives in the network thread and outlives us.
    Feeds(FeedService *service, const NameTreeModel *names, QObject *parent = nullptr);
    ~Feeds() override;

    EventModel *events() { return &m_events; }
    SubscriptionModel *sources() { return &m_sources; }

    struct Server
    {
        QString label;
        QString uri;
    };
    /// The event services that stand in the name servers which are connected.
    std::vector<Server> servers() const;
    /// Follows a subject or pattern. What is followed already is followed once.
    void follow(
        const QString &server, const QString &label, const QString &text, bool pattern, const QString &host);
    /// Starts a callback object; callbackReady() brings it.
    void addCallback(const QString &host);
    void setAnswer(quint64 id, const CallbackAnswer &answer);
    void remove(quint64 id);
    void publish(const QString &server, const QStringList &subjects, const Value &message);
    /// Makes callback('name') known to an argument line.
    /// What `callback('NAME')` stands for in arguments. \param dialect of the program that is called, asked
    /// each time: it may be found out later.
    LiteralContext literals(std::function<Dialect()> dialect) const;
    /// Own addresses, loopback first.
    static QStringList addresses();

Q_SIGNALS:
    void callbackReady(const QString &name, const QString &uri);
    void published(int subjects);
    void problem(const QString &text, const QString &hint, const QString &detail);

private:
    template <class F>
    void post(F &&work);
    void changed(const FeedSource &source);

    FeedService *m_service;
    const NameTreeModel *m_names;
    EventModel m_events;
    SubscriptionModel m_sources;
    quint64 m_next = 1;
    quint64 m_nextCallback = 1;
};

} // namespace pyrolens
