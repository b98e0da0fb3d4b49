// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PYROLENS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PYROLENS_SANITIZED 1
#endif

namespace pyrolens::testing {

/// How many times slower than usual this build may be, for the limits of tests that measure time.
#ifdef PYROLENS_SANITIZED
inline constexpr int kSlowdown = 6;
#else
inline constexpr int kSlowdown = 1;
#endif

} // namespace pyrolens::testing
