// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// `pyroctl decode` over the recorded conversations and the codec cases.

#include "command.h"

#include <pyrolens/generations.h>

#include <QBuffer>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace pyrolens;

namespace {

struct Run
{
    int status = -1;
    std::vector<Json> lines;
};

Run decode(const QByteArray &bytes, const QString &format)
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("bytes"));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        return {};
    file.close();
    QBuffer out;
    QBuffer err;
    out.open(QIODevice::WriteOnly);
    err.open(QIODevice::WriteOnly);
    Run run;
    run.status = cli::runCommandLine(
        {QStringLiteral("--json"), QStringLiteral("decode"), QStringLiteral("--as"), format, path},
        builtinCatalogue(), out, err);
    for (const QByteArray &line : out.data().split('\n')) {
        if (line.isEmpty())
            continue;
        const auto json = Json::parse(line);
        if (!json)
            return {};
        run.lines.push_back(*json);
    }
    return run;
}

Json load(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return Json::parse(file.readAll()).valueOr({});
}

/// Both forms of a dictionary mean the same; key order and sharing numbers are compared as they are.
Json longForm(const Json &json)
{
    if (json.isArray()) {
        Json items = Json::array();
        for (const Json &item : json.items())
            items.append(longForm(item));
        return items;
    }
    if (!json.isObject())
        return json;
    bool isTagged = false;
    Json members = Json::object();
    for (const auto &[key, value] : json.members()) {
        isTagged = isTagged || key.startsWith(u'$');
        members.set(key, longForm(value));
    }
    if (isTagged)
        return members;
    Json pairs = Json::array();
    for (const auto &[key, value] : members.members())
        pairs.append(Json::array({Json(key), value}));
    return Json::object({{QStringLiteral("$dict"), pairs}});
}

} // namespace

class tst_Decode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesAsRecorded_data();
    void framesAsRecorded();
    void picklesAsRecorded();
    void tellsFramesFromPickles();
    void bodiesOfOtherSerializers_data();
    void bodiesOfOtherSerializers();
    void framesOfOtherGenerations_data();
    void framesOfOtherGenerations();
    void refusesBadInputWithItsOffset_data();
    void refusesBadInputWithItsOffset();
};

void tst_Decode::framesAsRecorded_data()
{
    QTest::addColumn<QString>("path");
    const QDir folder(QStringLiteral(PYROLENS_TEST_DATA "/pyro3"));
    for (const QString &name : folder.entryList({QStringLiteral("*.json")}, QDir::Files))
        QTest::addRow("%s", qPrintable(name.chopped(5))) << folder.filePath(name);
}

void tst_Decode::framesAsRecorded()
{
    QFETCH(QString, path);
    const Json vector = load(path);
    if (vector.value(u"transport").toString() == QStringLiteral("udp"))
        QSKIP("datagrams are no stream");
    // Both directions mixed, one connection after the other, as a recorder that knows no direction would have
    // it.
    const Json::Array &frames = vector.value(u"frames").items();
    const Json::Array &expected = vector.value(u"decoded").value(u"frames").items();
    QVERIFY(!frames.empty());
    qsizetype connections = 0;
    for (const Json &frame : frames)
        connections = std::max(connections, frame.value(u"conn").toInteger(1));
    for (qsizetype connection = 1; connection <= connections; ++connection) {
        QByteArray bytes;
        std::vector<Json> wanted;
        for (size_t i = 0; i < frames.size(); ++i) {
            if (frames[i].value(u"conn").toInteger(1) != connection || !frames[i].contains(u"hex"))
                continue;
            // What is no message on purpose has no border either: the stream is readable up to there.
            if (expected[i].value(u"kind").toString() == QStringLiteral("raw")
                && !expected[i].contains(u"header"))
                break;
            if (expected[i].contains(u"header")
                && expected[i].value(u"header").value(u"version").toInteger() != 5)
                break;
            bytes += QByteArray::fromHex(frames[i].value(u"hex").toString().toLatin1());
            wanted.push_back(expected[i]);
        }
        if (bytes.isEmpty())
            continue;
        const Run run = decode(bytes, QStringLiteral("frames"));
        QCOMPARE(run.lines.size(), wanted.size());
        QCOMPARE(run.status, 0);
        for (size_t i = 0; i < wanted.size(); ++i) {
            const Json &result = run.lines[i].value(u"result");
            // The recorder's own reader gave up on some pickles of protocol 0 that are good.
            if (wanted[i].value(u"kind").toString() == QStringLiteral("raw")
                && result.value(u"kind").toString() != QStringLiteral("raw"))
                QVERIFY(path.contains(QStringLiteral("format")) && result.contains(u"body"));
            // A body that is no request tells nothing of its direction.
            else if (path.contains(QStringLiteral("request_not_a_tuple")))
                QCOMPARE(result.value(u"body"), wanted[i].value(u"body"));
            else
                QCOMPARE(result.toText(), wanted[i].toText());
        }
    }
}

