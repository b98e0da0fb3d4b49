// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "reader_p.h"

#include <pyrolens/base/utf8.h>
#include <pyrolens/value/codecforms.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace pyrolens::serpent {

namespace {

using Kind = Value::Kind;

/// The tokenizer of Python opens no more brackets than this. Source: CPython, Parser/tokenizer.h, MAXLEVEL.
constexpr int kMostBrackets = 200;

bool isNanDict(const Value &dict)
{
    if (dict.size() != 2)
        return false;
    const Value *name = dict.find("__class__");
    const Value *text = dict.find("value");
    return name && text && name->isTextLike() && name->rawBytes() == "float" && text->isTextLike()
        && text->rawBytes() == "nan";
}

} // namespace

Result<Decoded> Reader::run()
{
    if (const qsizetype bad = utf8::firstInvalid(m_bytes, utf8::Surrogates::Refused); bad >= 0) {
        return Error::protocol(QStringLiteral("serpent: bad UTF-8"), QStringLiteral("value.utf8"), bad);
    }
    if (const qsizetype zero = m_bytes.indexOf('\0'); zero >= 0)
        return m_lexer.failure(QStringLiteral("a zero byte"), zero);
    m_open.push_back({});
    m_lexer.skipSpace(Lexer::Lines::Cross);
    for (;;) {
        std::optional<Value> done;
        if (Status begun = begin(done); !begun)
            return begun.error();
        while (done) {
            Value value = *std::move(done);
            done.reset();
            bool isFinished = false;
            if (Status next = after(std::move(value), done, isFinished); !next)
                return next.error();
            if (!isFinished)
                continue;
            Level &outer = m_open.front();
            Value root = outer.hasComma ? m_builder.tuple(outer.items.data(), qsizetype(outer.items.size()))
                                        : std::move(outer.items.front());
            m_open.clear();
            Result<Value> frozen = m_builder.freeze(std::move(root));
            if (!frozen)
                return frozen.error();
            return Decoded{*std::move(frozen), {}, m_bytes.size()};
        }
    }
}

Error Reader::limit() const
{
    Error error = m_builder.error();
    error.offset = m_lexer.at();
    return error;
}

/// Reads a whole value into `done`, or opens a bracket.
Status Reader::begin(std::optional<Value> &done)
{
    m_lexer.skipSpace(lines());
    m_valueStart = m_lexer.at();
    const char c = m_lexer.peek();
    if (c == '[')
        return open(Bracket::List, done);
    if (c == '(')
        return open(Bracket::Paren, done);
    if (c == '{')
        return open(Bracket::Brace, done);
    if (m_lexer.atString())
        return leaf(m_lexer.string(lines()), done);
    if (m_lexer.atNumber() || c == '-' || c == '+')
        return leaf(number(), done);
    return leaf(word(), done);
}

Status Reader::leaf(Result<Value> value, std::optional<Value> &done)
{
    if (!value)
        return std::move(value).error();
    const bool isView = value->kind() == Kind::Text || value->kind() == Kind::Bytes;
    if (!m_builder.charge(1, isView ? value->size() : 0))
        return limit();
    done = *std::move(value);
    return Done{};
}

Status Reader::open(Bracket bracket, std::optional<Value> &done)
{
    // The outermost level is no bracket.
    if (m_open.size() > size_t(std::clamp(m_limits.maxDepth, 0, kMostBrackets))) {
        return Error::limit(
            QStringLiteral("nested deeper than %1").arg(std::min(m_limits.maxDepth, kMostBrackets)),
            QStringLiteral("value.depth"), m_lexer.at());
    }
    Level level;
    level.bracket = bracket;
    level.start = m_lexer.at();
    if (bracket == Bracket::List)
        level.container = m_builder.list();
    m_lexer.take(m_lexer.peek());
    m_open.push_back(std::move(level));
    m_lexer.skipSpace(Lexer::Lines::Cross);
    const char end = bracket == Bracket::List ? ']' : bracket == Bracket::Paren ? ')' : '}';
    if (!m_lexer.take(end))
        return Done{};
    if (bracket == Bracket::Brace) {
        m_open.back().bracket = Bracket::Dict;
        m_open.back().container = m_builder.dict();
    }
    m_open.back().hasComma = true; // () is a tuple
    return close(done);
}

/// What may follow a value: a sign, a comma, a colon, the closing bracket or the end.
Status Reader::after(Value value, std::optional<Value> &done, bool &isFinished)
{
    Level &level = m_open.back();
    const qsizetype valueStart = m_valueStart;
    m_lexer.skipSpace(lines());
    if (level.bracket == Bracket::Brace) {
        level.bracket = m_lexer.peek() == ':' ? Bracket::Dict : Bracket::Set;
        if (level.bracket == Bracket::Dict)
            level.container = m_builder.dict();
    }
    if (level.bracket == Bracket::Dict && !level.key) {
        if (!m_lexer.take(':'))
            return m_lexer.failure(QStringLiteral("expected :"));
        if (Status good = checkHashable(value, m_limits.maxExpandedNodes); !good) {
            Error error = good.error();
            error.offset = valueStart;
            return error;
        }
        level.key = std::move(value);
        return Done{};
    }
    if (Status added = add(level, std::move(value), valueStart); !added)
        return added;
    if (level.bracket == Bracket::None)
        return afterOuter(level, isFinished);
    const char end = level.bracket == Bracket::List ? ']' : level.bracket == Bracket::Paren ? ')' : '}';
    if (m_lexer.take(',')) {
        level.hasComma = true;
        m_lexer.skipSpace(Lexer::Lines::Cross);
        return m_lexer.take(end) ? close(done) : Status(Done{});
    }
    if (m_lexer.take(end))
        return close(done);
    return m_lexer.failure(QStringLiteral("expected , or ") + QLatin1Char(end));
}

