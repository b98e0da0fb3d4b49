// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/nameadmin/namefile.h>

#include <pyrolens/value/literal.h>

#include <QBuffer>
#include <QtTest>

using namespace pyrolens;

namespace {

Value parsed(const char *text)
{
    const auto node = parseLiteral(QString::fromUtf8(text), Dialect::Python2);
    return node ? node->value : Value::text(QStringLiteral("broken test"));
}

Registration name(const QString &name, const Value &meta = {})
{
    return {name, QStringLiteral("PYRO://127.0.0.1:7766/7f00000100000001"), meta, false};
}

QByteArray written(const std::vector<Registration> &names, NameFileFormat format)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    return writeNames(buffer, format, names) ? buffer.data() : QByteArray("failed");
}

Result<std::vector<NameFileRow>> readBack(
    const QByteArray &text, NameFileFormat format, const NameFileLimits &limits = {})
{
    QBuffer buffer;
    buffer.setData(text);
    buffer.open(QIODevice::ReadOnly);
    return readNames(buffer, format, limits);
}

/// "1 :a; 2 :b !what is wrong": lines, names and problems.
QString wordsOf(const Result<std::vector<NameFileRow>> &rows)
{
    if (!rows)
        return rows.error().code + u'|' + rows.error().what;
    QStringList words;
    for (const NameFileRow &row : *rows)
        words.append(QString::number(row.line) + u' ' + row.registration.name
            + (row.problem.isEmpty() ? QString() : u" !" + row.problem));
    return words.join(QStringLiteral("; "));
}

constexpr auto kJson = NameFileFormat::Json;
constexpr auto kCsv = NameFileFormat::Csv;
const char kHead[] = R"({"format": "pyrolens-names", "version": 1, "names": [)";

} // namespace

Q_DECLARE_METATYPE(NameFileFormat)

class tst_NameFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenReadsBackEqual_data();
    void whatIsWrittenReadsBackEqual();
    void looksAsDocumented();
    void noCellIsAFormula();
    void readsWhatOthersWrite_data();
    void readsWhatOthersWrite();
    void saysWhatIsWrongByLine_data();
    void saysWhatIsWrongByLine();
    void refusesOtherFiles_data();
    void refusesOtherFiles();
    void takesAnyCut_data();
    void takesAnyCut();
    void limitsAreNamed();
    void takesALot_data();
    void takesALot();
    void canBeGivenUp();
    void formatIsThatOfTheName();
};

void tst_NameFile::whatIsWrittenReadsBackEqual_data()
{
    QTest::addColumn<NameFileFormat>("format");
    QTest::addColumn<std::vector<Registration>>("names");
    const std::vector<std::pair<const char *, std::vector<Registration>>> rows = {
        {"none", {}},
        {"one", {name(QStringLiteral(":Default.a"))}},
        {"groups",
            {{QStringLiteral(":lab"), {}, {}, true}, {QStringLiteral(":x"), {}, parsed("'room 7'"), true}}},
        {"meta",
            {name(
                 QStringLiteral(":a"), parsed("[1, -2.5, 'text', u'\\u20ac', None, True, (1,), {'k': [2]}]")),
                name(QStringLiteral(":b"), parsed("12345678901234567890123")),
                name(QStringLiteral(":c"), parsed("'\\x00\\xff'")), name(QStringLiteral(":d"), parsed("-7")),
                name(QStringLiteral(":e"), parsed("'=cmd()'")),
                name(QStringLiteral(":f"), parsed("{1: 2, (3, 4): 5}")),
                name(QStringLiteral(":g"), parsed("instance('lab.Pump', {'flow': 1.5})")),
                name(QStringLiteral(":h"), parsed("uri('PYRO://h:1/x')")),
                name(QStringLiteral(":i"), parsed("False")), name(QStringLiteral(":j"), parsed("''")),
                name(QStringLiteral(":k"), parsed("1e300"))}},
        {"odd names",
            {name(QStringLiteral("=1+2")), name(QStringLiteral("'=x")), name(QStringLiteral("''-y")),
                name(QStringLiteral("'z")), name(QStringLiteral(":a,b;c\"d")),
                name(QStringLiteral("@\u00e4\u20ac")), name(QStringLiteral("\tq")),
                name(QStringLiteral("two\nlines\r\nmore"))}},
    };
    for (const auto &[title, names] : rows) {
        QTest::addRow("%s, json", title) << kJson << names;
        QTest::addRow("%s, csv", title) << kCsv << names;
    }
}

