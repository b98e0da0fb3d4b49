// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/base/error.h>
#include <pyrolens/base/logging.h>
#include <pyrolens/base/result.h>
#include <pyrolens/base/utf8.h>

#include <QtTest>

#include <memory>

using namespace pyrolens;

/// UTF-8, log lines, errors and results: the small things of the layer.
class tst_Text : public QObject
{
    Q_OBJECT

private slots:
    void validatesUtf8_data();
    void validatesUtf8();
    void keepsLoneSurrogates();
    void encodesEveryCodePoint();
    void escapesLogText_data();
    void escapesLogText();
    void namesErrors();
    void carriesValueOrError();
    void chainsResults();
    void isSilentBelowWarning();
};

void tst_Text::validatesUtf8_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("strict");  // offset of the first bad byte, -1 for none
    QTest::addColumn<int>("lenient"); // with surrogates
    const auto row = [](const char *name, QByteArray bytes, int strict, int lenient) {
        QTest::newRow(name) << bytes << strict << lenient;
    };
    row("empty", "", -1, -1);
    row("ascii", "plain text that is longer than a word", -1, -1);
    row("zero", QByteArray("a\0b", 3), -1, -1);
    row("two", "\xc2\x80\xdf\xbf", -1, -1);
    row("three", "\xe0\xa0\x80\xef\xbf\xbf", -1, -1);
    row("four", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", -1, -1);
    row("surrogate", "a\xed\xa0\x80", 1, -1);
    row("surrogate-last", "\xed\xbf\xbf", 0, -1);
    row("below-surrogates", "\xed\x9f\xbf", -1, -1);
    row("tail-first", "ab\x80", 2, 2);
    row("cut-two", "abcdefgh\xc3", 8, 8);
    row("cut-three", "\xe2\x82", 0, 0);
    row("cut-four", "\xf0\x9f\x98", 0, 0);
    row("tail-missing", "\xe2\x28\xa1", 0, 0);
    row("overlong-two", "\xc1\xbf", 0, 0);
    row("overlong-three", "\xe0\x9f\xbf", 0, 0);
    row("overlong-four", "\xf0\x8f\xbf\xbf", 0, 0);
    row("too-high", "\xf4\x90\x80\x80", 0, 0);
    row("five", "\xf8\x88\x80\x80\x80", 0, 0);
    row("ff", "\xff", 0, 0);
}

void tst_Text::validatesUtf8()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, strict);
    QFETCH(int, lenient);
    QCOMPARE(int(utf8::firstInvalid(bytes, utf8::Surrogates::Refused)), strict);
    QCOMPARE(int(utf8::firstInvalid(bytes, utf8::Surrogates::Allowed)), lenient);
}

void tst_Text::keepsLoneSurrogates()
{
    const QString text = QStringLiteral("a") + QChar(0xdc00) + QChar(0xd83d) + QChar(0xde00) + QChar(0xd800);
    const QByteArray bytes = utf8::encode(text);
    QCOMPARE(bytes.toHex(), QByteArray("61edb080f09f9880eda080"));
    QCOMPARE(utf8::encodedSize(text), bytes.size());
    QCOMPARE(utf8::decode(bytes), text);
    const QString marks = QString(2, QChar(0xfeff)) + u'a' + QChar(0xfeff) + QChar(0xd800) + QChar(0xfeff);
    QCOMPARE(utf8::decode(utf8::encode(marks)), marks); // no byte order mark is seen inside of text
    QVERIFY(utf8::decode("a\xff").contains(QChar(QChar::ReplacementCharacter)));
}

void tst_Text::encodesEveryCodePoint()
{
    for (char32_t code = 0; code < 0x110000; code += 61) {
        QByteArray bytes;
        utf8::append(bytes, code);
        QVERIFY(utf8::isValid(bytes));
        QCOMPARE(utf8::encode(utf8::decode(bytes)), bytes);
    }
}

