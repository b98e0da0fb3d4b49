// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "memo_p.h"
#include "names_p.h"
#include "opcodes_p.h"
#include "pickle.h"
#include "valuestack_p.h"

#include <pyrolens/value/valuebuilder.h>

#include <QHash>
#include <QSet>

#include <bit>

namespace pyrolens::pickle {

/// What a decode saw beside the value, for inspect().
struct Trace
{
    bool wanted = false;
    bool callsUnknown = false; ///< something outside the allow-list was called
};

/// The pickle machine: a stack, marks, a memo. Runs nothing; see pickle.h for what becomes of classes and
/// calls. Use once: run(), then result() or error().
class Reader
{
public:
    Reader(const QByteArray &bytes, const Limits &limits, const ReadOptions &options);

    bool run();
    Result<Decoded> finish();
    const std::vector<QByteArray> &globals() const { return m_globals; }
    const Trace &trace() const { return m_trace; }
    void wantTrace() { m_trace.wanted = true; }

private:
    // reader.cpp: the loop, the stack, the memo.
    bool execute(Op op);
    bool stop();
    bool fail(const QString &what);
    bool failAs(const QString &code, const QString &what);
    bool limit(const QString &what);
    bool truncated();
    bool builderFailed();
    bool push(Value &&value);
    bool charge(qint64 nodes, qint64 bytes) { return m_builder.charge(nodes, bytes) || builderFailed(); }
    bool need(std::size_t count);
    bool popMark(std::size_t &from);
    Value pop();
    bool mark();
    bool popTop();
    bool popToMark();
    bool dup();
    bool put(quint64 index);
    bool putText();
    bool get(quint64 index);
    bool getText();
    bool makeRoom();
    void marksChanged();
    template <int Size>
    bool number(const char *&at, quint64 &value);
    template <int Size>
    bool number(quint64 &value)
    {
        return number<Size>(m_at, value);
    }
    bool proto();
    bool frame();

    // reader_scalars.cpp
    bool line(QByteArrayView &text);
    bool memoIndex(quint64 &index);
    bool integer(qint64 value);
    bool boolean(bool value);
    bool real(double value);
    bool binFloat(const char *&at);
    bool intText();
    bool longText();
    bool digits(QByteArrayView text, Value::Kind kind);
    bool longBytes(quint64 size);
    bool floatText();
    bool stringText();
    bool unicodeText();
    bool payload(Value::Kind kind, const char *from, quint64 size);
    bool signedPayload(Value::Kind kind, quint64 size);
    template <int Size>
    bool counted(const char *&at, Value::Kind kind);
    template <int Size>
    bool counted(Value::Kind kind)
    {
        return counted<Size>(m_at, kind);
    }
    Value::Kind longKind() const { return m_protocol >= 3 ? Value::Kind::Int : Value::Kind::Long; }

    // reader_containers.cpp
    bool tuple(std::size_t count);
    bool tupleFromMark();
    bool listFromMark();
    bool dictFromMark();
    bool frozenSetFromMark();
    bool append();
    bool appends();
    bool setItem();
    bool setItems();
    bool addItems();
    bool insertAll(const Value &container, std::size_t from);
    bool isHashable(const Value &key);
    bool chargeKey(const Value &key);

    // reader_objects.cpp
    bool globalText();
    bool stackGlobal();
    bool global(QByteArrayView module, QByteArrayView name, Value &out);
    bool extension(quint64 code);
    bool persistentText();
    bool persistentId();
    bool inst();
    bool obj();
    bool newObj(bool withKeywords);
    bool reduce();
    bool build();
    bool mergeState(const Value &object, const Value &state);
    bool setClass(Object &object, const Value &callee);
    bool pushObject(Object &&object);
    bool reduceKnown(const Value &callee, const Value &args, Object &object);
    void noteCall(const Value &callee, const Value &args);
    void noteInstance(const Value &cls, const Value &args);

