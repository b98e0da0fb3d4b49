// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "itemstream.h"

namespace pyrolens {

namespace {

Message question(Message::Query query, const QString &stream)
{
    Message message;
    message.kind = Message::Kind::Query;
    message.query = query;
    message.text = stream;
    message.oneway = query == Message::Query::CloseStream;
    return message;
}

} // namespace

ItemStream::Item ItemStream::itemOf(const Reply &reply, QString &id)
{
    if (reply)
        return std::optional<Value>(reply.value());
    id.clear(); // the server has dropped it, or the connection is gone
    if (isEndOfStream(reply.error()))
        return std::optional<Value>();
    return reply.error();
}

ItemStream::Item ItemStream::nextBlocking(CallOptions options)
{
    if (isAtEnd())
        return std::optional<Value>();
    return itemOf(m_proxy->sendBlocking(question(Message::Query::NextItem, *m_id), options), *m_id);
}

PendingCall ItemStream::next(QObject *context, std::function<void(const Item &)> handler, CallOptions options)
{
    Q_ASSERT_X(!isAtEnd(), "ItemStream::next", "the stream is over");
    PendingCall call = m_proxy->send(question(Message::Query::NextItem, *m_id), options);
    call.then(context,
        [id = m_id, handler = std::move(handler)](const Reply &reply) { handler(itemOf(reply, *id)); });
    return call;
}

Status ItemStream::closeBlocking(CallOptions options)
{
    if (isAtEnd())
        return Done{};
    const Reply reply
        = m_proxy->sendBlocking(question(Message::Query::CloseStream, std::exchange(*m_id, {})), options);
    return reply ? Status(Done{}) : Status(reply.error());
}

void ItemStream::close()
{
    if (!isAtEnd())
        m_proxy->send(question(Message::Query::CloseStream, std::exchange(*m_id, {})));
}

bool isEndOfStream(const Error &error)
{
    if (!error.remote)
        return false;
    // "builtins." of Python 3, "exceptions." of Python 2, or bare.
    const QString name = error.remote->className.section(u'.', -1);
    return name == u"StopIteration" || name == u"GeneratorExit";
}

} // namespace pyrolens
