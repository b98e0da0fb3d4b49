// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "json.h"
#include "utf8.h"

namespace pyrolens {

namespace {

/// One pass over the text with the open containers on a heap stack.
class Parser final
{
public:
    Parser(QByteArrayView text, int maxDepth) : m_text(text), m_maxDepth(maxDepth) { }

    Result<Json> run()
    {
        if (m_text.startsWith(QByteArrayView("\xef\xbb\xbf")))
            return fail(QStringLiteral("byte order mark before JSON"));
        skipSpace();
        for (;;) {
            // Here a value begins.
            std::optional<Json> done;
            if (Status begun = begin(done); !begun)
                return begun.error();
            // And here ends one, and with it perhaps its parents.
            while (done) {
                skipSpace();
                if (m_open.empty()) {
                    if (m_at != m_text.size())
                        return fail(QStringLiteral("text after the end of the JSON value"));
                    return std::move(*done);
                }
                Level &level = m_open.back();
                if (level.isObject)
                    level.members.emplace_back(std::move(level.key), std::move(*done));
                else
                    level.items.push_back(std::move(*done));
                done.reset();
                if (take(',')) {
                    skipSpace();
                    if (level.isObject) {
                        if (Status key = readKey(level); !key)
                            return key.error();
                    }
                } else if (take(level.isObject ? '}' : ']')) {
                    done = close();
                } else {
                    return fail(level.isObject ? QStringLiteral("expected , or }")
                                               : QStringLiteral("expected , or ]"));
                }
            }
        }
    }

private:
    struct Level
    {
        bool isObject = false;
        QString key;
        Json::Array items;
        Json::Members members;
    };

    Error fail(const QString &what, qsizetype at = -1) const
    {
        return Error::protocol(
            QStringLiteral("JSON: ") + what, QStringLiteral("json.syntax"), at < 0 ? m_at : at);
    }

    Json close()
    {
        Level &level = m_open.back();
        Json json
            = level.isObject ? Json::object(std::move(level.members)) : Json::array(std::move(level.items));
        m_open.pop_back();
        return json;
    }

    int peek() const { return m_at < m_text.size() ? static_cast<unsigned char>(m_text[m_at]) : -1; }

    bool take(char c)
    {
        if (peek() != c)
            return false;
        ++m_at;
        return true;
    }

    void skipSpace()
    {
        while (m_at < m_text.size()) {
            const char c = m_text[m_at];
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
                return;
            ++m_at;
        }
    }

    /// Reads a scalar or an empty container into `done`, or opens a container.
    Status begin(std::optional<Json> &done)
    {
        const int c = peek();
        if (c == '{' || c == '[') {
            if (m_open.size() >= size_t(qMax(0, m_maxDepth)))
                return Error::limit(QStringLiteral("JSON: nested deeper than %1").arg(m_maxDepth),
                    QStringLiteral("json.depth"), m_at);
            ++m_at;
            m_open.emplace_back();
            Level &level = m_open.back();
            level.isObject = c == '{';
            skipSpace();
            if (take(level.isObject ? '}' : ']'))
                done = close();
            else if (level.isObject)
                return readKey(level);
            return Done{};
        }
        if (c == '"') {
            Result<QString> text = readString();
            if (!text)
                return text.error();
            done = Json(std::move(text).value());
            return Done{};
        }
        if (c == '-' || (c >= '0' && c <= '9'))
            return readNumber(done);
        if (takeWord("true"))
            done = Json(true);
        else if (takeWord("false"))
            done = Json(false);
        else if (takeWord("null"))
            done = Json();
        else
            return fail(c < 0 ? QStringLiteral("text ends where a value should be")
                              : QStringLiteral("expected a value"));
        return Done{};
    }

    bool takeWord(const char *word)
    {
        const QByteArrayView view(word);
        if (!m_text.sliced(m_at).startsWith(view))
            return false;
        m_at += view.size();
        return true;
    }

