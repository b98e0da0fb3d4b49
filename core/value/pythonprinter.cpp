// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "literal.h"

#include "pythontext_p.h"
#include "tagged.h"
#include "valuenode.h"

namespace pyrolens {

using namespace detail;

namespace {

using Kind = Value::Kind;

/// A piece of the flat text. Brackets know how wide the flat text between them is, so that lines are broken
/// without printing anything twice.
struct Token
{
    enum class Type : quint8 { Text, Open, Close, Comma };
    Type type;
    qsizetype start; ///< in the flat text
    qsizetype length;
    qsizetype width; ///< Open: of all up to and with the Close
};

struct Frame
{
    Value value; ///< keeps a view alive
    QString close;
    std::vector<const Value *> items;
    bool isDict = false;
    size_t next = 0;
    size_t openToken = 0;
};

class Printer final
{
public:
    explicit Printer(const PrintOptions &options) : m_options(options) { }

    QString run(const Value &root)
    {
        begin(root);
        while (!m_frames.empty()) {
            Frame &frame = m_frames.back();
            if (frame.next == frame.items.size()) {
                end(frame, false);
                continue;
            }
            if (frame.next > 0)
                separate(frame);
            if (isSpent()) {
                add(u"...");
                end(frame, true);
                continue;
            }
            begin(*frame.items[frame.next++]);
        }
        return m_options.indent > 0 ? broken() : m_flat;
    }

private:
    bool isSpent() const { return m_nodes >= m_options.maxNodes || m_flat.size() >= m_options.maxChars; }

    void add(QStringView text)
    {
        m_tokens.push_back({Token::Type::Text, m_flat.size(), text.size(), 0});
        m_flat += text;
    }

    void separate(const Frame &frame)
    {
        // Between a key and its value no line is broken.
        if (frame.isDict && frame.next % 2 == 1) {
            add(u": ");
            return;
        }
        m_tokens.push_back({Token::Type::Comma, m_flat.size(), 2, 0});
        m_flat += u", ";
    }

    void open(Frame frame, QStringView text)
    {
        frame.openToken = m_tokens.size();
        m_tokens.push_back({Token::Type::Open, m_flat.size(), text.size(), 0});
        m_flat += text;
        m_frames.push_back(std::move(frame));
    }

    void end(Frame &frame, bool isCut)
    {
        const bool isSingle = frame.value.kind() == Kind::Tuple && frame.items.size() == 1 && !isCut;
        const QString text = isSingle ? QStringLiteral(",)") : frame.close;
        m_tokens.push_back({Token::Type::Close, m_flat.size(), text.size(), 0});
        m_flat += text;
        Token &opened = m_tokens[frame.openToken];
        opened.width = m_flat.size() - opened.start;
        m_frames.pop_back();
    }

    void begin(const Value &value)
    {
        ++m_nodes;
        if (!Access::compound(value)) {
            add(leafText(value, m_options.dialect, m_options.maxChars - m_flat.size()));
            return;
        }
        if (value.kind() == Kind::Object) {
            if (std::optional<Value> view = richView(value)) {
                if (!Access::compound(*view))
                    add(leafText(*view, m_options.dialect, m_options.maxChars - m_flat.size()));
                else
                    beginContainer(std::move(*view));
                return;
            }
            beginObject(value);
            return;
        }
        beginContainer(value);
    }

    /// One more than can be printed is enough to see that something is left out.
    bool hasEnough(const Frame &frame) const
    {
        return qint64(frame.items.size()) > qMax<qint64>(0, m_options.maxNodes - m_nodes);
    }

    void addItems(Frame &frame, std::span<const Value> items) const
    {
        for (const Value &item : items) {
            if (hasEnough(frame))
                return;
            frame.items.push_back(&item);
        }
    }

    void addPairs(Frame &frame, std::span<const Value::Pair> pairs) const
    {
        for (const auto &[key, item] : pairs) {
            if (hasEnough(frame))
                return;
            frame.items.push_back(&key);
            frame.items.push_back(&item);
        }
    }

