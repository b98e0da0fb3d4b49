// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "frame_p.h"

namespace pyrolens::pyro45 {

/// Fills a message from the body of an INVOKE: Call, Batch, attribute access or Query.
/// \return Protocol "call.shape", Limit "call.name-too-long" / "call.limit".
Result<Message> readRequest(
    const Flavour &flavour, const Header &header, const Value &body, const Limits &limits, int maxBatchCalls);

/// Fills a message from the annotation BLBI of a call whose body stays as it is.
Result<Message> readBlobCall(const QByteArray &blobInfo, const QByteArray &payload, const Limits &limits);

/// The arguments in a request's body, whatever they are.
Result<Value> readArguments(const Value &body);

/// A request ready to be encoded.
struct Request
{
    Value body;
    quint16 flags = 0;
    std::vector<Annotation> annotations; ///< BLBI
    std::optional<QByteArray> payload;   ///< of a blob: sent as it is
};
/// \return Unsupported for kinds that a client of these generations does not send.
Result<Request> makeRequest(const Flavour &flavour, const Message &message, const QByteArray &serializer);

/// Data of a CONNECT. \return Protocol "call.shape" with the text that the originals refuse with.
Result<Message> readConnect(const Flavour &flavour, const Header &header, const Value &body);
Value makeConnect(const Message &message, bool wantsMetadata);

} // namespace pyrolens::pyro45
