// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "core_p.h"

namespace pyrolens {

/// A caller that knows what the servant which uses it may do: refuses to block where others would wait for
/// that, and gives a Serialized servant's turn away meanwhile. What counts is who calls it, not for whom it
/// was made.
class GuardedCaller final : public RemoteCaller
{
public:
    GuardedCaller(std::unique_ptr<RemoteCaller> inner, std::shared_ptr<Core> core)
        : m_inner(std::move(inner)), m_core(std::move(core))
    { }
    Result<Value> call(const QString &method, std::vector<Value> args, bool oneway,
        std::chrono::milliseconds timeout) override;
    void callAsync(const QString &method, std::vector<Value> args, bool oneway,
        std::chrono::milliseconds timeout, QObject *context,
        std::function<void(const Result<Value> &)> handler) override;

private:
    const std::unique_ptr<RemoteCaller> m_inner;
    const std::shared_ptr<Core> m_core;
};

} // namespace pyrolens
