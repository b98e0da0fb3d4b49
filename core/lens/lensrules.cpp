// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "lens.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/base/utf8.h>
#include <pyrolens/value/codecforms.h>
#include <pyrolens/value/numbertext.h>

#include <array>
#include <cmath>

namespace pyrolens {

namespace {

using Kind = Value::Kind;
using Place = LensPlace;

constexpr quint8 kSerpent = LensRule::Serpent;
constexpr quint8 kJson = LensRule::Json;
constexpr quint8 kMsgpack = LensRule::Msgpack;
constexpr quint8 kMarshal = LensRule::Marshal;
constexpr quint8 kAll = kSerpent | kJson | kMsgpack | kMarshal;

bool isKey(Place place)
{
    return place == Place::Key || place == Place::Member;
}

template <Kind... kinds>
bool isOneOf(const Value &value)
{
    return ((value.kind() == kinds) || ...);
}

bool isInteger(const Value &value)
{
    return isOneOf<Kind::Int, Kind::Long>(value);
}

bool isNan(const Value &value)
{
    const auto real = value.asReal();
    return real && std::isnan(*real);
}

// --- refused

bool isInstance(const Value &value, Place, quint8)
{
    // What a library makes of a class it knows is that: a plain form.
    return isOneOf<Kind::Object, Kind::Global, Kind::Ext, Kind::PersistentId, Kind::Cycle>(value)
        && !plainForm(value);
}

bool isOfNoType(const Value &value, Place, quint8 serializer)
{
    switch (serializer) {
    case kJson:
        return isOneOf<Kind::Bytes, Kind::ByteArray, Kind::Complex, Kind::FrozenSet, Kind::Time,
            Kind::TimeDelta>(value);
    case kMsgpack:
        return isOneOf<Kind::FrozenSet, Kind::Time, Kind::TimeDelta>(value);
    case kMarshal:
        return isOneOf<Kind::Decimal, Kind::DateTime, Kind::Date, Kind::Time, Kind::TimeDelta>(value);
    default:
        return false;
    }
}

bool hasZone(const Value &value, Place, quint8)
{
    if (value.kind() != Kind::DateTime)
        return false;
    const QByteArrayView time = value.rawBytes().sliced(std::min<qsizetype>(value.rawBytes().size(), 10));
    return time.contains('+') || time.contains('-') || time.contains('Z');
}

bool hasSurrogates(const Value &value, Place, quint8)
{
    return value.kind() == Kind::Text && !utf8::isValid(value.rawBytes(), utf8::Surrogates::Refused);
}

bool isTooLong(const Value &value, Place, quint8)
{
    return isInteger(value) && value.isBigInteger() && !value.integerText(Limits().maxIntegerDigits);
}

bool isComplexNan(const Value &value, Place, quint8)
{
    const auto parts = value.asComplex();
    return parts && (std::isnan(parts->first) || std::isnan(parts->second));
}

/// Kinds that the serializer itself refuses as a key. Source: serpent.py, _check_hashable_type.
bool isRefusedKey(const Value &value, Place place, quint8 serializer)
{
    if (serializer == kSerpent)
        return isKey(place)
            && !isOneOf<Kind::Bool, Kind::Int, Kind::Long, Kind::Float, Kind::Complex, Kind::Text, Kind::Str,
                Kind::Bytes, Kind::Tuple, Kind::Decimal>(value);
    return place == Place::Key
        && !isOneOf<Kind::None, Kind::Bool, Kind::Int, Kind::Long, Kind::Float, Kind::Text, Kind::Str>(value);
}

// --- unreadable

bool isUnreadableKey(const Value &value, Place place, quint8 serializer)
{
    if (serializer == kSerpent) {
        // Those that are written as a dict or a set, which Python takes for no key.
        const bool isDict = isOneOf<Kind::Bytes, Kind::ByteArray>(value) || isNan(value);
        return (place != Place::Plain && isDict)
            || (place == Place::InKey && value.kind() == Kind::FrozenSet && value.size() > 0);
    }
    // Python's unpacker takes text and bytes only, unless it is told otherwise.
    return place == Place::Key
        && !isOneOf<Kind::Text, Kind::Str, Kind::Bytes, Kind::Uuid, Kind::Decimal>(value);
}

// --- changed

bool isKeyText(const Value &value, Place place, quint8)
{
    return place == Place::Key && !value.isTextLike();
}

Value keyText(const Value &value, const Value &)
{
    switch (value.kind()) {
    case Kind::None:
        return Value::utf8("null");
    case Kind::Bool:
        return *value.asBool() ? Value::utf8("true") : Value::utf8("false");
    case Kind::Float: {
        const double real = *value.asReal();
        if (std::isnan(real))
            return Value::utf8("NaN");
        if (std::isinf(real))
            return real > 0 ? Value::utf8("Infinity") : Value::utf8("-Infinity");
        return Value::utf8(detail::floatText(real));
    }
    default:
        return Value::utf8(value.integerText(Limits().maxIntegerDigits).value_or(QByteArray()));
    }
}

bool isBytes(const Value &value, Place, quint8)
{
    return isOneOf<Kind::Bytes, Kind::ByteArray>(value);
}

Value bytesDict(const Value &value, const Value &)
{
    return Value::dict({{Value::utf8("data"), Value::utf8(value.rawBytes().toByteArray().toBase64())},
        {Value::utf8("encoding"), Value::utf8("base64")}});
}

bool isByteArray(const Value &value, Place, quint8)
{
    return value.kind() == Kind::ByteArray;
}

Value plainBytes(const Value &value, const Value &)
{
    return Value::bytes(value.rawBytes());
}

bool isEmptySet(const Value &value, Place, quint8)
{
    return isOneOf<Kind::Set, Kind::FrozenSet>(value) && value.size() == 0;
}

Value emptyTuple(const Value &, const Value &)
{
    return Value::tuple({});
}

bool isFrozenSet(const Value &value, Place, quint8)
{
    return value.kind() == Kind::FrozenSet;
}

Value plainSet(const Value &, const Value &inside)
{
    return Value::set({inside.items().begin(), inside.items().end()});
}

bool isSet(const Value &value, Place, quint8)
{
    return value.kind() == Kind::Set;
}

bool isTuple(const Value &value, Place, quint8)
{
    return value.kind() == Kind::Tuple;
}

Value plainList(const Value &, const Value &inside)
{
    return Value::list({inside.items().begin(), inside.items().end()});
}

bool isText(const Value &value, Place, quint8 serializer)
{
    switch (serializer) {
    case kSerpent:
        return isOneOf<Kind::Decimal, Kind::Uuid, Kind::DateTime, Kind::Date, Kind::Time>(value);
    case kJson:
        return isOneOf<Kind::Decimal, Kind::Uuid, Kind::DateTime, Kind::Date>(value);
    case kMsgpack:
        return isOneOf<Kind::Decimal, Kind::Uuid>(value);
    default:
        return value.kind() == Kind::Uuid;
    }
}

Value plain(const Value &value, const Value &)
{
    return plainForm(value).value_or(value);
}

bool isNegativeZero(double value)
{
    return value == 0 && std::signbit(value);
}

/// Python reads "-0.0+2j" as a sum and "2.0-0.0j" as a difference; neither has these negative zeros.
bool isSignLost(const Value &value, Place, quint8)
{
    const auto parts = value.asComplex();
    return parts
        && (isNegativeZero(parts->second) || (isNegativeZero(parts->first) && !std::signbit(parts->second)));
}

Value withoutSign(const Value &value, const Value &)
{
    const auto [re, im] = *value.asComplex();
    return Value::complex(isNegativeZero(re) && !std::signbit(im) ? 0 : re, im == 0 ? 0 : im);
}

bool isTimeDelta(const Value &value, Place, quint8)
{
    return value.kind() == Kind::TimeDelta;
}

bool isArray(const Value &value, Place, quint8)
{
    return value.kind() == Kind::Array;
}

using enum LensEffect;
constexpr std::array kRules{
    LensRule{"instance", kAll, Refused, isInstance, nullptr},
    LensRule{"no-type", kJson | kMsgpack | kMarshal, Refused, isOfNoType, nullptr},
    LensRule{"zone", kMsgpack, Refused, hasZone, nullptr},
    LensRule{"surrogates", kJson | kMsgpack, Refused, hasSurrogates, nullptr},
    LensRule{"digits", kSerpent | kJson | kMsgpack, Refused, isTooLong, nullptr},
    LensRule{"complex-nan", kSerpent, Refused, isComplexNan, nullptr},
    LensRule{"key-type", kSerpent | kJson, Refused, isRefusedKey, nullptr},
    LensRule{"key-unreadable", kSerpent | kMsgpack, Unreadable, isUnreadableKey, nullptr},
    LensRule{"key-as-text", kJson, Changed, isKeyText, keyText},
    LensRule{"bytes-as-dict", kSerpent, Changed, isBytes, bytesDict},
    LensRule{"bytearray-as-bytes", kMsgpack | kMarshal, Changed, isByteArray, plainBytes},
    LensRule{"empty-set", kSerpent, Changed, isEmptySet, emptyTuple},
    LensRule{"frozenset-as-set", kSerpent, Changed, isFrozenSet, plainSet},
    LensRule{"set-as-list", kJson | kMsgpack, Changed, isSet, plainList},
    LensRule{"tuple-as-list", kJson | kMsgpack, Changed, isTuple, plainList},
    LensRule{"as-text", kAll, Changed, isText, plain},
    LensRule{"complex-zero", kSerpent, Changed, isSignLost, withoutSign},
    LensRule{"seconds", kSerpent, Changed, isTimeDelta, plain},
    LensRule{"array-as-list", kAll, Changed, isArray, plain},
    // Looked at by examine() itself, which knows how deep it is.
    LensRule{"depth", kSerpent, Refused, [](const Value &, Place, quint8) { return false; }, nullptr},
};

} // namespace

std::span<const LensRule> lensRules()
{
    return kRules;
}

} // namespace pyrolens
