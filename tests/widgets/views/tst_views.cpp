// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/views/callview.h>
#include <pyrolens/views/hexview.h>
#include <pyrolens/views/historyview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/parts.h>
#include <pyrolens/views/resultview.h>
#include <pyrolens/views/textview.h>
#include <pyrolens/views/trafficview.h>
#include <pyrolens/views/welcomepage.h>

#include <pyrolens/editors/timeoutcontrol.h>
#include <pyrolens/models/fieldmodel.h>
#include <pyrolens/models/historymodel.h>
#include <pyrolens/models/trafficmodel.h>
#include <pyrolens/theme/theme.h>
#include <pyrolens/value/literal.h>

#include "support/cputimer.h"
#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>
#include <QTreeView>

#include <QtTest>

using namespace pyrolens;

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
    void resultShowsValue();
    void bigTextIsMadeInAWorker();
    void resultShowsRemoteErrorAsPlainText();
    void resultWordsLocalErrors_data();
    void resultWordsLocalErrors();
    void resultLinksProxies();
    void objectListsMethodsOrOffersAFreeName();
    void pagePreparesFromHistory();
    void historySelectsAndReplays();
    void trafficLinksFieldsAndBytes();
    void textViewSelectsFindsAndCopies();
    void textViewTakesOneHugeLine();
    void hexViewPicksBytes();
    void welcomeCards();
    void ownViewsAreReadable();
    void everyControlHasAName();
};

