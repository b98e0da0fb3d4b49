// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "bodies_p.h"

#include "classes_p.h"

#include <pyrolens/json/jsoncodec.h>
#include <pyrolens/marshal/marshal.h>
#include <pyrolens/msgpack/msgpack.h>
#include <pyrolens/pickle/pickle.h>
#include <pyrolens/serpent/serpent.h>
#include <pyrolens/value/rewrite.h>

namespace pyrolens::pyro45 {

namespace {

/// Readable by Python 2 and 3. Source: Pyro4, configuration.py, PICKLE_PROTOCOL_VERSION is at least this.
constexpr int kPickleProtocol = 2;
constexpr int kLastPickleProtocol = 5;

Error unknownSerializer(const QByteArray &name)
{
    return Error::protocol(QStringLiteral("unknown serializer %1").arg(QString::fromLatin1(name)),
        QStringLiteral("value.serializer"));
}

Result<Decoded> decodeWith(
    const QByteArray &serializer, const QByteArray &payload, const Limits &limits, Detail detail)
{
    const bool isApplication = detail == Detail::Application;
    if (serializer == "serpent")
        return serpent::decode(payload, limits, {.reviveNan = isApplication});
    if (serializer == kMarshal)
        return marshal::decode(payload, limits);
    if (serializer == "json")
        return json::decode(payload, limits);
    if (serializer == "msgpack")
        return msgpack::decode(
            payload, limits, {.convertExtensions = isApplication, .strictKeys = isApplication});
    if (isPickleFamily(serializer))
        return pickle::decode(payload, limits);
    return unknownSerializer(serializer);
}

Result<QByteArray> encodeWith(const QByteArray &serializer, const Value &value, const SessionOptions &options)
{
    Limits limits;
    limits.maxFrameBytes = options.maxMessageBytes;
    if (serializer == "serpent")
        return serpent::encode(value, {.bytesLiterals = options.serpentBytesLiterals}, limits);
    if (serializer == kMarshal)
        return marshal::encode(value, {}, limits);
    if (serializer == "json")
        return json::encode(value, limits);
    if (serializer == "msgpack")
        return msgpack::encode(value, limits);
    if (!isPickleFamily(serializer))
        return unknownSerializer(serializer);
    const int protocol = options.pickleProtocol < 0 ? kPickleProtocol : options.pickleProtocol;
    if (protocol < kPickleProtocol || protocol > kLastPickleProtocol)
        return Error::usage(QStringLiteral("Pyro 4 uses pickle protocols 2 to 5, not %1").arg(protocol));
    return pickle::encode(value, {.protocol = protocol, .dialect = Dialect::Python3}, limits);
}

/// dill names builtin classes by a call of its own: the class itself, as pickle would name it.
Result<Value> withoutTypeLoaders(const Value &value)
{
    const auto loaded = [](const Value &each) -> QByteArray {
        const Object *object = each.asObject();
        if (!object || object->className() != "dill._dill._load_type" || object->args.size() != 1)
            return {};
        return object->args.at(0).rawBytes().toByteArray();
    };
    return rewrite(value, [&loaded](const Value &each) -> std::optional<Value> {
        if (const QByteArray name = loaded(each); !name.isEmpty())
            return Value::global("builtins", name);
        const Object *object = each.asObject();
        const QByteArray callee = object ? loaded(object->callee) : QByteArray();
        if (callee.isEmpty())
            return std::nullopt;
        Object plain = *object;
        plain.callee = Value();
        plain.module = "builtins";
        plain.name = callee;
        return Value::object(std::move(plain));
    });
}

} // namespace

Result<Body> decodeBody(
    const QByteArray &serializer, const QByteArray &payload, const Limits &limits, Detail detail)
{
    Result<Decoded> decoded = decodeWith(serializer, payload, limits, detail);
    if (!decoded)
        return decoded.error();
    if (decoded->bytesUsed != payload.size()) {
        return Error::protocol(
            QStringLiteral("%1 bytes follow the value").arg(payload.size() - decoded->bytesUsed),
            QStringLiteral("value.trailing"), decoded->bytesUsed);
    }
    Body body{std::move(decoded->value), {}};
    if (serializer == "dill") {
        Result<Value> plain = withoutTypeLoaders(body.value);
        if (!plain)
            return plain.error();
        body.value = *std::move(plain);
    }
    for (const QByteArray &name : decoded->globals) {
        if (!pickle::isKnownGlobal(name) && !isLibraryGlobal(name))
            body.unknownClasses.push_back(name);
    }
    return body;
}

Result<QByteArray> encodeBody(
    const Flavour &flavour, const QByteArray &serializer, const Value &value, const SessionOptions &options)
{
    Result<QByteArray> bytes = encodeWith(serializer, value, options);
    if (bytes || bytes.error().kind != Error::Kind::Unsupported)
        return bytes;
    // Neutral nodes are rare: looking for them in every value would cost more than this second try.
    const Result<Value> lowered
        = lower(flavour, value, isPickleFamily(serializer) ? Form::Pickle : Form::ClassDict);
    if (!lowered)
        return lowered.error();
    return encodeWith(serializer, *lowered, options);
}

} // namespace pyrolens::pyro45
