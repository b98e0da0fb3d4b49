// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/views/gotobox.h>

#include "support/cputimer.h"
#include <QAbstractItemModelTester>
#include <QAction>
#include <QListView>

#include <QtTest>
#include <QVBoxLayout>

using namespace pyrolens;

class tst_Goto : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recognisesTargets_data();
    void recognisesTargets();
    void prefixesNarrow();
    void enterActsOnTheFirstRow();
    void keysMoveInTheList();
    void escapeCloses();
    void keystrokeOn100000();
};

namespace {

std::shared_ptr<const NameList> names(int count)
{
    std::vector<NameRow> rows;
    for (int i = 0; i < count; ++i)
        rows.push_back({QStringLiteral(":lab.line%1.pump%2").arg(i % 97).arg(i),
            QStringLiteral("PYRO://h:1/x"), {}, false});
    rows.push_back({QStringLiteral(":demo.echo"), QStringLiteral("PYRO://h:1/e"), {}, false});
    return NameList::build(std::move(rows));
}

} // namespace

void tst_Goto::recognisesTargets_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("target");
    for (const char *text : {"PYRO://h:7766/abc", "pyroname://echo", "PYROLOC://h:1/x", "PYRO:obj@h:1",
             "10.0.0.7", "10.0.0.7:9090", "host:9090", "[::1]:9090", "localhost"})
        QTest::addRow("%s", text) << QString::fromLatin1(text) << true;
    for (const char *text : {"", "pump", ":demo.echo", "lab.pump3", "host:port", "> refresh"})
        QTest::addRow("not-%s", text) << QString::fromLatin1(text) << false;
}

void tst_Goto::recognisesTargets()
{
    QFETCH(QString, text);
    QFETCH(bool, target);
    QCOMPARE(GotoModel::looksLikeTarget(text), target);
}

void tst_Goto::prefixesNarrow()
{
    GotoModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QAction refresh(QStringLiteral("&Refresh echo names"));
    refresh.setShortcut(QKeySequence(Qt::Key_F5));
    model.setNames({{QStringLiteral("p"), QStringLiteral("plant"), names(10)}});
    model.setCommands({&refresh});
    model.setHistory({{7, QStringLiteral("demo.echo.echo('x')")}});
    const auto kinds = [&model](const QString &text) {
        model.search(text);
        QSet<int> found;
        for (int i = 0; i < model.rowCount(); ++i)
            found.insert(model.index(i, 0).data(GotoModel::KindRole).toInt());
        return found;
    };
    const int name = int(GotoEntry::Kind::Name);
    const int command = int(GotoEntry::Kind::Command);
    const int history = int(GotoEntry::Kind::History);
    QCOMPARE(kinds(QStringLiteral("echo")), (QSet<int>{name, command, history}));
    QCOMPARE(kinds(QStringLiteral("> echo")), QSet<int>{command});
    QCOMPARE(model.index(0, 0).data(GotoModel::DetailRole).toString(), QStringLiteral("F5"));
    QCOMPARE(kinds(QStringLiteral("@ech")), QSet<int>{name});
    QCOMPARE(kinds(QStringLiteral("!echo")), QSet<int>{history});
    QCOMPARE(kinds(QStringLiteral("plant-b.example")), QSet<int>{int(GotoEntry::Kind::Target)});
}

void tst_Goto::enterActsOnTheFirstRow()
{
    QWidget window;
    window.resize(600, 400);
    auto *box = new GotoBox(&window);
    box->resize(400, 30);
    box->model()->setNames({{QStringLiteral("p"), QStringLiteral("plant"), names(10)}});
    window.show();
    QSignalSpy name(box, &GotoBox::nameChosen);
    QSignalSpy target(box, &GotoBox::targetChosen);
    box->activate();
    QTest::keyClicks(box, QStringLiteral("echo"));
    QVERIFY(box->list()->isVisible());
    QCOMPARE(box->list()->currentIndex().row(), 0);
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(name.count(), 1);
    QCOMPARE(name[0][1].toString(), QStringLiteral(":demo.echo"));
    QVERIFY(!box->list()->isVisible());
    QTest::keyClicks(box, QStringLiteral("10.0.0.7:9090"));
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(target.count(), 1);
    QCOMPARE(target[0][0].toString(), QStringLiteral("10.0.0.7:9090"));
}

void tst_Goto::keysMoveInTheList()
{
    QWidget window;
    window.resize(600, 400);
    auto *box = new GotoBox(&window);
    box->model()->setNames({{QStringLiteral("p"), QStringLiteral("plant"), names(30)}});
    window.show();
    QTest::keyClicks(box, QStringLiteral("pump"));
    QTest::keyClick(box, Qt::Key_Down);
    QTest::keyClick(box, Qt::Key_Down);
    QTest::keyClick(box, Qt::Key_Up);
    QCOMPARE(box->list()->currentIndex().row(), 1);
    // What a screen reader is told.
    QCOMPARE(
        box->accessibleDescription(), box->list()->currentIndex().data(Qt::AccessibleTextRole).toString());
}

void tst_Goto::escapeCloses()
{
    QWidget window;
    window.resize(600, 400);
    auto *box = new GotoBox(&window);
    box->model()->setNames({{QStringLiteral("p"), QStringLiteral("plant"), names(3)}});
    window.show();
    QTest::keyClicks(box, QStringLiteral("pump"));
    QVERIFY(box->list()->isVisible());
    QTest::keyClick(box, Qt::Key_Escape);
    QVERIFY(!box->list()->isVisible());
    QCOMPARE(box->text(), QStringLiteral("pump"));
}

void tst_Goto::keystrokeOn100000()
{
    GotoModel model;
    model.setNames({{QStringLiteral("p"), QStringLiteral("plant"), names(100'000)}});
    qint64 worst = 0;
    QString typed;
    test::CpuTimer timer;
    for (const QChar key : QStringLiteral("line55pump")) {
        typed += key;
        timer.restart();
        model.search(typed);
        worst = std::max(worst, timer.milliseconds());
        QVERIFY(model.rowCount() > 0);
    }
    qInfo("palette over 100,000 names: worst keystroke %lld ms", worst);
    QVERIFY(worst < 150); // the limit is 50 ms on a quiet machine
}

QTEST_MAIN(tst_Goto)
#include "tst_goto.moc"
