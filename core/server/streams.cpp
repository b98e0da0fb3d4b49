// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "streams_p.h"

#include "objecttable_p.h"

#include <QUuid>

#include <algorithm>

namespace pyrolens {

struct StreamTable::Stream
{
    std::shared_ptr<ItemSource> source;
    std::shared_ptr<Hosted> owner;
    Clock::time_point opened;
    std::mutex pulling;                ///< held while the source makes an item: one at a time
    std::optional<quint64> connection; ///< nobody's while it lingers
    Clock::time_point abandoned;       ///< with nobody's: since when
};

StreamTable::StreamTable(StreamOptions options, std::function<Clock::time_point()> now)
    : m_options(options), m_now(std::move(now))
{ }

Result<QString> StreamTable::open(
    std::shared_ptr<ItemSource> source, std::shared_ptr<Hosted> owner, quint64 connection)
{
    sweep();
    auto stream = std::make_shared<Stream>();
    stream->source = std::move(source);
    stream->owner = std::move(owner);
    stream->opened = m_now();
    stream->connection = connection;
    const std::lock_guard lock(m_mutex);
    const auto ours = std::ranges::count_if(
        m_streams, [connection](const auto &each) { return each.second->connection == connection; });
    if (ours >= m_options.maxPerConnection || qint64(m_streams.size()) >= m_options.maxInAll) {
        return Error::limit(QStringLiteral("%1 item streams are open already; close some")
                                .arg(ours >= m_options.maxPerConnection ? ours : qint64(m_streams.size())),
            QStringLiteral("call.limit"));
    }
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    m_streams.emplace(id, std::move(stream));
    m_count = int(m_streams.size());
    return id;
}

bool StreamTable::isOver(const Stream &stream, Clock::time_point now) const
{
    if (m_options.lifetime.count() > 0 && now - stream.opened > m_options.lifetime)
        return true;
    return !stream.connection && now - stream.abandoned > m_options.linger;
}

StreamTable::StreamPtr StreamTable::find(const QString &id)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_streams.find(id);
    return found == m_streams.end() || isOver(*found->second, m_now()) ? nullptr : found->second;
}

StreamTable::StreamPtr StreamTable::take(const QString &id)
{
    const std::lock_guard lock(m_mutex);
    auto node = m_streams.extract(id);
    m_count = int(m_streams.size());
    return node ? std::move(node.mapped()) : nullptr;
}

std::shared_ptr<Hosted> StreamTable::owner(const QString &id)
{
    const auto stream = find(id);
    return stream ? stream->owner : nullptr;
}

Result<Value> StreamTable::next(const QString &id, quint64 connection)
{
    const auto stream = find(id);
    if (!stream)
        return raise(QStringLiteral("PyroError"), {Value::utf8("item stream terminated")});
    {
        const std::lock_guard lock(m_mutex);
        if (!stream->connection)
            stream->connection = connection;
    }
    std::optional<Result<Value>> item;
    {
        const std::lock_guard pulling(stream->pulling);
        item = stream->source->next();
    }
    if (item && *item)
        return *std::move(item);
    take(id);
    return item ? *std::move(item) : Result<Value>(raise(QStringLiteral("StopIteration"), {}));
}

void StreamTable::close(const QString &id)
{
    take(id); // the source may be destroyed here, without the lock
}

void StreamTable::connectionGone(quint64 connection)
{
    if (m_count == 0)
        return;
    std::vector<StreamPtr> gone;
    const std::lock_guard lock(m_mutex);
    for (auto each = m_streams.begin(); each != m_streams.end();) {
        Stream &stream = *each->second;
        if (stream.connection != connection) {
            ++each;
        } else if (m_options.linger.count() > 0) {
            stream.connection.reset();
            stream.abandoned = m_now();
            ++each;
        } else {
            gone.push_back(std::move(each->second));
            each = m_streams.erase(each);
        }
    }
    m_count = int(m_streams.size());
}

void StreamTable::sweep()
{
    if (m_count == 0)
        return;
    std::vector<StreamPtr> gone;
    const std::lock_guard lock(m_mutex);
    const auto now = m_now();
    for (auto each = m_streams.begin(); each != m_streams.end();) {
        const bool over = isOver(*each->second, now);
        if (over)
            gone.push_back(std::move(each->second));
        each = over ? m_streams.erase(each) : std::next(each);
    }
    m_count = int(m_streams.size());
}

void StreamTable::clear()
{
    std::map<QString, StreamPtr> gone;
    const std::lock_guard lock(m_mutex);
    gone.swap(m_streams);
    m_count = 0;
}

} // namespace pyrolens
