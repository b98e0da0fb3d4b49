// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/wire/message.h>

#include <QString>

#include <vector>

namespace pyrolens {

/// Annotations of a request as a person writes them: `USER=b'bob', SESS='x7'`, keys of four ASCII characters,
/// text as UTF-8. Empty text is none. \return Usage with the offset; also for the keys that Pyro keeps for
/// itself.
Result<std::vector<Annotation>> parseAnnotations(const QString &text);

/// One line each, for people: the key, the bytes as a literal.
QString annotationLines(const std::vector<Annotation> &annotations);

} // namespace pyrolens
