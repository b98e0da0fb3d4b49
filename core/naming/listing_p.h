// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nameserverclient.h"
#include "registry.h"

#include <QByteArray>

#include <vector>

namespace pyrolens::naming {

/// Name of our own addition to the name server's methods: the whole tree as one text, which both sides handle
/// ten times faster than a list of objects. Real servers answer AttributeError; then flatlist() and list() do
/// the same work.
inline constexpr char kListingMethod[] = "_pyrolens_listing";

/// Grammar: listing = *( name SP uri LF / name LF ); the second form is a group. Neither names nor URIs hold
/// spaces.
QByteArray writeListing(const Registry &registry, bool withGroups);
/// \return Protocol when the text does not follow the grammar.
Result<std::vector<NameEntry>> readListing(QByteArrayView text);

} // namespace pyrolens::naming