Status Reader::add(Level &level, Value value, qsizetype at)
{
    switch (level.bracket) {
    case Bracket::List:
        m_builder.append(level.container, std::move(value));
        break;
    case Bracket::Dict:
        m_builder.insert(level.container, *std::move(level.key), std::move(value));
        level.key.reset();
        break;
    case Bracket::Set:
        if (Status good = checkHashable(value, m_limits.maxExpandedNodes); !good) {
            Error error = good.error();
            error.offset = at;
            return error;
        }
        [[fallthrough]];
    default:
        level.items.push_back(std::move(value));
    }
    if (!m_builder.charge(0, 0))
        return limit();
    return Done{};
}

Status Reader::afterOuter(Level &level, bool &isFinished)
{
    // A tuple needs no brackets where the line does not end.
    if (m_lexer.take(',')) {
        level.hasComma = true;
        m_lexer.skipSpace(Lexer::Lines::Stop);
        if (!m_lexer.atEnd() && m_lexer.peek() != '\n' && m_lexer.peek() != '\r')
            return Done{};
    }
    m_lexer.skipSpace(Lexer::Lines::Cross);
    if (!m_lexer.atEnd())
        return m_lexer.failure(QStringLiteral("expected the end"));
    isFinished = true;
    return Done{};
}

/// Behind the closing bracket.
Status Reader::close(std::optional<Value> &done)
{
    Level level = std::move(m_open.back());
    m_open.pop_back();
    m_valueStart = level.start;
    switch (level.bracket) {
    case Bracket::List:
        done = std::move(level.container);
        break;
    case Bracket::Dict:
        done = m_options.reviveNan && isNanDict(level.container)
            ? Value::real(std::numeric_limits<double>::quiet_NaN())
            : std::move(level.container);
        break;
    case Bracket::Paren:
        done = level.items.size() == 1 && !level.hasComma
            ? std::move(level.items.front())
            : m_builder.tuple(level.items.data(), qsizetype(level.items.size()));
        break;
    default: {
        const Value set = m_builder.set(false);
        for (Value &member : distinctMembers(std::move(level.items), m_limits))
            m_builder.append(set, std::move(member));
        done = set;
    }
    }
    if (!m_builder.charge(0, 0))
        return limit();
    return Done{};
}

Result<Value> Reader::number()
{
    const char sign = m_lexer.peek();
    const bool isSigned = sign == '-' || sign == '+';
    if (isSigned) {
        m_lexer.take(sign);
        m_lexer.skipSpace(lines());
    }
    if (!m_lexer.atNumber())
        return m_lexer.failure(QStringLiteral("expected a number"));
    Result<Value> left = m_lexer.number(sign == '-');
    if (!left || (left->kind() != Kind::Int && left->kind() != Kind::Float))
        return left;
    return plus(*left);
}

/// Behind a real number: perhaps the imaginary part.
Result<Value> Reader::plus(const Value &left)
{
    m_lexer.skipSpace(lines());
    const char sign = m_lexer.peek();
    if (sign != '+' && sign != '-')
        return left;
    const qsizetype at = m_lexer.at();
    m_lexer.take(sign);
    m_lexer.skipSpace(lines());
    if (!m_lexer.atNumber())
        return m_lexer.failure(QStringLiteral("expected an imaginary number"));
    const Result<Value> right = m_lexer.number(false);
    if (!right)
        return right;
    const auto parts = right->asComplex();
    if (!parts)
        return m_lexer.failure(QStringLiteral("only a complex number has a sign inside"), at);
    const auto real = left.asReal();
    const auto digits = real ? std::nullopt : left.integerText(400);
    if (!real && !digits)
        return m_lexer.failure(QStringLiteral("the integer is too large for a complex number"), at);
    const double size = real ? *real : digits->toDouble();
    // As Python adds: the zero of the other side takes the sign off a negative zero.
    return sign == '-' ? Value::complex(size - 0.0, 0.0 - parts->second)
                       : Value::complex(size + 0.0, 0.0 + parts->second);
}

Result<Value> Reader::word()
{
    if (m_lexer.takeWord("None"))
        return Value();
    if (m_lexer.takeWord("True"))
        return Value::boolean(true);
    if (m_lexer.takeWord("False"))
        return Value::boolean(false);
    if (m_lexer.peek() == '.' && m_lexer.peek(1) == '.' && m_lexer.peek(2) == '.') {
        for (int i = 0; i < 3; ++i)
            m_lexer.take('.');
        return Value::global("builtins", "Ellipsis");
    }
    const qsizetype start = m_lexer.at();
    if (m_lexer.takeWord("set")) {
        m_lexer.skipSpace(lines());
        if (m_lexer.take('(')) {
            m_lexer.skipSpace(Lexer::Lines::Cross);
            if (m_lexer.take(')'))
                return Value::set({});
        }
    }
    return m_lexer.failure(m_lexer.atEnd() ? QStringLiteral("the text ends where a value should be")
                                           : QStringLiteral("expected a value"),
        start);
}

} // namespace pyrolens::serpent
