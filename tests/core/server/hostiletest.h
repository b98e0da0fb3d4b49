// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "support/slowdown.h"
#include "testclient.h"
#include "testservants.h"

#include <pyrolens/pickle/pickle.h>

#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QtEndian>
#include <QTest>

namespace pyrolens::testing {

// Lines of the daemon, instead of on the screen.
inline QStringList s_lines;
inline std::mutex s_mutex;

inline void takeLine(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const std::lock_guard lock(s_mutex);
    if (QByteArray(context.category) == "pyrolens.server")
        s_lines.append(text);
    else
        fprintf(stderr, "%d %s\n", int(type), qPrintable(text));
}

inline QStringList takenLines()
{
    const std::lock_guard lock(s_mutex);
    return s_lines;
}

inline bool wasLogged(const QString &code)
{
    return std::ranges::any_of(
        takenLines(), [&](const QString &line) { return line.startsWith(code + u' '); });
}

struct Shape
{
    QByteArray id = "PYRO";
    quint16 version = 5;
    quint16 headerSize = 18;
    std::optional<qint32> bodySize = std::nullopt;
    quint16 flags = 0;
    quint32 checksum = 0;
};

inline QByteArray frame(const QByteArray &body, const Shape &shape = {})
{
    QByteArray header(18, '\0');
    std::copy(shape.id.begin(), shape.id.end(), header.begin());
    char *at = header.data();
    qToBigEndian(shape.version, at + 4);
    qToBigEndian(shape.headerSize, at + 6);
    qToBigEndian(shape.bodySize.value_or(qint32(body.size())), at + 8);
    qToBigEndian(shape.flags, at + 12);
    qToBigEndian(shape.checksum, at + 14);
    return header + body;
}

inline QByteArray pickled(const Value &value)
{
    const auto bytes = pickle::encode(value);
    Q_ASSERT(bytes);
    return *bytes;
}

inline QByteArray request(
    const Value &argument, int flags = 3, const char *method = "echo", const char *object = "probe-id")
{
    return frame(pickled(Value::tuple({Value::str(object), Value::str(method), Value::integer(flags),
        Value::tuple({Value::tuple({argument}), Value::dict({})})})));
}

inline Value nested(int depth)
{
    Value value = Value::list({});
    for (int i = 1; i < depth; ++i)
        value = Value::list({value});
    return value;
}

/// What the tests of bad input and of limits share: a daemon in each of its three ways to serve, with short
/// deadlines, and its log lines.
class HostileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<bool>("multithreaded");
        QTest::addColumn<int>("threads");
        QTest::newRow("threads") << true << 256;
        QTest::newRow("overflow") << true << 0;
        QTest::newRow("single") << false << 0;
    }
    void init()
    {
        s_lines.clear();
        m_seen = std::make_shared<Seen>();
        m_before = qInstallMessageHandler(takeLine);
    }
    void cleanup()
    {
        m_daemon.stop();
        qInstallMessageHandler(m_before);
    }

protected:
    void start(const std::function<void(DaemonOptions &)> &change = {},
        const std::function<void(Daemon &)> &prepare = {})
    {
        QFETCH_GLOBAL(bool, multithreaded);
        QFETCH_GLOBAL(int, threads);
        DaemonOptions options;
        options.multithreaded = multithreaded;
        options.connections.maxThreads = threads;
        options.connections.handshake = 300ms;
        options.connections.frameBase = 300ms;
        if (change)
            change(options);
        const auto port = m_daemon.start(
            catalogue(), options,
            [&](Daemon &daemon) {
                return daemon.connectServant(makeProbe(m_seen, Threading::Concurrent), {}, "probe-id")
                    .map([](const Uri &) { return Done(); });
            },
            prepare);
        QVERIFY(port);
        m_port = *port;
    }
    bool goodClientIsServed()
    {
        QElapsedTimer timer;
        timer.start();
        return TestClient(m_port).call("probe-id", "echo", {Value::integer(1)})
            && timer.elapsed() < 2'000 * kSlowdown;
    }
    static bool isServed(TestClient &client)
    {
        const auto result = client.call("probe-id", "echo", {Value::integer(2)});
        return result && result->asInteger() == 2;
    }

    DaemonThread m_daemon;
    std::shared_ptr<Seen> m_seen = std::make_shared<Seen>();
    int m_port = 0;
    QtMessageHandler m_before = nullptr;
};

} // namespace pyrolens::testing
