// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "callrecord.h"

namespace pyrolens {

/// A word as a POSIX shell takes it for itself: as it is, or in single quotes.
QString shellWord(const QString &word);

/// The line of `pyroctl` that makes this call; empty when there is none (batches). Secrets are not in it: the
/// program reads them from its environment.
QString commandLine(const CallRequest &request);

} // namespace pyrolens
