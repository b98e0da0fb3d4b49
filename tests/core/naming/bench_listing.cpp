// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Figures of the name server with 100,000 names (PYROLENS_BENCH_NAMES for another number): list end to end,
// the original's flatlist() as the server serves it, look-ups a second, resident memory.

#include "nsfixture.h"
#include "support/peerprocess.h"
#include "support/residentmemory.h"

using namespace pyrolens;
using nstest::wordsOf;

namespace {

int wantedNames()
{
    bool isNumber = false;
    const int asked = qEnvironmentVariableIntValue("PYROLENS_BENCH_NAMES", &isNumber);
    return isNumber ? asked : 100'000;
}

/// Processor time of a process, user and system; holds still on a busy machine.
double processorMs(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/schedstat").arg(pid));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(0).toDouble() / 1e6 : -1;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

} // namespace

class bench_Listing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QStringList arguments{QStringLiteral("127.0.0.1"), QStringLiteral("0"),
            QStringLiteral("memory"), QStringLiteral("-1"), QString(), QString::number(wantedNames())};
        QVERIFY2(m_server.start(QStringLiteral(PYROLENS_BIN_DIR "/naming_serverprocess"), arguments,
                     QProcessEnvironment::systemEnvironment(), std::chrono::seconds(60)),
            m_server.output().constData());
        const auto uri = nstest::catalogue()->parseUri(m_server.words().value(0));
        QVERIFY(uri);
        m_address.host = uri->host;
        m_address.port = uri->port;
        qInfo("%d names: %.1f MiB resident", wantedNames(), testing::residentMiB(m_server.pid()));
    }

    void listsEndToEnd()
    {
        NameServerClient client(nstest::context(), m_address);
        QVERIFY(client.pingBlocking());
        std::vector<double> times;
        const double serverBefore = processorMs(m_server.pid());
        const double ownBefore = processorMs(QCoreApplication::applicationPid());
        for (int i = 0; i < 9; ++i) {
            QElapsedTimer timer;
            timer.start();
            const auto all = client.listAllBlocking(false);
            times.push_back(double(timer.nsecsElapsed()) / 1e6);
            QVERIFY2(all, qPrintable(wordsOf(all)));
            QCOMPARE(all->size(), size_t(wantedNames() + 1));
        }
        qInfo("list end to end: %.1f ms (first %.1f, best %.1f); processor: server %.1f, client %.1f ms; "
              "then %.1f MiB resident",
            median(times), times.front(), *std::min_element(times.begin(), times.end()),
            (processorMs(m_server.pid()) - serverBefore) / 9,
            (processorMs(QCoreApplication::applicationPid()) - ownBefore) / 9,
            testing::residentMiB(m_server.pid()));
    }

    // The reply is received and not decoded: what is measured is the server.
    void servesFlatList()
    {
        QTcpSocket socket;
        socket.connectToHost(m_address.host, quint16(m_address.port));
        QVERIFY(socket.waitForConnected());
        const auto session = pyro3Generation()->session(Role::Client, {});
        QByteArray buffer;
        const auto nextFrame = [&]() -> QByteArray {
            for (;;) {
                const auto step = session->feed(Direction::ServerToClient, buffer, {});
                if (!step)
                    return {};
                if (!step->answer.isEmpty())
                    socket.write(step->answer);
                if (step->size > 0) {
                    const QByteArray frame = buffer.first(step->size);
                    buffer.remove(0, step->size);
                    return frame;
                }
                if (!socket.waitForReadyRead(10'000))
                    return {};
                buffer += socket.readAll();
            }
        };
        QVERIFY(!nextFrame().isEmpty()); // challenge
        QVERIFY(!nextFrame().isEmpty()); // verdict
        const QByteArray id = m_server.words().value(0).section(u'/', 3).toLatin1();
        const auto request
            = session->encode(Message::call(id, "flatlist", Value::tuple({}), Value::dict({})));
        QVERIFY(request);
        std::vector<double> times;
        qsizetype size = 0;
        const double serverBefore = processorMs(m_server.pid());
        for (int i = 0; i < 9; ++i) {
            QElapsedTimer timer;
            timer.start();
            socket.write(*request);
            size = nextFrame().size();
            times.push_back(double(timer.nsecsElapsed()) / 1e6);
            QVERIFY(size > wantedNames());
        }
        qInfo("flatlist(), server and transfer: %.1f ms (best %.1f), processor: server %.1f ms; %.1f MB; "
              "then %.1f MiB resident",
            median(times), *std::min_element(times.begin(), times.end()),
            (processorMs(m_server.pid()) - serverBefore) / 9, double(size) / 1e6,
            testing::residentMiB(m_server.pid()));
    }

    void looksUp()
    {
        NameServerClient client(nstest::context(), m_address);
        QVERIFY(client.pingBlocking());
        QElapsedTimer timer;
        timer.start();
        int count = 0;
        const double serverBefore = processorMs(m_server.pid());
        for (; timer.elapsed() < 1'000; ++count) {
            const int n = int((qint64(count) * 7919) % wantedNames());
            QVERIFY(client.lookupBlocking(QStringLiteral(":group%1.object%2").arg(n % 100).arg(n)));
        }
        qInfo("processor: server %.1f us each", (processorMs(m_server.pid()) - serverBefore) * 1e3 / count);
        qInfo("look-ups: %.0f a second", count * 1e3 / double(timer.elapsed()));
    }

private:
    PeerProcess m_server;
    NameServerAddress m_address;
};

QTEST_GUILESS_MAIN(bench_Listing)
#include "bench_listing.moc"
