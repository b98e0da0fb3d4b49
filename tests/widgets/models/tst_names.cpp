// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/models/fuzzy.h>
#include <pyrolens/models/namefilter.h>
#include <pyrolens/models/namelist.h>
#include <pyrolens/models/plaintext.h>

#include "support/cputimer.h"

#include <QtTest>

using namespace pyrolens;

class tst_Names : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sortsNaturallyGroupsFirst();
    void keepsGroupsApartByCase();
    void sweepFindsWhatContainsFinds_data();
    void sweepFindsWhatContainsFinds();
    void findsFullNamesOnly();
    void splitsUris_data();
    void splitsUris();
    void filters_data();
    void filters();
    void refusesBadPattern();
    void marksMatches();
    void ranksFuzzily();
    void showsInvisibleCharacters_data();
    void showsInvisibleCharacters();
    void wordsUnits();
    void searchOf100000();
};

namespace {

std::shared_ptr<const NameList> list(const QStringList &names)
{
    std::vector<NameRow> rows;
    for (const QString &name : names)
        rows.push_back({name, QStringLiteral("PYRO://10.0.0.%1:7766/id").arg(rows.size() + 1), {}, false});
    return NameList::build(std::move(rows));
}

QStringList order(const NameList &names)
{
    QStringList result;
    for (int i = 0; i < names.size(); ++i)
        result.append(names.at(i).name);
    return result;
}

std::vector<NameRow> manyRows(int count)
{
    std::vector<NameRow> rows;
    rows.reserve(size_t(count));
    for (int i = 0; i < count; ++i)
        rows.push_back({QStringLiteral(":site%1.line%2.device%3").arg(i % 7).arg(i % 101).arg(i),
            QStringLiteral("PYRO://10.0.%1.%2:7766/7f0000011e6100%3").arg(i % 200).arg(i % 250).arg(i), {},
            false});
    return rows;
}

} // namespace

void tst_Names::sortsNaturallyGroupsFirst()
{
    const auto names = list({QStringLiteral("pump10"), QStringLiteral("pump2"), QStringLiteral("lab.b"),
        QStringLiteral("lab"), QStringLiteral("lab.a.x"), QStringLiteral("pump02"), QStringLiteral("Alpha")});
    QCOMPARE(order(*names),
        (QStringList{QStringLiteral("lab.a.x"), QStringLiteral("lab.b"), QStringLiteral("Alpha"),
            QStringLiteral("lab"), QStringLiteral("pump02"), QStringLiteral("pump2"),
            QStringLiteral("pump10")}));
}

void tst_Names::keepsGroupsApartByCase()
{
    const auto names = list(
        {QStringLiteral("lab.b"), QStringLiteral("Lab.a"), QStringLiteral("lab.a"), QStringLiteral("Lab.b")});
    const QStringList sorted = order(*names);
    QCOMPARE(sorted.indexOf(QStringLiteral("Lab.b")) - sorted.indexOf(QStringLiteral("Lab.a")), 1);
    QCOMPARE(sorted.indexOf(QStringLiteral("lab.b")) - sorted.indexOf(QStringLiteral("lab.a")), 1);
}

void tst_Names::sweepFindsWhatContainsFinds_data()
{
    QTest::addColumn<QString>("needle");
    QTest::addColumn<bool>("caseSensitive");
    for (const char *needle :
        {"", "a", "line1", "LINE1", "site3.line", "device", "nothing", "9", ".", "\xc3\xa4"}) {
        QTest::addRow("%s-folded", needle) << QString::fromUtf8(needle) << false;
        QTest::addRow("%s-exact", needle) << QString::fromUtf8(needle) << true;
    }
}

