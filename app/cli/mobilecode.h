// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "command.h"

namespace pyrolens {
struct MobileCode;
}

namespace pyrolens::cli {

/// `--code-dir` and `--accept-code`.
std::vector<OptionSpec> codeOptions();
/// What the two options ask for; null when neither is there. What is received, handed out and refused is told
/// on standard error, so this must not outlive the invocation's output. \return Usage when a folder is of no
/// use.
Result<std::shared_ptr<const MobileCode>> mobileCode(const Invocation &invocation);

} // namespace pyrolens::cli
