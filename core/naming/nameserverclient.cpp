// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nameserverclient.h"

#include "clientcalls_p.h"
#include "relay_p.h"

#include <QThread>

namespace pyrolens {

using namespace naming;

class NameServerClient::Private
{
public:
    Private(std::shared_ptr<const ClientContext> context, NameServerAddress address)
        : engine(std::move(context), std::move(address))
    { }

    /// Shared with the requests under way: what answers later may be of another generation.
    using Dialect = std::shared_ptr<NameDialect>;
    /// How the server is talked to; null while it is not known which kind it is.
    Dialect dialect();
    Result<Dialect> dialectBlocking();
    void whenKnown(const std::function<void(const Result<Dialect> &)> &then);
    static std::shared_ptr<Lister> listerOf(const Dialect &dialect, const NameQuery &query);

    template <class T>
    using Ask = std::function<Question<T>(const NameDialect &)>;
    template <class T>
    Result<T> answer(const Ask<T> &ask);
    void listStep(const std::shared_ptr<Lister> &lister,
        const std::function<void(Result<std::vector<NameEntry>>)> &done);

    /// Wraps a handler so that it runs once in its context's thread, or not at all when that has died.
    template <class T>
    static std::function<void(Result<T>)> deliverTo(QObject *context, Handler<T> handler)
    {
        const auto result = std::make_shared<std::optional<Result<T>>>();
        const auto relay = std::make_shared<Relay>();
        QObject::connect(relay.get(), &Relay::fired, context, [result, handler = std::move(handler)] {
            const Result<T> kept = std::move(**result);
            handler(kept);
        });
        return [result, relay](Result<T> value) {
            result->emplace(std::move(value));
            Q_EMIT relay->fired();
        };
    }

    /// Asks and hands what was read to the handler. A request that could not even be made fails later, too.
    template <class T>
    void ask(Ask<T> question, QObject *context, Handler<T> handler)
    {
        whenKnown([this, question = std::move(question), deliver = deliverTo<T>(context, std::move(handler))](
                      const Result<Dialect> &known) {
            if (!known)
                return deliver(known.error());
            const Question<T> made = question(**known);
            if (!made.request) {
                QMetaObject::invokeMethod(
                    &engine, [deliver, error = made.request.error()] { deliver(error); },
                    Qt::QueuedConnection);
                return;
            }
            engine.call(
                *made.request, [deliver, dialect = *known, read = made.read](const Result<Value> &answer) {
                    deliver(answer ? read(*answer) : Result<T>(answer.error()));
                });
        });
    }

    ClientEngine engine;

private:
    const Generation *m_spoken = nullptr; // the one that m_dialect is for
    Dialect m_dialect;
};

NameServerClient::Private::Dialect NameServerClient::Private::dialect()
{
    const Generation *generation = engine.generation();
    if (generation && generation != m_spoken) {
        m_dialect = makeNameDialect(*generation, engine.address().defaultGroup);
        m_spoken = generation;
    }
    return generation ? m_dialect : nullptr;
}

Result<NameServerClient::Private::Dialect> NameServerClient::Private::dialectBlocking()
{
    if (Dialect known = dialect())
        return known;
    return engine.locateBlocking().map([this](const Uri &) { return dialect(); });
}

void NameServerClient::Private::whenKnown(const std::function<void(const Result<Dialect> &)> &then)
{
    if (const Dialect known = dialect())
        return then(known);
    engine.locate([this, then](const Result<Uri> &found) {
        then(found.map([this](const Uri &) { return dialect(); }));
    });
}

std::shared_ptr<Lister> NameServerClient::Private::listerOf(const Dialect &dialect, const NameQuery &query)
{
    return {dialect->list(query).release(), [dialect](Lister *lister) { delete lister; }};
}

template <class T>
Result<T> NameServerClient::Private::answer(const Ask<T> &ask)
{
    const ClientEngine::Operation operation(engine); // of locating and asking
    const Result<Dialect> known = dialectBlocking();
    if (!known)
        return known.error();
    const Question<T> question = ask(**known);
    return question.request.andThen([&](const Request &request) { return engine.callBlocking(request); })
        .andThen([&](const Value &value) { return question.read(value); });
}

namespace {

Question<Done> pingQuestion(const NameDialect &)
{
    return {Request{QStringLiteral("ping"), {}, true}, [](const Value &) { return Result<Done>(Done{}); }};
}

} // namespace

NameServerClient::NameServerClient(
    std::shared_ptr<const ClientContext> context, NameServerAddress address, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(context), std::move(address)))
{
    Q_ASSERT_X(d->engine.address().generation == 0 || d->engine.generation(), "NameServerClient",
        "the catalogue must know the generation");
}

NameServerClient::~NameServerClient() = default;

void NameServerClient::cancel()
{
    if (QThread::currentThread() != thread())
        return d->engine.cancelBlocking();
    d->engine.cancel();
}

std::optional<Uri> NameServerClient::uri() const
{
    return d->engine.uri();
}

const Generation *NameServerClient::generation() const
{
    return d->engine.generation();
}

Result<QString> NameServerClient::fullName(const QString &name) const
{
    const Private::Dialect known = d->dialect();
    if (!known)
        return name; // nobody knows yet how it is spelled in full
    return known->fullName(name).map([](const QByteArray &full) { return QString::fromUtf8(full); });
}

// --- blocking

Result<Uri> NameServerClient::locateBlocking()
{
    return d->engine.locateBlocking();
}

