// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// pyroctl ns with 100,000 flat names: taken over, listed, searched, killed, restarted, removed. What is
// measured is printed; the budgets are many times that, for machines that are slow or busy.

#include "flatfixture.h"
#include "support/peerprocess.h"
#include "support/residentmemory.h"
#include "support/slowdown.h"

#include <QElapsedTimer>
#include <QTemporaryDir>

#include <sqlite3.h>

using namespace pyrolens;
using nstest::wordsOf;

namespace {

/// The expression has 500 ms for all of them, which sanitizers would use up.
constexpr int kNames = pyrolens::testing::kSlowdown > 1 ? 5'000 : 100'000;
constexpr qint64 kBudgetMs = 60'000;
constexpr double kBudgetMiB = 400;

/// What a name server of Pyro 4 or 5 would leave behind.
bool writeOriginal(const QString &path)
{
    sqlite3 *database = nullptr;
    bool good = sqlite3_open(path.toUtf8().constData(), &database) == SQLITE_OK;
    const auto run = [&](const QByteArray &statement) {
        good = good && sqlite3_exec(database, statement.constData(), nullptr, nullptr, nullptr) == SQLITE_OK;
    };
    run("CREATE TABLE pyro_names(id integer PRIMARY KEY, name nvarchar NOT NULL UNIQUE, uri nvarchar NOT "
        "NULL);"
        "CREATE TABLE pyro_metadata(object integer NOT NULL, metadata nvarchar NOT NULL);"
        "BEGIN;");
    for (int i = 1; i <= kNames; ++i) {
        const QByteArray id = QByteArray::number(i);
        run("INSERT INTO pyro_names VALUES(" + id + ", 'lab" + QByteArray::number(i % 10) + ".dev" + id
            + "', 'PYRO:obj_" + id + "@127.0.0.1:4444');INSERT INTO pyro_metadata VALUES(" + id + ", 'tag:"
            + QByteArray::number(i % 100) + "');INSERT INTO pyro_metadata VALUES(" + id + ", 'all');");
    }
    run("COMMIT;");
    sqlite3_close(database);
    return good;
}

} // namespace

class tst_FlatScale : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsAHundredThousandNames();

private:
    template <class Work>
    auto timed(const char *what, Work work)
    {
        QElapsedTimer clock;
        clock.start();
        auto result = work();
        m_slowest = std::max(m_slowest, clock.elapsed());
        qInfo("%-40s %6lld ms", what, clock.elapsed());
        return result;
    }
    bool start(const QStringList &more = {})
    {
        QStringList words{QStringLiteral("ns"), QStringLiteral("--port"), QStringLiteral("0"),
            QStringLiteral("--storage"), u"sqlite:" + m_folder.filePath(QStringLiteral("names.db"))};
        return m_server.start(QStringLiteral(PYROLENS_BIN_DIR "/pyroctl"), words + more,
            QProcessEnvironment::systemEnvironment(), std::chrono::milliseconds(kBudgetMs));
    }
    std::unique_ptr<NameServerClient> client() const
    {
        const int port = m_server.words().last().section(u':', -1).toInt();
        return std::make_unique<NameServerClient>(nstest::everyContext(), nstest::addressOf(port, 5));
    }

    QTemporaryDir m_folder;
    PeerProcess m_server;
    qint64 m_slowest = 0;
};

void tst_FlatScale::keepsAHundredThousandNames()
{
    const QString original = m_folder.filePath(QStringLiteral("original.sql"));
    QVERIFY(writeOriginal(original));
    QVERIFY2(timed("take over 100,000 names, and serve",
                 [&] {
                     return start({QStringLiteral("--import"), original});
                 }),
        m_server.output().constData());
    auto names = client();
    QCOMPARE(names->countBlocking().valueOr(0), kNames + 1);
    const double afterImport = testing::residentMiB(m_server.pid());
    m_server.process().kill();
    m_server.process().waitForFinished();

    QVERIFY2(timed("restart after a kill", [&] { return start(); }), m_server.output().constData());
    names = client();
    QCOMPARE(names->countBlocking().valueOr(0), kNames + 1);
    const auto all = timed("list all with tags", [&] { return names->listAllBlocking(true); });
    QVERIFY2(all, all ? "" : qPrintable(wordsOf(all.error())));
    QVERIFY(all->size() >= size_t(kNames));
    NameQuery query;
    query.tags = QStringList{QStringLiteral("tag:7"), QStringLiteral("all")};
    const auto tagged = timed("1,000 names by two tags", [&] { return names->queryBlocking(query); });
    QVERIFY(tagged);
    QCOMPARE(tagged->size(), size_t(kNames / 100));
    query = {};
    query.regex = QStringLiteral("lab3\\.dev1.*3");
    const auto matching = timed("names by an expression", [&] { return names->queryBlocking(query); });
    QVERIFY2(matching, matching ? "" : qPrintable(wordsOf(matching.error())));
    QVERIFY(!matching->empty());
    query = {};
    query.prefix = QStringLiteral("lab3.");
    const auto prefixed = timed("10,000 names by prefix", [&] { return names->queryBlocking(query); });
    QVERIFY(prefixed);
    QCOMPARE(prefixed->size(), size_t(kNames / 10));
    const bool registered = timed("100 registrations, each on disk", [&] {
        for (int i = 0; i < 100; ++i) {
            const auto done = names->registerBlocking(
                QStringLiteral("new%1").arg(i), QStringLiteral("PYRO:new@127.0.0.1:1"));
            if (!done)
                return false;
        }
        return true;
    });
    QVERIFY(registered);
    const double afterWork = testing::residentMiB(m_server.pid());
    qInfo("resident: %.0f MiB after taking over, %.0f MiB after the queries", afterImport, afterWork);
    QVERIFY2(m_slowest < kBudgetMs, "see above");
    QVERIFY2(std::max(afterImport, afterWork) < kBudgetMiB, "see above");
    m_server.process().kill();
    m_server.process().waitForFinished();
    QVERIFY2(start(), m_server.output().constData());
    QCOMPARE(client()->countBlocking().valueOr(0), kNames + 101);
    QCOMPARE(m_server.stop(), 0);
}

QTEST_GUILESS_MAIN(tst_FlatScale)
#include "tst_flatscale.moc"
