// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/models/comparisonmodel.h>
#include <pyrolens/models/healthwords.h>
#include <pyrolens/models/planmodel.h>
#include <pyrolens/models/registrationmodel.h>
#include <pyrolens/pyro3/pyro3.h>

#include <QAbstractItemModelTester>

#include <QtTest>

using namespace pyrolens;
using Verdict = PlannedName::Verdict;

namespace {

const QString kUri = QStringLiteral("PYRO://10.0.0.7:7766/7f00000100000001");
const QString kOther = QStringLiteral("PYRO://10.0.0.8:7766/7f00000100000002");

Registration name(const QString &text, const QString &uri = kUri, const Value &meta = {})
{
    return {text, uri, meta, false};
}

std::shared_ptr<const NameComparison> comparison()
{
    return std::make_shared<const NameComparison>(
        compareNames({name(QStringLiteral(":a")), name(QStringLiteral(":b")), name(QStringLiteral(":d")),
                         name(QStringLiteral(":e"), kUri, Value::integer(1))},
            {name(QStringLiteral(":b")), name(QStringLiteral(":c")), name(QStringLiteral(":d"), kOther),
                name(QStringLiteral(":e"), kUri, Value::integer(2))}));
}

std::shared_ptr<const NamePlan> plan()
{
    Catalogue catalogue;
    catalogue.add(pyro3Generation());
    std::vector<NameFileRow> rows;
    for (const Registration &one : {name(QStringLiteral(":lab.new")),
             name(QStringLiteral(":lab.old"), kOther), name(QStringLiteral(":lab.same")),
             name(QStringLiteral("bad name")), name(QStringLiteral(":Pyro.EventService"))})
        rows.push_back({one, qint64(rows.size()) + 2, {}});
    return std::make_shared<const NamePlan>(planNames(rows,
        {{QStringLiteral(":lab"), {}, {}, true}, name(QStringLiteral(":lab.old")),
            name(QStringLiteral(":lab.same")), {QStringLiteral(":Pyro"), {}, {}, true}},
        catalogue));
}

QString cell(const QAbstractItemModel &model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

class tst_NameDiff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comparisonShowsDifferencesFirst();
    void comparisonFilters_data();
    void comparisonFilters();
    void comparisonSorts();
    void comparisonKeepsUpWithManyNames();
    void planTicksWhatIsNew();
    void planReplacesWhenItIsTold();
    void planTicksBuiltInNamesOneByOne();
    void planTellsHowItWent();
    void planFilters();
    void whatLooksForgottenIsFound();
    void healthHasTheSameWordsEverywhere();
};

void tst_NameDiff::comparisonShowsDifferencesFirst()
{
    ComparisonModel model;
    const QAbstractItemModelTester tester(&model);
    QCOMPARE(model.rowCount(), 0);
    model.setComparison(comparison(), QStringLiteral("left"), QStringLiteral("right"));
    QCOMPARE(model.total(), 5);
    QCOMPARE(model.rowCount(), 4); // all but the same
    QCOMPARE(cell(model, 0, ComparisonModel::DifferenceColumn), QStringLiteral("only here"));
    QCOMPARE(cell(model, 0, ComparisonModel::HereColumn), kUri);
    QCOMPARE(cell(model, 0, ComparisonModel::ThereColumn), QString());
    QCOMPARE(cell(model, 1, ComparisonModel::DifferenceColumn), QStringLiteral("only there"));
    QCOMPARE(cell(model, 2, ComparisonModel::DifferenceColumn), QStringLiteral("other URI"));
    QCOMPARE(cell(model, 3, ComparisonModel::DifferenceColumn), QStringLiteral("other meta"));
    QCOMPARE(cell(model, 3, ComparisonModel::MetaColumn), QStringLiteral("1, there 2"));
    QCOMPARE(model.headerData(ComparisonModel::ThereColumn, Qt::Horizontal, Qt::DisplayRole).toString(),
        QStringLiteral("right"));
}

void tst_NameDiff::comparisonFilters_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("show");
    QTest::addColumn<int>("rows");
    using Show = ComparisonModel::Show;
    QTest::newRow("all") << QString() << int(Show::All) << 5;
    QTest::newRow("unequal") << QString() << int(Show::Unequal) << 4;
    QTest::newRow("here") << QString() << int(Show::OnlyHere) << 1;
    QTest::newRow("there") << QString() << int(Show::OnlyThere) << 1;
    QTest::newRow("differs") << QString() << int(Show::Differs) << 2;
    QTest::newRow("same") << QString() << int(Show::Same) << 1;
    QTest::newRow("name") << QStringLiteral(":A") << int(Show::All) << 1;
    QTest::newRow("uri there") << QStringLiteral("10.0.0.8") << int(Show::All) << 1;
    QTest::newRow("nothing") << QStringLiteral("zzz") << int(Show::All) << 0;
}

