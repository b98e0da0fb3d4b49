// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "upstream_p.h"

#include <QThread>

namespace pyrolens {

class Upstream::Turn
{
public:
    explicit Turn(Upstream &upstream) : m_lock(upstream.m_mutex), m_proxy(*upstream.m_proxy)
    {
        m_proxy.moveToThread(QThread::currentThread()); // an object without a thread may be taken by any
    }
    ~Turn() { m_proxy.moveToThread(nullptr); }
    Q_DISABLE_COPY_MOVE(Turn)

    Proxy *operator->() const { return &m_proxy; }
    Proxy &proxy() const { return m_proxy; }

private:
    std::scoped_lock<std::mutex> m_lock;
    Proxy &m_proxy;
};

Upstream::Upstream(
    const std::shared_ptr<const ClientContext> &context, const Target &target, ProxyOptions options)
{
    options.generation = target.generation;
    m_proxy = std::make_unique<Proxy>(context, target.uri, std::move(options));
    m_proxy->moveToThread(nullptr);
}

Reply Upstream::send(const Message &message, CallOptions options)
{
    return Turn(*this)->sendBlocking(message, options);
}

Reply Upstream::bind()
{
    return Turn(*this)->bindBlocking();
}

ItemStream::Item Upstream::nextItem(QString &id)
{
    const Turn turn(*this);
    ItemStream stream(turn.proxy(), id);
    ItemStream::Item item = stream.nextBlocking();
    id = stream.id();
    return item;
}

void Upstream::closeStream(const QString &id, CallOptions options)
{
    const Turn turn(*this);
    const Status closed = ItemStream(turn.proxy(), id).closeBlocking(options);
    Q_UNUSED(closed); // the server drops it with the connection
}

std::optional<ObjectMetadata> Upstream::metadata()
{
    return Turn(*this)->metadata();
}

const Generation *Upstream::generation()
{
    return Turn(*this)->generation();
}

std::shared_ptr<Upstream> UpstreamSet::find(
    const std::shared_ptr<const ClientContext> &context, const Target &target, const ProxyOptions &options)
{
    const std::scoped_lock lock(m_mutex);
    auto &upstream = m_upstreams[target.key()];
    if (!upstream)
        upstream = std::make_shared<Upstream>(context, target, options);
    return upstream;
}

} // namespace pyrolens
