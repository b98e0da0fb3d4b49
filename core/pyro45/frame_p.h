// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "flavour.h"

namespace pyrolens::pyro45 {

/// How much a reader insists on: recordings hold the broken messages of others too.
enum class Strictness : quint8 { Strict, Lenient };

/// The header at the start of the bytes, nothing while it is not complete. Each field is judged as soon as it
/// is there, so any cut of a stream gives the same error. \return Protocol "frame.bad-header" /
/// "frame.other-protocol", Limit "frame.too-large", "ann.limit".
Result<std::optional<Header>> headerAt(const Flavour &flavour, QByteArrayView buffered, qint64 maxBytes,
    qint64 maxAnnotationBytes, Strictness strictness);

/// Bytes of the whole frame.
inline qsizetype frameSize(const Flavour &flavour, const Header &header)
{
    return flavour.headerSize + header.annotationsSize + header.payloadSize;
}

/// A whole frame, taken apart.
struct Parts
{
    Header header;
    std::vector<Annotation> annotations; ///< in wire order, duplicates included
    QByteArray sent;                     ///< payload as sent
    QByteArray payload;                  ///< inflated
};

/// \return Protocol "frame.truncated", "ann.malformed", "zip.corrupt"; Limit "ann.limit", "zip.bomb". With
/// Lenient what is wrong with annotations is left out.
Result<Parts> takeApart(const Flavour &flavour, const QByteArray &frame, const Limits &limits,
    int maxAnnotations, Strictness strictness = Strictness::Strict);

/// The chunks of an annotation area. Offsets of errors count from the start of the area.
Result<std::vector<Annotation>> readAnnotations(
    const Flavour &flavour, QByteArrayView area, int maxAnnotations, Strictness strictness);

/// A frame from its parts: sizes, checksum and digest are filled in. \return Limit "frame.too-large", Usage
/// for an annotation id that is not four ASCII characters.
struct PackOptions
{
    bool compress = false;
    QByteArray hmacKey;
    qint64 maxBytes = 0;
};
Result<QByteArray> pack(const Flavour &flavour, Header header, std::vector<Annotation> annotations,
    QByteArray payload, const PackOptions &options);

/// The last chunk of an id, nothing when there is none.
std::optional<QByteArray> annotation(const std::vector<Annotation> &annotations, QByteArrayView id);

} // namespace pyrolens::pyro45
