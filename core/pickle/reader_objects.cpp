// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "reader_p.h"

#include <pyrolens/base/utf8.h>

#include <algorithm>

namespace pyrolens::pickle {

using Kind = Value::Kind;

// --- Names of classes and functions

bool Reader::global(QByteArrayView module, QByteArrayView name, Value &out)
{
    const QByteArray key = module.toByteArray() + '\n' + name.toByteArray();
    if (const auto found = m_globalNodes.constFind(key); found != m_globalNodes.cend()) {
        out = *found;
        return charge(1, 0);
    }
    if (!charge(1, 4 * key.size() + 256)) // it is kept four times
        return false;
    out = Value::global(module, name);
    m_globalNodes.insert(key, out);
    m_globalNames.insert(out.identity(), {module.toByteArray(), name.toByteArray()});
    const QByteArray dotted = module.toByteArray() + '.' + name.toByteArray();
    if (!m_globalsSeen.contains(dotted)) {
        m_globalsSeen.insert(dotted);
        m_globals.push_back(dotted);
    }
    return true;
}

bool Reader::globalText()
{
    QByteArrayView module;
    QByteArrayView name;
    Value value;
    return line(module) && line(name) && global(module, name, value) && push(std::move(value));
}

bool Reader::stackGlobal()
{
    if (!need(2))
        return false;
    const Value name = pop();
    const Value module = pop();
    if (!name.isTextLike() || !module.isTextLike())
        return fail(QStringLiteral("STACK_GLOBAL needs two texts"));
    Value value;
    return global(module.rawBytes(), name.rawBytes(), value) && push(std::move(value));
}

bool Reader::extension(quint64 code)
{
    const auto found = std::find_if(m_options.extensions.begin(), m_options.extensions.end(),
        [code](const auto &entry) { return entry.first == code; });
    if (found == m_options.extensions.end())
        return fail(QStringLiteral("extension code %1 is not registered").arg(code));
    Value value;
    return global(found->second.first, found->second.second, value) && push(std::move(value));
}

// --- Persistent references

bool Reader::persistentText()
{
    QByteArrayView text;
    if (!line(text))
        return false;
    if (!m_options.allowPersistent)
        return fail(QStringLiteral("persistent references are not accepted"));
    if (!charge(2, text.size()))
        return false;
    return push(Value::persistentId(utf8::isValid(text) ? Value::utf8(text) : Value::str(text)));
}

bool Reader::persistentId()
{
    if (!m_options.allowPersistent)
        return fail(QStringLiteral("persistent references are not accepted"));
    if (!need(1))
        return false;
    Value id = pop();
    if (id.isContainer())
        m_builder.noteShared(); // the builder does not see what is inside
    return charge(1, 32) && push(Value::persistentId(std::move(id)));
}

// --- Instances

/// Sets class or callee from what stands on the stack.
bool Reader::setClass(Object &object, const Value &callee)
{
    switch (callee.kind()) {
    case Kind::Global:
        if (const auto found = m_globalNames.constFind(callee.identity()); found != m_globalNames.cend()) {
            object.module = found->module;
            object.name = found->name;
        }
        return true;
    case Kind::Object:
    case Kind::PersistentId:
        object.callee = callee;
        return true;
    default:
        return fail(QStringLiteral("a value that is no class or function is called"));
    }
}

bool Reader::pushObject(Object &&object)
{
    Value made = m_builder.object(std::move(object));
    return charge(0, 0) && push(std::move(made));
}

bool Reader::inst()
{
    QByteArrayView module;
    QByteArrayView name;
    Value cls;
    if (!line(module) || !line(name) || !global(module, name, cls) || !tupleFromMark())
        return false;
    Object object;
    object.made = Object::Made::Inst;
    object.args = pop();
    noteInstance(cls, object.args);
    return setClass(object, cls) && pushObject(std::move(object));
}

bool Reader::obj()
{
    std::size_t from = 0;
    if (!popMark(from))
        return false;
    if (from == m_stack.size())
        return fail(QStringLiteral("OBJ without a class"));
    Object object;
    object.made = Object::Made::Obj;
    const Value cls = m_stack[from];
    object.args = m_builder.tuple(m_stack.data() + from + 1, qsizetype(m_stack.size() - from - 1));
    m_stack.drop(from);
    noteInstance(cls, object.args);
    return setClass(object, cls) && pushObject(std::move(object));
}

bool Reader::newObj(bool withKeywords)
{
    if (!need(withKeywords ? 3 : 2))
        return false;
    Object object;
    object.made = withKeywords ? Object::Made::NewObjEx : Object::Made::NewObj;
    if (withKeywords)
        object.kwargs = pop();
    object.args = pop();
    const Value cls = pop();
    if (object.args.kind() != Kind::Tuple || (withKeywords && object.kwargs.kind() != Kind::Dict))
        return fail(QStringLiteral("arguments of a new object are no tuple and dictionary"));
    return setClass(object, cls) && pushObject(std::move(object));
}

/// REDUCE of the functions in copy_reg says how an object is made. \return whether it was one of them.
bool Reader::reduceKnown(const Value &callee, const Value &args, Object &object)
{
    if (callee.kind() != Kind::Global || (callee.module() != "copy_reg" && callee.module() != "copyreg"))
        return false;
    const std::span<const Value> items = args.items();
    if (items.empty() || items[0].kind() != Kind::Global)
        return false;
    if (callee.name() == "_reconstructor" && items.size() == 3 && items[1].kind() == Kind::Global) {
        object.made = Object::Made::Reconstructor;
        object.baseClass = items[1];
        object.base = items[2];
        return setClass(object, items[0]);
    }
    if (callee.name() == "__newobj__") {
        object.made = Object::Made::NewObj;
        std::vector<Value> rest(items.begin() + 1, items.end());
        object.args = m_builder.tuple(std::move(rest));
        return setClass(object, items[0]);
    }
    if (callee.name() == "__newobj_ex__" && items.size() == 3 && items[1].kind() == Kind::Tuple
        && items[2].kind() == Kind::Dict) {
        object.made = Object::Made::NewObjEx;
        object.args = items[1];
        object.kwargs = items[2];
        return setClass(object, items[0]);
    }
    return false;
}

bool Reader::reduce()
{
    if (!need(2))
        return false;
    Value args = pop();
    const Value callee = pop();
    if (args.kind() != Kind::Tuple)
        return fail(QStringLiteral("arguments of REDUCE are no tuple"));
    Object object;
    if (reduceKnown(callee, args, object))
        return pushObject(std::move(object));
    object.made = Object::Made::Reduce;
    noteCall(callee, args);
    object.args = std::move(args);
    return setClass(object, callee) && pushObject(std::move(object));
}

/// For inspect(): what Python would have called here.
void Reader::noteCall(const Value &callee, const Value &args)
{
    if (!m_trace.wanted || m_trace.callsUnknown)
        return;
    const QByteArray name = callee.className();
    if (callee.kind() != Kind::Global || name.startsWith("copy_reg.") || name.startsWith("copyreg.")) {
        m_trace.callsUnknown = true; // a computed callee, or a helper with arguments it never gets
    } else if (name == "_codecs.encode") {
        const QByteArrayView codec = args.at(1).rawBytes();
        m_trace.callsUnknown = codec != "latin1" && codec != "latin-1";
    } else {
        m_trace.callsUnknown = !isKnownGlobal(name);
    }
}

/// An old-style class without arguments is not called; whatever else stands there is.
void Reader::noteInstance(const Value &cls, const Value &args)
{
    if (args.size() != 0 || cls.kind() != Kind::Global)
        noteCall(cls, args);
}

// --- State

bool Reader::build()
{
    if (!need(2))
        return false;
    Value state = pop();
    const Value &object = m_stack.back();
    if (object.kind() != Kind::Object)
        return fail(QStringLiteral("BUILD on something that is no instance"));
    if (object.asObject()->state)
        return mergeState(object, state);
    m_builder.setState(object, std::move(state));
    return charge(0, 0);
}

/// A second BUILD updates the attributes, as in Python.
bool Reader::mergeState(const Value &object, const Value &state)
{
    const Value before = *object.asObject()->state;
    if (before.kind() != Kind::Dict || state.kind() != Kind::Dict)
        return fail(QStringLiteral("BUILD sets a second state that cannot be merged"));
    const Value merged = m_builder.dict();
    for (const Value &part : {before, state}) {
        if (!charge(2 * part.size(), 0))
            return false;
        for (const Value::Pair &pair : part.pairs())
            m_builder.insert(merged, pair.first, pair.second);
    }
    m_builder.noteShared();
    m_builder.setState(object, merged);
    return charge(0, 0);
}

} // namespace pyrolens::pickle
