// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "dispatch_p.h"

namespace pyrolens {

/// The daemon as an object of its own, for clients of that generation's name space.
std::shared_ptr<Hosted> makeDaemonObject(const Generation &generation);

/// What an object's clients may know about it.
ObjectMetadata metadataOf(const Generation &generation, const InterfaceInfo &interface);

/// A call of one of the daemon's own methods (generations 4 and 5) as the question it is. Generations
/// recognise the usual ones themselves; this takes any way of passing arguments. \return TypeError, or
/// nothing for other methods.
std::optional<Result<Message>> asQuestion(const Message &call);

/// Answers a question to the daemon.
Begun answerQuery(const Call &call, std::shared_ptr<Hosted> &hosted);

} // namespace pyrolens
