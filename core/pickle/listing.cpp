// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "opcodes_p.h"
#include "pickle.h"

#include <QHash>
#include <QLocale>

#include <bit>
#include <charconv>
#include <cstring>

namespace pyrolens::pickle {

namespace {

constexpr qsizetype kShownBytes = 60;

/// Bytes as text for one line: printable ASCII, the rest escaped, cut.
QString shown(QByteArrayView bytes)
{
    QString out;
    for (const char c : bytes.first(qMin(bytes.size(), kShownBytes))) {
        const auto code = uchar(c);
        if (c == '\\' || c == '"')
            out += QLatin1Char('\\') + QLatin1Char(c);
        else if (code >= 0x20 && code < 0x7f)
            out += QLatin1Char(c);
        else
            out += QStringLiteral("\\x%1").arg(int(code), 2, 16, QLatin1Char('0'));
    }
    if (bytes.size() > kShownBytes)
        out += QStringLiteral("… (%1 bytes)").arg(bytes.size());
    return out;
}

QString quoted(QByteArrayView bytes)
{
    return QLatin1Char('"') + shown(bytes) + QLatin1Char('"');
}

quint64 littleEndian(QByteArrayView bytes)
{
    quint64 value = 0;
    for (qsizetype i = bytes.size(); i-- > 0;)
        value = value << 8 | quint8(bytes[i]);
    return value;
}

/// What the listing knows of an item on the stack.
struct Item
{
    QByteArrayView text; ///< of a text or string, for STACK_GLOBAL
    bool isText = false;
    bool isForeign = false; ///< a class or function outside the allow-list
};

class Lister
{
public:
    Lister(QByteArrayView bytes, qsizetype maxOpcodes) : m_bytes(bytes), m_maxOpcodes(maxOpcodes) { }

    std::vector<Opcode> run()
    {
        while (m_error.isEmpty() && !m_stopped)
            one();
        if (!m_error.isEmpty()) {
            Opcode rest;
            rest.offset = m_at;
            rest.size = m_bytes.size() - m_at;
            rest.name = QByteArrayLiteral("?");
            rest.argument = m_error;
            rest.stackDepth = int(m_stack.size());
            m_list.push_back(rest);
        }
        return std::move(m_list);
    }

private:
    void one();
    bool split(const OpcodeInfo &info);
    bool fixed(qsizetype size);
    bool countedBy(qsizetype width, bool isSigned);
    bool lines(int count);
    QString describe(const OpcodeInfo &info) const;
    bool apply(Op op, const OpcodeInfo &info, Opcode &entry);
    bool take(qsizetype pops, std::vector<Item> &taken);
    bool memo(Op op, Opcode &entry);
    bool names(Op op, const std::vector<Item> &taken, Opcode &entry, Item &made);

