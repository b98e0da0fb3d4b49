// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Every rule of the lens, and thousands of values, against the codecs themselves.

#include "support/valuegenerator.h"

#include <pyrolens/json/jsoncodec.h>
#include <pyrolens/lens/lens.h>
#include <pyrolens/marshal/marshal.h>
#include <pyrolens/msgpack/msgpack.h>
#include <pyrolens/serpent/serpent.h>

#include <QtTest>

using namespace pyrolens;

namespace {

const QByteArray kSerializers[] = {"serpent", "json", "msgpack", "marshal"};

Result<QByteArray> encoded(const QByteArray &serializer, const Value &value)
{
    if (serializer == "serpent")
        return serpent::encode(value);
    if (serializer == "json")
        return json::encode(value);
    return serializer == "msgpack" ? msgpack::encode(value) : marshal::encode(value);
}

Result<Decoded> decoded(const QByteArray &serializer, const QByteArray &bytes)
{
    if (serializer == "serpent")
        return serpent::decode(bytes);
    if (serializer == "json")
        return json::decode(bytes);
    return serializer == "msgpack" ? msgpack::decode(bytes) : marshal::decode(bytes);
}

/// What the lens says becomes of a value: inside a list, so that the whole is no finding itself.
Value receivedBy(const Value &value, const QByteArray &serializer)
{
    const LensReport report = examine(Value::list({value}), serializer);
    for (const LensFinding &finding : report.findings) {
        if (finding.sent == value && finding.rule->effect == LensEffect::Changed)
            return finding.received;
    }
    return value;
}

QStringList idsOf(const LensReport &report)
{
    QStringList ids;
    for (const LensFinding &finding : report.findings)
        ids.append(QLatin1String(finding.rule->id));
    return ids;
}

/// A value that the codec brings over as the lens says, or why not.
QString contradiction(const Value &value, const QByteArray &serializer)
{
    const LensReport report = examine(value, serializer);
    const auto bytes = encoded(serializer, value);
    const bool isRefused = report.has(LensEffect::Refused);
    if (isRefused != !bytes.isOk())
        return isRefused ? QStringLiteral("the codec sends it: %1").arg(idsOf(report).join(u' '))
                         : QStringLiteral("the codec refuses it: ") + bytes.error().what;
    if (isRefused)
        return {};
    const bool isUnreadable = report.has(LensEffect::Unreadable);
    // Python reads a dict and only then makes a float of it; our reader does both at once.
    const auto back = isUnreadable && serializer == "serpent"
        ? serpent::decode(*bytes, {}, {.reviveNan = false})
        : decoded(serializer, *bytes);
    if (isUnreadable != !back.isOk())
        return isUnreadable ? QStringLiteral("it is read all the same")
                            : QStringLiteral("it is not read: ") + back.error().what;
    if (isUnreadable)
        return {};
    const Value received = receivedBy(value, serializer);
    const bool isChanged = report.has(LensEffect::Changed);
    if (!isChanged && !(back->value == value))
        return QStringLiteral("it arrives as %1").arg(toPython(back->value));
    return isChanged && back->value == value ? QStringLiteral("it arrives unchanged") : QString();
}

Value literal(const QString &text)
{
    const auto parsed = parseLiteral(text, Dialect::Python3);
    return parsed ? parsed->value : Value::text(u"does not parse: " + parsed.error().what);
}

} // namespace

class tst_Lens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRule_data();
    void everyRule();
    void everyRuleHasATest();
    void placesOfArguments();
    void valuesAreSeenInside();
    void generatedValues_data();
    void generatedValues();
    void findingsAreLimited();
    void pickleKeepsEverything();

private:
    QSet<QByteArray> m_tested; ///< "serializer rule"
};