void tst_Names::sweepFindsWhatContainsFinds()
{
    QFETCH(QString, needle);
    QFETCH(bool, caseSensitive);
    std::vector<NameRow> rows = manyRows(2'000);
    rows.push_back({QStringLiteral("\u00c4pfel"), {}, {}, false});
    rows.push_back({QStringLiteral("a"), {}, {}, false});
    const auto names = NameList::build(std::move(rows));
    std::vector<int> expected;
    for (int i = 0; i < names->size(); ++i) {
        if (names->at(i).name.contains(needle, caseSensitive ? Qt::CaseSensitive : Qt::CaseInsensitive))
            expected.push_back(i);
    }
    QCOMPARE(names->containing(needle, caseSensitive), expected);
}

void tst_Names::findsFullNamesOnly()
{
    const auto names = list({QStringLiteral("ab"), QStringLiteral("b"), QStringLiteral("abc")});
    QCOMPARE(names->at(names->find(QStringLiteral("b"))).name, QStringLiteral("b"));
    QCOMPARE(names->at(names->find(QStringLiteral("ab"))).name, QStringLiteral("ab"));
    QCOMPARE(names->find(QStringLiteral("c")), -1);
}

void tst_Names::splitsUris_data()
{
    QTest::addColumn<QString>("uri");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("port");
    QTest::addColumn<QString>("object");
    QTest::newRow("classic") << QStringLiteral("PYRO://10.0.0.7:7766/7f00") << QStringLiteral("10.0.0.7")
                             << QStringLiteral("7766") << QStringLiteral("7f00");
    QTest::newRow("modern") << QStringLiteral("PYRO:obj_1@h:4711") << QStringLiteral("h")
                            << QStringLiteral("4711") << QStringLiteral("obj_1");
    QTest::newRow("v6") << QStringLiteral("PYRO:x@[::1]:9090") << QStringLiteral("[::1]")
                        << QStringLiteral("9090") << QStringLiteral("x");
    QTest::newRow("nothing") << QString() << QString() << QString() << QString();
}

void tst_Names::splitsUris()
{
    QFETCH(QString, uri);
    QFETCH(QString, host);
    QFETCH(QString, port);
    QFETCH(QString, object);
    const HostPort parts = splitUri(uri);
    QCOMPARE(parts.host, host);
    QCOMPARE(parts.port, port);
    QCOMPARE(parts.object, object);
}

void tst_Names::filters_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("mode");
    QTest::addColumn<bool>("caseSensitive");
    QTest::addColumn<QStringList>("expected");
    const int plain = int(NameFilter::Mode::Plain);
    const int regex = int(NameFilter::Mode::Regex);
    const int glob = int(NameFilter::Mode::Glob);
    const QString pump1 = QStringLiteral(":lab.pump1");
    const QString pump2 = QStringLiteral(":lab.Pump2");
    const QString robot = QStringLiteral(":robot");
    QTest::newRow("all") << QString() << plain << false << QStringList{pump1, pump2, robot};
    QTest::newRow("plain") << QStringLiteral("pump") << plain << false << QStringList{pump1, pump2};
    QTest::newRow("case") << QStringLiteral("Pump") << plain << true << QStringList{pump2};
    QTest::newRow("two-words") << QStringLiteral("lab 2") << plain << false << QStringList{pump2};
    QTest::newRow("regex") << QStringLiteral("p.mp[12]$") << regex << false << QStringList{pump1, pump2};
    QTest::newRow("glob") << QStringLiteral(":lab.*1") << glob << false << QStringList{pump1};
    QTest::newRow("glob-one") << QStringLiteral(":robo?") << glob << false << QStringList{robot};
    QTest::newRow("host") << QStringLiteral("host:10.0.0.2") << plain << false << QStringList{pump2};
    QTest::newRow("host-and-word") << QStringLiteral("host:10.0.* robot") << plain << false
                                   << QStringList{robot};
    QTest::newRow("gen") << QStringLiteral("gen:3 pump1") << plain << false << QStringList{pump1};
    QTest::newRow("other-gen") << QStringLiteral("gen:5") << plain << false << QStringList{};
    QTest::newRow("dead") << QStringLiteral("dead:yes") << plain << false << QStringList{robot};
    QTest::newRow("alive") << QStringLiteral("dead:no") << plain << false << QStringList{pump1, pump2};
    QTest::newRow("tag") << QStringLiteral("tag:class:arm") << plain << false << QStringList{robot};
    QTest::newRow("tag-whole") << QStringLiteral("tag:class") << plain << false << QStringList{};
    QTest::newRow("tag-any") << QStringLiteral("tag:none,owner=me") << plain << false << QStringList{robot};
    QTest::newRow("tags-all") << QStringLiteral("tag:class:arm tag:owner=me") << plain << false
                              << QStringList{robot};
    QTest::newRow("tags-not-all") << QStringLiteral("tag:class:arm tag:none") << plain << false
                                  << QStringList{};
    QTest::newRow("meta") << QStringLiteral("meta:owner*") << plain << false << QStringList{robot};
}

void tst_Names::filters()
{
    QFETCH(QString, text);
    QFETCH(int, mode);
    QFETCH(bool, caseSensitive);
    QFETCH(QStringList, expected);
    const auto names = NameList::build({
        {QStringLiteral(":lab.pump1"), QStringLiteral("PYRO://10.0.0.1:7766/a"), {}, false},
        {QStringLiteral(":lab.Pump2"), QStringLiteral("PYRO://10.0.0.2:7766/b"), {}, false},
        {QStringLiteral(":robot"), QStringLiteral("PYRO://10.0.0.3:7766/c"),
            {QStringLiteral("class:arm"), QStringLiteral("owner=me")}, false},
    });
    const auto filter = NameFilter::parse(text, NameFilter::Mode(mode), caseSensitive);
    QVERIFY(filter);
    QStringList found;
    for (const int i : filter->apply(
             *names, 3, [&names](int row) { return names->at(row).name == QLatin1String(":robot"); }))
        found.append(names->at(i).name);
    found.sort();
    expected.sort();
    QCOMPARE(found, expected);
}

