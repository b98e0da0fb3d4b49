// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "classes_p.h"
#include "frame_p.h"

namespace pyrolens::pyro45 {

/// Reply, Failure or StreamOpened of a RESULT. Total: every value is a reply.
Message readReply(const Flavour &flavour, const Header &header, const std::vector<Annotation> &annotations,
    const Value &body);

/// An answer ready to be encoded.
struct Answer
{
    Value body;
    quint16 flags = 0;
    std::vector<Annotation> annotations; ///< STRM
};
/// \return Unsupported for kinds that a server does not send.
Result<Answer> makeReply(const Flavour &flavour, const Message &message, Form form);

/// Accept or Deny of a CONNECTOK or CONNECTFAIL. \return Protocol "call.shape".
Result<Message> readVerdict(const Flavour &flavour, const Header &header, const Value &body);
/// Body of a CONNECTOK. \param hasMetadata the client asked for it.
Value makeAccept(const Flavour &flavour, const Message &message, bool hasMetadata);

} // namespace pyrolens::pyro45