    Status readKey(Level &level)
    {
        if (peek() != '"')
            return fail(QStringLiteral("expected a member name in quotes"));
        Result<QString> key = readString();
        if (!key)
            return key.error();
        level.key = std::move(key).value();
        skipSpace();
        if (!take(':'))
            return fail(QStringLiteral("expected :"));
        skipSpace();
        return Done{};
    }

    qsizetype digits()
    {
        const qsizetype start = m_at;
        while (m_at < m_text.size() && m_text[m_at] >= '0' && m_text[m_at] <= '9')
            ++m_at;
        return m_at - start;
    }

    Status readNumber(std::optional<Json> &done)
    {
        const qsizetype start = m_at;
        take('-');
        const bool leadingZero = peek() == '0';
        const qsizetype whole = digits();
        if (whole == 0 || (leadingZero && whole > 1))
            return fail(QStringLiteral("bad number"), start);
        if (take('.') && digits() == 0)
            return fail(QStringLiteral("bad number"), start);
        if (take('e') || take('E')) {
            if (!take('+'))
                take('-');
            if (digits() == 0)
                return fail(QStringLiteral("bad number"), start);
        }
        done = Json::number(m_text.sliced(start, m_at - start).toByteArray());
        return Done{};
    }

    /// Four hex digits at m_at, or -1.
    int hexUnit()
    {
        if (m_text.size() - m_at < 4)
            return -1;
        int unit = 0;
        for (int i = 0; i < 4; ++i) {
            const char c = m_text[m_at + i];
            int digit = 0;
            if (c >= '0' && c <= '9')
                digit = c - '0';
            else if (c >= 'a' && c <= 'f')
                digit = c - 'a' + 10;
            else if (c >= 'A' && c <= 'F')
                digit = c - 'A' + 10;
            else
                return -1;
            unit = unit * 16 + digit;
        }
        m_at += 4;
        return unit;
    }

    Result<QString> readString()
    {
        ++m_at;
        QString out;
        for (;;) {
            const qsizetype start = m_at;
            while (m_at < m_text.size() && m_text[m_at] != '"' && m_text[m_at] != '\\'
                && static_cast<unsigned char>(m_text[m_at]) >= 0x20)
                ++m_at;
            if (m_at > start) {
                const QByteArrayView part = m_text.sliced(start, m_at - start);
                if (!utf8::isValid(part, utf8::Surrogates::Refused))
                    return fail(QStringLiteral("bad UTF-8 in a string"), start);
                out += utf8::decode(part);
            }
            if (m_at == m_text.size())
                return fail(QStringLiteral("string without end"));
            if (take('"'))
                return out;
            if (!take('\\'))
                return fail(QStringLiteral("control character in a string"));
            const int c = peek();
            ++m_at;
            switch (c) {
            case '"':
            case '\\':
            case '/':
                out += QChar(c);
                break;
            case 'b':
                out += QLatin1Char('\b');
                break;
            case 'f':
                out += QLatin1Char('\f');
                break;
            case 'n':
                out += QLatin1Char('\n');
                break;
            case 'r':
                out += QLatin1Char('\r');
                break;
            case 't':
                out += QLatin1Char('\t');
                break;
            case 'u': {
                const int unit = hexUnit();
                if (unit < 0)
                    return fail(QStringLiteral("\\u needs four hex digits"));
                out += QChar(unit); // halves of a pair meet in the UTF-16 text
                break;
            }
            default:
                --m_at;
                return fail(QStringLiteral("unknown escape"));
            }
        }
    }

    QByteArrayView m_text;
    int m_maxDepth;
    qsizetype m_at = 0;
    std::vector<Level> m_open;
};

} // namespace

Result<Json> Json::parse(QByteArrayView utf8, int maxDepth)
{
    return Parser(utf8, maxDepth).run();
}

} // namespace pyrolens