void tst_Names::refusesBadPattern()
{
    QString error;
    QVERIFY(!NameFilter::parse(QStringLiteral("a("), NameFilter::Mode::Regex, false, &error));
    QVERIFY(!error.isEmpty());
}

void tst_Names::marksMatches()
{
    const auto filter = NameFilter::parse(QStringLiteral("pu 1"), NameFilter::Mode::Plain, false);
    QVERIFY(filter);
    const auto marks = filter->matchesIn(QStringLiteral("Pump1"));
    QCOMPARE(marks.size(), size_t(2));
    QCOMPARE(marks[0].first, 0);
    QCOMPARE(marks[1].first, 4);
}

void tst_Names::ranksFuzzily()
{
    QVERIFY(fuzzyScore("pmp", "lab.pump3") > 0);
    QCOMPARE(fuzzyScore("xyz", "lab.pump3"), 0);
    QVERIFY(fuzzyScore("pump", "lab.pump3") > fuzzyScore("pump", "lab.perfumemap3"));
    QVERIFY(fuzzyScore("echo", "demo.echo") > fuzzyScore("echo", "demo.echoes.of.another.kind"));
    const QByteArrayList texts{"alpha", "demo.bank", "demo.echo", "bandanklet"};
    const auto best = fuzzyBest(
        QStringLiteral("Bank"), int(texts.size()), 2, [&texts](int i) { return QByteArrayView(texts[i]); });
    QCOMPARE(best.size(), size_t(2));
    QCOMPARE(best[0].index, 1);
    QCOMPARE(best[1].index, 3);
}

void tst_Names::showsInvisibleCharacters_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("plain") << QStringLiteral("a b") << QStringLiteral("a b");
    QTest::newRow("markup") << QStringLiteral("<b>x</b>") << QStringLiteral("<b>x</b>");
    QTest::newRow("line-break") << QStringLiteral("a\nb") << QStringLiteral("a\u240ab");
    QTest::newRow("null") << QString(QChar(0)) << QStringLiteral("\u2400");
    QTest::newRow("override") << QString(QChar(0x202e)) << QStringLiteral("<U+202E>");
    QTest::newRow("lone-surrogate") << QString(QChar(0xd800)) << QStringLiteral("<U+D800>");
    QTest::newRow("pair") << QString::fromUcs4(U"\U0001F525") << QString::fromUcs4(U"\U0001F525");
    QTest::newRow("tag") << QString::fromUcs4(U"\U000E0041") << QStringLiteral("<U+E0041>");
}

void tst_Names::showsInvisibleCharacters()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(visibleText(text), shown);
    QCOMPARE(visibleText(QString(1'000, u'x'), 10).size(), 11);
    QCOMPARE(visibleLines(QStringLiteral("a\n\tb")), QStringLiteral("a\n\tb"));
}

void tst_Names::wordsUnits()
{
    QLocale::setDefault(QLocale::c());
    QCOMPARE(sizeText(212), QStringLiteral("212 B"));
    QCOMPARE(sizeText(4'100), QStringLiteral("4.1 KB"));
    QCOMPARE(sizeText(5'500'000), QStringLiteral("5.5 MB"));
    QCOMPARE(durationText(4'100'000), QStringLiteral("4.1 ms"));
    QCOMPARE(durationText(820'000), QStringLiteral("820 \u00b5s"));
    QCOMPARE(durationText(1'250'000'000), QStringLiteral("1.25 s"));
}

void tst_Names::searchOf100000()
{
    std::vector<NameRow> rows = manyRows(100'000);
    test::CpuTimer timer;
    const auto names = NameList::build(std::move(rows));
    const qint64 built = timer.milliseconds();
    timer.restart();
    const auto hits = names->containing(QStringLiteral("device99"), false);
    const qint64 swept = timer.microseconds();
    timer.restart();
    const auto best = fuzzyBest(
        QStringLiteral("s3l55dev99"), names->size(), 50, [&names](int i) { return names->folded(i); });
    const qint64 ranked = timer.microseconds();
    qInfo("100,000 names: build %lld ms (in a worker), sweep %lld us for %zu hits, fuzzy best 50 %lld us",
        built, swept, hits.size(), ranked);
    QVERIFY(hits.size() > 1'000);
    QVERIFY(!best.empty());
    QVERIFY(built < 240);
    QVERIFY(swept < 100'000);
    QVERIFY(ranked < 100'000);
}

QTEST_MAIN(tst_Names)
#include "tst_names.moc"
