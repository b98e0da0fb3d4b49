// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "pythontext_p.h"

#include "datetimetext_p.h"
#include "numbertext.h"

#include <pyrolens/base/utf8.h>

#include <QStringList>
#include <QUuid>

#include <algorithm>
#include <cmath>

namespace pyrolens::detail {

namespace {

using Kind = Value::Kind;

constexpr int kMaxDecimalDigits = 4'300;

QString hex(char32_t code, int width)
{
    return QString::number(uint(code), 16).rightJustified(width, u'0');
}

/// What Python's repr() shows as it is: no control, format (so no bidirectional override), surrogate, private
/// use or unassigned characters, and no space but the plain one. Source: CPython,
/// Tools/unicode/makeunicodedata.py, PRINTABLE.
bool isPrintable(char32_t code)
{
    if (code < 0x7f)
        return code >= 0x20;
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

void appendCode(QString &out, char32_t code)
{
    if (QChar::requiresSurrogates(code)) {
        out += QChar(QChar::highSurrogate(code));
        out += QChar(QChar::lowSurrogate(code));
    } else {
        out += QChar(char16_t(code));
    }
}

/// \param isBytes a byte has no escape of more than two digits
void appendEscaped(QString &out, char32_t code, char16_t quote, bool isBytes)
{
    switch (code) {
    case U'\n':
        out += u"\\n";
        return;
    case U'\r':
        out += u"\\r";
        return;
    case U'\t':
        out += u"\\t";
        return;
    case U'\\':
        out += u"\\\\";
        return;
    default:
        break;
    }
    if (code == quote && quote != 0) {
        out += u'\\';
        out += QChar(quote);
    } else if (isBytes ? (code >= 0x20 && code < 0x7f) : isPrintable(code)) {
        appendCode(out, code);
    } else if (code < 0x100) {
        out += u"\\x" + hex(code, 2);
    } else if (code < 0x10000) {
        out += u"\\u" + hex(code, 4);
    } else {
        out += u"\\U" + hex(code, 8);
    }
}

/// One code point of UTF-8 as Value holds it; a byte that is none comes back as itself.
char32_t nextCode(QByteArrayView bytes, qsizetype &at)
{
    const auto byte = [&bytes](qsizetype index) {
        return index < bytes.size() ? char32_t(static_cast<quint8>(bytes[index])) : U'\0';
    };
    const char32_t lead = byte(at);
    const int size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t code = size == 1 ? lead : lead & (0xffu >> (size + 1));
    for (int i = 1; i < size; ++i)
        code = (code << 6) | (byte(at + i) & 0x3f);
    at += size;
    return code;
}

QString quoted(const QString &prefix, QByteArrayView bytes, bool isBytes, qint64 maxChars)
{
    const char16_t quote = bytes.contains('\'') && !bytes.contains('"') ? u'"' : u'\'';
    QString out = prefix + QChar(quote);
    for (qsizetype at = 0; at < bytes.size();) {
        if (out.size() >= maxChars)
            return out + QChar(quote) + u"...";
        const char32_t code = isBytes ? char32_t(static_cast<quint8>(bytes[at++])) : nextCode(bytes, at);
        appendEscaped(out, code, quote, isBytes);
    }
    return out + QChar(quote);
}

QString integerSource(const Value &value, Dialect dialect)
{
    QString text;
    if (const auto decimal = value.integerText(kMaxDecimalDigits)) {
        text = QString::fromLatin1(*decimal);
    } else {
        // Decimal digits of such a number cost time that grows with the square; hexadecimal ones do not.
        QByteArray bytes = value.integerBytes();
        const bool isNegative = static_cast<quint8>(bytes.back()) & 0x80;
        int carry = 1;
        for (qsizetype i = 0; isNegative && i < bytes.size(); ++i) {
            const int byte = (~bytes[i] & 0xff) + carry;
            carry = byte >> 8;
            bytes[i] = char(byte & 0xff);
        }
        std::reverse(bytes.begin(), bytes.end());
        text = (isNegative ? QStringLiteral("-0x") : QStringLiteral("0x"))
            + QString::fromLatin1(bytes.toHex());
    }
    if (value.kind() == Kind::Long && dialect == Dialect::Python2)
        text += u'L';
    return text;
}

QString complexSource(const Value &value)
{
    const auto [re, im] = *value.asComplex();
    const auto part = [](double number) {
        QString text = QString::fromLatin1(floatText(number));
        if (text.endsWith(QLatin1String(".0")))
            text.chop(2);
        return text;
    };
    if (re == 0 && !std::signbit(re))
        return part(im) + u'j';
    const QString imaginary = part(im);
    const bool hasSign = imaginary.startsWith(u'-');
    return u'(' + part(re) + (hasSign ? QString() : QStringLiteral("+")) + imaginary + u"j)";
}

QString timeSource(const Value &value, QStringView name)
{
    std::vector<int> numbers = isoNumbers(value.rawBytes());
    // As Python prints them: no microseconds, then no seconds, when they are zero; a time keeps hour and
    // minute.
    const size_t least = value.kind() == Kind::DateTime ? 5u : value.kind() == Kind::Time ? 2u : 3u;
    const size_t wanted = value.kind() == Kind::DateTime ? 6 : 3;
    if (numbers.size() < wanted || (value.kind() == Kind::Date && numbers.size() != 3)
        || (value.kind() == Kind::Time && numbers.size() > 4))
        return name + quoted(QStringLiteral("("), value.rawBytes(), false, 100) + u')';
    while (numbers.size() > least && numbers.back() == 0)
        numbers.pop_back();
    QStringList parts;
    for (const int number : numbers)
        parts += QString::number(number);
    return name + u'(' + parts.join(QStringLiteral(", ")) + u')';
}

QString deltaSource(const Value &value)
{
    const auto delta = *value.asTimeDelta();
    QStringList parts;
    const auto add = [&parts](QStringView name, qint64 number) {
        if (number != 0)
            parts += name + u'=' + QString::number(number);
    };
    add(u"days", delta.days);
    add(u"seconds", delta.seconds);
    add(u"microseconds", delta.microseconds);
    return QStringLiteral("timedelta(")
        + (parts.isEmpty() ? QStringLiteral("0") : parts.join(QStringLiteral(", "))) + u')';
}

QString referenceSource(const Reference &reference, qint64 maxChars)
{
    if (reference.form != Reference::Form::Uri)
        return QStringLiteral("<proxy ") + plainText(reference.uri) + u'>';
    return quoted(QStringLiteral("uri("), utf8::encode(reference.uri), false, maxChars) + u')';
}

} // namespace

QString plainText(QStringView text)
{
    QString out;
    const QByteArray bytes = utf8::encode(text);
    for (qsizetype at = 0; at < bytes.size();)
        appendEscaped(out, nextCode(bytes, at), u'\'', false);
    return out;
}

QString leafText(const Value &value, Dialect dialect, qint64 maxChars)
{
    const bool isPython2 = dialect == Dialect::Python2;
    switch (value.kind()) {
    case Kind::None:
        return QStringLiteral("None");
    case Kind::Bool:
        return *value.asBool() ? QStringLiteral("True") : QStringLiteral("False");
    case Kind::Int:
    case Kind::Long:
        return integerSource(value, dialect);
    case Kind::Float:
        return QString::fromLatin1(floatText(*value.asReal()));
    case Kind::Complex:
        return complexSource(value);
    case Kind::Text:
        return quoted(isPython2 ? QStringLiteral("u") : QString(), value.rawBytes(), false, maxChars);
    case Kind::Str: {
        // Python 3 has no such kind: readable text where it can be text, else bytes.
        const bool isText = !isPython2 && utf8::isValid(value.rawBytes(), utf8::Surrogates::Refused);
        return quoted(
            isPython2 || isText ? QString() : QStringLiteral("b"), value.rawBytes(), !isText, maxChars);
    }
    case Kind::Bytes:
        return quoted(QStringLiteral("b"), value.rawBytes(), true, maxChars);
    case Kind::ByteArray:
        return quoted(QStringLiteral("bytearray(b"), value.rawBytes(), true, maxChars) + u')';
    case Kind::Decimal:
        return quoted(QStringLiteral("Decimal("), value.rawBytes(), false, maxChars) + u')';
    case Kind::Uuid:
        return QStringLiteral("UUID('") + QUuid::fromRfc4122(value.rawBytes()).toString(QUuid::WithoutBraces)
            + u"')";
    case Kind::DateTime:
        return timeSource(value, u"datetime");
    case Kind::Date:
        return timeSource(value, u"date");
    case Kind::Time:
        return timeSource(value, u"time");
    case Kind::TimeDelta:
        return deltaSource(value);
    case Kind::Global:
        return u'<' + plainText(QString::fromUtf8(value.className())) + u'>';
    case Kind::Ext:
        return QStringLiteral("<ext %1 ").arg(value.extCode())
            + quoted(QStringLiteral("b"), value.rawBytes(), true, maxChars) + u'>';
    case Kind::Reference:
        return referenceSource(*value.asReference(), maxChars);
    case Kind::Cycle:
        return QStringLiteral("<cycle %1>").arg(value.cycleId());
    default:
        Q_ASSERT_X(false, "toPython", "not a leaf");
        return {};
    }
}

} // namespace pyrolens::detail