void tst_NameFile::whatIsWrittenReadsBackEqual()
{
    QFETCH(NameFileFormat, format);
    QFETCH(std::vector<Registration>, names);
    const QByteArray text = written(names, format);
    const auto rows = readBack(text, format);
    QVERIFY2(rows, rows ? "" : qPrintable(rows.error().what + u'\n' + QString::fromUtf8(text)));
    QCOMPARE(rows->size(), names.size());
    for (size_t i = 0; i < names.size(); ++i) {
        QVERIFY2(rows->at(i).problem.isEmpty(), qPrintable(rows->at(i).problem));
        QVERIFY2(rows->at(i).registration == names[i],
            qPrintable(names[i].name + u'\n' + QString::fromUtf8(text)));
    }
    // Twice is the same bytes.
    std::vector<Registration> again;
    for (const NameFileRow &row : *rows)
        again.push_back(row.registration);
    QCOMPARE(written(again, format), text);
}

void tst_NameFile::looksAsDocumented()
{
    const std::vector<Registration> names = {
        {QStringLiteral(":lab"), {}, {}, true}, name(QStringLiteral(":lab.pump"), parsed("['room 7', 3]"))};
    QCOMPARE(written(names, kJson),
        QByteArray("{\"format\": \"pyrolens-names\", \"version\": 1, \"names\": [\n"
                   "{\"name\":\":lab\",\"group\":true},\n"
                   "{\"name\":\":lab.pump\",\"uri\":\"PYRO://127.0.0.1:7766/7f00000100000001\",\"meta\":"
                   "[{\"$str\":\"room 7\"},3]}\n]}\n"));
    QCOMPARE(written(names, kCsv),
        QByteArray("name,kind,uri,meta\r\n"
                   ":lab,group,,\r\n"
                   ":lab.pump,name,PYRO://127.0.0.1:7766/7f00000100000001,\"[{\"\"$str\"\":\"\"room "
                   "7\"\"},3]\"\r\n"));
}

void tst_NameFile::noCellIsAFormula()
{
    const QByteArray text = written({name(QStringLiteral("=HYPERLINK(1)"), parsed("-7")),
                                        name(QStringLiteral("@x")), name(QStringLiteral("+1"))},
        kCsv);
    for (const QByteArray &line : text.split('\n').mid(1)) {
        for (QByteArray cell : line.trimmed().split(',')) {
            if (cell.startsWith('"'))
                cell.remove(0, 1);
            QVERIFY2(cell.isEmpty() || !QByteArrayView("=+-@").contains(cell.at(0)), cell.constData());
        }
    }
}

void tst_NameFile::readsWhatOthersWrite_data()
{
    QTest::addColumn<NameFileFormat>("format");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *title, NameFileFormat format, const QByteArray &text, const char *words) {
        QTest::newRow(title) << format << text << QString::fromUtf8(words);
    };
    row("one line", kJson,
        QByteArray(kHead) + R"({"name":":a","uri":"PYRO://h:1/x"},{"name":":b","uri":"u"}]})", "1 :a; 1 :b");
    row("indented", kJson,
        "{\n  \"format\": \"pyrolens-names\",\n  \"names\": [\n    {\n      \"name\": \":a\",\n      "
        "\"uri\": "
        "\"x\"\n    },\n    {\n      \"uri\": \"y ] } , \\\" \",\n      \"name\": \":b\"\n    }\n  ],\n  "
        "\"version\": 1\n}\n",
        "4 :a; 8 :b");
    row("more members", kJson,
        R"({"by": {"tool": ["x", 1]}, "format": "pyrolens-names", "version": 1, "names": [ ], "end": null})",
        "");
    row("byte order mark", kJson, QByteArray("\xef\xbb\xbf") + kHead + "]}", "");
    row("semicolons", kCsv, "name;uri\n:a;x\n:b;y\n", "2 :a; 3 :b");
    row("tabs, other order", kCsv, "uri\tmeta\tname\r\nx\t\t:a\r\n", "2 :a");
    row("byte order mark, quotes", kCsv, "\xef\xbb\xbf\"Name\",\"URI\"\r\n\":a\",\"x\"", "2 :a");
    row("old Mac", kCsv, "name,uri\r:a,x\r:b,y", "2 :a; 3 :b");
    row("blank lines", kCsv, "name,uri\n\n:a,x\n\n\n:b,y\n\n", "3 :a; 6 :b");
    row("short rows", kCsv, "name,uri,kind,meta\n:a,x\n:g,,group\n", "2 :a; 3 :g");
    row("lines in quotes", kCsv, "name,uri,meta\n:a,x,\"[1,\n2]\"\n:b,y,\n", "2 :a; 4 :b");
}

void tst_NameFile::readsWhatOthersWrite()
{
    QFETCH(NameFileFormat, format);
    QFETCH(QByteArray, text);
    QFETCH(QString, words);
    QCOMPARE(wordsOf(readBack(text, format)), words);
}

