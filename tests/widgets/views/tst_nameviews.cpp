// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "viewfixture.h"

#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/views/compareview.h>
#include <pyrolens/views/nameadminview.h>
#include <pyrolens/views/parts.h>

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTableView>

#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::test;

Q_DECLARE_METATYPE(std::vector<pyrolens::NameAction>)
Q_DECLARE_METATYPE(std::vector<pyrolens::Registration>)

namespace {

const QString kUri = QStringLiteral("PYRO://10.0.0.7:7766/7f00000100000001");
const QString kOther = QStringLiteral("PYRO://10.0.0.8:7766/7f00000100000002");

Registration name(const QString &text, const QString &uri = kUri)
{
    return {text, uri, {}, false};
}

/// So many new names, and one that differs.
std::shared_ptr<const NamePlan> plan(int fresh)
{
    Catalogue catalogue;
    catalogue.add(pyro3Generation());
    std::vector<NameFileRow> rows{{name(QStringLiteral(":old"), kOther), 2, {}}};
    for (int i = 0; i < fresh; ++i)
        rows.push_back({name(QStringLiteral(":n%1").arg(i)), i + 3, {}});
    return std::make_shared<const NamePlan>(planNames(rows, {name(QStringLiteral(":old"))}, catalogue));
}

std::vector<NameAction> actionsOf(const QSignalSpy &spy, int argument = 0)
{
    return spy.back().at(argument).value<std::vector<NameAction>>();
}

} // namespace

class tst_NameViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void planIsAppliedAndTakenBack();
    void manyNamesWantTheirCount();
    void aPlanWithNothingToDoCannotBeApplied();
    void stoppingTellsWhatWasNotBegun();
    void failuresAreShown();
    void comparesWhatWasChosenOrTyped();
    void copiesWhatTheSourceHas();
    void comparesAgainAfterACopy();
    void problemsStandInTheView();
    void adminViewImportsAndExports();
    void equalServersShowNothing();
    void fitsASmallWindow();
};

void tst_NameViews::planIsAppliedAndTakenBack()
{
    PlanView view;
    view.show();
    QSignalSpy apply(&view, &PlanView::applyRequested);
    view.setPlan(QStringLiteral("Import"), plan(2), false);
    auto *button = child<QPushButton>(view, "planApply");
    QCOMPARE(button->text(), QStringLiteral("Register 2 name(s)"));
    child<QCheckBox>(view, "planReplace")->click();
    QCOMPARE(button->text(), QStringLiteral("Register 2, replace 1"));
    button->click();
    QCOMPARE(actionsOf(apply).size(), size_t(3));
    QVERIFY(view.isRunning() && !button->isVisible());
    std::vector<NameOutcome> outcomes;
    for (const NameAction &action : actionsOf(apply))
        outcomes.push_back({action, {}});
    view.addOutcomes(outcomes);
    view.setProgress(3, 3);
    view.finished(3, 0);
    QCOMPARE(child<TextLabel>(view, "planProgress")->text(), QStringLiteral("3 done"));
    QCOMPARE(
        view.table()->model()->index(0, PlanModel::VerdictColumn).data().toString(), QStringLiteral("done"));

    auto *back = child<QPushButton>(view, "planBack");
    QVERIFY(back->isVisible());
    back->click();
    const std::vector<NameAction> undo = actionsOf(apply);
    QCOMPARE(undo.size(), size_t(3));
    QCOMPARE(undo.front().kind, NameAction::Kind::Unregister); // the last one first
    QCOMPARE(undo.back().kind, NameAction::Kind::Replace);
    QCOMPARE(undo.back().uri, kUri);
    view.finished(3, 0);
    QCOMPARE(child<TextLabel>(view, "planProgress")->text(), QStringLiteral("3 taken back"));
    QVERIFY(!back->isVisible());
}

void tst_NameViews::manyNamesWantTheirCount()
{
    PlanView view;
    view.show();
    view.setPlan(QStringLiteral("Import"), plan(PlanView::kTypedCount), false);
    auto *button = child<QPushButton>(view, "planApply");
    auto *typed = child<QLineEdit>(view, "planTyped");
    QVERIFY(button->isEnabled() && !typed->isVisible());
    view.setPlan(QStringLiteral("Import"), plan(PlanView::kTypedCount + 1), false);
    QVERIFY(!button->isEnabled() && typed->isVisible());
    typed->setText(QStringLiteral("20"));
    QVERIFY(!button->isEnabled());
    typed->setText(QStringLiteral("21"));
    QVERIFY(button->isEnabled());
    // One more tick, another count.
    child<QCheckBox>(view, "planReplace")->click();
    QVERIFY(!button->isEnabled());
}

void tst_NameViews::aPlanWithNothingToDoCannotBeApplied()
{
    PlanView view;
    view.show();
    view.setPlan(QStringLiteral("Import"), std::make_shared<const NamePlan>(), false);
    QVERIFY(!child<QPushButton>(view, "planApply")->isEnabled());
    QVERIFY(!child<QCheckBox>(view, "planReplace")->isVisible());
    QSignalSpy closed(&view, &PlanView::closed);
    child<QPushButton>(view, "planClose")->click();
    QCOMPARE(closed.size(), 1);
}

