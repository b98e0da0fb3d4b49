// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "request_p.h"

#include "classes_p.h"

#include <pyrolens/marshal/marshal.h>

#include <algorithm>

namespace pyrolens::pyro45 {

namespace {

using Kind = Message::Kind;

constexpr QByteArrayView kBatchMethod = "<batch>";
constexpr QByteArrayView kGetAttribute = "__getattr__";
constexpr QByteArrayView kSetAttribute = "__setattr__";

Error badShape(const QString &what)
{
    return Error::protocol(what, QStringLiteral("call.shape"));
}

bool isSequence(const Value &value)
{
    return (value.kind() == Value::Kind::Tuple || value.kind() == Value::Kind::List) && value.cycleId() == 0;
}

Value asTuple(const Value &sequence)
{
    if (sequence.kind() == Value::Kind::Tuple)
        return sequence;
    return Value::tuple({sequence.items().begin(), sequence.items().end()});
}

/// Object, method, arguments and keywords of any serializer's shape.
struct FourParts
{
    Value object;
    Value method;
    Value args;
    Value kwargs;
};
Result<FourParts> fourParts(const Value &body)
{
    if (isSequence(body) && body.size() == 4)
        return FourParts{body.at(0), body.at(1), body.at(2), body.at(3)};
    if (body.kind() != Value::Kind::Dict)
        return badShape(QStringLiteral("a request has object, method, arguments and keywords"));
    FourParts parts;
    const std::pair<const char *, Value *> wanted[] = {{"object", &parts.object}, {"method", &parts.method},
        {"params", &parts.args}, {"kwargs", &parts.kwargs}};
    for (const auto &[name, part] : wanted) {
        const Value *found = body.find(name);
        if (!found)
            return badShape(QStringLiteral("'%1'").arg(QLatin1StringView(name)));
        *part = *found;
    }
    return parts;
}

/// Keywords with text keys; None is for attributes and batches only.
Result<Value> keywords(const Value &kwargs, const QByteArray &method)
{
    if (kwargs.isNone()) {
        return badShape(QStringLiteral("%1() argument after ** must be a mapping, not NoneType")
                            .arg(QString::fromUtf8(method)));
    }
    if (kwargs.kind() != Value::Kind::Dict || kwargs.cycleId() != 0)
        return badShape(QStringLiteral("keyword arguments must be a dict"));
    bool isPlain = true;
    std::vector<Value::Pair> pairs;
    for (const auto &[key, value] : kwargs.pairs()) {
        const auto name = textOf(key);
        if (!name)
            return badShape(QStringLiteral("keywords must be strings"));
        isPlain = isPlain && key.isTextLike();
        pairs.emplace_back(Value::text(*name), value);
    }
    return isPlain ? kwargs : Value::dict(std::move(pairs));
}

Result<QByteArray> nameOf(const Value &value, const char *what, const Limits &limits)
{
    const auto name = textOf(value);
    if (!name)
        return badShape(QStringLiteral("the %1 must be a string").arg(QLatin1StringView(what)));
    const QByteArray bytes = name->toUtf8();
    if (bytes.size() > limits.maxNameBytes) {
        return Error::limit(QStringLiteral("the %1 is longer than %2 bytes")
                                .arg(QLatin1StringView(what))
                                .arg(limits.maxNameBytes),
            QStringLiteral("call.name-too-long"));
    }
    return bytes;
}

Result<Message> readBatch(Message message, const Value &calls, const Limits &limits, int maxCalls)
{
    message.kind = Kind::Batch;
    if (calls.size() > maxCalls) {
        return Error::limit(
            QStringLiteral("a batch of more than %1 calls").arg(maxCalls), QStringLiteral("call.limit"));
    }
    for (const Value &call : calls.items()) {
        if (!isSequence(call) || call.size() != 3 || !isSequence(call.at(1)))
            return badShape(QStringLiteral("a call of a batch has method, arguments and keywords"));
        Result<QByteArray> method = nameOf(call.at(0), "method name", limits);
        if (!method)
            return method.error();
        Result<Value> kwargs = keywords(call.at(2), *method);
        if (!kwargs)
            return kwargs.error();
        message.batch.push_back({*std::move(method), asTuple(call.at(1)), *std::move(kwargs)});
    }
    return message;
}

/// Questions to the daemon's own object by the names of their methods.
struct Question
{
    QByteArrayView method;
    Message::Query query;
    bool hasSubject;
};
constexpr Question kQuestions[]
    = {{"registered", Message::Query::Registered, false}, {"info", Message::Query::Info, false},
        {"ping", Message::Query::Ping, false}, {"get_metadata", Message::Query::Metadata, true},
        {"get_next_stream_item", Message::Query::NextItem, true},
        {"close_stream", Message::Query::CloseStream, true}};

/// Turns a call of the daemon's own methods into its neutral kind; anything unusual stays a call.
void specialise(Message &message)
{
    if (message.object != kDaemonObject)
        return;
    const auto question = std::ranges::find(kQuestions, message.method, &Question::method);
    if (question == std::end(kQuestions) || message.args.size() != (question->hasSubject ? 1 : 0))
        return;
    const auto subject = question->hasSubject ? textOf(message.args.at(0)) : QString();
    const Value *asLists = message.kwargs.size() == 1 ? message.kwargs.find("as_lists") : nullptr;
    const bool hasLists
        = question->query == Message::Query::Metadata && asLists && asLists->asBool().value_or(false);
    if (!subject || (message.kwargs.size() > 0 && !hasLists))
        return;
    message.kind = Kind::Query;
    message.query = question->query;
    message.text = *subject;
    message.asLists = hasLists;
}

Value callBody(
    const QByteArray &serializer, QByteArrayView object, QByteArrayView method, Value args, Value kwargs)
{
    const Value objectText = Value::utf8(object);
    const Value methodText = Value::utf8(method);
    if (serializer == "json") {
        return Value::dict({{Value::utf8("object"), objectText}, {Value::utf8("method"), methodText},
            {Value::utf8("params"), std::move(args)}, {Value::utf8("kwargs"), std::move(kwargs)}});
    }
    // Pyro's marshal serializer sends a list of arguments, as it converts each.
    if (serializer == kMarshal && args.kind() == Value::Kind::Tuple)
        args = Value::list({args.items().begin(), args.items().end()});
    return Value::tuple({objectText, methodText, std::move(args), std::move(kwargs)});
}

Value textKeyed(const Value &kwargs)
{
    const auto isText = [](const Value::Pair &pair) { return pair.first.kind() == Value::Kind::Text; };
    if (kwargs.kind() != Value::Kind::Dict)
        return Value::dict({});
    if (std::ranges::all_of(kwargs.pairs(), isText))
        return kwargs;
    std::vector<Value::Pair> pairs;
    for (const auto &[key, value] : kwargs.pairs())
        pairs.emplace_back(key.isTextLike() ? Value::text(key.toText()) : key, value);
    return Value::dict(std::move(pairs));
}

Value positional(const Value &args)
{
    return args.kind() == Value::Kind::Tuple ? args : Value::tuple({});
}

Result<Request> makeQuery(const Message &message, const QByteArray &serializer)
{
    const auto question = std::ranges::find(kQuestions, message.query, &Question::query);
    if (question == std::end(kQuestions)) {
        return Error::unsupported(QStringLiteral("a daemon of this generation answers no such question"),
            QStringLiteral("value.unsupported"));
    }
    std::vector<Value> subject;
    if (question->hasSubject)
        subject.push_back(Value::text(message.text));
    // Proxies call get_metadata with a tuple; streams send lists. Source: Pyro5, client.py,
    // _StreamResultIterator.
    const bool isStream
        = message.query == Message::Query::NextItem || message.query == Message::Query::CloseStream;
    const Value args = isStream ? Value::list(std::move(subject)) : Value::tuple(std::move(subject));
    const Value kwargs
        = message.asLists ? Value::dict({{Value::utf8("as_lists"), Value::boolean(true)}}) : Value::dict({});
    Request request;
    request.body = callBody(serializer, kDaemonObject, question->method, args, kwargs);
    return request;
}

Result<Request> makeBlobCall(const Flavour &flavour, const Message &message)
{
    const auto info = marshal::encode(
        Value::tuple({message.blob->info, Value::utf8(message.object), Value::utf8(message.method)}));
    if (!info)
        return info.error();
    Request request;
    request.flags = flavour.flags.keepSerialized;
    request.annotations.emplace_back(kBlob.toByteArray(), *info);
    request.payload = message.blob->payload;
    return request;
}

} // namespace

Result<Message> readRequest(
    const Flavour &flavour, const Header &header, const Value &body, const Limits &limits, int maxBatchCalls)
{
    const Result<FourParts> parts = fourParts(body);
    if (!parts)
        return parts.error();
    Result<QByteArray> object = nameOf(parts->object, "object id", limits);
    if (!object)
        return object.error();
    Result<QByteArray> method = nameOf(parts->method, "method name", limits);
    if (!method)
        return method.error();
    if (!isSequence(parts->args))
        return badShape(QStringLiteral("the arguments must be a sequence"));
    Message message;
    message.object = *std::move(object);
    message.method = *std::move(method);
    message.oneway = (header.flags & flavour.flags.oneway) != 0;
    if ((header.flags & flavour.flags.batch) != 0)
        return readBatch(std::move(message), parts->args, limits, maxBatchCalls);

    const Value &args = parts->args;
    const bool isBare = parts->kwargs.isNone() || parts->kwargs.size() == 0;
    const bool reads = message.method == kGetAttribute && args.size() == 1;
    const bool writes = message.method == kSetAttribute && args.size() == 2;
    const auto attribute = (reads || writes) && isBare ? textOf(args.at(0)) : std::nullopt;
    if (attribute) {
        message.kind = reads ? Kind::GetAttribute : Kind::SetAttribute;
        message.method = attribute->toUtf8();
        message.value = args.at(1);
        return message;
    }
    Result<Value> kwargs = keywords(parts->kwargs, message.method);
    if (!kwargs)
        return kwargs.error();
    message.kind = Kind::Call;
    message.args = asTuple(args);
    message.kwargs = *std::move(kwargs);
    specialise(message);
    return message;
}

Result<Value> readArguments(const Value &body)
{
    Result<FourParts> parts = fourParts(body);
    return parts ? Result<Value>(std::move(parts->args)) : parts.error();
}

Result<Message> readBlobCall(const QByteArray &blobInfo, const QByteArray &payload, const Limits &limits)
{
    const auto info = marshal::decode(blobInfo, limits);
    if (!info)
        return info.error();
    const Value &parts = info->value;
    if (!isSequence(parts) || parts.size() != 3)
        return badShape(QStringLiteral("a blob has its information, an object and a method"));
    Result<QByteArray> object = nameOf(parts.at(1), "object id", limits);
    if (!object)
        return object.error();
    Result<QByteArray> method = nameOf(parts.at(2), "method name", limits);
    if (!method)
        return method.error();
    Message message = Message::call(*std::move(object), *std::move(method), {}, {});
    message.blob = SerializedBlob{parts.at(0), payload};
    return message;
}

Result<Request> makeRequest(const Flavour &flavour, const Message &message, const QByteArray &serializer)
{
    Request request;
    switch (message.kind) {
    case Kind::Call:
        if (message.blob) {
            Result<Request> blob = makeBlobCall(flavour, message);
            if (!blob)
                return blob;
            request = *std::move(blob);
            break;
        }
        request.body = callBody(
            serializer, message.object, message.method, positional(message.args), textKeyed(message.kwargs));
        break;
    case Kind::Batch: {
        std::vector<Value> calls;
        for (const BatchCall &call : message.batch)
            calls.push_back(
                Value::tuple({Value::utf8(call.method), positional(call.args), textKeyed(call.kwargs)}));
        request.flags = flavour.flags.batch;
        request.body
            = callBody(serializer, message.object, kBatchMethod, Value::list(std::move(calls)), Value());
        break;
    }
    case Kind::GetAttribute:
        request.body = callBody(
            serializer, message.object, kGetAttribute, Value::tuple({Value::utf8(message.method)}), Value());
        break;
    case Kind::SetAttribute:
        request.body = callBody(serializer, message.object, kSetAttribute,
            Value::tuple({Value::utf8(message.method), message.value}), Value());
        break;
    case Kind::Query: {
        Result<Request> query = makeQuery(message, serializer);
        if (!query)
            return query;
        request = *std::move(query);
        break;
    }
    default:
        return Error::unsupported(flavour.info.label + QStringLiteral(" has no message of this kind"),
            QStringLiteral("value.unsupported"));
    }
    if (message.oneway)
        request.flags |= flavour.flags.oneway;
    return request;
}

Result<Message> readConnect(const Flavour &flavour, const Header &header, const Value &body)
{
    Message message;
    message.kind = Kind::Connect;
    message.wantsMetadata = flavour.sendsMetadataAlways || (header.flags & flavour.flags.metadata) != 0;
    // The texts are those of the exceptions that the originals run into.
    if (body.kind() != Value::Kind::Dict)
        return badShape(QStringLiteral("string indices must be integers, not 'str'"));
    const Value *handshake = body.find("handshake");
    const Value *object = body.find("object");
    if (!handshake)
        return badShape(QStringLiteral("'handshake'"));
    if (!object && message.wantsMetadata)
        return badShape(QStringLiteral("'object'"));
    message.value = *handshake;
    if (object)
        message.object = textOf(*object).value_or(QString()).toUtf8();
    return message;
}

Value makeConnect(const Message &message, bool wantsMetadata)
{
    std::vector<Value::Pair> pairs{{Value::utf8("handshake"), message.value}};
    if (wantsMetadata)
        pairs.emplace_back(Value::utf8("object"), Value::utf8(message.object));
    return Value::dict(std::move(pairs));
}

} // namespace pyrolens::pyro45
