// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "json.h"

namespace pyrolens {

/// Writes with a heap stack of the containers begun.
class JsonWriter final
{
public:
    explicit JsonWriter(int indent) : m_indent(indent) { }

    QByteArray run(const Json &root)
    {
        begin(root);
        while (!m_open.empty()) {
            Level &level = m_open.back();
            const bool isObject = level.json->isObject();
            const size_t size = isObject ? level.json->members().size() : level.json->items().size();
            if (level.next == size) {
                m_open.pop_back();
                newLine();
                m_out += isObject ? '}' : ']';
                continue;
            }
            if (level.next > 0)
                m_out += ',';
            newLine();
            const size_t index = level.next++;
            if (isObject) {
                const Json::Member &member = level.json->members()[index];
                appendString(member.first);
                m_out += m_indent > 0 ? ": " : ":";
                begin(member.second);
            } else {
                begin(level.json->items()[index]);
            }
        }
        return std::move(m_out);
    }

private:
    struct Level
    {
        const Json *json = nullptr;
        size_t next = 0;
    };

    void begin(const Json &json)
    {
        switch (json.type()) {
        case Json::Type::Null:
            m_out += "null";
            break;
        case Json::Type::Bool:
            m_out += json.toBool() ? "true" : "false";
            break;
        case Json::Type::Number:
            m_out += std::get_if<Json::Number>(&json.m_data)->text;
            break;
        case Json::Type::String:
            appendString(*std::get_if<QString>(&json.m_data));
            break;
        case Json::Type::Array:
            open(json, json.items().empty() ? "[]" : "[", json.items().empty());
            break;
        case Json::Type::Object:
            open(json, json.members().empty() ? "{}" : "{", json.members().empty());
            break;
        }
    }

    void open(const Json &json, const char *text, bool isEmpty)
    {
        m_out += text;
        if (!isEmpty)
            m_open.push_back({&json, 0});
    }

    void newLine()
    {
        if (m_indent <= 0)
            return;
        m_out += '\n';
        m_out.append(qsizetype(m_open.size()) * m_indent, ' ');
    }

    void appendUnit(char16_t unit)
    {
        static const char digits[] = "0123456789abcdef";
        const char text[] = {'\\', 'u', digits[unit >> 12], digits[(unit >> 8) & 15],
            digits[(unit >> 4) & 15], digits[unit & 15]};
        m_out.append(text, sizeof text);
    }

    void appendUtf8(char32_t c)
    {
        if (c < 0x80) {
            m_out += char(c);
        } else if (c < 0x800) {
            m_out += char(0xc0 | (c >> 6));
            m_out += char(0x80 | (c & 0x3f));
        } else if (c < 0x10000) {
            m_out += char(0xe0 | (c >> 12));
            m_out += char(0x80 | ((c >> 6) & 0x3f));
            m_out += char(0x80 | (c & 0x3f));
        } else {
            m_out += char(0xf0 | (c >> 18));
            m_out += char(0x80 | ((c >> 12) & 0x3f));
            m_out += char(0x80 | ((c >> 6) & 0x3f));
            m_out += char(0x80 | (c & 0x3f));
        }
    }

    void appendString(const QString &text)
    {
        m_out += '"';
        for (qsizetype i = 0; i < text.size(); ++i) {
            const char16_t c = text[i].unicode();
            if (c == u'"' || c == u'\\') {
                m_out += '\\';
                m_out += char(c);
            } else if (c == u'\n') {
                m_out += "\\n";
            } else if (c == u'\r') {
                m_out += "\\r";
            } else if (c == u'\t') {
                m_out += "\\t";
            } else if (c < 0x20 || c == 0x7f || c == 0x2028 || c == 0x2029) {
                appendUnit(c);
            } else if (!QChar::isSurrogate(c)) {
                appendUtf8(c);
            } else if (QChar::isHighSurrogate(c) && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
                appendUtf8(QChar::surrogateToUcs4(c, text[++i].unicode()));
            } else {
                appendUnit(c);
            }
        }
        m_out += '"';
    }

    int m_indent;
    QByteArray m_out;
    std::vector<Level> m_open;
};

QByteArray Json::toText(int indent) const
{
    return JsonWriter(indent).run(*this);
}

} // namespace pyrolens
