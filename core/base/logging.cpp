// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "logging.h"

#include <QString>

namespace pyrolens::logging {

Q_LOGGING_CATEGORY(transport, "pyrolens.transport", QtWarningMsg)
Q_LOGGING_CATEGORY(client, "pyrolens.client", QtWarningMsg)
Q_LOGGING_CATEGORY(server, "pyrolens.server", QtWarningMsg)
Q_LOGGING_CATEGORY(naming, "pyrolens.naming", QtWarningMsg)
Q_LOGGING_CATEGORY(storage, "pyrolens.storage", QtWarningMsg)

namespace {

// What could end the line, change its direction or hide in it. Invisible characters count: two names that
// look alike must not look alike in a log.
bool isUnsafe(char16_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x00ad || c == 0x061c || (c >= 0x200b && c <= 0x200f)
        || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff
        || (c >= 0xfff9 && c <= 0xfffb);
}

void appendEscape(QString &out, char16_t c)
{
    const QString digits = QString::number(uint(c), 16);
    const qsizetype width = c < 0x100 ? 2 : 4;
    out += c < 0x100 ? QLatin1String("\\x") : QLatin1String("\\u");
    for (qsizetype i = digits.size(); i < width; ++i)
        out += QLatin1Char('0');
    out += digits;
}

} // namespace

namespace {

QString escape(QStringView text, qsizetype maxChars, bool escapesQuotes)
{
    QString out;
    const qsizetype end = qMin(text.size(), qMax<qsizetype>(0, maxChars));
    out.reserve(end + 8);
    for (qsizetype i = 0; i < end; ++i) {
        const QChar c = text[i];
        if (c.isHighSurrogate() && i + 1 < end && text[i + 1].isLowSurrogate()) {
            out += c;
            out += text[++i];
        } else if (isUnsafe(c.unicode()) || c.isSurrogate()) {
            appendEscape(out, c.unicode());
        } else {
            // The quote ends the field it stands in, the backslash would look like one of our escapes.
            if (escapesQuotes && (c == QLatin1Char('"') || c == QLatin1Char('\\')))
                out += QLatin1Char('\\');
            out += c;
        }
    }
    if (end < text.size())
        out += QChar(0x2026);
    return out;
}

} // namespace

QString escapeForLog(QStringView text, qsizetype maxChars)
{
    return escape(text, maxChars, true);
}

QString escapeForTerminal(QStringView text, qsizetype maxChars)
{
    return escape(text, maxChars, false);
}

} // namespace pyrolens::logging
