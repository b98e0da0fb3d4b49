// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "reader_p.h"

#include <pyrolens/base/utf8.h>
#include <pyrolens/value/codecforms.h>
#include <pyrolens/value/numbertext.h>

#include <QChar>

#include <algorithm>
#include <limits>

namespace pyrolens::json {

namespace {

using Kind = Value::Kind;

constexpr int kMostLevels = 1'000;
/// Strings without escapes above this size share the message's block.
constexpr qsizetype kSharedBytes = 4'096;

} // namespace

Error Reader::failure(const QString &what, qsizetype at) const
{
    return Error::protocol(QStringLiteral("json: ") + what, QStringLiteral("value.json"), at < 0 ? m_at : at);
}

Error Reader::limit() const
{
    Error error = m_builder.error();
    error.offset = m_at;
    return error;
}

bool Reader::take(char c)
{
    if (peek() != c)
        return false;
    ++m_at;
    return true;
}

void Reader::skipSpace()
{
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
        ++m_at;
}

bool Reader::takeWord(QByteArrayView word)
{
    if (!QByteArrayView(m_bytes).sliced(m_at).startsWith(word))
        return false;
    m_at += word.size();
    return true;
}

Result<Decoded> Reader::run()
{
    if (const qsizetype bad = utf8::firstInvalid(m_bytes, utf8::Surrogates::Refused); bad >= 0)
        return Error::protocol(QStringLiteral("json: bad UTF-8"), QStringLiteral("value.utf8"), bad);
    skipSpace();
    for (;;) {
        std::optional<Value> done;
        if (Status begun = begin(done); !begun)
            return begun.error();
        while (done) {
            Value value = *std::move(done);
            done.reset();
            skipSpace();
            if (m_open.empty()) {
                if (m_at != m_bytes.size())
                    return failure(QStringLiteral("text after the end of the value"));
                Result<Value> frozen = m_builder.freeze(std::move(value));
                if (!frozen)
                    return frozen.error();
                return Decoded{*std::move(frozen), {}, m_at};
            }
            if (Status added = add(std::move(value), done); !added)
                return added.error();
        }
    }
}

/// Reads a scalar or an empty container into `done`, or opens a container.
Status Reader::begin(std::optional<Value> &done)
{
    switch (peek()) {
    case '[':
    case '{':
        return open(peek() == '{', done);
    case '"':
        return leaf(string(), done);
    case 't':
        if (takeWord("true"))
            return leaf(Value::boolean(true), done);
        break;
    case 'f':
        if (takeWord("false"))
            return leaf(Value::boolean(false), done);
        break;
    case 'n':
        if (takeWord("null"))
            return leaf(Value(), done);
        break;
    case 'N':
        if (takeWord("NaN"))
            return leaf(Value::real(std::numeric_limits<double>::quiet_NaN()), done);
        break;
    case 'I':
        if (takeWord("Infinity"))
            return leaf(Value::real(std::numeric_limits<double>::infinity()), done);
        break;
    default:
        if (peek() == '-' || (peek() >= '0' && peek() <= '9'))
            return leaf(number(), done);
    }
    return failure(peek() < 0 ? QStringLiteral("the text ends where a value should be")
                              : QStringLiteral("expected a value"));
}

Status Reader::leaf(Result<Value> value, std::optional<Value> &done)
{
    if (!value)
        return std::move(value).error();
    if (!m_builder.charge(1, value->kind() == Kind::Text ? value->size() : 0))
        return limit();
    done = *std::move(value);
    return Done{};
}

Status Reader::open(bool isDict, std::optional<Value> &done)
{
    if (m_open.size() >= size_t(std::clamp(m_limits.maxDepth, 0, kMostLevels))) {
        return Error::limit(QStringLiteral("nested deeper than %1").arg(m_limits.maxDepth),
            QStringLiteral("value.depth"), m_at);
    }
    ++m_at;
    m_open.push_back({isDict ? m_builder.dict() : m_builder.list(), {}});
    if (!m_builder.charge(0, 0))
        return limit();
    skipSpace();
    if (take(isDict ? '}' : ']')) {
        close(done);
        return Done{};
    }
    return isDict ? key(m_open.back()) : Status(Done{});
}

void Reader::close(std::optional<Value> &done)
{
    done = std::move(m_open.back().container);
    m_open.pop_back();
}

Status Reader::key(Level &level)
{
    if (peek() != '"')
        return failure(QStringLiteral("expected a name in quotes"));
    Result<Value> name = string();
    if (!name)
        return name.error();
    if (!m_builder.charge(1, name->size()))
        return limit();
    level.key = *std::move(name);
    skipSpace();
    if (!take(':'))
        return failure(QStringLiteral("expected :"));
    skipSpace();
    return Done{};
}

Status Reader::add(Value value, std::optional<Value> &done)
{
    Level &level = m_open.back();
    const bool isDict = level.isDict();
    if (isDict)
        m_builder.insert(level.container, std::move(level.key), std::move(value));
    else
        m_builder.append(level.container, std::move(value));
    if (!m_builder.charge(0, 0))
        return limit();
    if (take(',')) {
        skipSpace();
        return isDict ? key(level) : Status(Done{});
    }
    if (!take(isDict ? '}' : ']'))
        return failure(isDict ? QStringLiteral("expected , or }") : QStringLiteral("expected , or ]"));
    close(done);
    return Done{};
}

bool Reader::takeDigits()
{
    const qsizetype start = m_at;
    while (peek() >= '0' && peek() <= '9')
        ++m_at;
    return m_at > start;
}

Result<Value> Reader::number()
{
    const qsizetype start = m_at;
    const bool isNegative = take('-');
    if (isNegative && takeWord("Infinity"))
        return Value::real(-std::numeric_limits<double>::infinity());
    // After a leading zero the number ends: what follows is an error of its own.
    if (!take('0') && !takeDigits())
        return failure(QStringLiteral("bad number"), start);
    const qsizetype wholeEnd = m_at;
    bool isReal = false;
    if (take('.')) {
        isReal = takeDigits();
        if (!isReal)
            return failure(QStringLiteral("bad number"), start);
    }
    if (take('e') || take('E')) {
        if (!take('+'))
            take('-');
        if (!takeDigits())
            return failure(QStringLiteral("bad number"), start);
        isReal = true;
    }
    const QByteArrayView text = QByteArrayView(m_bytes).sliced(start, m_at - start);
    if (isReal) {
        const auto value = detail::floatFromText(text);
        return value ? Result<Value>(Value::real(*value)) : failure(QStringLiteral("bad number"), start);
    }
    const qsizetype digits = wholeEnd - start - (isNegative ? 1 : 0);
    if (digits > m_limits.maxIntegerDigits)
        return longIntegerText(digits);
    const auto value = Value::integerFromText(text, Kind::Int, m_limits.maxIntegerDigits);
    return value ? Result<Value>(*value) : failure(QStringLiteral("bad number"), start);
}

/// The four digits of \u, as a UTF-16 unit.
std::optional<char32_t> Reader::hexUnit()
{
    char32_t unit = 0;
    for (int i = 0; i < 4; ++i) {
        const int c = peek();
        const int low = c | 0x20;
        int digit = 0;
        if (c >= '0' && c <= '9')
            digit = c - '0';
        else if (low >= 'a' && low <= 'f')
            digit = low - 'a' + 10;
        else
            return std::nullopt;
        unit = unit * 16 + char32_t(digit);
        ++m_at;
    }
    return unit;
}

// Behind the backslash.
Status Reader::escape(QByteArray &out)
{
    const qsizetype start = m_at - 1;
    static constexpr QByteArrayView kLetters = "\"\\/bfnrt";
    static constexpr QByteArrayView kMeanings = "\"\\/\b\f\n\r\t";
    const int c = peek();
    if (const qsizetype index = c < 0 ? -1 : kLetters.indexOf(char(c)); index >= 0) {
        ++m_at;
        out += kMeanings[index];
        return Done{};
    }
    if (!take('u'))
        return failure(QStringLiteral("unknown escape"), start);
    const auto unit = hexUnit();
    if (!unit)
        return failure(QStringLiteral("\\u needs four hexadecimal digits"), start);
    const qsizetype afterFirst = m_at;
    if (QChar::isHighSurrogate(*unit) && takeWord("\\u")) {
        const auto second = hexUnit();
        if (second && QChar::isLowSurrogate(*second)) {
            utf8::append(out, QChar::surrogateToUcs4(char16_t(*unit), char16_t(*second)));
            return Done{};
        }
        m_at = afterFirst; // two halves that do not fit stand for themselves
    }
    utf8::append(out, *unit);
    return Done{};
}

Result<Value> Reader::string()
{
    const qsizetype start = m_at++;
    QByteArray out;
    for (;;) {
        const qsizetype from = m_at;
        while (peek() >= 0x20 && peek() != '"' && peek() != '\\')
            ++m_at;
        if (peek() == '"' && out.isEmpty() && from == start + 1) {
            const qsizetype size = m_at++ - from;
            if (size >= kSharedBytes)
                return Value::view(Kind::Text, m_bytes, from, size);
            return Value::utf8(QByteArrayView(m_bytes).sliced(from, size));
        }
        out.append(m_bytes.constData() + from, m_at - from);
        if (peek() < 0)
            return failure(QStringLiteral("this string has no end"), start);
        if (take('"'))
            return Value::utf8(out);
        if (!take('\\'))
            return failure(QStringLiteral("control character in a string"));
        if (Status escaped = escape(out); !escaped)
            return escaped.error();
    }
}

} // namespace pyrolens::json
