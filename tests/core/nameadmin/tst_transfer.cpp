// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Names from one name server into a file and another server, and back.
#include "core/naming/nsfixture.h"

#include <pyrolens/nameadmin/namecompare.h>
#include <pyrolens/nameadmin/nameinventory.h>
#include <pyrolens/nameadmin/nameplan.h>

#include <QBuffer>

using namespace pyrolens;
using Kind = NameAction::Kind;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/7f00000100000001");
const QString kOther = QStringLiteral("PYRO://127.0.0.1:7767/7f00000100000002");

NameAction action(Kind kind, const QString &name, const QString &uri = {}, const Value &meta = {})
{
    NameAction made;
    made.kind = kind;
    made.name = name;
    made.uri = uri;
    made.meta = meta;
    return made;
}

} // namespace

class tst_Transfer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void readsAllOfAServer();
    void readsOnlyTheMetaThatIsWanted();
    void readingCanBeCancelled();
    void anUnreachableServerIsAnError();
    void namesTravelThroughAFile_data();
    void namesTravelThroughAFile();
    void replacesAndTakesBack();
    void replacesOnlyWhatWasSeen();
    void putsBackWhatCouldNotBeReplaced();
    void stopsBetweenNames();

private:
    Registrations read(const nstest::Server &server, const NameInventory::Wants &wants = {})
    {
        NameInventory inventory(nstest::context(), server.address());
        QSignalSpy finished(&inventory, &NameInventory::finished);
        inventory.read(wants);
        return finished.wait(20'000) ? finished.front().front().value<Registrations>() : Registrations();
    }
    /// \return how many were done; m_done and m_failed have the rest.
    int run(const nstest::Server &server, std::vector<NameAction> actions)
    {
        m_done.clear();
        m_failed.clear();
        NameAdmin admin(nstest::context(), server.address());
        connect(&admin, &NameAdmin::done, this, [this](const NameAction &one) { m_done.push_back(one); });
        connect(&admin, &NameAdmin::failed, this,
            [this](const NameAction &, const Error &error) { m_failed.append(error.what); });
        QSignalSpy end(&admin, &NameAdmin::finished);
        QSignalSpy progress(&admin, &NameAdmin::progress);
        const int count = int(actions.size());
        admin.run(std::move(actions));
        if (!end.wait(20'000) || progress.size() != count || progress.back().at(1).toInt() != count)
            return -1;
        return end.front().front().toInt();
    }
    std::vector<NameAction> actionsOf(const NamePlan &plan)
    {
        std::vector<NameAction> actions;
        for (const PlannedName &row : plan.rows) {
            if (auto one = actionFor(row))
                actions.push_back(std::move(*one));
        }
        return actions;
    }
    void fill(const nstest::Server &server)
    {
        QCOMPARE(
            run(server,
                {action(Kind::CreateGroup, QStringLiteral(":lab"), {}, Value::text(QStringLiteral("rooms"))),
                    action(Kind::CreateGroup, QStringLiteral(":lab.empty")),
                    action(Kind::Register, QStringLiteral(":lab.pump"), kUri,
                        Value::dict({{Value::str("room"), Value::integer(7)}})),
                    action(Kind::Register, QStringLiteral(":Default.a"), kOther)}),
            4);
    }
    std::unique_ptr<nstest::Server> m_here;
    std::unique_ptr<nstest::Server> m_there;
    std::vector<NameAction> m_done;
    QStringList m_failed;
};

void tst_Transfer::init()
{
    m_here = std::make_unique<nstest::Server>();
    m_there = std::make_unique<nstest::Server>();
    QVERIFY(m_here->status() && m_there->status());
}

void tst_Transfer::readsAllOfAServer()
{
    fill(*m_here);
    const Registrations names = read(*m_here);
    QVERIFY(names);
    QHash<QString, Registration> found;
    for (const Registration &one : *names)
        found.insert(one.name, one);
    QVERIFY(std::is_sorted(names->begin(), names->end(),
        [](const Registration &a, const Registration &b) { return a.name < b.name; }));
    QCOMPARE(found[QStringLiteral(":lab.pump")].uri, kUri);
    QCOMPARE(found[QStringLiteral(":lab.pump")].meta.find("room")
            ? *found[QStringLiteral(":lab.pump")].meta.find("room")
            : Value(),
        Value::integer(7));
    QVERIFY(found[QStringLiteral(":lab")].isGroup);
    QCOMPARE(found[QStringLiteral(":lab")].meta.toText(), QStringLiteral("rooms"));
    QVERIFY(found.contains(QStringLiteral(":lab.empty")));
    QVERIFY(found[QStringLiteral(":Default.a")].meta.isNone());
}

void tst_Transfer::readsOnlyTheMetaThatIsWanted()
{
    fill(*m_here);
    const Registrations names = read(*m_here, [](const NameEntry &entry) { return entry.isGroup; });
    QVERIFY(names);
    for (const Registration &one : *names)
        QVERIFY2(one.isGroup || one.meta.isNone(), qPrintable(one.name));
}

void tst_Transfer::readingCanBeCancelled()
{
    fill(*m_here);
    NameInventory inventory(nstest::context(), m_here->address());
    QSignalSpy finished(&inventory, &NameInventory::finished);
    QSignalSpy failed(&inventory, &NameInventory::failed);
    inventory.read();
    inventory.cancel();
    QCOMPARE(failed.size(), 1);
    QCOMPARE(failed.front().front().value<Error>().kind, Error::Kind::Cancelled);
    QVERIFY(!inventory.isRunning());
    // In the middle as well, and it can be used again.
    inventory.read();
    const auto cancel = connect(&inventory, &NameInventory::progress, &inventory, &NameInventory::cancel);
    QTRY_COMPARE(failed.size(), 2);
    disconnect(cancel);
    QVERIFY(finished.isEmpty());
    inventory.read();
    QTRY_VERIFY2_WITH_TIMEOUT(finished.size() == 1,
        failed.size() > 2 ? qPrintable(failed.back().front().value<Error>().what) : "no answer", 10'000);
}

void tst_Transfer::anUnreachableServerIsAnError()
{
    NameServerAddress nowhere = m_here->address();
    m_here.reset();
    NameInventory inventory(nstest::context(), nowhere);
    QSignalSpy failed(&inventory, &NameInventory::failed);
    inventory.read();
    QVERIFY(failed.wait(20'000));
    QCOMPARE(failed.front().front().value<Error>().kind, Error::Kind::Disconnected);
}

void tst_Transfer::namesTravelThroughAFile_data()
{
    QTest::addColumn<bool>("csv");
    QTest::newRow("json") << false;
    QTest::newRow("csv") << true;
}

void tst_Transfer::namesTravelThroughAFile()
{
    QFETCH(bool, csv);
    const NameFileFormat format = csv ? NameFileFormat::Csv : NameFileFormat::Json;
    fill(*m_here);
    const Registrations here = read(*m_here);
    QVERIFY(here);
    QBuffer file;
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(writeNames(file, format, *here));
    file.seek(0);
    const auto rows = readNames(file, format);
    QVERIFY2(rows, rows ? "" : qPrintable(rows.error().what));

    const NamePlan plan = planNames(*rows, *read(*m_there), *nstest::catalogue());
    QCOMPARE(plan.count(PlannedName::Verdict::New), 4);
    QCOMPARE(plan.count(PlannedName::Verdict::Invalid), 1); // the server itself
    const std::vector<NameAction> actions = actionsOf(plan);
    QCOMPARE(run(*m_there, actions), 4);
    const NameComparison after = compareNames(*here, *read(*m_there));
    QCOMPARE(after.count(NameDifference::OnlyHere), 0);
    QCOMPARE(after.count(NameDifference::OnlyThere), 0);
    QCOMPARE(after.count(NameDifference::Differs), 1); // the server itself
    // Once more there is nothing to do.
    QVERIFY(actionsOf(planNames(*rows, *read(*m_there), *nstest::catalogue())).empty());
}

void tst_Transfer::replacesAndTakesBack()
{
    fill(*m_there);
    const std::vector<Registration> before = *read(*m_there);
    const NamePlan plan
        = planNames({{{QStringLiteral(":lab.pump"), kOther, Value::integer(1), false}, 1, {}},
                        {{QStringLiteral(":Default.a"), kOther, Value::integer(2), false}, 2, {}},
                        {{QStringLiteral(":lab"), {}, Value::integer(3), true}, 3, {}},
                        {{QStringLiteral(":Default.b"), kUri, {}, false}, 4, {}}},
            before, *nstest::catalogue());
    QCOMPARE(plan.count(PlannedName::Verdict::Differs), 3);
    QVERIFY2(run(*m_there, actionsOf(plan)) == 4, qPrintable(m_failed.join(u'\n')));
    const Registrations changed = read(*m_there);
    QCOMPARE(compareNames(before, *changed).count(NameDifference::Differs), 3);
    std::vector<NameAction> back;
    for (auto done = m_done.rbegin(); done != m_done.rend(); ++done) {
        if (auto one = wayBack(*done))
            back.push_back(*one);
    }
    QVERIFY2(run(*m_there, back) == 4, qPrintable(m_failed.join(u'\n')));
    QVERIFY(*read(*m_there) == before);
}

void tst_Transfer::replacesOnlyWhatWasSeen()
{
    fill(*m_there);
    NameAction replace = action(Kind::Replace, QStringLiteral(":lab.pump"), kOther);
    replace.formerUri = QStringLiteral("PYRO://127.0.0.1:1/7f00000100000009");
    QCOMPARE(run(*m_there, {replace}), 0);
    QVERIFY2(m_failed.front().contains(QLatin1String("changed meanwhile")) && m_failed.front().contains(kUri),
        qPrintable(m_failed.front()));
    replace.name = QStringLiteral(":lab.gone");
    QCOMPARE(run(*m_there, {replace}), 0);
    QVERIFY(m_failed.front().contains(QLatin1String("not found")));
}

void tst_Transfer::putsBackWhatCouldNotBeReplaced()
{
    fill(*m_there);
    NameAction replace = action(Kind::Replace, QStringLiteral(":lab.pump"), QStringLiteral("no uri at all"));
    replace.formerUri = kUri;
    const std::vector<Registration> before = *read(*m_there);
    QCOMPARE(run(*m_there, {replace}), 0);
    QVERIFY(*read(*m_there) == before);
}

void tst_Transfer::stopsBetweenNames()
{
    NameAdmin admin(nstest::context(), m_there->address());
    std::vector<NameAction> actions;
    for (int i = 0; i < 500; ++i)
        actions.push_back(
            action(Kind::Register, QStringLiteral(":Default.n%1").arg(i), kUri, Value::integer(i)));
    int done = 0;
    connect(&admin, &NameAdmin::done, this, [&](const NameAction &) {
        if (++done == 10)
            admin.stop();
    });
    QSignalSpy end(&admin, &NameAdmin::finished);
    QSignalSpy progress(&admin, &NameAdmin::progress);
    admin.run(actions);
    QVERIFY(end.wait(20'000));
    QCOMPARE(end.front().at(0).toInt(), 10);
    QCOMPARE(progress.back().at(0), progress.back().at(1));
    const Registrations names = read(*m_there);
    int left = 0;
    for (const Registration &one : *names)
        left += one.name.startsWith(QLatin1String(":Default.n")) && !one.meta.isNone();
    QCOMPARE(left, 10);
}

QTEST_GUILESS_MAIN(tst_Transfer)
#include "tst_transfer.moc"
