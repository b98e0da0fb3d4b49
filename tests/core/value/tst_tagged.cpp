// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "support/valuegenerator.h"
#include "support/vectors.h"

#include <pyrolens/value/tagged.h>

#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::testing;

class tst_Tagged : public QObject
{
    Q_OBJECT

private slots:
    void readsAndWritesEachPickleCase();
    void readsAndWritesEachRecordedBody();
    void readsAndWritesEveryTag_data();
    void readsAndWritesEveryTag();
    void readsOtherSpellings_data();
    void readsOtherSpellings();
    void refuses_data();
    void refuses();
    void distinguishesStyles_data();
    void distinguishesStyles();
    void hidesCredentials();
    void readsBackRandomValues();
    void keepsSharingAndCycles();
    void numbersSharedPartsOnce();
    void numbersTuplesOnlyWhenItMust();
    void writesASharedGraphOnce();
    void leavesOutTextThatIsRepeatedTooOften();
    void writesAPartOfACyclicGraph();
    void keepsToTheLimits();
    void survivesDeepValues();
};

void tst_Tagged::readsAndWritesEachPickleCase()
{
    const Json cases = loadVectors(QStringLiteral("pickle/cases.json"));
    int count = 0;
    for (const Json &item : cases.items()) {
        if (!item.contains(u"decoded"))
            continue;
        const Json &decoded = item.value(u"decoded");
        const Result<Value> value = fromTagged(decoded);
        QVERIFY2(
            value, qPrintable(item.value(u"python").toString() + (value ? QString() : value.error().what)));
        const QByteArray written = withSortedSets(toTagged(*value, TaggedStyle::Codec)).toText();
        QCOMPARE(written, withSortedSets(decoded).toText());
        ++count;
    }
    QVERIFY(count > 500);
}

void tst_Tagged::readsAndWritesEachRecordedBody()
{
    int count = 0;
    for (const QString &name : vectorFiles(QStringLiteral("pyro3"))) {
        const Json file = loadVectors(QStringLiteral("pyro3/") + name);
        for (const Json &frame : file.value(u"decoded").value(u"frames").items()) {
            if (!frame.contains(u"body"))
                continue;
            const Json &body = frame.value(u"body");
            const Result<Value> value = fromTagged(body);
            QVERIFY2(value, qPrintable(name + (value ? QString() : value.error().what)));
            QCOMPARE(toTagged(*value, TaggedStyle::Wire).toText(), body.toText());
            ++count;
        }
    }
    QVERIFY(count > 500);
}

