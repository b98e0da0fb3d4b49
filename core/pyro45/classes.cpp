// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "classes_p.h"

#include "uri_p.h"

#include <pyrolens/value/pythonexceptions.h>
#include <pyrolens/value/rewrite.h>
#include <pyrolens/value/tagged.h>

#include <algorithm>
#include <array>

namespace pyrolens::pyro45 {

namespace {

using Kind = Value::Kind;

/// Errors may hold errors; more levels than this are nobody's.
constexpr int kMostPasses = 32;
constexpr qsizetype kUriParts = 5;

Value textOrNone(const QString &text)
{
    return text.isEmpty() ? Value() : Value::text(text);
}

/// (protocol, object, sockname, host, port)
Value uriState(const Uri &uri)
{
    const bool hasPort = !uri.host.isEmpty();
    Value object = Value::text(uri.object);
    const char *protocol = "PYRO";
    if (uri.form == Uri::Form::Name)
        protocol = "PYRONAME";
    if (uri.form == Uri::Form::Meta) {
        protocol = "PYROMETA";
        std::vector<Value> tags;
        for (const QString &tag : uri.tags)
            tags.push_back(Value::text(tag));
        object = Value::set(std::move(tags));
    }
    const int port = uri.port > 0 || uri.form == Uri::Form::Object ? uri.port : kNameServerPort;
    return Value::tuple({Value::utf8(protocol), std::move(object), textOrNone(uri.unixPath),
        textOrNone(uri.host), hasPort ? Value::integer(port) : Value()});
}

Value instance(const QByteArray &className, Value state)
{
    const qsizetype dot = className.lastIndexOf('.');
    Object object;
    object.made = Object::Made::NewObj;
    object.module = className.first(dot);
    object.name = className.sliced(dot + 1);
    object.args = Value::tuple({});
    object.state = std::move(state);
    return Value::object(std::move(object));
}

Value classDict(const QByteArray &className, Value state)
{
    return Value::dict(
        {{Value::utf8("__class__"), Value::utf8(className)}, {Value::utf8("state"), std::move(state)}});
}

Value describe(const QByteArray &className, Value state, Form form)
{
    return form == Form::Pickle ? instance(className, std::move(state))
                                : classDict(className, std::move(state));
}

/// State of a proxy in a pickle: the URI as an object, sets, bytes.
/// Source: Pyro4, core.py, Proxy.__getstate__.
Value pickledProxyState(const Flavour &flavour, const Reference &reference, const Uri &uri)
{
    const auto names = [](const QStringList &list) {
        const Value tuple = nameTuple(list);
        return Value::set({tuple.items().begin(), tuple.items().end()});
    };
    return Value::tuple(
        {instance(flavour.className("core.URI"), uriState(uri)), names(reference.onewayMethods),
            names(reference.methods), names(reference.attributes), Value::real(reference.timeout.value_or(0)),
            reference.ident.isEmpty() ? Value() : Value::bytes(reference.ident), handshakeOf(reference),
            Value::integer(0), codecOf(reference)});
}

Result<Value> lowerReference(const Flavour &flavour, const Reference &reference, Form form)
{
    const Result<Uri> uri = parseUri(reference.uri);
    if (!uri) {
        return Error::unsupported(QStringLiteral("%1 cannot carry the reference %2: %3")
                                      .arg(flavour.info.label, reference.uri.left(200), uri.error().what),
            QStringLiteral("value.unsupported"));
    }
    if (reference.form == Reference::Form::Uri)
        return describe(flavour.className("core.URI"), uriState(*uri), form);
    return describe(flavour.proxyClass,
        form == Form::Pickle ? pickledProxyState(flavour, reference, *uri) : flavour.proxyState(reference),
        form);
}

std::optional<QStringList> namesIn(const Value &value)
{
    QStringList names;
    const Value collection = richView(value).value_or(value); // a pickled set is a call
    for (const Value &item : collection.items()) {
        const auto name = textOf(item);
        if (!name)
            return std::nullopt;
        names.append(*name);
    }
    return names;
}

std::optional<Uri> uriFrom(const Value &state)
{
    if (state.size() != kUriParts || (state.kind() != Kind::Tuple && state.kind() != Kind::List))
        return std::nullopt;
    const auto protocol = textOf(state.at(0));
    Uri uri;
    if (protocol == u"PYROMETA") {
        const auto tags = namesIn(state.at(1));
        if (!tags)
            return std::nullopt;
        uri.form = Uri::Form::Meta;
        uri.tags = *tags;
        uri.tags.sort(); // a set has no order
    } else if (protocol == u"PYRO" || protocol == u"PYRONAME") {
        const auto object = textOf(state.at(1));
        if (!object)
            return std::nullopt;
        uri.form = protocol == u"PYRO" ? Uri::Form::Object : Uri::Form::Name;
        uri.object = *object;
    } else {
        return std::nullopt;
    }
    uri.unixPath = textOf(state.at(2)).value_or(QString());
    uri.host = textOf(state.at(3)).value_or(QString());
    const qint64 port = state.at(4).asInteger().value_or(0);
    uri.port = port >= 0 && port <= std::numeric_limits<qint32>::max() ? int(port) : 0;
    return uri;
}

/// What a proxy's state has after its four first entries. Pyro 4: timeout, HMAC key, handshake data, retries
/// and (not in old ones) the serializer. Pyro 5: handshake data, serializer. Pyrolite: timeout, handshake
/// data, retries. Source: Pyro4, core.py, and Pyro5, client.py, Proxy.__getstate__; Pyrolite,
/// PyroProxySerpent.
void readRest(const Value &state, Reference &reference)
{
    constexpr qsizetype kLeast4 = 8;
    const bool hasKey = state.size() >= kLeast4;
    const auto timeout = state.at(4).asReal();
    const bool hasTimeout = hasKey || timeout || state.at(4).asInteger();
    if (timeout && *timeout > 0)
        reference.timeout = *timeout;
    const qsizetype handshake = hasKey ? 6 : hasTimeout ? 5 : 4;
    if (handshake < state.size())
        reference.handshake = state.at(handshake);
    if (hasKey) {
        const Value &key = state.at(5);
        const QByteArray bytes = key.isNone() ? QByteArray() : key.rawBytes().toByteArray();
        reference.ident = bytes.startsWith(kEncodedKey)
            ? QByteArray::fromBase64(bytes.sliced(kEncodedKey.size()))
            : bytes;
    }
    const qsizetype codec = hasKey ? 8 : hasTimeout ? state.size() : 5;
    if (codec < state.size())
        reference.codec = textOf(state.at(codec)).value_or(QString()).toUtf8();
}

/// Class and state of either form.
struct Described
{
    QByteArray className;
    Value state;
};
std::optional<Described> described(const Value &value)
{
    if (const Object *object = value.asObject()) {
        if (!object->state)
            return std::nullopt;
        return Described{object->className(), *object->state};
    }
    if (value.kind() != Kind::Dict)
        return std::nullopt;
    const Value *name = value.find("__class__");
    const Value *state = value.find("state");
    const auto text = name ? textOf(*name) : std::nullopt;
    if (!text || !state)
        return std::nullopt;
    return Described{text->toUtf8(), *state};
}

} // namespace

Value nameTuple(const QStringList &names)
{
    std::vector<Value> items;
    for (const QString &name : names)
        items.push_back(Value::text(name));
    return Value::tuple(std::move(items));
}

Value handshakeOf(const Reference &reference)
{
    return reference.handshake.isNone() ? Value::utf8("hello") : reference.handshake;
}

Value codecOf(const Reference &reference)
{
    return reference.codec.isEmpty() ? Value() : Value::utf8(reference.codec);
}

std::optional<QString> textOf(const Value &value)
{
    if (value.isTextLike())
        return value.toText();
    if (value.kind() == Kind::Bytes)
        return QString::fromUtf8(value.rawBytes());
    return std::nullopt;
}

Result<Value> lower(const Flavour &flavour, const Value &value, Form form)
{
    Value current = value;
    for (int pass = 0; pass < kMostPasses; ++pass) {
        bool hasChanged = false;
        std::optional<Error> failed;
        const auto replace = [&](const Value &each) -> std::optional<Value> {
            if (const RemoteError *error = each.asError()) {
                hasChanged = true;
                return makeError(flavour, *error, form);
            }
            if (const Reference *reference = each.asReference()) {
                Result<Value> lowered = lowerReference(flavour, *reference, form);
                hasChanged = true;
                if (lowered)
                    return *std::move(lowered);
                failed = lowered.error();
                return Value();
            }
            return std::nullopt;
        };
        Result<Value> next = rewrite(current, replace);
        if (!next || failed)
            return failed ? *failed : next.error();
        if (!hasChanged)
            break;
        current = *std::move(next);
    }
    return current;
}

std::optional<Reference> asReference(const Flavour &flavour, const Value &value)
{
    const auto found = described(value);
    if (!found)
        return std::nullopt;
    Reference reference;
    if (found->className == flavour.className("core.URI")) {
        const auto uri = uriFrom(found->state);
        if (!uri)
            return std::nullopt;
        reference.form = Reference::Form::Uri;
        reference.uri = uri->toString();
        return reference;
    }
    if (found->className != flavour.proxyClass)
        return std::nullopt;
    const Value &state = found->state;
    constexpr qsizetype kLeastParts = 6;
    if (state.size() < kLeastParts || (state.kind() != Kind::Tuple && state.kind() != Kind::List))
        return std::nullopt;
    // A pickle holds the URI as an object, the class dict as text.
    const auto text = textOf(state.at(0));
    const auto inner = text ? std::nullopt : described(state.at(0));
    const auto uri = inner ? uriFrom(inner->state) : std::nullopt;
    if (!text && !uri)
        return std::nullopt;
    reference.uri = text ? *text : uri->toString();
    const auto sorted = [](const Value &names) {
        QStringList list = namesIn(names).value_or(QStringList());
        list.sort(); // sets have no order
        return list;
    };
    reference.onewayMethods = sorted(state.at(1));
    reference.methods = sorted(state.at(2));
    reference.attributes = sorted(state.at(3));
    readRest(state, reference);
    return reference;
}

/// Source: Pyro5, serializers.py, SerializerBase.dict_to_class; Pyro4, util.py, the same.
std::vector<QByteArray> unknownClasses(const Value &value)
{
    std::vector<QByteArray> found;
    const auto isException = [](const Value &dict, QByteArrayView name) {
        const Value *marked = dict.find("__exception__");
        if (!marked || !marked->asBool().value_or(false))
            return false;
        for (const QByteArrayView prefix : {"builtins.", "exceptions."}) {
            if (name.startsWith(prefix))
                return isBuiltinException(name.sliced(prefix.size()));
        }
        return isBuiltinException(name) || (name.startsWith("sqlite3.") && name.endsWith("Error"));
    };
    const auto isOfLibrary = [](QByteArrayView name) {
        for (const QByteArrayView library : {"Pyro4.", "Pyro5."}) {
            if (!name.startsWith(library))
                continue;
            const QByteArrayView rest = name.sliced(library.size());
            constexpr std::array<QByteArrayView, 7> kKnown{"core.URI", "core.Proxy", "client.Proxy",
                "core.Daemon", "server.Daemon", "futures._ExceptionWrapper", "core._ExceptionWrapper"};
            return rest.startsWith("errors.") || (rest.startsWith("util.") && rest.endsWith("Serializer"))
                || std::ranges::find(kKnown, rest) != kKnown.end();
        }
        return name == "float" || name == "struct.error";
    };
    const auto look = [&](const Value &part) -> std::optional<Value> {
        const Value *name = part.kind() == Kind::Dict ? part.find("__class__") : nullptr;
        const auto text = name ? textOf(*name) : std::nullopt;
        if (!text)
            return std::nullopt;
        const QByteArray className = text->toUtf8();
        if (!isOfLibrary(className) && !isException(part, className)
            && std::ranges::find(found, className) == found.end())
            found.push_back(className);
        return std::nullopt;
    };
    static_cast<void>(rewrite(value, look)); // changes nothing; values too large for it do not get this far
    return found;
}

bool isLibraryGlobal(QByteArrayView dottedName)
{
    constexpr std::array<QByteArrayView, 9> kKnown{"Pyro4.core.URI", "Pyro4.core.Proxy", "Pyro4.core.Daemon",
        "Pyro4.futures._ExceptionWrapper", "dill._dill._load_type", "dill._dill._create_type",
        "dill._dill._import_module", "Pyro4.util.SerpentSerializer", "Pyro4.util.PickleSerializer"};
    return dottedName.startsWith("Pyro4.errors.") || std::ranges::find(kKnown, dottedName) != kKnown.end();
}

} // namespace pyrolens::pyro45
