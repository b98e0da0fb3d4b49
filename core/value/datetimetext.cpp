// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "datetimetext_p.h"

#include <QDate>
#include <QString>

namespace pyrolens::detail {

namespace {

QByteArray padded(qint64 number, int width)
{
    return QByteArray::number(number).rightJustified(width, '0');
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Takes a fixed number of digits off the front.
std::optional<int> takeDigits(QByteArrayView &text, qsizetype count)
{
    if (text.size() < count)
        return std::nullopt;
    int value = 0;
    for (const char c : text.first(count)) {
        if (!isDigit(c))
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text = text.sliced(count);
    return value;
}

bool takeChar(QByteArrayView &text, char c)
{
    if (!text.startsWith(c))
        return false;
    text = text.sliced(1);
    return true;
}

bool takeDate(QByteArrayView &text, std::vector<int> &out)
{
    const auto year = takeDigits(text, 4);
    const auto month = takeChar(text, '-') ? takeDigits(text, 2) : std::nullopt;
    const auto day = month && takeChar(text, '-') ? takeDigits(text, 2) : std::nullopt;
    if (!year || !day || *year < 1 || !QDate::isValid(*year, *month, *day))
        return false;
    out.insert(out.end(), {*year, *month, *day});
    return true;
}

bool takeTime(QByteArrayView &text, std::vector<int> &out)
{
    const auto hour = takeDigits(text, 2);
    const auto minute = hour && takeChar(text, ':') ? takeDigits(text, 2) : std::nullopt;
    if (!minute || *hour > 23 || *minute > 59)
        return false;
    out.insert(out.end(), {*hour, *minute});
    if (!takeChar(text, ':'))
        return true;
    const auto second = takeDigits(text, 2);
    if (!second || *second > 59)
        return false;
    out.push_back(*second);
    if (!takeChar(text, '.'))
        return true;
    // Python writes three or six digits; it reads any number since 3.11.
    int micros = 0;
    int count = 0;
    while (!text.isEmpty() && isDigit(text.front()) && count < 9) {
        if (count < 6)
            micros = micros * 10 + (text.front() - '0');
        ++count;
        text = text.sliced(1);
    }
    for (int i = count; i < 6; ++i)
        micros *= 10;
    out.push_back(micros);
    return count > 0;
}

bool takeZone(QByteArrayView &text)
{
    if (takeChar(text, 'Z'))
        return true;
    if (!takeChar(text, '+') && !takeChar(text, '-'))
        return true;
    std::vector<int> offset;
    return takeTime(text, offset);
}

} // namespace

std::optional<QByteArray> isoDate(qint64 year, qint64 month, qint64 day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31
        || !QDate::isValid(int(year), int(month), int(day)))
        return std::nullopt;
    return padded(year, 4) + '-' + padded(month, 2) + '-' + padded(day, 2);
}

std::optional<QByteArray> isoTime(qint64 hour, qint64 minute, qint64 second, qint64 microsecond)
{
    const auto isBelow = [](qint64 value, qint64 end) { return value >= 0 && value < end; };
    if (!isBelow(hour, 24) || !isBelow(minute, 60) || !isBelow(second, 60)
        || !isBelow(microsecond, 1'000'000))
        return std::nullopt;
    QByteArray text = padded(hour, 2) + ':' + padded(minute, 2) + ':' + padded(second, 2);
    if (microsecond != 0)
        text += '.' + padded(microsecond, 6);
    return text;
}

bool isIsoDate(QByteArrayView text)
{
    std::vector<int> parts;
    return takeDate(text, parts) && text.isEmpty();
}

bool isIsoTime(QByteArrayView text)
{
    std::vector<int> parts;
    return takeTime(text, parts) && takeZone(text) && text.isEmpty();
}

bool isIsoDateTime(QByteArrayView text)
{
    std::vector<int> parts;
    return takeDate(text, parts) && (takeChar(text, 'T') || takeChar(text, ' ')) && takeTime(text, parts)
        && takeZone(text) && text.isEmpty();
}

bool isDecimalText(QByteArrayView text)
{
    const QByteArray bare = text.toByteArray().trimmed().toLower();
    QByteArrayView rest = bare;
    if (!takeChar(rest, '-'))
        takeChar(rest, '+');
    if (rest == "inf" || rest == "infinity")
        return true;
    if (rest.startsWith("nan") || rest.startsWith("snan")) {
        rest = rest.sliced(rest.startsWith('s') ? 4 : 3);
        while (!rest.isEmpty() && isDigit(rest.front()))
            rest = rest.sliced(1);
        return rest.isEmpty();
    }
    qsizetype count = 0;
    const auto takeAll = [&rest, &count] {
        for (; !rest.isEmpty() && isDigit(rest.front()); ++count)
            rest = rest.sliced(1);
    };
    takeAll();
    if (takeChar(rest, '.'))
        takeAll();
    if (count == 0)
        return false;
    if (takeChar(rest, 'e')) {
        if (!takeChar(rest, '-'))
            takeChar(rest, '+');
        count = 0;
        takeAll();
    }
    return count > 0 && rest.isEmpty();
}

std::vector<int> isoNumbers(QByteArrayView text)
{
    QByteArrayView rest = text;
    std::vector<int> parts;
    QByteArray again;
    if (takeDate(rest, parts)) {
        again = *isoDate(parts[0], parts[1], parts[2]);
        if (takeChar(rest, 'T'))
            again += 'T';
    } else {
        rest = text;
        parts.clear();
    }
    if (!rest.isEmpty()) {
        const size_t first = parts.size();
        if (!takeTime(rest, parts) || !rest.isEmpty())
            return {};
        const size_t count = parts.size() - first;
        again += *isoTime(parts[first], parts[first + 1], count > 2 ? parts[first + 2] : 0,
            count > 3 ? parts[first + 3] : 0);
    }
    return again == text ? parts : std::vector<int>();
}

} // namespace pyrolens::detail