void tst_NameFile::saysWhatIsWrongByLine_data()
{
    QTest::addColumn<NameFileFormat>("format");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const auto json = [](const char *title, const QByteArray &item, const char *says) {
        QTest::newRow(title) << kJson
                             << QByteArray(QByteArray(kHead) + "\n{\"name\":\":a\",\"uri\":\"x\"},\n" + item
                                    + ",\n{\"name\":\":b\",\"uri\":\"x\"}\n]}")
                             << QString::fromUtf8(says);
    };
    json("no JSON", R"({"name": oops})", "");
    json("a number", "7", "no object");
    json("no name", R"({"uri": "x"})", "no \"name\"");
    json("no uri", R"({"name": ":z"})", "no \"uri\"");
    json("group with uri", R"({"name": ":z", "uri": "x", "group": true})", "a group with a \"uri\"");
    json("bad meta", R"({"name": ":z", "uri": "x", "meta": {"$bytes": 5}})", "meta: ");
    json("brackets", R"({"name": ":z", "uri": ["x"}, "y"})", "");
    const auto csv = [](const char *title, const QByteArray &line, const char *says) {
        QTest::newRow(title) << kCsv << QByteArray("name,kind,uri,meta\n:a,,x,\n" + line + "\n:b,,x,\n")
                             << QString::fromUtf8(says);
    };
    csv("csv, no name", ",,x,", "no name");
    csv("csv, no uri", ":z,,,", "no URI");
    csv("csv, kind", ":z,thing,x,", "neither");
    csv("csv, group with uri", ":z,group,x,", "a group with a URI");
    csv("csv, meta", ":z,,x,{oops", "meta: ");
    csv("csv, behind the quote", "\":z\"y,,x,", "behind the closing quote");
    csv("csv, bytes", ":z\xff,,x,", "not UTF-8");
}

void tst_NameFile::saysWhatIsWrongByLine()
{
    QFETCH(NameFileFormat, format);
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const auto rows = readBack(text, format);
    QVERIFY2(rows, rows ? "" : qPrintable(rows.error().what));
    QCOMPARE(rows->size(), size_t(3));
    QVERIFY(rows->at(0).problem.isEmpty() && rows->at(2).problem.isEmpty());
    QVERIFY2(!rows->at(1).problem.isEmpty() && rows->at(1).problem.contains(says),
        qPrintable(rows->at(1).problem));
    QCOMPARE(rows->at(1).line, 3);
    QCOMPARE(rows->at(2).line, 4);
}

void tst_NameFile::refusesOtherFiles_data()
{
    QTest::addColumn<NameFileFormat>("format");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *title, NameFileFormat format, const QByteArray &text, const char *says) {
        QTest::newRow(title) << format << text << QString::fromUtf8(says);
    };
    row("empty", kJson, "", "the file ends too early");
    row("list", kJson, "[]", "'['");
    row("other object", kJson, "{\"a\": 1}", "no list \"names\"");
    row("other format", kJson, R"({"format": "x", "version": 1, "names": []})", "\"format\"");
    row("later version", kJson, R"({"format": "pyrolens-names", "version": 2, "names": []})", "version");
    row("cut", kJson, QByteArray(kHead) + R"({"name": ":a", "ur)", "too early");
    row("cut behind the list", kJson, QByteArray(kHead) + "]", "too early");
    row("text behind", kJson, QByteArray(kHead) + "]} x", "'x'");
    row("names are no list", kJson, R"({"names": {}})", "one list");
    row("two lists", kJson, R"({"names": [], "names": []})", "one list");
    row("comma at the end", kJson, QByteArray(kHead) + R"({"name":":a","uri":"x"},]})", "']'");
    row("closed twice", kJson, QByteArray(kHead) + R"({"name":":a","uri":"x"}}]})", "'}'");
    row("csv, empty", kCsv, "", "empty");
    row("csv, no header", kCsv, ":a,x\n", "Line 1: no column is called \"name\"");
    row("csv, no uri column", kCsv, "name,kind\n", "\"uri\"");
    row("csv, open quote", kCsv, "name,uri\n:a,\"x\n:b,y\n",
        "Line 2: the quote that opens here is never closed");
    row("csv, binary", kCsv, QByteArray("\0\1\2\3\n\4", 6), "\"name\"");
}

void tst_NameFile::refusesOtherFiles()
{
    QFETCH(NameFileFormat, format);
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const auto rows = readBack(text, format);
    QVERIFY(!rows);
    QCOMPARE(rows.error().code, QStringLiteral("names.form"));
    QVERIFY2(rows.error().what.contains(says), qPrintable(rows.error().what));
}

void tst_NameFile::takesAnyCut_data()
{
    QTest::addColumn<NameFileFormat>("format");
    QTest::newRow("json") << kJson;
    QTest::newRow("csv") << kCsv;
}

