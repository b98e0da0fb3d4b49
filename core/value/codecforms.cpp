// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "codecforms.h"

#include "tagged.h"
#include "valuebuilder.h"

#include <pyrolens/base/utf8.h>

#include <QUuid>

namespace pyrolens {

namespace {

using Kind = Value::Kind;

constexpr double kMicrosPerSecond = 1e6;
constexpr qint64 kSecondsPerDay = 86'400;

Value arrayForm(const Value &array)
{
    const Value &list = array.at(0);
    if (array.typeCode() != 'u')
        return list;
    QByteArray text;
    for (const Value &item : list.items()) {
        if (item.kind() != Kind::Text)
            return list;
        text += item.rawBytes();
    }
    return Value::utf8(text);
}

const char *unhashableName(Kind kind)
{
    switch (kind) {
    case Kind::List:
        return "list";
    case Kind::Dict:
        return "dict";
    case Kind::Set:
        return "set";
    case Kind::ByteArray:
        return "bytearray";
    case Kind::Array:
        return "array";
    case Kind::Cycle:
        return "value that contains itself";
    default:
        return nullptr;
    }
}

} // namespace

std::optional<Value> plainForm(const Value &value)
{
    switch (value.kind()) {
    case Kind::Decimal:
    case Kind::DateTime:
    case Kind::Date:
    case Kind::Time:
        return Value::utf8(value.rawBytes());
    case Kind::Uuid:
        return Value::utf8(QUuid::fromRfc4122(value.rawBytes()).toByteArray(QUuid::WithoutBraces));
    case Kind::TimeDelta: {
        const Value::Delta delta = value.asTimeDelta().value_or(Value::Delta{});
        // As total_seconds(): one division of whole microseconds.
        const double micros = double(delta.days * kSecondsPerDay + delta.seconds) * kMicrosPerSecond
            + double(delta.microseconds);
        return Value::real(micros / kMicrosPerSecond);
    }
    case Kind::Array:
        return arrayForm(value);
    case Kind::Object:
        return richView(value);
    default:
        return std::nullopt;
    }
}

Value textOrBytes(const Value &str)
{
    return utf8::isValid(str.rawBytes(), utf8::Surrogates::Refused) ? Value::utf8(str.rawBytes())
                                                                    : Value::bytes(str.rawBytes());
}

Status checkHashable(const Value &value, qint64 maxNodes)
{
    std::vector<const Value *> pending{&value};
    qint64 seen = 0;
    while (!pending.empty()) {
        const Value &next = *pending.back();
        pending.pop_back();
        if (++seen > maxNodes) {
            return Error::limit(QStringLiteral("a key of more than %1 values").arg(maxNodes),
                QStringLiteral("value.expansion"));
        }
        if (const char *kind = unhashableName(next.kind())) {
            return Error::protocol(
                QStringLiteral("a %1 cannot be a key or in a set").arg(QLatin1StringView(kind)),
                QStringLiteral("value.key"));
        }
        if (next.kind() == Kind::Tuple) {
            for (const Value &item : next.items())
                pending.push_back(&item);
        }
    }
    return Done{};
}

std::vector<Value> distinctMembers(std::vector<Value> members, const Limits &limits)
{
    if (members.size() < 2)
        return members;
    // The pairs of a dict know already what Python takes for the same key.
    ValueBuilder builder(limits);
    const Value dict = builder.dict();
    for (Value &member : members)
        builder.insert(dict, std::move(member), Value());
    std::vector<Value> unique;
    unique.reserve(size_t(dict.size()));
    for (const Value::Pair &pair : dict.pairs())
        unique.push_back(pair.first);
    return unique;
}

Value longIntegerText(qsizetype digits)
{
    const QByteArray shown = "integer, " + QByteArray::number(digits) + " digits";
    return Value::utf8(shown);
}

} // namespace pyrolens
