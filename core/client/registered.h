// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/error.h>
#include <pyrolens/value/value.h>

#include <QString>

#include <vector>

namespace pyrolens {

/// One object that a daemon says it hosts. Plain data.
struct RegisteredId
{
    QString id;
    QString name; ///< empty: it has none, or the daemon does not tell (generations 4 and 5)
};

/// Reads the answer to Message::Query::Registered: a dict of ids and names, or ids alone (see
/// GenerationInfo::Features::namedIds).
std::vector<RegisteredId> registeredIds(const Value &answer);

/// What generation 3 raises at a call of an object that is not there, for those who asked beforehand. Source:
/// Pyro 3.16, protocol.py, handleInvocation.
Error unknownObjectId();

} // namespace pyrolens
