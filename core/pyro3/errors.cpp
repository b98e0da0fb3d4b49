// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "errors_p.h"

#include "classes_p.h"

#include <pyrolens/value/pythonexceptions.h>

#include <QString>

#include <algorithm>
#include <array>
#include <string_view>

namespace pyrolens::pyro3 {

namespace {

using namespace std::string_view_literals;

constexpr QByteArrayView kStackTrace = "remote_stacktrace";
/// Key for a state that is no dictionary of attributes.
constexpr QByteArrayView kOtherState = "__state__";
constexpr QStringView kBuiltinModule = u"exceptions.";
constexpr QStringView kPyroModule = u"Pyro.errors.";

/// Source: Pyro 3.16, errors.py.
constexpr std::array kPyroErrors{"ConnectionClosedError"sv, "ConnectionDeniedError"sv, "DaemonError"sv,
    "NamingError"sv, "NoModuleError"sv, "ProtocolError"sv, "PyroError"sv, "TimeoutError"sv, "URIError"sv,
    "_InternalNoModuleError"sv};
static_assert(std::ranges::is_sorted(kPyroErrors));

template <size_t N>
bool contains(const std::array<std::string_view, N> &sorted, const QString &name)
{
    const QByteArray bytes = name.toUtf8();
    return std::ranges::binary_search(sorted, std::string_view(bytes.constData(), size_t(bytes.size())));
}

/// Attribute names as text, the rest of the pairs as they are.
Value textKeyed(const std::vector<Value::Pair> &pairs, QByteArrayView without)
{
    std::vector<Value::Pair> result;
    for (const auto &[key, value] : pairs) {
        if (!key.isTextLike())
            result.emplace_back(key, value);
        else if (without.isEmpty() || key.rawBytes() != without)
            result.emplace_back(Value::text(key.toText()), value);
    }
    return Value::dict(std::move(result));
}

/// Lines of a traceback, which is a list of str (each with a final newline, maybe with inner ones), a str, or
/// None.
QStringList tracebackLines(const Value &value)
{
    QStringList lines;
    const auto add = [&lines](QString line) {
        if (line.endsWith(u'\n'))
            line.chop(1);
        lines.append(std::move(line));
    };
    if (value.isTextLike()) {
        for (const QString &line : value.toText().trimmed().split(u'\n'))
            add(line);
        return lines;
    }
    for (const Value &line : value.items()) {
        if (line.isTextLike())
            add(line.toText());
    }
    return lines;
}

Value tracebackList(const QStringList &lines)
{
    std::vector<Value> items;
    for (const QString &line : lines)
        items.push_back(str(QString(line + u'\n')));
    return Value::list(std::move(items));
}

/// Reads any instance as an exception.
RemoteError readException(const Object &object)
{
    RemoteError error;
    error.className = QString::fromUtf8(object.className());
    error.args = object.args.kind() == Value::Kind::Tuple ? object.args : Value::tuple({});
    const std::vector<Value::Pair> attributes = object.attributes();
    if (object.state && attributes.empty() && object.state->kind() != Value::Kind::Dict
        && !object.state->isNone())
        error.attributes = Value::dict({{Value::utf8(kOtherState), *object.state}});
    else
        error.attributes = textKeyed(attributes, {});
    return error;
}

/// Nothing on the wire tells base classes; the names do for all that is builtin, Pyro's or named as the style
/// guide says.
bool looksLikeException(const Object &object)
{
    if (object.made == Object::Made::Dict)
        return false;
    if (object.module == "exceptions" || object.module == "Pyro.errors")
        return true;
    const QByteArray last = object.name.mid(object.name.lastIndexOf('.') + 1);
    return last.endsWith("Error") || last.endsWith("Exception") || last.endsWith("Warning")
        || last == "error";
}

bool isCapsule(const Object &object)
{
    return object.module == "Pyro.errors" && object.name == "PyroExceptionCapsule";
}

struct ClassName
{
    QByteArray module;
    QByteArray name;
    bool known = true;
};

ClassName spell(const QString &className)
{
    const QString builtin = className.startsWith(QStringLiteral("builtins.")) ? className.mid(9) : className;
    QString full = className;
    if (isPython2Exception(builtin.toUtf8()))
        full = kBuiltinModule + builtin;
    else if (contains(kPyroErrors, className))
        full = kPyroModule + className;
    const qsizetype dot = full.lastIndexOf(u'.');
    if (dot <= 0 || dot + 1 == full.size())
        return {QByteArrayLiteral("Pyro.errors"), QByteArrayLiteral("PyroError"), false};
    return {full.left(dot).toUtf8(), full.mid(dot + 1).toUtf8()};
}

} // namespace

bool isNetworkFault(const RemoteError &error)
{
    const ClassName name = spell(error.className);
    return error.hasTraceback() && name.module == "Pyro.errors" && name.name == "ProtocolError";
}

std::optional<RemoteError> openCapsule(const Value &value)
{
    const Object *capsule = value.asObject();
    if (!capsule || !isCapsule(*capsule))
        return std::nullopt;
    RemoteError error;
    error.className = QStringLiteral("Pyro.errors.PyroExceptionCapsule");
    error.args = Value::tuple({});
    error.attributes = Value::dict({});
    const std::vector<Value::Pair> state = capsule->attributes();
    for (const auto &[key, held] : state) {
        if (!key.isTextLike() || key.rawBytes() != "excObj")
            continue;
        if (const Object *exception = held.asObject()) {
            error = readException(*exception);
        } else {
            error.className = QStringLiteral("exceptions.Exception");
            error.args = Value::tuple({held});
        }
    }
    for (const auto &[key, held] : state) {
        if (key.isTextLike() && key.rawBytes() == "args")
            error.traceback = tracebackLines(held);
    }
    return error;
}

std::optional<RemoteError> asError(const Value &value)
{
    if (const RemoteError *neutral = value.asError())
        return *neutral;
    const Object *object = value.asObject();
    if (!object)
        return std::nullopt;
    if (isCapsule(*object))
        return openCapsule(value);
    if (!looksLikeException(*object))
        return std::nullopt;
    RemoteError error = readException(*object);
    if (const Value *trace = error.attributes.find(kStackTrace)) {
        error.traceback = tracebackLines(*trace);
        error.attributes = textKeyed(object->attributes(), kStackTrace);
    }
    return error;
}

Value lowerError(const RemoteError &error)
{
    const ClassName name = spell(error.className);
    Object object;
    object.made = Object::Made::Reduce;
    object.module = name.module;
    object.name = name.name;
    object.args = error.args.kind() == Value::Kind::Tuple ? error.args : Value::tuple({});
    if (!name.known)
        object.args = Value::tuple({str(error.summary())});

    std::vector<Value::Pair> state;
    for (const auto &[key, value] : error.attributes.pairs())
        state.emplace_back(nameAsStr(key), value);
    if (state.size() == 1 && state.front().first.rawBytes() == kOtherState) {
        object.state = state.front().second;
        return Value::object(std::move(object));
    }
    if (error.hasTraceback())
        state.emplace_back(Value::str(kStackTrace), tracebackList(error.traceback));
    if (!state.empty())
        object.state = Value::dict(std::move(state));
    return Value::object(std::move(object));
}

Value makeCapsule(const RemoteError &error, int protocol)
{
    // Outside the exception: the receiver puts it there when it raises.
    RemoteError bare = error;
    bare.traceback.clear();
    return oldStyleInstance("Pyro.errors", "PyroExceptionCapsule",
        {{Value::str("excObj"), lowerError(bare)},
            {Value::str("args"), error.hasTraceback() ? tracebackList(error.traceback) : Value::none()}},
        protocol);
}

std::optional<MissingModule> asMissingModule(const RemoteError &error)
{
    if (error.className != u"Pyro.errors._InternalNoModuleError")
        return std::nullopt;
    const Value *module = error.attributes.find(QByteArrayView("modulename"));
    if (!module || !module->isTextLike())
        return std::nullopt;
    const Value *fromList = error.attributes.find(QByteArrayView("fromlist"));
    return MissingModule{module->toText(), fromList ? *fromList : Value::none()};
}

RemoteError missingModule(const MissingModule &wanted)
{
    RemoteError error;
    error.className = QStringLiteral("Pyro.errors._InternalNoModuleError");
    error.args = Value::tuple({});
    error.attributes = Value::dict(
        {{Value::utf8("fromlist"), wanted.fromList}, {Value::utf8("modulename"), str(wanted.module)}});
    return error;
}

} // namespace pyrolens::pyro3