    const QByteArray &m_bytes;
    const Limits &m_limits;
    const ReadOptions &m_options;
    const char *const m_begin;
    const char *m_at;
    const char *const m_end;
    const char *m_op; ///< start of the opcode at work, for errors
    qint64 m_opcodes = 0;
    int m_protocol = 0;

    ValueStack m_stack;
    std::vector<std::size_t> m_marks; ///< stack sizes
    std::size_t m_fence = 0;          ///< the last mark: opcodes that take no mark stay above it
    Memo m_memo;
    qint64 m_nestedKeys = 0;
    ValueBuilder m_builder;
    Value m_root;

    std::vector<QByteArray> m_globals;
    QSet<QByteArray> m_globalsSeen;
    QHash<QByteArray, Value> m_globalNodes;        ///< "module\nname": one node each
    QHash<const void *, GlobalName> m_globalNames; ///< of those nodes, to be shared by objects
    Trace m_trace;
    Error m_error;
};

template <int Size>
Q_ALWAYS_INLINE bool Reader::number(const char *&at, quint64 &value)
{
    if (Q_UNLIKELY(m_end - at < Size))
        return truncated();
    value = 0;
    for (int i = 0; i < Size; ++i)
        value |= quint64(quint8(at[i])) << (8 * i);
    at += Size;
    return true;
}

template <int Size>
Q_ALWAYS_INLINE bool Reader::counted(const char *&at, Value::Kind kind)
{
    quint64 size = 0;
    if (!number<Size>(at, size))
        return false;
    const char *from = at;
    if (Q_UNLIKELY(size > quint64(m_end - from)))
        return truncated();
    at += size;
    return payload(kind, from, size);
}

Q_ALWAYS_INLINE bool Reader::push(Value &&value)
{
    if (Q_UNLIKELY(!m_stack.hasRoom()) && !makeRoom())
        return false;
    m_stack.push(std::move(value));
    return true;
}

Q_ALWAYS_INLINE bool Reader::need(std::size_t count)
{
    return Q_LIKELY(m_stack.size() - m_fence >= count) || fail(QStringLiteral("too few values on the stack"));
}

Q_ALWAYS_INLINE Value Reader::pop()
{
    return m_stack.pop();
}

Q_ALWAYS_INLINE bool Reader::put(quint64 index)
{
    if (!need(1))
        return false;
    m_memo.put(quint32(index), m_stack.back());
    return Q_LIKELY(m_memo.size() <= m_limits.maxPickleMemo)
        || limit(QStringLiteral("pickle memo holds more than %1 entries").arg(m_limits.maxPickleMemo));
}

Q_ALWAYS_INLINE bool Reader::get(quint64 index)
{
    const Value *found = m_memo.get(quint32(index));
    if (Q_UNLIKELY(found == nullptr))
        return fail(QStringLiteral("memo entry %1 was never set").arg(index));
    if (Q_UNLIKELY(!m_stack.hasRoom()) && !makeRoom())
        return false;
    // The builder sees by itself when a container goes into two places.
    privateCopy(*m_stack.pushSlot(), *found);
    return true;
}

Q_ALWAYS_INLINE bool Reader::integer(qint64 value)
{
    return charge(1, 0) && push(Value::integer(value));
}

Q_ALWAYS_INLINE bool Reader::boolean(bool value)
{
    return charge(1, 0) && push(Value::boolean(value));
}

Q_ALWAYS_INLINE bool Reader::real(double value)
{
    return charge(1, 0) && push(Value::real(value));
}

Q_ALWAYS_INLINE bool Reader::binFloat(const char *&at)
{
    if (Q_UNLIKELY(m_end - at < 8))
        return truncated();
    quint64 bits = 0;
    for (int i = 0; i < 8; ++i)
        bits = bits << 8 | quint8(at[i]);
    at += 8;
    return real(std::bit_cast<double>(bits));
}

} // namespace pyrolens::pickle