static Result<Value> readText(const QByteArray &text, const Limits &limits = {})
{
    const Result<Json> json = Json::parse(text, 10'000);
    if (!json)
        qFatal("bad test text: %s", text.constData());
    return fromTagged(*json, limits);
}

void tst_Tagged::readsAndWritesEveryTag_data()
{
    QTest::addColumn<QByteArray>("text"); // in the style Application
    const char *texts[] = {
        R"(null)",
        R"(9007199254740991)",
        R"({"$int":"9007199254740992"})",
        R"({"$int":"-9007199254740992"})",
        R"({"$long":"12"})",
        R"({"$float":"-0.0"})",
        R"({"$float":"1e+16"})",
        R"({"$complex":["nan","-inf"]})",
        R"({"$str":"abc\u0000ÿ"})",
        R"({"$str16":"d800"})",
        R"({"$bytes":"00ff"})",
        R"({"$bytearray":""})",
        R"({"$tuple":[[],{"$tuple":[]}]})",
        R"({"$set":[1]})",
        R"({"$frozenset":[]})",
        R"({"$dict":[[1,2],[{"$tuple":[]},null]]})",
        R"({"$dict":[["$key",1]]})",
        R"({"a":{},"b":[]})",
        R"({"$global":"os.path.join"})",
        R"({"$decimal":"1.10"})",
        R"({"$uuid":"00000000-0000-0000-0000-000000000000"})",
        R"({"$datetime":"2020-02-29T01:02:03+02:00"})",
        R"({"$date":"2020-02-29"})",
        R"({"$time":"01:02:03"})",
        R"({"$timedelta":[-1,82800,0]})",
        R"({"$timezone":-3600})",
        R"({"$array":["d",[{"$float":"0.5"}]]})",
        R"({"$ext":[-49,"3138"]})",
        R"({"$persid":{"$tuple":["a",9]}})",
        R"({"$uri":"PYRO:a@b:1"})",
        R"({"$proxy":{"uri":"PYRO:a@b:1"}})",
        R"({"$proxy":{"uri":"PYRO:a@b:1","attributes":true,"oneway":["x","y"],"timeout":2.5}})",
        R"({"$exception":{"class":"builtins.KeyError","args":{"$tuple":["x"]}}})",
        R"({"$exception":{"class":"a.B","args":{"$tuple":[]},"attributes":{"code":5},"traceback":["line\n"]}})",
        R"({"$ordereddict":[["z",1],["a",2]]})",
        R"({"$deque":[1,2]})",
        R"({"$range":[1,10,2]})",
        R"({"$slice":[null,1,null]})",
        R"({"$ellipsis":true})",
        R"({"$notimplemented":true})",
        R"({"$stopiteration":true})",
        R"({"$extcode":5})",
        R"({"$enum":["demo.Level","HIGH"]})",
        R"x({"$repr":"Fraction(1, 3)"})x",
        R"({"$stream":"25f3b105"})",
        R"({"$undecodable":"7b7b"})",
        R"({"$large_payload":{"length":5,"sha256":"ab"}})",
        R"({"$instance":"a.B","made":"inst","args":[1],"state":{"x":1}})",
        R"({"$instance":"a.B","made":"obj"})",
        R"({"$instance":"a.B","made":"newobj_ex","args":[1],"kwargs":{"k":2}})",
        R"({"$instance":"a.B","made":"reconstructor","base":[1]})",
        R"({"$instance":"a.B","made":"dict","state":{}})",
        R"({"$instance":"B","made":"newobj","listitems":[1],"dictitems":[["k",2]]})",
        R"({"$call":"a.b","made":"reduce","args":[1],"state":null})",
        R"({"$call":{"$call":"a.b","made":"reduce"},"made":"reduce","args":[1]})",
        R"({"$id":1,"$v":[1,{"$ref":1}]})",
    };
    for (const char *text : texts)
        QTest::newRow(text) << QByteArray(text);
}

void tst_Tagged::readsAndWritesEveryTag()
{
    QFETCH(QByteArray, text);
    const Result<Value> value = readText(text);
    QVERIFY2(value, value ? "" : qPrintable(value.error().what));
    QCOMPARE(toTagged(*value, TaggedStyle::Application).toText(), text);
}

void tst_Tagged::readsOtherSpellings_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("written");
    const auto row = [](const char *name, const char *text, const char *written) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(written);
    };
    row("dict", R"({"$dict":[["a",1]]})", R"({"a":1})");
    row("big-number", "18446744073709551616", R"({"$int":"18446744073709551616"})");
    row("fraction", "1.5", R"({"$float":"1.5"})");
    row("too-large", "1e999", R"({"$float":"inf"})");
    row("hex", R"({"$int":"-0x10000000000000000"})", R"({"$int":"-18446744073709551616"})");
    row("upper-hex", R"({"$bytes":"FF"})", R"({"$bytes":"ff"})");
    row("surrogates", R"("\ud800")", R"({"$str16":"d800"})");
    row("proxy", R"({"$proxy":{"uri":"PYRO:a@b:1","methods":["m"],"serializer":null}})",
        R"({"$proxy":{"uri":"PYRO:a@b:1"}})");
    row("why", R"({"$undecodable":"7b","why":"x"})", R"({"$undecodable":"7b"})");
    row("key-twice", R"({"$dict":[["a",1],["b",2],["a",3]]})", R"({"a":3,"b":2})");
    row("no-state", R"({"$instance":"a.B","made":"newobj","args":[],"listitems":[]})",
        R"({"$instance":"a.B","made":"newobj"})");
    row("call-of-reconstructor",
        R"({"$call":"copy_reg._reconstructor","made":"reduce","args":[{"$global":"a.B"},{"$global":"__builtin__.object"},null]})",
        R"({"$instance":"a.B","made":"reconstructor"})");
    row("ref-in-tuple", R"({"$id":7,"$v":{"$tuple":[[{"$ref":7}]]}})",
        R"({"$id":1,"$v":{"$tuple":[[{"$ref":1}]]}})");
}

void tst_Tagged::readsOtherSpellings()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, written);
    const Result<Value> value = readText(text);
    QVERIFY2(value, value ? "" : qPrintable(value.error().what));
    QCOMPARE(toTagged(*value, TaggedStyle::Application).toText(), written);
}

