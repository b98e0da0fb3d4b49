// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../../../core/naming/autocleaner_p.h"

#include <pyrolens/pyro5/pyro5.h>

#include <QSignalSpy>
#include <QTcpServer>
#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::naming;

namespace {

QByteArray uriAt(int port)
{
    return "PYRO:obj@127.0.0.1:" + QByteArray::number(port);
}

/// A port where nobody listens: of a listener that has gone.
int deadPort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

AutoCleanSettings quick()
{
    AutoCleanSettings settings;
    settings.period = std::chrono::milliseconds(20);
    settings.patience = std::chrono::milliseconds(300);
    settings.connectTimeout = std::chrono::milliseconds(1'000);
    settings.parallel = 2;
    return settings;
}

QByteArrayList namesIn(const Registry &registry)
{
    QByteArrayList names;
    registry.flat().visit({}, [&](const QByteArray &name, const FlatEntry &) { names.append(name); });
    return names;
}

} // namespace

class tst_Autoclean : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_registry = std::make_shared<Registry>();
        QVERIFY(m_live.listen(QHostAddress::LocalHost));
    }
    void cleanup() { m_live.close(); }
    void removesWhatIsUnreachableForLong();
    void leavesWhatItCannotJudge();
    void sparesWhatComesBack();
    void sparesWhatIsRegisteredAnew();

private:
    void add(const QByteArray &name, const QByteArray &uri)
    {
        QVERIFY(m_registry->flat().registerName(name, {uri, {}}, FlatRegistry::Clash::Replace));
    }

    const std::shared_ptr<const Generation> m_generation = pyro5Generation();
    std::shared_ptr<Registry> m_registry;
    QTcpServer m_live;
};

void tst_Autoclean::removesWhatIsUnreachableForLong()
{
    const int dead = deadPort();
    add("live", uriAt(m_live.serverPort()));
    for (int i = 0; i < 10; ++i)
        add("dead" + QByteArray::number(i), uriAt(dead));
    add("unknown-host", "PYRO:obj@no-such-host.invalid:1");
    AutoCleaner cleaner(m_registry, *m_generation, quick());
    QSignalSpy rounds(&cleaner, &AutoCleaner::roundEnded);
    QElapsedTimer timer;
    timer.start();
    cleaner.start();
    QVERIFY(rounds.wait());
    QVERIFY(namesIn(*m_registry).contains("dead0")); // not at the first look
    QTRY_COMPARE(namesIn(*m_registry), QByteArrayList{"live"});
    QVERIFY(timer.elapsed() >= 300);
    const auto seen = rounds.count();
    QTRY_VERIFY(rounds.count() > seen + 2);
    QCOMPARE(namesIn(*m_registry), QByteArrayList{"live"});
    QCOMPARE(rounds.last().first().toInt(), 0);
}

void tst_Autoclean::leavesWhatItCannotJudge()
{
    QVERIFY(m_registry->flat().setOwnEntry({uriAt(deadPort()), {}}));
    add("Pyro.Daemon", uriAt(deadPort()));
    add("unix", "PYRO:obj@./u:/nowhere");
    add("logical", "PYRONAME:other");
    add("tags", "PYROMETA:a,b");
    AutoCleanSettings settings = quick();
    settings.patience = std::chrono::milliseconds(0);
    AutoCleaner cleaner(m_registry, *m_generation, settings);
    QSignalSpy rounds(&cleaner, &AutoCleaner::roundEnded);
    cleaner.start();
    QTRY_VERIFY(rounds.count() > 3);
    QCOMPARE(m_registry->flat().count(), 5);
}

void tst_Autoclean::sparesWhatComesBack()
{
    const int port = deadPort();
    add("x", uriAt(port));
    AutoCleanSettings settings = quick();
    settings.patience = std::chrono::hours(1);
    AutoCleaner cleaner(m_registry, *m_generation, settings);
    QSignalSpy rounds(&cleaner, &AutoCleaner::roundEnded);
    cleaner.start();
    QVERIFY(rounds.wait());
    QCOMPARE(rounds.last().first().toInt(), 1);
    QTcpServer back;
    if (!back.listen(QHostAddress::LocalHost, quint16(port)))
        QSKIP("somebody else took the port");
    QTRY_COMPARE(rounds.last().first().toInt(), 0);
    QVERIFY(m_registry->flat().contains("x"));
}

void tst_Autoclean::sparesWhatIsRegisteredAnew()
{
    add("x", uriAt(deadPort()));
    AutoCleaner cleaner(m_registry, *m_generation, quick());
    QSignalSpy rounds(&cleaner, &AutoCleaner::roundEnded);
    cleaner.start();
    QVERIFY(rounds.wait());
    QCOMPARE(rounds.last().first().toInt(), 1);
    add("x", uriAt(m_live.serverPort()));
    QTRY_COMPARE(rounds.last().first().toInt(), 0);
    const auto seen = rounds.count();
    QTRY_VERIFY(rounds.count() > seen + 2);
    QVERIFY(m_registry->flat().contains("x"));
}

QTEST_GUILESS_MAIN(tst_Autoclean)
#include "tst_autoclean.moc"
