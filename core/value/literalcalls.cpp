// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "literalcalls_p.h"

#include "datetimetext_p.h"
#include "dictindex_p.h"

#include <pyrolens/base/utf8.h>

#include <QUuid>

#include <algorithm>

namespace pyrolens::detail {

namespace {

using Kind = Value::Kind;
using Arguments = std::vector<CallArgument>;

struct CallName
{
    const char16_t *module; ///< that may stand before it, null for none
    const char16_t *name;
    LiteralCall call;
};

constexpr CallName kCalls[] = {
    {nullptr, u"bytearray", LiteralCall::ByteArray},
    {nullptr, u"set", LiteralCall::Set},
    {nullptr, u"frozenset", LiteralCall::FrozenSet},
    {u"decimal", u"Decimal", LiteralCall::Decimal},
    {u"uuid", u"UUID", LiteralCall::Uuid},
    {u"datetime", u"date", LiteralCall::Date},
    {u"datetime", u"time", LiteralCall::Time},
    {u"datetime", u"datetime", LiteralCall::DateTime},
    {u"datetime", u"timedelta", LiteralCall::TimeDelta},
    {u"array", u"array", LiteralCall::Array},
    {nullptr, u"uri", LiteralCall::Uri},
    {nullptr, u"callback", LiteralCall::Callback},
    {nullptr, u"file", LiteralCall::File},
    {nullptr, u"instance", LiteralCall::Instance},
};

constexpr const char16_t *kWords[] = {u"None", u"True", u"False", u"null", u"true", u"false", u"inf", u"nan"};

Error wrong(const QString &what)
{
    return Error::usage(what);
}

bool isSequence(const Value &value)
{
    return value.kind() == Kind::List || value.kind() == Kind::Tuple || value.kind() == Kind::Set
        || value.kind() == Kind::FrozenSet;
}

bool hasKeywords(const Arguments &arguments)
{
    return std::any_of(
        arguments.begin(), arguments.end(), [](const CallArgument &a) { return !a.name.isEmpty(); });
}

Result<Value> makeByteArray(const Arguments &arguments, Dialect dialect)
{
    if (arguments.empty())
        return Value::byteArray({});
    const Value &bytes = arguments[0].node.value;
    const Kind wanted = dialect == Dialect::Python2 ? Kind::Str : Kind::Bytes;
    if (arguments.size() != 1 || bytes.kind() != wanted)
        return wrong(QStringLiteral("bytearray() takes nothing or one b'...'"));
    return Value::byteArray(bytes.rawBytes());
}

Result<Value> makeSet(Arguments arguments, bool isFrozen, std::vector<LiteralNode> &children)
{
    if (arguments.size() > 1 || (arguments.size() == 1 && !isSequence(arguments[0].node.value)))
        return wrong(QStringLiteral("a set is made of nothing or of one set, list or tuple"));
    if (!arguments.empty())
        children = std::move(arguments[0].node.children);
    for (const LiteralNode &member : children) {
        if (const QString kind = unhashable(member.value); !kind.isEmpty())
            return wrong(QStringLiteral("a %1 cannot be in a set").arg(kind));
    }
    std::vector<Value> members = uniqueMembers(children);
    return isFrozen ? Value::frozenSet(std::move(members)) : Value::set(std::move(members));
}

Result<Value> makeDecimal(const Arguments &arguments)
{
    const Value &value = arguments.size() == 1 ? arguments[0].node.value : Value();
    if (const auto digits = value.integerText())
        return Value::decimal(*digits);
    if (!value.isTextLike() || !isDecimalText(value.rawBytes()))
        return wrong(QStringLiteral("Decimal() takes a number in quotes, such as Decimal('1.10')"));
    return Value::decimal(value.rawBytes().toByteArray().trimmed());
}

Result<Value> makeUuid(const Arguments &arguments)
{
    const QString text = arguments.size() == 1 ? arguments[0].node.value.toText() : QString();
    // QUuid wants the dashes, Python does not.
    QString digits = text;
    digits.remove(u'-').remove(u'{').remove(u'}');
    const QByteArray bytes = QByteArray::fromHex(digits.toLatin1());
    if (digits.size() != 32 || bytes.size() != 16 || bytes.toHex() != digits.toLower().toLatin1())
        return wrong(QStringLiteral("UUID() takes 32 hexadecimal digits in quotes"));
    return Value::uuid(bytes);
}

/// Whole numbers by position and by name; nothing for what was not given.
Result<std::vector<std::optional<qint64>>> numbers(
    const Arguments &arguments, std::initializer_list<QStringView> names)
{
    std::vector<std::optional<qint64>> found(names.size());
    size_t position = 0;
    for (const CallArgument &argument : arguments) {
        size_t index = position++;
        if (!argument.name.isEmpty())
            index = size_t(std::find(names.begin(), names.end(), QStringView(argument.name)) - names.begin());
        if (index >= names.size())
            return argument.name.isEmpty() ? wrong(QStringLiteral("too many numbers"))
                                           : wrong(QStringLiteral("%1 is not known here").arg(argument.name));
        if (found[index])
            return wrong(QStringLiteral("%1 is given twice").arg(*(names.begin() + index)));
        found[index] = argument.node.value.asInteger();
        if (!found[index])
            return wrong(QStringLiteral("%1 must be a whole number").arg(*(names.begin() + index)));
    }
    return found;
}

Result<Value> makeDateTime(const Arguments &arguments, LiteralCall call)
{
    if (arguments.size() == 1 && arguments[0].name.isEmpty() && arguments[0].node.value.isTextLike()) {
        const QByteArray text = arguments[0].node.value.rawBytes().toByteArray();
        if (call == LiteralCall::Date && isIsoDate(text))
            return Value::date(text);
        if (call == LiteralCall::Time && isIsoTime(text))
            return Value::time(text);
        if (call == LiteralCall::DateTime && isIsoDateTime(text))
            return Value::dateTime(text);
        return wrong(call == LiteralCall::Date ? QStringLiteral("date() takes '2026-11-22' or three numbers")
                : call == LiteralCall::Time
                ? QStringLiteral("time() takes '12:34:56' or numbers")
                : QStringLiteral("datetime() takes '2026-11-22T12:34:56' or numbers"));
    }
    const auto given = call == LiteralCall::Time
        ? numbers(arguments, {u"hour", u"minute", u"second", u"microsecond"})
        : call == LiteralCall::Date
        ? numbers(arguments, {u"year", u"month", u"day"})
        : numbers(arguments, {u"year", u"month", u"day", u"hour", u"minute", u"second", u"microsecond"});
    if (!given)
        return given.error();
    const size_t dateParts = call == LiteralCall::Time ? 0 : 3;
    for (size_t i = 0; i < dateParts; ++i) {
        if (!(*given)[i])
            return wrong(QStringLiteral("a date needs year, month and day"));
    }
    const auto part
        = [&given](size_t index) { return index < given->size() ? (*given)[index].value_or(0) : 0; };
    const std::optional<QByteArray> date
        = call == LiteralCall::Time ? QByteArray() : isoDate(part(0), part(1), part(2));
    if (!date)
        return wrong(QStringLiteral("there is no such day"));
    if (call == LiteralCall::Date)
        return Value::date(*date);
    const std::optional<QByteArray> time
        = isoTime(part(dateParts), part(dateParts + 1), part(dateParts + 2), part(dateParts + 3));
    if (!time)
        return wrong(QStringLiteral("there is no such time of day"));
    return call == LiteralCall::Time ? Value::time(*time) : Value::dateTime(QByteArray(*date + 'T' + *time));
}

/// Python's normal form: seconds and microseconds are never negative. Source: CPython, Lib/datetime.py,
/// timedelta.__new__.
Result<Value> makeTimeDelta(const Arguments &arguments)
{
    const auto given = numbers(
        arguments, {u"days", u"seconds", u"microseconds", u"milliseconds", u"minutes", u"hours", u"weeks"});
    if (!given)
        return given.error();
    constexpr qint64 kMost = 1'000'000'000'000'000; // keeps all sums below 2^63
    qint64 parts[7] = {};
    for (size_t i = 0; i < 7; ++i) {
        parts[i] = (*given)[i].value_or(0);
        if (parts[i] > kMost || parts[i] < -kMost)
            return wrong(QStringLiteral("the number is too large for a timedelta"));
    }
    const auto floorDivide = [](qint64 &rest, qint64 by) {
        qint64 whole = rest / by;
        rest %= by;
        if (rest < 0) {
            rest += by;
            --whole;
        }
        return whole;
    };
    qint64 micros = parts[2] + parts[3] * 1'000;
    qint64 seconds = parts[1] + parts[4] * 60 + parts[5] * 3'600 + floorDivide(micros, 1'000'000);
    const qint64 days = parts[0] + parts[6] * 7 + floorDivide(seconds, 86'400);
    if (days > 999'999'999 || days < -999'999'999)
        return wrong(QStringLiteral("a timedelta holds at most 999999999 days"));
    return Value::timeDelta(days, seconds, micros);
}

Result<Value> makeArray(Arguments arguments, std::vector<LiteralNode> &children)
{
    if (arguments.size() != 2 || !arguments[0].node.value.isTextLike() || arguments[0].node.value.size() != 1
        || arguments[1].node.value.kind() != Kind::List)
        return wrong(QStringLiteral("array() takes a type code and a list, such as array('i', [1, 2])"));
    const char code = arguments[0].node.value.rawBytes().front();
    if (!QByteArrayView("bBuhHiIlLqQfdcw").contains(code))
        return wrong(QStringLiteral("unknown type code of an array"));
    const Value list = arguments[1].node.value;
    children.push_back(std::move(arguments[1].node));
    return Value::array(code, list);
}

Result<Value> makeInstance(Arguments arguments, std::vector<LiteralNode> &children)
{
    const QString name = arguments.empty() ? QString() : arguments[0].node.value.toText();
    const bool hasState = arguments.size() == 2 && arguments[1].node.value.kind() == Kind::Dict;
    if (name.isEmpty() || name.startsWith(u'.') || name.endsWith(u'.')
        || !(arguments.size() == 1 || hasState))
        return wrong(QStringLiteral("instance() takes 'module.Class' and a dict of its attributes"));
    Object object;
    object.made = Object::Made::NewObj;
    const qsizetype dot = name.lastIndexOf(u'.');
    object.module = dot < 0 ? QByteArray() : utf8::encode(QStringView(name).left(dot));
    object.name = utf8::encode(QStringView(name).mid(dot + 1));
    object.args = Value::tuple({});
    if (hasState) {
        object.state = arguments[1].node.value;
        children.push_back(std::move(arguments[1].node));
    }
    return Value::object(std::move(object));
}

Result<QString> oneText(const Arguments &arguments, QStringView form)
{
    if (arguments.size() != 1 || !arguments[0].node.value.isTextLike() || arguments[0].node.value.size() == 0)
        return wrong(QStringLiteral("%1() takes one text in quotes").arg(form));
    return arguments[0].node.value.toText();
}

Result<Value> makeUri(const Arguments &arguments)
{
    Result<QString> text = oneText(arguments, u"uri");
    if (!text)
        return text.error();
    Reference reference;
    reference.form = Reference::Form::Uri;
    reference.uri = std::move(text).value();
    return Value::reference(std::move(reference));
}

} // namespace

std::optional<LiteralCall> literalCall(QStringView name)
{
    const qsizetype dot = name.lastIndexOf(u'.');
    const QStringView module = dot < 0 ? QStringView() : name.left(dot);
    const QStringView bare = name.mid(dot + 1);
    for (const CallName &known : kCalls) {
        if (bare == QStringView(known.name)
            && (dot < 0 || (known.module && module == QStringView(known.module))))
            return known.call;
    }
    return std::nullopt;
}

bool isBeginningOfName(QStringView text)
{
    const auto begins
        = [text](QStringView word) { return word.size() > text.size() && word.startsWith(text); };
    for (const CallName &known : kCalls) {
        if (begins(QStringView(known.name)))
            return true;
        if (known.module && begins(QString(QStringView(known.module) + u'.' + QStringView(known.name))))
            return true;
    }
    return std::any_of(std::begin(kWords), std::end(kWords),
        [&](const char16_t *word) { return begins(QStringView(word)); });
}

Result<Value> makeCall(LiteralCall call, Arguments arguments, Dialect dialect, const LiteralContext &context,
    std::vector<LiteralNode> &children)
{
    const bool takesKeywords = call == LiteralCall::Date || call == LiteralCall::Time
        || call == LiteralCall::DateTime || call == LiteralCall::TimeDelta;
    if (!takesKeywords && hasKeywords(arguments))
        return wrong(QStringLiteral("no name=value is known here"));
    switch (call) {
    case LiteralCall::ByteArray:
        return makeByteArray(arguments, dialect);
    case LiteralCall::Set:
    case LiteralCall::FrozenSet:
        return makeSet(std::move(arguments), call == LiteralCall::FrozenSet, children);
    case LiteralCall::Decimal:
        return makeDecimal(arguments);
    case LiteralCall::Uuid:
        return makeUuid(arguments);
    case LiteralCall::Date:
    case LiteralCall::Time:
    case LiteralCall::DateTime:
        return makeDateTime(arguments, call);
    case LiteralCall::TimeDelta:
        return makeTimeDelta(arguments);
    case LiteralCall::Array:
        return makeArray(std::move(arguments), children);
    case LiteralCall::Uri:
        return makeUri(arguments);
    case LiteralCall::Instance:
        return makeInstance(std::move(arguments), children);
    case LiteralCall::Callback: {
        const Result<QString> name = oneText(arguments, u"callback");
        if (!name)
            return name.error();
        return context.callback ? context.callback(*name)
                                : wrong(QStringLiteral("there are no callback objects here"));
    }
    case LiteralCall::File: {
        const Result<QString> path = oneText(arguments, u"file");
        if (!path)
            return path.error();
        if (!context.file)
            return wrong(QStringLiteral("files cannot be read here"));
        const Result<QByteArray> content = context.file(*path);
        if (!content)
            return content.error();
        const Kind kind = dialect == Dialect::Python2 ? Kind::Str : Kind::Bytes;
        return Value::view(kind, *content, 0, content->size());
    }
    }
    return wrong(QStringLiteral("unknown form"));
}

std::vector<Value> uniqueMembers(const std::vector<LiteralNode> &nodes)
{
    std::vector<Value> members;
    DictIndex index(nodes.size());
    for (const LiteralNode &node : nodes) {
        const quint32 hash = hashKey(node.value);
        if (index.find(hash, members, [&node](const Value &other) { return sameKey(other, node.value); })
            >= 0)
            continue;
        index.add(hash, qsizetype(members.size()));
        members.push_back(node.value);
    }
    return members;
}

QString unhashable(const Value &value)
{
    std::vector<const Value *> pending{&value};
    while (!pending.empty()) {
        const Value &next = *pending.back();
        pending.pop_back();
        switch (next.kind()) {
        case Kind::List:
            return QStringLiteral("list");
        case Kind::Dict:
            return QStringLiteral("dict");
        case Kind::Set:
            return QStringLiteral("set");
        case Kind::ByteArray:
            return QStringLiteral("bytearray");
        case Kind::Array:
            return QStringLiteral("array");
        case Kind::Tuple:
            for (const Value &item : next.items())
                pending.push_back(&item);
            break;
        default:
            break;
        }
    }
    return {};
}

} // namespace pyrolens::detail
