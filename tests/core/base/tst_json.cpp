// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/base/json.h>

#include <QtTest>

#include <limits>

using namespace pyrolens;

class tst_Json : public QObject
{
    Q_OBJECT

private slots:
    void readsAndWrites_data();
    void readsAndWrites();
    void refuses_data();
    void refuses();
    void refusesEveryCut();
    void limitsDepth();
    void keepsOrderAndNumberText();
    void givesTypedAccess();
    void takesTheLastOfEqualNames();
    void writesPretty();
    void escapesWhatBreaksReaders();
    void writesNumbersThatReadBack();
    void dropsDeepValues();
    void comparesDeepValues();
};

void tst_Json::readsAndWrites_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("written");
    const auto row = [](const char *name, const char *text, const char *written = nullptr) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(written ? written : text);
    };
    row("null", "null");
    row("true", " true ", "true");
    row("false", "false");
    row("int", "-12");
    row("zero", "0");
    row("minus-zero", "-0");
    row("long-number", "123456789012345678901234567890.125E+10");
    row("string", R"("a\"b\\c")");
    row("solidus", R"("a\/b")", R"("a/b")");
    row("escapes", R"("\b\f\n\r\t")", R"("\u0008\u000c\n\r\t")");
    row("unicode", R"("\u00e9\u20AC")", "\"é€\"");
    row("pair", R"("\ud83d\ude00")", "\"😀\"");
    row("pair-halves", R"("\ud83dx\ude00")");
    row("utf8", "\"é€😀\"");
    row("zero-character", R"("a\u0000b")");
    row("mark-in-text", "\"\xef\xbb\xbf\xef\xbb\xbf\\n\xef\xbb\xbf\"");
    row("array", "[1, [], [\"a\"]]", "[1,[],[\"a\"]]");
    row("object", "{ \"b\" : 1, \"a\" : {} }", R"({"b":1,"a":{}})");
    row("space", "\t\r\n [ ] ", "[]");
}

void tst_Json::readsAndWrites()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, written);
    const Result<Json> json = Json::parse(text);
    QVERIFY2(json, json ? "" : qPrintable(json.error().what));
    QCOMPARE(json->toText(), written);
    const Result<Json> again = Json::parse(json->toText(2));
    QVERIFY(again);
    QVERIFY(*again == *json);
}

void tst_Json::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("offset");
    const auto row
        = [](const char *name, QByteArray text, int offset) { QTest::newRow(name) << text << offset; };
    row("empty", "", 0);
    row("space", "  ", 2);
    row("word", "nul", 0);
    row("capital", "True", 0);
    row("after-end", "1 2", 2);
    row("comma-end", "[1,]", 3);
    row("comma-first", "[,1]", 1);
    row("no-comma", "[1 2]", 3);
    row("object-comma", "{\"a\":1,}", 7);
    row("object-key", "{a:1}", 1);
    row("object-colon", "{\"a\" 1}", 5);
    row("wrong-bracket", "[1}", 2);
    row("open", "[[1]", 4);
    row("leading-zero", "[01]", 1);
    row("plus", "+1", 0);
    row("point-first", ".5", 0);
    row("point-last", "5.", 0);
    row("exponent", "1e", 0);
    row("hex", "0x10", 1);
    row("nan", "NaN", 0);
    row("control", "\"a\nb\"", 2);
    row("escape", "\"\\x\"", 2);
    row("escape-short", "\"\\u12g4\"", 3);
    row("single-quote", "'a'", 0);
    row("comment", "1 // x", 2);
    row("bom",
        "\xef\xbb\xbf"
        "1",
        0);
    row("utf8-cut", "\"\xc3\"", 1);
    row("utf8-overlong", "\"\xc0\x80\"", 1);
    row("utf8-surrogate", "\"\xed\xa0\x80\"", 1);
    row("utf8-high", "\"\xf4\x90\x80\x80\"", 1);
    row("zero-byte", QByteArray("1\0", 2), 1);
}

void tst_Json::refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(int, offset);
    const Result<Json> json = Json::parse(text);
    QVERIFY(!json);
    QCOMPARE(json.error().kind, Error::Kind::Protocol);
    QCOMPARE(int(json.error().offset), offset);
}

void tst_Json::refusesEveryCut()
{
    const QByteArray text = R"({"a":[1,"é\u20ac",{"b":null,"c":[true]}],"d":"x"})";
    QVERIFY(Json::parse(text));
    for (qsizetype size = 0; size < text.size(); ++size)
        QVERIFY(!Json::parse(QByteArrayView(text).first(size)));
}

