// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "classes_p.h"

#include "uri_p.h"

#include <pyrolens/wire/generation.h>

namespace pyrolens::pyro3 {

namespace {

constexpr int kMaxPort = 65'535;

const Value *attribute(const std::vector<Value::Pair> &state, QByteArrayView name)
{
    for (const auto &[key, value] : state) {
        if (key.isTextLike() && key.rawBytes() == name)
            return &value;
    }
    return nullptr;
}

bool isInstance(const Value &value, QByteArrayView module, QByteArrayView name)
{
    const Object *object = value.asObject();
    return object && object->made != Object::Made::Reduce && object->module == module && object->name == name;
}

/// Text of a PyroURI object, if its state makes sense.
std::optional<QString> uriText(const Value &value)
{
    if (!isInstance(value, "Pyro.core", "PyroURI"))
        return std::nullopt;
    const std::vector<Value::Pair> state = value.asObject()->attributes();
    const Value *protocol = attribute(state, "protocol");
    const Value *address = attribute(state, "address");
    const Value *port = attribute(state, "port");
    const Value *object = attribute(state, "objectID");
    if (!protocol || !address || !port || !object || !address->isTextLike() || !object->isTextLike())
        return std::nullopt;
    const std::optional<qint64> number = port->asInteger();
    if (!number || *number < 1 || *number > kMaxPort || !checkHost(address->toText()))
        return std::nullopt;
    Uri uri;
    uri.classic = true;
    uri.host = address->toText();
    uri.port = int(*number);
    uri.object = object->toText();
    for (const Uri::Form form : {Uri::Form::Object, Uri::Form::Location}) {
        for (const bool tls : {false, true}) {
            uri.form = form;
            uri.tls = tls;
            if (protocol->isTextLike() && protocol->rawBytes() == protocolName(uri))
                return uri.toString();
        }
    }
    return std::nullopt;
}

/// What a proxy's adapter says about how to connect.
void readAdapter(const Value &adapter, Reference &reference)
{
    if (!isInstance(adapter, "Pyro.protocol", "PYROAdapter")
        && !isInstance(adapter, "Pyro.protocol", "PYROSSLAdapter"))
        return;
    const std::vector<Value::Pair> state = adapter.asObject()->attributes();
    // Custom validators keep other things than a str here; those are theirs alone.
    if (const Value *ident = attribute(state, "ident"); ident && ident->kind() == Value::Kind::Str)
        reference.ident = ident->rawBytes().toByteArray();
    if (const Value *oneway = attribute(state, "onewayMethods")) {
        for (const Value &method : oneway->items()) {
            if (method.isTextLike())
                reference.onewayMethods.append(method.toText());
        }
    }
    if (const Value *timeout = attribute(state, "timeout")) {
        if (const auto whole = timeout->asInteger())
            reference.timeout = double(*whole);
        else
            reference.timeout = timeout->asReal();
    }
}

Value uriObject(const Uri &uri, int protocol)
{
    // In the order in which CPython's hash puts them.
    return newStyleInstance("Pyro.core", "PyroURI",
        {{Value::str("protocol"), Value::str(protocolName(uri))},
            {Value::str("port"), Value::integer(uri.port)}, {Value::str("objectID"), str(uri.object)},
            {Value::str("address"), str(uri.host)}},
        protocol);
}

Value adapterObject(const Reference &reference, bool tls, int protocol)
{
    std::vector<Value> oneway;
    for (const QString &method : reference.onewayMethods)
        oneway.push_back(str(method));
    const Value validator
        = newStyleInstance("Pyro.protocol", tls ? "BasicSSLValidator" : "DefaultConnValidator",
            {{Value::str("allowedIDs"), Value::list({Value::str("all")})}}, protocol);
    return newStyleInstance("Pyro.protocol", tls ? "PYROSSLAdapter" : "PYROAdapter",
        {{Value::str("ident"), Value::str(reference.ident)},
            {Value::str("onewayMethods"), Value::list(std::move(oneway))},
            {Value::str("timeout"), reference.timeout ? Value::real(*reference.timeout) : Value::none()},
            {Value::str("newConnValidator"), validator}},
        protocol);
}

} // namespace

Value str(QStringView text)
{
    return Value::str(text.toUtf8());
}

Value nameAsStr(const Value &name)
{
    return name.kind() == Value::Kind::Text ? Value::str(name.rawBytes()) : name;
}

Value newStyleInstance(
    QByteArrayView module, QByteArrayView name, std::vector<Value::Pair> state, int protocol)
{
    Object object;
    object.module = module.toByteArray();
    object.name = name.toByteArray();
    object.args = Value::tuple({});
    if (protocol >= 2) {
        object.made = Object::Made::NewObj;
    } else {
        object.made = Object::Made::Reconstructor;
        object.baseClass = Value::global("__builtin__", "object");
    }
    object.state = Value::dict(std::move(state));
    return Value::object(std::move(object));
}

Value oldStyleInstance(
    QByteArrayView module, QByteArrayView name, std::vector<Value::Pair> state, int protocol)
{
    Object object;
    object.made = protocol >= 1 ? Object::Made::Obj : Object::Made::Inst;
    object.module = module.toByteArray();
    object.name = name.toByteArray();
    object.args = Value::tuple({});
    object.state = Value::dict(std::move(state));
    return Value::object(std::move(object));
}

std::optional<Reference> asReference(const Value &value)
{
    if (const Reference *neutral = value.asReference())
        return *neutral;
    Reference reference;
    if (const auto uri = uriText(value)) {
        reference.form = Reference::Form::Uri;
        reference.uri = *uri;
        return reference;
    }
    if (isInstance(value, "Pyro.core", "DynamicProxyWithAttrs"))
        reference.form = Reference::Form::AttributeProxy;
    else if (isInstance(value, "Pyro.core", "DynamicProxy")
        || isInstance(value, "Pyro.naming", "NameServerProxy")
        || isInstance(value, "Pyro.ext.remote", "DynamicProxy"))
        reference.form = Reference::Form::Proxy;
    else
        return std::nullopt;

    const std::vector<Value::Pair> state = value.asObject()->attributes();
    const Value *target = attribute(state, "URI");
    const std::optional<QString> uri = target ? uriText(*target) : std::nullopt;
    if (!uri)
        return std::nullopt;
    reference.uri = *uri;
    if (const Value *adapter = attribute(state, "adapter"))
        readAdapter(*adapter, reference);
    return reference;
}

Result<Value> lowerReference(const Reference &reference, int protocol)
{
    const Result<Uri> uri = parseUri(reference.uri);
    if (!uri || (uri->form != Uri::Form::Object && uri->form != Uri::Form::Location)) {
        return Error::unsupported(
            QStringLiteral("Pyro 3 cannot carry a reference to %1").arg(reference.uri.left(200)),
            QStringLiteral("value.unsupported"));
    }
    const Value target = uriObject(*uri, protocol);
    if (reference.form == Reference::Form::Uri)
        return target;
    std::vector<Value::Pair> state{{Value::str("adapter"), adapterObject(reference, uri->tls, protocol)},
        {Value::str("URI"), target}, {Value::str("objectID"), str(uri->object)}};
    const bool withAttributes = reference.form == Reference::Form::AttributeProxy;
    if (withAttributes)
        state.emplace_back(Value::str("_attr_cache"), Value::dict({}));
    return newStyleInstance(
        "Pyro.core", withAttributes ? "DynamicProxyWithAttrs" : "DynamicProxy", std::move(state), protocol);
}

} // namespace pyrolens::pyro3
