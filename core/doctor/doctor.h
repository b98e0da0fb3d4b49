// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/client/proxy.h>

#include <QString>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace pyrolens {

/// One thing that was tried on the way to an object. Plain data.
struct DoctorStep
{
    enum class State : quint8 { Good, Notice, Bad };
    State state = State::Good;
    QString name;    ///< "name", "address", "connect", "generation", "handshake", "object"
    QString finding; ///< what was seen
    QString advice;  ///< what to do; empty when nothing has to be done
    std::chrono::nanoseconds took{0};
};

/// All steps up to the first that failed. Plain data.
struct Diagnosis
{
    std::vector<DoctorStep> steps;
    std::optional<Error> failure; ///< of the step that failed; nothing when all is well
};

/// Says step by step what works on the way to an object, and why the first thing does not: looks its name up,
/// resolves its host, connects to each address, listens to who answers, shakes hands, and asks for the
/// object. Changes nothing and calls no method. See product.md, "Doctor".
class Doctor
{
public:
    using Progress = std::function<void(const DoctorStep &step)>;

    Doctor(std::shared_ptr<const ClientContext> context, ProxyOptions options);

    /// Blocking, at most the call timeout of the options for each step; on any thread but the GUI's.
    /// \param progress told of each step as soon as it is over, on this thread; may be null.
    /// \param cancelled looked at every 20 ms; may be null.
    Diagnosis examine(
        const Uri &target, const Progress &progress = {}, const std::atomic<bool> *cancelled = nullptr) const;

private:
    class Examination;

    std::shared_ptr<const ClientContext> m_context;
    ProxyOptions m_options;
};

} // namespace pyrolens
