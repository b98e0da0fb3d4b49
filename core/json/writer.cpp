// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "writer_p.h"

#include <pyrolens/base/utf8.h>
#include <pyrolens/value/codecforms.h>
#include <pyrolens/value/numbertext.h>

#include <cmath>

namespace pyrolens::json {

namespace {

using Kind = Value::Kind;

} // namespace

std::optional<Value> Writer::replaced(const Value &value) const
{
    switch (value.kind()) {
    case Kind::Time:
    case Kind::TimeDelta:
        return std::nullopt; // refused by Pyro's serializer
    case Kind::Str:
        return textOrBytes(value);
    default:
        return plainForm(value);
    }
}

Status Writer::string(QByteArrayView utf8)
{
    if (!utf8::isValid(utf8, utf8::Surrogates::Refused))
        return cannotCarry(QStringLiteral("text with lone surrogates"));
    m_out += '"';
    for (qsizetype at = 0; at < utf8.size();) {
        const qsizetype from = at;
        while (
            at < utf8.size() && static_cast<quint8>(utf8[at]) >= 0x20 && utf8[at] != '"' && utf8[at] != '\\')
            ++at;
        m_out.append(utf8.data() + from, at - from);
        if (at == utf8.size())
            break;
        const char c = utf8[at++];
        static constexpr QByteArrayView kSpecial = "\"\\\n\r\t\f\b";
        static constexpr QByteArrayView kLetters = "\"\\nrtfb";
        m_out += '\\';
        if (const qsizetype index = kSpecial.indexOf(c); index >= 0)
            m_out += kLetters[index];
        else
            m_out += "u00" + QByteArray::number(uint(c), 16).rightJustified(2, '0');
    }
    m_out += '"';
    return Done{};
}

void Writer::real(double value)
{
    if (std::isnan(value))
        m_out += "NaN";
    else if (std::isinf(value))
        m_out += value > 0 ? "Infinity" : "-Infinity";
    else
        m_out += detail::floatText(value);
}

Status Writer::integer(const Value &value)
{
    const auto digits = value.integerText(m_limits.maxIntegerDigits);
    if (!digits)
        return cannotCarry(
            QStringLiteral("an integer of more than %1 digits").arg(m_limits.maxIntegerDigits));
    m_out += *digits;
    return Done{};
}

Status Writer::leaf(const Value &value)
{
    const bool isKey = std::exchange(m_isKey, false);
    if (value.kind() == Kind::Text)
        return string(value.rawBytes());
    if (isKey)
        m_out += '"'; // keys are texts, whatever they were
    switch (value.kind()) {
    case Kind::None:
        m_out += "null";
        break;
    case Kind::Bool:
        m_out += *value.asBool() ? "true" : "false";
        break;
    case Kind::Int:
    case Kind::Long:
        if (Status written = integer(value); !written)
            return written;
        break;
    case Kind::Float:
        real(*value.asReal());
        break;
    default:
        return cannotCarry(value);
    }
    if (isKey)
        m_out += '"';
    return Done{};
}

Status Writer::begin(const Value &container)
{
    if (container.kind() == Kind::FrozenSet || m_isKey)
        return cannotCarry(m_isKey ? kindText(container) + QStringLiteral(" as a key") : kindText(container));
    m_out += container.kind() == Kind::Dict ? '{' : '[';
    return Done{};
}

Status Writer::before(const Value &container, qsizetype index, const Value &part)
{
    const bool isDict = container.kind() == Kind::Dict;
    if (isDict && index % 2 == 1) {
        m_out += ": ";
        return Done{};
    }
    if (index > 0)
        m_out += ", ";
    m_isKey = isDict;
    if (m_isKey && part.kind() != Kind::Text && part.kind() != Kind::Str && plainForm(part))
        return cannotCarry(
            kindText(part) + QStringLiteral(" as a key")); // as in Python: only values are converted
    return Done{};
}

void Writer::end(const Value &container)
{
    m_out += container.kind() == Kind::Dict ? '}' : ']';
}

} // namespace pyrolens::json
