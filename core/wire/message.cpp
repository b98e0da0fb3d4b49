// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "message.h"

namespace pyrolens {

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

} // namespace pyrolens
