// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "namefollower.h"

#include <pyrolens/base/glob.h>

#include <QThreadPool>

#include <algorithm>

namespace pyrolens {

namespace {

bool isNameServerItself(const QString &name)
{
    return name == u":Pyro.NameServer" || name == u"Pyro.NameServer";
}

} // namespace

QStringList NameChanges::lines() const
{
    QStringList lines;
    if (error)
        lines.append(QStringLiteral("the name server does not answer: ") + error->what);
    for (const QString &name : withdrawn)
        lines.append(QStringLiteral("withdrawn: ") + name);
    for (const Failure &failure : failures)
        lines.append(QStringLiteral("not offered: %1: %2").arg(failure.name, failure.error.what));
    return lines;
}

NameFollower::NameFollower(
    Gateway &gateway, std::shared_ptr<const ClientContext> context, FollowOptions options, QObject *parent)
    : QObject(parent), m_gateway(gateway), m_context(std::move(context)), m_options(std::move(options))
{ }

NameFollower::~NameFollower()
{
    stop();
}

bool NameFollower::isPattern(const Uri &target)
{
    return target.form == Uri::Form::Name && isGlob(target.object);
}

Result<NameFollower::Wanted> NameFollower::wanted()
{
    NameServerAddress source = m_options.source;
    source.onlyFlat = source.generation == 0;
    const auto client = std::make_shared<NameServerClient>(m_context, source);
    {
        const std::scoped_lock lock(m_mutex);
        m_asking = client;
    }
    NameQuery query;
    query.prefix = globStart(m_options.pattern).toString();
    const auto entries
        = m_stops ? Result<std::vector<NameEntry>>(Error::cancelled()) : client->queryBlocking(query);
    {
        const std::scoped_lock lock(m_mutex);
        m_asking.reset();
    }
    if (!entries)
        return entries.error();
    if (client->generation() != nullptr)
        m_generation = client->generation()->info().id;
    Wanted wanted;
    for (const NameEntry &entry : *entries) {
        if (isNameServerItself(entry.name) || !globMatches(m_options.pattern, entry.name))
            continue;
        const Result<Uri> uri = m_context->catalogue->parseUri(entry.uri, m_generation);
        if (!uri || !m_gateway.hosts(*uri))
            wanted.emplace(entry.name, entry.uri);
    }
    if (int(wanted.size()) > m_options.maxNames)
        return Error::limit(QStringLiteral("'%1' matches %2 names; the gateway offers at most %3")
                                .arg(m_options.pattern)
                                .arg(wanted.size())
                                .arg(m_options.maxNames),
            QStringLiteral("gateway.names"));
    return wanted;
}

NameChanges NameFollower::look()
{
    NameChanges changes;
    const Result<Wanted> found = wanted();
    if (!found) {
        if (std::exchange(m_reported[QString()], found.error().what) != found.error().what)
            changes.error = found.error();
        return changes;
    }
    const Wanted &now = *found;
    QStringList gone;
    std::vector<std::pair<QString, QString>> fresh;
    {
        const std::scoped_lock lock(m_mutex);
        for (const auto &[name, offer] : m_offers) {
            const auto still = now.find(name);
            if (still == now.end() || still->second != offer.target)
                gone.append(name);
        }
        for (const auto &[name, target] : now) {
            if (!m_offers.contains(name) || gone.contains(name))
                fresh.emplace_back(name, target);
        }
    }
    std::erase_if(m_reported, [&now](const auto &each) { return !now.contains(each.first); });
    for (const QString &name : std::as_const(gone))
        withdraw(name, changes);
    offer(fresh, changes);
    return changes;
}

void NameFollower::withdraw(const QString &name, NameChanges &changes)
{
    std::vector<Uri> uris;
    {
        const std::scoped_lock lock(m_mutex);
        uris = std::move(m_offers.at(name).uris);
        m_offers.erase(name);
    }
    const Status withdrawn = m_gateway.withdraw(uris.front());
    if (!withdrawn)
        changes.failures.push_back({name, withdrawn.error()}); // its name could not be taken back
    changes.withdrawn.append(name);
}

void NameFollower::offer(const std::vector<std::pair<QString, QString>> &names, NameChanges &changes)
{
    std::vector<Result<std::vector<Uri>>> results(names.size(), Error::cancelled());
    {
        QThreadPool pool;
        pool.setMaxThreadCount(std::max(1, m_options.parallel));
        for (size_t i = 0; i < names.size(); ++i) {
            pool.start([this, &names, &results, i] {
                if (!m_stops)
                    results[i] = publish(names[i].first, names[i].second);
            });
        }
        pool.waitForDone();
    }
    if (m_stops)
        return; // the gateway is about to end; what was offered ends with it
    for (size_t i = 0; i < names.size(); ++i) {
        const auto &[name, target] = names[i];
        if (results[i]) {
            NameChanges::Offer offered{name, target, *std::move(results[i])};
            changes.offered.push_back(offered);
            m_reported.erase(name);
            const std::scoped_lock lock(m_mutex);
            m_offers.insert_or_assign(name, std::move(offered));
            continue;
        }
        const Error &error = results[i].error();
        if (std::exchange(m_reported[name], error.what) != error.what)
            changes.failures.push_back({name, error});
    }
}

Result<std::vector<Uri>> NameFollower::publish(const QString &name, const QString &target)
{
    const Result<Uri> uri = m_context->catalogue->parseUri(target, m_generation);
    if (!uri)
        return uri.error();
    if (m_options.as.isEmpty())
        return m_gateway.publish(*uri);
    QString as = m_options.as;
    as.replace(u'*', name.startsWith(u':') ? name.sliced(1) : name);
    return m_gateway.publish(*uri, m_gateway.fullName(as));
}

void NameFollower::start()
{
    Q_ASSERT_X(!m_thread.joinable(), "NameFollower::start", "started already");
    m_stops = false;
    m_thread = std::thread([this] {
        std::unique_lock lock(m_mutex);
        while (!m_wake.wait_for(lock, m_options.interval, [this] { return m_stops.load(); })) {
            lock.unlock();
            const NameChanges changes = look();
            if (!changes.isEmpty() && !m_stops)
                Q_EMIT changed(changes);
            lock.lock();
        }
    });
}

void NameFollower::stop()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stops = true;
        if (m_asking)
            m_asking->cancel();
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

std::vector<NameChanges::Offer> NameFollower::offers() const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<NameChanges::Offer> offers;
    for (const auto &[name, offer] : m_offers)
        offers.push_back(offer);
    return offers;
}

} // namespace pyrolens
