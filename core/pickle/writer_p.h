// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "names_p.h"
#include "opcodes_p.h"
#include "pickle.h"
#include "survey_p.h"

#include <cstring>

namespace pyrolens::pickle {

/// Bytes that grow by doubling, without a check of the sharing count per byte.
class Output
{
public:
    void op(Op code) { byte(char(code)); }
    /// An opcode and its argument: the lowest `Size` bytes, little-endian. One look at the room for both.
    template <int Size>
    void op(Op code, quint64 argument)
    {
        if (m_end - m_at < 1 + Size)
            grow(1 + Size);
        char *at = m_at; // what is written through it might be this object, for all the compiler knows
        m_at += 1 + Size;
        *at++ = char(code);
        for (int i = 0; i < Size; ++i)
            at[i] = char(uchar(argument >> (8 * i) & 0xff));
    }
    void byte(char c)
    {
        if (m_at == m_end)
            grow(1);
        *m_at++ = c;
    }
    void raw(const char *bytes, qsizetype size)
    {
        if (m_end - m_at < size)
            grow(size);
        char *at = m_at;
        m_at += size;
        if (size != 0)
            std::memcpy(at, bytes, std::size_t(size));
    }
    void raw(QByteArrayView bytes) { raw(bytes.data(), bytes.size()); }
    /// Little-endian, the lowest `size` bytes.
    void number(quint64 value, int size)
    {
        if (m_end - m_at < 8)
            grow(8);
        char *at = m_at;
        m_at += size;
        for (int i = 0; i < size; ++i)
            at[i] = char(uchar(value >> (8 * i) & 0xff));
    }
    void decimal(qint64 value);
    QByteArray take();

private:
    void grow(qsizetype more);

    QByteArray m_bytes;
    char *m_at = nullptr;
    char *m_end = nullptr;
};

/// Writes one value. Iterative: what is still to be written waits on a heap stack of tasks, so depth costs no
/// C++ stack.
class Writer
{
public:
    Writer(const WriteOptions &options, const Limits &limits);
    Result<QByteArray> run(const Value &root);

private:
    /// What gets a memo number.
    enum class Numbering : quint8 {
        Shared, ///< what is met again
        /// Everything but lists and the like that are arguments of one call and stand nowhere else. CPython's
        /// __reduce__ makes those anew each time; a call that is begun again inside itself must not see a
        /// half filled one.
        FreshArguments,
        All,
    };
    struct Task
    {
        enum class Type : quint8 {
            Write,      ///< `value`
            Items,      ///< `at` to `end`, each written
            Batches,    ///< `at` to `end` added to the container on the stack, up to 1,000 a time
            Pairs,      ///< `pair` to `pairEnd` likewise
            Emit,       ///< `one`
            EndTuple,   ///< of `count` items, made up by us: no memo number
            CloseTuple, ///< of `value`
            CloseSet,   ///< frozen, of `value`
            CloseCall,  ///< `one` (REDUCE, ...), then the memo number of `value`
            PlainBase, ///< the last two arguments of copy_reg._reconstructor for a class without builtin base
            Leave,     ///< `value`, which something inside points back to
        };
        Type type = Type::Write;
        Op one = Op::Append;   ///< opcode after a single item
        Op many = Op::Appends; ///< opcode after a marked batch
        quint8 open = 0;       ///< batch under way: 0 none, 1 single, 2 marked
        bool second = false;   ///< the key of a pair is written
        quint32 count = 0;
        const Value *value = nullptr;
        const Value *at = nullptr;
        const Value *end = nullptr;
        const Value::Pair *pair = nullptr;
        const Value::Pair *pairEnd = nullptr;
    };
    using Type = Task::Type;

