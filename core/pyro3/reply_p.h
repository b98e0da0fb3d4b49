// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/wire/message.h>

#include <QByteArrayView>

namespace pyrolens::pyro3 {

/// Reply, Failure, or Code ("I miss a module") of a reply body. Total: every value is a reply.
Message readReply(const Value &body);

/// The body of a reply. \return Unsupported for kinds that a server does not send.
Result<Value> makeReply(const Message &message, int protocol);

/// Accept or Deny of the seven raw bytes. \return Protocol "frame.bad-header" for others.
Result<Message> readVerdict(QByteArrayView bytes);
/// "GRANTED" or "DENIEDn"; codes without a digit of their own become 0.
QByteArray makeVerdict(const Message &message);

/// What a client shows for a denial code. Source: Pyro 3.16, constants.py, deniedReasons.
QString denialText(int code);

} // namespace pyrolens::pyro3
