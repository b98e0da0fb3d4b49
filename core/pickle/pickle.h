// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/codec.h>
#include <pyrolens/value/dialect.h>

namespace pyrolens::pickle {

/// How a pickle is written. Readers on the other side decide: Python 2 programs read protocols 0 to 2, Python
/// 3 programs 0 to 5.
struct WriteOptions
{
    int protocol = 2;                   ///< 0 to 5
    Dialect dialect = Dialect::Python2; ///< names of builtin modules and which kinds need which spelling
    bool narrowIntegers = true;         ///< Python2: Int beyond 64 bit is written as long
};

/// Reads protocols 0 to 5 completely and executes nothing: classes and calls become Kind::Object and
/// Kind::Global. Sharing and recursion are kept (Kind::Cycle). Trailing bytes after STOP are reported in
/// bytesUsed, not an error. EXT1-4, NEXT_BUFFER and READONLY_BUFFER are refused; PERSID / BINPERSID only with
/// `allowPersistent` (then PersistentId).
struct ReadOptions
{
    bool allowPersistent = false;
    /// Extension registry for EXT1/2/4: code -> "module.name"; empty = refuse.
    std::vector<std::pair<quint32, std::pair<QByteArray, QByteArray>>> extensions;
};
Result<Decoded> decode(const QByteArray &bytes, const Limits &limits = {}, const ReadOptions &options = {});

/// Writes a value. Neutral kinds (Set, Complex, DateTime, Decimal, Uuid, Array, ByteArray, Bytes ...) get the
/// spelling the dialect's own pickler uses; Object and Global are written as they are described; shared nodes
/// go through the memo, Cycle leaves become the memo reference they were. Reference and Error must have been
/// lowered before.
Result<QByteArray> encode(const Value &value, const WriteOptions &options = {}, const Limits &limits = {});

/// One opcode of a pickle, for the opcode listing and for dissecting messages.
struct Opcode
{
    qsizetype offset = 0;
    qsizetype size = 0;      ///< with its argument
    QByteArray name;         ///< pickletools' name, "SHORT_BINSTRING"
    QString argument;        ///< short text of the argument, escaped, cut
    int stackDepth = 0;      ///< after it
    bool suspicious = false; ///< names a global outside the allow-list, or calls one
};
/// Never fails: ends with a pseudo opcode "?" that covers the rest and says what is wrong.
std::vector<Opcode> listing(QByteArrayView bytes, qsizetype maxOpcodes = 100'000);

/// Label of robustness.md section 4, from the decode's globals.
enum class Verdict : quint8 { DataOnly, KnownClasses, UnknownClasses, CallsFunctions, Malformed };
struct Inspection
{
    Verdict verdict = Verdict::DataOnly;
    std::vector<QByteArray> unknown; ///< classes or functions outside the allow-list
    Error error;                     ///< with Malformed
};
Inspection inspect(const QByteArray &bytes, const Limits &limits = {});

/// True for globals every peer of ours may use: builtin exceptions, Pyro's own errors, URI and proxy classes,
/// date and time, decimal, sets and the like. Source: robustness rules, "Decoder rules".
bool isKnownGlobal(QByteArrayView dottedName);

/// The codec object (protocol and dialect fixed) for generations.
class PickleCodec final : public Codec
{
public:
    explicit PickleCodec(WriteOptions write = {}, ReadOptions read = {})
        : m_write(write), m_read(std::move(read))
    { }
    QByteArray name() const override { return QByteArrayLiteral("pickle"); }
    Result<Decoded> decode(const QByteArray &bytes, const Limits &limits) const override;
    Result<QByteArray> encode(const Value &value, const Limits &limits) const override;

private:
    WriteOptions m_write;
    ReadOptions m_read;
};

} // namespace pyrolens::pickle
