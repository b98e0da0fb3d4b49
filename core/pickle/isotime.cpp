// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "isotime_p.h"

namespace pyrolens::pickle {

namespace {

/// Takes exactly what isoformat() writes.
class IsoReader
{
public:
    explicit IsoReader(QByteArrayView text) : m_text(text) { }

    bool atEnd() const { return m_at == m_text.size(); }
    char peek() const { return atEnd() ? '\0' : m_text[m_at]; }
    bool take(char c)
    {
        if (peek() != c)
            return false;
        ++m_at;
        return true;
    }
    /// A number of exactly `digits` digits from `low` to `high`.
    bool number(int digits, int low, int high, int &value)
    {
        value = 0;
        for (int i = 0; i < digits; ++i) {
            const char c = peek();
            if (c < '0' || c > '9')
                return false;
            value = value * 10 + (c - '0');
            ++m_at;
        }
        return value >= low && value <= high;
    }
    bool fraction(int &microseconds) { return take('.') ? number(6, 0, 999'999, microseconds) : true; }

private:
    QByteArrayView m_text;
    qsizetype m_at = 0;
};

int daysInMonth(int year, int month)
{
    static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[month - 1];
}

bool readDate(IsoReader &in, QByteArray &out)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!in.number(4, 1, 9999, year) || !in.take('-') || !in.number(2, 1, 12, month) || !in.take('-')
        || !in.number(2, 1, daysInMonth(year, month), day))
        return false;
    out += char(uchar(year >> 8));
    out += char(uchar(year & 0xff));
    out += char(uchar(month));
    out += char(uchar(day));
    return true;
}

bool readClock(IsoReader &in, QByteArray &out)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    int micro = 0;
    if (!in.number(2, 0, 23, hour) || !in.take(':') || !in.number(2, 0, 59, minute) || !in.take(':')
        || !in.number(2, 0, 59, second) || !in.fraction(micro))
        return false;
    for (const int part : {hour, minute, second, micro >> 16, micro >> 8 & 0xff, micro & 0xff})
        out += char(uchar(part));
    return true;
}

/// A zone as timedelta normalises it: seconds and microseconds never negative.
bool readZone(IsoReader &in, std::optional<UtcOffset> &out)
{
    if (in.atEnd())
        return true;
    const bool negative = in.peek() == '-';
    if (!in.take('+') && !in.take('-'))
        return false;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int micro = 0;
    if (!in.number(2, 0, 23, hour) || !in.take(':') || !in.number(2, 0, 59, minute))
        return false;
    if (in.take(':') && (!in.number(2, 0, 59, second) || !in.fraction(micro)))
        return false;
    constexpr qint64 kSecond = 1'000'000;
    constexpr qint64 kDay = 86'400 * kSecond;
    qint64 total = (qint64(hour) * 3600 + minute * 60 + second) * kSecond + micro;
    UtcOffset offset;
    if (negative && total != 0) {
        offset.days = -1;
        total = kDay - total;
    }
    offset.seconds = total / kSecond;
    offset.microseconds = total % kSecond;
    out = offset;
    return in.atEnd();
}

} // namespace

std::optional<PackedTime> packDateTime(QByteArrayView iso)
{
    IsoReader in(iso);
    PackedTime packed;
    if (!readDate(in, packed.bytes) || !(in.take('T') || in.take(' ')) || !readClock(in, packed.bytes)
        || !readZone(in, packed.offset))
        return std::nullopt;
    return packed;
}

std::optional<PackedTime> packDate(QByteArrayView iso)
{
    IsoReader in(iso);
    PackedTime packed;
    if (!readDate(in, packed.bytes) || !in.atEnd())
        return std::nullopt;
    return packed;
}

std::optional<PackedTime> packTime(QByteArrayView iso)
{
    IsoReader in(iso);
    PackedTime packed;
    if (!readClock(in, packed.bytes) || !readZone(in, packed.offset))
        return std::nullopt;
    return packed;
}

} // namespace pyrolens::pickle