void tst_NameDiff::comparisonFilters()
{
    QFETCH(QString, text);
    QFETCH(int, show);
    ComparisonModel model;
    const QAbstractItemModelTester tester(&model);
    model.setComparison(comparison(), {}, {});
    model.setFilter(text, ComparisonModel::Show(show));
    QTEST(model.rowCount(), "rows");
}

void tst_NameDiff::comparisonSorts()
{
    ComparisonModel model;
    model.setComparison(comparison(), {}, {});
    model.sort(ComparisonModel::NameColumn, Qt::DescendingOrder);
    QCOMPARE(cell(model, 0, 0), QStringLiteral(":e"));
    model.sort(ComparisonModel::DifferenceColumn, Qt::AscendingOrder);
    QCOMPARE(cell(model, 0, ComparisonModel::DifferenceColumn), QStringLiteral("only here"));
    QCOMPARE(model.row(model.index(0, 0))->any().name, QStringLiteral(":a"));
}

void tst_NameDiff::comparisonKeepsUpWithManyNames()
{
    std::vector<Registration> here;
    std::vector<Registration> there;
    for (int i = 0; i < 100'000; ++i) {
        const QString text = QStringLiteral(":lab.pump%1").arg(i, 6, 10, QLatin1Char('0'));
        here.push_back(name(text));
        if (i % 3)
            there.push_back(name(text, i % 7 ? kUri : kOther));
    }
    ComparisonModel model;
    model.setComparison(std::make_shared<const NameComparison>(compareNames(here, there)), {}, {});
    QElapsedTimer timer;
    timer.start();
    model.setFilter(QStringLiteral("pump0777"), ComparisonModel::Show::All);
    qInfo("filter: %lld ms", timer.elapsed());
    QCOMPARE(model.rowCount(), 100);
}

void tst_NameDiff::planTicksWhatIsNew()
{
    PlanModel model;
    const QAbstractItemModelTester tester(&model);
    model.setPlan(plan(), false);
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.ticked(), 1);
    QCOMPARE(model.actions().front().name, QStringLiteral(":lab.new"));
    QCOMPARE(cell(model, 1, PlanModel::VerdictColumn), QStringLiteral("differs, stays as it is"));
    QCOMPARE(cell(model, 1, PlanModel::NowColumn), kUri);
    QVERIFY(cell(model, 3, PlanModel::VerdictColumn).startsWith(QLatin1String("refused: ")));
    QCOMPARE(cell(model, 3, PlanModel::LineColumn), QStringLiteral("5"));
    // What is the same or refused has nothing to tick.
    QVERIFY(!model.index(2, 0).data(Qt::CheckStateRole).isValid());
    QVERIFY(!model.setData(model.index(3, 0), Qt::Checked, Qt::CheckStateRole));
}

void tst_NameDiff::planReplacesWhenItIsTold()
{
    PlanModel model;
    const QAbstractItemModelTester tester(&model);
    QSignalSpy changed(&model, &PlanModel::tickedChanged);
    model.setPlan(plan(), true);
    QCOMPARE(model.ticked(Verdict::Differs), 1);
    model.setReplaces(false);
    QCOMPARE(model.ticked(Verdict::Differs), 0);
    model.setReplaces(true);
    QCOMPARE(model.actions().size(), size_t(2));
    QCOMPARE(model.actions().back().kind, NameAction::Kind::Replace);
    QCOMPARE(changed.size(), 3);
}

