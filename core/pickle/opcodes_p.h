// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QtGlobal>

namespace pyrolens::pickle {

/// Every opcode of protocols 0 to 5. Source: CPython, Lib/pickle.py, constants; Lib/pickletools.py, opcodes.
enum class Op : quint8 {
    Mark = '(',
    Stop = '.',
    Pop = '0',
    PopMark = '1',
    Dup = '2',
    Float = 'F',
    Int = 'I',
    BinInt = 'J',
    BinInt1 = 'K',
    Long = 'L',
    BinInt2 = 'M',
    None = 'N',
    PersId = 'P',
    BinPersId = 'Q',
    Reduce = 'R',
    String = 'S',
    BinString = 'T',
    ShortBinString = 'U',
    Unicode = 'V',
    BinUnicode = 'X',
    Append = 'a',
    Build = 'b',
    Global = 'c',
    Dict = 'd',
    EmptyDict = '}',
    Appends = 'e',
    Get = 'g',
    BinGet = 'h',
    Inst = 'i',
    LongBinGet = 'j',
    List = 'l',
    EmptyList = ']',
    Obj = 'o',
    Put = 'p',
    BinPut = 'q',
    LongBinPut = 'r',
    SetItem = 's',
    Tuple = 't',
    EmptyTuple = ')',
    SetItems = 'u',
    BinFloat = 'G',
    // Protocol 2.
    Proto = 0x80,
    NewObj = 0x81,
    Ext1 = 0x82,
    Ext2 = 0x83,
    Ext4 = 0x84,
    Tuple1 = 0x85,
    Tuple2 = 0x86,
    Tuple3 = 0x87,
    NewTrue = 0x88,
    NewFalse = 0x89,
    Long1 = 0x8a,
    Long4 = 0x8b,
    // Protocol 3.
    BinBytes = 'B',
    ShortBinBytes = 'C',
    // Protocol 4.
    ShortBinUnicode = 0x8c,
    BinUnicode8 = 0x8d,
    BinBytes8 = 0x8e,
    EmptySet = 0x8f,
    AddItems = 0x90,
    FrozenSet = 0x91,
    NewObjEx = 0x92,
    StackGlobal = 0x93,
    Memoize = 0x94,
    Frame = 0x95,
    // Protocol 5.
    ByteArray8 = 0x96,
    NextBuffer = 0x97,
    ReadOnlyBuffer = 0x98,
};

inline constexpr int kHighestProtocol = 5;

/// How the argument of an opcode is laid out. Integers are little-endian, counts are bytes that follow.
enum class Argument : quint8 {
    None,
    Line,     ///< text to the next line feed
    TwoLines, ///< module and name, one line each
    U1,
    U2,
    S4,
    U4,
    U8,
    F8,        ///< IEEE double, big-endian
    Counted1,  ///< u8 count
    Counted4,  ///< u32 count
    SCounted4, ///< s32 count, negative is an error (BINSTRING, LONG4)
    Counted8,  ///< u64 count
};

/// What pickletools knows about an opcode.
struct OpcodeInfo
{
    const char *name = nullptr; ///< null: no opcode
    Argument argument = Argument::None;
    qint8 pops = 0;   ///< items taken; kToMark = all down to the mark; kToMark - n = the n items below it too
    qint8 pushes = 0; ///< items given back
};
inline constexpr qint8 kToMark = -1;

const OpcodeInfo &opcodeInfo(quint8 code);

} // namespace pyrolens::pickle
