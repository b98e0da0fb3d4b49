// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registration.h"

#include <array>
#include <optional>

namespace pyrolens {

/// How a name of two name servers compares.
enum class NameDifference : quint8 { OnlyHere, OnlyThere, Differs, Same };
inline constexpr int kNameDifferences = 4;

/// One name of either server. Plain data.
struct ComparedName
{
    NameDifference difference = NameDifference::Same;
    std::optional<Registration> here;
    std::optional<Registration> there;

    const Registration &any() const { return here ? *here : *there; }
    /// With Differs. A group on one side and a name on the other count as another URI.
    bool hasOtherUri() const;
    bool hasOtherMeta() const;
};

/// Plain data; may be big, shared between threads.
struct NameComparison
{
    std::vector<ComparedName> rows; ///< sorted by name
    std::array<int, kNameDifferences> counts{};
    int count(NameDifference difference) const { return counts[size_t(difference)]; }
};

/// Compares what two name servers have, as text: two spellings of one URI differ. Both lists sorted by name,
/// as NameInventory gives them. One walk over both; pure, any thread.
NameComparison compareNames(const std::vector<Registration> &here, const std::vector<Registration> &there);

} // namespace pyrolens

Q_DECLARE_METATYPE(std::shared_ptr<const pyrolens::NameComparison>)
