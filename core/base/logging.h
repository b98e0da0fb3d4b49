// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QLoggingCategory>

/// One category per layer, silent below warning by default. Payloads and secrets are never logged.
namespace pyrolens::logging {

Q_DECLARE_LOGGING_CATEGORY(transport) // pyrolens.transport
Q_DECLARE_LOGGING_CATEGORY(client)    // pyrolens.client
Q_DECLARE_LOGGING_CATEGORY(server)    // pyrolens.server
Q_DECLARE_LOGGING_CATEGORY(naming)    // pyrolens.naming
Q_DECLARE_LOGGING_CATEGORY(storage)   // pyrolens.storage

/// A stranger's text for one log line: C0, C1, DEL, bidirectional and line separators escaped, cut at
/// `maxChars`.
QString escapeForLog(QStringView text, qsizetype maxChars = 200);

/// The same for output that people read, where quotes and backslashes stand for themselves.
QString escapeForTerminal(QStringView text, qsizetype maxChars = 10'000);

} // namespace pyrolens::logging
