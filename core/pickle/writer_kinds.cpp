// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "isotime_p.h"
#include "writer_p.h"

#include <algorithm>

/// The neutral kinds, spelled as the __reduce__ methods of the types do. Source: CPython 2.7 and 3.11.
namespace pyrolens::pickle {

using Kind = Value::Kind;

bool Writer::complex(const Value &value)
{
    const auto parts = value.asComplex().value_or(std::pair(0.0, 0.0));
    if (!builtin("complex"))
        return false;
    beginTuple(2);
    real(parts.first);
    real(parts.second);
    endTuple(2);
    m_out.op(Op::Reduce);
    remember(value);
    return true;
}

bool Writer::decimal(const Value &value)
{
    if (!global(QByteArrayLiteral("decimal"), QByteArrayLiteral("Decimal")))
        return false;
    beginTuple(1);
    if (!nativeText(value.rawBytes()))
        return false;
    endTuple(1);
    m_out.op(Op::Reduce);
    remember(value);
    return true;
}

/// An instance whose state is {'int': the number}; Python 2 holds it as a long.
bool Writer::uuid(const Value &value)
{
    if (m_protocol < 2) {
        if (!global(QByteArrayLiteral("copy_reg"), QByteArrayLiteral("_reconstructor")))
            return false;
        m_out.op(Op::Mark);
    }
    if (!global(QByteArrayLiteral("uuid"), QByteArrayLiteral("UUID")))
        return false;
    if (m_protocol < 2) {
        if (!builtin("object"))
            return false;
        m_out.op(Op::None);
        m_out.op(Op::Tuple);
        m_out.op(Op::Reduce);
    } else {
        m_out.op(Op::EmptyTuple);
        m_out.op(Op::NewObj);
    }
    m_out.op(m_protocol == 0 ? Op::Mark : Op::EmptyDict);
    if (m_protocol == 0)
        m_out.op(Op::Dict);
    QByteArray number = value.rawBytes().toByteArray();
    std::reverse(number.begin(), number.end());
    number += '\0'; // never negative
    if (!nativeText("int") || !writeInteger(Value::bigInteger(number, isPython2() ? Kind::Long : Kind::Int)))
        return false;
    m_out.op(Op::SetItem);
    m_out.op(Op::Build);
    remember(value);
    return true;
}

bool Writer::timeDelta(const Value &value)
{
    const Value::Delta delta = value.asTimeDelta().value_or(Value::Delta{});
    if (!secondsAndDays(delta.days, delta.seconds, delta.microseconds))
        return false;
    remember(value);
    return true;
}

bool Writer::secondsAndDays(qint64 days, qint64 seconds, qint64 microseconds)
{
    if (!global(QByteArrayLiteral("datetime"), QByteArrayLiteral("timedelta")))
        return false;
    beginTuple(3);
    for (const qint64 part : {days, seconds, microseconds}) {
        if (!writeInteger(Value::integer(part)))
            return false;
    }
    endTuple(3);
    m_out.op(Op::Reduce);
    return true;
}

bool Writer::dateAndTime(const Value &value)
{
    const Kind kind = value.kind();
    const QByteArrayView iso = value.rawBytes();
    const std::optional<PackedTime> packed = kind == Kind::DateTime ? packDateTime(iso)
        : kind == Kind::Date                                        ? packDate(iso)
                                                                    : packTime(iso);
    if (!packed)
        return unsupported(QStringLiteral("'%1' is no ISO 8601 date or time").arg(value.toText()));
    if (packed->offset && isPython2())
        return unsupported(
            QStringLiteral("Python 2 has no class for the time zone of '%1'").arg(value.toText()));
    if (!global(QByteArrayLiteral("datetime"), Survey::timeClass(kind)))
        return false;
    const quint32 count = packed->offset ? 2 : 1;
    beginTuple(count);
    if (!bytes(packed->bytes))
        return false;
    if (packed->offset) {
        if (!global(QByteArrayLiteral("datetime"), QByteArrayLiteral("timezone")))
            return false;
        beginTuple(1);
        if (!secondsAndDays(packed->offset->days, packed->offset->seconds, packed->offset->microseconds))
            return false;
        endTuple(1);
        m_out.op(Op::Reduce);
    }
    endTuple(count);
    m_out.op(Op::Reduce);
    remember(value);
    return true;
}

/// array.array(type code, list): what Python 2 and protocols 0 to 2 write and all versions read.
bool Writer::array(const Value &value)
{
    if (!global(QByteArrayLiteral("array"), QByteArrayLiteral("array")))
        return false;
    beginTuple(2);
    const char code = value.typeCode();
    if (!nativeText(QByteArrayView(&code, 1)))
        return false;
    laterCall(Op::Reduce, value);
    laterEndTuple(2);
    later(value.items());
    return true;
}

} // namespace pyrolens::pickle
