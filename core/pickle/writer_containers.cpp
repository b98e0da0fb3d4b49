// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "escapes_p.h"
#include "writer_p.h"

#include <pyrolens/base/utf8.h>

namespace pyrolens::pickle {

using Kind = Value::Kind;

bool Writer::list(const Value &value)
{
    if (m_protocol == 0) {
        m_out.op(Op::Mark);
        m_out.op(Op::List);
    } else {
        m_out.op(Op::EmptyList);
    }
    remember(value);
    laterBatches(value.items(), Op::Append, Op::Appends);
    return true;
}

bool Writer::dict(const Value &value)
{
    if (m_protocol == 0) {
        m_out.op(Op::Mark);
        m_out.op(Op::Dict);
    } else {
        m_out.op(Op::EmptyDict);
    }
    remember(value);
    laterPairs(value.pairs());
    return true;
}

bool Writer::tuple(const Value &value)
{
    beginTuple(quint32(value.size()));
    later(Type::CloseTuple, &value);
    later(value.items());
    return true;
}

bool Writer::set(const Value &value)
{
    const bool isFrozen = value.kind() == Kind::FrozenSet;
    if (m_protocol >= 4) {
        if (isFrozen) {
            m_out.op(Op::Mark);
            later(Type::CloseSet, &value);
            later(value.items());
        } else {
            m_out.op(Op::EmptySet);
            remember(value);
            laterBatches(value.items(), Op::AddItems, Op::AddItems);
        }
        return true;
    }
    if (!builtin(isFrozen ? "frozenset" : "set"))
        return false;
    beginTuple(1);
    m_out.op(m_protocol == 0 ? Op::Mark : Op::EmptyList);
    if (m_protocol == 0)
        m_out.op(Op::List);
    laterCall(Op::Reduce, value);
    laterEndTuple(1);
    laterBatches(value.items(), Op::Append, Op::Appends);
    return true;
}

bool Writer::object(const Value &value)
{
    const Object &object = *value.asObject();
    if (!object.args.isNone() && object.args.kind() != Kind::Tuple)
        return unsupported(QStringLiteral("arguments of an object are no tuple"));
    markFresh(object);
    switch (object.made) {
    case Object::Made::Inst:
    case Object::Made::Obj:
        return oldInstance(value, object);
    case Object::Made::NewObj:
        return newObject(value, object);
    case Object::Made::NewObjEx:
        return newObjectEx(value, object);
    case Object::Made::Reconstructor:
        return reconstructor(value, object);
    case Object::Made::Reduce:
        return reduce(value, object);
    case Object::Made::Dict:
        // A class dictionary says no more than class and attributes.
        if (object.module.isEmpty())
            return unsupported(QStringLiteral("class %1 has no module").arg(QString::fromUtf8(object.name)));
        return newObject(value, object);
    }
    return unsupported(QStringLiteral("pickle cannot carry this kind of object"));
}

/// In the order of pickle.py, save_reduce: list items, dict items, state.
void Writer::laterContents(const Object &object)
{
    if (object.state) {
        laterOp(Op::Build);
        later(Type::Write, &*object.state);
    }
    laterPairs(object.dictItems);
    laterBatches(object.listItems, Op::Append, Op::Appends);
}

bool Writer::oldInstance(const Value &value, const Object &object)
{
    laterContents(object);
    m_out.op(Op::Mark);
    if (m_protocol == 0 && object.callee.isNone()) {
        // INST names the class behind the arguments: an opcode of its own, written when they are done.
        laterCall(Op::Inst, value);
        later(object.args.items());
        return true;
    }
    laterCall(Op::Obj, value);
    later(object.args.items());
    return objectClass(object);
}

bool Writer::newObject(const Value &value, const Object &object)
{
    laterContents(object);
    if (m_protocol >= 2) {
        laterCall(Op::NewObj, value);
        if (object.args.isNone())
            laterEndTuple(0);
        else
            later(Type::Write, &object.args);
        return objectClass(object);
    }
    laterCall(Op::Reduce, value);
    const bool isPlain = Survey::isPlainNewObject(object);
    const QByteArray function
        = isPlain ? QByteArrayLiteral("_reconstructor") : QByteArrayLiteral("__newobj__");
    if (!global(QByteArrayLiteral("copy_reg"), function))
        return false;
    m_out.op(Op::Mark);
    if (isPlain) {
        m_tasks.emplace_back().type = Type::PlainBase;
    } else {
        laterOp(Op::Tuple);
        later(object.args.items());
    }
    return objectClass(object);
}

bool Writer::newObjectEx(const Value &value, const Object &object)
{
    laterContents(object);
    if (m_protocol >= 4) {
        laterCall(Op::NewObjEx, value);
        later(Type::Write, &object.kwargs);
        if (object.args.isNone())
            laterEndTuple(0);
        else
            later(Type::Write, &object.args);
        return objectClass(object);
    }
    // As pickle.py, save_reduce: functools.partial(cls.__new__, cls, *args, **kwargs)(). The state of partial
    // is (function, arguments, keywords, None).
    if (!object.callee.isNone())
        return unsupported(QStringLiteral("class of the object is no plain name"));
    laterCall(Op::Reduce, value);
    laterEndTuple(0);
    laterOp(Op::Build);
    laterOp(Op::Tuple);
    laterOp(Op::None);
    later(Type::Write, &object.kwargs);
    laterOp(Op::Tuple);
    later(object.args.items());
    const auto makeFunction = [&] {
        if (!builtin("getattr"))
            return false;
        beginTuple(2);
        if (!objectClass(object) || !nativeText("__new__"))
            return false;
        endTuple(2);
        m_out.op(Op::Reduce);
        return true;
    };
    if (!global(QByteArrayLiteral("functools"), QByteArrayLiteral("partial")))
        return false;
    beginTuple(1);
    if (!makeFunction())
        return false;
    endTuple(1);
    m_out.op(Op::Reduce);
    m_out.op(Op::Mark);
    if (!makeFunction())
        return false;
    m_out.op(Op::Mark);
    return objectClass(object);
}

bool Writer::reconstructor(const Value &value, const Object &object)
{
    laterContents(object);
    laterCall(Op::Reduce, value);
    laterEndTuple(3);
    later(Type::Write, &object.base);
    if (!global(QByteArrayLiteral("copy_reg"), QByteArrayLiteral("_reconstructor")))
        return false;
    beginTuple(3);
    if (!object.callee.isNone())
        return unsupported(QStringLiteral("class of the object is no plain name"));
    if (!objectClass(object))
        return false;
    return object.baseClass.isNone() ? builtin("object") : write(object.baseClass);
}

bool Writer::reduce(const Value &value, const Object &object)
{
    laterContents(object);
    laterCall(Op::Reduce, value);
    if (object.args.isNone())
        laterEndTuple(0);
    else
        later(Type::Write, &object.args);
    return objectClass(object);
}

bool Writer::persistentId(const Value &value)
{
    const Value &id = value.items().front();
    if (m_protocol >= 1) {
        laterCall(Op::BinPersId, value);
        later(Type::Write, &id);
        return true;
    }
    const QByteArrayView name = id.rawBytes();
    if (!id.isTextLike() || name.contains('\n') || !isAscii(name))
        return unsupported(QStringLiteral("pickle protocol 0 writes persistent ids as one line of ASCII"));
    m_out.op(Op::PersId);
    m_out.raw(name);
    m_out.byte('\n');
    remember(value);
    return true;
}

// --- Classes and functions

bool Writer::objectClass(const Object &object)
{
    return object.callee.isNone() ? global(object.module, object.name) : write(object.callee);
}

/// Named more than once it gets a memo number.
bool Writer::global(const QByteArray &module, const QByteArray &name)
{
    const std::pair<QByteArray, QByteArray> key(module, name);
    if (const auto found = m_globalMemo.constFind(key); found != m_globalMemo.cend()) {
        get(*found);
        return true;
    }
    const GlobalName wire = wireName({module, name}, m_options.dialect, m_protocol);
    const bool isNested = m_protocol < 4 && wire.name.contains('.');
    if (!(isNested ? nestedGlobal(wire) : plainGlobal(wire)))
        return false;
    if (m_survey.globals.value(key) > 1) {
        m_globalMemo.insert(key, m_nextMemo);
        put(m_nextMemo++);
    }
    return true;
}

/// The argument of INST.
bool Writer::instClass(const Object &object)
{
    return twoLines(wireName({object.module, object.name}, m_options.dialect, m_protocol));
}

bool Writer::twoLines(const GlobalName &name)
{
    if (name.module.contains('\n') || name.name.contains('\n'))
        return unsupported(QStringLiteral("name of a class has a line break"));
    for (const QByteArray &part : {name.module, name.name}) {
        m_out.raw(part);
        m_out.byte('\n');
    }
    return true;
}

bool Writer::plainGlobal(const GlobalName &name)
{
    if (m_protocol >= 4) {
        if (!utf8::isValid(name.module) || !utf8::isValid(name.name))
            return unsupported(QStringLiteral("name of a class is no UTF-8"));
        if (!text(name.module) || !text(name.name))
            return false;
        m_out.op(Op::StackGlobal);
        return true;
    }
    m_out.op(Op::Global);
    return twoLines(name);
}

/// `Outer.Inner` below protocol 4: getattr(Outer, 'Inner'). Source: CPython, Lib/pickle.py, save_global.
bool Writer::nestedGlobal(const GlobalName &name)
{
    const QList<QByteArray> parts = name.name.split('.');
    for (qsizetype i = 1; i < parts.size(); ++i) {
        if (!builtin("getattr"))
            return false;
        beginTuple(2);
    }
    if (!plainGlobal({name.module, parts.front()}))
        return false;
    for (qsizetype i = 1; i < parts.size(); ++i) {
        if (!utf8::isValid(parts[i]))
            return unsupported(QStringLiteral("name of a class is no UTF-8"));
        if (!nativeText(parts[i]))
            return false;
        endTuple(2);
        m_out.op(Op::Reduce);
    }
    return true;
}

bool Writer::builtin(const char *name)
{
    return global(QByteArrayLiteral("__builtin__"), QByteArray(name));
}

} // namespace pyrolens::pickle
