// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "escapes_p.h"
#include "survey_p.h"

/// Which classes and functions the writer will name for a value besides those in it. What is counted once
/// gets no memo number; a count that is too low only costs bytes. Mirrors writer_containers.cpp and
/// writer_kinds.cpp.
namespace pyrolens::pickle {

using Kind = Value::Kind;

namespace {

QByteArray builtinModule()
{
    return QByteArrayLiteral("__builtin__");
}

} // namespace

void Survey::count(const QByteArray &module, const QByteArray &name, quint32 times)
{
    globals[{module, name}] += times;
    // Nested classes are reached through getattr() below protocol 4.
    if (m_protocol < 4 && name.contains('.'))
        globals[{builtinModule(), QByteArrayLiteral("getattr")}] += quint32(name.count('.'));
}

void Survey::countBytes(qsizetype size)
{
    if (m_isPython2 || m_protocol > 2)
        return;
    if (size == 0)
        count(builtinModule(), QByteArrayLiteral("bytes"));
    else
        count(QByteArrayLiteral("_codecs"), QByteArrayLiteral("encode"));
}

void Survey::countImplied(const Value &value)
{
    const auto datetime = QByteArrayLiteral("datetime");
    switch (value.kind()) {
    case Kind::Global:
        count(value.module().toByteArray(), value.name().toByteArray());
        break;
    case Kind::Object:
        countMaking(*value.asObject());
        break;
    case Kind::Set:
    case Kind::FrozenSet:
        if (m_protocol < 4)
            count(builtinModule(),
                value.kind() == Kind::Set ? QByteArrayLiteral("set") : QByteArrayLiteral("frozenset"));
        break;
    case Kind::Str:
        if (!m_isPython2 && !isAscii(value.rawBytes()))
            countBytes(value.size());
        break;
    case Kind::Bytes:
        countBytes(value.size());
        break;
    case Kind::ByteArray:
        if (m_protocol < 5)
            count(builtinModule(), QByteArrayLiteral("bytearray"));
        break;
    case Kind::Complex:
        count(builtinModule(), QByteArrayLiteral("complex"));
        break;
    case Kind::Decimal:
        count(QByteArrayLiteral("decimal"), QByteArrayLiteral("Decimal"));
        break;
    case Kind::Array:
        count(QByteArrayLiteral("array"), QByteArrayLiteral("array"));
        break;
    case Kind::Uuid:
        count(QByteArrayLiteral("uuid"), QByteArrayLiteral("UUID"));
        if (m_protocol < 2) {
            count(QByteArrayLiteral("copy_reg"), QByteArrayLiteral("_reconstructor"));
            count(builtinModule(), QByteArrayLiteral("object"));
        }
        break;
    case Kind::TimeDelta:
        count(datetime, QByteArrayLiteral("timedelta"));
        break;
    case Kind::DateTime:
    case Kind::Date:
    case Kind::Time:
        count(datetime, timeClass(value.kind()));
        countBytes(1);
        if (value.rawBytes().sliced(qMin(value.size(), qsizetype(8))).contains('+')
            || value.rawBytes().count('-') > (value.kind() == Kind::Time ? 0 : 2)) {
            count(datetime, QByteArrayLiteral("timezone"));
            count(datetime, QByteArrayLiteral("timedelta"));
        }
        break;
    default:
        break;
    }
}

QByteArray Survey::timeClass(Kind kind)
{
    return kind == Kind::DateTime ? QByteArrayLiteral("datetime")
        : kind == Kind::Date      ? QByteArrayLiteral("date")
                                  : QByteArrayLiteral("time");
}

void Survey::countClass(const Object &object, quint32 times)
{
    if (object.callee.isNone())
        count(object.module, object.name, times);
}

void Survey::countMaking(const Object &object)
{
    const auto copyreg = QByteArrayLiteral("copy_reg");
    switch (object.made) {
    case Object::Made::Inst:
    case Object::Made::Obj:
        if (m_protocol > 0) // INST names the class itself
            countClass(object, 1);
        break;
    case Object::Made::NewObj:
    case Object::Made::Dict:
        countClass(object, 1);
        if (m_protocol < 2) {
            count(copyreg,
                isPlainNewObject(object) ? QByteArrayLiteral("_reconstructor")
                                         : QByteArrayLiteral("__newobj__"));
            if (isPlainNewObject(object))
                count(builtinModule(), QByteArrayLiteral("object"));
        }
        break;
    case Object::Made::NewObjEx:
        countClass(object, m_protocol < 4 ? 3 : 1);
        if (m_protocol < 4) {
            count(QByteArrayLiteral("functools"), QByteArrayLiteral("partial"));
            count(builtinModule(), QByteArrayLiteral("getattr"), 2);
        }
        break;
    case Object::Made::Reconstructor:
        countClass(object, 1);
        count(copyreg, QByteArrayLiteral("_reconstructor"));
        if (object.baseClass.isNone())
            count(builtinModule(), QByteArrayLiteral("object"));
        break;
    case Object::Made::Reduce:
        countClass(object, 1);
        break;
    }
}

bool Survey::isPlainNewObject(const Object &object)
{
    return object.args.size() == 0 && object.listItems.empty() && object.dictItems.empty() && object.state
        && (object.state->kind() != Kind::Dict || object.state->size() > 0);
}

} // namespace pyrolens::pickle
