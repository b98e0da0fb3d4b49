// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/utf8.h>
#include <pyrolens/value/dialect.h>
#include <pyrolens/value/value.h>

#include <QRandomGenerator>

#include <limits>

namespace pyrolens::testing {

/// Which values a ValueGenerator makes.
struct ValueProfile
{
    Dialect dialect = Dialect::Python3;
    int maxDepth = 4;
    int maxItems = 5;
    bool bigIntegers = true;
    bool loneSurrogates = true;
    bool specialFloats = true; ///< nan, infinities, -0.0
    bool complexNumbers = true;
    bool sets = true;
    bool libraryTypes = true; ///< Decimal, Uuid, dates, Array
    bool instances = true;    ///< NewObj without arguments, state a dict
    bool references = true;   ///< URIs
};

/// Random values of every kind that the literal grammar has, the same for the same seed. Nothing Python could
/// not hold: keys and members of sets are hashable and differ.
class ValueGenerator final
{
public:
    explicit ValueGenerator(quint32 seed, ValueProfile profile = {}) : m_random(seed), m_profile(profile) { }

    Value next() { return make(m_profile.maxDepth, false); }
    Value hashable() { return make(m_profile.maxDepth, true); }
    /// A text with everything in it that is hard to print.
    QByteArray textBytes()
    {
        QByteArray out;
        const int size = below(8);
        for (int i = 0; i < size; ++i)
            utf8::append(out, codePoint());
        return out;
    }
    QByteArray rawBytes()
    {
        QByteArray out;
        const int size = below(8);
        for (int i = 0; i < size; ++i)
            out += char(below(3) == 0 ? below(256) : 32 + below(95));
        return out;
    }

private:
    int below(int end) { return m_random.bounded(end); }
    bool isPython2() const { return m_profile.dialect == Dialect::Python2; }

    char32_t codePoint()
    {
        static constexpr char32_t kHard[]
            = {U'\'', U'"', U'\\', 0, 0x1b, 0x7f, 0x85, 0xad, 0xe9, 0x20ac, 0x2028, 0x202e, 0x2066, 0xfeff,
                0xfffd, 0x1f600, U'$', 0x10ffff, U'\n', U'\r', 0x3000, 0xe000, 0x0301, 0x1d11e};
        const int choice = below(10);
        if (choice < 6)
            return char32_t(32 + below(95));
        if (choice == 6 && m_profile.loneSurrogates)
            return char32_t(0xd800 + below(0x800));
        return kHard[below(int(std::size(kHard)))];
    }

    qint64 integer()
    {
        switch (below(5)) {
        case 0:
            return below(10);
        case 1:
            return -below(1000);
        case 2:
            return std::numeric_limits<qint64>::min() + below(2);
        case 3:
            return std::numeric_limits<qint64>::max() - below(2);
        default:
            return qint64(m_random.generate64());
        }
    }

    double real()
    {
        static constexpr double kSpecial[]
            = {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                -std::numeric_limits<double>::infinity(), -0.0, 5e-324, 1.7976931348623157e308};
        switch (below(4)) {
        case 0:
            return below(100) / 4.0;
        case 1:
            return m_profile.specialFloats ? kSpecial[below(int(std::size(kSpecial)))] : 1e22;
        case 2:
            return -below(1000000) * 1e-9;
        default:
            return m_random.generateDouble() * 1e300;
        }
    }

    Value bigInteger()
    {
        QByteArray bytes;
        const int size = 9 + below(30);
        for (int i = 0; i < size; ++i)
            bytes += char(below(256));
        return Value::bigInteger(bytes, isPython2() ? Value::Kind::Long : Value::Kind::Int);
    }

    QByteArray twoDigits(int from, int count)
    {
        return QByteArray::number(from + below(count)).rightJustified(2, '0');
    }
    QByteArray dateText()
    {
        return QByteArray::number(1 + below(9999)).rightJustified(4, '0') + "-" + twoDigits(1, 12) + "-"
            + twoDigits(1, 28);
    }
    QByteArray timeText()
    {
        QByteArray text = twoDigits(0, 24) + ":" + twoDigits(0, 60) + ":" + twoDigits(0, 60);
        if (below(2) == 0)
            text += "." + QByteArray::number(1 + below(999999)).rightJustified(6, '0');
        return text;
    }

