// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nsfixture.h"

#include <pyrolens/naming/names.h>
#include <pyrolens/server/daemonthread.h>

/// What the tests of the client share.
namespace nstest {

using namespace pyrolens;

inline const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/7f0000010001aaaa");
inline const QString kOwnName = QStringLiteral(":Pyro.NameServer");

/// A name server as the original is one: no method of our own, and connections closed when idle. Counts what
/// arrives.
class PlainServer
{
public:
    explicit PlainServer(std::chrono::milliseconds idle = std::chrono::milliseconds(0))
    {
        DaemonOptions options;
        options.service = true;
        options.connections.idle = idle;
        auto servant = std::make_shared<LambdaServant>(QStringLiteral("NameServer"), Threading::Concurrent);
        servant->method(QStringLiteral("ping()"), [this](auto, auto &) -> Outcome { return count(pings); });
        servant->method(QStringLiteral("register(name, URI)"),
            [this](auto, auto &) -> Outcome { return count(registers); });
        servant->method(
            QStringLiteral("resolve(name)"), [this](auto, auto &) -> Outcome { return resolved; });
        servant->method(QStringLiteral("flatlist()"), [](auto, auto &) -> Outcome {
            return Value::list({Value::tuple({Value::str(":z.b.x"), uriValue(kUri)}),
                Value::tuple({Value::str(":a"), uriValue(kUri)})});
        });
        servant->method(QStringLiteral("list(group)"), [](const auto &args, auto &) -> Outcome {
            const auto entry = [](const char *name, int type) {
                return Value::tuple({Value::str(name), Value::integer(type)});
            };
            if (args[0].rawBytes() == ":")
                return Value::list({entry("z", 0), entry("a", 1), entry("gone", 0)});
            if (args[0].rawBytes() == ":z")
                return Value::list({entry("b", 0)});
            if (args[0].rawBytes() == ":z.b")
                return Value::list({entry("x", 1)});
            return naming::namingError("group not found", args[0].rawBytes());
        });
        const auto host = [&](Daemon &daemon) {
            return daemon.connectServant(servant, kOwnName).map([](const Uri &) { return Done{}; });
        };
        port = m_thread.start(nstest::catalogue(), options, host).valueOr(0);
    }
    NameServerAddress address() const
    {
        NameServerAddress made;
        made.host = QStringLiteral("127.0.0.1");
        made.port = port;
        return made;
    }
    int connections() const { return m_thread.daemon()->connectionCount(); }

    int port = 0;
    Value resolved = uriValue(kUri); ///< what resolve() answers
    std::atomic_int pings = 0;
    std::atomic_int registers = 0;

private:
    static Value uriValue(const QString &uri)
    {
        Reference reference;
        reference.form = Reference::Form::Uri;
        reference.uri = uri;
        return Value::reference(std::move(reference));
    }
    static Value count(std::atomic_int &counter)
    {
        ++counter;
        return Value::none();
    }

    DaemonThread m_thread;
};

/// Waits for one answer under an event loop.
template <class T>
class Answer
{
public:
    NameServerClient::Handler<T> handler()
    {
        return [this](const Result<T> &result) {
            m_result = result;
            ++m_count;
        };
    }
    const Result<T> &get()
    {
        if (!QTest::qWaitFor([this] { return m_count > 0; }, 10'000))
            qFatal("no answer");
        return *m_result;
    }
    int count() const { return m_count; }

private:
    std::optional<Result<T>> m_result;
    int m_count = 0;
};

} // namespace nstest
