// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nameadmin.h"
#include "namefile.h"

#include <array>

namespace pyrolens {

/// One name that is to be in a name server, and what that would mean. Plain data.
struct PlannedName
{
    enum class Verdict : quint8 {
        New,     ///< would be registered, or the group made
        Differs, ///< is there with another URI or meta information, which would be replaced
        Same,    ///< nothing to do
        Invalid  ///< cannot be, for `reason`
    };
    Verdict verdict = Verdict::Invalid;
    Registration wanted;
    QString formerUri; ///< with Differs: what is there now
    Value formerMeta;
    qint64 line = 0;        ///< of the file; 0 = none
    bool isBuiltIn = false; ///< of the name server itself: only when it is chosen one by one
    bool isImplied = false; ///< a group that nobody asked for, but that others need
    QString reason;         ///< English words, with Invalid
};
inline constexpr int kNameVerdicts = 4;

/// What putting names into a name server would do, before anything is done. Plain data.
struct NamePlan
{
    std::vector<PlannedName> rows; ///< groups before what is in them, else in the order of the source
    std::array<int, kNameVerdicts> counts{};
    int count(PlannedName::Verdict verdict) const { return counts[size_t(verdict)]; }
};

/// Works out what putting `wanted` into a name server that has `present` would do: looks at each name, its
/// URI, and whether it stands there twice, and adds the groups that are missing. In a tree names without a
/// leading ":" are those of ":Default"; a flat server has no groups, and its meta information is tags. Pure;
/// any thread.
NamePlan planNames(const std::vector<NameFileRow> &wanted, const std::vector<Registration> &present,
    const Catalogue &catalogue, int generation = 3);

/// As the plan spells a name: in full.
QString plannedName(const QString &name, const Generation &generation);

/// What adding and removing tags would make of names of a flat server. Pure; any thread.
NamePlan planTags(
    const std::vector<Registration> &names, const QStringList &added, const QStringList &removed);

/// The action that does what a row says; nothing for Same and Invalid ones.
std::optional<NameAction> actionFor(const PlannedName &row);

} // namespace pyrolens

Q_DECLARE_METATYPE(std::shared_ptr<const pyrolens::NamePlan>)