void tst_Text::escapesLogText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("escaped");
    QTest::newRow("plain") << QStringLiteral("plain é€😀") << QStringLiteral("plain é€😀");
    QTest::newRow("line") << QStringLiteral("a\r\nb") << QStringLiteral("a\\x0d\\x0ab");
    QTest::newRow("escape") << QStringLiteral("\x1b[31m") << QStringLiteral("\\x1b[31m");
    QTest::newRow("del") << QString(QChar(0x7f)) << QStringLiteral("\\x7f");
    QTest::newRow("c1") << QString(QChar(0x9b)) << QStringLiteral("\\x9b");
    QTest::newRow("bidi") << QString(QChar(0x202e)) << QStringLiteral("\\u202e");
    QTest::newRow("isolate") << QString(QChar(0x2066)) << QStringLiteral("\\u2066");
    QTest::newRow("line-separator") << QString(QChar(0x2028)) << QStringLiteral("\\u2028");
    QTest::newRow("zero-width") << QString(QChar(0x200b)) << QStringLiteral("\\u200b");
    QTest::newRow("surrogate") << QString(QChar(0xd800)) << QStringLiteral("\\ud800");
    QTest::newRow("quote") << QStringLiteral("a\" code=x") << QStringLiteral("a\\\" code=x");
    QTest::newRow("backslash") << QStringLiteral("\\x0a") << QStringLiteral("\\\\x0a");
}

void tst_Text::escapesLogText()
{
    QFETCH(QString, text);
    QFETCH(QString, escaped);
    QCOMPARE(logging::escapeForLog(text), escaped);
    const QString longText = QString(500, u'x');
    QCOMPARE(logging::escapeForLog(longText).size(), 201);
    QCOMPARE(logging::escapeForLog(longText.left(200)).size(), 200);
    QCOMPARE(logging::escapeForLog(u"abc", 0), QStringLiteral("…"));
}

void tst_Text::namesErrors()
{
    QCOMPARE(Error::timeout(QStringLiteral("late")).className(), QStringLiteral("pyrolens.Timeout"));
    QCOMPARE(Error::usage(QStringLiteral("x"), 5).offset, 5);
    QCOMPARE(Error::cancelled().what, QStringLiteral("cancelled"));
    QCOMPARE(Error::denied(QStringLiteral("no"), QStringLiteral("auth.denied")).code,
        QStringLiteral("auth.denied"));
    QSet<QString> names;
    for (int kind = 0; kind <= int(Error::Kind::Remote); ++kind)
        names.insert(kindName(Error::Kind(kind)));
    QCOMPARE(names.size(), int(Error::Kind::Remote) + 1);
    QVERIFY(!names.contains(QStringLiteral("Unknown")));
}

void tst_Text::carriesValueOrError()
{
    Result<std::unique_ptr<int>> good(std::make_unique<int>(5));
    QVERIFY(good.isOk());
    QCOMPARE(**good, 5);
    const std::unique_ptr<int> taken = std::move(good).value();
    QCOMPARE(*taken, 5);
    const Result<int> bad = Error::protocol(QStringLiteral("x"), QStringLiteral("code"), 3);
    QVERIFY(!bad);
    QCOMPARE(bad.error().offset, 3);
    QCOMPARE(bad.valueOr(7), 7);
}

void tst_Text::chainsResults()
{
    const auto half = [](int value) -> Result<int> {
        if (value % 2)
            return Error::usage(QStringLiteral("odd"));
        return value / 2;
    };
    QCOMPARE(*Result<int>(8).andThen(half).andThen(half), 2);
    QCOMPARE(Result<int>(6).andThen(half).andThen(half).error().what, QStringLiteral("odd"));
    QCOMPARE(*Result<int>(8).map([](int value) { return QString::number(value); }), QStringLiteral("8"));
}

void tst_Text::isSilentBelowWarning()
{
    QVERIFY(!logging::transport().isInfoEnabled());
    QVERIFY(logging::transport().isWarningEnabled());
    QCOMPARE(logging::server().categoryName(), "pyrolens.server");
}

QTEST_GUILESS_MAIN(tst_Text)
#include "tst_text.moc"
