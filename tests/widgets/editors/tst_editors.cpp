// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/editors/argumentedit.h>
#include <pyrolens/editors/timeoutcontrol.h>
#include <pyrolens/theme/colors.h>

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QtTest>

using namespace pyrolens;
using std::chrono::milliseconds;

class tst_Editors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksAsTyped_data();
    void checksAsTyped();
    void neverEvaluates();
    void unfinishedTurnsRedWhenIdle();
    void unfinishedTurnsRedOnSend();
    void clickOnMessageJumps();
    void marksTheErrorPlace();
    void growsToTwelveLines();
    void pairsBrackets_data();
    void pairsBrackets();
    void stepsThroughOlderLines();
    void tabLeavesTheField();
    void keysSend();
    void dialectDecidesTypes();
    void timeoutPresets();
    void timeoutParses_data();
    void timeoutParses();
    void timeoutRefusesNonsense();
};

void tst_Editors::checksAsTyped_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("state");
    QTest::addColumn<QString>("message");
    const int valid = int(ArgumentEdit::State::Valid);
    const int unfinished = int(ArgumentEdit::State::Unfinished);
    const int invalid = int(ArgumentEdit::State::Invalid);
    QTest::newRow("empty") << QString() << valid << QStringLiteral("No arguments");
    QTest::newRow("one") << QStringLiteral("1") << valid << QStringLiteral("1 argument(s)");
    QTest::newRow("mixed") << QStringLiteral("12.5, unit='l/m'") << valid
                           << QStringLiteral("1 argument(s), 1 keyword argument(s)");
    QTest::newRow("keyword") << QStringLiteral("a=1") << valid << QStringLiteral("1 keyword argument(s)");
    QTest::newRow("open-list") << QStringLiteral("[1, 2") << unfinished << QString();
    QTest::newRow("open-string") << QStringLiteral("'ab") << unfinished << QString();
    QTest::newRow("names") << QStringLiteral("foo bar") << invalid << QString();
    QTest::newRow("product") << QStringLiteral("1 * 2") << invalid << QString();
}

void tst_Editors::checksAsTyped()
{
    QFETCH(QString, text);
    QFETCH(int, state);
    QFETCH(QString, message);
    ArgumentEdit edit;
    QTest::keyClicks(edit.editor(), QString());
    edit.setText(text);
    QCOMPARE(int(edit.state()), state);
    QCOMPARE(edit.arguments().has_value(), state == int(ArgumentEdit::State::Valid));
    if (!message.isEmpty())
        QCOMPARE(edit.message(), message);
    else
        QVERIFY(!edit.message().isEmpty());
}

void tst_Editors::neverEvaluates()
{
    ArgumentEdit edit;
    for (const char *text :
        {"__import__('os')", "open('/etc/passwd')", "(lambda: 1)()", "[x for x in (1,)]", "1 if 1 else 2"}) {
        edit.setText(QString::fromLatin1(text));
        QVERIFY2(edit.state() == ArgumentEdit::State::Invalid, text);
        QVERIFY(!edit.checkForSend());
    }
}

void tst_Editors::unfinishedTurnsRedWhenIdle()
{
    ArgumentEdit edit;
    edit.show();
    edit.setText(QStringLiteral("[1,"));
    QVERIFY(edit.message().startsWith(QLatin1String("Not finished")));
    QTRY_VERIFY_WITH_TIMEOUT(edit.message().startsWith(QLatin1String("Column")), 3'000);
}

void tst_Editors::unfinishedTurnsRedOnSend()
{
    ArgumentEdit edit;
    edit.setText(QStringLiteral("[1,"));
    QVERIFY(!edit.checkForSend());
    QVERIFY(edit.message().startsWith(QLatin1String("Column 4")));
}

void tst_Editors::clickOnMessageJumps()
{
    ArgumentEdit edit;
    edit.show();
    edit.setText(QStringLiteral("1, ?, 3"));
    auto *message = edit.findChild<QWidget *>(QStringLiteral("argumentMessage"));
    QTest::mouseClick(message, Qt::LeftButton);
    QCOMPARE(edit.editor()->textCursor().position(), 3);
}

void tst_Editors::marksTheErrorPlace()
{
    ArgumentEdit edit;
    edit.setText(QStringLiteral("1, ?"));
    const auto marks = edit.editor()->extraSelections();
    QCOMPARE(marks.size(), 1);
    QCOMPARE(marks[0].cursor.selectionStart(), 3);
    QCOMPARE(marks[0].format.underlineStyle(), QTextCharFormat::WaveUnderline);
    edit.setText(QStringLiteral("1, 2"));
    QVERIFY(edit.editor()->extraSelections().isEmpty());
}

void tst_Editors::growsToTwelveLines()
{
    ArgumentEdit edit;
    edit.resize(400, 50);
    edit.show();
    const int one = edit.editor()->height();
    const auto heightOf = [&edit](int lines) {
        edit.setText(QStringList(lines, QStringLiteral("1,")).join(u'\n'));
        return edit.editor()->height();
    };
    const int three = heightOf(3);
    const int twelve = heightOf(12);
    QVERIFY(three > one + one / 2);
    QVERIFY(twelve > three);
    QCOMPARE(heightOf(40), twelve);
    QCOMPARE(heightOf(1), one);
}

void tst_Editors::pairsBrackets_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("caret");
    QTest::newRow("opens") << QStringLiteral("[") << QStringLiteral("[]") << 1;
    QTest::newRow("types-over") << QStringLiteral("[1]") << QStringLiteral("[1]") << 3;
    QTest::newRow("nested") << QStringLiteral("[(") << QStringLiteral("[()]") << 2;
    QTest::newRow("quote") << QStringLiteral("'a'") << QStringLiteral("'a'") << 3;
    QTest::newRow("bytes") << QStringLiteral("b'x") << QStringLiteral("b'x'") << 3;
    QTest::newRow("apostrophe-in-word") << QStringLiteral("it'") << QStringLiteral("it'") << 3;
    QTest::newRow("dict") << QStringLiteral("{'a': 1}") << QStringLiteral("{'a': 1}") << 8;
}