void tst_NameViews::stoppingTellsWhatWasNotBegun()
{
    PlanView view;
    view.show();
    QSignalSpy stop(&view, &PlanView::stopRequested);
    view.setPlan(QStringLiteral("Import"), plan(5), false);
    child<QPushButton>(view, "planApply")->click();
    child<QPushButton>(view, "planStop")->click();
    QCOMPARE(stop.size(), 1);
    view.finished(2, 0);
    QCOMPARE(child<TextLabel>(view, "planProgress")->text(), QStringLiteral("2 done, 3 not begun"));
}

void tst_NameViews::failuresAreShown()
{
    PlanView view;
    view.show();
    QSignalSpy apply(&view, &PlanView::applyRequested);
    view.setPlan(QStringLiteral("Import"), plan(3), false);
    child<QPushButton>(view, "planApply")->click();
    const std::vector<NameAction> actions = actionsOf(apply);
    view.addOutcomes({{actions[0], {}}, {actions[1], QStringLiteral("<b>no</b>")}, {actions[2], {}}});
    view.finished(2, 1);
    QCOMPARE(child<TextLabel>(view, "planProgress")->text(), QStringLiteral("2 done, 1 failed"));
    QCOMPARE(view.model()->rowCount(), 1);
    QCOMPARE(view.model()->index(0, PlanModel::VerdictColumn).data().toString(),
        QStringLiteral("failed: <b>no</b>"));
}

void tst_NameViews::comparesWhatWasChosenOrTyped()
{
    CompareView view(QStringLiteral("left"));
    view.show();
    QSignalSpy wanted(&view, &CompareView::compareRequested);
    child<QPushButton>(view, "compareStart")->click();
    QCOMPARE(wanted.size(), 0); // nothing chosen
    view.setServers({{QStringLiteral("right"), QStringLiteral("id-2")}});
    child<QPushButton>(view, "compareStart")->click();
    QCOMPARE(wanted.back().at(0).toString(), QStringLiteral("id-2"));
    QVERIFY(child<QPushButton>(view, "compareCancel")->isVisible());
    QSignalSpy cancel(&view, &CompareView::cancelRequested);
    child<QPushButton>(view, "compareCancel")->click();
    QCOMPARE(cancel.size(), 1);
    view.setProblem(QStringLiteral("cancelled"));
    auto *text = child<QLineEdit>(view, "compareText");
    text->setText(QStringLiteral("10.0.0.9:9090"));
    QTest::keyClick(text, Qt::Key_Return);
    QCOMPARE(wanted.back().at(0).toString(), QString());
    QCOMPARE(wanted.back().at(1).toString(), QStringLiteral("10.0.0.9:9090"));
    // A server that comes up meanwhile does not change what was typed.
    view.setServers({{QStringLiteral("third"), QStringLiteral("id-3")}});
    QCOMPARE(child<QComboBox>(view, "compareWith")->currentText(), QStringLiteral("10.0.0.9:9090"));
}

void tst_NameViews::copiesWhatTheSourceHas()
{
    CompareView view(QStringLiteral("left"));
    view.show();
    view.setComparison(std::make_shared<const NameComparison>(
                           compareNames({name(QStringLiteral(":a")), name(QStringLiteral(":b"))},
                               {name(QStringLiteral(":b"), kOther), name(QStringLiteral(":c"))})),
        QStringLiteral("right"));
    QCOMPARE(child<QPushButton>(view, "copyThere")->text(), QStringLiteral("Copy to right"));
    QSignalSpy wanted(&view, &CompareView::planRequested);
    child<QPushButton>(view, "copyThere")->click();
    QVERIFY(wanted.isEmpty());
    QVERIFY(child<Banner>(view, "banner")->isVisible());
    view.table()->selectAll();
    child<QPushButton>(view, "copyThere")->click();
    QCOMPARE(wanted.back().at(0).toBool(), true);
    auto names = wanted.back().at(1).value<std::vector<Registration>>();
    QCOMPARE(names.size(), size_t(2)); // :a and :b, as they are here
    QCOMPARE(names.back().uri, kUri);
    view.setProblem({});
    child<QPushButton>(view, "copyHere")->click();
    QCOMPARE(wanted.back().at(0).toBool(), false);
    names = wanted.back().at(1).value<std::vector<Registration>>();
    QCOMPARE(names.front().uri, kOther);
    // Only what the other side lacks: there is nothing to copy from there.
    view.setProblem({});
    view.table()->selectRow(0);
    child<QPushButton>(view, "copyHere")->click();
    QCOMPARE(wanted.size(), 2);
    QVERIFY(child<Banner>(view, "banner")->text().contains(QLatin1String("right")));
}