namespace {

ObjectTarget echo()
{
    return {QStringLiteral("p"), QStringLiteral(":demo.echo"), QStringLiteral("PYRO://127.0.0.1:7766/7f"), 3,
        Dialect::Python2};
}

Value parsed(const char *text)
{
    const auto result = parseLiteral(QString::fromUtf8(text), Dialect::Python2);
    return result ? result.value().value : Value();
}

std::shared_ptr<CallRecord> record(const Value &value)
{
    auto result = std::make_shared<CallRecord>();
    result->request.id = 1;
    result->request.target = echo();
    result->request.member = QStringLiteral("echo");
    result->request.argumentText = QStringLiteral("'x'");
    result->started = QDateTime::currentDateTime();
    result->outcome = CallRecord::Outcome::Ok;
    result->result = value;
    result->trace.total = std::chrono::microseconds(4'100);
    result->trace.bytesReceived = 212;
    result->trace.generation = 3;
    return result;
}

void fill(NameTreeModel &model, int count = 3)
{
    ProfileInfo info;
    info.id = QStringLiteral("p");
    info.label = QStringLiteral("plant");
    info.state = ProfileInfo::State::Ok;
    model.setProfile(info);
    std::vector<NameRow> rows;
    for (int i = 0; i < count; ++i) {
        rows.push_back(
            {QStringLiteral(":lab.pump%1").arg(i), QStringLiteral("PYRO://h:1/%1").arg(i), {}, false});
        rows.push_back(
            {QStringLiteral(":robot.arm%1").arg(i), QStringLiteral("PYRO://h:1/%1").arg(i), {}, false});
    }
    model.setNames(QStringLiteral("p"), NameList::build(std::move(rows)));
}

template <class T>
T *child(QWidget &parent, const char *name)
{
    T *found = parent.findChild<T *>(QString::fromLatin1(name));
    if (!found)
        qFatal("no %s", name);
    return found;
}

} // namespace

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

void tst_Views::resultShowsValue()
{
    ResultView view;
    view.show();
    view.showRecord(record(parsed("{'a': [1, 2]}")));
    QCOMPARE(view.mode(), ResultView::Mode::Tree);
    QCOMPARE(child<Chip>(view, "outcomeChip")->text(), QStringLiteral("OK"));
    QCOMPARE(child<Chip>(view, "sizeChip")->text(), QStringLiteral("212 B"));
    view.setMode(ResultView::Mode::Text);
    QVERIFY(child<TextView>(view, "resultText")->text().contains(QLatin1String("'a'")));
    view.clear();
    view.showRecord(record(Value::str("line one\nline two")));
    QCOMPARE(view.mode(), ResultView::Mode::Text); // text with line breaks
    QCOMPARE(child<TextView>(view, "resultText")->lineCount(), 2);
    auto sent = record({});
    sent->outcome = CallRecord::Outcome::Sent;
    view.showRecord(sent);
    QCOMPARE(child<Chip>(view, "outcomeChip")->text(), QStringLiteral("Sent"));
}

void tst_Views::bigTextIsMadeInAWorker()
{
    std::vector<Value> items;
    for (int i = 0; i < 200'000; ++i)
        items.push_back(Value::integer(i));
    auto big = record(Value::list(std::move(items)));
    big->trace.bytesReceived = 1'000'000;
    ResultView view;
    view.resize(600, 400);
    view.show();
    test::CpuTimer timer;
    view.showRecord(big);
    view.setMode(ResultView::Mode::Text);
    const qint64 blocked = timer.milliseconds();
    qInfo("200,000 integers as text: the window was blocked for %lld ms", blocked);
    QVERIFY(blocked < 300);
    auto *text = child<TextView>(view, "resultText");
    QTRY_VERIFY(text->text().size() > 100'000);
    // A newer record wins over a text still in the making.
    view.showRecord(big);
    view.setMode(ResultView::Mode::Text);
    view.showRecord(record(Value::integer(5)));
    view.setMode(ResultView::Mode::Text);
    QTest::qWait(100);
    QCOMPARE(text->text(), QStringLiteral("5"));
}

void tst_Views::resultShowsRemoteErrorAsPlainText()
{
    ResultView view;
    view.show();
    RemoteError remote;
    remote.className = QStringLiteral("demo.EchoError");
    remote.args = Value::tuple({Value::str("<b>bad</b>\x1b")});
    remote.attributes = Value::dict({{Value::str("code"), Value::integer(42)}});
    remote.traceback = {QStringLiteral("Traceback (most recent call last):"),
        QStringLiteral("  File \"x.py\", line 1, in f\u202e")};
    auto failed = record({});
    failed->outcome = CallRecord::Outcome::RemoteError;
    failed->error = RemoteError::toError(remote);
    view.showRecord(failed);
    QCOMPARE(view.mode(), ResultView::Mode::Error);
    QCOMPARE(child<QLabel>(view, "errorClass")->text(), QStringLiteral("demo.EchoError"));
    auto *message = child<QLabel>(view, "errorMessage");
    QCOMPARE(message->textFormat(), Qt::PlainText);
    QVERIFY(message->text().contains(QLatin1String("<b>bad</b>")));
    QVERIFY(!message->text().contains(QChar(0x1b)));
    QVERIFY(child<QLabel>(view, "errorHint")->text().contains(QLatin1String("42")));
    const QString traceback = child<TextView>(view, "traceback")->text();
    QVERIFY(traceback.contains(QLatin1String("line 1, in f")));
    QVERIFY(!traceback.contains(QChar(0x202e)));
}

void tst_Views::resultWordsLocalErrors_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("part");
    QTest::newRow("refused") << int(Error::Kind::Disconnected) << QStringLiteral("h:1: connection refused")
                             << QStringLiteral("refused the connection");
    QTest::newRow("lost") << int(Error::Kind::Disconnected) << QStringLiteral("closed")
                          << QStringLiteral("was lost");
    QTest::newRow("timeout") << int(Error::Kind::Timeout) << QStringLiteral("x")
                             << QStringLiteral("No answer from h:1 in 5.00 s");
    QTest::newRow("denied") << int(Error::Kind::Denied) << QStringLiteral("x")
                            << QStringLiteral("denied the connection");
    QTest::newRow("cancelled") << int(Error::Kind::Cancelled) << QStringLiteral("x")
                               << QStringLiteral("Cancelled");
    QTest::newRow("protocol") << int(Error::Kind::Protocol) << QStringLiteral("x")
                              << QStringLiteral("not understood");
}

void tst_Views::resultWordsLocalErrors()
{
    QFETCH(int, kind);
    QFETCH(QString, what);
    QFETCH(QString, part);
    Error error;
    error.kind = Error::Kind(kind);
    error.what = what;
    const auto words = ResultView::wordsFor(error, QStringLiteral("h:1"), std::chrono::milliseconds(5'000));
    QVERIFY2(words.text.contains(part), qPrintable(words.text));
    QVERIFY(!words.hint.isEmpty());
    QCOMPARE(words.detail, what);
}

void tst_Views::resultLinksProxies()
{
    ResultView view;
    view.show();
    Reference reference;
    reference.uri = QStringLiteral("PYRO://h:1/x");
    view.showRecord(record(Value::reference(reference)));
    QSignalSpy activated(&view, &ResultView::uriActivated);
    Q_EMIT child<QTreeView>(view, "resultTree")->activated(view.model()->index(0, ValueModel::ValueColumn));
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated[0][0].toString(), reference.uri);
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

void tst_Views::trafficLinksFieldsAndBytes()
{
    TrafficModel model;
    TrafficView view(&model);
    view.resize(900, 400);
    view.show();
    TrafficRecord request;
    request.connection = 1;
    request.kind = TrafficRecord::Kind::Request;
    request.bytes = QByteArray::fromHex("5059524f00230001aabbccdd");
    model.enqueue({request});
    model.flush();
    QSignalSpy wanted(&view, &TrafficView::fieldsWanted);
    view.showNumber(1);
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(view.hex()->bytes(), request.bytes);
    const Field magic{QStringLiteral("magic"), 0, 4, QStringLiteral("PYRO"), {}};
    const Field version{QStringLiteral("version"), 4, 2, QStringLiteral("35"), {}};
    const Field body{QStringLiteral("body"), 6, 6, {}, {}};
    view.setFields(99, {body}); // late answer for another row
    QCOMPARE(view.fields()->rowCount(), 0);
    view.setFields(1, {{QStringLiteral("header"), 0, 6, {}, {magic, version}}, body});
    auto *tree = child<QTreeView>(view, "fieldTree");
    tree->setCurrentIndex(view.fields()->fieldAt(4));
    QCOMPARE(view.hex()->markOffset(), 4);
    QCOMPARE(view.hex()->markSize(), 2);
    Q_EMIT view.hex()->byteSelected(1);
    QCOMPARE(tree->currentIndex().data().toString(), QStringLiteral("magic"));
    QCOMPARE(view.hex()->markSize(), 4);
}

void tst_Views::textViewSelectsFindsAndCopies()
{
    TextView view;
    view.resize(400, 200);
    view.setText(QStringLiteral("alpha\nbeta\ngamma beta"));
    view.show();
    QCOMPARE(view.lineCount(), 3);
    QVERIFY(view.find(QStringLiteral("BETA")));
    QCOMPARE(view.selectedText(), QStringLiteral("beta"));
    QCOMPARE(view.caret(), 10);
    QVERIFY(view.find(QStringLiteral("beta")));
    QCOMPARE(view.caret(), 21);
    QVERIFY(view.find(QStringLiteral("beta"))); // from the start again
    QCOMPARE(view.caret(), 10);
    QVERIFY(!view.find(QStringLiteral("delta")));
    QTest::keyClick(&view, Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(view.selectedText(), view.text());
    QTest::keyClick(&view, Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(view.caret(), 10);
}

void tst_Views::textViewTakesOneHugeLine()
{
    TextView view;
    view.resize(600, 400);
    view.show();
    const QString line(5'000'000, u'x');
    test::CpuTimer timer;
    view.setSafeText(line, true);
    view.grab();
    const qint64 shown = timer.milliseconds();
    timer.restart();
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum());
    view.grab();
    const qint64 scrolled = timer.milliseconds();
    timer.restart();
    view.setWrap(false);
    view.grab();
    const qint64 unwrapped = timer.milliseconds();
    qInfo("one line of 5 MB: shown %lld ms, scrolled to the end %lld ms, unwrapped %lld ms", shown, scrolled,
        unwrapped);
    QVERIFY(shown < 2'000);
    QVERIFY(scrolled < 500);
    QVERIFY(unwrapped < 1'000);
}

void tst_Views::hexViewPicksBytes()
{
    HexView view;
    view.resize(view.sizeHint());
    view.setBytes(QByteArray(100, 'a'));
    view.show();
    QSignalSpy picked(&view, &HexView::byteSelected);
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(view.current(), 31);
    QTest::keyClick(&view, Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(view.current(), 99);
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.current(), 99);
    QVERIFY(picked.count() >= 4);
    view.setBytes({});
    QTest::keyClick(&view, Qt::Key_Right); // nothing to pick, nothing to crash on
    QCOMPARE(view.current(), -1);
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
    page.setRecent({QStringLiteral("10.0.0.7:9090")});
    for (QToolButton *button : page.findChildren<QToolButton *>()) {
        if (button->text().contains(QLatin1String("10.0.0.7")))
            button->click();
    }
    QCOMPARE(recent.count(), 1);
}

void tst_Views::ownViewsAreReadable()
{
    TextView text;
    text.setText(QStringLiteral("alpha beta"));
    text.find(QStringLiteral("beta"));
    auto *interface = QAccessible::queryAccessibleInterface(&text)->textInterface();
    QVERIFY(interface);
    QCOMPARE(interface->text(0, 5), QStringLiteral("alpha"));
    QCOMPARE(interface->selectionCount(), 1);
    HexView hex;
    hex.setBytes(QByteArray("PYRO").repeated(8));
    interface = QAccessible::queryAccessibleInterface(&hex)->textInterface();
    QVERIFY(interface);
    const QString all = interface->text(0, interface->characterCount());
    QCOMPARE(all.count(u'\n'), 2);
    QVERIFY(all.startsWith(QLatin1String("000000  50 59 52 4f")));
    QVERIFY(all.contains(QLatin1String("PYROPYRO")));
    QCOMPARE(interface->text(8, 10), QStringLiteral("50"));
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