void tst_Editors::pairsBrackets()
{
    QFETCH(QString, typed);
    QFETCH(QString, text);
    QFETCH(int, caret);
    ArgumentEdit edit;
    edit.show();
    QTest::keyClicks(edit.editor(), typed);
    QCOMPARE(edit.text(), text);
    QCOMPARE(edit.editor()->textCursor().position(), caret);
    if (typed == QLatin1String("[")) {
        QTest::keyClick(edit.editor(), Qt::Key_Backspace);
        QCOMPARE(edit.text(), QString());
    }
}

void tst_Editors::stepsThroughOlderLines()
{
    ArgumentEdit edit;
    edit.setOlderLines({QStringLiteral("2"), QStringLiteral("1")});
    edit.setText(QStringLiteral("draft"));
    QTest::keyClick(edit.editor(), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(edit.text(), QStringLiteral("2"));
    QTest::keyClick(edit.editor(), Qt::Key_Up, Qt::AltModifier);
    QTest::keyClick(edit.editor(), Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(edit.text(), QStringLiteral("1"));
    QTest::keyClick(edit.editor(), Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(edit.editor(), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(edit.text(), QStringLiteral("draft"));
}

void tst_Editors::tabLeavesTheField()
{
    QWidget window;
    auto *edit = new ArgumentEdit(&window);
    auto *next = new QLineEdit(&window);
    next->move(0, 100);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    edit->editor()->setFocus();
    QTest::keyClick(edit->editor(), Qt::Key_Tab);
    QTRY_VERIFY(next->hasFocus());
    QCOMPARE(edit->text(), QString());
}

void tst_Editors::keysSend()
{
    ArgumentEdit edit;
    QSignalSpy send(&edit, &ArgumentEdit::sendRequested);
    QSignalSpy oneway(&edit, &ArgumentEdit::sendOnewayRequested);
    QTest::keyClick(edit.editor(), Qt::Key_Return, Qt::ControlModifier);
    QTest::keyClick(edit.editor(), Qt::Key_Enter, Qt::ControlModifier | Qt::KeypadModifier);
    QCOMPARE(send.count(), 2);
    QTest::keyClick(edit.editor(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(oneway.count(), 1);
    QCOMPARE(edit.text(), QString());
}

void tst_Editors::dialectDecidesTypes()
{
    ArgumentEdit edit;
    edit.setText(QStringLiteral("'x'"));
    QCOMPARE(edit.arguments()->args().at(0).kind(), Value::Kind::Str);
    edit.setDialect(Dialect::Python3);
    QCOMPARE(edit.arguments()->args().at(0).kind(), Value::Kind::Text);
    edit.setGrammar(ArgumentEdit::Grammar::Literal);
    edit.setText(QStringLiteral("1, 2"));
    QVERIFY(edit.state() != ArgumentEdit::State::Unfinished);
}

void tst_Editors::timeoutPresets()
{
    TimeoutControl control;
    QCOMPARE(control.timeout(), milliseconds(30'000));
    QCOMPARE(control.currentText(), QStringLiteral("30 s"));
    QCOMPARE(control.count(), 5);
    QSignalSpy changed(&control, &TimeoutControl::timeoutChanged);
    control.lineEdit()->setText(QStringLiteral("7"));
    QTest::keyClick(control.lineEdit(), Qt::Key_Return);
    QCOMPARE(control.timeout(), milliseconds(7'000));
    QCOMPARE(control.currentText(), QStringLiteral("7 s"));
    QVERIFY(changed.count() >= 1);
    control.setTimeout(milliseconds(0));
    QCOMPARE(control.currentText(), QStringLiteral("none"));
}

void tst_Editors::timeoutParses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("ms");
    QTest::newRow("seconds") << QStringLiteral("30") << qint64(30'000);
    QTest::newRow("unit") << QStringLiteral("0.5 s") << qint64(500);
    QTest::newRow("ms") << QStringLiteral("200ms") << qint64(200);
    QTest::newRow("minutes") << QStringLiteral("2 min") << qint64(120'000);
    QTest::newRow("none") << QStringLiteral("None") << qint64(0);
    QTest::newRow("zero") << QStringLiteral("0") << qint64(-1);
    QTest::newRow("negative") << QStringLiteral("-3") << qint64(-1);
    QTest::newRow("words") << QStringLiteral("soon") << qint64(-1);
    QTest::newRow("nan") << QStringLiteral("nan") << qint64(-1);
    QTest::newRow("year") << QStringLiteral("31536000") << qint64(-1);
}

void tst_Editors::timeoutParses()
{
    QFETCH(QString, text);
    QFETCH(qint64, ms);
    QCOMPARE(TimeoutControl::parse(text).count(), ms);
}

void tst_Editors::timeoutRefusesNonsense()
{
    TimeoutControl control;
    control.lineEdit()->setText(QStringLiteral("soon"));
    QTest::keyClick(control.lineEdit(), Qt::Key_Return);
    QCOMPARE(control.timeout(), milliseconds(30'000));
    QCOMPARE(control.currentText(), QStringLiteral("30 s"));
}

QTEST_MAIN(tst_Editors)
#include "tst_editors.moc"
