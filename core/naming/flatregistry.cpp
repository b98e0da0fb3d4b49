// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatregistry.h"

#include "commitqueue_p.h"
#include "names.h"

#include <pyrolens/server/servant.h>

#include <algorithm>

namespace pyrolens::naming {

namespace {

/// One text, as these generations raise it: "unknown name: x".
Error flatError(const char *text, QByteArrayView name)
{
    return raise(
        QStringLiteral("NamingError"), {Value::utf8(QByteArray(text).append(": ").append(shortened(name)))});
}

Error limitReached(const QString &text)
{
    Error error = raise(QStringLiteral("NamingError"), {Value::text(text)});
    error.code = QStringLiteral("ns.limit");
    return error;
}

Error protectedEntry()
{
    Error error = flatError("not allowed to change the name server's own entry", kFlatOwnName);
    error.code = QStringLiteral("ns.protected");
    return error;
}

} // namespace

FlatRegistry::FlatRegistry(FlatLimits limits, Wiring wiring) : m_limits(limits), m_wiring(std::move(wiring))
{ }

Status FlatRegistry::checkTags(const QByteArrayList &tags) const
{
    if (tags.size() > m_limits.maxTags)
        return limitReached(QStringLiteral("too many metadata tags: at most %1").arg(m_limits.maxTags));
    const auto isLong = [this](const QByteArray &tag) { return tag.size() > m_limits.maxTagBytes; };
    if (std::ranges::any_of(tags, isLong))
        return limitReached(
            QStringLiteral("metadata tag too long: at most %1 bytes").arg(m_limits.maxTagBytes));
    return Done{};
}

Status FlatRegistry::check(const QByteArray &name, const FlatEntry &entry) const
{
    if (name.size() > m_limits.maxNameBytes)
        return limitReached(QStringLiteral("name too long: at most %1 bytes").arg(m_limits.maxNameBytes));
    if (entry.uri.size() > m_limits.maxUriBytes)
        return limitReached(QStringLiteral("uri too long: at most %1 bytes").arg(m_limits.maxUriBytes));
    return checkTags(entry.tags);
}

/// With the lock held: puts the entry there, lets go of the lock and tells observers.
Change FlatRegistry::put(Lock &lock, const QByteArray &name, FlatEntry entry, const Completion &done)
{
    const FlatEntry *known = m_table.find(name);
    const bool hasOwn = m_table.find(kFlatOwnName) != nullptr || name == kFlatOwnName;
    if (!known && m_table.count() >= m_limits.maxNames + (hasOwn ? 1 : 0))
        return limitReached(QStringLiteral("too many names: at most %1").arg(m_limits.maxNames));
    const qint64 more = FlatTable::sizeOf(name, entry) - (known ? FlatTable::sizeOf(name, *known) : 0);
    if (m_table.bytes() + more > m_limits.maxTotalBytes)
        return limitReached(QStringLiteral("the name server is full"));
    PendingChange pending;
    pending.change.kind = StoreChange::Kind::PutFlat;
    pending.change.path = name;
    pending.change.uri = entry.uri;
    pending.change.names = entry.tags;
    pending.undo.kind = Undo::Kind::Flat;
    pending.undo.flat.emplace_back(name, m_table.exchange(name, std::move(entry)));
    pending.done = done;
    const Applied applied = m_wiring.queue(std::move(pending));
    lock.unlock();
    m_wiring.changed();
    return applied;
}

Change FlatRegistry::registerName(
    const QByteArray &name, FlatEntry entry, Clash clash, const Completion &done)
{
    entry.tags = normalisedTags(std::move(entry.tags));
    if (Status good = check(name, entry); !good)
        return good.error();
    Lock lock(m_mutex);
    if (clash == Clash::Refuse && m_table.find(name))
        return flatError("name already registered", name);
    if (name == kFlatOwnName)
        return protectedEntry();
    return put(lock, name, std::move(entry), done);
}

Change FlatRegistry::setTags(const QByteArray &name, QByteArrayList tags, const Completion &done)
{
    tags = normalisedTags(std::move(tags));
    if (Status good = checkTags(tags); !good)
        return good.error();
    Lock lock(m_mutex);
    const FlatEntry *known = m_table.find(name);
    if (!known)
        return flatError("unknown name", name);
    return put(lock, name, {known->uri, std::move(tags)}, done);
}

Change FlatRegistry::setOwnEntry(FlatEntry entry, const Completion &done)
{
    entry.tags = normalisedTags(std::move(entry.tags));
    Lock lock(m_mutex);
    return put(lock, kFlatOwnName, std::move(entry), done);
}

FlatRegistry::Removed FlatRegistry::take(
    const QByteArrayList &names, const QByteArray *onlyUri, const Counted &done)
{
    Lock lock(m_mutex);
    PendingChange pending;
    pending.change.kind = StoreChange::Kind::RemoveFlat;
    pending.undo.kind = Undo::Kind::Flat;
    for (const QByteArray &name : names) {
        const FlatEntry *known = name == kFlatOwnName ? nullptr : m_table.find(name);
        if (!known || (onlyUri && known->uri != *onlyUri))
            continue;
        pending.change.names.append(name);
        pending.undo.flat.emplace_back(name, m_table.exchange(name, std::nullopt));
    }
    const int count = int(pending.change.names.size());
    if (count == 0)
        return {};
    if (done) {
        pending.done
            = [done, count](const Status &status) { done(status.map([count](Done) { return count; })); };
    }
    const Applied applied = m_wiring.queue(std::move(pending));
    lock.unlock();
    m_wiring.changed();
    return {applied, count};
}

FlatRegistry::Removed FlatRegistry::remove(
    const QByteArrayList &names, const std::function<void(const Result<int> &)> &done)
{
    return take(names, nullptr, done);
}

FlatRegistry::Removed FlatRegistry::removeIfStill(const QByteArray &name, const QByteArray &uri)
{
    return take({name}, &uri, {});
}

Status FlatRegistry::registerAll(const std::vector<std::pair<QByteArray, FlatEntry>> &rows)
{
    FirstFailure failure;
    const Completion done = failure.collector();
    Status status = Done{};
    for (size_t i = 0; i < rows.size() && status; ++i) {
        const auto add = [&](const Completion &completion) {
            return registerName(rows[i].first, rows[i].second, Clash::Refuse, completion);
        };
        // Written in this order, so that the end of the last one is that of all.
        if (i + 1 == rows.size())
            status = waitUntilDurable(add);
        else if (const Change made = add(done); !made)
            status = made.error();
    }
    return status ? failure.status() : status;
}

Result<FlatEntry> FlatRegistry::find(const QByteArray &name) const
{
    const std::shared_lock lock(m_mutex);
    const FlatEntry *known = m_table.find(name);
    if (!known)
        return flatError("unknown name", name);
    return *known;
}

bool FlatRegistry::contains(QByteArrayView name) const
{
    const std::shared_lock lock(m_mutex);
    return m_table.find(name) != nullptr;
}

int FlatRegistry::count() const
{
    const std::shared_lock lock(m_mutex);
    return int(m_table.count());
}

qint64 FlatRegistry::bytes() const
{
    const std::shared_lock lock(m_mutex);
    return m_table.bytes();
}

void FlatRegistry::visit(QByteArrayView prefix, const FlatTable::Visitor &visitor) const
{
    const std::shared_lock lock(m_mutex);
    m_table.visit(prefix, visitor);
}

void FlatRegistry::adopt(FlatTable loaded)
{
    m_table = std::move(loaded);
}

void FlatRegistry::takeBack(const Undo &undo)
{
    for (const auto &[name, before] : undo.flat)
        m_table.exchange(name, before);
}

} // namespace pyrolens::naming
