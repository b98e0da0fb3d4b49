// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "testclient.h"
#include "testservants.h"

#include <pyrolens/pyro4/pyro4.h>
#include <pyrolens/pyro5/pyro5.h>

#include <QTest>

namespace pyrolens::testing {

inline std::shared_ptr<const Catalogue> everyGeneration()
{
    static const auto instance = [] {
        auto made = std::make_shared<Catalogue>();
        made->add(pyro3Generation());
        made->add(pyro4Generation());
        made->add(pyro5Generation());
        return std::shared_ptr<const Catalogue>(made);
    }();
    return instance;
}
inline const Generation &generation(int id)
{
    return *everyGeneration()->find(id);
}

/// Global rows: each way of serving connections.
inline void addModes()
{
    QTest::addColumn<bool>("multithreaded");
    QTest::addColumn<bool>("service");
    QTest::addColumn<int>("threads");
    QTest::newRow("threads") << true << false << 256;
    QTest::newRow("overflow") << true << false << 0;
    QTest::newRow("single") << false << false << 0;
    QTest::newRow("service") << true << true << 0;
}

/// Options of the current global row.
inline DaemonOptions modeOptions(std::vector<int> generations)
{
    QFETCH_GLOBAL(bool, multithreaded);
    QFETCH_GLOBAL(bool, service);
    QFETCH_GLOBAL(int, threads);
    DaemonOptions options;
    options.generations = std::move(generations);
    options.multithreaded = multithreaded;
    options.service = service;
    options.connections.maxThreads = threads;
    return options;
}

/// Global rows: each way of serving connections, for generation 4 and for 5.
inline void addGenerationsInModes()
{
    QTest::addColumn<int>("id");
    QTest::addColumn<bool>("multithreaded");
    QTest::addColumn<bool>("service");
    QTest::addColumn<int>("threads");
    for (const int id : {4, 5}) {
        QTest::addRow("pyro%d-threads", id) << id << true << false << 256;
        QTest::addRow("pyro%d-overflow", id) << id << true << false << 0;
        QTest::addRow("pyro%d-single", id) << id << false << false << 0;
        QTest::addRow("pyro%d-service", id) << id << true << true << 0;
    }
}

/// Options of a client that names an object in its handshake.
inline SessionOptions of(const QByteArray &object, const QByteArray &codec = {})
{
    SessionOptions options;
    options.object = object;
    options.codec = codec;
    return options;
}

inline Value text(const char *utf8)
{
    return Value::utf8(utf8);
}

/// What was refused, in order.
class RefusalLog final : public DaemonObserver
{
public:
    void refused(const Endpoint &, const Error &error) override
    {
        const std::lock_guard lock(m_mutex);
        m_codes.append(error.code);
    }
    QStringList codes() const
    {
        const std::lock_guard lock(m_mutex);
        return m_codes;
    }

private:
    mutable std::mutex m_mutex;
    QStringList m_codes;
};

} // namespace pyrolens::testing
