// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "reader_p.h"

#include <algorithm>

namespace pyrolens::pickle {

using Kind = Value::Kind;

Reader::Reader(const QByteArray &bytes, const Limits &limits, const ReadOptions &options)
    : m_bytes(bytes)
    , m_limits(limits)
    , m_options(options)
    , m_begin(bytes.constData())
    , m_at(m_begin)
    , m_end(m_begin + bytes.size())
    , m_op(m_begin)
    , m_builder(limits)
{
    marksChanged();
}

/// The frequent opcodes stand here, so that what they do is one piece of code; the others in execute().
bool Reader::run()
{
    quint64 n = 0;
    const char *at = m_at; // kept out of memory: each opcode waits for the last one's
    for (bool isFine = true; Q_LIKELY(isFine);) {
        m_op = at;
        if (Q_UNLIKELY(at == m_end))
            return failAs(QStringLiteral("pickle.truncated"), QStringLiteral("pickle ends without STOP"));
        if (Q_UNLIKELY(++m_opcodes > m_limits.maxPickleOpcodes))
            return limit(QStringLiteral("pickle has more than %1 opcodes").arg(m_limits.maxPickleOpcodes));
        switch (const auto op = Op(quint8(*at++)); op) {
        case Op::BinInt1:
            isFine = number<1>(at, n) && integer(qint64(n));
            break;
        case Op::BinInt2:
            isFine = number<2>(at, n) && integer(qint64(n));
            break;
        case Op::BinInt:
            isFine = number<4>(at, n) && integer(qint32(quint32(n)));
            break;
        case Op::BinGet:
            isFine = number<1>(at, n) && get(n);
            break;
        case Op::BinPut:
            isFine = number<1>(at, n) && put(n);
            break;
        case Op::LongBinGet:
            isFine = number<4>(at, n) && get(n);
            break;
        case Op::LongBinPut:
            isFine = number<4>(at, n) && put(n);
            break;
        case Op::Memoize:
            isFine = put(quint64(m_memo.size()));
            break;
        case Op::BinUnicode:
            isFine = counted<4>(at, Kind::Text);
            break;
        case Op::ShortBinUnicode:
            isFine = counted<1>(at, Kind::Text);
            break;
        case Op::ShortBinString:
            isFine = counted<1>(at, Kind::Str);
            break;
        case Op::BinFloat:
            isFine = binFloat(at);
            break;
        case Op::None:
            isFine = charge(1, 0) && push(Value());
            break;
        case Op::NewTrue:
            isFine = boolean(true);
            break;
        case Op::NewFalse:
            isFine = boolean(false);
            break;
        case Op::EmptyTuple:
            isFine = tuple(0);
            break;
        case Op::Tuple1:
            isFine = tuple(1);
            break;
        case Op::Tuple2:
            isFine = tuple(2);
            break;
        case Op::Tuple3:
            isFine = tuple(3);
            break;
        case Op::EmptyList:
            isFine = push(m_builder.list());
            break;
        case Op::EmptyDict:
            isFine = push(m_builder.dict());
            break;
        case Op::Mark:
            isFine = mark();
            break;
        case Op::Append:
            isFine = append();
            break;
        case Op::Appends:
            isFine = appends();
            break;
        case Op::SetItem:
            isFine = setItem();
            break;
        case Op::SetItems:
            isFine = setItems();
            break;
        case Op::Tuple:
            isFine = tupleFromMark();
            break;
        case Op::Stop:
            m_at = at;
            return stop();
        default:
            m_at = at;
            isFine = execute(op);
            at = m_at;
        }
    }
    return false;
}

bool Reader::execute(Op op)
{
    quint64 n = 0;
    switch (op) {
    case Op::Proto:
        return proto();
    case Op::Frame:
        return frame();
    case Op::Pop:
        return popTop();
    case Op::PopMark:
        return popToMark();
    case Op::Dup:
        return dup();
    case Op::Int:
        return intText();
    case Op::Long:
        return longText();
    case Op::Float:
        return floatText();
    case Op::String:
        return stringText();
    case Op::Unicode:
        return unicodeText();
    case Op::Get:
        return getText();
    case Op::Put:
        return putText();
    case Op::Long1:
        return number<1>(n) && longBytes(n);
    case Op::Long4:
        return number<4>(n)
            && (n < 0x80000000u ? longBytes(n) : fail(QStringLiteral("LONG4 with a negative length")));
    case Op::BinString:
        return number<4>(n) && signedPayload(Kind::Str, n);
    case Op::BinBytes:
        return counted<4>(Kind::Bytes);
    case Op::ShortBinBytes:
        return counted<1>(Kind::Bytes);
    case Op::BinUnicode8:
        return counted<8>(Kind::Text);
    case Op::BinBytes8:
        return counted<8>(Kind::Bytes);
    case Op::ByteArray8:
        return counted<8>(Kind::ByteArray);
    case Op::List:
        return listFromMark();
    case Op::Dict:
        return dictFromMark();
    case Op::EmptySet:
        return push(m_builder.set(false));
    case Op::FrozenSet:
        return frozenSetFromMark();
    case Op::AddItems:
        return addItems();
    case Op::Global:
        return globalText();
    case Op::StackGlobal:
        return stackGlobal();
    case Op::Inst:
        return inst();
    case Op::Obj:
        return obj();
    case Op::NewObj:
        return newObj(false);
    case Op::NewObjEx:
        return newObj(true);
    case Op::Reduce:
        return reduce();
    case Op::Build:
        return build();
    case Op::Ext1:
        return number<1>(n) && extension(n);
    case Op::Ext2:
        return number<2>(n) && extension(n);
    case Op::Ext4:
        return number<4>(n) && extension(n);
    case Op::PersId:
        return persistentText();
    case Op::BinPersId:
        return persistentId();
    case Op::NextBuffer:
    case Op::ReadOnlyBuffer:
        return fail(QStringLiteral("out-of-band buffers are not accepted"));
    default:
        return fail(QStringLiteral("unknown opcode 0x%1").arg(int(op), 2, 16, QLatin1Char('0')));
    }
}

// --- Errors

bool Reader::failAs(const QString &code, const QString &what)
{
    m_error = Error::protocol(what, code, m_op - m_begin);
    return false;
}

bool Reader::fail(const QString &what)
{
    return failAs(QStringLiteral("pickle.opcode"), what);
}

bool Reader::limit(const QString &what)
{
    m_error = Error::limit(what, QStringLiteral("pickle.limit"), m_op - m_begin);
    return false;
}

bool Reader::truncated()
{
    return failAs(QStringLiteral("pickle.truncated"), QStringLiteral("pickle ends inside an opcode"));
}

bool Reader::builderFailed()
{
    m_error = m_builder.error();
    m_error.offset = m_op - m_begin;
    return false;
}

// --- The end

bool Reader::stop()
{
    if (!need(1) || !charge(0, 0))
        return false;
    m_root = pop();
    return true;
}

Result<Decoded> Reader::finish()
{
    if (!m_error.what.isEmpty())
        return m_error;
    // Other handles would make every node look shared to whoever writes the value again.
    m_stack.drop(0);
    m_memo.clear();
    Result<Value> frozen = m_builder.freeze(std::move(m_root));
    if (!frozen) {
        Error error = frozen.error();
        error.offset = m_op - m_begin;
        return error;
    }
    return Decoded{std::move(*frozen), std::move(m_globals), m_at - m_begin};
}

// --- Stack and marks

bool Reader::mark()
{
    if (qint64(m_stack.size() + m_marks.size()) >= m_limits.maxPickleStack)
        return limit(QStringLiteral("pickle stack holds more than %1 items").arg(m_limits.maxPickleStack));
    m_marks.push_back(m_stack.size());
    marksChanged();
    return true;
}

/// Takes the last mark off; `from` is the first item above it.
bool Reader::popMark(std::size_t &from)
{
    if (m_marks.empty())
        return fail(QStringLiteral("no mark on the stack"));
    from = m_marks.back();
    m_marks.pop_back();
    marksChanged();
    return true;
}

/// Marks count as items of the stack.
void Reader::marksChanged()
{
    m_fence = m_marks.empty() ? 0 : m_marks.back();
    m_stack.setMost(std::size_t(std::max<qint64>(0, m_limits.maxPickleStack - qint64(m_marks.size()))));
}

bool Reader::makeRoom()
{
    if (qint64(m_stack.size() + m_marks.size()) >= m_limits.maxPickleStack)
        return limit(QStringLiteral("pickle stack holds more than %1 items").arg(m_limits.maxPickleStack));
    m_stack.grow();
    return true;
}

/// Takes off an item, or the mark when that is on top. Source: CPython, Lib/pickle.py, load_pop.
bool Reader::popTop()
{
    std::size_t from = 0;
    if (m_stack.size() == m_fence && !m_marks.empty())
        return popMark(from);
    if (!need(1))
        return false;
    (void)m_stack.pop();
    return true;
}

bool Reader::popToMark()
{
    std::size_t from = 0;
    if (!popMark(from))
        return false;
    m_stack.drop(from);
    return true;
}

bool Reader::dup()
{
    if (!need(1))
        return false;
    Value copy = m_stack.back();
    if (copy.isContainer())
        m_builder.noteShared();
    return push(std::move(copy));
}

// --- Memo

bool Reader::putText()
{
    quint64 index = 0;
    return memoIndex(index) && put(index);
}

bool Reader::getText()
{
    quint64 index = 0;
    return memoIndex(index) && get(index);
}

// --- Protocol

bool Reader::proto()
{
    quint64 version = 0;
    if (!number<1>(version))
        return false;
    if (version > quint64(kHighestProtocol))
        return fail(QStringLiteral("pickle protocol %1 is not known").arg(version));
    m_protocol = int(version);
    return true;
}

bool Reader::frame()
{
    quint64 size = 0;
    if (!number<8>(size))
        return false;
    return size <= quint64(m_end - m_at) || truncated();
}

} // namespace pyrolens::pickle
