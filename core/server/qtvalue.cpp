// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "qtvalue_p.h"

#include <pyrolens/value/tagged.h>

#include <QDateTime>
#include <QStringList>
#include <QUuid>

#include <array>
#include <limits>

namespace pyrolens {

namespace {

// Deep enough for anything a person makes; decoded values are bounded anyway, QVariants by hand are not.
constexpr int kMaxVariantDepth = 200;

constexpr std::array kIntegerTypes{QMetaType::Char, QMetaType::SChar, QMetaType::UChar, QMetaType::Short,
    QMetaType::UShort, QMetaType::Int, QMetaType::UInt, QMetaType::Long, QMetaType::ULong,
    QMetaType::LongLong, QMetaType::ULongLong};

bool isInteger(QMetaType type)
{
    return std::ranges::find(kIntegerTypes, QMetaType::Type(type.id())) != kIntegerTypes.end();
}

bool fitsIn(qint64 value, QMetaType type)
{
    if (type.id() == QMetaType::ULongLong || (type.id() == QMetaType::ULong && type.sizeOf() == 8))
        return value >= 0;
    const int bits = int(type.sizeOf()) * 8;
    if (bits >= 64)
        return true;
    const bool isUnsigned = type.flags() & QMetaType::IsUnsignedEnumeration || type.id() == QMetaType::UChar
        || type.id() == QMetaType::UShort || type.id() == QMetaType::UInt || type.id() == QMetaType::ULong;
    const qint64 least = isUnsigned ? 0 : -(qint64(1) << (bits - 1));
    const qint64 most = isUnsigned ? (qint64(1) << bits) - 1 : (qint64(1) << (bits - 1)) - 1;
    return value >= least && value <= most;
}

// An integer from 2^63 up to 2^64 - 1, which C++ can hold only unsigned.
std::optional<quint64> unsignedInteger(const Value &value)
{
    if (!value.isBigInteger())
        return std::nullopt;
    const auto text = value.integerText(20);
    bool ok = false;
    const quint64 result = text ? text->toULongLong(&ok) : 0;
    return ok ? std::optional(result) : std::nullopt;
}

QVariant integerAs(qint64 value, QMetaType type)
{
    QVariant result(value);
    return result.convert(type) ? result : QVariant();
}

QVariant toVariant(const Value &value, int depth);

QVariantList toVariantList(const Value &value, int depth)
{
    QVariantList list;
    list.reserve(value.size());
    for (const Value &item : value.items())
        list.append(toVariant(item, depth + 1));
    return list;
}

bool hasTextKeys(const Value &value)
{
    return std::ranges::all_of(value.pairs(), [](const auto &pair) { return pair.first.isTextLike(); });
}

QVariantMap toVariantMap(const Value &value, int depth)
{
    QVariantMap map;
    for (const auto &[key, item] : value.pairs())
        map.insert(key.toText(), toVariant(item, depth + 1));
    return map;
}

// The natural QVariant of a value; what has none is carried as the Value itself.
QVariant toVariant(const Value &value, int depth)
{
    if (depth > kMaxVariantDepth)
        return QVariant::fromValue(value);
    switch (value.kind()) {
    case Value::Kind::None:
        return {};
    case Value::Kind::Bool:
        return *value.asBool();
    case Value::Kind::Int:
    case Value::Kind::Long:
        if (const auto integer = value.asInteger())
            return *integer;
        if (const auto integer = unsignedInteger(value))
            return *integer;
        return QVariant::fromValue(value);
    case Value::Kind::Float:
        return *value.asReal();
    case Value::Kind::Text:
        return value.toText();
    case Value::Kind::Str:
    case Value::Kind::Bytes:
    case Value::Kind::ByteArray:
        return value.rawBytes().toByteArray();
    case Value::Kind::Tuple:
    case Value::Kind::List:
    case Value::Kind::Set:
    case Value::Kind::FrozenSet:
        return toVariantList(value, depth);
    case Value::Kind::Dict:
        return hasTextKeys(value) ? QVariant(toVariantMap(value, depth)) : QVariant::fromValue(value);
    case Value::Kind::DateTime:
        return QDateTime::fromString(QString::fromLatin1(value.rawBytes()), Qt::ISODateWithMs);
    case Value::Kind::Uuid:
        return QUuid::fromRfc4122(value.rawBytes());
    default:
        return QVariant::fromValue(value);
    }
}

Fitted good(QVariant value, Fit fit = Fit::Exact)
{
    return {fit, std::move(value)};
}

Fitted fitNumber(const Value &value, QMetaType type)
{
    const auto integer = value.asInteger();
    const auto boolean = value.asBool();
    if (type.id() == QMetaType::Bool) {
        if (boolean)
            return good(*boolean);
        return integer ? good(*integer != 0, Fit::Loose) : Fitted();
    }
    if (isInteger(type)) {
        if (integer && fitsIn(*integer, type))
            return good(integerAs(*integer, type));
        if (const auto big = unsignedInteger(value); big && type.id() == QMetaType::ULongLong)
            return good(*big);
        return boolean ? good(integerAs(*boolean ? 1 : 0, type), Fit::Loose) : Fitted();
    }
    // double and float
    std::optional<double> real = value.asReal();
    const Fit fit = real ? Fit::Exact : Fit::Good;
    if (!real && integer)
        real = double(*integer);
    if (!real)
        return {};
    return type.id() == QMetaType::Float ? good(float(*real), fit) : good(*real, fit);
}

Fitted fitList(const Value &value, QMetaType type)
{
    const bool isList = value.kind() == Value::Kind::List;
    if (!isList && value.kind() != Value::Kind::Tuple)
        return {};
    const Fit fit = isList ? Fit::Exact : Fit::Good;
    if (type.id() == QMetaType::QVariantList)
        return good(toVariantList(value, 0), fit);
    QStringList texts;
    for (const Value &item : value.items()) {
        if (!item.isTextLike())
            return {};
        texts.append(item.toText());
    }
    return good(texts, fit);
}

} // namespace

bool isConvertible(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::Bool:
    case QMetaType::Double:
    case QMetaType::Float:
    case QMetaType::QString:
    case QMetaType::QByteArray:
    case QMetaType::QStringList:
    case QMetaType::QVariant:
    case QMetaType::QVariantList:
    case QMetaType::QVariantMap:
    case QMetaType::QDateTime:
    case QMetaType::QUuid:
        return true;
    default:
        return isInteger(type) || type == QMetaType::fromType<Value>()
            || type.flags() & QMetaType::IsEnumeration;
    }
}

