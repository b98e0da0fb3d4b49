// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demoobjects_p.h"

#include <pyrolens/value/roughsize.h>

#include <cmath>
#include <mutex>

namespace pyrolens::demo {

namespace {

constexpr double kLongestSleep = 1e9; // seconds; beyond that a duration has no room for them

struct State
{
    std::mutex mutex; ///< guards all below
    std::vector<Value> notes;
    qint64 noteBytes = 0;
    Value counter = Value::integer(0);
};

Outcome sleep(const Value &seconds, CallContext &context)
{
    std::optional<double> time = seconds.asReal();
    if (!time && (seconds.kind() == Value::Kind::Int || seconds.kind() == Value::Kind::Long)) {
        const auto whole = seconds.asInteger();
        time = whole ? double(*whole) : kLongestSleep * 2;
    }
    if (!time)
        return textError(context, "TypeError", QStringLiteral("a float is required"));
    if (!(*time >= 0) || *time > kLongestSleep)
        return textError(context, "ValueError", QStringLiteral("seconds must be from 0 to 1e9"));
    if (!context.pause(std::chrono::milliseconds(std::llround(*time * 1'000))))
        return textError(context, "DaemonError", QStringLiteral("the daemon is shutting down"));
    return seconds;
}

Outcome note(State &state, const Value &value, CallContext &context)
{
    const qint64 size = roughSize(value, kMaxNoteBytes);
    const std::lock_guard lock(state.mutex);
    if (qint64(state.notes.size()) >= kMaxNotes || state.noteBytes + size > kMaxNoteBytes)
        return textError(context, "MemoryError", QStringLiteral("no room for more notes: clear() them"));
    state.notes.push_back(value);
    state.noteBytes += size;
    return Value();
}

} // namespace

std::shared_ptr<Servant> makeEcho()
{
    auto echo = std::make_shared<LambdaServant>(QStringLiteral("Echo"), Threading::Concurrent,
        QStringLiteral("Gives back what it gets, fails on demand, and keeps notes."));
    const auto state = std::make_shared<State>();
    echo->method(
        QStringLiteral("echo(value)"),
        [](std::vector<Value> args, CallContext &) -> Outcome { return args[0]; },
        QStringLiteral("Returns value unchanged."));
    echo->method(
        QStringLiteral("args(*args, **kwargs)"),
        [](std::vector<Value> args, CallContext &) -> Outcome { return Value::tuple(std::move(args)); },
        QStringLiteral("Returns the pair (args, kwargs)."));
    echo->method(
        QStringLiteral("fail(message)"),
        [](std::vector<Value> args, CallContext &) -> Outcome {
            return raise(QStringLiteral("ValueError"), {args[0]});
        },
        QStringLiteral("Raises ValueError(message)."));
    echo->method(
        QStringLiteral("crash(message)"),
        [](std::vector<Value> args, CallContext &context) -> Outcome {
            return raise(QStringLiteral("demo.EchoError"), {args[0]},
                {{context.nativeText(u"code"), Value::integer(42)}});
        },
        QStringLiteral("Raises demo.EchoError(message) with the attribute code = 42."));
    echo->method(
        QStringLiteral("sleep(seconds)"),
        [](std::vector<Value> args, CallContext &context) -> Outcome { return sleep(args[0], context); },
        QStringLiteral("Returns seconds, after that time."));
    echo->method(
        QStringLiteral("note(value)"),
        [state](std::vector<Value> args, CallContext &context) -> Outcome {
            return note(*state, args[0], context);
        },
        QStringLiteral("Appends value to the notes. Meant to be called oneway."), true);
    echo->method(
        QStringLiteral("notes()"),
        [state](std::vector<Value>, CallContext &) -> Outcome {
            const std::lock_guard lock(state->mutex);
            return Value::list(state->notes);
        },
        QStringLiteral("Returns the list of notes."));
    echo->method(
        QStringLiteral("clear()"),
        [state](std::vector<Value>, CallContext &) -> Outcome {
            const std::lock_guard lock(state->mutex);
            state->notes.clear();
            state->noteBytes = 0;
            return Value();
        },
        QStringLiteral("Forgets the notes."));
    echo->attribute(
        QStringLiteral("counter"),
        [state](CallContext &) -> Outcome {
            const std::lock_guard lock(state->mutex);
            return state->counter;
        },
        [state](const Value &value, CallContext &context) -> Outcome {
            const bool isInteger = value.kind() == Value::Kind::Int || value.kind() == Value::Kind::Long;
            if (!isInteger || roughSize(value, kMaxNameBytes) > kMaxNameBytes)
                return textError(context, "TypeError", QStringLiteral("counter must be an integer"));
            const std::lock_guard lock(state->mutex);
            state->counter = value;
            return Value();
        },
        QStringLiteral("An integer that may be read and written; starts at 0."));
    return echo;
}

} // namespace pyrolens::demo
