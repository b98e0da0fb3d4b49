// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/client/itemstream.h>
#include <pyrolens/client/proxy.h>

#include <QString>

#include <map>
#include <memory>
#include <mutex>

namespace pyrolens {

/// The object behind a gateway's one, and the generation it speaks. Plain data.
struct Target
{
    Uri uri;
    int generation = 0;
    QString key() const { return QString::number(generation) + u' ' + uri.toString(); }
};

/// One connection of a gateway to an object. Any thread, one call at a time: the proxy belongs to the thread
/// that calls, and to none in between.
class Upstream
{
public:
    Upstream(const std::shared_ptr<const ClientContext> &context, const Target &target, ProxyOptions options);

    Reply send(const Message &message, CallOptions options = {});
    Reply bind();
    /// The next item of a stream that a reply opened; `id` is cleared when it is over.
    ItemStream::Item nextItem(QString &id);
    void closeStream(const QString &id, CallOptions options);
    std::optional<ObjectMetadata> metadata();
    const Generation *generation();

private:
    /// The proxy, in the thread that asks, until this is over.
    class Turn;

    std::mutex m_mutex;
    std::unique_ptr<Proxy> m_proxy; // guarded by m_mutex
};

/// The connections that serve one client of the gateway: an object may keep state for each of its
/// connections.
class UpstreamSet
{
public:
    std::shared_ptr<Upstream> find(const std::shared_ptr<const ClientContext> &context, const Target &target,
        const ProxyOptions &options);

private:
    std::mutex m_mutex;
    std::map<QString, std::shared_ptr<Upstream>> m_upstreams; // guarded by m_mutex; by Target::key()
};

} // namespace pyrolens
