// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "numbertext.h"

#include <QString>

#include <charconv>
#include <cmath>
#include <limits>

namespace pyrolens::detail {

QByteArray floatText(double value)
{
    if (std::isnan(value))
        return "nan";
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    char buffer[64];
    const auto made = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    const QByteArrayView text(buffer, made.ptr - buffer);
    // d.ddde[+-]xx
    const qsizetype mark = text.lastIndexOf('e');
    const int exponent = text.sliced(mark + 1).toByteArray().toInt();
    QByteArray out;
    QByteArray digits;
    for (const char c : text.first(mark)) {
        if (c == '-')
            out += '-';
        else if (c != '.')
            digits += c;
    }
    if (exponent < -4 || exponent >= 16) {
        out += digits.first(1);
        if (digits.size() > 1)
            out += '.' + digits.sliced(1);
        out += 'e';
        out += exponent < 0 ? '-' : '+';
        const QByteArray power = QByteArray::number(std::abs(exponent));
        if (power.size() < 2)
            out += '0';
        out += power;
    } else if (exponent < 0) {
        out += "0." + QByteArray(-exponent - 1, '0') + digits;
    } else if (digits.size() <= exponent + 1) {
        out += digits + QByteArray(exponent + 1 - digits.size(), '0') + ".0";
    } else {
        out += digits.first(exponent + 1) + '.' + digits.sliced(exponent + 1);
    }
    return out;
}

namespace {

/// Whether a number outside of the range of double is above it and not below.
bool isTooLarge(QByteArrayView digits)
{
    qint64 exponent = 0; // of the first digit that is not zero
    bool behindPoint = false;
    bool begun = false;
    for (qsizetype i = 0; i < digits.size(); ++i) {
        const char c = digits[i];
        if (c == '.') {
            behindPoint = true;
        } else if (c == 'e' || c == 'E') {
            const bool isNegative = digits.sliced(i + 1).startsWith('-');
            // More digits than this leave no doubt, whatever stands before them.
            const qint64 power = digits.size() - i > 12
                ? 1'000'000'000'000
                : std::abs(digits.sliced(i + 1).toByteArray().toLongLong());
            return exponent + (isNegative ? -power : power) > 0;
        } else {
            begun = begun || c != '0';
            if (begun && !behindPoint)
                ++exponent;
            else if (!begun && behindPoint)
                --exponent;
        }
    }
    return exponent > 0;
}

} // namespace

std::optional<double> floatFromText(QByteArrayView text)
{
    const bool isNegative = text.startsWith('-');
    const QByteArrayView bare = isNegative || text.startsWith('+') ? text.sliced(1) : text;
    if (bare.isEmpty())
        return std::nullopt;
    double value = 0;
    if (bare == "inf") {
        value = std::numeric_limits<double>::infinity();
    } else if (bare == "nan") {
        value = std::numeric_limits<double>::quiet_NaN();
    } else {
        // from_chars would take "infinity" and "nan(x)" as well.
        if (bare.front() != '.' && (bare.front() < '0' || bare.front() > '9'))
            return std::nullopt;
        const auto read = std::from_chars(bare.data(), bare.data() + bare.size(), value);
        if (read.ptr != bare.data() + bare.size())
            return std::nullopt;
        if (read.ec == std::errc::result_out_of_range) {
            value = isTooLarge(bare) ? std::numeric_limits<double>::infinity() : 0;
        } else if (read.ec != std::errc()) {
            return std::nullopt;
        }
    }
    return isNegative ? -value : value;
}

} // namespace pyrolens::detail
