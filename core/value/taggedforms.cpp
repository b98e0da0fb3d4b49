// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "biginteger.h"
#include "numbertext.h"
#include "taggedreader_p.h"

#include <pyrolens/base/utf8.h>

#include <QUuid>

#include <algorithm>

namespace pyrolens::detail {

namespace {

using Kind = Value::Kind;

Error bad(const QString &what)
{
    return Error::protocol(QStringLiteral("tagged JSON: ") + what, QStringLiteral("tagged.form"));
}

struct FormName
{
    const char16_t *tag;
    TaggedForm form;
};

constexpr FormName kForms[] = {
    {u"$int", TaggedForm::Leaf},
    {u"$long", TaggedForm::Leaf},
    {u"$float", TaggedForm::Leaf},
    {u"$complex", TaggedForm::Leaf},
    {u"$str", TaggedForm::Leaf},
    {u"$str16", TaggedForm::Leaf},
    {u"$bytes", TaggedForm::Leaf},
    {u"$bytearray", TaggedForm::Leaf},
    {u"$global", TaggedForm::Leaf},
    {u"$datetime", TaggedForm::Leaf},
    {u"$date", TaggedForm::Leaf},
    {u"$time", TaggedForm::Leaf},
    {u"$timedelta", TaggedForm::Leaf},
    {u"$timezone", TaggedForm::Leaf},
    {u"$decimal", TaggedForm::Leaf},
    {u"$uuid", TaggedForm::Leaf},
    {u"$ext", TaggedForm::Leaf},
    {u"$ellipsis", TaggedForm::Leaf},
    {u"$notimplemented", TaggedForm::Leaf},
    {u"$uri", TaggedForm::Leaf},
    {u"$proxy", TaggedForm::Leaf},
    {u"$tuple", TaggedForm::Tuple},
    {u"$set", TaggedForm::Set},
    {u"$frozenset", TaggedForm::FrozenSet},
    {u"$dict", TaggedForm::Dict},
    {u"$ordereddict", TaggedForm::OrderedDict},
    {u"$deque", TaggedForm::Deque},
    {u"$slice", TaggedForm::Slice},
    {u"$range", TaggedForm::Range},
    {u"$array", TaggedForm::Array},
    {u"$persid", TaggedForm::PersistentId},
    {u"$exception", TaggedForm::Exception},
    {u"$stream", TaggedForm::Other},
    {u"$repr", TaggedForm::Other},
    {u"$enum", TaggedForm::Other},
    {u"$stopiteration", TaggedForm::Other},
    {u"$extcode", TaggedForm::Other},
    {u"$undecodable", TaggedForm::Other},
    {u"$large_payload", TaggedForm::Other},
};

Result<QByteArray> hexBytes(const Json &json)
{
    const QByteArray text = json.toString().toLatin1();
    const QByteArray bytes = QByteArray::fromHex(text);
    // fromHex() skips what is not hex.
    if (!json.isString() || bytes.toHex() != text.toLower())
        return bad(QStringLiteral("expected bytes in hex"));
    return bytes;
}

Result<Value> integerValue(const Json &json, Kind kind, const Limits &limits)
{
    QByteArray text = json.toString().toLatin1();
    const bool isNegative = text.startsWith('-');
    const QByteArray digits = isNegative ? text.sliced(1) : text;
    if (digits.startsWith("0x")) {
        const QByteArray hex = digits.sliced(2);
        const bool isHex = !hex.isEmpty() && std::all_of(hex.begin(), hex.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        });
        if (isHex && hex.size() / 2 <= limits.maxIntegerBytes)
            return Value::bigInteger(integerFromDigits(hex, 16, isNegative), kind);
    } else if (const auto value = Value::integerFromText(text, kind, limits.maxIntegerDigits)) {
        return *value;
    }
    if (digits.size() > limits.maxIntegerDigits)
        return Error::limit(QStringLiteral("integer of more than %1 digits").arg(limits.maxIntegerDigits),
            QStringLiteral("value.integer"));
    return bad(QStringLiteral("expected an integer"));
}

std::optional<double> floatOf(const Json &json)
{
    return json.isString() ? floatFromText(json.toString().toLatin1()) : std::nullopt;
}

Result<Value> utf16Value(const Json &json)
{
    const Result<QByteArray> bytes = hexBytes(json);
    if (!bytes)
        return bytes.error();
    if (bytes->size() % 2 != 0)
        return bad(QStringLiteral("$str16 needs whole code units"));
    QString text;
    for (qsizetype i = 0; i < bytes->size(); i += 2)
        text += QChar(ushort(static_cast<quint8>((*bytes)[i]) * 256 + static_cast<quint8>((*bytes)[i + 1])));
    return Value::text(text);
}

Result<Value> latin1Value(const Json &json)
{
    const QString text = json.toString();
    const bool fits = std::all_of(text.begin(), text.end(), [](QChar c) { return c.unicode() <= 0xff; });
    if (!json.isString() || !fits)
        return bad(QStringLiteral("$str needs a text of characters below U+0100"));
    return Value::str(text.toLatin1());
}

Result<Value> deltaValue(const Json &json)
{
    const Json::Array &items = json.items();
    if (items.size() != 3 || !items[0].asInteger() || !items[1].asInteger() || !items[2].asInteger())
        return bad(QStringLiteral("$timedelta needs days, seconds, microseconds"));
    return Value::timeDelta(items[0].toInteger(), items[1].toInteger(), items[2].toInteger());
}

Result<Value> zoneValue(const Json &json)
{
    const auto seconds = json.asInteger();
    if (!seconds || *seconds <= -86'400 || *seconds >= 86'400)
        return bad(QStringLiteral("$timezone needs seconds of less than a day"));
    Object zone = libraryCall("datetime", "timezone");
    const qint64 days = *seconds < 0 ? -1 : 0;
    zone.args = Value::tuple({Value::timeDelta(days, *seconds - days * 86'400, 0)});
    return Value::object(std::move(zone));
}

Result<Value> extValue(const Json &json)
{
    const Json::Array &items = json.items();
    if (items.size() != 2 || !items[0].asInteger())
        return bad(QStringLiteral("$ext needs a code and bytes"));
    const Result<QByteArray> bytes = hexBytes(items[1]);
    if (!bytes)
        return bytes.error();
    return Value::ext(int(items[0].toInteger()), *bytes);
}

Result<Value> referenceValue(const Json &json, Reference::Form form)
{
    Reference reference;
    reference.form = form;
    reference.uri = json.isObject() ? json.value(u"uri").toString() : json.toString();
    if (reference.uri.isEmpty())
        return bad(QStringLiteral("a reference needs a URI"));
    if (json.value(u"attributes").toBool())
        reference.form = Reference::Form::AttributeProxy;
    for (const Json &method : json.value(u"oneway").items())
        reference.onewayMethods += method.toString();
    if (const Json &timeout = json.value(u"timeout"); !timeout.isNull())
        reference.timeout = timeout.toDouble();
    return Value::reference(std::move(reference));
}

Value globalValue(const QString &qualified)
{
    QByteArray module;
    QByteArray name;
    splitName(qualified, module, name);
    return Value::global(module, name);
}

} // namespace

Result<TaggedForm> taggedForm(const Json &json)
{
    if (json.isArray())
        return TaggedForm::List;
    if (!json.isObject())
        return TaggedForm::Leaf;
    if (json.contains(u"$instance") || json.contains(u"$call"))
        return TaggedForm::Object;
    for (const Json::Member &member : json.members()) {
        if (!member.first.startsWith(u'$'))
            continue;
        for (const FormName &known : kForms) {
            if (member.first != QStringView(known.tag))
                continue;
            // "why" beside $undecodable is for people.
            if (&member == &json.members().front()
                && (json.members().size() == 1 || known.form == TaggedForm::Other))
                return known.form;
        }
        return bad(QStringLiteral("unknown tag ") + member.first.left(40));
    }
    return TaggedForm::ShortDict;
}

Result<Value> taggedLeafValue(const Json &json, const Limits &limits)
{
    switch (json.type()) {
    case Json::Type::Null:
        return Value();
    case Json::Type::Bool:
        return Value::boolean(json.toBool());
    case Json::Type::String:
        return Value::text(json.toString());
    case Json::Type::Number:
        if (const auto integer
            = Value::integerFromText(json.numberText(), Kind::Int, limits.maxIntegerDigits))
            return *integer;
        return Value::real(floatFromText(json.numberText()).value_or(0));
    default:
        break;
    }
    const QString &tag = json.members().front().first;
    const Json &content = json.members().front().second;
    if (tag == u"$int" || tag == u"$long")
        return integerValue(content, tag == u"$long" ? Kind::Long : Kind::Int, limits);
    if (tag == u"$float") {
        const auto value = floatOf(content);
        return value ? Result<Value>(Value::real(*value)) : bad(QStringLiteral("expected a float in quotes"));
    }
    if (tag == u"$complex") {
        const Json::Array &parts = content.items();
        const auto re = parts.size() == 2 ? floatOf(parts[0]) : std::nullopt;
        const auto im = parts.size() == 2 ? floatOf(parts[1]) : std::nullopt;
        return re && im ? Result<Value>(Value::complex(*re, *im))
                        : bad(QStringLiteral("$complex needs two floats"));
    }
    if (tag == u"$str")
        return latin1Value(content);
    if (tag == u"$str16")
        return utf16Value(content);
    if (tag == u"$timedelta")
        return deltaValue(content);
    if (tag == u"$timezone")
        return zoneValue(content);
    if (tag == u"$ext")
        return extValue(content);
    if (tag == u"$uri" || tag == u"$proxy")
        return referenceValue(content, tag == u"$uri" ? Reference::Form::Uri : Reference::Form::Proxy);
    if (tag == u"$ellipsis")
        return Value::global("builtins", "Ellipsis");
    if (tag == u"$notimplemented")
        return Value::global("builtins", "NotImplemented");
    if (tag == u"$bytes" || tag == u"$bytearray") {
        const Result<QByteArray> bytes = hexBytes(content);
        if (!bytes)
            return bytes.error();
        return tag == u"$bytes" ? Value::bytes(*bytes) : Value::byteArray(*bytes);
    }
    if (!content.isString())
        return bad(tag + QStringLiteral(" needs a text"));
    const QByteArray text = utf8::encode(content.toString());
    if (tag == u"$global")
        return globalValue(content.toString());
    if (tag == u"$decimal")
        return Value::decimal(text);
    if (tag == u"$datetime")
        return Value::dateTime(text);
    if (tag == u"$date")
        return Value::date(text);
    if (tag == u"$time")
        return Value::time(text);
    const QUuid uuid(content.toString());
    if (tag != u"$uuid" || (uuid.isNull() && content.toString() != QUuid().toString(QUuid::WithoutBraces)))
        return bad(QStringLiteral("expected a UUID"));
    return Value::uuid(uuid.toRfc4122());
}

std::optional<Object::Made> madeFromName(const QString &name)
{
    static constexpr std::pair<const char16_t *, Object::Made> kNames[] = {
        {u"inst", Object::Made::Inst},
        {u"obj", Object::Made::Obj},
        {u"newobj", Object::Made::NewObj},
        {u"newobj_ex", Object::Made::NewObjEx},
        {u"reconstructor", Object::Made::Reconstructor},
        {u"reduce", Object::Made::Reduce},
        {u"dict", Object::Made::Dict},
    };
    for (const auto &[text, made] : kNames) {
        if (name == QStringView(text))
            return made;
    }
    return std::nullopt;
}

void splitName(const QString &qualified, QByteArray &module, QByteArray &name)
{
    const qsizetype dot = qualified.lastIndexOf(u'.');
    module = dot < 0 ? QByteArray() : utf8::encode(QStringView(qualified).left(dot));
    name = utf8::encode(QStringView(qualified).mid(dot + 1));
}

QByteArray builtinClass(Kind kind)
{
    switch (kind) {
    case Kind::Bool:
        return "bool";
    case Kind::Int:
        return "int";
    case Kind::Long:
        return "long";
    case Kind::Float:
        return "float";
    case Kind::Complex:
        return "complex";
    case Kind::Text:
        return "unicode";
    case Kind::Str:
        return "str";
    case Kind::Bytes:
        return "bytes";
    case Kind::ByteArray:
        return "bytearray";
    case Kind::Tuple:
        return "tuple";
    case Kind::List:
        return "list";
    case Kind::Set:
        return "set";
    case Kind::FrozenSet:
        return "frozenset";
    case Kind::Dict:
        return "dict";
    default:
        return "object";
    }
}

Object libraryCall(QByteArray module, QByteArray name)
{
    Object object;
    object.made = Object::Made::Reduce;
    object.module = std::move(module);
    object.name = std::move(name);
    object.args = Value::tuple({});
    return object;
}

} // namespace pyrolens::detail
