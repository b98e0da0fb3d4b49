// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/json.h>
#include <pyrolens/base/result.h>
#include <pyrolens/value/dialect.h>
#include <pyrolens/value/value.h>
#include <pyrolens/wire/generation.h>

#include <QElapsedTimer>
#include <QIODevice>

namespace pyrolens::cli {

/// Exit statuses of the contract.
enum ExitStatus {
    kDone = 0,
    kRemoteRaised = 1,
    kUsage = 2,
    kFailed = 3,
    kTimedOut = 4,
    kExpectationFailed = 5
};

/// The exit status that an error ends the program with.
int exitStatus(const Error &error);

/// Prints results, errors and messages: JSON lines with --json, text for people otherwise. Peer text is
/// always escaped.
class Output
{
public:
    Output(QIODevice &out, QIODevice &err, bool json) : m_out(out), m_err(err), m_json(json) { }

    bool isJson() const { return m_json; }

    /// A result line. `text` is printed without --json; nothing when it is empty.
    void result(const Json &result, const QString &text, std::chrono::nanoseconds took);
    /// A Python value, as tagged JSON or as Python source.
    void value(const Value &value, const Generation &generation, std::chrono::nanoseconds took);
    /// One of several values that come one by one.
    void item(const Value &value, const Generation &generation);
    /// A call that came in: a line with its time.
    void incoming(
        const QByteArray &method, const Value &args, const Value &kwargs, const Generation &generation);
    /// Prints the error and returns its exit status.
    int fail(const Error &error);
    /// "ready URI [URI ...]".
    void ready(const QStringList &uris);
    /// A line for people, on standard error.
    void message(const QString &text);
    /// A line that is printed as it is, on standard output.
    void line(const QString &text);

private:
    void write(QIODevice &device, const QByteArray &line);

    QIODevice &m_out;
    QIODevice &m_err;
    bool m_json = false;
};

/// `{"class", "args", "attributes", "traceback", "where"}`, with "offset" when the error has one.
Json errorJson(const Error &error);

/// Measures how long a result took.
class Stopwatch
{
public:
    Stopwatch() { m_timer.start(); }
    std::chrono::nanoseconds elapsed() const { return std::chrono::nanoseconds(m_timer.nsecsElapsed()); }

private:
    QElapsedTimer m_timer;
};

} // namespace pyrolens::cli
