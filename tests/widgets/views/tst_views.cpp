// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/views/callview.h>
#include <pyrolens/views/historyview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/resultview.h>
#include <pyrolens/views/trafficview.h>
#include <pyrolens/views/welcomepage.h>

#include <pyrolens/models/historymodel.h>
#include <pyrolens/models/trafficmodel.h>
#include <pyrolens/theme/theme.h>

#include "viewfixture.h"
#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>

#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::test;

class tst_Views : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void networkOffersNextSteps();
    void networkFilterOpensFirstMatch();
    void networkKeepsExpansionOverRefreshAndFilter();
    void networkShowsFailureInTheTree();
    void callNeedsAMethodAndValidArguments();
    void callPrefillsOneway();
    void callShowsCancelWhileRunning();
    void callRestoresEverything();
    void objectListsMethodsOrOffersAFreeName();
    void pagePreparesFromHistory();
    void historySelectsAndReplays();
    void welcomeCards();
    void everyControlHasAName();
};

void tst_Views::networkOffersNextSteps()
{
    NameTreeModel model;
    NetworkView view(&model);
    view.show();
    QSignalSpy demo(&view, &NetworkView::demoRequested);
    QSignalSpy discover(&view, &NetworkView::discoverRequested);
    QVERIFY(child<QPushButton>(view, "emptyDemo")->isVisible());
    child<QPushButton>(view, "emptyDemo")->click();
    child<QPushButton>(view, "emptyDiscover")->click();
    QCOMPARE(demo.count(), 1);
    QCOMPARE(discover.count(), 1);
    fill(model);
    QVERIFY(view.tree()->isVisible());
    view.filterEdit()->setText(QStringLiteral("nothing like it"));
    QVERIFY(!view.tree()->isVisible());
    child<QPushButton>(view, "clearFilter")->click();
    QVERIFY(view.tree()->isVisible());
}

void tst_Views::networkFilterOpensFirstMatch()
{
    NameTreeModel model;
    NetworkView view(&model);
    fill(model);
    view.show();
    QSignalSpy opened(&view, &NetworkView::openRequested);
    view.focusFilter();
    QTest::keyClicks(view.filterEdit(), QStringLiteral("arm2"));
    QTest::keyClick(view.filterEdit(), Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened[0][0].value<ObjectTarget>().name, QStringLiteral(":robot.arm2"));
    QCOMPARE(opened[0][0].value<ObjectTarget>().uri, QStringLiteral("PYRO://h:1/2"));
    QTest::keyClick(view.filterEdit(), Qt::Key_Escape);
    QCOMPARE(view.filterEdit()->text(), QString());
}

void tst_Views::networkKeepsExpansionOverRefreshAndFilter()
{
    NameTreeModel model;
    NetworkView view(&model);
    fill(model);
    view.show();
    const auto group = [&model](int row) { return model.index(row, 0, model.index(0, 0)); };
    view.tree()->expand(model.index(0, 0));
    view.tree()->expand(group(1));
    view.selectName(QStringLiteral("p"), QStringLiteral(":robot.arm1"));
    fill(model, 4);
    QVERIFY(view.tree()->isExpanded(group(1)));
    QVERIFY(!view.tree()->isExpanded(group(0)));
    QCOMPARE(view.tree()->currentIndex().data(NameTreeModel::FullNameRole).toString(),
        QStringLiteral(":robot.arm1"));
    view.filterEdit()->setText(QStringLiteral("pump"));
    QVERIFY(view.tree()->isExpanded(group(0))); // few matches open by themselves
    view.filterEdit()->setText(QStringLiteral("pump1"));
    view.filterEdit()->clear();
    QVERIFY(view.tree()->isExpanded(group(1)));
    QVERIFY(!view.tree()->isExpanded(group(0)));
    QCOMPARE(view.tree()->currentIndex().data(NameTreeModel::FullNameRole).toString(),
        QStringLiteral(":robot.arm1"));
}

void tst_Views::networkShowsFailureInTheTree()
{
    NameTreeModel model;
    NetworkView view(&model);
    ProfileInfo info;
    info.id = QStringLiteral("p");
    info.state = ProfileInfo::State::Failed;
    info.error = QStringLiteral("refused");
    model.setProfile(info);
    view.show();
    QSignalSpy retry(&view, &NetworkView::retryRequested);
    QVERIFY(view.tree()->isExpanded(model.index(0, 0)));
    Q_EMIT view.tree()->activated(model.index(0, 0, model.index(0, 0)));
    QCOMPARE(retry.count(), 1);
}

