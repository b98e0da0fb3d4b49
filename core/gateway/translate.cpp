// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "translate.h"

#include <pyrolens/serpent/serpent.h>
#include <pyrolens/value/rewrite.h>

#include <QStringDecoder>

#include <algorithm>

namespace pyrolens {

namespace {

using Kind = Value::Kind;

bool isAscii(QByteArrayView bytes)
{
    return std::ranges::all_of(bytes, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool isUtf8(QByteArrayView bytes)
{
    QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::Stateless);
    const QString text = decoder(bytes);
    Q_UNUSED(text);
    return !decoder.hasError();
}

class Translator
{
public:
    explicit Translator(const Crossing &crossing)
        : m_crossing(crossing), m_from(crossing.from.info().dialect), m_to(crossing.to.info().dialect)
    { }

    Result<Value> run(const Value &value)
    {
        auto done = rewrite(
            value, [this](const Value &part) { return replacement(part); }, m_crossing.limits);
        if (m_error)
            return *m_error;
        return done;
    }

private:
    std::optional<Value> replacement(const Value &part)
    {
        if (m_error)
            return Value(); // it will not be looked at
        const bool mayBeLibrarys
            = part.kind() == Kind::Object || part.kind() == Kind::Dict || part.kind() == Kind::Reference;
        if (mayBeLibrarys) {
            const Reference *neutral = part.asReference();
            if (const auto reference = neutral ? std::optional(*neutral) : m_crossing.from.asReference(part))
                return keep<Reference>(m_crossing.reference(*reference), &Value::reference);
        }
        if (part.kind() == Kind::Object || part.kind() == Kind::Dict || part.kind() == Kind::Error) {
            const RemoteError *neutral = part.asError();
            if (const auto error = neutral ? std::optional(*neutral) : m_crossing.from.asError(part))
                return keep<RemoteError>(translated(*error, m_crossing), &Value::error);
        }
        if (m_from == m_to)
            return std::nullopt;
        return m_to == Dialect::Python3 ? forPython3(part) : forPython2(part);
    }

    template <class T>
    Value keep(Result<T> result, Value (*make)(T))
    {
        if (result)
            return make(*std::move(result));
        m_error = result.error();
        return {};
    }

    std::optional<Value> forPython3(const Value &part)
    {
        switch (part.kind()) {
        case Kind::Str:
            return isUtf8(part.rawBytes()) ? Value::utf8(part.rawBytes()) : Value::bytes(part.rawBytes());
        case Kind::Long:
            return Value::bigInteger(part.integerBytes(), Kind::Int);
        case Kind::Object:
            return classDict(*part.asObject());
        default:
            return std::nullopt;
        }
    }

    std::optional<Value> forPython2(const Value &part)
    {
        switch (part.kind()) {
        case Kind::Text:
            if (isAscii(part.rawBytes()))
                return Value::str(part.rawBytes());
            return std::nullopt;
        case Kind::Bytes:
            return Value::str(part.rawBytes());
        case Kind::Int:
            if (part.isBigInteger())
                return Value::bigInteger(part.integerBytes(), Kind::Long);
            return std::nullopt;
        case Kind::Dict:
            if (const auto bytes = part.size() == 2 ? serpent::toBytes(part) : std::nullopt)
                return Value::str(*bytes);
            return std::nullopt;
        default:
            return std::nullopt;
        }
    }

    /// An instance as the serializers of Python 3 describe one; nothing for what is a value of its own (a set
    /// made by a call, a date): that the codec knows.
    std::optional<Value> classDict(const Object &object)
    {
        const auto attributes = object.attributes();
        const bool isInstance
            = object.made == Object::Made::Inst || object.made == Object::Made::Obj || !attributes.empty();
        if (!isInstance || object.made == Object::Made::Dict)
            return std::nullopt;
        std::vector<Value::Pair> pairs{{Value::utf8("__class__"), Value::utf8(object.className())}};
        for (const auto &[name, value] : attributes) {
            Result<Value> crossed = run(value);
            if (!crossed)
                return Value();
            pairs.emplace_back(Value::utf8(name.rawBytes()), *std::move(crossed));
        }
        return Value::dict(std::move(pairs));
    }

    const Crossing &m_crossing;
    Dialect m_from;
    Dialect m_to;
    std::optional<Error> m_error;
};

/// "exceptions.KeyError", "builtins.KeyError", "Pyro5.errors.NamingError" -> the last part.
QString unqualified(const QString &className)
{
    static const QStringList s_libraries{QStringLiteral("exceptions."), QStringLiteral("builtins."),
        QStringLiteral("Pyro.errors."), QStringLiteral("Pyro4.errors."), QStringLiteral("Pyro5.errors.")};
    for (const QString &library : s_libraries) {
        if (className.startsWith(library) && className.indexOf(u'.', library.size()) < 0)
            return className.sliced(library.size());
    }
    return className;
}

} // namespace

Result<Value> translated(const Value &value, const Crossing &crossing)
{
    return Translator(crossing).run(value);
}

Result<RemoteError> translated(const RemoteError &error, const Crossing &crossing)
{
    RemoteError crossed = error;
    crossed.className = unqualified(error.className);
    Result<Value> args = translated(error.args, crossing);
    Result<Value> attributes = translated(error.attributes, crossing);
    if (!args || !attributes)
        return args ? attributes.error() : args.error();
    crossed.args = *std::move(args);
    crossed.attributes = *std::move(attributes);
    return crossed;
}

} // namespace pyrolens
