// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/server/daemon.h>

#include <atomic>
#include <mutex>
#include <vector>

namespace pyrolens::testing {

/// What a test servant saw; shared between the threads of a daemon and the test.
struct Seen
{
    std::mutex mutex;
    std::vector<Value> notes;
    std::atomic<int> inside = 0;
    std::atomic<int> mostInside = 0;
    std::atomic<bool> hold = false; ///< while set, `wait` and `slow` do not return

    std::vector<Value> all()
    {
        const std::lock_guard lock(mutex);
        return notes;
    }
    size_t count() { return all().size(); }
    void enter()
    {
        const int now = ++inside;
        int most = mostInside;
        while (most < now && !mostInside.compare_exchange_weak(most, now)) { }
    }
};

/// Methods that a test needs to look into a daemon, with the threading under test.
inline std::shared_ptr<LambdaServant> makeProbe(const std::shared_ptr<Seen> &seen, Threading threading)
{
    auto probe = std::make_shared<LambdaServant>(QStringLiteral("Probe"), threading);
    probe->method(QStringLiteral("echo(value)"),
        [](std::vector<Value> args, CallContext &) -> Outcome { return args[0]; });
    probe->method(QStringLiteral("add(a, b, c=10)"), [](std::vector<Value> args, CallContext &) -> Outcome {
        return Value::integer(*args[0].asInteger() + *args[1].asInteger() + *args[2].asInteger());
    });
    probe->method(QStringLiteral("note(value)"), [seen](std::vector<Value> args, CallContext &) -> Outcome {
        const std::lock_guard lock(seen->mutex);
        seen->notes.push_back(args[0]);
        return Value();
    });
    // Stays inside until `hold` is lifted.
    const auto hold = [seen](std::vector<Value> args, CallContext &context) -> Outcome {
        seen->enter();
        while (seen->hold && context.pause(std::chrono::milliseconds(1))) { }
        --seen->inside;
        const std::lock_guard lock(seen->mutex);
        seen->notes.push_back(args[0]);
        return args[0];
    };
    probe->method(QStringLiteral("hold(value)"), hold);
    probe->method(QStringLiteral("fail(message)"), [](std::vector<Value> args, CallContext &) -> Outcome {
        return raise(QStringLiteral("ValueError"), {args[0]});
    });
    probe->method(QStringLiteral("custom()"), [](std::vector<Value>, CallContext &context) -> Outcome {
        return raise(QStringLiteral("lab.Broken"), {context.nativeText(u"lamp")},
            {{context.nativeText(u"code"), Value::integer(42)}});
    });
    probe->method(QStringLiteral("throws()"),
        [](std::vector<Value>, CallContext &) -> Outcome { throw std::runtime_error("thrown"); });
    probe->method(QStringLiteral("unencodable()"), [](std::vector<Value>, CallContext &) -> Outcome {
        return Value::ext(5, "x"); // no pickle has this
    });
    probe->method(QStringLiteral("where()"), [](std::vector<Value>, CallContext &context) -> Outcome {
        return context.nativeText(QString(context.storage->peer.host + u'|' + context.storage->identity));
    });
    probe->method(QStringLiteral("visits()"), [](std::vector<Value>, CallContext &context) -> Outcome {
        auto *count = std::any_cast<int>(&context.storage->user);
        if (!count)
            count = &context.storage->user.emplace<int>(0);
        return Value::integer(++*count);
    });
    probe->method(QStringLiteral("make()"), [seen](std::vector<Value>, CallContext &) -> Outcome {
        return std::static_pointer_cast<Servant>(makeProbe(seen, Threading::Concurrent));
    });
    probe->method(QStringLiteral("items(n)"), [](std::vector<Value> args, CallContext &) -> Outcome {
        class Count final : public ItemSource
        {
        public:
            explicit Count(qint64 end) : m_end(end) { }
            std::optional<Result<Value>> next() override
            {
                if (m_next == m_end)
                    return std::nullopt;
                return Result<Value>(Value::integer(m_next++));
            }

        private:
            qint64 m_next = 0;
            qint64 m_end;
        };
        return std::static_pointer_cast<ItemSource>(std::make_shared<Count>(*args[0].asInteger()));
    });
    const auto level = std::make_shared<std::atomic<qint64>>(1);
    probe->attribute(
        QStringLiteral("level"), [level](CallContext &) -> Outcome { return Value::integer(*level); },
        [level](const Value &value, CallContext &) -> Outcome {
            const auto integer = value.asInteger();
            if (!integer)
                return raise(QStringLiteral("TypeError"), {Value::str("an int, please")});
            *level = *integer;
            return Value();
        });
    probe->attribute(QStringLiteral("serial"), [](CallContext &) -> Outcome { return Value::integer(7); });
    return probe;
}

} // namespace pyrolens::testing