    void beginContainer(Value value)
    {
        Frame frame;
        frame.value = std::move(value);
        const Value &held = frame.value;
        const bool isEmpty = held.size() == 0;
        if (held.kind() != Kind::Dict && held.kind() != Kind::Error)
            addItems(frame, held.items());
        switch (held.kind()) {
        case Kind::Tuple:
            frame.close = QStringLiteral(")");
            return open(std::move(frame), u"(");
        case Kind::Set:
            frame.close = isEmpty ? QStringLiteral(")") : QStringLiteral("}");
            return open(std::move(frame), isEmpty ? u"set(" : u"{");
        case Kind::FrozenSet:
            frame.close = isEmpty ? QStringLiteral(")") : QStringLiteral("})");
            return open(std::move(frame), isEmpty ? u"frozenset(" : u"frozenset({");
        case Kind::Dict:
            frame.isDict = true;
            addPairs(frame, held.pairs());
            frame.close = QStringLiteral("}");
            return open(std::move(frame), u"{");
        case Kind::Array: {
            frame.close = QStringLiteral(")");
            const QString head
                = QStringLiteral("array('") + QLatin1Char(held.typeCode()) + QStringLiteral("', ");
            return open(std::move(frame), head);
        }
        case Kind::PersistentId:
            frame.close = QStringLiteral(">");
            return open(std::move(frame), u"<persistent ");
        case Kind::Error: {
            const RemoteError &error = *held.asError();
            addItems(frame, error.args.items());
            frame.close = QStringLiteral(")>");
            const QString head = u'<' + plainText(error.className) + u'(';
            return open(std::move(frame), head);
        }
        default:
            frame.close = QStringLiteral("]");
            return open(std::move(frame), u"[");
        }
    }

    /// instance() for what is a class and attributes; anything else as it was made, which nobody can read
    /// back.
    void beginObject(const Value &value)
    {
        const Object &object = *value.asObject();
        Frame frame;
        frame.value = value;
        const QString name = plainText(QString::fromUtf8(object.className()));
        const bool isBare = object.made != Object::Made::Reduce && object.made != Object::Made::NewObjEx
            && object.callee.isNone() && object.args.kind() == Kind::Tuple && object.args.size() == 0
            && object.base.isNone() && object.listItems.empty() && object.dictItems.empty()
            && (!object.state || (object.state->kind() == Kind::Dict && object.state->cycleId() == 0));
        const bool hasTag = object.name.startsWith('$') || object.name.isEmpty();
        if (isBare && !hasTag) {
            if (object.state)
                frame.items.push_back(&*object.state);
            frame.close = QStringLiteral(")");
            const QString head = QStringLiteral("instance('") + name + (object.state ? u"', " : u"'");
            return open(std::move(frame), head);
        }
        if (!object.callee.isNone())
            frame.items.push_back(&object.callee);
        addItems(frame, object.args.items());
        for (const Value *part : {&object.kwargs, &object.base}) {
            if (!part->isNone())
                frame.items.push_back(part);
        }
        if (object.state)
            frame.items.push_back(&*object.state);
        addItems(frame, object.listItems);
        addPairs(frame, object.dictItems);
        frame.close = QStringLiteral(")>");
        const QString head = u'<' + name + u'(';
        open(std::move(frame), head);
    }

    /// The same tokens with line breaks in every bracket that does not fit its line.
    QString broken() const
    {
        QString out;
        qsizetype column = 0;
        std::vector<bool> isSplit;
        qsizetype level = 0;
        const auto newLine = [&] {
            out += u'\n';
            column = level * m_options.indent;
            out += QString(column, u' ');
        };
        for (const Token &token : m_tokens) {
            const QStringView text = QStringView(m_flat).sliced(token.start, token.length);
            switch (token.type) {
            case Token::Type::Text:
                out += text;
                column += text.size();
                break;
            case Token::Type::Open: {
                const bool isEmpty = token.width <= text.size() + 1;
                const bool splits = column + token.width > m_options.width && !isEmpty;
                out += text;
                column += text.size();
                isSplit.push_back(splits);
                if (splits) {
                    ++level;
                    newLine();
                }
                break;
            }
            case Token::Type::Comma:
                if (isSplit.back()) {
                    out += u',';
                    newLine();
                } else {
                    out += text;
                    column += text.size();
                }
                break;
            case Token::Type::Close:
                if (isSplit.back()) {
                    --level;
                    // The comma of a tuple of one belongs to its item.
                    if (text.startsWith(u','))
                        out += u',';
                    newLine();
                    out += text.startsWith(u',') ? text.sliced(1) : text;
                } else {
                    out += text;
                }
                column += text.size();
                isSplit.pop_back();
                break;
            }
        }
        return out;
    }

    const PrintOptions &m_options;
    QString m_flat;
    std::vector<Token> m_tokens;
    std::vector<Frame> m_frames;
    qint64 m_nodes = 0;
};

} // namespace

QString toPython(const Value &value, const PrintOptions &options)
{
    return Printer(options).run(value);
}

} // namespace pyrolens
