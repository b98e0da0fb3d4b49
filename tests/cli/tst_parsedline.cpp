// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "parsedline.h"

#include <QTest>

using namespace pyrolens;
using namespace pyrolens::cli;

namespace {

const std::vector<OptionSpec> kOptions = {
    {QStringLiteral("json"), {}, {}, false},
    {QStringLiteral("help"), {}, {}, false},
    {QStringLiteral("timeout"), QStringLiteral("SECONDS"), {}, false},
    {QStringLiteral("kw"), QStringLiteral("NAME=LITERAL"), {}, true},
};

Result<ParsedLine> parse(const QString &line)
{
    return parseLine(line.split(u' ', Qt::SkipEmptyParts), kOptions);
}

} // namespace

class tst_ParsedLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splitsCommandWordsAndOptions_data();
    void splitsCommandWordsAndOptions();
    void takesNegativeNumbersAsWords_data();
    void takesNegativeNumbersAsWords();
    void repeatsOnlyWhatMayBeRepeated();
    void refusesWhatItDoesNotKnow_data();
    void refusesWhatItDoesNotKnow();
};

void tst_ParsedLine::splitsCommandWordsAndOptions_data()
{
    QTest::addColumn<QString>("line");
    QTest::newRow("options-first") << QStringLiteral("--json --timeout 3 call a b");
    QTest::newRow("options-last") << QStringLiteral("call a b --json --timeout 3");
    QTest::newRow("mixed") << QStringLiteral("--timeout=3 call a --json b");
    QTest::newRow("ended") << QStringLiteral("--timeout 3 --json call -- a b");
}

void tst_ParsedLine::splitsCommandWordsAndOptions()
{
    QFETCH(QString, line);
    const auto parsed = parse(line);
    QVERIFY(parsed);
    QCOMPARE(parsed->command, QStringLiteral("call"));
    QCOMPARE(parsed->words, QStringList({QStringLiteral("a"), QStringLiteral("b")}));
    QVERIFY(parsed->has(QStringLiteral("json")));
    QCOMPARE(parsed->value(QStringLiteral("timeout")), QStringLiteral("3"));
}

void tst_ParsedLine::takesNegativeNumbersAsWords_data()
{
    QTest::addColumn<QString>("word");
    for (const char *word : {"-42", "-1.5", "-.5", "-1e9", "-inf", "-0x10", "-2j", "-"})
        QTest::addRow("%s", word) << QString::fromLatin1(word);
}

void tst_ParsedLine::takesNegativeNumbersAsWords()
{
    QFETCH(QString, word);
    const auto parsed = parse(QStringLiteral("call t m ") + word);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().what));
    QCOMPARE(parsed->words.last(), word);
    // As the value of an option too.
    QCOMPARE(parse(QStringLiteral("call --kw ") + word)->value(QStringLiteral("kw")), word);
}

void tst_ParsedLine::repeatsOnlyWhatMayBeRepeated()
{
    const auto parsed = parse(QStringLiteral("call --kw a=1 --kw=b=2"));
    QVERIFY(parsed);
    QCOMPARE(
        parsed->values(QStringLiteral("kw")), QStringList({QStringLiteral("a=1"), QStringLiteral("b=2")}));
    QVERIFY(!parse(QStringLiteral("call --timeout 1 --timeout 2")));
}

void tst_ParsedLine::refusesWhatItDoesNotKnow_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("says");
    QTest::newRow("unknown") << QStringLiteral("call --timeuot 3") << QStringLiteral("--timeout");
    QTest::newRow("one-dash") << QStringLiteral("call -json") << QStringLiteral("no option '-json'");
    QTest::newRow("no-value") << QStringLiteral("call --timeout") << QStringLiteral("needs a value");
    QTest::newRow("value-for-flag") << QStringLiteral("call --json=yes") << QStringLiteral("takes no value");
}

void tst_ParsedLine::refusesWhatItDoesNotKnow()
{
    QFETCH(QString, line);
    QFETCH(QString, says);
    const auto parsed = parse(line);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().kind, Error::Kind::Usage);
    QVERIFY2(parsed.error().what.contains(says), qPrintable(parsed.error().what));
}

QTEST_GUILESS_MAIN(tst_ParsedLine)

#include "tst_parsedline.moc"
