// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "namecompare.h"

namespace pyrolens {

bool ComparedName::hasOtherUri() const
{
    return here && there && (here->uri != there->uri || here->isGroup != there->isGroup);
}

bool ComparedName::hasOtherMeta() const
{
    return here && there && here->meta != there->meta;
}

NameComparison compareNames(const std::vector<Registration> &here, const std::vector<Registration> &there)
{
    NameComparison comparison;
    comparison.rows.reserve(std::max(here.size(), there.size()));
    auto left = here.begin();
    auto right = there.begin();
    while (left != here.end() || right != there.end()) {
        ComparedName row;
        const bool isHere = left != here.end() && (right == there.end() || left->name <= right->name);
        const bool isThere = right != there.end() && (left == here.end() || right->name <= left->name);
        if (isHere)
            row.here = *left++;
        if (isThere)
            row.there = *right++;
        if (!isThere)
            row.difference = NameDifference::OnlyHere;
        else if (!isHere)
            row.difference = NameDifference::OnlyThere;
        else if (row.hasOtherUri() || row.hasOtherMeta())
            row.difference = NameDifference::Differs;
        ++comparison.counts[size_t(row.difference)];
        comparison.rows.push_back(std::move(row));
    }
    return comparison;
}

} // namespace pyrolens
