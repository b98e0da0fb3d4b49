// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "feeds.h"

#include <pyrolens/transport/hostlookup.h>
#include <pyrolens/views/resultview.h>

#include <QHostAddress>
#include <QNetworkInterface>
#include <QUrl>

namespace pyrolens {

template <class F>
void Feeds::post(F &&work)
{
    QMetaObject::invokeMethod(m_service, std::forward<F>(work), Qt::QueuedConnection);
}

Feeds::Feeds(FeedService *service, const NameTreeModel *names, QObject *parent)
    : QObject(parent), m_service(service), m_names(names)
{
    // The service ends before we do: see ~Inspector().
    m_service->setSink([events = &m_events](FeedItem item) { events->enqueue(std::move(item)); });
    connect(m_service, &FeedService::sourceChanged, this, &Feeds::changed);
    connect(m_service, &FeedService::published, this, &Feeds::published);
    connect(
        m_service, &FeedService::publishFailed, this, [this](const Error &error, const QString &endpoint) {
            const auto words = ResultView::wordsFor(error, endpoint, std::chrono::milliseconds(0));
            Q_EMIT problem(tr("The event was not published. %1").arg(words.text), words.hint, words.detail);
        });
    connect(m_service, &FeedService::serverLost, this, [this](const Error &error, const QString &server) {
        Q_EMIT problem(tr("The event server of %1 does not answer.").arg(server),
            tr("The subscriptions are repeated every 10 seconds until it is back."), error.what);
    });
    connect(m_service, &FeedService::eventsDropped, &m_events, &EventModel::addDropped);
}

Feeds::~Feeds() = default;

std::vector<Feeds::Server> Feeds::servers() const
{
    std::vector<Server> result;
    for (const QString &id : m_names->profiles()) {
        const auto names = m_names->names(id);
        const int at = names ? names->find(QString(kEventServerName)) : -1;
        if (at >= 0)
            result.push_back({m_names->profile(id)->label, names->at(at).uri});
    }
    return result;
}

void Feeds::follow(
    const QString &server, const QString &label, const QString &text, bool pattern, const QString &host)
{
    FeedSource source;
    source.kind = pattern ? FeedSource::Kind::Pattern : FeedSource::Kind::Subject;
    source.text = text;
    source.server = label;
    source.serverUri = server;
    source.host = host;
    for (const FeedSource &other : m_sources.all()) {
        if (other.kind != source.kind || other.text != text || other.serverUri != server
            || other.host != host)
            continue;
        if (other.state != FeedSource::State::Failed)
            return;
        source.id = other.id; // try again
    }
    if (source.id == 0)
        source.id = m_next++;
    m_sources.put(source);
    post([service = m_service, source] { service->subscribe(source); });
    if (const auto uri = QUrl(server).host(); isLoopbackHost(host) && !uri.isEmpty() && !isLoopbackHost(uri))
        Q_EMIT problem(tr("Events arrive at %1, which %2 cannot reach.").arg(host, uri),
            tr("Pick another address to listen on, and subscribe again."), {});
}

void Feeds::addCallback(const QString &host)
{
    FeedSource source;
    source.id = m_next++;
    source.kind = FeedSource::Kind::Callback;
    source.text = QStringLiteral("cb%1").arg(m_nextCallback++);
    source.host = host;
    m_sources.put(source);
    post([service = m_service, source] { service->host(source); });
}

void Feeds::changed(const FeedSource &source)
{
    const FeedSource *known = m_sources.source(source.id);
    if (!known)
        return; // ended meanwhile
    const bool started = known->state != FeedSource::State::On && source.state == FeedSource::State::On;
    FeedSource kept = source;
    kept.answer = known->answer; // may have been edited since
    m_sources.put(kept);
    if (started && source.kind == FeedSource::Kind::Callback)
        Q_EMIT callbackReady(source.text, source.uri);
    if (source.state == FeedSource::State::Failed)
        Q_EMIT problem(source.kind == FeedSource::Kind::Callback
                ? tr("The callback object could not be started.")
                : tr("'%1' could not be followed.").arg(source.text.left(100)),
            tr("Check the event server and the address to listen on."), source.error);
}

void Feeds::setAnswer(quint64 id, const CallbackAnswer &answer)
{
    const FeedSource *known = m_sources.source(id);
    if (!known)
        return;
    FeedSource changed = *known;
    changed.answer = answer;
    m_sources.put(changed);
    post([service = m_service, id, answer] { service->setAnswer(id, answer); });
}

void Feeds::remove(quint64 id)
{
    m_sources.remove(id);
    post([service = m_service, id] { service->remove(id); });
}

void Feeds::publish(const QString &server, const QStringList &subjects, const Value &message)
{
    post([service = m_service, server, subjects, message] { service->publish(server, subjects, message); });
}

LiteralContext Feeds::literals(std::function<Dialect()> dialect) const
{
    LiteralContext context;
    context.callback = [this, dialect = std::move(dialect)](const QString &name) -> Result<Value> {
        const FeedSource *source = m_sources.callback(name);
        if (!source || source->uri.isEmpty())
            return Error::usage(tr("there is no callback object '%1'").arg(name.left(100)));
        Reference reference;
        reference.uri = dialect() == Dialect::Python2 ? source->uri : source->flatUri;
        return Value::reference(reference);
    };
    return context;
}

QStringList Feeds::addresses()
{
    QStringList result{QStringLiteral("127.0.0.1")};
    for (const QHostAddress &address : QNetworkInterface::allAddresses()) {
        if (!address.isLoopback() && address.protocol() == QAbstractSocket::IPv4Protocol)
            result.append(address.toString());
    }
    return result;
}

} // namespace pyrolens
