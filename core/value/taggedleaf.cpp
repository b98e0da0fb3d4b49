// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "numbertext.h"
#include "tagged_p.h"

#include <pyrolens/base/utf8.h>

#include <QUuid>

#include <algorithm>

namespace pyrolens {

using namespace detail;

namespace {

using Kind = Value::Kind;

// Integers that every JSON reader keeps.
constexpr qint64 kExactInteger = qint64(1) << 53;
// Beyond this a decimal text takes too long to make; hexadecimal does not.
constexpr int kMaxDecimalDigits = 4'300;

Json hexTag(const char *name, QByteArrayView bytes)
{
    return tag(name, QString::fromLatin1(bytes.toByteArray().toHex()));
}

QString hexInteger(const Value &value)
{
    QByteArray bytes = value.integerBytes();
    const bool isNegative = static_cast<quint8>(bytes.back()) & 0x80;
    if (isNegative) {
        int carry = 1;
        for (char &c : bytes) {
            const int byte = (~c & 0xff) + carry;
            carry = byte >> 8;
            c = char(byte & 0xff);
        }
    }
    std::reverse(bytes.begin(), bytes.end());
    return (isNegative ? QLatin1String("-0x") : QLatin1String("0x")) + QString::fromLatin1(bytes.toHex());
}

Json integerTag(const Value &value, TaggedStyle style)
{
    const bool isLong = value.kind() == Kind::Long && style != TaggedStyle::Codec;
    const auto small = value.asInteger();
    if (!isLong && small && *small > -kExactInteger && *small < kExactInteger)
        return Json(*small);
    const auto decimal = value.integerText(kMaxDecimalDigits);
    return tag(isLong ? "$long" : "$int", decimal ? QString::fromLatin1(*decimal) : hexInteger(value));
}

Json textTag(const Value &value)
{
    const QString text = value.toText();
    // Two halves that stand side by side as two surrogates are not the character they would make.
    if (!utf8::isValid(value.rawBytes(), utf8::Surrogates::Refused)) {
        QByteArray units;
        for (const QChar unit : text) {
            units += char(unit.unicode() >> 8);
            units += char(unit.unicode() & 0xff);
        }
        return hexTag("$str16", units);
    }
    return Json(text);
}

Json referenceTag(const Reference &reference)
{
    if (reference.form == Reference::Form::Uri)
        return tag("$uri", reference.uri);
    Json content = Json::object();
    content.set(QStringLiteral("uri"), reference.uri);
    // The identification is a credential and stays inside.
    if (reference.form == Reference::Form::AttributeProxy)
        content.set(QStringLiteral("attributes"), true);
    if (!reference.onewayMethods.isEmpty())
        content.set(QStringLiteral("oneway"), Json::strings(reference.onewayMethods));
    if (reference.timeout)
        content.set(QStringLiteral("timeout"), *reference.timeout);
    return tag("$proxy", std::move(content));
}

} // namespace

Json detail::tag(const char *name, Json content)
{
    Json::Members members;
    members.emplace_back(QLatin1String(name), std::move(content));
    return Json::object(std::move(members));
}

Json detail::taggedLeaf(const Value &value, TaggedStyle style)
{
    switch (value.kind()) {
    case Kind::None:
        return Json();
    case Kind::Bool:
        return Json(*value.asBool());
    case Kind::Int:
    case Kind::Long:
        return integerTag(value, style);
    case Kind::Float:
        return tag("$float", QString::fromLatin1(floatText(*value.asReal())));
    case Kind::Complex: {
        const auto [re, im] = *value.asComplex();
        return tag("$complex",
            Json::strings({QString::fromLatin1(floatText(re)), QString::fromLatin1(floatText(im))}));
    }
    case Kind::Text:
        return textTag(value);
    case Kind::Str:
        return tag("$str", QString::fromLatin1(value.rawBytes()));
    case Kind::Bytes:
        return hexTag("$bytes", value.rawBytes());
    case Kind::ByteArray:
        return hexTag("$bytearray", value.rawBytes());
    case Kind::Global:
        return tag("$global", QString::fromUtf8(value.className()));
    case Kind::Decimal:
        return tag("$decimal", QString::fromUtf8(value.rawBytes()));
    case Kind::Uuid:
        return tag("$uuid", QUuid::fromRfc4122(value.rawBytes()).toString(QUuid::WithoutBraces));
    case Kind::DateTime:
        return tag("$datetime", QString::fromUtf8(value.rawBytes()));
    case Kind::Date:
        return tag("$date", QString::fromUtf8(value.rawBytes()));
    case Kind::Time:
        return tag("$time", QString::fromUtf8(value.rawBytes()));
    case Kind::TimeDelta: {
        const auto delta = *value.asTimeDelta();
        return tag("$timedelta", Json::array({delta.days, delta.seconds, delta.microseconds}));
    }
    case Kind::Ext:
        return tag("$ext",
            Json::array(
                {Json(value.extCode()), QString::fromLatin1(value.rawBytes().toByteArray().toHex())}));
    case Kind::Reference:
        return referenceTag(*value.asReference());
    default:
        Q_ASSERT_X(false, "toTagged", "not a leaf");
        return Json();
    }
}

} // namespace pyrolens
