// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "request_p.h"

#include "classes_p.h"

#include <pyrolens/pickle/pickle.h>

#include <algorithm>

namespace pyrolens::pyro3 {

namespace {

Error badShape(const QString &what)
{
    return Error::protocol(
        QStringLiteral("invalid request data format: ") + what, QStringLiteral("call.shape"));
}

/// Arguments as Pyro 3 packs them, unpacked: the dictionary comes off the end first, then the tuple.
/// Source: Pyro 3.16, core.py, ObjBase.Pyro_dyncall.
struct Unpacked
{
    Value args;
    Value kwargs;
};
Result<Unpacked> unpackArguments(const Value &packed, qint64 flags)
{
    auto items = packed.items();
    Unpacked result{packed, Value::dict({})};
    if ((flags & kKeywords) != 0) {
        if (items.empty() || items.back().kind() != Value::Kind::Dict)
            return badShape(QStringLiteral("keyword arguments must be a dictionary"));
        result.kwargs = items.back();
        const auto isName = [](const Value::Pair &pair) { return pair.first.isTextLike(); };
        if (!std::ranges::all_of(result.kwargs.pairs(), isName))
            return badShape(QStringLiteral("keywords must be strings"));
        items = items.first(items.size() - 1);
    }
    Value more;
    if ((flags & kVarArgs) != 0) {
        const bool isSequence = !items.empty()
            && (items.back().kind() == Value::Kind::Tuple || items.back().kind() == Value::Kind::List);
        if (!isSequence)
            return badShape(QStringLiteral("variable arguments must be a tuple"));
        more = items.back();
        items = items.first(items.size() - 1);
    }
    if (more.isNone()) {
        if ((flags & kKeywords) != 0)
            result.args = Value::tuple({items.begin(), items.end()});
    } else if (items.empty() && more.kind() == Value::Kind::Tuple) {
        result.args = more; // what every proxy sends: nothing to copy
    } else {
        if (more.cycleId() != 0)
            return badShape(QStringLiteral("the arguments contain themselves"));
        std::vector<Value> all(items.begin(), items.end());
        all.insert(all.end(), more.items().begin(), more.items().end());
        result.args = Value::tuple(std::move(all));
    }
    return result;
}

bool isCallOf(const Message &message, QByteArrayView method, qsizetype count)
{
    return message.method == method && message.args.size() == count && message.kwargs.size() == 0;
}

/// Turns a call of one of Pyro's own helpers into its neutral kind; anything unusual stays a call.
void specialise(Message &message)
{
    const Value first = message.args.at(0);
    const bool named = first.isTextLike();
    const auto toAttribute = [&](Message::Kind kind) {
        message.kind = kind;
        message.method = first.rawBytes().toByteArray();
        message.value = message.args.at(1);
        message.args = Value::tuple({});
    };
    if (named && isCallOf(message, "_r_ga", 1)) {
        toAttribute(Message::Kind::GetAttribute);
    } else if (named && isCallOf(message, "_r_ha", 1)) {
        toAttribute(Message::Kind::HasAttribute);
    } else if (named && isCallOf(message, "_r_sa", 2)) {
        toAttribute(Message::Kind::SetAttribute);
    } else if (message.object == kDaemonObject && isCallOf(message, "getRegistered", 0)) {
        message.kind = Message::Kind::Query;
        message.query = Message::Query::Registered;
    } else if (named && message.object == kDaemonObject && isCallOf(message, "ResolvePYROLOC", 1)) {
        message.kind = Message::Kind::Query;
        message.query = Message::Query::Resolve;
        message.text = first.toText();
    } else if (named && isCallOf(message, "remote_retrieve_code", 1)) {
        message.kind = Message::Kind::Code;
        message.codeStep = Message::CodeStep::Retrieve;
        message.text = first.toText();
    } else if (named && isCallOf(message, "remote_supply_code", 3)) {
        message.kind = Message::Kind::Code;
        message.codeStep = Message::CodeStep::Supply;
        message.text = first.toText();
        message.value = message.args.at(1);
        message.args = message.args.at(2); // a tuple from every good client; nobody relies on it
    }
}

Value keywords(const Value &kwargs)
{
    const auto isStr = [](const Value::Pair &pair) { return pair.first.kind() != Value::Kind::Text; };
    if (kwargs.kind() != Value::Kind::Dict)
        return Value::dict({});
    if (std::ranges::all_of(kwargs.pairs(), isStr))
        return kwargs;
    std::vector<Value::Pair> pairs;
    for (const auto &[key, value] : kwargs.pairs())
        pairs.emplace_back(nameAsStr(key), value); // Python 2 takes no unicode keywords
    return Value::dict(std::move(pairs));
}

Value request(QByteArrayView object, QByteArrayView method, qint64 flags, std::vector<Value> args)
{
    return Value::tuple(
        {Value::str(object), Value::str(method), Value::integer(flags), Value::tuple(std::move(args))});
}

/// As an ordinary proxy sends it: always flags 3 (7), also without any argument.
Value proxyCall(
    QByteArrayView object, QByteArrayView method, bool oneway, const Value &args, const Value &kwargs)
{
    const Value positional = args.kind() == Value::Kind::Tuple ? args : Value::tuple({});
    return request(
        object, method, kVarArgs | kKeywords | (oneway ? kOneway : 0), {positional, keywords(kwargs)});
}

Result<Value> makeQuery(const Message &message)
{
    if (message.query == Message::Query::Registered)
        return proxyCall(kDaemonObject, "getRegistered", message.oneway, {}, {});
    if (message.query == Message::Query::Resolve)
        return request(kDaemonObject, "ResolvePYROLOC", message.oneway ? kOneway : 0, {str(message.text)});
    return Error::unsupported(
        QStringLiteral("a Pyro 3 daemon answers no such question"), QStringLiteral("value.unsupported"));
}

Result<Value> makeCodeRequest(const Message &message)
{
    if (message.codeStep == Message::CodeStep::Retrieve)
        return request(message.object, "remote_retrieve_code", 0, {str(message.text)});
    if (message.codeStep == Message::CodeStep::Supply) {
        const Value from = message.args.isNone() ? Value::tuple({}) : message.args;
        return request(message.object, "remote_supply_code", 0, {str(message.text), message.value, from});
    }
    return Error::unsupported(
        QStringLiteral("only a server asks for a module this way"), QStringLiteral("value.unsupported"));
}

} // namespace

bool isRequest(const Value &body)
{
    return body.kind() == Value::Kind::Tuple && body.size() == 4 && body.at(0).isTextLike()
        && body.at(1).isTextLike() && body.at(2).asInteger() && body.at(3).kind() == Value::Kind::Tuple;
}

Result<Message> readRequest(const Value &body, const Limits &limits)
{
    if (body.kind() != Value::Kind::Tuple || body.size() != 4)
        return badShape(QStringLiteral("a request must be a tuple of four"));
    const Value &object = body.at(0);
    const Value &method = body.at(1);
    const Value &packed = body.at(3);
    const std::optional<qint64> flags = body.at(2).asInteger();
    if (!flags)
        return badShape(QStringLiteral("the flags must be an integer"));
    if (packed.kind() != Value::Kind::Tuple)
        return badShape(QStringLiteral("the arguments must be a tuple"));
    if (body.cycleId() != 0 || packed.cycleId() != 0)
        return badShape(QStringLiteral("the arguments contain themselves"));
    if (!method.isTextLike())
        return badShape(QStringLiteral("the method name must be a string"));
    if (!object.isTextLike())
        return Error::protocol(QStringLiteral("unknown object ID"), QStringLiteral("call.object"));
    if (object.size() > limits.maxNameBytes || method.size() > limits.maxNameBytes) {
        return Error::limit(
            QStringLiteral("object id or method name is longer than %1 bytes").arg(limits.maxNameBytes),
            QStringLiteral("call.name-too-long"));
    }
    Result<Unpacked> arguments = unpackArguments(packed, *flags);
    if (!arguments)
        return arguments.error();
    Message message = Message::call(object.rawBytes().toByteArray(), method.rawBytes().toByteArray(),
        std::move(arguments->args), std::move(arguments->kwargs), (*flags & kOneway) != 0);
    specialise(message);
    return message;
}

Result<Value> makeRequest(const Message &message)
{
    switch (message.kind) {
    case Message::Kind::Call:
        // Without keywords on purpose: only the name server's proxy does so, for _synccall.
        if (message.kwargs.isNone())
            return request(message.object, message.method, kVarArgs | (message.oneway ? kOneway : 0),
                {message.args.kind() == Value::Kind::Tuple ? message.args : Value::tuple({})});
        return proxyCall(message.object, message.method, message.oneway, message.args, message.kwargs);
    case Message::Kind::GetAttribute:
        return proxyCall(
            message.object, "_r_ga", message.oneway, Value::tuple({Value::str(message.method)}), {});
    case Message::Kind::HasAttribute:
        return proxyCall(
            message.object, "_r_ha", message.oneway, Value::tuple({Value::str(message.method)}), {});
    case Message::Kind::SetAttribute:
        return proxyCall(message.object, "_r_sa", message.oneway,
            Value::tuple({Value::str(message.method), message.value}), {});
    case Message::Kind::Query:
        return makeQuery(message);
    case Message::Kind::Code:
        return makeCodeRequest(message);
    default:
        return Error::unsupported(
            QStringLiteral("Pyro 3 has no message of this kind"), QStringLiteral("value.unsupported"));
    }
}

qint64 peekCallFlags(QByteArrayView pickle)
{
    // A 4-tuple starts with MARK; then one opcode each for id, method and flags, with memo opcodes between
    // them.
    constexpr qsizetype kEnough = 16;
    int values = 0;
    for (const pickle::Opcode &opcode : pickle::listing(pickle, kEnough)) {
        if (opcode.name == "PROTO" || opcode.name == "MARK" || opcode.name == "MEMOIZE"
            || opcode.name == "FRAME" || opcode.name.endsWith("PUT"))
            continue;
        if (++values < 3)
            continue;
        const bool integer
            = opcode.name.startsWith("BININT") || opcode.name == "INT" || opcode.name.startsWith("LONG");
        bool good = false;
        const qint64 flags = opcode.argument.toLongLong(&good);
        return integer && good ? flags : 0;
    }
    return 0;
}

} // namespace pyrolens::pyro3
