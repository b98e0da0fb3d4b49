// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registry.h"

namespace pyrolens::naming {

/// What has to happen on one side to make both alike.
struct TwinOrders
{
    std::vector<NameRow> put; ///< parents before children
    std::vector<QByteArray> remove;

    bool isEmpty() const { return put.empty() && remove.empty(); }
};

/// How two halves of a pair become one again.
struct TwinMerge
{
    TwinOrders here;
    TwinOrders there;
    QList<QByteArray> conflicts; ///< names that both sides changed, differently; the later one was taken
    int changedHere = 0;         ///< names that only we had changed
    int changedThere = 0;
    /// Both took changes while they could not see each other.
    bool isSplitBrain() const { return !conflicts.isEmpty() || (changedHere > 0 && changedThere > 0); }
};

/// With a common base the journals tell who changed what, removals included. Without one (a first meeting, or
/// an in-memory server that starts empty) nothing can be told from a removal, so everything is kept: a
/// registration is never lost, at the price that a removed name may come back. Pure.
TwinMerge mergeTwins(const RegistrySnapshot &here, const RegistrySnapshot &there);

} // namespace pyrolens::naming
