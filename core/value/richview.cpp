// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "biginteger.h"
#include "richview_p.h"
#include "tagged.h"

#include <pyrolens/base/utf8.h>

#include <bit>
#include <cstring>

namespace pyrolens {

using namespace detail;

namespace {

using Kind = Value::Kind;

// A view of an array costs 16 bytes per item, whatever an item cost before.
constexpr qsizetype kMaxArrayItems = 1'000'000;

bool isPlainCall(const Object &object)
{
    const bool noState = !object.state || object.state->isNone()
        || (object.state->kind() == Kind::Dict && object.state->pairs().empty());
    return object.made == Object::Made::Reduce && object.callee.isNone() && noState;
}

bool isPlainReduce(const Object &object)
{
    return isPlainCall(object) && object.listItems.empty() && object.dictItems.empty();
}

/// Bytes in any of the spellings that Python's two pickle worlds have for them.
std::optional<QByteArray> bytesIn(const Value &value)
{
    if (value.kind() == Kind::Bytes || value.kind() == Kind::Str)
        return value.rawBytes().toByteArray();
    // Python 3 may be told to read Python 2's str as Latin-1 text.
    if (value.kind() == Kind::Text)
        return latin1(value);
    if (const std::optional<Value> view = bytesView(value))
        return view->rawBytes().toByteArray();
    return std::nullopt;
}

std::optional<Value> setView(const Object &object, bool isFrozen)
{
    std::vector<Value> items;
    if (object.args.size() > 1)
        return std::nullopt;
    if (object.args.size() == 1) {
        const Value &list = object.args.at(0);
        if (list.kind() != Kind::List || list.cycleId() != 0)
            return std::nullopt;
        items.assign(list.items().begin(), list.items().end());
    }
    return isFrozen ? Value::frozenSet(std::move(items)) : Value::set(std::move(items));
}

std::optional<Value> complexView(const Object &object)
{
    const auto re = object.args.at(0).asReal();
    const auto im = object.args.at(1).asReal();
    if (object.args.size() != 2 || !re || !im)
        return std::nullopt;
    return Value::complex(*re, *im);
}

std::optional<Value> byteArrayView(const Object &object)
{
    if (object.args.size() == 0)
        return Value::byteArray({});
    if (object.args.size() == 1) {
        if (const auto bytes = bytesIn(object.args.at(0)); bytes && object.args.at(0).kind() != Kind::Text)
            return Value::byteArray(*bytes);
        return std::nullopt;
    }
    if (object.args.size() != 2 || object.args.at(0).kind() != Kind::Text || !isLatin1Name(object.args.at(1)))
        return std::nullopt;
    if (const auto bytes = latin1(object.args.at(0)))
        return Value::byteArray(*bytes);
    return std::nullopt;
}

std::optional<Value> timeDeltaView(const Object &object)
{
    const auto days = object.args.at(0).asInteger();
    const auto seconds = object.args.at(1).asInteger();
    const auto micros = object.args.at(2).asInteger();
    if (object.args.size() != 3 || !days || !seconds || !micros)
        return std::nullopt;
    return Value::timeDelta(*days, *seconds, *micros);
}

std::optional<Value> decimalView(const Object &object)
{
    const Value &text = object.args.at(0);
    if (object.args.size() != 1 || !text.isTextLike())
        return std::nullopt;
    return Value::decimal(text.rawBytes());
}

std::optional<Value> orderedDictView(const Object &object)
{
    if (object.args.size() == 0)
        return Value::dict(object.dictItems);
    // Python 2: OrderedDict([[key, value], ...])
    const Value &list = object.args.at(0);
    if (object.args.size() != 1 || list.kind() != Kind::List || list.cycleId() != 0
        || !object.dictItems.empty())
        return std::nullopt;
    std::vector<Value::Pair> pairs;
    for (const Value &pair : list.items()) {
        const bool isPair = (pair.kind() == Kind::List || pair.kind() == Kind::Tuple) && pair.size() == 2;
        if (!isPair || pair.cycleId() != 0)
            return std::nullopt;
        pairs.emplace_back(pair.at(0), pair.at(1));
    }
    return Value::dict(std::move(pairs));
}

std::optional<Value> uuidView(const Object &object)
{
    if (!object.state || object.state->kind() != Kind::Dict || object.args.size() != 0)
        return std::nullopt;
    const Value *number = object.state->find("int");
    if (!number || (number->kind() != Kind::Int && number->kind() != Kind::Long))
        return std::nullopt;
    const QByteArray bytes = number->integerBytes();
    const bool isNegative = !bytes.isEmpty() && (static_cast<quint8>(bytes.back()) & 0x80);
    // 17 when the top bit is set and a byte for the sign is needed.
    if (isNegative || bytes.size() > 17 || (bytes.size() == 17 && bytes.back() != 0))
        return std::nullopt;
    QByteArray bigEndian(16, '\0');
    for (qsizetype i = 0; i < qMin<qsizetype>(16, bytes.size()); ++i)
        bigEndian[15 - i] = bytes[i];
    return Value::uuid(bigEndian);
}

template <class T>
T readNumber(const char *from, bool isBigEndian)
{
    char bytes[sizeof(T)];
    for (size_t i = 0; i < sizeof(T); ++i)
        bytes[i] = from[isBigEndian == (std::endian::native == std::endian::big) ? i : sizeof(T) - 1 - i];
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
}

/// One item in a machine format. Source: CPython, Modules/arraymodule.c, enum machine_format_code.
Value arrayItem(qint64 format, const char *at)
{
    const bool big = format >= 2 && format % 2 == 1;
    switch (format) {
    case 0:
        return Value::integer(static_cast<quint8>(*at));
    case 1:
        return Value::integer(static_cast<qint8>(*at));
    case 2:
    case 3:
        return Value::integer(readNumber<quint16>(at, big));
    case 4:
    case 5:
        return Value::integer(readNumber<qint16>(at, big));
    case 6:
    case 7:
        return Value::integer(readNumber<quint32>(at, big));
    case 8:
    case 9:
        return Value::integer(readNumber<qint32>(at, big));
    case 10:
    case 11: {
        char bytes[9] = {};
        for (int i = 0; i < 8; ++i)
            bytes[i] = at[big ? 7 - i : i];
        return Value::bigInteger(QByteArrayView(bytes, 9));
    }
    case 12:
    case 13:
        return Value::integer(readNumber<qint64>(at, big));
    case 14:
    case 15:
        return Value::real(double(readNumber<float>(at, big)));
    default:
        return Value::real(readNumber<double>(at, big));
    }
}

std::optional<Value> arrayView(const Object &object)
{
    const Value &code = object.args.at(0);
    const Value &list = object.args.at(1);
    if (object.args.size() != 2 || !code.isTextLike() || code.size() != 1 || list.kind() != Kind::List)
        return std::nullopt;
    return Value::array(code.rawBytes().front(), list);
}

std::optional<Value> arrayBytesView(const Object &object)
{
    // _array_reconstructor(array.array, type code, machine format, bytes)
    const Value &code = object.args.at(1);
    const auto format = object.args.at(2).asInteger();
    const auto bytes = bytesIn(object.args.at(3));
    if (object.args.size() != 4 || !code.isTextLike() || code.size() != 1 || !format || !bytes)
        return std::nullopt;
    static constexpr qsizetype kSizes[] = {1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8};
    if (*format < 0 || *format >= qint64(std::size(kSizes)))
        return std::nullopt; // 18 and up are texts
    const qsizetype width = kSizes[*format];
    if (bytes->size() % width != 0 || bytes->size() / width > kMaxArrayItems)
        return std::nullopt;
    std::vector<Value> items;
    items.reserve(size_t(bytes->size() / width));
    for (qsizetype at = 0; at < bytes->size(); at += width)
        items.push_back(arrayItem(*format, bytes->constData() + at));
    return Value::array(code.rawBytes().front(), Value::list(std::move(items)));
}

} // namespace

bool detail::isBuiltin(QByteArrayView module)
{
    return module == "__builtin__" || module == "builtins";
}

std::optional<QByteArray> detail::latin1(const Value &text)
{
    const QString chars = text.toText();
    QByteArray bytes;
    bytes.reserve(chars.size());
    for (const QChar c : chars) {
        if (c.unicode() > 0xff)
            return std::nullopt;
        bytes += char(c.unicode());
    }
    return bytes;
}

bool detail::isLatin1Name(const Value &name)
{
    return name.isTextLike() && (name.rawBytes() == "latin1" || name.rawBytes() == "latin-1");
}

std::optional<Value> detail::bytesView(const Value &value)
{
    const Object *object = value.asObject();
    if (!object || !isPlainReduce(*object))
        return std::nullopt;
    if (isBuiltin(object->module) && object->name == "bytes" && object->args.size() == 0)
        return Value::bytes({});
    if (object->module != "_codecs" || object->name != "encode" || object->args.size() != 2)
        return std::nullopt;
    if (object->args.at(0).kind() != Kind::Text || !isLatin1Name(object->args.at(1)))
        return std::nullopt;
    if (const auto bytes = latin1(object->args.at(0)))
        return Value::bytes(*bytes);
    return std::nullopt;
}

std::optional<qint64> detail::zoneOffset(const Value &zone)
{
    const Object *object = zone.asObject();
    if (!object || !isPlainReduce(*object))
        return std::nullopt;
    if (object->module == "pytz" && object->name == "_UTC")
        return 0;
    if (object->module != "datetime" || object->name != "timezone" || object->args.size() < 1
        || object->args.size() > 2)
        return std::nullopt;
    const Value &argument = object->args.at(0);
    const std::optional<Value> view = argument.kind() == Kind::TimeDelta ? argument : richView(argument);
    const auto delta = view ? view->asTimeDelta() : std::nullopt;
    // Less than a day either way; no microseconds in what people use, and ISO text for them only in Python 3.
    if (!delta || delta->days < -1 || delta->days > 0 || delta->microseconds != 0 || delta->seconds < 0
        || delta->seconds >= 86'400)
        return std::nullopt;
    return delta->days * 86'400 + delta->seconds;
}

std::optional<Value> richView(const Value &value)
{
    const Object *object = value.asObject();
    if (!object || object->args.cycleId() != 0 || object->args.kind() != Kind::Tuple)
        return std::nullopt;
    const QByteArray &module = object->module;
    const QByteArray &name = object->name;
    if (module == "uuid" && name == "UUID"
        && (object->made == Object::Made::NewObj || object->made == Object::Made::Reconstructor))
        return uuidView(*object);
    if (module == "collections" && name == "OrderedDict")
        return isPlainCall(*object) && object->listItems.empty() ? orderedDictView(*object) : std::nullopt;
    if (!isPlainReduce(*object))
        return std::nullopt;
    if (isBuiltin(module)) {
        if (name == "set" || name == "frozenset")
            return setView(*object, name == "frozenset");
        if (name == "complex")
            return complexView(*object);
        if (name == "bytearray")
            return byteArrayView(*object);
        return bytesView(value);
    }
    if (module == "_codecs")
        return bytesView(value);
    if (module == "datetime") {
        if (name == "timedelta")
            return timeDeltaView(*object);
        const auto state = bytesIn(object->args.at(0));
        if (object->args.size() < 1 || object->args.size() > 2 || !state)
            return std::nullopt;
        return dateTimeView(name, *state, object->args.size() == 2 ? &object->args.at(1) : nullptr);
    }
    if (module == "decimal" && name == "Decimal")
        return decimalView(*object);
    if (module == "array" && name == "array")
        return arrayView(*object);
    if (module == "array" && name == "_array_reconstructor")
        return arrayBytesView(*object);
    return std::nullopt;
}

} // namespace pyrolens
