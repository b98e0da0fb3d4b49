// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "literal.h"

#include "literalcalls_p.h"
#include "literalscanner_p.h"
#include "valuebuilder.h"

#include <limits>

namespace pyrolens {

using namespace detail;

namespace {

using Kind = Value::Kind;

/// The parser: open brackets stand on a heap stack, so the text cannot make it recurse.
class Parser final
{
public:
    Parser(QStringView text, Dialect dialect, const Limits &limits, const LiteralContext &context)
        : m_scan(text, dialect, limits), m_limits(limits), m_context(context)
    { }

    Result<LiteralNode> value()
    {
        m_open.push_back({.bracket = Bracket::None});
        if (Status read = run(); !read)
            return read.error();
        return std::move(m_open.front().children.front());
    }

    Result<Arguments> arguments()
    {
        m_open.push_back({.bracket = Bracket::Arguments});
        m_scan.skipSpace();
        if (!m_scan.atEnd()) {
            if (Status read = run(); !read)
                return read.error();
        }
        Arguments out;
        Frame &frame = m_open.front();
        for (size_t i = 0; i < frame.children.size(); ++i) {
            if (frame.names[i].text.isEmpty())
                out.positional.push_back(std::move(frame.children[i]));
            else
                out.keywords.push_back(
                    {frame.names[i].text, frame.names[i].start, std::move(frame.children[i])});
        }
        return out;
    }

private:
    enum class Bracket : quint8 { None, Arguments, List, Paren, Set, Dict, Brace, Call };
    struct Name
    {
        QString text;
        qsizetype start = 0;
    };
    struct Frame
    {
        Bracket bracket = Bracket::None;
        qsizetype start = 0;
        LiteralCall call = LiteralCall::Set;
        bool hasComma = false;
        std::vector<LiteralNode> children = {};
        std::vector<Name> names = {}; ///< of arguments, empty for positional ones
    };

    Status run()
    {
        for (;;) {
            std::optional<LiteralNode> done;
            if (Status begun = beginValue(done); !begun)
                return begun;
            while (done) {
                if (++m_nodes > m_limits.maxNodes)
                    return Error::limit(QStringLiteral("more than %1 values").arg(m_limits.maxNodes),
                        QStringLiteral("value.nodes"), m_scan.at());
                m_open.back().children.push_back(std::move(*done));
                done.reset();
                bool isFinished = false;
                if (Status after = afterValue(done, isFinished); !after)
                    return after;
                if (isFinished)
                    return Done{};
            }
        }
    }

    /// Reads a whole value into `done`, or opens a bracket.
    Status beginValue(std::optional<LiteralNode> &done)
    {
        m_scan.skipSpace();
        if (takesNames(m_open.back().bracket)) {
            if (Status name = readArgumentName(); !name)
                return name;
        }
        const qsizetype start = m_scan.at();
        const char16_t c = m_scan.peek();
        if (c == u'[' || c == u'(' || c == u'{') {
            m_scan.take(c);
            const Bracket bracket = c == u'[' ? Bracket::List : c == u'(' ? Bracket::Paren : Bracket::Brace;
            return openBracket({.bracket = bracket, .start = start}, done);
        }
        if (m_scan.atString())
            return leaf(m_scan.string(), start, done);
        if (m_scan.atNumber() || c == u'-' || c == u'+')
            return leaf(number(), start, done);
        if (c == u'$')
            return leaf(variable(), start, done);
        return word(done);
    }

    static bool takesNames(Bracket bracket)
    {
        return bracket == Bracket::Arguments || bracket == Bracket::Call;
    }

    Status leaf(Result<Value> value, qsizetype start, std::optional<LiteralNode> &done)
    {
        if (!value)
            return std::move(value).error();
        done = LiteralNode{std::move(value).value(), start, m_scan.at() - start, {}};
        return Done{};
    }