void tst_Decode::picklesAsRecorded()
{
    const Json cases = load(QStringLiteral(PYROLENS_TEST_DATA "/pickle/cases.json"));
    QVERIFY(cases.items().size() > 600);
    int compared = 0;
    for (const Json &testCase : cases.items()) {
        if (testCase.contains(u"extension") || testCase.contains(u"malformed"))
            continue;
        // Members of sets stand in any order; their own test compares them.
        const QByteArray expected = longForm(testCase.value(u"decoded")).toText();
        if (expected.contains("$set") || expected.contains("$frozenset"))
            continue;
        // The recording numbers no tuples, so a cycle that begins with one is drawn another way there.
        if (testCase.value(u"python").toString().startsWith(QStringLiteral("t=([],)")))
            continue;
        const Run run = decode(
            QByteArray::fromHex(testCase.value(u"hex").toString().toLatin1()), QStringLiteral("pickle"));
        const QByteArray name = testCase.value(u"python").toString().toUtf8();
        QVERIFY2(run.status == 0 && run.lines.size() == 1, name.constData());
        QCOMPARE(longForm(run.lines.front().value(u"result")).toText(), expected);
        ++compared;
    }
    QVERIFY(compared > 550);
}

void tst_Decode::tellsFramesFromPickles()
{
    const QByteArray challenge
        = QByteArray::fromHex("5059524f0005001200000010000000000000b128164254d6fa78a4dc9fbc97ca47bb");
    QCOMPARE(decode(challenge, QStringLiteral("auto")).lines.front().value(u"result").value(u"kind"),
        Json(QStringLiteral("challenge")));
    QCOMPARE(decode("\x80\x02K\x05.", QStringLiteral("auto")).lines.front().value(u"result"), Json(5));
    QCOMPARE(decode("I7\n.", QStringLiteral("auto")).lines.front().value(u"result"), Json(7));
}

void tst_Decode::bodiesOfOtherSerializers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("result");
    QTest::newRow("serpent") << QByteArray("# serpent utf-8 python3.2\n('a',1.5)")
                             << QByteArray(R"({"$tuple":["a",{"$float":"1.5"}]})");
    QTest::newRow("marshal") << QByteArray::fromHex("a902da01614e") << QByteArray(R"({"$tuple":["a",null]})");
    QTest::newRow("json") << QByteArray(R"([1, {"a": NaN}])") << QByteArray(R"([1,{"a":{"$float":"nan"}}])");
    QTest::newRow("msgpack") << QByteArray::fromHex("8101d40541")
                             << QByteArray(R"({"$dict":[[1,{"$ext":[5,"41"]}]]})");
}

void tst_Decode::bodiesOfOtherSerializers()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, result);
    const Run run = decode(bytes, QString::fromLatin1(QTest::currentDataTag()));
    QCOMPARE(run.status, 0);
    QCOMPARE(run.lines.front().value(u"result").toText(), result);
    QCOMPARE(decode(bytes.chopped(1), QString::fromLatin1(QTest::currentDataTag())).status, 3);
}

void tst_Decode::framesOfOtherGenerations_data()
{
    QTest::addColumn<QString>("path");
    for (const char *folder : {"pyro4", "pyro5"})
        QTest::newRow(folder) << QStringLiteral(PYROLENS_TEST_DATA "/%1/attributes.serpent.json")
                                     .arg(QLatin1StringView(folder));
}

void tst_Decode::framesOfOtherGenerations()
{
    QFETCH(QString, path);
    const Json vector = load(path);
    QByteArray bytes;
    std::vector<Json> wanted;
    const Json::Array &frames = vector.value(u"frames").items();
    for (size_t i = 0; i < frames.size(); ++i) {
        if (frames[i].contains(u"event"))
            continue;
        bytes += QByteArray::fromHex(frames[i].value(u"hex").toString().toLatin1());
        wanted.push_back(vector.value(u"decoded").value(u"frames").items()[i]);
    }
    const Run run = decode(bytes, QStringLiteral("auto"));
    QCOMPARE(run.status, 0);
    QCOMPARE(run.lines.size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
        const Json &result = run.lines[i].value(u"result");
        for (const QStringView part : {u"kind", u"header", u"serializer", u"annotations"})
            QCOMPARE(result.value(part).toText(), wanted[i].value(part).toText());
    }
}

void tst_Decode::refusesBadInputWithItsOffset_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("offset");
    const QByteArray good = QByteArray::fromHex("5059524f00050012000000040000000000008002"
                                                "4e2e");
    QTest::newRow("unknown") << QByteArray("hello") << QStringLiteral("auto") << 0;
    QTest::newRow("empty") << QByteArray() << QStringLiteral("pickle") << 0;
    QTest::newRow("pickle-opcode") << QByteArray("\x80\x02\xff.", 4) << QStringLiteral("pickle") << 2;
    QTest::newRow("frame-cut") << good.chopped(1) << QStringLiteral("frames") << int(good.size()) - 1;
    QTest::newRow("second-frame") << good + "XYRO" + good.mid(4) << QStringLiteral("frames")
                                  << int(good.size());
}

void tst_Decode::refusesBadInputWithItsOffset()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, format);
    QFETCH(int, offset);
    const Run run = decode(bytes, format);
    QCOMPARE(run.status, 3);
    const Json &last = run.lines.back();
    QCOMPARE(last.value(u"ok"), Json(false));
    QCOMPARE(last.value(u"error").value(u"offset"), Json(offset));
}

QTEST_GUILESS_MAIN(tst_Decode)

#include "tst_decode.moc"