void tst_Tagged::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    const char *texts[] = {
        R"({"$unknown":1})",
        R"({"a":1,"$b":2})",
        R"({"$int":"1.5"})",
        R"({"$int":5})",
        R"({"$int":""})",
        R"({"$int":"0x"})",
        R"({"$float":1.5})",
        R"({"$float":"infinity"})",
        R"({"$complex":["1.0"]})",
        R"({"$str":"\u0100"})",
        R"({"$bytes":"0"})",
        R"({"$bytes":"zz"})",
        R"({"$str16":"d8"})",
        R"({"$tuple":5})",
        R"({"$dict":[[1]]})",
        R"({"$dict":5})",
        R"({"$timedelta":[1,2]})",
        R"({"$timezone":90000})",
        R"({"$uuid":"12"})",
        R"({"$array":["ii",[]]})",
        R"({"$array":["i",5]})",
        R"({"$ext":[1]})",
        R"({"$uri":5})",
        R"({"$proxy":{}})",
        R"({"$exception":{"args":[]}})",
        R"({"$slice":[1]})",
        R"({"$instance":"a.B","made":"magic"})",
        R"({"$ref":1})",
        R"([{"$ref":1},{"$id":1,"$v":[]}])",
        R"({"$id":0,"$v":[]})",
        R"({"$id":1})",
        R"([{"$id":1,"$v":[]},{"$id":1,"$v":[]}])",
        R"({"$global":5})",
        R"({"$int":"1","x":2})",
    };
    for (const char *text : texts)
        QTest::newRow(text) << QByteArray(text);
}

void tst_Tagged::refuses()
{
    QFETCH(QByteArray, text);
    const Result<Value> value = readText(text);
    QVERIFY(!value);
    QCOMPARE(value.error().kind, Error::Kind::Protocol);
}

void tst_Tagged::distinguishesStyles_data()
{
    QTest::addColumn<QByteArray>("wire");
    QTest::addColumn<QByteArray>("codec");
    QTest::addColumn<QByteArray>("application");
    const auto row = [](const char *name, const char *wire, const char *codec, const char *application) {
        QTest::newRow(name) << QByteArray(wire) << QByteArray(codec) << QByteArray(application);
    };
    row("long", R"({"$long":"5"})", "5", R"({"$long":"5"})");
    row("dict", R"({"$dict":[["a",1]]})", R"({"a":1})", R"({"a":1})");
    row("set", R"({"$call":"__builtin__.set","made":"reduce","args":[[1]]})", R"({"$set":[1]})",
        R"({"$set":[1]})");
    row("array", R"({"$call":"array.array","made":"reduce","args":[{"$str":"i"},[1]]})",
        R"({"$call":"array.array","made":"reduce","args":[{"$str":"i"},[1]]})", R"({"$array":["i",[1]]})");
    row("uuid", R"({"$instance":"uuid.UUID","made":"newobj","args":[],"state":{"$dict":[["int",5]]}})",
        R"({"$instance":"uuid.UUID","made":"newobj","state":{"int":5}})",
        R"({"$uuid":"00000000-0000-0000-0000-000000000005"})");
    row("exception", R"({"$call":"exceptions.KeyError","made":"reduce","args":[]})",
        R"({"$call":"exceptions.KeyError","made":"reduce"})",
        R"({"$call":"exceptions.KeyError","made":"reduce"})");
}

void tst_Tagged::distinguishesStyles()
{
    QFETCH(QByteArray, wire);
    QFETCH(QByteArray, codec);
    QFETCH(QByteArray, application);
    const Result<Value> value = readText(wire);
    QVERIFY(value);
    QCOMPARE(toTagged(*value, TaggedStyle::Wire).toText(), wire);
    QCOMPARE(toTagged(*value, TaggedStyle::Codec).toText(), codec);
    QCOMPARE(toTagged(*value, TaggedStyle::Application).toText(), application);
}

void tst_Tagged::hidesCredentials()
{
    Reference proxy;
    proxy.uri = QStringLiteral("PYRO://host/1");
    proxy.ident = "topsecret";
    for (const TaggedStyle style : {TaggedStyle::Wire, TaggedStyle::Codec, TaggedStyle::Application})
        QVERIFY(!toTagged(Value::reference(proxy), style).toText().contains("topsecret"));
}

void tst_Tagged::readsBackRandomValues()
{
    for (const Dialect dialect : {Dialect::Python2, Dialect::Python3}) {
        ValueProfile profile;
        profile.dialect = dialect;
        profile.loneSurrogates = false; // two halves that meet by chance are one character in JSON
        for (quint32 seed = 1; seed <= 400; ++seed) {
            const Value value = ValueGenerator(seed, profile).next();
            for (const TaggedStyle style : {TaggedStyle::Wire, TaggedStyle::Application}) {
                const QByteArray text = toTagged(value, style).toText();
                const Result<Value> back = readText(text);
                QVERIFY2(back, text.constData());
                QVERIFY2(*back == value, text.constData());
            }
        }
    }
}

void tst_Tagged::keepsSharingAndCycles()
{
    const Result<Value> value
        = readText(R"({"$id":1,"$v":[{"$id":2,"$v":{"a":{"$ref":1}}},{"$ref":2},{"$ref":2}]})");
    QVERIFY(value);
    QCOMPARE(value->at(0).identity(), value->at(1).identity());
    QCOMPARE(value->at(0).identity(), value->at(2).identity());
    QCOMPARE(value->at(0).find("a")->kind(), Value::Kind::Cycle);
    QCOMPARE(value->at(0).find("a")->cycleId(), value->cycleId());
}