Fitted fitTo(const Value &given, QMetaType type)
{
    if (type == QMetaType::fromType<Value>())
        return good(QVariant::fromValue(given), Fit::Good);
    if (type.id() == QMetaType::QVariant)
        return good(toVariant(given, 0), Fit::Loose);
    const auto rich = richView(given);
    const Value &value = rich ? *rich : given;
    switch (type.id()) {
    case QMetaType::QString:
        if (value.isTextLike())
            return good(value.toText(), value.kind() == Value::Kind::Text ? Fit::Exact : Fit::Good);
        return {};
    case QMetaType::QByteArray:
        if (value.kind() == Value::Kind::Text)
            return good(value.rawBytes().toByteArray(), Fit::Loose);
        if (value.isTextLike() || value.kind() == Value::Kind::Bytes
            || value.kind() == Value::Kind::ByteArray)
            return good(value.rawBytes().toByteArray());
        return {};
    case QMetaType::QStringList:
    case QMetaType::QVariantList:
        return fitList(value, type);
    case QMetaType::QVariantMap:
        if (value.kind() == Value::Kind::Dict && hasTextKeys(value))
            return good(toVariantMap(value, 0));
        return {};
    case QMetaType::QDateTime:
        if (value.kind() == Value::Kind::DateTime) {
            const QVariant time = toVariant(value, 0);
            return time.toDateTime().isValid() ? good(time) : Fitted();
        }
        return {};
    case QMetaType::QUuid:
        return value.kind() == Value::Kind::Uuid ? good(toVariant(value, 0)) : Fitted();
    default:
        break;
    }
    if (type.flags() & QMetaType::IsEnumeration) {
        const auto integer = value.asInteger();
        QVariant variant(integer.value_or(0));
        return integer && fitsIn(*integer, type) && variant.convert(type) ? good(variant, Fit::Good)
                                                                          : Fitted();
    }
    if (isConvertible(type))
        return fitNumber(value, type);
    return {};
}