Status NameServerClient::pingBlocking()
{
    return d->answer<Done>(pingQuestion);
}

Result<QString> NameServerClient::lookupBlocking(const QString &name)
{
    return d->answer<QString>([&](const NameDialect &dialect) { return dialect.lookup(name); });
}

Status NameServerClient::registerBlocking(const QString &name, const QString &uri)
{
    return d->answer<Done>([&](const NameDialect &dialect) { return dialect.registerName(name, uri); });
}

Status NameServerClient::replaceBlocking(const QString &name, const QString &uri)
{
    return d->answer<Done>([&](const NameDialect &dialect) { return dialect.replace(name, uri); });
}

Status NameServerClient::unregisterBlocking(const QString &name)
{
    return d->answer<Done>([&](const NameDialect &dialect) { return dialect.unregisterName(name); });
}

Status NameServerClient::createGroupBlocking(const QString &name)
{
    return d->answer<Done>([&](const NameDialect &dialect) { return dialect.createGroup(name); });
}

Status NameServerClient::deleteGroupBlocking(const QString &name)
{
    return d->answer<Done>([&](const NameDialect &dialect) { return dialect.deleteGroup(name); });
}

Result<Value> NameServerClient::metaBlocking(const QString &name)
{
    return d->answer<Value>([&](const NameDialect &dialect) { return dialect.meta(name); });
}

Status NameServerClient::setMetaBlocking(const QString &name, const Value &value)
{
    return d->answer<Done>([&](const NameDialect &dialect) { return dialect.setMeta(name, value); });
}

Result<int> NameServerClient::countBlocking()
{
    return d->answer<int>([](const NameDialect &dialect) { return dialect.count(); });
}

Result<std::vector<NameEntry>> NameServerClient::listAllBlocking(bool groups)
{
    NameQuery all;
    all.groups = groups;
    return queryBlocking(all);
}

Result<std::vector<NameEntry>> NameServerClient::queryBlocking(const NameQuery &query)
{
    const ClientEngine::Operation operation(d->engine); // of many requests
    const Result<Private::Dialect> known = d->dialectBlocking();
    if (!known)
        return known.error();
    const std::shared_ptr<Lister> lister = Private::listerOf(*known, query);
    while (const std::optional<Request> request = lister->next()) {
        if (Status taken = lister->take(d->engine.callBlocking(*request)); !taken)
            return taken.error();
    }
    return lister->result();
}

// --- asynchronous

void NameServerClient::locate(QObject *context, Handler<Uri> handler)
{
    d->engine.locate(Private::deliverTo<Uri>(context, std::move(handler)));
}

void NameServerClient::ping(QObject *context, Handler<Done> handler)
{
    d->ask<Done>(pingQuestion, context, std::move(handler));
}

void NameServerClient::lookup(const QString &name, QObject *context, Handler<QString> handler)
{
    d->ask<QString>(
        [name](const NameDialect &dialect) { return dialect.lookup(name); }, context, std::move(handler));
}

void NameServerClient::registerName(
    const QString &name, const QString &uri, QObject *context, Handler<Done> handler)
{
    d->ask<Done>([name, uri](const NameDialect &dialect) { return dialect.registerName(name, uri); }, context,
        std::move(handler));
}

void NameServerClient::unregisterName(const QString &name, QObject *context, Handler<Done> handler)
{
    d->ask<Done>([name](const NameDialect &dialect) { return dialect.unregisterName(name); }, context,
        std::move(handler));
}

void NameServerClient::createGroup(const QString &name, QObject *context, Handler<Done> handler)
{
    d->ask<Done>([name](const NameDialect &dialect) { return dialect.createGroup(name); }, context,
        std::move(handler));
}

void NameServerClient::deleteGroup(const QString &name, QObject *context, Handler<Done> handler)
{
    d->ask<Done>([name](const NameDialect &dialect) { return dialect.deleteGroup(name); }, context,
        std::move(handler));
}

void NameServerClient::meta(const QString &name, QObject *context, Handler<Value> handler)
{
    d->ask<Value>(
        [name](const NameDialect &dialect) { return dialect.meta(name); }, context, std::move(handler));
}

void NameServerClient::setMeta(
    const QString &name, const Value &value, QObject *context, Handler<Done> handler)
{
    d->ask<Done>([name, value](const NameDialect &dialect) { return dialect.setMeta(name, value); }, context,
        std::move(handler));
}

void NameServerClient::listAll(bool groups, QObject *context, Handler<std::vector<NameEntry>> handler)
{
    NameQuery all;
    all.groups = groups;
    query(all, context, std::move(handler));
}

void NameServerClient::query(
    const NameQuery &query, QObject *context, Handler<std::vector<NameEntry>> handler)
{
    d->whenKnown(
        [this, query, deliver = Private::deliverTo<std::vector<NameEntry>>(context, std::move(handler))](
            const Result<Private::Dialect> &known) {
            if (known)
                d->listStep(Private::listerOf(*known, query), deliver);
            else
                deliver(known.error());
        });
}

void NameServerClient::Private::listStep(
    const std::shared_ptr<Lister> &lister, const std::function<void(Result<std::vector<NameEntry>>)> &done)
{
    const std::optional<Request> request = lister->next();
    if (!request)
        return done(lister->result());
    engine.call(*request, [this, lister, done](const Result<Value> &answer) {
        const Status taken = lister->take(answer);
        if (taken)
            listStep(lister, done);
        else
            done(taken.error());
    });
}

} // namespace pyrolens
