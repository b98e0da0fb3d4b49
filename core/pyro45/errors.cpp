// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "classes_p.h"

#include <pyrolens/value/pythonexceptions.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace pyrolens::pyro45 {

namespace {

using Kind = Value::Kind;
using namespace std::string_view_literals;

constexpr QByteArrayView kTraceback = "_pyroTraceback";

/// Source: Pyro4, errors.py; Pyro5, errors.py.
constexpr std::array kLibraryErrors{"CommunicationError"sv, "ConnectionClosedError"sv, "DaemonError"sv,
    "MessageTooLargeError"sv, "NamingError"sv, "ProtocolError"sv, "PyroError"sv, "SecurityError"sv,
    "SerializeError"sv, "TimeoutError"sv};
static_assert(std::ranges::is_sorted(kLibraryErrors));
/// Those of them that end a connection without a word.
constexpr std::array kNetworkFaults{"CommunicationError"sv, "ConnectionClosedError"sv,
    "MessageTooLargeError"sv, "ProtocolError"sv, "TimeoutError"sv};

template <size_t N>
bool contains(const std::array<std::string_view, N> &names, QByteArrayView name)
{
    return std::ranges::find(names, std::string_view(name.data(), size_t(name.size()))) != names.end();
}

/// A library's error under this library's name, an unqualified builtin or library name (see raise()) with its
/// module; other names as they are.
QByteArray ownClassName(const Flavour &flavour, const QString &className)
{
    const QByteArray name = className.toUtf8();
    if (isBuiltinException(name))
        return "builtins." + name;
    if (contains(kLibraryErrors, name))
        return flavour.className("errors." + name);
    for (const QByteArrayView prefix : {"Pyro.errors.", "Pyro4.errors.", "Pyro5.errors."}) {
        if (!name.startsWith(prefix))
            continue;
        const QByteArray bare = name.mid(prefix.size());
        return flavour.className(
            "errors." + (contains(kLibraryErrors, bare) ? bare : QByteArray("PyroError")));
    }
    return name;
}

Value tracebackValue(const QStringList &lines)
{
    std::vector<Value> items;
    for (const QString &line : lines)
        items.push_back(Value::text(QString(line + u'\n')));
    return Value::list(std::move(items));
}

QStringList tracebackLines(const Value &value)
{
    QStringList lines;
    for (const Value &item : value.items()) {
        QString line = textOf(item).value_or(QString());
        if (line.endsWith(u'\n'))
            line.chop(1);
        lines.append(std::move(line));
    }
    return lines;
}

void setAttributes(RemoteError &error, std::span<const Value::Pair> attributes)
{
    std::vector<Value::Pair> kept;
    for (const auto &[key, value] : attributes) {
        const auto name = textOf(key);
        if (name && name->toUtf8() == kTraceback)
            error.traceback = tracebackLines(value);
        else
            kept.emplace_back(name ? Value::text(*name) : key, value);
    }
    error.attributes = Value::dict(std::move(kept));
}

Value asTuple(const Value &args)
{
    if (args.kind() == Kind::Tuple)
        return args;
    if (args.kind() == Kind::List && args.cycleId() == 0)
        return Value::tuple({args.items().begin(), args.items().end()});
    return Value::tuple({});
}

std::optional<RemoteError> fromDict(const Value &dict)
{
    const Value *name = dict.find("__class__");
    const Value *marked = dict.find("__exception__");
    if (!name || !marked || !marked->asBool().value_or(false))
        return std::nullopt;
    const auto className = textOf(*name);
    if (!className)
        return std::nullopt;
    RemoteError error;
    const QByteArray bare = className->toUtf8();
    error.className = isBuiltinException(bare) ? u"builtins." + *className : *className;
    const Value *args = dict.find("args");
    error.args = args ? asTuple(*args) : Value::tuple({});
    const Value *attributes = dict.find("attributes");
    setAttributes(error, attributes ? attributes->pairs() : std::span<const Value::Pair>());
    return error;
}

/// Pickles that Python 2 can read name builtin exceptions as it does, and Python 3 reads them as its own.
RemoteError fromObject(const Object &object)
{
    const bool isBuiltin = object.module == "exceptions" && isBuiltinException(object.name);
    RemoteError error;
    error.className = QString::fromUtf8(isBuiltin ? "builtins." + object.name : object.className());
    error.args = asTuple(object.args);
    setAttributes(error, object.attributes());
    return error;
}

/// Nothing on the wire tells base classes; names do.
bool looksLikeException(const Object &object)
{
    const QString name = QString::fromUtf8(object.className());
    const QStringView last = QStringView(name).sliced(name.lastIndexOf(u'.') + 1);
    return isBuiltinException(last.toUtf8()) || name.contains(u".errors.") || last.endsWith(u"Error")
        || last.endsWith(u"Exception") || last.endsWith(u"Warning");
}

/// What a wrapper holds; null for other values.
Value unwrapped(const Flavour &flavour, const Value &value)
{
    if (const Object *object = value.asObject()) {
        if (object->className() != flavour.wrapperClass || !object->state)
            return {};
        const Value *inner = object->state->find("exception");
        return inner ? *inner : Value();
    }
    if (value.kind() != Kind::Dict)
        return {};
    const Value *name = value.find("__class__");
    const Value *inner = value.find("exception");
    const auto className = name ? textOf(*name) : std::nullopt;
    return className && inner && className->toUtf8() == flavour.wrapperClass ? *inner : Value();
}

} // namespace

