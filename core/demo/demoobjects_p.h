// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "demo.h"

namespace pyrolens::demo {

std::shared_ptr<Servant> makeEcho();
std::shared_ptr<Servant> makeThermometer();
std::shared_ptr<Servant> makeBank();
std::shared_ptr<Servant> makeClock();
std::shared_ptr<Servant> makeFiles();
std::shared_ptr<Servant> makeMarket(
    std::function<bool(const QString &subject, const Value &message)> publisher);

// Most that one demo object keeps or makes for its clients; what is asked beyond raises ValueError or
// MemoryError.
inline constexpr qint64 kMaxNotes = 10'000;
inline constexpr qint64 kMaxNoteBytes = 16 * 1024 * 1024; ///< of all notes together
inline constexpr qint64 kMaxReadings = 100'000;
inline constexpr qint64 kMaxAccounts = 10'000;
inline constexpr qint64 kMaxNameBytes = 1'024;
inline constexpr qint64 kMaxCallbacks = 1'000;
inline constexpr qint64 kMaxBlob = 32 * 1024 * 1024;
inline constexpr qint64 kMaxRows = 100'000;
inline constexpr qint64 kMaxCount = 1'000'000;
inline constexpr qint64 kMaxFiles = 10'000;

/// A whole number from 0 to `most`, or the exception for anything else.
Result<qint64> wholeNumber(const CallContext &context, const char *name, const Value &value, qint64 most);
Error textError(const CallContext &context, const char *className, const QString &text);

} // namespace pyrolens::demo