    // writer.cpp: the loop and its tasks.
    bool attempt(const Value &root);
    static Result<QByteArray> runNumbered(
        const Value &root, const WriteOptions &options, const Limits &limits, Numbering numbering);
    bool step();
    void later(Type type, const Value *value);
    void later(std::span<const Value> items);
    void laterOp(Op op);
    void laterEndTuple(quint32 count);
    void laterCall(Op op, const Value &value);
    void laterBatches(std::span<const Value> items, Op one, Op many);
    void laterPairs(std::span<const Value::Pair> pairs);
    bool stepItems(Task &task);
    bool stepBatches(Task &task);
    bool stepPairs(Task &task);
    bool openBatch(Task &task, qsizetype left);
    bool closeBatch(Task &task);
    bool write(const Value &value);
    bool writeInline(const Value &value);
    bool writeKind(const Value &value);
    bool fail(Error error);
    bool unsupported(const QString &what);

    // writer_memo.cpp
    bool enter(const Value &value);
    void markFresh(const Object &object);
    bool closeTuple(const Task &task);
    bool closeSet(const Task &task);
    bool closeCall(const Task &task);
    quint32 *memo(const Value &value)
    {
        const bool isSingle = m_numbering == Numbering::Shared && !value.isShared() && !m_survey.hasCycles;
        return isSingle ? nullptr : memoEntry(value);
    }
    quint32 *memoEntry(const Value &value);
    bool replacedInside(const Value &value);
    void remember(const Value &value);
    void put(quint32 index);
    void get(quint32 index);
    bool writeCycle(const Value &value);
    const Value *cycleTarget(quint32 id, bool &isEnclosing) const;

    // writer_scalars.cpp
    bool writeInteger(const Value &value);
    void smallInteger(qint64 value);
    bool longInteger(const Value &value);
    void real(double value);
    bool text(QByteArrayView utf8);
    bool str(QByteArrayView bytes);
    bool bytes(QByteArrayView bytes);
    bool byteArray(QByteArrayView bytes);
    bool nativeText(QByteArrayView ascii);
    bool counted(QByteArrayView bytes, Op small, Op medium, Op large, bool hasLarge);
    void boolean(bool value);
    void beginTuple(quint32 count);
    void endTuple(quint32 count);

    // writer_containers.cpp
    bool list(const Value &value);
    bool dict(const Value &value);
    bool tuple(const Value &value);
    bool set(const Value &value);
    bool object(const Value &value);
    bool oldInstance(const Value &value, const Object &object);
    bool newObject(const Value &value, const Object &object);
    bool newObjectEx(const Value &value, const Object &object);
    bool reconstructor(const Value &value, const Object &object);
    bool reduce(const Value &value, const Object &object);
    void laterContents(const Object &object);
    bool persistentId(const Value &value);
    bool global(const QByteArray &module, const QByteArray &name);
    bool nestedGlobal(const GlobalName &name);
    bool plainGlobal(const GlobalName &name);
    bool twoLines(const GlobalName &name);
    bool instClass(const Object &object);
    bool objectClass(const Object &object);

    // writer_kinds.cpp
    bool complex(const Value &value);
    bool decimal(const Value &value);
    bool uuid(const Value &value);
    bool timeDelta(const Value &value);
    bool secondsAndDays(qint64 days, qint64 seconds, qint64 microseconds);
    bool dateAndTime(const Value &value);
    bool array(const Value &value);
    bool builtin(const char *name);

    bool isPython2() const { return m_options.dialect == Dialect::Python2; }

    const WriteOptions m_options;
    const Limits m_limits;
    const int m_protocol;
    Survey m_survey;
    Output m_out;
    std::vector<Task> m_tasks;
    std::vector<const Value *> m_enclosing; ///< containers being written that something inside points back to
    IdentityMap m_entered; ///< not with Numbering::Shared: m_nextMemo + 1 when a value was last begun
    QHash<std::pair<QByteArray, QByteArray>, quint32> m_globalMemo;
    quint32 m_nextMemo = 0;
    Recent<quint32> m_recent; ///< memo numbers fetched a moment ago
    qint64 m_written = 0;
    Numbering m_numbering = Numbering::Shared;
    IdentityMap m_fresh; ///< with Numbering::FreshArguments: those arguments
    bool m_needsAll = false;
    Error m_error;
};

} // namespace pyrolens::pickle