void tst_Views::callNeedsAMethodAndValidArguments()
{
    CallView view;
    view.setTarget(echo());
    view.show();
    auto *send = child<QPushButton>(view, "send");
    QSignalSpy sent(&view, &CallView::sendRequested);
    QVERIFY(!send->isEnabled());
    child<QLineEdit>(view, "methodName")->setText(QStringLiteral("echo"));
    QVERIFY(send->isEnabled());
    view.arguments()->setText(QStringLiteral("[1"));
    QVERIFY(!send->isEnabled());
    QVERIFY(!send->toolTip().isEmpty());
    view.send();
    QCOMPARE(sent.count(), 0);
    view.arguments()->setText(QStringLiteral("[1], k=2"));
    send->click();
    QCOMPARE(sent.count(), 1);
    const auto request = sent[0][0].value<CallRequest>();
    QCOMPARE(request.member, QStringLiteral("echo"));
    QCOMPARE(request.args.size(), 1);
    QCOMPARE(request.kwargs.size(), 1);
    QCOMPARE(request.timeout, std::chrono::milliseconds(30'000));
    QVERIFY(!request.oneway);
    view.sendOneway();
    QVERIFY(sent[1][0].value<CallRequest>().oneway);
    QVERIFY(!child<QCheckBox>(view, "oneway")->isChecked());
}

void tst_Views::callPrefillsOneway()
{
    CallView view;
    view.show();
    MethodRow note;
    note.name = QStringLiteral("note");
    note.oneway = true;
    view.setMethod(QStringLiteral("note"), &note);
    auto *box = child<QCheckBox>(view, "oneway");
    auto *reset = child<QPushButton>(view, "onewayReset");
    QVERIFY(box->isChecked());
    QVERIFY(!reset->isVisible());
    box->setChecked(false);
    QVERIFY(reset->isVisible());
    reset->click();
    QVERIFY(box->isChecked());
}

void tst_Views::callShowsCancelWhileRunning()
{
    CallView view;
    view.setTarget(echo());
    view.setMethod(QStringLiteral("sleep"));
    view.show();
    QSignalSpy cancelled(&view, &CallView::cancelRequested);
    auto *cancel = child<QPushButton>(view, "cancel");
    QVERIFY(!cancel->isVisible());
    view.setRunning(true);
    QVERIFY(cancel->isVisible());
    QVERIFY(!child<QPushButton>(view, "send")->isEnabled());
    QTRY_VERIFY(child<QLabel>(view, "callStatus")->accessibleName().contains(QLatin1String("Waiting")));
    cancel->click();
    QTest::keyClick(view.arguments()->editor(), Qt::Key_Escape);
    QCOMPARE(cancelled.count(), 2);
    view.setRunning(false);
    QVERIFY(!cancel->isVisible());
}

void tst_Views::callRestoresEverything()
{
    CallView view;
    CallRequest request;
    request.target = echo();
    request.member = QStringLiteral("note");
    request.argumentText = QStringLiteral("1, x='y'");
    request.oneway = true;
    request.timeout = std::chrono::milliseconds(7'500);
    view.restore(request);
    const auto again = view.request();
    QVERIFY(again);
    QCOMPARE(again->member, request.member);
    QCOMPARE(again->argumentText, request.argumentText);
    QCOMPARE(again->oneway, true);
    QCOMPARE(again->timeout, request.timeout);
    QVERIFY(again->target == request.target);
}

void tst_Views::objectListsMethodsOrOffersAFreeName()
{
    HistoryModel history;
    ObjectPage page(&history);
    page.resize(900, 500);
    page.setTarget(echo());
    page.show();
    QSignalSpy checked(page.object(), &ObjectView::checkRequested);
    auto *free = child<QLineEdit>(page, "freeMethod");
    QVERIFY(free->isVisible());
    QTest::keyClicks(free, QStringLiteral("status"));
    child<QPushButton>(page, "checkName")->click();
    QCOMPARE(checked.count(), 1);
    page.nameChecked(QStringLiteral("status"), true);
    QCOMPARE(page.object()->methods()->rowCount(), 1);
    QTest::keyClick(free, Qt::Key_Return);
    QCOMPARE(page.call()->method(), QStringLiteral("status"));

    ObjectInterface interface;
    interface.isKnown = true;
    MethodRow method;
    method.name = QStringLiteral("echo");
    method.signature = QStringLiteral("(value)");
    interface.methods = {method};
    interface.attributes = {{QStringLiteral("counter"), true, {}, {}, {}}};
    page.described(interface, QStringLiteral("PYRO://127.0.0.1:7766/7f"));
    QVERIFY(!free->isVisible());
    QCOMPARE(page.object()->methods()->rowCount(), 1);
    QCOMPARE(page.object()->attributes()->rowCount(), 1);
    // T6: Enter on the method, then the arguments have the focus.
    auto *table = child<QTableView>(page, "methodTable");
    table->setCurrentIndex(page.object()->methods()->index(0, 0));
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(page.call()->method(), QStringLiteral("echo"));
    QTRY_VERIFY(page.call()->arguments()->editor()->hasFocus());
}

void tst_Views::pagePreparesFromHistory()
{
    HistoryModel history;
    history.put(*record(Value::integer(1)));
    ObjectPage page(&history);
    page.setTarget(echo());
    QVERIFY(page.object()->methods()->methodByName(QStringLiteral("echo")));
    page.callStarted(2);
    QVERIFY(page.call()->isRunning());
    auto done = record(Value::integer(5));
    done->request.id = 2;
    page.callFinished(done);
    QVERIFY(!page.call()->isRunning());
    QCOMPARE(page.result()->record()->result.asInteger(), 5);
    auto attribute = record(Value::integer(7));
    attribute->request.action = CallRequest::Action::GetAttribute;
    attribute->request.member = QStringLiteral("counter");
    page.callFinished(attribute);
    QCOMPARE(page.object()->attributes()->index(0, AttributeModel::ValueColumn).data().toString(),
        QStringLiteral("7"));
}

void tst_Views::historySelectsAndReplays()
{
    HistoryModel model;
    HistoryView view(&model);
    view.resize(600, 200);
    view.show();
    QVERIFY(!view.table()->isVisible());
    model.put(*record(Value::integer(1)));
    QVERIFY(view.table()->isVisible());
    QSignalSpy selected(&view, &HistoryView::selected);
    QSignalSpy replay(&view, &HistoryView::replayRequested);
    QTest::mouseClick(
        view.table()->viewport(), Qt::LeftButton, {}, view.table()->visualRect(model.index(0, 1)).center());
    QCOMPARE(selected.count(), 1);
    QCOMPARE(selected[0][0].toULongLong(), 1ULL);
    child<QPushButton>(view, "replay")->click();
    QCOMPARE(replay.count(), 1);
}

void tst_Views::welcomeCards()
{
    WelcomePage page;
    page.resize(800, 500);
    page.show();
    QSignalSpy card(&page, &WelcomePage::cardChosen);
    child<QAbstractButton>(page, "card-echo")->click();
    QCOMPARE(card.count(), 1);
    QCOMPARE(card[0][0].toString(), QStringLiteral("demo.echo"));
    page.setDemoRunning(true);
    QVERIFY(!child<QPushButton>(page, "startDemo")->isEnabled());
    QSignalSpy recent(&page, &WelcomePage::recentChosen);
    page.setRecent({{QStringLiteral("10.0.0.7:9090"), 5}});
    for (QToolButton *button : page.findChildren<QToolButton *>()) {
        if (button->text().contains(QLatin1String("10.0.0.7")))
            button->click();
    }
    QCOMPARE(recent.count(), 1);
}

void tst_Views::everyControlHasAName()
{
    NameTreeModel names;
    HistoryModel history;
    TrafficModel traffic;
    NetworkView network(&names);
    HistoryView historyView(&history);
    TrafficView trafficView(&traffic);
    ObjectPage page(&history);
    WelcomePage welcome;
    for (QWidget *view :
        std::initializer_list<QWidget *>{&network, &historyView, &trafficView, &page, &welcome}) {
        for (QWidget *control : view->findChildren<QWidget *>()) {
            const bool takesFocus = control->focusPolicy() != Qt::NoFocus && !control->inherits("QScrollBar")
                && !control->inherits("QLabel") && !control->focusProxy()
                && !control->objectName().startsWith(QLatin1String("qt_"))
                && !control->inherits("QScrollArea") && !control->inherits("QTabBar")
                && !control->inherits("QComboBoxListView"); // a part of its combo box, which has the name
            if (!takesFocus)
                continue;
            QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(control);
            QVERIFY(interface);
            QVERIFY2(!interface->text(QAccessible::Name).isEmpty(),
                qPrintable(
                    QString::fromLatin1(control->metaObject()->className()) + u' ' + control->objectName()));
        }
    }
}

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    QLocale::setDefault(QLocale::c());
    Theme theme(&application);
    theme.setMode(Theme::Mode::Light);
    tst_Views test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_views.moc"
