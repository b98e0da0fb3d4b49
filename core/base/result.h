// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "error.h"

#include <QtGlobal>

#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

namespace pyrolens {

/// Stand-in for "nothing" in Result<void>-like returns: `Result<Done>`.
struct Done
{
    friend bool operator==(Done, Done) { return true; }
};

/// A value or an Error. The one return channel for everything the outside world can spoil.
///
/// Check with `if (result)` before `value()`; reading the wrong side asserts in debug builds and terminates
/// in release builds instead of reading garbage. A failing path costs no allocation beyond the Error itself
/// and never throws.
template <class T>
class [[nodiscard]] Result
{
public:
    using Value = T;

    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) { }
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) { }

    bool isOk() const { return m_state.index() == 0; }
    explicit operator bool() const { return isOk(); }

    const T &value() const &
    {
        check(isOk(), "Result::value() on an error");
        return *std::get_if<0>(&m_state);
    }
    T &value() &
    {
        check(isOk(), "Result::value() on an error");
        return *std::get_if<0>(&m_state);
    }
    T &&value() &&
    {
        check(isOk(), "Result::value() on an error");
        return std::move(*std::get_if<0>(&m_state));
    }
    T valueOr(T other) const & { return isOk() ? value() : std::move(other); }

    const T &operator*() const & { return value(); }
    T &operator*() & { return value(); }
    T &&operator*() && { return std::move(*this).value(); }
    const T *operator->() const { return &value(); }
    T *operator->() { return &value(); }

    const Error &error() const &
    {
        check(!isOk(), "Result::error() on a value");
        return *std::get_if<1>(&m_state);
    }
    Error &&error() &&
    {
        check(!isOk(), "Result::error() on a value");
        return std::move(*std::get_if<1>(&m_state));
    }

    /// Calls `f(value)`, which returns another Result, or passes the error on.
    template <class F>
    auto andThen(F &&f) const & -> std::invoke_result_t<F, const T &>
    {
        if (isOk())
            return std::invoke(std::forward<F>(f), value());
        return error();
    }
    template <class F>
    auto andThen(F &&f) && -> std::invoke_result_t<F, T &&>
    {
        if (isOk())
            return std::invoke(std::forward<F>(f), std::move(*this).value());
        return std::move(*this).error();
    }

    /// Calls `f(value)` and wraps what it returns, or passes the error on.
    template <class F>
    auto map(F &&f) const & -> Result<std::invoke_result_t<F, const T &>>
    {
        if (isOk())
            return std::invoke(std::forward<F>(f), value());
        return error();
    }
    template <class F>
    auto map(F &&f) && -> Result<std::invoke_result_t<F, T &&>>
    {
        if (isOk())
            return std::invoke(std::forward<F>(f), std::move(*this).value());
        return std::move(*this).error();
    }

private:
    static void check(bool good, const char *what)
    {
        if (Q_UNLIKELY(!good))
            qFatal("%s", what);
    }

    std::variant<T, Error> m_state;
};

/// The result of an action that returns nothing but may fail.
using Status = Result<Done>;

} // namespace pyrolens
