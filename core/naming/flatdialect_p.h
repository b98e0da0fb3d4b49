// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <algorithm>
#include <array>

namespace pyrolens::naming {

/// What the flat name servers of two generations differ in.
/// Source: Pyro4, naming.py, and Pyro5, nameserver.py, NameServer.
struct FlatDialect
{
    int generation = 0;
    const char *ownTag = nullptr;
    bool tagsAreSets = false;       ///< in answers; else lists
    bool listsByTags = false;       ///< list(metadata_all, metadata_any); else yplookup(meta_all, meta_any)
    bool nameDecides = false;       ///< remove(): a given name is all that counts, known or not
    bool emptyFiltersCount = false; ///< list(): of two filters one may not even be empty
    bool falseIsNoTags = false;     ///< 0 and False where metadata is expected
};

inline constexpr std::array kFlatDialects{
    FlatDialect{4, "class:Pyro4.naming.NameServer", false, true, false, true, true},
    FlatDialect{5, "class:Pyro5.nameserver.NameServer", true, false, true, false, false},
};

/// Null for generations without a flat name server.
inline const FlatDialect *flatDialect(int generation)
{
    const auto found = std::ranges::find(kFlatDialects, generation, &FlatDialect::generation);
    return found == kFlatDialects.end() ? nullptr : &*found;
}

} // namespace pyrolens::naming