namespace {

std::optional<Value> fromQt(const QVariant &variant, Dialect dialect, int depth)
{
    const QMetaType type = variant.metaType();
    if (!type.isValid() || type.id() == QMetaType::Nullptr)
        return Value();
    if (depth > kMaxVariantDepth)
        return std::nullopt;
    if (type == QMetaType::fromType<Value>())
        return variant.value<Value>();
    switch (type.id()) {
    case QMetaType::Bool:
        return Value::boolean(variant.toBool());
    case QMetaType::Double:
    case QMetaType::Float:
        return Value::real(variant.toDouble());
    case QMetaType::QString:
        return Value::text(variant.toString());
    case QMetaType::QByteArray: {
        const QByteArray bytes = variant.toByteArray();
        return dialect == Dialect::Python2 ? Value::str(bytes) : Value::bytes(bytes);
    }
    case QMetaType::QUuid:
        return Value::uuid(variant.toUuid().toRfc4122());
    case QMetaType::QDateTime:
        return Value::dateTime(variant.toDateTime().toString(Qt::ISODateWithMs).toLatin1());
    case QMetaType::QStringList:
    case QMetaType::QVariantList: {
        std::vector<Value> items;
        const QVariantList list = variant.toList();
        items.reserve(size_t(list.size()));
        for (const QVariant &item : list) {
            auto value = fromQt(item, dialect, depth + 1);
            if (!value)
                return std::nullopt;
            items.push_back(std::move(*value));
        }
        return Value::list(std::move(items));
    }
    case QMetaType::QVariantMap: {
        std::vector<Value::Pair> pairs;
        const QVariantMap map = variant.toMap();
        for (auto it = map.begin(); it != map.end(); ++it) {
            auto value = fromQt(it.value(), dialect, depth + 1);
            if (!value)
                return std::nullopt;
            pairs.emplace_back(
                dialect == Dialect::Python2 ? Value::str(it.key().toUtf8()) : Value::text(it.key()),
                std::move(*value));
        }
        return Value::dict(std::move(pairs));
    }
    default:
        break;
    }
    if (isInteger(type) || type.flags() & QMetaType::IsEnumeration) {
        if (type.id() == QMetaType::ULongLong || type.id() == QMetaType::ULong) {
            const quint64 value = variant.toULongLong();
            if (value > quint64(std::numeric_limits<qint64>::max()))
                return Value::integerFromText(QByteArray::number(value), Value::Kind::Int, 20);
        }
        return Value::integer(variant.toLongLong());
    }
    return std::nullopt;
}

} // namespace

std::optional<Value> fromQt(const QVariant &variant, Dialect dialect)
{
    return fromQt(variant, dialect, 0);
}

QString pythonTypeName(const Value &value)
{
    switch (value.kind()) {
    case Value::Kind::None:
        return QStringLiteral("NoneType");
    case Value::Kind::Bool:
        return QStringLiteral("bool");
    case Value::Kind::Int:
        return QStringLiteral("int");
    case Value::Kind::Long:
        return QStringLiteral("long");
    case Value::Kind::Float:
        return QStringLiteral("float");
    case Value::Kind::Complex:
        return QStringLiteral("complex");
    case Value::Kind::Text:
        return QStringLiteral("unicode");
    case Value::Kind::Str:
        return QStringLiteral("str");
    case Value::Kind::Bytes:
        return QStringLiteral("bytes");
    case Value::Kind::ByteArray:
        return QStringLiteral("bytearray");
    case Value::Kind::Tuple:
        return QStringLiteral("tuple");
    case Value::Kind::List:
        return QStringLiteral("list");
    case Value::Kind::Set:
        return QStringLiteral("set");
    case Value::Kind::FrozenSet:
        return QStringLiteral("frozenset");
    case Value::Kind::Dict:
        return QStringLiteral("dict");
    case Value::Kind::Object:
        return QString::fromUtf8(value.className());
    default:
        return QStringLiteral("object");
    }
}

} // namespace pyrolens
