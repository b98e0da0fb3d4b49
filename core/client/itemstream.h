// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "proxy.h"

#include <QString>

#include <functional>
#include <memory>
#include <optional>

namespace pyrolens {

/// The items of a method's result that the server hands out one by one (generations 4 and 5): it answered a
/// call with a stream (CallTrace::stream). Each item is a call of its own, over the proxy that made the call,
/// so there is a deadline for each and nothing is fetched that nobody asks for. Thread-bound like its proxy,
/// which must live longer. Source: Pyro5, client.py, _StreamResultIterator.
class ItemStream
{
public:
    using Item = Result<std::optional<Value>>; ///< nothing at the end; an error ends the stream too

    ItemStream(Proxy &proxy, QString id) : m_proxy(&proxy), m_id(std::make_shared<QString>(std::move(id))) { }
    const QString &id() const { return *m_id; }
    bool isAtEnd() const { return m_id->isEmpty(); }

    Item nextBlocking(CallOptions options = {});
    /// The handler runs in `context`'s thread, once, unless `context` died. One at a time. The stream must
    /// live until then.
    PendingCall next(QObject *context, std::function<void(const Item &)> handler, CallOptions options = {});
    /// Tells the server that no more is wanted. Does nothing at the end.
    Status closeBlocking(CallOptions options = {});
    void close();

private:
    static Item itemOf(const Reply &reply, QString &id);

    Proxy *m_proxy;
    std::shared_ptr<QString> m_id; ///< empty: over; shared with the item under way
};

/// Whether a remote exception only says that a stream has no more items.
bool isEndOfStream(const Error &error);

} // namespace pyrolens
