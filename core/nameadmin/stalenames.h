// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "healthcheck.h"

#include <QString>

#include <optional>
#include <vector>

namespace pyrolens {

/// Why a registration looks as if it had been forgotten.
enum class Staleness : quint8 {
    None,
    Loopback,   ///< a loopback address, in a name server that others reach over the network
    Superseded, ///< does not answer, while another object of the same host and port does
    AllGone     ///< one of several objects of a host and port of which none answers
};

/// A registration to be looked at. Plain data.
struct StaleQuestion
{
    QString name;
    QString host;
    QString port;
    QString object;                           ///< object id
    std::optional<HealthResult> checked = {}; ///< unset: its health is not known
};

/// Plain data.
struct StaleFinding
{
    Staleness kind = Staleness::None;
    QString other; ///< with Superseded: the name that answers; with AllGone: another one that does not
    friend bool operator==(const StaleFinding &, const StaleFinding &) = default;
};

/// True for what only programs of the same machine reach, and for 0.0.0.0 and :: which nobody reaches.
bool isLocalOnly(const QString &host);

/// Looks for registrations that were left behind; an answer for each question. Pure; any thread.
/// \param server host by which the name server is reached.
std::vector<StaleFinding> findStale(const std::vector<StaleQuestion> &names, const QString &server);

} // namespace pyrolens
