// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "namefile_p.h"

namespace pyrolens {

namespace {

constexpr int kMemberDepth = 64;

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Cuts the items of the list out of the text and reads them one by one. Only brackets and strings are
/// followed here; what an item says is the business of the JSON parser.
class JsonNames final : public NameFileReader::Parser
{
public:
    using Parser::Parser;

    Status feed(QByteArrayView bytes) override
    {
        for (const char c : bytes) {
            if (const Status good = step(c); !good)
                return good;
            m_line += c == '\n';
        }
        return Done{};
    }

    Status end() override
    {
        if (m_state != State::End || m_isOpen)
            return formError(QStringLiteral("the file ends too early"), m_line);
        if (!m_hasNames)
            return formError(QStringLiteral("there is no list \"names\""), m_line);
        if (m_format != QLatin1String("pyrolens-names"))
            return formError(QStringLiteral("\"format\" is not \"pyrolens-names\""), m_line);
        if (m_version != 1)
            return formError(QStringLiteral("this version of the format is not known"), m_line);
        return Done{};
    }

private:
    enum class State : quint8 { Start, FirstKey, Key, Colon, Value, Member, FirstItem, Item, ItemText, End };

    Status unexpected(char c) const
    {
        return formError(QStringLiteral("'%1' is not expected here").arg(QLatin1Char(c)), m_line);
    }

    /// Follows strings and brackets of the text that is being collected. \return whether `c` ends it.
    bool collect(char c)
    {
        if (m_inString) {
            if (m_escaped)
                m_escaped = false;
            else if (c == '\\')
                m_escaped = true;
            else if (c == '"')
                m_inString = false;
        } else if (c == '"') {
            m_inString = true;
        } else if (c == '[' || c == '{') {
            ++m_depth;
        } else if (c == ']' || c == '}') {
            if (m_depth == 0)
                return true;
            --m_depth;
        } else if (c == ',' && m_depth == 0) {
            return true;
        }
        if (m_text.size() <= m_limits.maxEntryBytes)
            m_text += c;
        return false;
    }

    void begin(State state, char c)
    {
        m_state = state;
        m_text.clear();
        m_begin = m_line;
        m_depth = 0;
        m_inString = m_escaped = false;
        collect(c);
    }

    Status step(char c)
    {
        if (isBlank(c) && m_state != State::Key && m_state != State::Member && m_state != State::ItemText)
            return Done{};
        switch (m_state) {
        case State::Start:
            if (m_line == 1 && m_bom < 3 && c == "\xef\xbb\xbf"[m_bom]) {
                ++m_bom;
                return Done{};
            }
            m_state = State::FirstKey;
            return c == '{' ? Status(Done{}) : unexpected(c);
        case State::FirstKey:
            if (c == '}' && !m_needsMember) {
                m_state = State::End;
                return Done{};
            }
            if (c != '"')
                return unexpected(c);
            begin(State::Key, c);
            return Done{};
        case State::Key:
            collect(c);
            if (!m_inString) {
                m_key = Json::parse(m_text).valueOr({}).toString();
                m_state = State::Colon;
            }
            return Done{};
        case State::Colon:
            m_state = State::Value;
            return c == ':' ? Status(Done{}) : unexpected(c);
        case State::Value:
            if (m_key != QLatin1String("names")) {
                begin(State::Member, c);
                return Done{};
            }
            m_state = State::FirstItem;
            if (c != '[' || m_hasNames)
                return formError(QStringLiteral("\"names\" must be one list"), m_line);
            m_hasNames = true;
            return Done{};
        case State::Member:
            return collect(c) ? member(c) : Done{};
        case State::FirstItem:
        case State::Item:
            if (c == ']' && m_state == State::FirstItem)
                return afterValue(',', true);
            if (c == ',' || c == ']' || c == '}')
                return unexpected(c);
            begin(State::ItemText, c);
            return Done{};
        case State::ItemText:
            return collect(c) ? item(c) : Done{};
        case State::End:
            // Behind the list there may be more members.
            if (m_isOpen && (c == ',' || c == '}'))
                return afterValue(c, false);
            return unexpected(c);
        }
        return Done{};
    }

    /// Behind a member of the object. \param isList the list has just ended, what follows it has not come.
    Status afterValue(char c, bool isList)
    {
        m_isOpen = isList;
        m_needsMember = c == ',';
        m_state = isList || c == '}' ? State::End : State::FirstKey;
        return Done{};
    }

    Status member(char c)
    {
        if (c == ']')
            return unexpected(c);
        const auto value = Json::parse(m_text, kMemberDepth);
        if (!value || m_text.size() > m_limits.maxEntryBytes)
            return formError(QStringLiteral("\"%1\" is no JSON").arg(m_key.left(40)), m_begin);
        if (m_key == QLatin1String("format"))
            m_format = value->toString();
        else if (m_key == QLatin1String("version"))
            m_version = value->toInteger();
        return afterValue(c, false);
    }

    Status item(char c)
    {
        if (c == '}')
            return unexpected(c);
        NameFileRow row;
        row.line = m_begin;
        if (m_text.size() > m_limits.maxEntryBytes)
            row.problem = tooLong();
        else if (const auto json = Json::parse(m_text.trimmed(), m_limits.maxDepth))
            read(row, *json);
        else
            row.problem = json.error().what;
        if (Status given = give(std::move(row)); !given)
            return given;
        m_state = State::Item;
        return c == ']' ? afterValue(',', true) : Done{};
    }

    void read(NameFileRow &row, const Json &json) const
    {
        if (!json.isObject()) {
            row.problem = QStringLiteral("no object");
            return;
        }
        row.registration.name = json.value(u"name").toString();
        row.registration.uri = json.value(u"uri").toString();
        row.registration.isGroup = json.value(u"group").toBool();
        if (row.registration.name.isEmpty())
            row.problem = QStringLiteral("no \"name\"");
        else if (row.registration.isGroup == !row.registration.uri.isEmpty())
            row.problem = row.registration.isGroup ? QStringLiteral("a group with a \"uri\"")
                                                   : QStringLiteral("no \"uri\"");
        else if (json.contains(u"meta"))
            readMeta(row, json.value(u"meta"));
    }

    State m_state = State::Start;
    int m_bom = 0;
    QByteArray m_text; ///< key, member or item that is being collected
    qint64 m_begin = 1;
    int m_depth = 0;
    bool m_inString = false;
    bool m_escaped = false;
    bool m_isOpen = false; ///< in End: the object itself has not ended
    bool m_needsMember = false;
    bool m_hasNames = false;
    QString m_key;
    QString m_format;
    qint64 m_version = 0;
};

} // namespace

QByteArray jsonLine(const Registration &one)
{
    Json json = Json::object();
    json.set(QStringLiteral("name"), one.name);
    if (one.isGroup)
        json.set(QStringLiteral("group"), true);
    else
        json.set(QStringLiteral("uri"), one.uri);
    if (!one.meta.isNone())
        json.set(QStringLiteral("meta"), metaJson(one.meta));
    return json.toText();
}

std::unique_ptr<NameFileReader::Parser> makeJsonNames(NameFileReader::Take take, const NameFileLimits &limits)
{
    return std::make_unique<JsonNames>(std::move(take), limits);
}

} // namespace pyrolens