void tst_NameFile::takesAnyCut()
{
    QFETCH(NameFileFormat, format);
    const QByteArray text
        = written({{QStringLiteral(":lab"), {}, {}, true},
                      name(QStringLiteral(":lab.\"x\",\ny"), parsed("['a\\n\"', {'k': -1}]"))},
            format);
    const auto whole = readBack(text, format);
    QVERIFY(whole);
    for (qsizetype cut = 0; cut <= text.size(); ++cut) {
        std::vector<NameFileRow> rows;
        NameFileReader reader(format, [&rows](NameFileRow row) { rows.push_back(std::move(row)); });
        QVERIFY(reader.feed(QByteArrayView(text).first(cut)));
        QVERIFY(reader.feed(QByteArrayView(text).sliced(cut)));
        QVERIFY(reader.end());
        QCOMPARE(rows.size(), whole->size());
        for (size_t i = 0; i < rows.size(); ++i)
            QVERIFY(rows[i].registration == whole->at(i).registration && rows[i].line == whole->at(i).line);
    }
    // Cut short, it is never taken for a whole JSON file, and never crashes.
    for (qsizetype size = 0; size < text.trimmed().size(); ++size) {
        const auto part = readBack(text.first(size), format);
        QVERIFY(format == kCsv || !part);
    }
}

void tst_NameFile::limitsAreNamed()
{
    NameFileLimits limits;
    limits.maxNames = 2;
    limits.maxEntryBytes = 200;
    std::vector<Registration> names = {name(QStringLiteral(":a")),
        name(QStringLiteral(":") + QString(300, u'x')), name(QStringLiteral(":c"))};
    for (const NameFileFormat format : {kJson, kCsv}) {
        const auto many = readBack(written(names, format), format, limits);
        QVERIFY(!many);
        QCOMPARE(many.error().code, QStringLiteral("names.count"));
        NameFileLimits enough = limits;
        enough.maxNames = 3;
        const auto rows = readBack(written(names, format), format, enough);
        QVERIFY2(rows, rows ? "" : qPrintable(rows.error().what));
        QVERIFY(rows->at(1).problem.contains(QLatin1String("200")));
        QVERIFY(rows->at(0).problem.isEmpty() && rows->at(2).problem.isEmpty());
        NameFileLimits small;
        small.maxFileBytes = 100;
        const auto big = readBack(written(names, format), format, small);
        QVERIFY(!big);
        QCOMPARE(big.error().code, QStringLiteral("names.size"));
    }
    // A quote that swallows the rest ends at the limit, not in memory.
    const auto open = readBack("name,uri\n:a,\"" + QByteArray(10'000, 'x'), kCsv, limits);
    QVERIFY(!open && open.error().code == QLatin1String("names.form"));
}

void tst_NameFile::takesALot_data()
{
    takesAnyCut_data();
}

void tst_NameFile::takesALot()
{
    QFETCH(NameFileFormat, format);
    constexpr int kMany = 100'000;
    std::vector<Registration> names;
    const Value meta = parsed("{'room': 7, 'owner': 'lab'}");
    for (int i = 0; i < kMany; ++i)
        names.push_back(name(QStringLiteral(":lab.pump%1").arg(i), i % 10 == 0 ? meta : Value()));
    QElapsedTimer timer;
    timer.start();
    const QByteArray text = written(names, format);
    const qint64 wrote = timer.restart();
    const auto rows = readBack(text, format);
    qInfo("%d bytes, written in %lld ms, read in %lld ms", int(text.size()), wrote, timer.elapsed());
    QVERIFY(rows);
    QCOMPARE(rows->size(), size_t(kMany));
    QCOMPARE(rows->back().line, kMany + 1);
    QVERIFY(rows->at(kMany - 10).registration == names[kMany - 10]);
}

void tst_NameFile::canBeGivenUp()
{
    std::vector<Registration> names(5'000, name(QStringLiteral(":a")));
    QBuffer out;
    out.open(QIODevice::WriteOnly);
    const Status stopped = writeNames(out, kJson, names, [](qint64 done) { return done < 2'000; });
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().kind, Error::Kind::Cancelled);
    QBuffer in;
    in.setData(written(names, kJson));
    in.open(QIODevice::ReadOnly);
    const auto rows = readNames(in, kJson, {}, [](qint64) { return false; });
    QVERIFY(!rows);
    QCOMPARE(rows.error().kind, Error::Kind::Cancelled);
}

void tst_NameFile::formatIsThatOfTheName()
{
    QCOMPARE(nameFileFormat(QStringLiteral("/x/names.CSV")), kCsv);
    QCOMPARE(nameFileFormat(QStringLiteral("/x.csv/names.json")), kJson);
    QCOMPARE(nameFileFormat(QStringLiteral("names")), kJson);
}

QTEST_GUILESS_MAIN(tst_NameFile)
#include "tst_namefile.moc"