void tst_NameViews::comparesAgainAfterACopy()
{
    CompareView view(QStringLiteral("left"));
    view.show();
    view.setServers({{QStringLiteral("right"), QStringLiteral("id-2")}});
    view.setComparison(
        std::make_shared<const NameComparison>(compareNames({name(QStringLiteral(":n0"))}, {})),
        QStringLiteral("right"));
    view.table()->selectAll();
    child<QPushButton>(view, "copyThere")->click();
    view.showPlan(plan(1));
    QVERIFY(view.plan()->isVisible());
    QCOMPARE(child<QPushButton>(view, "planApply")->text(), QStringLiteral("Register 1, replace 1"));
    QSignalSpy wanted(&view, &CompareView::compareRequested);
    QSignalSpy apply(&view, &CompareView::applyRequested);
    child<QPushButton>(view, "planApply")->click();
    QCOMPARE(apply.size(), 1);
    view.applied(2, 0);
    child<QPushButton>(view, "planClose")->click();
    QCOMPARE(wanted.size(), 1);
    QVERIFY(view.table()->isVisible());
}

void tst_NameViews::problemsStandInTheView()
{
    CompareView view(QStringLiteral("left"));
    view.show();
    view.setBusy();
    view.setProblem(QStringLiteral("10.0.0.9:9090 refused the connection."));
    QVERIFY(child<Banner>(view, "banner")->isVisible());
    QVERIFY(child<QPushButton>(view, "compareStart")->isVisible());
    QVERIFY(!child<QPushButton>(view, "compareCancel")->isVisible());
}

void tst_NameViews::adminViewImportsAndExports()
{
    RegistrationModel model;
    NameAdminView view(&model);
    view.show();
    QSignalSpy exporting(&view, &NameAdminView::exportRequested);
    QSignalSpy importing(&view, &NameAdminView::importRequested);
    QSignalSpy cancel(&view, &NameAdminView::cancelTransferRequested);
    view.exportFile(QStringLiteral("/x/names.csv"));
    QCOMPARE(exporting.back().front().toString(), QStringLiteral("/x/names.csv"));
    auto *stop = child<QPushButton>(view, "cancelTransfer");
    QVERIFY(stop->isVisible());
    stop->click();
    QCOMPARE(cancel.size(), 1);
    view.transferFailed(QStringLiteral("cancelled"));
    QVERIFY(!stop->isVisible() && child<Banner>(view, "banner")->isVisible());
    view.exportFile(QStringLiteral("/x/names.csv"));
    view.exported(QStringLiteral("/x/names.csv"), 7);
    QVERIFY(child<Banner>(view, "banner")->text().contains(QLatin1String("names.csv")));

    view.importFile(QStringLiteral("/x/names.json"));
    QCOMPARE(importing.size(), 1);
    view.showPlan(plan(2));
    QVERIFY(view.plan()->isVisible());
    QVERIFY(child<TextLabel>(view, "planTitle")->fullText().contains(QLatin1String("names.json")));
    QSignalSpy apply(&view, &NameAdminView::applyRequested);
    child<QPushButton>(view, "planApply")->click();
    QCOMPARE(actionsOf(apply).size(), size_t(2));
    QSignalSpy refresh(&view, &NameAdminView::refreshRequested);
    view.applied(2, 0);
    QCOMPARE(refresh.size(), 1);
    child<QPushButton>(view, "planClose")->click();
    QVERIFY(view.table()->isVisible());
}

void tst_NameViews::equalServersShowNothing()
{
    CompareView view(QStringLiteral("left"));
    view.show();
    view.setComparison(std::make_shared<const NameComparison>(
                           compareNames({name(QStringLiteral(":a"))}, {name(QStringLiteral(":a"))})),
        QStringLiteral("right"));
    // Two equal servers: no difference is listed, the same one can be shown.
    QCOMPARE(view.model()->rowCount(), 0);
    auto *show = child<QComboBox>(view, "compareShow");
    show->setCurrentIndex(show->findData(int(ComparisonModel::Show::Same)));
    QCOMPARE(view.model()->rowCount(), 1);
    child<QLineEdit>(view, "compareFilter")->setText(QStringLiteral("zzz"));
    QCOMPARE(view.model()->rowCount(), 0);
}

void tst_NameViews::fitsASmallWindow()
{
    // 800 pixels less an explorer.
    CompareView view(QStringLiteral("a network with a long name"));
    view.show();
    view.setComparison(std::make_shared<const NameComparison>(compareNames({name(QStringLiteral(":a"))}, {})),
        QStringLiteral("192.168.100.200:39861"));
    QVERIFY2(
        view.minimumSizeHint().width() <= 600, qPrintable(QString::number(view.minimumSizeHint().width())));
    PlanView plan;
    QVERIFY2(
        plan.minimumSizeHint().width() <= 600, qPrintable(QString::number(plan.minimumSizeHint().width())));
}

QTEST_MAIN(tst_NameViews)
#include "tst_nameviews.moc"
