// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

#include <QByteArray>
#include <QByteArrayView>

#include <array>
#include <optional>

namespace pyrolens::pyro3 {

/// Header of every framed message; network byte order, no padding.
/// Source: Pyro 3.16, protocol.py, PYROAdapter.headerFmt ('!4sHHlHl').
///
/// | offset | size | field | value |
/// |---|---|---|---|
/// | 0 | 4 | id | "PYRO" |
/// | 4 | 2 | version | 5 |
/// | 6 | 2 | header size | 18 |
/// | 8 | 4 | body size | signed; bytes of the body as sent |
/// | 12 | 2 | flags | kCompressed, kChecksum, kXml |
/// | 14 | 4 | checksum | adler32 of the body as sent, or 0 |
struct Header
{
    std::array<char, 4> id{};
    quint16 version = 0;
    quint16 headerSize = 0;
    qint32 bodySize = 0;
    quint16 flags = 0;
    quint32 checksum = 0; ///< written signed; only its four bytes matter
};

inline constexpr qsizetype kHeaderSize = 18;
inline constexpr quint16 kVersion = 5; ///< since Pyro 3.10
inline constexpr qsizetype kChallengeSize = 16;
inline constexpr qsizetype kVerdictSize = 7; ///< raw GRANTED / DENIEDn
inline constexpr quint16 kCompressed = 0x01;
inline constexpr quint16 kChecksum = 0x02;
inline constexpr quint16 kXml = 0x04;

inline constexpr QByteArrayView kTag = "PYRO";
inline constexpr QByteArrayView kConnect = "CONNECT";
inline constexpr QByteArrayView kGranted = "GRANTED";
inline constexpr QByteArrayView kDenied = "DENIED"; ///< one digit follows

/// Standard texts that Python programs know. Source: Pyro 3.16, protocol.py, PYROAdapter.receiveMsg.
inline constexpr QStringView kBadVersion = u"incompatible protocol version";
inline constexpr QStringView kBadHeader = u"invalid header";
inline constexpr QStringView kBadChecksum = u"checksum error";

/// How much a reader insists on: recordings hold the broken messages of others too.
enum class Strictness : quint8 { Strict, Lenient };

/// Nothing with fewer than kHeaderSize bytes. Judges nothing.
std::optional<Header> readHeader(QByteArrayView bytes);

/// Size of the frame that starts the bytes, nothing while the header is not complete. Judges each field as
/// soon as it is there, in the original's order: version, id, header size, body size; so any cut of a stream
/// gives the same error. \return Protocol "frame.bad-header" / "frame.other-protocol", Limit
/// "frame.too-large" (also for a negative size).
Result<std::optional<qsizetype>> frameSize(
    QByteArrayView buffered, qint64 maxBytes, Strictness strictness = Strictness::Strict);

/// Body of a whole frame: checksum compared (Strict), inflated. Shares the frame's block where it can.
/// \return Protocol "frame.checksum", "frame.truncated", "zip.corrupt"; Limit "zip.bomb".
Result<QByteArray> unpack(
    const QByteArray &frame, const Limits &limits, Strictness strictness = Strictness::Strict);

struct PackOptions
{
    bool compress = false; ///< used only when it makes the body shorter
    bool checksum = false;
};
/// Header and body; hand the body over to have it not copied. \return Limit "frame.too-large" above 2^31 - 1
/// bytes.
Result<QByteArray> pack(QByteArray body, PackOptions options);

/// The bytes from `offset` on, without a copy.
QByteArray shareTail(const QByteArray &bytes, qsizetype offset);

} // namespace pyrolens::pyro3
