// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "nameserverclient.h"

#include <pyrolens/wire/generation.h>

namespace pyrolens {

/// The generation with a hierarchical name space; 0 = the catalogue has none.
int treeGeneration(const Catalogue &catalogue);

/// What a user typed for an object: a URI of any form, or a name for a name server, which becomes a logical
/// URI without a host. A name that begins with a colon is one of the tree, others when `generation` has one.
/// \return Usage for an empty text, else what the URI's parser says.
Result<Uri> parseTarget(const Catalogue &catalogue, const QString &text, int generation);

/// The name server that a logical URI asks: the one that it names, over TLS if it says so, else `other`; a
/// tree for the classic spelling.
NameServerAddress nameServerOf(const Catalogue &catalogue, const Uri &logical, NameServerAddress other);

} // namespace pyrolens