    QByteArrayView m_bytes;
    qsizetype m_maxOpcodes;
    qsizetype m_at = 0;
    qsizetype m_next = 0;     ///< end of the opcode at m_at
    QByteArrayView m_payload; ///< its argument without length or line feed
    QByteArrayView m_second;  ///< second line of two
    std::vector<Item> m_stack;
    std::vector<std::size_t> m_marks;
    QHash<quint64, Item> m_memo;
    std::vector<Opcode> m_list;
    QString m_error;
    bool m_stopped = false;
};

bool Lister::fixed(qsizetype size)
{
    if (m_bytes.size() - m_next < size) {
        m_error = QStringLiteral("the pickle ends inside an opcode");
        return false;
    }
    m_payload = m_bytes.sliced(m_next, size);
    m_next += size;
    return true;
}

bool Lister::countedBy(qsizetype width, bool isSigned)
{
    if (!fixed(width))
        return false;
    const quint64 size = littleEndian(m_payload);
    if (isSigned && size > 0x7fffffffu) {
        m_error = QStringLiteral("negative length");
        return false;
    }
    if (size > quint64(m_bytes.size() - m_next)) {
        m_error = QStringLiteral("%1 bytes announced, %2 left").arg(size).arg(m_bytes.size() - m_next);
        return false;
    }
    return fixed(qsizetype(size));
}

bool Lister::lines(int count)
{
    for (int i = 0; i < count; ++i) {
        const qsizetype feed = m_bytes.indexOf('\n', m_next);
        if (feed < 0) {
            m_error = QStringLiteral("the line does not end");
            return false;
        }
        (i == 0 ? m_payload : m_second) = m_bytes.sliced(m_next, feed - m_next);
        m_next = feed + 1;
    }
    return true;
}

bool Lister::split(const OpcodeInfo &info)
{
    switch (info.argument) {
    case Argument::None:
        return true;
    case Argument::Line:
        return lines(1);
    case Argument::TwoLines:
        return lines(2);
    case Argument::U1:
        return fixed(1);
    case Argument::U2:
        return fixed(2);
    case Argument::S4:
    case Argument::U4:
        return fixed(4);
    case Argument::U8:
    case Argument::F8:
        return fixed(8);
    case Argument::Counted1:
        return countedBy(1, false);
    case Argument::Counted4:
        return countedBy(4, false);
    case Argument::SCounted4:
        return countedBy(4, true);
    case Argument::Counted8:
        return countedBy(8, false);
    }
    return false;
}

QString Lister::describe(const OpcodeInfo &info) const
{
    switch (info.argument) {
    case Argument::None:
        return {};
    case Argument::Line:
        return shown(m_payload);
    case Argument::TwoLines:
        return quoted(QByteArray(m_payload.toByteArray() + ' ' + m_second.toByteArray()));
    case Argument::S4:
        return QString::number(qint32(quint32(littleEndian(m_payload))));
    case Argument::U1:
    case Argument::U2:
    case Argument::U4:
    case Argument::U8:
        return QString::number(littleEndian(m_payload));
    case Argument::F8: {
        quint64 bits = 0;
        for (const char c : m_payload)
            bits = bits << 8 | quint8(c);
        return QString::number(std::bit_cast<double>(bits), 'g', QLocale::FloatingPointShortest);
    }
    default:
        break;
    }
    if (std::strncmp(info.name, "LONG", 4) != 0)
        return quoted(m_payload);
    const std::optional<QByteArray> digits = Value::bigInteger(m_payload).integerText();
    return digits ? shown(*digits) : QStringLiteral("integer of %1 bytes").arg(m_payload.size());
}

void Lister::one()
{
    m_next = m_at;
    if (m_at == m_bytes.size()) {
        m_error = QStringLiteral("the pickle ends without STOP");
        return;
    }
    if (qsizetype(m_list.size()) >= m_maxOpcodes) {
        m_error = QStringLiteral("more than %1 opcodes, the rest is not listed").arg(m_maxOpcodes);
        return;
    }
    const auto code = quint8(m_bytes[m_next++]);
    const OpcodeInfo &info = opcodeInfo(code);
    if (info.name == nullptr) {
        m_error = QStringLiteral("unknown opcode 0x%1").arg(int(code), 2, 16, QLatin1Char('0'));
        return;
    }
    if (!split(info))
        return;
    Opcode entry;
    entry.offset = m_at;
    entry.size = m_next - m_at;
    entry.name = info.name;
    entry.argument = describe(info);
    if (!apply(Op(code), info, entry))
        return;
    entry.stackDepth = int(m_stack.size());
    m_list.push_back(std::move(entry));
    m_at = m_next;
    m_stopped = Op(code) == Op::Stop;
}

/// Takes items off: a number of them, or all to the mark and some below it.
bool Lister::take(qsizetype pops, std::vector<Item> &taken)
{
    std::size_t from = m_stack.size();
    qsizetype below = pops;
    if (pops < 0) {
        if (m_marks.empty()) {
            m_error = QStringLiteral("no mark on the stack");
            return false;
        }
        from = m_marks.back();
        m_marks.pop_back();
        below = kToMark - pops;
    }
    const std::size_t fence = m_marks.empty() ? 0 : m_marks.back();
    if (from - fence < std::size_t(below)) {
        m_error = QStringLiteral("too few values on the stack");
        return false;
    }
    from -= std::size_t(below);
    taken.assign(m_stack.begin() + std::ptrdiff_t(from), m_stack.end());
    m_stack.resize(from);
    return true;
}

bool Lister::apply(Op op, const OpcodeInfo &info, Opcode &entry)
{
    const std::size_t fence = m_marks.empty() ? 0 : m_marks.back();
    switch (op) {
    case Op::Mark:
        m_marks.push_back(m_stack.size());
        return true;
    case Op::Pop:
        if (!m_marks.empty() && m_stack.size() == fence) {
            m_marks.pop_back();
            return true;
        }
        break;
    case Op::Put:
    case Op::BinPut:
    case Op::LongBinPut:
    case Op::Memoize:
    case Op::Get:
    case Op::BinGet:
    case Op::LongBinGet:
        return memo(op, entry);
    case Op::Dup:
        if (m_stack.size() == fence) {
            m_error = QStringLiteral("too few values on the stack");
            return false;
        }
        m_stack.push_back(Item{m_stack.back()});
        return true;
    default:
        break;
    }
    std::vector<Item> taken;
    Item made;
    if (!take(info.pops, taken) || !names(op, taken, entry, made))
        return false;
    if (info.pushes > 0) {
        // Opcodes that fill a container or object leave that on the stack.
        const bool keeps = op == Op::Build || op == Op::Append || op == Op::SetItem || info.pops < kToMark;
        m_stack.push_back(keeps ? taken.front() : made);
    }
    return true;
}

bool Lister::memo(Op op, Opcode &entry)
{
    quint64 index = 0;
    if (op == Op::Memoize) {
        index = quint64(m_memo.size());
        entry.argument = QString::number(index);
    } else if (op == Op::Put || op == Op::Get) {
        const auto read = std::from_chars(m_payload.data(), m_payload.data() + m_payload.size(), index);
        if (read.ec != std::errc()) {
            m_error = QStringLiteral("memo number is not a number");
            return false;
        }
    } else {
        index = littleEndian(m_payload);
    }
    if (op == Op::Get || op == Op::BinGet || op == Op::LongBinGet) {
        const auto found = m_memo.constFind(index);
        if (found == m_memo.cend()) {
            m_error = QStringLiteral("memo entry %1 was never set").arg(index);
            return false;
        }
        m_stack.push_back(*found);
        return true;
    }
    if (m_stack.size() == (m_marks.empty() ? 0 : m_marks.back())) {
        m_error = QStringLiteral("too few values on the stack");
        return false;
    }
    m_memo.insert(index, m_stack.back());
    return true;
}

/// Follows classes and functions from where they are named to where they are called.
bool Lister::names(Op op, const std::vector<Item> &taken, Opcode &entry, Item &made)
{
    QByteArray dotted;
    switch (op) {
    case Op::String:
    case Op::BinString:
    case Op::ShortBinString:
    case Op::Unicode:
    case Op::BinUnicode:
    case Op::ShortBinUnicode:
    case Op::BinUnicode8:
        made.isText = true;
        made.text = m_payload;
        return true;
    case Op::Global:
    case Op::Inst:
        dotted = m_payload.toByteArray() + '.' + m_second.toByteArray();
        break;
    case Op::StackGlobal:
        if (taken[0].isText && taken[1].isText) {
            dotted = taken[0].text.toByteArray() + '.' + taken[1].text.toByteArray();
            entry.argument
                = quoted(QByteArray(taken[0].text.toByteArray() + ' ' + taken[1].text.toByteArray()));
        }
        break;
    case Op::Obj:
        if (taken.empty()) {
            m_error = QStringLiteral("OBJ without a class");
            return false;
        }
        entry.suspicious = taken.front().isForeign;
        return true;
    case Op::Reduce:
    case Op::NewObj:
    case Op::NewObjEx:
        entry.suspicious = taken.front().isForeign;
        return true;
    case Op::Ext1:
    case Op::Ext2:
    case Op::Ext4:
        made.isForeign = entry.suspicious = true; // names something only the peer knows
        return true;
    default:
        return true;
    }
    entry.suspicious = !isKnownGlobal(dotted);
    made.isForeign = entry.suspicious && op != Op::Inst;
    return true;
}

} // namespace

std::vector<Opcode> listing(QByteArrayView bytes, qsizetype maxOpcodes)
{
    return Lister(bytes, maxOpcodes).run();
}

} // namespace pyrolens::pickle