    Status openBracket(Frame frame, std::optional<LiteralNode> &done)
    {
        // A thousand at most, as everywhere: the tree of nodes is destroyed by recursion.
        if (m_open.size() > size_t(qBound(0, m_limits.maxDepth, 1'000)))
            return Error::limit(QStringLiteral("nested deeper than %1").arg(m_limits.maxDepth),
                QStringLiteral("value.depth"), frame.start);
        m_open.push_back(std::move(frame));
        m_scan.skipSpace();
        if (m_scan.take(closing(m_open.back().bracket)))
            return close(done);
        return Done{};
    }

    static char16_t closing(Bracket bracket)
    {
        switch (bracket) {
        case Bracket::List:
            return u']';
        case Bracket::Paren:
        case Bracket::Call:
            return u')';
        default:
            return u'}';
        }
    }

    Status readArgumentName()
    {
        Frame &frame = m_open.back();
        const qsizetype start = m_scan.at();
        const QString name = m_scan.atString() ? QString() : m_scan.name().toString();
        m_scan.skipSpace();
        if (name.isEmpty() || name.contains(u'.') || m_scan.peek() != u'=' || m_scan.peek(1) == u'=') {
            m_scan.rewind(start);
            if (!frame.names.empty() && !frame.names.back().text.isEmpty())
                return m_scan.expected(QStringLiteral("name=value, as the values before it have names"));
            frame.names.push_back({});
            return Done{};
        }
        m_scan.take(u'=');
        if (name == u"None" || name == u"True" || name == u"False")
            return m_scan.failure(QStringLiteral("%1 cannot be the name of an argument").arg(name), start);
        for (const Name &other : frame.names) {
            if (other.text == name)
                return m_scan.failure(QStringLiteral("the argument %1 is given twice").arg(name), start);
        }
        frame.names.push_back({name, start});
        m_scan.skipSpace();
        return Done{};
    }

    /// What may follow a value: a comma, a colon, the closing bracket or the end.
    Status afterValue(std::optional<LiteralNode> &done, bool &isFinished)
    {
        Frame &frame = m_open.back();
        if (frame.bracket == Bracket::None || frame.bracket == Bracket::Arguments)
            return afterOuterValue(frame, isFinished);
        m_scan.skipSpace();
        const bool isKey = frame.children.size() % 2 == 1;
        if (frame.bracket == Bracket::Brace)
            frame.bracket = m_scan.peek() == u':' ? Bracket::Dict : Bracket::Set;
        if (frame.bracket == Bracket::Dict && isKey) {
            if (!m_scan.take(u':'))
                return m_scan.expected(QStringLiteral(":"));
            return hashable(frame);
        }
        if (frame.bracket == Bracket::Set) {
            if (Status member = hashable(frame); !member)
                return member;
        }
        const char16_t end = closing(frame.bracket);
        if (m_scan.take(u',')) {
            frame.hasComma = true;
            m_scan.skipSpace();
            if (!m_scan.take(end))
                return Done{};
            return close(done);
        }
        if (m_scan.take(end))
            return close(done);
        return m_scan.expected(QStringLiteral(", or ") + QChar(end));
    }

    Status afterOuterValue(Frame &frame, bool &isFinished)
    {
        m_scan.skipSpace();
        isFinished = m_scan.atEnd();
        if (isFinished)
            return Done{};
        if (frame.bracket == Bracket::None)
            return m_scan.expected(QStringLiteral("the end"));
        if (!m_scan.take(u','))
            return m_scan.expected(QStringLiteral("a comma or the end"));
        m_scan.skipSpace();
        isFinished = m_scan.atEnd();
        return Done{};
    }

    Status hashable(const Frame &frame) const
    {
        const LiteralNode &last = frame.children.back();
        const QString kind = unhashable(last.value);
        if (kind.isEmpty())
            return Done{};
        const QString what = frame.bracket == Bracket::Set ? QStringLiteral("a %1 cannot be in a set")
                                                           : QStringLiteral("a %1 cannot be a key");
        return m_scan.failure(what.arg(kind), last.start);
    }

    /// Behind the closing bracket.
    Status close(std::optional<LiteralNode> &done)
    {
        Frame frame = std::move(m_open.back());
        m_open.pop_back();
        const qsizetype length = m_scan.at() - frame.start;
        if (frame.bracket == Bracket::Call)
            return closeCall(std::move(frame), length, done);
        if (frame.bracket == Bracket::Paren && frame.children.size() == 1 && !frame.hasComma) {
            LiteralNode inner = std::move(frame.children.front());
            done = LiteralNode{std::move(inner.value), frame.start, length, std::move(inner.children)};
            return Done{};
        }
        Value value;
        if (frame.bracket == Bracket::Dict || frame.bracket == Bracket::Brace) {
            Result<Value> dict = makeDict(frame.children);
            if (!dict)
                return dict.error();
            value = std::move(dict).value();
        } else if (frame.bracket == Bracket::Set) {
            value = Value::set(uniqueMembers(frame.children));
        } else {
            value = frame.bracket == Bracket::List ? Value::list(values(frame.children))
                                                   : Value::tuple(values(frame.children));
        }
        done = LiteralNode{std::move(value), frame.start, length, std::move(frame.children)};
        return Done{};
    }

    static std::vector<Value> values(const std::vector<LiteralNode> &nodes)
    {
        std::vector<Value> out;
        out.reserve(nodes.size());
        for (const LiteralNode &node : nodes)
            out.push_back(node.value);
        return out;
    }

    Result<Value> makeDict(const std::vector<LiteralNode> &nodes) const
    {
        ValueBuilder builder(m_limits);
        Value dict = builder.dict();
        for (size_t i = 0; i + 1 < nodes.size(); i += 2)
            builder.insert(dict, nodes[i].value, nodes[i + 1].value);
        return builder.freeze(std::move(dict));
    }

    Status closeCall(Frame frame, qsizetype length, std::optional<LiteralNode> &done)
    {
        std::vector<CallArgument> arguments;
        for (size_t i = 0; i < frame.children.size(); ++i)
            arguments.push_back({frame.names[i].text, std::move(frame.children[i])});
        std::vector<LiteralNode> children;
        Result<Value> value
            = makeCall(frame.call, std::move(arguments), m_scan.dialect(), m_context, children);
        if (!value)
            return placed(std::move(value).error(), frame.start);
        done = LiteralNode{std::move(value).value(), frame.start, length, std::move(children)};
        return Done{};
    }

    /// An error from elsewhere, at its place in the text.
    Error placed(Error error, qsizetype start) const
    {
        const Error here = m_scan.failure(error.what, start);
        error.what = here.what;
        error.offset = here.offset;
        if (error.code.isEmpty())
            error.code = here.code;
        return error;
    }

    /// A number without sign, or inf or nan, with or without j.
    Result<Value> magnitude(bool isNegative)
    {
        if (m_scan.atNumber())
            return m_scan.number(isNegative);
        const qsizetype start = m_scan.at();
        const QStringView name = m_scan.name();
        const double size = name.startsWith(u"inf") ? std::numeric_limits<double>::infinity()
                                                    : std::numeric_limits<double>::quiet_NaN();
        if (name == u"inf" || name == u"nan")
            return Value::real(isNegative ? -size : size);
        if (name == u"infj" || name == u"nanj")
            return Value::complex(0, isNegative ? -size : size);
        m_scan.rewind(start);
        return m_scan.expected(QStringLiteral("a number"));
    }

    static double toReal(const Value &value, bool isNegative)
    {
        if (const auto real = value.asReal())
            return *real;
        const double size = value.integerText(400).value_or(QByteArray("inf")).toDouble();
        return size == 0 && isNegative ? -0.0 : size; // "-0+2j" keeps its sign
    }

    Result<Value> number()
    {
        const bool isNegative = m_scan.peek() == u'-';
        if (isNegative || m_scan.peek() == u'+')
            m_scan.take(m_scan.peek());
        m_scan.skipSpace();
        Result<Value> first = magnitude(isNegative);
        if (!first || first->kind() == Kind::Complex)
            return first;
        const qsizetype end = m_scan.at();
        m_scan.skipSpace();
        const char16_t sign = m_scan.peek();
        if (sign != u'+' && sign != u'-') {
            m_scan.rewind(end);
            return first;
        }
        const qsizetype signAt = m_scan.at();
        m_scan.take(sign);
        m_scan.skipSpace();
        const Result<Value> second = magnitude(sign == u'-');
        if (!second)
            return second.error();
        if (second->kind() != Kind::Complex) {
            const QString what = QStringLiteral("only a complex number has a %1 inside, such as 1+2j");
            return m_scan.atEnd() ? m_scan.unfinished(what.arg(QChar(sign)))
                                  : m_scan.failure(what.arg(QChar(sign)), signAt);
        }
        return Value::complex(toReal(*first, isNegative), second->asComplex()->second);
    }

    Result<Value> variable()
    {
        const qsizetype start = m_scan.at();
        m_scan.take(u'$');
        if (!m_scan.take(u'{'))
            return m_scan.expected(QStringLiteral("{ and the name of a variable"));
        const QString name = m_scan.name().toString();
        if (name.isEmpty())
            return m_scan.expected(QStringLiteral("the name of a variable"));
        if (!m_scan.take(u'}'))
            return m_scan.expected(QStringLiteral("}"));
        if (!m_context.variable)
            return m_scan.failure(QStringLiteral("there are no variables here"), start);
        Result<Value> value = m_context.variable(name);
        if (!value)
            return placed(std::move(value).error(), start);
        return value;
    }

    Status word(std::optional<LiteralNode> &done)
    {
        const qsizetype start = m_scan.at();
        const QString name = m_scan.name().toString();
        if (name.isEmpty())
            return m_scan.expected(QStringLiteral("a value"));
        if (name == u"inf" || name == u"nan" || name == u"infj" || name == u"nanj") {
            m_scan.rewind(start);
            return leaf(number(), start, done);
        }
        if (name == u"None" || name == u"null")
            return leaf(Value(), start, done);
        if (name == u"True" || name == u"true" || name == u"False" || name == u"false")
            return leaf(Value::boolean(name.toLower() == u"true"), start, done);
        if (const auto call = literalCall(name)) {
            m_scan.skipSpace();
            if (!m_scan.take(u'('))
                return m_scan.expected(QStringLiteral("( after ") + name);
            return openBracket({.bracket = Bracket::Call, .start = start, .call = *call}, done);
        }
        if (m_scan.atEnd() && isBeginningOfName(name))
            return m_scan.unfinished(QStringLiteral("expected a value"));
        if (m_scan.atEnd() && takesNames(m_open.back().bracket) && !name.contains(u'.'))
            return m_scan.unfinished(QStringLiteral("%1 needs = and a value, or quotes").arg(name.left(80)));
        if (m_scan.peek() == u'\'' || m_scan.peek() == u'"')
            return m_scan.failure(
                QStringLiteral("strings with the prefix %1 are not known").arg(name.left(20)), start);
        m_scan.skipSpace();
        if (m_scan.peek() == u'(')
            return m_scan.failure(
                QStringLiteral("%1() is not known; nothing is called from here").arg(name.left(80)), start);
        return m_scan.failure(
            QStringLiteral("%1 is not a value; a text needs quotes").arg(name.left(80)), start);
    }

    LiteralScanner m_scan;
    const Limits &m_limits;
    const LiteralContext &m_context;
    std::vector<Frame> m_open;
    qint64 m_nodes = 0;
};

bool isTooDeep(const Value &value, const Limits &limits)
{
    const Node *node = Access::node(value);
    return node && node->depth > limits.maxDepth;
}

Error tooDeep(const Limits &limits)
{
    return Error::limit(
        QStringLiteral("nested deeper than %1").arg(limits.maxDepth), QStringLiteral("value.depth"));
}

} // namespace

Value Arguments::args() const
{
    std::vector<Value> items;
    items.reserve(positional.size());
    for (const LiteralNode &node : positional)
        items.push_back(node.value);
    return Value::tuple(std::move(items));
}

Value Arguments::kwargs() const
{
    std::vector<Value::Pair> pairs;
    pairs.reserve(keywords.size());
    for (const Keyword &keyword : keywords)
        pairs.emplace_back(Value::text(keyword.name), keyword.value.value);
    return Value::dict(std::move(pairs));
}

Result<LiteralNode> parseLiteral(
    QStringView text, Dialect dialect, const Limits &limits, const LiteralContext &context)
{
    Result<LiteralNode> node = Parser(text, dialect, limits, context).value();
    // A variable may bring depth of its own.
    if (node && isTooDeep(node->value, limits))
        return tooDeep(limits);
    return node;
}

Result<Arguments> parseArguments(
    QStringView text, Dialect dialect, const Limits &limits, const LiteralContext &context)
{
    Result<Arguments> arguments = Parser(text, dialect, limits, context).arguments();
    if (arguments && (isTooDeep(arguments->args(), limits) || isTooDeep(arguments->kwargs(), limits)))
        return tooDeep(limits);
    return arguments;
}

bool isUnfinished(const Error &error)
{
    return error.code == QLatin1String("literal.unfinished");
}

} // namespace pyrolens
