// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "proxy.h"

#include <optional>

namespace pyrolens {

/// Where one call stands in reconnecting under a policy. Counts attempts; whoever runs the call does the
/// waiting.
class Rebinding
{
public:
    explicit Rebinding(const RebindPolicy &policy) : m_policy(policy), m_wait(policy.wait) { }

    /// How long to wait before the next attempt, after one that failed with `error`; nothing when it was the
    /// last one, or when the error is one that does not pass by itself. \param whileResolving the name server
    /// said so, not the object's daemon.
    std::optional<std::chrono::milliseconds> waitAfter(const Error &error, bool whileResolving);
    int tried() const { return m_tried; }
    /// What the call ends with, after an explicit rebind that used up its attempts; other errors stay.
    Error verdict(Error last) const;

private:
    RebindPolicy m_policy;
    std::chrono::milliseconds m_wait;
    int m_tried = 0;
    bool m_isOver = false; ///< by the number of attempts
};

} // namespace pyrolens
