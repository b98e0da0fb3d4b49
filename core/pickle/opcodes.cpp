// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "opcodes_p.h"

#include <array>

namespace pyrolens::pickle {

namespace {

using Table = std::array<OpcodeInfo, 256>;

constexpr void put(Table &table, Op op, const char *name, Argument argument, int pops, int pushes)
{
    table[quint8(op)] = {name, argument, qint8(pops), qint8(pushes)};
}

constexpr void protocol0(Table &t)
{
    put(t, Op::Mark, "MARK", Argument::None, 0, 0);
    put(t, Op::Stop, "STOP", Argument::None, 1, 0);
    put(t, Op::Pop, "POP", Argument::None, 1, 0);
    put(t, Op::PopMark, "POP_MARK", Argument::None, kToMark, 0);
    put(t, Op::Dup, "DUP", Argument::None, 1, 2);
    put(t, Op::Float, "FLOAT", Argument::Line, 0, 1);
    put(t, Op::Int, "INT", Argument::Line, 0, 1);
    put(t, Op::Long, "LONG", Argument::Line, 0, 1);
    put(t, Op::None, "NONE", Argument::None, 0, 1);
    put(t, Op::PersId, "PERSID", Argument::Line, 0, 1);
    put(t, Op::Reduce, "REDUCE", Argument::None, 2, 1);
    put(t, Op::String, "STRING", Argument::Line, 0, 1);
    put(t, Op::Unicode, "UNICODE", Argument::Line, 0, 1);
    put(t, Op::Append, "APPEND", Argument::None, 2, 1);
    put(t, Op::Build, "BUILD", Argument::None, 2, 1);
    put(t, Op::Global, "GLOBAL", Argument::TwoLines, 0, 1);
    put(t, Op::Dict, "DICT", Argument::None, kToMark, 1);
    put(t, Op::Get, "GET", Argument::Line, 0, 1);
    put(t, Op::Inst, "INST", Argument::TwoLines, kToMark, 1);
    put(t, Op::List, "LIST", Argument::None, kToMark, 1);
    put(t, Op::Put, "PUT", Argument::Line, 0, 0);
    put(t, Op::SetItem, "SETITEM", Argument::None, 3, 1);
    put(t, Op::Tuple, "TUPLE", Argument::None, kToMark, 1);
}

constexpr void protocol1(Table &t)
{
    put(t, Op::BinInt, "BININT", Argument::S4, 0, 1);
    put(t, Op::BinInt1, "BININT1", Argument::U1, 0, 1);
    put(t, Op::BinInt2, "BININT2", Argument::U2, 0, 1);
    put(t, Op::BinPersId, "BINPERSID", Argument::None, 1, 1);
    put(t, Op::BinString, "BINSTRING", Argument::SCounted4, 0, 1);
    put(t, Op::ShortBinString, "SHORT_BINSTRING", Argument::Counted1, 0, 1);
    put(t, Op::BinUnicode, "BINUNICODE", Argument::Counted4, 0, 1);
    put(t, Op::EmptyDict, "EMPTY_DICT", Argument::None, 0, 1);
    put(t, Op::Appends, "APPENDS", Argument::None, kToMark - 1, 1);
    put(t, Op::BinGet, "BINGET", Argument::U1, 0, 1);
    put(t, Op::LongBinGet, "LONG_BINGET", Argument::U4, 0, 1);
    put(t, Op::EmptyList, "EMPTY_LIST", Argument::None, 0, 1);
    put(t, Op::Obj, "OBJ", Argument::None, kToMark, 1);
    put(t, Op::BinPut, "BINPUT", Argument::U1, 0, 0);
    put(t, Op::LongBinPut, "LONG_BINPUT", Argument::U4, 0, 0);
    put(t, Op::EmptyTuple, "EMPTY_TUPLE", Argument::None, 0, 1);
    put(t, Op::SetItems, "SETITEMS", Argument::None, kToMark - 1, 1);
    put(t, Op::BinFloat, "BINFLOAT", Argument::F8, 0, 1);
}

constexpr void protocol2(Table &t)
{
    put(t, Op::Proto, "PROTO", Argument::U1, 0, 0);
    put(t, Op::NewObj, "NEWOBJ", Argument::None, 2, 1);
    put(t, Op::Ext1, "EXT1", Argument::U1, 0, 1);
    put(t, Op::Ext2, "EXT2", Argument::U2, 0, 1);
    put(t, Op::Ext4, "EXT4", Argument::S4, 0, 1);
    put(t, Op::Tuple1, "TUPLE1", Argument::None, 1, 1);
    put(t, Op::Tuple2, "TUPLE2", Argument::None, 2, 1);
    put(t, Op::Tuple3, "TUPLE3", Argument::None, 3, 1);
    put(t, Op::NewTrue, "NEWTRUE", Argument::None, 0, 1);
    put(t, Op::NewFalse, "NEWFALSE", Argument::None, 0, 1);
    put(t, Op::Long1, "LONG1", Argument::Counted1, 0, 1);
    put(t, Op::Long4, "LONG4", Argument::SCounted4, 0, 1);
}

constexpr void protocol3to5(Table &t)
{
    put(t, Op::BinBytes, "BINBYTES", Argument::Counted4, 0, 1);
    put(t, Op::ShortBinBytes, "SHORT_BINBYTES", Argument::Counted1, 0, 1);
    put(t, Op::ShortBinUnicode, "SHORT_BINUNICODE", Argument::Counted1, 0, 1);
    put(t, Op::BinUnicode8, "BINUNICODE8", Argument::Counted8, 0, 1);
    put(t, Op::BinBytes8, "BINBYTES8", Argument::Counted8, 0, 1);
    put(t, Op::EmptySet, "EMPTY_SET", Argument::None, 0, 1);
    put(t, Op::AddItems, "ADDITEMS", Argument::None, kToMark - 1, 1);
    put(t, Op::FrozenSet, "FROZENSET", Argument::None, kToMark, 1);
    put(t, Op::NewObjEx, "NEWOBJ_EX", Argument::None, 3, 1);
    put(t, Op::StackGlobal, "STACK_GLOBAL", Argument::None, 2, 1);
    put(t, Op::Memoize, "MEMOIZE", Argument::None, 0, 0);
    put(t, Op::Frame, "FRAME", Argument::U8, 0, 0);
    put(t, Op::ByteArray8, "BYTEARRAY8", Argument::Counted8, 0, 1);
    put(t, Op::NextBuffer, "NEXT_BUFFER", Argument::None, 0, 1);
    put(t, Op::ReadOnlyBuffer, "READONLY_BUFFER", Argument::None, 1, 1);
}

constexpr Table makeTable()
{
    Table table{};
    protocol0(table);
    protocol1(table);
    protocol2(table);
    protocol3to5(table);
    return table;
}

constexpr Table kTable = makeTable();

} // namespace

const OpcodeInfo &opcodeInfo(quint8 code)
{
    return kTable[code];
}

} // namespace pyrolens::pickle
