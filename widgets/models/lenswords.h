// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/lens/lens.h>

#include <QString>

namespace pyrolens {

/// What a serializer does to a value, in words: "a tuple arrives as a list".
QString lensWords(const LensFinding &finding, const QByteArray &serializer);
/// With the argument in front and the value as it is received behind: "window: a tuple arrives as a list,
/// as received: [0, 60]".
QString lensSentence(const LensFinding &finding, const QByteArray &serializer);

} // namespace pyrolens
