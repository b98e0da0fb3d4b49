// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "writer_p.h"

#include <pyrolens/value/valuenode.h>

#include <algorithm>

namespace pyrolens::pickle {

using Kind = Value::Kind;

Writer::Writer(const WriteOptions &options, const Limits &limits)
    : m_options(options), m_limits(limits), m_protocol(options.protocol), m_survey(options, limits)
{ }

Result<QByteArray> Writer::run(const Value &root)
{
    const int highest = isPython2() ? 2 : kHighestProtocol;
    if (m_protocol < 0 || m_protocol > highest)
        return Error::usage(
            QStringLiteral("pickle protocol %1: 0 to %2 expected").arg(m_protocol).arg(highest));
    if (const Status surveyed = m_survey.run(root); !surveyed)
        return surveyed.error();
    if (attempt(root))
        return m_out.take();
    if (!m_needsAll)
        return m_error;
    // A cycle closes through something that exists only once its items do (a tuple, a call). As CPython does,
    // everything gets a memo number then, so that such a thing can be written again inside itself.
    Result<QByteArray> fresh = runNumbered(root, m_options, m_limits, Numbering::FreshArguments);
    if (fresh || fresh.error().code != QLatin1String("value.cycle"))
        return fresh;
    return runNumbered(root, m_options, m_limits, Numbering::All);
}

Result<QByteArray> Writer::runNumbered(
    const Value &root, const WriteOptions &options, const Limits &limits, Numbering numbering)
{
    Writer writer(options, limits);
    writer.m_numbering = numbering;
    if (const Status surveyed = writer.m_survey.run(root); !surveyed)
        return surveyed.error();
    if (!writer.attempt(root))
        return writer.m_error;
    return writer.m_out.take();
}

bool Writer::attempt(const Value &root)
{
    if (m_protocol >= 2) {
        m_out.op(Op::Proto);
        m_out.byte(char(uchar(m_protocol)));
    }
    if (!write(root))
        return false;
    while (!m_tasks.empty()) {
        if (!step())
            return false;
    }
    m_out.op(Op::Stop);
    return true;
}

bool Writer::step()
{
    Task &task = m_tasks.back();
    switch (task.type) {
    case Type::Items:
        return stepItems(task);
    case Type::Batches:
        return stepBatches(task);
    case Type::Pairs:
        return stepPairs(task);
    default:
        break;
    }
    const Task done = task;
    m_tasks.pop_back();
    switch (done.type) {
    case Type::Write:
        return write(*done.value);
    case Type::Emit:
        m_out.op(done.one);
        return true;
    case Type::EndTuple:
        endTuple(done.count);
        return true;
    case Type::CloseTuple:
        return closeTuple(done);
    case Type::CloseSet:
        return closeSet(done);
    case Type::CloseCall:
        return closeCall(done);
    case Type::PlainBase:
        if (!builtin("object"))
            return false;
        m_out.op(Op::None);
        m_out.op(Op::Tuple);
        return true;
    case Type::Leave:
        m_enclosing.pop_back();
        return true;
    default:
        return true;
    }
}

void Writer::later(Type type, const Value *value)
{
    m_tasks.emplace_back().type = type;
    m_tasks.back().value = value;
}

void Writer::later(std::span<const Value> items)
{
    if (items.empty())
        return;
    Task &task = m_tasks.emplace_back();
    task.type = Type::Items;
    task.at = items.data();
    task.end = items.data() + items.size();
}

void Writer::laterOp(Op op)
{
    Task &task = m_tasks.emplace_back();
    task.type = Type::Emit;
    task.one = op;
}

void Writer::laterEndTuple(quint32 count)
{
    Task &task = m_tasks.emplace_back();
    task.type = Type::EndTuple;
    task.count = count;
}

void Writer::laterCall(Op op, const Value &value)
{
    later(Type::CloseCall, &value);
    m_tasks.back().one = op;
}

void Writer::laterBatches(std::span<const Value> items, Op one, Op many)
{
    if (items.empty())
        return;
    Task &task = m_tasks.emplace_back();
    task.type = Type::Batches;
    task.one = one;
    task.many = many;
    task.at = items.data();
    task.end = items.data() + items.size();
}

void Writer::laterPairs(std::span<const Value::Pair> pairs)
{
    if (pairs.empty())
        return;
    Task &task = m_tasks.emplace_back();
    task.type = Type::Pairs;
    task.one = Op::SetItem;
    task.many = Op::SetItems;
    task.pair = pairs.data();
    task.pairEnd = pairs.data() + pairs.size();
}

bool Writer::stepItems(Task &task)
{
    const std::size_t size = m_tasks.size();
    while (task.at != task.end) {
        if (!write(*task.at++))
            return false;
        if (m_tasks.size() != size)
            return true; // `task` may have moved
    }
    m_tasks.pop_back();
    return true;
}

/// Decides how the next items go in. \return false when there are none left.
bool Writer::openBatch(Task &task, qsizetype left)
{
    constexpr qsizetype kBatch = 1000; // as both of CPython's picklers
    if (left == 0)
        return false;
    const bool single = task.one != task.many && (m_protocol == 0 || left == 1);
    task.open = single ? 1 : 2;
    task.count = single ? 1 : quint32(std::min(left, kBatch));
    if (!single)
        m_out.op(Op::Mark);
    return true;
}

bool Writer::closeBatch(Task &task)
{
    m_out.op(task.open == 1 ? task.one : task.many);
    task.open = 0;
    return true;
}

bool Writer::stepBatches(Task &task)
{
    const std::size_t size = m_tasks.size();
    for (;;) {
        if (task.open == 0 && !openBatch(task, task.end - task.at))
            break;
        while (task.count != 0) {
            --task.count;
            if (!write(*task.at++))
                return false;
            if (m_tasks.size() != size)
                return true;
        }
        closeBatch(task);
    }
    m_tasks.pop_back();
    return true;
}

bool Writer::stepPairs(Task &task)
{
    const std::size_t size = m_tasks.size();
    for (;;) {
        if (task.open == 0 && !openBatch(task, task.pairEnd - task.pair))
            break;
        while (task.count != 0) {
            const Value *value = &task.pair->first;
            if (task.second) {
                value = &task.pair->second;
                ++task.pair;
                --task.count;
            }
            task.second = !task.second;
            if (!write(*value))
                return false;
            if (m_tasks.size() != size)
                return true;
        }
        closeBatch(task);
    }
    m_tasks.pop_back();
    return true;
}

bool Writer::fail(Error error)
{
    m_error = std::move(error);
    return false;
}

bool Writer::unsupported(const QString &what)
{
    return fail(Error::unsupported(what, QStringLiteral("value.unsupported")));
}

bool Writer::write(const Value &value)
{
    if (++m_written > m_limits.maxExpandedNodes)
        return fail(Error::limit(
            QStringLiteral("value has too many parts to be pickled"), QStringLiteral("value.expansion")));
    const detail::Node *node = detail::Access::node(value);
    if (node == nullptr)
        return writeInline(value);
    if (const quint32 *index = m_recent.find(node)) {
        get(*index);
        return true;
    }
    if (const quint32 *number = memo(value); number != nullptr && *number >= Survey::kFirstMemo) {
        m_recent.put(node, *number - Survey::kFirstMemo);
        get(*number - Survey::kFirstMemo);
        return true;
    }
    return writeKind(value);
}

/// What stands in the handle itself.
bool Writer::writeInline(const Value &value)
{
    const Kind kind = value.kind();
    if (kind == Kind::Int || (kind == Kind::Long && !isPython2())) {
        const qint64 number = detail::Access::integer(value);
        if (isPython2() || qint64(qint32(number)) == number) {
            smallInteger(number);
            return true;
        }
    }
    switch (kind) {
    case Kind::None:
        m_out.op(Op::None);
        return true;
    case Kind::Bool:
        boolean(detail::Access::integer(value) != 0);
        return true;
    case Kind::Float:
        real(detail::Access::real(value));
        return true;
    case Kind::Cycle:
        return writeCycle(value);
    default:
        return writeKind(value);
    }
}

bool Writer::writeKind(const Value &value)
{
    switch (value.kind()) {
    case Kind::Int:
    case Kind::Long:
        return writeInteger(value);
    case Kind::Text:
        if (!text(value.rawBytes()))
            return false;
        break;
    case Kind::Str:
        if (!str(value.rawBytes()))
            return false;
        break;
    case Kind::Bytes:
        if (!bytes(value.rawBytes()))
            return false;
        break;
    case Kind::ByteArray:
        if (!byteArray(value.rawBytes()))
            return false;
        break;
    case Kind::List:
        return enter(value) && list(value);
    case Kind::Dict:
        return enter(value) && dict(value);
    case Kind::Tuple:
        return enter(value) && tuple(value);
    case Kind::Set:
    case Kind::FrozenSet:
        return enter(value) && set(value);
    case Kind::Object:
        return enter(value) && object(value);
    case Kind::Array:
        return enter(value) && array(value);
    case Kind::PersistentId:
        return enter(value) && persistentId(value);
    case Kind::Global: // has a memo of its own, by name
        return global(value.module().toByteArray(), value.name().toByteArray());
    case Kind::Complex:
        return complex(value);
    case Kind::Decimal:
        return decimal(value);
    case Kind::Uuid:
        return uuid(value);
    case Kind::TimeDelta:
        return timeDelta(value);
    case Kind::DateTime:
    case Kind::Date:
    case Kind::Time:
        return dateAndTime(value);
    case Kind::Ext:
        return unsupported(QStringLiteral("pickle has no msgpack extension values"));
    case Kind::Reference:
    case Kind::Error:
        return unsupported(
            QStringLiteral("a reference or exception must be given its class before pickling"));
    default:
        return unsupported(QStringLiteral("pickle cannot carry this kind of value"));
    }
    remember(value);
    return true;
}

} // namespace pyrolens::pickle
