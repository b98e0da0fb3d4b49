// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "writer_p.h"

#include <pyrolens/value/codecforms.h>
#include <pyrolens/value/numbertext.h>

#include <QChar>

#include <algorithm>
#include <cmath>

namespace pyrolens::serpent {

namespace {

using Kind = Value::Kind;

constexpr QByteArrayView kHeader = "# serpent utf-8 python3.2\n";
constexpr int kMostLevels = 200;

Limits bounded(Limits limits)
{
    // A reader's tokenizer opens no more brackets.
    limits.maxDepth = std::min(limits.maxDepth, kMostLevels);
    return limits;
}

bool isPrintable(char32_t code)
{
    switch (QChar::category(code)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
    case QChar::Separator_Space:
        return false;
    default:
        return true;
    }
}

void appendHex(QByteArray &out, char32_t code)
{
    const int width = code < 0x100 ? 2 : code < 0x10000 ? 4 : 8;
    out += width == 2 ? "\\x" : width == 4 ? "\\u" : "\\U";
    out += QByteArray::number(uint(code), 16).rightJustified(width, '0');
}

void appendAscii(QByteArray &out, char c, char quote)
{
    switch (c) {
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        if (c == quote || c == '\\') {
            out += '\\';
            out += c;
        } else if (c < 0x20 || c == 0x7f) {
            appendHex(out, static_cast<quint8>(c));
        } else {
            out += c;
        }
    }
}

char quoteFor(QByteArrayView content)
{
    return content.contains('\'') && !content.contains('"') ? '"' : '\'';
}

/// Whether Python's sorted() orders these: numbers among themselves, texts among themselves.
bool isSortable(const std::vector<Value> &keys)
{
    const auto isNumber
        = [](const Value &key) { return key.asInteger() || key.asReal() || key.kind() == Kind::Bool; };
    const auto isText = [](const Value &key) { return key.kind() == Kind::Text; };
    return std::ranges::all_of(keys, isNumber) || std::ranges::all_of(keys, isText);
}

bool isLess(const Value &a, const Value &b)
{
    if (a.kind() == Kind::Text)
        return a.rawBytes().compare(b.rawBytes()) < 0; // UTF-8 sorts by code point
    const auto number = [](const Value &value) {
        return value.asReal().value_or(double(value.asInteger().value_or(value.asBool().value_or(false))));
    };
    return number(a) < number(b);
}

/// Nothing when it is sorted or cannot be.
std::optional<Value> sortedForm(const Value &value)
{
    std::vector<Value> keys(value.items().begin(), value.items().end());
    for (const Value::Pair &pair : value.pairs())
        keys.push_back(pair.first);
    if (std::ranges::is_sorted(keys, isLess) || !isSortable(keys))
        return std::nullopt;
    if (value.kind() != Kind::Dict) {
        std::ranges::stable_sort(keys, isLess);
        return Value::set(std::move(keys));
    }
    std::vector<Value::Pair> pairs(value.pairs().begin(), value.pairs().end());
    std::ranges::stable_sort(pairs, isLess, &Value::Pair::first);
    return Value::dict(std::move(pairs));
}

} // namespace

void appendText(QByteArray &out, QByteArrayView utf8)
{
    const char quote = quoteFor(utf8);
    out += quote;
    for (qsizetype at = 0; at < utf8.size();) {
        // Most of a text is plain: copied in runs.
        const qsizetype from = at;
        while (
            at < utf8.size() && utf8[at] >= 0x20 && utf8[at] != 0x7f && utf8[at] != quote && utf8[at] != '\\')
            ++at;
        out.append(utf8.data() + from, at - from);
        if (at == utf8.size())
            break;
        const auto lead = static_cast<quint8>(utf8[at]);
        if (lead < 0x80) {
            appendAscii(out, utf8[at++], quote);
            continue;
        }
        const qsizetype size = std::min<qsizetype>(lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4, utf8.size() - at);
        char32_t code = lead & (0xffu >> (size + 1));
        for (qsizetype i = 1; i < size; ++i)
            code = (code << 6) | (static_cast<quint8>(utf8[at + i]) & 0x3f);
        if (isPrintable(code))
            out.append(utf8.data() + at, size);
        else
            appendHex(out, code);
        at += size;
    }
    out += quote;
}

void appendBytes(QByteArray &out, QByteArrayView bytes)
{
    const char quote = quoteFor(bytes);
    out += 'b';
    out += quote;
    for (const char c : bytes) {
        if (static_cast<quint8>(c) < 0x80)
            appendAscii(out, c, quote);
        else
            appendHex(out, static_cast<quint8>(c));
    }
    out += quote;
}

Writer::Writer(const WriteOptions &options, const Limits &limits)
    : CodecWriter(bounded(limits), QLatin1StringView("serpent")), m_options(options)
{ }

Result<QByteArray> Writer::document(const Value &value)
{
    m_out = kHeader.toByteArray();
    return run(value);
}

bool Writer::isEmptySet(const Value &value) const
{
    return (value.kind() == Kind::Set || value.kind() == Kind::FrozenSet) && value.size() == 0;
}

std::optional<Value> Writer::replaced(const Value &value) const
{
    if (isEmptySet(value))
        return Value::tuple({}); // there is no literal for it
    if (m_options.indent
        && (value.kind() == Kind::Dict || value.kind() == Kind::Set || value.kind() == Kind::FrozenSet))
        return sortedForm(value);
    if (value.kind() == Kind::Str)
        return textOrBytes(value);
    return plainForm(value);
}

void Writer::real(double value)
{
    if (std::isnan(value))
        m_out += "{'__class__':'float','value':'nan'}";
    else if (std::isinf(value))
        m_out += value > 0 ? "1e30000" : "-1e30000"; // overflows to infinity when read
    else
        m_out += detail::floatText(value);
}

Status Writer::leaf(const Value &value)
{
    switch (value.kind()) {
    case Kind::None:
        m_out += "None";
        return Done{};
    case Kind::Bool:
        m_out += *value.asBool() ? "True" : "False";
        return Done{};
    case Kind::Int:
    case Kind::Long: {
        const auto digits = value.integerText(m_limits.maxIntegerDigits);
        if (!digits)
            return cannotCarry(
                QStringLiteral("an integer of more than %1 digits").arg(m_limits.maxIntegerDigits));
        m_out += *digits;
        return Done{};
    }
    case Kind::Float:
        real(*value.asReal());
        return Done{};
    case Kind::Complex: {
        const auto [re, im] = *value.asComplex();
        if (std::isnan(re) || std::isnan(im))
            return cannotCarry(QStringLiteral("a complex number with nan")); // nobody could read it
        m_out += '(';
        real(re);
        // The reference writes +-0.0 for a negative zero, which nobody can read; a minus alone says the same.
        if (!std::signbit(im))
            m_out += '+';
        real(im);
        m_out += "j)";
        return Done{};
    }
    case Kind::Text:
        appendText(m_out, value.rawBytes());
        return Done{};
    case Kind::Bytes:
    case Kind::ByteArray:
        if (m_options.bytesLiterals)
            appendBytes(m_out, value.rawBytes());
        else
            m_out += "{'data': '" + value.rawBytes().toByteArray().toBase64() + "', 'encoding': 'base64'}";
        return Done{};
    case Kind::Global:
        if (value.module() == "builtins" && value.name() == "Ellipsis") {
            m_out += "...";
            return Done{};
        }
        [[fallthrough]];
    default:
        return cannotCarry(value);
    }
}

void Writer::newLine(qsizetype level)
{
    m_out += '\n';
    m_out.append(2 * level, ' ');
}

Status Writer::begin(const Value &container)
{
    m_out += container.kind() == Kind::List ? '[' : container.kind() == Kind::Tuple ? '(' : '{';
    return Done{};
}

Status Writer::before(const Value &container, qsizetype index, const Value &part)
{
    const bool isDict = container.kind() == Kind::Dict;
    const bool isKey
        = isDict ? index % 2 == 0 : container.kind() != Kind::List && container.kind() != Kind::Tuple;
    if (isKey) {
        // The reference takes these only. Source: serpent.py, _check_hashable_type.
        switch (part.kind()) {
        case Kind::Bool:
        case Kind::Int:
        case Kind::Long:
        case Kind::Float:
        case Kind::Complex:
        case Kind::Text:
        case Kind::Str:
        case Kind::Bytes:
        case Kind::Tuple:
        case Kind::Decimal:
            break;
        default:
            return cannotCarry(kindText(part) + QStringLiteral(" as a key or in a set"));
        }
    }
    if (isDict && index % 2 == 1) {
        m_out += m_options.indent ? ": " : ":";
        return Done{};
    }
    if (index > 0)
        m_out += ',';
    if (m_options.indent)
        newLine(depth());
    return Done{};
}

void Writer::end(const Value &container)
{
    if (container.kind() == Kind::Tuple && container.size() == 1)
        m_out += ',';
    if (m_options.indent && container.size() > 0)
        newLine(depth() - 1);
    m_out += container.kind() == Kind::List ? ']' : container.kind() == Kind::Tuple ? ')' : '}';
}

} // namespace pyrolens::serpent