    Value libraryValue(bool mustHash)
    {
        static constexpr const char *kDecimals[]
            = {"1.10", "-0", "1E+5", "NaN", "-Infinity", "123456789012345678901234567890"};
        switch (below(mustHash ? 6 : 7)) {
        case 0:
            return Value::decimal(kDecimals[below(int(std::size(kDecimals)))]);
        case 1: {
            QByteArray bytes;
            for (int i = 0; i < 16; ++i)
                bytes += char(below(256));
            return Value::uuid(bytes);
        }
        case 2: {
            const QByteArray text = dateText() + "T" + timeText();
            return Value::dateTime(below(3) == 0 ? text + "+02:00" : text);
        }
        case 3:
            return Value::date(dateText());
        case 4:
            return Value::time(timeText());
        case 5:
            return Value::timeDelta(below(2000) - 1000, below(86'400), below(1'000'000));
        default: {
            std::vector<Value> items;
            for (int i = below(4); i > 0; --i)
                items.push_back(Value::integer(below(100)));
            return Value::array('i', Value::list(std::move(items)));
        }
        }
    }

    Value leaf(bool mustHash)
    {
        for (;;) {
            switch (below(13)) {
            case 0:
                return Value();
            case 1:
                return Value::boolean(below(2) == 0);
            case 2:
                return Value::integer(integer());
            case 3:
                if (isPython2())
                    return Value::longInteger(integer());
                break;
            case 4:
                if (m_profile.bigIntegers)
                    return bigInteger();
                break;
            case 5:
                return Value::real(real());
            case 6:
                if (m_profile.complexNumbers)
                    return Value::complex(real(), real());
                break;
            case 7:
            case 8:
                return Value::utf8(textBytes());
            case 9:
                return isPython2() ? Value::str(rawBytes()) : Value::bytes(rawBytes());
            case 10:
                if (!mustHash)
                    return Value::byteArray(rawBytes());
                break;
            case 11:
                if (m_profile.libraryTypes)
                    return libraryValue(mustHash);
                break;
            default:
                if (m_profile.references) {
                    Reference reference;
                    reference.form = Reference::Form::Uri;
                    reference.uri = QStringLiteral("PYRO:object%1@host:4444").arg(below(100));
                    return Value::reference(std::move(reference));
                }
            }
        }
    }

    std::vector<Value> members(int depth)
    {
        std::vector<Value> out;
        for (int i = below(m_profile.maxItems + 1); i > 0; --i) {
            Value item = make(depth, true);
            bool isNew = true;
            for (const Value &other : out)
                isNew = isNew && !pythonEquals(other, item) && other != item;
            if (isNew)
                out.push_back(std::move(item));
        }
        return out;
    }

    std::vector<Value> items(int depth, bool mustHash)
    {
        std::vector<Value> out;
        for (int i = below(m_profile.maxItems + 1); i > 0; --i)
            out.push_back(make(depth, mustHash));
        return out;
    }

    Value dict(int depth)
    {
        std::vector<Value::Pair> pairs;
        for (Value &key : members(qMin(depth, 1)))
            pairs.emplace_back(std::move(key), make(depth, false));
        return Value::dict(std::move(pairs));
    }

    Value make(int depth, bool mustHash)
    {
        if (depth <= 0 || below(3) == 0)
            return leaf(mustHash);
        switch (below(mustHash ? 2 : 6)) {
        case 0:
            return Value::tuple(items(depth - 1, mustHash));
        case 1:
            return m_profile.sets ? Value::frozenSet(members(depth - 1)) : leaf(mustHash);
        case 2:
            return Value::list(items(depth - 1, false));
        case 3:
            return m_profile.sets ? Value::set(members(depth - 1)) : leaf(mustHash);
        case 4:
            if (m_profile.instances) {
                Object object;
                object.made = Object::Made::NewObj;
                object.module = "shapes";
                object.name = below(2) == 0 ? "Plain" : "Node";
                object.args = Value::tuple({});
                if (below(4) != 0)
                    object.state = dict(depth - 1);
                return Value::object(std::move(object));
            }
            [[fallthrough]];
        default:
            return dict(depth - 1);
        }
    }

    QRandomGenerator m_random;
    ValueProfile m_profile;
};

} // namespace pyrolens::testing
