// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/views/hexview.h>
#include <pyrolens/views/parts.h>
#include <pyrolens/views/resultview.h>
#include <pyrolens/views/textview.h>
#include <pyrolens/views/trafficview.h>

#include <pyrolens/models/fieldmodel.h>
#include <pyrolens/models/trafficmodel.h>
#include <pyrolens/theme/theme.h>

#include "support/cputimer.h"
#include "viewfixture.h"
#include <QAccessible>
#include <QApplication>
#include <QTreeView>

#include <QScrollBar>
#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::test;

class tst_Results : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resultShowsValue();
    void bigTextIsMadeInAWorker();
    void resultShowsRemoteErrorAsPlainText();
    void resultWordsLocalErrors_data();
    void resultWordsLocalErrors();
    void resultLinksProxies();
    void trafficLinksFieldsAndBytes();
    void textViewSelectsFindsAndCopies();
    void textViewTakesOneHugeLine();
    void hexViewPicksBytes();
    void ownViewsAreReadable();
};

void tst_Results::resultShowsValue()
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

void tst_Results::bigTextIsMadeInAWorker()
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

void tst_Results::resultShowsRemoteErrorAsPlainText()
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

void tst_Results::resultWordsLocalErrors_data()
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

void tst_Results::resultWordsLocalErrors()
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

void tst_Results::resultLinksProxies()
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

void tst_Results::trafficLinksFieldsAndBytes()
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

void tst_Results::textViewSelectsFindsAndCopies()
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

void tst_Results::textViewTakesOneHugeLine()
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

void tst_Results::hexViewPicksBytes()
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

void tst_Results::ownViewsAreReadable()
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

int main(int argc, char *argv[])
{
    QApplication application(argc, argv);
    QLocale::setDefault(QLocale::c());
    Theme theme(&application);
    theme.setMode(Theme::Mode::Light);
    tst_Results test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_results.moc"
