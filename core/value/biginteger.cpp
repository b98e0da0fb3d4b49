// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "biginteger.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pyrolens::detail {

namespace {

using Limbs = std::vector<quint32>; // magnitude, least significant first

constexpr quint32 kBillion = 1'000'000'000;
constexpr double kDigitsPerBit = 0.30102999566398120;

bool isNegative(QByteArrayView bytes)
{
    return !bytes.isEmpty() && (static_cast<quint8>(bytes.back()) & 0x80);
}

void trim(Limbs &limbs)
{
    while (!limbs.empty() && limbs.back() == 0)
        limbs.pop_back();
}

Limbs magnitude(QByteArrayView bytes)
{
    const bool negative = isNegative(bytes);
    Limbs limbs(size_t(bytes.size() + 3) / 4, 0);
    quint32 carry = negative ? 1 : 0;
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        quint32 byte = static_cast<quint8>(bytes[i]);
        if (negative) {
            byte = (~byte & 0xffu) + carry;
            carry = byte >> 8;
            byte &= 0xffu;
        }
        limbs[size_t(i / 4)] |= byte << (8 * (i % 4));
    }
    // Only -2^(8n-1) keeps its carry inside, so none is lost here.
    trim(limbs);
    return limbs;
}

QByteArray toBytes(const Limbs &limbs, bool negative)
{
    QByteArray bytes(qsizetype(limbs.size()) * 4 + 1, '\0');
    for (size_t i = 0; i < limbs.size(); ++i) {
        for (size_t j = 0; j < 4; ++j)
            bytes[qsizetype(i * 4 + j)] = char(limbs[i] >> (8 * j) & 0xffu);
    }
    if (negative) {
        quint32 carry = 1;
        for (char &c : bytes) {
            const quint32 byte = (~quint32(static_cast<quint8>(c)) & 0xffu) + carry;
            carry = byte >> 8;
            c = char(byte & 0xffu);
        }
    }
    bytes.resize(minimalInteger(bytes).size());
    return bytes;
}

void multiplyAdd(Limbs &limbs, quint32 factor, quint32 addend)
{
    quint64 carry = addend;
    for (quint32 &limb : limbs) {
        carry += quint64(limb) * factor;
        limb = quint32(carry);
        carry >>= 32;
    }
    if (carry)
        limbs.push_back(quint32(carry));
}

quint32 divide(Limbs &limbs, quint32 divisor)
{
    quint64 rest = 0;
    for (auto it = limbs.rbegin(); it != limbs.rend(); ++it) {
        rest = (rest << 32) | *it;
        *it = quint32(rest / divisor);
        rest %= divisor;
    }
    trim(limbs);
    return quint32(rest);
}

quint32 digitValue(char c)
{
    if (c >= '0' && c <= '9')
        return quint32(c - '0');
    return quint32((c | 0x20) - 'a' + 10);
}

} // namespace

QByteArrayView minimalInteger(QByteArrayView bytes)
{
    qsizetype size = bytes.size();
    while (size > 0) {
        const quint8 top = static_cast<quint8>(bytes[size - 1]);
        const bool belowNegative = size > 1 && (static_cast<quint8>(bytes[size - 2]) & 0x80);
        if ((top == 0x00 && !belowNegative) || (top == 0xff && belowNegative))
            --size;
        else
            break;
    }
    return bytes.first(size);
}

std::optional<qint64> toInt64(QByteArrayView minimal)
{
    if (minimal.size() > 8)
        return std::nullopt;
    quint64 value = isNegative(minimal) ? ~quint64(0) : 0;
    for (qsizetype i = minimal.size(); i-- > 0;)
        value = (value << 8) | static_cast<quint8>(minimal[i]);
    return qint64(value);
}

QByteArray integerBytesOf(qint64 value)
{
    char bytes[8];
    for (int i = 0; i < 8; ++i)
        bytes[i] = char((quint64(value) >> (8 * i)) & 0xffu);
    return minimalInteger(QByteArrayView(bytes, 8)).toByteArray();
}

QByteArray integerBytesOf(double integral)
{
    int exponent = 0;
    const double fraction = std::frexp(std::fabs(integral), &exponent);
    // 53 bits of fraction as an integer, then shifted to its place.
    quint64 mantissa = quint64(std::ldexp(fraction, 53));
    int shift = exponent - 53;
    if (shift < 0) {
        mantissa = shift <= -64 ? 0 : mantissa >> -shift;
        shift = 0;
    }
    Limbs limbs(size_t(shift / 32), 0);
    const int bits = shift % 32;
    limbs.push_back(quint32(mantissa << bits));
    limbs.push_back(quint32((mantissa << bits) >> 32));
    limbs.push_back(bits == 0 ? 0 : quint32(mantissa >> (64 - bits)));
    trim(limbs);
    return toBytes(limbs, integral < 0);
}

QByteArray integerFromDigits(QByteArrayView digits, int base, bool isNegativeNumber)
{
    Limbs limbs;
    if (base == 10) {
        limbs.reserve(size_t(digits.size() / 9 + 1));
        for (qsizetype i = 0; i < digits.size();) {
            quint32 chunk = 0;
            quint32 factor = 1;
            for (int n = 0; n < 9 && i < digits.size(); ++n, ++i) {
                chunk = chunk * 10 + digitValue(digits[i]);
                factor *= 10;
            }
            multiplyAdd(limbs, factor, chunk);
        }
    } else {
        // A power of two: digits are bits, so this stays linear.
        const int width = base == 16 ? 4 : base == 8 ? 3 : 1;
        limbs.assign(size_t(digits.size() * width / 32 + 1), 0);
        qsizetype bit = 0;
        for (qsizetype i = digits.size(); i-- > 0; bit += width) {
            const quint64 placed = quint64(digitValue(digits[i])) << (bit % 32);
            limbs[size_t(bit / 32)] |= quint32(placed);
            if (placed >> 32)
                limbs[size_t(bit / 32 + 1)] |= quint32(placed >> 32);
        }
    }
    trim(limbs);
    return toBytes(limbs, isNegativeNumber);
}

std::optional<QByteArray> integerToDecimal(QByteArrayView minimal, int maxDigits)
{
    // A number of n bits has at least this many digits; then no work is done that grows with its square.
    const double leastDigits
        = std::floor(double(std::max<qsizetype>(0, minimal.size() * 8 - 9)) * kDigitsPerBit);
    if (leastDigits > double(maxDigits))
        return std::nullopt;
    Limbs limbs = magnitude(minimal);
    if (limbs.empty())
        return maxDigits >= 1 ? std::optional(QByteArray("0")) : std::nullopt;
    QByteArray reversed;
    while (!limbs.empty()) {
        quint32 chunk = divide(limbs, kBillion);
        for (int i = 0; i < 9 && (chunk > 0 || !limbs.empty()); ++i) {
            reversed += char('0' + chunk % 10);
            chunk /= 10;
        }
    }
    if (reversed.size() > maxDigits)
        return std::nullopt;
    if (isNegative(minimal))
        reversed += '-';
    std::reverse(reversed.begin(), reversed.end());
    return reversed;
}

} // namespace pyrolens::detail
