// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "extensions_p.h"

#include <QDateTime>
#include <QtEndian>

#include <bit>
#include <cmath>

namespace pyrolens::msgpack {

namespace {

using Kind = Value::Kind;

constexpr qint64 kLastDay = 3'652'059; ///< 9999-12-31
constexpr qint64 kMicros = 1'000'000;

double doubleAt(QByteArrayView bytes, qsizetype offset)
{
    return std::bit_cast<double>(qFromLittleEndian<qint64>(bytes.data() + offset));
}

void appendDouble(QByteArray &out, double value)
{
    char bytes[sizeof value];
    qToLittleEndian(std::bit_cast<qint64>(value), bytes);
    out.append(bytes, qsizetype(sizeof bytes));
}

Error bad(const QString &what)
{
    return Error::protocol(QStringLiteral("msgpack: ") + what, QStringLiteral("value.msgpack"));
}

/// As datetime.fromtimestamp(): microseconds are rounded half to even.
Result<Value> dateTimeFrom(double seconds)
{
    constexpr double kMostSeconds = 1e12; // far beyond the year 9999
    if (!std::isfinite(seconds) || std::abs(seconds) > kMostSeconds)
        return bad(QStringLiteral("time stamp out of range"));
    double whole = std::floor(seconds);
    double micros = std::nearbyint((seconds - whole) * double(kMicros));
    if (micros >= double(kMicros)) {
        whole += 1;
        micros = 0;
    }
    const QDateTime local = QDateTime::fromSecsSinceEpoch(qint64(whole), Qt::LocalTime);
    if (!local.isValid() || local.date().year() < 1 || local.date().year() > 9'999)
        return bad(QStringLiteral("time stamp out of range"));
    QByteArray text = local.toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss")).toLatin1();
    if (micros > 0)
        text += '.' + QByteArray::number(qint64(micros)).rightJustified(6, '0');
    return Value::dateTime(text);
}

/// Seconds of ISO text without a zone; nothing for one with it.
std::optional<double> timestampOf(QByteArrayView iso)
{
    constexpr qsizetype kToSeconds = 19; // 2020-02-29T12:34:56
    if (iso.size() < kToSeconds)
        return std::nullopt;
    const QByteArrayView rest = iso.sliced(kToSeconds);
    qint64 micros = 0;
    if (!rest.isEmpty()) {
        bool good = rest.size() == 7 && rest.front() == '.';
        if (good)
            micros = rest.sliced(1).toByteArray().toLongLong(&good);
        if (!good)
            return std::nullopt;
    }
    QString text = QString::fromLatin1(iso.first(kToSeconds));
    text[10] = u'T';
    const QDateTime local = QDateTime::fromString(text, QStringLiteral("yyyy-MM-ddTHH:mm:ss"));
    if (!local.isValid())
        return std::nullopt;
    return double(local.toSecsSinceEpoch()) + double(micros) / double(kMicros);
}

Result<Value> dateFrom(qint64 day)
{
    if (day < 1 || day > kLastDay)
        return bad(QStringLiteral("date out of range"));
    return Value::date(QDate(1, 1, 1).addDays(day - 1).toString(QStringLiteral("yyyy-MM-dd")).toLatin1());
}

} // namespace

Result<Value> fromExtension(int code, QByteArrayView content, const Limits &limits)
{
    switch (code) {
    case kComplex:
        if (content.size() != 16)
            return bad(QStringLiteral("a complex number of %1 bytes").arg(content.size()));
        return Value::complex(doubleAt(content, 0), doubleAt(content, 8));
    case kInteger: {
        const auto value = Value::integerFromText(
            content.startsWith('+') ? content.sliced(1) : content, Kind::Int, limits.maxIntegerDigits);
        return value ? Result<Value>(*value) : bad(QStringLiteral("bad integer"));
    }
    case kDateTime:
        if (content.size() != 8)
            return bad(QStringLiteral("a datetime of %1 bytes").arg(content.size()));
        return dateTimeFrom(doubleAt(content, 0));
    case kDate:
        if (content.size() == 8)
            return dateFrom(qFromLittleEndian<qint64>(content.data()));
        if (content.size() == 4)
            return dateFrom(qFromLittleEndian<qint32>(content.data()));
        return bad(QStringLiteral("a date of %1 bytes").arg(content.size()));
    default:
        return bad(QStringLiteral("invalid ext code for msgpack: %1").arg(code));
    }
}

std::optional<Extension> toExtension(const Value &value, const Limits &limits)
{
    Extension out;
    switch (value.kind()) {
    case Kind::Complex: {
        const auto [re, im] = *value.asComplex();
        out.code = kComplex;
        appendDouble(out.content, re);
        appendDouble(out.content, im);
        return out;
    }
    case Kind::Int:
    case Kind::Long: {
        const auto digits = value.integerText(limits.maxIntegerDigits);
        if (!digits)
            return std::nullopt;
        out.code = kInteger;
        out.content = *digits;
        return out;
    }
    case Kind::DateTime: {
        const auto seconds = timestampOf(value.rawBytes());
        if (!seconds)
            return std::nullopt;
        out.code = kDateTime;
        appendDouble(out.content, *seconds);
        return out;
    }
    case Kind::Date: {
        const QDate date
            = QDate::fromString(QString::fromLatin1(value.rawBytes()), QStringLiteral("yyyy-MM-dd"));
        if (!date.isValid())
            return std::nullopt;
        char bytes[8];
        qToLittleEndian<qint64>(QDate(1, 1, 1).daysTo(date) + 1, bytes);
        out.code = kDate;
        out.content = QByteArray(bytes, qsizetype(sizeof bytes));
        return out;
    }
    default:
        return std::nullopt;
    }
}

} // namespace pyrolens::msgpack
