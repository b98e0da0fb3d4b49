// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "reply_p.h"

namespace pyrolens::pyro45 {

namespace {

/// The text that stands for a stream where a value should be. Source: Pyro5, server.py, _streamResponse.
constexpr QStringView kIterator = u"result of call is an iterator";

/// Source: Pyro5, server.py, Daemon._handshake; Pyro4, core.py.
constexpr QStringView kUnknownObject = u"unknown object";

/// Results of a batch with the exception that ends them as a neutral Error.
Value batchResults(const Flavour &flavour, const Value &results)
{
    if (results.size() == 0 || results.kind() == Value::Kind::Dict)
        return results;
    const auto items = results.items();
    const Value &last = items.back();
    const Object *object = last.asObject();
    const Value *name = last.kind() == Value::Kind::Dict ? last.find("__class__") : nullptr;
    const auto className = object ? QString::fromUtf8(object->className())
        : name                    ? textOf(*name).value_or(QString())
                                  : QString();
    if (className.toUtf8() != flavour.wrapperClass)
        return results;
    auto error = asError(flavour, last);
    if (!error)
        return results;
    std::vector<Value> kept(items.begin(), items.end() - 1);
    kept.push_back(Value::error(*std::move(error)));
    return Value::list(std::move(kept));
}

Value wrapped(const Flavour &flavour, const Value &results, Form form)
{
    std::vector<Value> items;
    for (const Value &item : results.items()) {
        const RemoteError *error = item.asError();
        items.push_back(error ? wrapError(flavour, *error, form) : item);
    }
    return Value::list(std::move(items));
}

Value streamBody(const Flavour &flavour, Form form)
{
    const QByteArray className = flavour.className("errors.ProtocolError");
    if (form == Form::Pickle)
        return makeError(flavour, exceptionOf(className, kIterator.toString()), form);
    return Value::dict({{Value::utf8("__class__"), Value::utf8(className)},
        {Value::utf8("__exception__"), Value::boolean(true)},
        {Value::utf8("args"), Value::tuple({Value::text(kIterator)})},
        {Value::utf8("attributes"), Value::dict({{Value::utf8("_pyroTraceback"), Value()}})}});
}

} // namespace

Message readReply(const Flavour &flavour, const Header &header, const std::vector<Annotation> &annotations,
    const Value &body)
{
    if ((header.flags & flavour.flags.stream) != 0) {
        Message message;
        message.kind = Message::Kind::StreamOpened;
        message.text = QString::fromLatin1(annotation(annotations, kStream).value_or(QByteArray()));
        return message;
    }
    if ((header.flags & flavour.flags.exception) != 0)
        return Message::failure(errorOfReply(flavour, body));
    const bool isBatch = (header.flags & flavour.flags.batch) != 0;
    Message message = Message::reply(isBatch ? batchResults(flavour, body) : body);
    message.isBatch = isBatch;
    return message;
}

Result<Answer> makeReply(const Flavour &flavour, const Message &message, Form form)
{
    Answer answer;
    switch (message.kind) {
    case Message::Kind::Reply:
        answer.body = message.value;
        if (message.metadata) {
            answer.body = message.metadata->toValue(
                message.asLists ? ObjectMetadata::Collections::Lists : ObjectMetadata::Collections::Sets);
        }
        if (message.isBatch) {
            answer.flags = flavour.flags.batch;
            answer.body = wrapped(flavour, message.value, form);
        }
        return answer;
    case Message::Kind::Failure:
        if (!message.error)
            break;
        answer.flags = flavour.flags.exception;
        answer.body = makeError(flavour, *message.error, form);
        return answer;
    case Message::Kind::StreamOpened:
        answer.flags = flavour.flags.exception | flavour.flags.stream;
        answer.body = streamBody(flavour, form);
        if (!message.text.isEmpty())
            answer.annotations.emplace_back(kStream.toByteArray(), message.text.toLatin1());
        return answer;
    default:
        break;
    }
    return Error::unsupported(flavour.info.label + QStringLiteral(" has no reply of this kind"),
        QStringLiteral("value.unsupported"));
}

Result<Message> readVerdict(const Flavour &flavour, const Header &header, const Value &body)
{
    Message message;
    if (header.is(Type::ConnectFail)) {
        message.kind = Message::Kind::Deny;
        message.denyCode = -1;
        message.text = textOf(body).value_or(QStringLiteral("no reason given"));
        if (message.text == kUnknownObject) {
            // Not a matter of this client: what a call of the object would raise.
            message.error = exceptionOf(flavour.className("errors.DaemonError"), message.text);
        }
        return message;
    }
    message.kind = Message::Kind::Accept;
    message.value = body;
    const bool hasMetadata = flavour.sendsMetadataAlways || (header.flags & flavour.flags.metadata) != 0;
    if (!hasMetadata)
        return message;
    const Value *handshake = body.kind() == Value::Kind::Dict ? body.find("handshake") : nullptr;
    const Value *meta = handshake ? body.find("meta") : nullptr;
    message.metadata = meta ? ObjectMetadata::fromValue(*meta) : std::nullopt;
    if (!message.metadata)
        return Error::protocol(
            QStringLiteral("the answer to CONNECT has no metadata"), QStringLiteral("call.shape"));
    message.value = *handshake;
    message.wantsMetadata = true;
    return message;
}

Value makeAccept(const Flavour &flavour, const Message &message, bool hasMetadata)
{
    if (!hasMetadata)
        return message.value;
    const auto collections = flavour.sendsMetadataAlways ? ObjectMetadata::Collections::Sets
                                                         : ObjectMetadata::Collections::Lists;
    return Value::dict({{Value::utf8("handshake"), message.value},
        {Value::utf8("meta"), message.metadata.value_or(ObjectMetadata{}).toValue(collections)}});
}

} // namespace pyrolens::pyro45