void tst_Json::limitsDepth()
{
    for (const int depth : {9, 10, 11}) {
        const QByteArray text = QByteArray(depth, '[') + QByteArray(depth, ']');
        const Result<Json> json = Json::parse(text, 10);
        QCOMPARE(json.isOk(), depth <= 10);
        if (!json) {
            QCOMPARE(json.error().kind, Error::Kind::Limit);
            QCOMPARE(int(json.error().offset), 10);
        }
    }
    QVERIFY(!Json::parse(QByteArray(10'000'000, '[')));
}

void tst_Json::keepsOrderAndNumberText()
{
    const QByteArray text = R"({"z":1.50,"a":1e3,"m":0.10})";
    const Result<Json> json = Json::parse(text);
    QVERIFY(json);
    QCOMPARE(json->toText(), text);
    QCOMPARE(json->value(u"z").numberText(), QByteArray("1.50"));
    QCOMPARE(json->members()[1].first, QStringLiteral("a"));
}

void tst_Json::givesTypedAccess()
{
    const Json json
        = *Json::parse(R"({"i":-5,"f":2.5,"s":"x","t":true,"n":null,"l":[1,2],"b":12345678901234567890})");
    QCOMPARE(json.value(u"i").toInteger(), -5);
    QCOMPARE(json.value(u"f").toDouble(), 2.5);
    QVERIFY(!json.value(u"f").asInteger());
    QVERIFY(!json.value(u"b").asInteger());
    QCOMPARE(json.value(u"b").toDouble(), 12345678901234567890.0);
    QCOMPARE(json.value(u"s").toString(), QStringLiteral("x"));
    QVERIFY(json.value(u"t").toBool());
    QVERIFY(json.value(u"n").isNull());
    QVERIFY(json.contains(u"n"));
    QVERIFY(!json.contains(u"missing"));
    QVERIFY(json.value(u"missing").isNull());
    QCOMPARE(json.value(u"l").items().size(), size_t(2));
    // Other types give the other value, never something converted.
    QCOMPARE(json.value(u"s").toInteger(7), 7);
    QCOMPARE(json.value(u"i").toString(), QString());
    QCOMPARE(json.value(u"i").toBool(true), true);
    QVERIFY(json.value(u"s").items().empty());
}

void tst_Json::takesTheLastOfEqualNames()
{
    const Json json = *Json::parse(R"({"a":1,"a":2})");
    QCOMPARE(json.value(u"a").toInteger(), 2);
    Json made = Json::object();
    made.set(QStringLiteral("a"), 1);
    made.set(QStringLiteral("b"), 2);
    made.set(QStringLiteral("a"), 3);
    QCOMPARE(made.toText(), QByteArray(R"({"a":3,"b":2})"));
}

void tst_Json::writesPretty()
{
    const Json json = *Json::parse(R"({"a":[1,{"b":null}],"c":[],"d":{}})");
    QCOMPARE(json.toText(2),
        QByteArray("{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n"
                   "  \"c\": [],\n  \"d\": {}\n}"));
}

void tst_Json::escapesWhatBreaksReaders()
{
    const QString text = QString(QChar(0x2028)) + QChar(0x2029) + QChar(0xd800) + QChar(0x1f) + QChar(0x7f);
    QCOMPARE(Json(text).toText(), QByteArray(R"("\u2028\u2029\ud800\u001f\u007f")"));
    QCOMPARE(Json::parse(Json(text).toText())->toString(), text);
}

void tst_Json::writesNumbersThatReadBack()
{
    for (const double number : {0.1, 1.0, -2.5e-300, 1e22, 123456.789})
        QCOMPARE(Json::parse(Json(number).toText())->toDouble(), number);
    QCOMPARE(Json(1.0).toText(), QByteArray("1.0"));
    QVERIFY(Json(std::numeric_limits<double>::quiet_NaN()).isNull());
    QVERIFY(Json(std::numeric_limits<double>::infinity()).isNull());
    QCOMPARE(Json(std::numeric_limits<qint64>::min()).toText(), QByteArray("-9223372036854775808"));
    QCOMPARE(Json::number("1.00").toText(), QByteArray("1.00"));
}

static Json nested(int depth)
{
    Json json;
    for (int i = 0; i < depth; ++i) {
        Json::Members members;
        members.emplace_back(QStringLiteral("a"), std::move(json));
        Json::Array items;
        items.push_back(Json::object(std::move(members)));
        json = Json::array(std::move(items));
    }
    return json;
}

void tst_Json::dropsDeepValues()
{
    Json json = nested(500'000);
    json = Json();
    QVERIFY(json.isNull());
}

void tst_Json::comparesDeepValues()
{
    const Json a = nested(100'000);
    const Json b = nested(100'000);
    QVERIFY(a == b);
    QVERIFY(!(a == nested(99'999)));
    QCOMPARE(a.toText().size(), 100'000 * 8 + 4);
}

QTEST_GUILESS_MAIN(tst_Json)
#include "tst_json.moc"