void tst_Tagged::numbersSharedPartsOnce()
{
    const Value shared = Value::list({Value::integer(1)});
    const Value empty = Value::tuple({});
    const Value text = Value::text(u"the same text");
    Object object;
    object.module = "a";
    object.name = "b";
    object.args = Value::tuple({shared});
    const Value value
        = Value::list({Value::object(object), shared, empty, empty, text, text, Value::object(object)});
    QCOMPARE(toTagged(value, TaggedStyle::Codec).toText(),
        QByteArray(R"([{"$call":"a.b","made":"reduce","args":[{"$id":1,"$v":[1]}]},)"
                   R"({"$ref":1},{"$tuple":[]},{"$tuple":[]},"the same text","the same text",)"
                   R"({"$call":"a.b","made":"reduce","args":[{"$ref":1}]}])"));
}

// Two equal tuples are as good as one, unless there would be too many of them.
void tst_Tagged::numbersTuplesOnlyWhenItMust()
{
    const Value list = Value::list({Value::integer(1)});
    const Value tuple = Value::tuple({list});
    QCOMPARE(toTagged(Value::list({tuple, tuple}), TaggedStyle::Codec).toText(),
        QByteArray(R"([{"$tuple":[{"$id":1,"$v":[1]}]},{"$tuple":[{"$ref":1}]}])"));
    Value value = tuple;
    for (int i = 0; i < 60; ++i)
        value = Value::tuple({value, value});
    QVERIFY(toTagged(value, TaggedStyle::Codec).toText().size() < 5'000);
    // A tuple that holds itself through nothing but tuples, which Python cannot make.
    const QByteArray text = R"({"$id":1,"$v":{"$tuple":[{"$tuple":[{"$ref":1}]}]}})";
    const Result<Value> cyclic = readText(text);
    QVERIFY(cyclic);
    QCOMPARE(toTagged(*cyclic, TaggedStyle::Codec).toText(), text);
}

void tst_Tagged::writesASharedGraphOnce()
{
    Value value = Value::list({Value::integer(1)});
    for (int i = 0; i < 60; ++i)
        value = Value::list({value, value});
    const QByteArray text = toTagged(value, TaggedStyle::Codec).toText();
    QVERIFY(text.size() < 4'000);
    const Result<Value> back = readText(text);
    QVERIFY(back);
    QVERIFY(*back == value);
}

void tst_Tagged::leavesOutTextThatIsRepeatedTooOften()
{
    const Value text = Value::utf8(QByteArray(1024 * 1024, 'x'));
    const Json json = toTagged(Value::list(std::vector<Value>(20, text)), TaggedStyle::Codec);
    QVERIFY(json.items().front().isString());
    QVERIFY(json.items().back().contains(u"$large_payload"));
}

void tst_Tagged::writesAPartOfACyclicGraph()
{
    const Result<Value> value = readText(R"({"$id":1,"$v":[[{"$ref":1}]]})");
    QVERIFY(value);
    // The container that the part points to is not there; its number is all that can be said.
    QCOMPARE(toTagged(value->at(0), TaggedStyle::Codec).toText(), QByteArray(R"([{"$ref":1}])"));
}

void tst_Tagged::keepsToTheLimits()
{
    Limits limits;
    limits.maxDepth = 10;
    limits.maxNodes = 20;
    const auto nested
        = [](int depth) -> QByteArray { return QByteArray(depth, '[') + QByteArray(depth, ']'); };
    for (const int depth : {9, 10, 11})
        QCOMPARE(readText(nested(depth), limits).isOk(), depth <= 10);
    const auto ones
        = [](int count) -> QByteArray { return '[' + QByteArray("1,").repeated(count - 1) + "1]"; };
    for (const int count : {18, 19, 20}) {
        const Result<Value> value = readText(ones(count), limits);
        QCOMPARE(value.isOk(), count <= 19);
        if (!value)
            QCOMPARE(value.error().code, QStringLiteral("value.nodes"));
    }
    limits.maxIntegerDigits = 30;
    for (const int digits : {29, 30, 31})
        QCOMPARE(readText("{\"$int\":\"" + QByteArray(digits, '9') + "\"}", limits).isOk(), digits <= 30);
}

void tst_Tagged::survivesDeepValues()
{
    Value value;
    for (int i = 0; i < 20'000; ++i)
        value = Value::list({value});
    const Json json = toTagged(value, TaggedStyle::Codec);
    const Result<Value> back = fromTagged(json);
    QVERIFY(!back);
    QCOMPARE(back.error().code, QStringLiteral("value.depth"));
}

QTEST_GUILESS_MAIN(tst_Tagged)
#include "tst_tagged.moc"