void tst_Lens::everyRule_data()
{
    QTest::addColumn<QByteArray>("serializer");
    QTest::addColumn<QString>("sent");
    QTest::addColumn<QString>("rule"); ///< empty: unchanged
    QTest::addColumn<QString>("received");
    const auto add = [](const char *serializers, const QString &sent, const QString &rule,
                         const QString &received = {}) {
        for (const QByteArray &one : QByteArray(serializers).split(' ')) {
            const QByteArray name
                = one + ' ' + (rule.isEmpty() ? "keeps" : rule.toLatin1()) + ' ' + sent.left(40).toLatin1();
            QTest::newRow(name.constData()) << one << sent << rule << received;
        }
    };
    const auto text = [](const char *latin) { return QString::fromLatin1(latin); };
    add("serpent", text("b'ab'"), text("bytes-as-dict"), text("{'data': 'YWI=', 'encoding': 'base64'}"));
    add("serpent", text("bytearray(b'ab')"), text("bytes-as-dict"),
        text("{'data': 'YWI=', 'encoding': 'base64'}"));
    add("msgpack marshal", text("bytearray(b'ab')"), text("bytearray-as-bytes"), text("b'ab'"));
    add("msgpack marshal", text("b'ab'"), {});
    add("json", text("b'ab'"), text("no-type"));
    add("serpent", text("set()"), text("empty-set"), text("()"));
    add("serpent", text("frozenset({1})"), text("frozenset-as-set"), text("{1}"));
    add("serpent marshal", text("{1, 2}"), {});
    add("json msgpack", text("{1, 2}"), text("set-as-list"), text("[1, 2]"));
    add("json msgpack", text("(1, 'x')"), text("tuple-as-list"), text("[1, 'x']"));
    add("serpent marshal", text("(1, 'x')"), {});
    add("serpent json msgpack", text("Decimal('1.10')"), text("as-text"), text("'1.10'"));
    add("serpent json msgpack marshal", text("UUID('12345678-1234-5678-1234-567812345678')"), text("as-text"),
        text("'12345678-1234-5678-1234-567812345678'"));
    add("serpent json", text("datetime('2020-01-02T03:04:05')"), text("as-text"),
        text("'2020-01-02T03:04:05'"));
    add("serpent json", text("date('2020-01-02')"), text("as-text"), text("'2020-01-02'"));
    add("serpent", text("time('03:04:05')"), text("as-text"), text("'03:04:05'"));
    add("msgpack", text("date('2020-01-02')"), {});
    add("msgpack", text("datetime('2020-01-02T03:04:05')"), {});
    add("msgpack", text("datetime('2020-01-02T03:04:05+01:00')"), text("zone"));
    add("serpent", text("timedelta(1, 2)"), text("seconds"), text("86402.0"));
    add("json msgpack marshal", text("timedelta(1, 2)"), text("no-type"));
    add("marshal", text("Decimal('1.10')"), text("no-type"));
    add("serpent json msgpack marshal", text("array('i', [1, 2])"), text("array-as-list"), text("[1, 2]"));
    add("json msgpack", text("frozenset({1})"), text("no-type"));
    add("json", text("1+2j"), text("no-type"));
    add("serpent msgpack marshal", text("1+2j"), {});
    add("json", text("{1: 2}"), text("key-as-text"), text("'1'"));
    add("json", text("{None: 2}"), text("key-as-text"), text("'null'"));
    add("json", text("{True: 2}"), text("key-as-text"), text("'true'"));
    add("json", text("{1.5: 2}"), text("key-as-text"), text("'1.5'"));
    add("json", text("{(1, 2): 2}"), text("key-type"));
    add("serpent", text("{None: 2}"), text("key-type"));
    add("serpent", text("{frozenset({1}): 2}"), text("key-type"));
    add("serpent", text("{b'ab': 2}"), text("key-unreadable"));
    add("serpent", text("{(1, b'ab'): 2}"), text("key-unreadable"));
    add("serpent", text("{nan: 2}"), text("key-unreadable"));
    add("msgpack", text("{1: 2}"), text("key-unreadable"));
    add("serpent marshal", text("{1: 2}"), {});
    add("json msgpack", text("'\\ud800'"), text("surrogates"));
    add("serpent", text("nan+1j"), text("complex-nan"));
    add("serpent", text("-0.0+1j"), text("complex-zero"));
    add("serpent", text("2-0.0j"), text("complex-zero"));
    add("serpent json msgpack marshal", text("instance('app.Thing', {'x': 1})"), text("instance"));
    add("serpent json msgpack", QString(5'000, u'9'), text("digits"));
    add("serpent", text("210 lists"), text("depth"));
    add("serpent json msgpack marshal", text("[None, True, 1, 1.5, 'x', {'a': [inf, nan]}]"), {});
}

void tst_Lens::everyRule()
{
    QFETCH(QByteArray, serializer);
    QFETCH(QString, sent);
    QFETCH(QString, rule);
    QFETCH(QString, received);
    Value value = rule == u"digits" ? *Value::integerFromText(sent.toLatin1(), Value::Kind::Int, 10'000)
                                    : literal(sent);
    if (rule == u"depth") { // more than the parser takes
        value = Value();
        for (int level = 0; level < 210; ++level)
            value = Value::list({value});
    }
    const LensReport report = examine(value, serializer);
    QCOMPARE(idsOf(report), rule.isEmpty() ? QStringList() : QStringList{rule});
    QCOMPARE(contradiction(value, serializer), QString());
    if (rule.isEmpty())
        return;
    m_tested.insert(serializer + ' ' + rule.toLatin1());
    if (!received.isEmpty())
        QCOMPARE(toPython(report.findings.front().received), received);
}

void tst_Lens::everyRuleHasATest()
{
    QByteArrayList missing;
    for (const LensRule &rule : lensRules()) {
        for (int bit = 0; bit < 4; ++bit) {
            const QByteArray name = kSerializers[bit] + ' ' + rule.id;
            if ((rule.serializers & (1 << bit)) != 0 && !m_tested.contains(name))
                missing.append(name);
        }
    }
    QCOMPARE(missing, QByteArrayList());
}

void tst_Lens::placesOfArguments()
{
    const QString text = QStringLiteral("1, [b'x', (2,)], window=(0, {3}), n=None");
    const auto arguments = parseArguments(text, Dialect::Python3);
    QVERIFY(arguments);
    const LensReport report = examine(*arguments, "json");
    QStringList seen;
    for (const LensFinding &finding : report.findings)
        seen.append(QStringLiteral("%1 %2 %3")
                        .arg(QLatin1String(finding.rule->id),
                            finding.keyword.isEmpty() ? QString::number(finding.argument) : finding.keyword,
                            text.mid(finding.start, finding.length)));
    QCOMPARE(seen,
        (QStringList{QStringLiteral("no-type 1 b'x'"), QStringLiteral("tuple-as-list 1 (2,)"),
            QStringLiteral("tuple-as-list window (0, {3})"), QStringLiteral("set-as-list window {3}")}));
    // What is received shows all that happens inside.
    QCOMPARE(toPython(report.findings[2].received), QStringLiteral("[0, [3]]"));
}

void tst_Lens::valuesAreSeenInside()
{
    const auto arguments = parseArguments(u"{'a': {'b': [Decimal('1'), ('x',)]}}", Dialect::Python3);
    QVERIFY(arguments);
    const LensReport report = examine(*arguments, "msgpack");
    QCOMPARE(idsOf(report), (QStringList{QStringLiteral("as-text"), QStringLiteral("tuple-as-list")}));
    QCOMPARE(report.findings[0].start, 13);
}

void tst_Lens::generatedValues_data()
{
    QTest::addColumn<QByteArray>("serializer");
    for (const QByteArray &one : kSerializers)
        QTest::newRow(one.constData()) << one;
}

void tst_Lens::generatedValues()
{
    QFETCH(QByteArray, serializer);
    testing::ValueProfile profile;
    profile.references = false; // lowered before they are encoded
    testing::ValueGenerator generator(4'711, profile);
    int plain = 0;
    int altered = 0;
    for (int i = 0; i < 5'000; ++i) {
        const Value value = generator.next();
        const QString text = toPython(value);
        // Times are seconds in a double there: beyond what it holds they are rounded, and local.
        if (serializer == "msgpack" && text.contains(QLatin1String("datetime(")))
            continue;
        const QString wrong = contradiction(value, serializer);
        QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("%1: %2").arg(text.left(2'000), wrong)));
        ++(examine(value, serializer).findings.empty() ? plain : altered);
    }
    QVERIFY2(plain > 500 && altered > 500, qPrintable(QStringLiteral("%1 %2").arg(plain).arg(altered)));
}

void tst_Lens::findingsAreLimited()
{
    const Value many = Value::list(std::vector<Value>(5'000, Value::tuple({Value::integer(1)})));
    const LensReport report = examine(many, "json", {100});
    QCOMPARE(report.findings.size(), 100u);
    QCOMPARE(report.more, 4'900);
}

void tst_Lens::pickleKeepsEverything()
{
    for (const char *serializer : {"pickle", "dill", "cloudpickle", "nonsense", ""}) {
        QVERIFY(!hasLens(serializer));
        QVERIFY(examine(Value::tuple({}), serializer).findings.empty());
    }
}

QTEST_APPLESS_MAIN(tst_Lens)
#include "tst_lens.moc"
