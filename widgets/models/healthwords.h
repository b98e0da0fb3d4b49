// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/nameadmin/healthcheck.h>

#include <QString>

namespace pyrolens {

/// Health of a registered object, as icon and word: what a look at it in the explorer tells.
enum class Health : quint8 { Unknown, Ok, Slow, Dead, Denied };

/// The short form of what a check found out.
Health shortHealth(NameHealth health);
/// "ok", "slow", "dead", "denied"; empty for Unknown.
QString healthWord(Health health);
/// The same words, and for the dead ones in which way they are: "refused", "no answer", "wrong object"; and
/// "unknown", for something has been looked at.
QString healthWord(NameHealth health);

} // namespace pyrolens
