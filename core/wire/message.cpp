// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "message.h"

#include <pyrolens/value/tagged.h>

namespace pyrolens {

namespace {

std::optional<QStringList> names(const Value *value)
{
    if (!value)
        return std::nullopt;
    const Value collection = richView(*value).value_or(*value); // a pickled set is a call
    if (collection.size() > 0 && collection.items().empty())
        return std::nullopt;
    QStringList out;
    for (const Value &item : collection.items()) {
        if (!item.isTextLike() && item.kind() != Value::Kind::Bytes) // Python 2 over marshal
            return std::nullopt;
        out.append(QString::fromUtf8(item.rawBytes()));
    }
    return out;
}

Value collection(const QStringList &names, ObjectMetadata::Collections collections)
{
    std::vector<Value> items;
    for (const QString &name : names)
        items.push_back(Value::text(name));
    return collections == ObjectMetadata::Collections::Lists ? Value::list(std::move(items))
                                                             : Value::set(std::move(items));
}

} // namespace

std::optional<ObjectMetadata> ObjectMetadata::fromValue(const Value &value)
{
    if (value.kind() != Value::Kind::Dict)
        return std::nullopt;
    const auto methods = names(value.find("methods"));
    const auto oneway = names(value.find("oneway"));
    const auto attributes = names(value.find("attrs"));
    if (!methods || !oneway || !attributes)
        return std::nullopt;
    return ObjectMetadata{*methods, *oneway, *attributes};
}

Value ObjectMetadata::toValue(Collections collections) const
{
    return Value::dict({{Value::utf8("methods"), collection(methods, collections)},
        {Value::utf8("oneway"), collection(oneway, collections)},
        {Value::utf8("attrs"), collection(attributes, collections)}});
}

Message Message::call(QByteArray object, QByteArray method, Value args, Value kwargs, bool oneway)
{
    Message message;
    message.kind = Kind::Call;
    message.object = std::move(object);
    message.method = std::move(method);
    message.args = args.isNone() ? Value::tuple({}) : std::move(args);
    message.kwargs = kwargs.isNone() ? Value::dict({}) : std::move(kwargs);
    message.oneway = oneway;
    return message;
}

Message Message::reply(Value value)
{
    Message message;
    message.kind = Kind::Reply;
    message.value = std::move(value);
    return message;
}

Message Message::failure(RemoteError error)
{
    Message message;
    message.kind = Kind::Failure;
    message.error = std::move(error);
    return message;
}

void Message::answerTo(const Message &request)
{
    sequence = request.sequence;
    codec = request.codec;
    serializerId = request.serializerId;
    correlationId = request.correlationId;
    isBatch = request.kind == Kind::Batch && kind == Kind::Reply;
    asLists = request.asLists;
    wantsMetadata = request.wantsMetadata;
}

} // namespace pyrolens
