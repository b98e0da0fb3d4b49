// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "plaintext.h"

#include <QCoreApplication>
#include <QLocale>

namespace pyrolens {

namespace {

void appendVisible(QString &out, char32_t character)
{
    if (character < 0x20) {
        out += QChar(char16_t(0x2400 + character));
    } else if (character == 0x7f) {
        out += QChar(u'\u2421');
    } else {
        out += QLatin1String("<U+");
        out += QString::number(character, 16).toUpper().rightJustified(4, u'0');
        out += u'>';
    }
}

QString convert(QStringView text, qsizetype maxChars, bool keepLines)
{
    const bool cut = maxChars >= 0 && text.size() > maxChars;
    if (cut)
        text = text.left(maxChars);
    QString out;
    out.reserve(text.size() + 8);
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar unit = text[i];
        char32_t character = unit.unicode();
        if (unit.isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate()) {
            character = QChar::surrogateToUcs4(unit, text[i + 1]);
            if (!isInvisible(character)) {
                out += unit;
                out += text[i + 1];
            } else {
                appendVisible(out, character);
            }
            ++i;
            continue;
        }
        if (keepLines && (unit == u'\n' || unit == u'\t'))
            out += unit;
        else if (isInvisible(character))
            appendVisible(out, character);
        else
            out += unit;
    }
    if (cut)
        out += QChar(u'\u2026');
    return out;
}

} // namespace

bool isInvisible(char32_t c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        return true;
    if (c < 0xad)
        return false;
    return c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2060 && c <= 0x206f) || (c >= 0xd800 && c <= 0xdfff) || c == 0xfeff
        || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

QString visibleText(QStringView text, qsizetype maxChars)
{
    return convert(text, maxChars, false);
}

QString visibleLines(QStringView text, qsizetype maxChars)
{
    return convert(text, maxChars, true);
}

QString sizeText(qint64 bytes)
{
    const QLocale locale;
    if (bytes < 1'000)
        return QCoreApplication::translate("Units", "%1 B", "bytes").arg(locale.toString(bytes));
    if (bytes < 1'000'000)
        return QCoreApplication::translate("Units", "%1 KB", "kilobytes")
            .arg(locale.toString(double(bytes) / 1e3, 'f', bytes < 100'000 ? 1 : 0));
    return QCoreApplication::translate("Units", "%1 MB", "megabytes")
        .arg(locale.toString(double(bytes) / 1e6, 'f', 1));
}

QString durationText(qint64 nanoseconds)
{
    const QLocale locale;
    const double us = double(nanoseconds) / 1e3;
    if (us < 1'000)
        return QCoreApplication::translate("Units", "%1 \u00b5s", "microseconds")
            .arg(locale.toString(us, 'f', 0));
    if (us < 1'000'000)
        return QCoreApplication::translate("Units", "%1 ms", "milliseconds")
            .arg(locale.toString(us / 1e3, 'f', us < 100'000 ? 1 : 0));
    return QCoreApplication::translate("Units", "%1 s", "seconds").arg(locale.toString(us / 1e6, 'f', 2));
}

} // namespace pyrolens