std::optional<RemoteError> asError(const Flavour &flavour, const Value &value)
{
    const Value inner = unwrapped(flavour, value);
    const Value &error = inner.isNone() ? value : inner;
    if (error.kind() == Kind::Dict)
        return fromDict(error);
    const Object *object = error.asObject();
    if (object && object->made != Object::Made::Dict && looksLikeException(*object))
        return fromObject(*object);
    return std::nullopt;
}

RemoteError errorOfReply(const Flavour &flavour, const Value &value)
{
    if (auto error = asError(flavour, value))
        return *std::move(error);
    if (const Object *object = value.asObject())
        return fromObject(*object);
    RemoteError error;
    error.className = QStringLiteral("object");
    if (const Value *name = value.kind() == Kind::Dict ? value.find("__class__") : nullptr)
        error.className = textOf(*name).value_or(error.className);
    error.args = Value::tuple({value});
    error.attributes = Value::dict({});
    return error;
}

Value makeError(const Flavour &flavour, const RemoteError &error, Form form)
{
    const QByteArray className = ownClassName(flavour, error.className);
    const Value args = error.args.kind() == Kind::Tuple ? error.args : Value::tuple({});
    std::vector<Value::Pair> attributes(error.attributes.pairs().begin(), error.attributes.pairs().end());
    attributes.emplace_back(Value::utf8(kTraceback), tracebackValue(error.traceback));
    if (form == Form::Pickle) {
        const qsizetype dot = className.lastIndexOf('.');
        Object object;
        object.made = Object::Made::Reduce;
        object.module = dot < 0 ? QByteArray("builtins") : className.first(dot);
        object.name = className.sliced(dot + 1);
        object.args = args;
        object.state = Value::dict(std::move(attributes));
        return Value::object(std::move(object));
    }
    return Value::dict({{Value::utf8("__class__"), Value::utf8(className)},
        {Value::utf8("__exception__"), Value::boolean(true)}, {Value::utf8("args"), args},
        {Value::utf8("attributes"), Value::dict(std::move(attributes))}});
}

Value wrapError(const Flavour &flavour, const RemoteError &error, Form form)
{
    const Value inner = makeError(flavour, error, form);
    if (form == Form::ClassDict) {
        return Value::dict({{Value::utf8("__class__"), Value::utf8(flavour.wrapperClass)},
            {Value::utf8("exception"), inner}});
    }
    const qsizetype dot = flavour.wrapperClass.lastIndexOf('.');
    Object object;
    object.made = Object::Made::NewObj;
    object.module = flavour.wrapperClass.first(dot);
    object.name = flavour.wrapperClass.sliced(dot + 1);
    object.args = Value::tuple({});
    object.state = Value::dict({{Value::utf8("exception"), inner}});
    return Value::object(std::move(object));
}

bool isNetworkFault(const Flavour &flavour, const RemoteError &error)
{
    const QByteArray name = ownClassName(flavour, error.className);
    const QByteArray prefix = flavour.className("errors.");
    return name.startsWith(prefix) && contains(kNetworkFaults, name.mid(prefix.size()));
}

RemoteError exceptionOf(const QByteArray &className, const QString &text)
{
    RemoteError error;
    error.className = QString::fromLatin1(className);
    error.args = Value::tuple({Value::text(text)});
    error.attributes = Value::dict({});
    return error;
}

} // namespace pyrolens::pyro45
