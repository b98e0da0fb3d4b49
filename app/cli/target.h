// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "command.h"

#include <pyrolens/value/literal.h>

namespace pyrolens::cli {

/// "generation 3", "generations 3, 4 and 5".
QString generationNames(const Catalogue &catalogue);

/// Client context with a resolver at the name server of the command line.
std::shared_ptr<ClientContext> makeClientContext(const Invocation &invocation);

/// TARGET: a URI of any form, or a name for the name server. A name becomes a logical URI, so that looking it
/// up, its errors and its timeout are those of the call.
Result<Uri> parseTarget(const Invocation &invocation, const QString &text);

/// A proxy for a target, with the options of the command line.
Result<std::unique_ptr<Proxy>> makeProxy(const Invocation &invocation, const QString &target);

/// HOST:PORT of a daemon (or any URI that names one).
Result<Uri> parseDaemonAddress(const Invocation &invocation, const QString &text);

/// The generation that a call of the proxy's object is carried by. Connects when its URI leaves that open.
Result<const Generation *> carrierOf(const Invocation &invocation, Proxy &proxy);

/// One LITERAL in the dialect of the generation that will carry it.
Result<Value> parseWord(const Invocation &invocation, const QString &word, const Generation &generation);
/// The same where nothing is asked to find out: in the dialect of defaultGeneration().
Result<Value> parseWord(const Invocation &invocation, const QString &word);
/// Whether a word is a LITERAL in some dialect: what is none is wrong whoever answers.
Status checkWord(const Invocation &invocation, const QString &word);

/// The generation that the command line speaks when nothing else tells.
const Generation &defaultGeneration(const Invocation &invocation);

/// Asks the daemon whether the target's object is there. \return the objects it hosts; Remote 'unknown object
/// ID' when not.
Result<Value> registeredObjects(Proxy &proxy);
Status checkObjectIsHosted(Proxy &proxy);

/// Looks a name up, within the time limit of the call.
Result<Uri> resolveName(const Invocation &invocation, const Uri &name);

} // namespace pyrolens::cli