void tst_NameDiff::planTicksBuiltInNamesOneByOne()
{
    PlanModel model;
    model.setPlan(plan(), true);
    const QModelIndex builtIn = model.index(4, 0);
    QCOMPARE(builtIn.data().toString(), QStringLiteral(":Pyro.EventService"));
    QCOMPARE(builtIn.data(Qt::CheckStateRole).toInt(), int(Qt::Unchecked));
    QVERIFY(model.setData(builtIn, Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(model.ticked(), 3);
}

void tst_NameDiff::planTellsHowItWent()
{
    PlanModel model;
    const QAbstractItemModelTester tester(&model);
    model.setPlan(plan(), true);
    const std::vector<NameAction> actions = model.actions();
    model.freeze();
    QVERIFY(!model.index(0, 0).data(Qt::CheckStateRole).isValid());
    model.setOutcomes({{actions[0], {}}, {actions[1], QStringLiteral("it is gone")}});
    QCOMPARE(cell(model, 0, PlanModel::VerdictColumn), QStringLiteral("done"));
    QCOMPARE(cell(model, 1, PlanModel::VerdictColumn), QStringLiteral("failed: it is gone"));
    QCOMPARE(model.failed(), 1);
    model.setOutcomes({{actions[0], {}}}, true);
    QCOMPARE(cell(model, 0, PlanModel::VerdictColumn), QStringLiteral("taken back"));
}

void tst_NameDiff::planFilters()
{
    using Show = PlanModel::Show;
    PlanModel model;
    const QAbstractItemModelTester tester(&model);
    model.setPlan(plan(), false);
    const std::pair<Show, int> rows[] = {{Show::All, 5}, {Show::Changes, 1}, {Show::New, 2},
        {Show::Differs, 1}, {Show::Same, 1}, {Show::Invalid, 1}, {Show::Failed, 0}};
    for (const auto &[show, count] : rows) {
        model.setShown(show);
        QCOMPARE(model.rowCount(), count);
    }
}

void tst_NameDiff::whatLooksForgottenIsFound()
{
    RegistrationModel model;
    const QAbstractItemModelTester tester(&model);
    QSignalSpy found(&model, &RegistrationModel::staleFound);
    model.setServer(QStringLiteral("10.0.0.1"));
    model.setNames(NameList::build({{QStringLiteral(":a"), QStringLiteral("PYRO://127.0.0.1:1/x"), {}},
        {QStringLiteral(":b"), QStringLiteral("PYRO://10.0.0.7:1/x"), {}},
        {QStringLiteral(":c"), QStringLiteral("PYRO://10.0.0.7:1/y"), {}}}));
    QTRY_COMPARE(model.staleRows(), std::vector<int>{0});
    QCOMPARE(cell(model, 0, RegistrationModel::StaleColumn), QStringLiteral("loopback address"));
    QVERIFY(!model.index(0, RegistrationModel::StaleColumn).data(Qt::ToolTipRole).toString().isEmpty());
    HealthResult dead;
    dead.name = QStringLiteral(":b");
    dead.health = NameHealth::WrongObject;
    HealthResult alive;
    alive.name = QStringLiteral(":c");
    alive.health = NameHealth::Ok;
    model.setResult(dead);
    model.setResult(alive);
    model.lookForStale();
    QTRY_COMPARE(model.staleRows(), (std::vector<int>{0, 1}));
    QCOMPARE(cell(model, 1, RegistrationModel::StaleColumn), QStringLiteral(":c answers there"));
    QVERIFY(model.finding(model.index(1, 0)));
    QVERIFY(!model.finding(model.index(2, 0)));
}

void tst_NameDiff::healthHasTheSameWordsEverywhere()
{
    for (const NameHealth health : {NameHealth::Ok, NameHealth::Slow, NameHealth::Denied})
        QCOMPARE(healthWord(health), healthWord(shortHealth(health)));
    for (const NameHealth health : {NameHealth::Refused, NameHealth::TimedOut, NameHealth::WrongObject}) {
        QCOMPARE(shortHealth(health), Health::Dead);
        QVERIFY(!healthWord(health).isEmpty());
    }
    QVERIFY(healthWord(Health::Unknown).isEmpty());
}

QTEST_MAIN(tst_NameDiff)
#include "tst_namediff.moc"
