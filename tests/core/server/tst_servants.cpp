// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/server/servant.h>
#include <pyrolens/value/literal.h>

#include <QDateTime>
#include <QTest>
#include <QUuid>

#include <limits>

using namespace pyrolens;

/// What a program might publish.
class Station : public QObject
{
    Q_OBJECT
    Q_PROPERTY(QString place READ place WRITE setPlace NOTIFY placeChanged)
    Q_PROPERTY(int serial READ serial CONSTANT)
    Q_PROPERTY(double level MEMBER m_level)
    Q_PROPERTY(Mode mode MEMBER m_mode)

public:
    enum Mode : quint8 { Off, On };
    Q_ENUM(Mode)

    QString place() const { return m_place; }
    void setPlace(const QString &place) { m_place = place; }
    int serial() const { return 7; }

    Q_INVOKABLE int add(int a, int b = 10) { return a + b; }
    Q_INVOKABLE QString pick(int) { return QStringLiteral("int"); }
    Q_INVOKABLE QString pick(double) { return QStringLiteral("double"); }
    Q_INVOKABLE QString pick(const QString &) { return QStringLiteral("text"); }
    Q_INVOKABLE QString pick(const QStringList &) { return QStringLiteral("list"); }
    Q_INVOKABLE bool asBool(bool value) { return value; }
    Q_INVOKABLE quint8 asByte(quint8 value) { return value; }
    Q_INVOKABLE qint64 asLong(qint64 value) { return value; }
    Q_INVOKABLE quint64 asUnsigned(quint64 value) { return value; }
    Q_INVOKABLE double asReal(double value) { return value; }
    Q_INVOKABLE float asFloat(float value) { return value; }
    Q_INVOKABLE QString asText(const QString &value) { return value; }
    Q_INVOKABLE QByteArray asBytes(const QByteArray &value) { return value; }
    Q_INVOKABLE QStringList asTexts(const QStringList &value) { return value; }
    Q_INVOKABLE QVariant asVariant(const QVariant &value) { return value; }
    Q_INVOKABLE QVariantList asList(const QVariantList &value) { return value; }
    Q_INVOKABLE QVariantMap asMap(const QVariantMap &value) { return value; }
    Q_INVOKABLE QDateTime asTime(const QDateTime &value) { return value; }
    Q_INVOKABLE QUuid asUuid(const QUuid &value) { return value; }
    Q_INVOKABLE pyrolens::Value asValue(const pyrolens::Value &value) { return value; }
    Q_INVOKABLE Station::Mode asMode(Station::Mode value) { return value; }
    Q_INVOKABLE void nothing() { }
    Q_INVOKABLE void takesPointer(QObject *) { }
    Q_INVOKABLE QVariant unknownType() { return QVariant::fromValue(QPoint(1, 2)); }
    Q_INVOKABLE void die() { delete this; }

public Q_SLOTS:
    int twice(int value) { return 2 * value; }

Q_SIGNALS:
    void placeChanged(const QString &place);

protected Q_SLOTS:
    void hidden() { }

private:
    QString m_place = QStringLiteral("Delft");
    double m_level = 0.5;
    Mode m_mode = Off;
};

class tst_Servants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void convertsBothWays_data();
    void convertsBothWays();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void picksTheClosestOverload_data();
    void picksTheClosestOverload();
    void fillsDefaultsAndNames();
    void givesBytesByGeneration();
    void readsAndWritesProperties();
    void describesObjects();
    void survivesItsObject();
    void lambdaDescribesAndBinds();
    void lambdaAttributes();
    void deferredReplyFinishesOnce();

private:
    Outcome call(const QByteArray &method, const QString &literal)
    {
        const auto arguments = parseArguments(literal, Dialect::Python2);
        Q_ASSERT(arguments);
        return m_servant->call(method, arguments->args(), arguments->kwargs(), m_context);
    }
    static QString text(const Outcome &outcome)
    {
        if (const auto *value = std::get_if<Value>(&outcome))
            return toPython(*value, {.dialect = Dialect::Python2});
        if (const auto *error = std::get_if<Error>(&outcome))
            return error->remote->className + QLatin1String(": ") + error->remote->args.at(0).toText();
        return QStringLiteral("something else");
    }

    std::shared_ptr<const Generation> m_pyro3 = pyro3Generation();
    std::unique_ptr<Station> m_station;
    std::shared_ptr<Servant> m_servant;
    CallContext m_context;
};

void tst_Servants::init()
{
    m_context = {};
    m_context.generation = m_pyro3.get();
    m_station = std::make_unique<Station>();
    m_servant = makeQObjectServant(m_station.get());
}

void tst_Servants::convertsBothWays_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("argument");
    QTest::addColumn<QString>("result");
    const auto row
        = [](const char *name, const char *method, const char *argument, const char *result = nullptr) {
              QTest::newRow(name) << QByteArray(method) << QString::fromUtf8(argument)
                                  << QString::fromUtf8(result ? result : argument);
          };
    row("bool", "asBool", "True");
    row("bool-int", "asBool", "1", "True");
    row("byte", "asByte", "255");
    row("byte-long", "asByte", "255L", "255");
    row("long", "asLong", "-9223372036854775808");
    row("unsigned", "asUnsigned", "18446744073709551615L", "18446744073709551615");
    row("real", "asReal", "1.5");
    row("real-int", "asReal", "3", "3.0");
    row("float", "asFloat", "1.5");
    row("text", "asText", "u'caf\u00e9'");
    row("text-str", "asText", "'abc'", "u'abc'");
    row("bytes", "asBytes", "'a\\x00\\xff'");
    row("bytes-unicode", "asBytes", "u'abc'", "'abc'");
    row("texts", "asTexts", "[u'a', u'b']");
    row("texts-tuple", "asTexts", "('a', u'b')", "[u'a', u'b']");
    row("variant-none", "asVariant", "None");
    row("variant-nested", "asVariant", "[1, 2.5, u'x', {'k': [True]}]");
    row("variant-odd-keys", "asVariant", "{1: 2}");
    row("variant-big", "asVariant", "123456789012345678901234567890L");
    row("list", "asList", "[1, 'a']");
    row("map", "asMap", "{'b': 1, 'a': [2]}", "{'a': [2], 'b': 1}");
    row("value", "asValue", "{(1, 2): [3]}");
    row("enum", "asMode", "1");
    row("none", "nothing", "", "None");
    row("slot", "twice", "21", "42");
}

void tst_Servants::convertsBothWays()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, argument);
    QFETCH(QString, result);
    QCOMPARE(text(call(method, argument)), result);
}

void tst_Servants::refusesWhatDoesNotFit_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("error");
    const auto row = [](const char *name, const char *method, const char *arguments, const char *error) {
        QTest::newRow(name) << QByteArray(method) << QString::fromUtf8(arguments) << QString::fromUtf8(error);
    };
    row("too-big", "asByte", "256", "TypeError: asByte() argument 1 must be uchar, not int");
    row("negative", "asByte", "-1", "TypeError: asByte() argument 1 must be uchar, not int");
    row("unsigned-negative", "asUnsigned", "-1",
        "TypeError: asUnsigned() argument 1 must be qulonglong, not int");
    row("long-beyond", "asLong", "9223372036854775808L",
        "TypeError: asLong() argument 1 must be qlonglong, not long");
    row("text-from-int", "asText", "5", "TypeError: asText() argument 1 must be QString, not int");
    row("texts-mixed", "asTexts", "['a', 1]",
        "TypeError: asTexts() argument 1 must be QStringList, not list");
    row("map-odd-keys", "asMap", "{1: 2}", "TypeError: asMap() argument 1 must be QVariantMap, not dict");
    row("real-text", "asReal", "'1.5'", "TypeError: asReal() argument 1 must be double, not str");
    row("none", "asLong", "None", "TypeError: asLong() argument 1 must be qlonglong, not NoneType");
    row("too-few", "asText", "", "TypeError: asText() takes exactly 2 arguments (1 given)");
    row("too-many", "nothing", "1", "TypeError: nothing() takes exactly 1 argument (2 given)");
    row("keyword", "add", "1, c=2", "TypeError: add() got an unexpected keyword argument 'c'");
    row("signal", "placeChanged", "u'x'", "AttributeError: 'Station' object has no attribute 'placeChanged'");
    row("pointer", "takesPointer", "None",
        "AttributeError: 'Station' object has no attribute 'takesPointer'");
    row("of-qobject", "deleteLater", "", "AttributeError: 'Station' object has no attribute 'deleteLater'");
    row("protected", "hidden", "", "AttributeError: 'Station' object has no attribute 'hidden'");
    row("result", "unknownType", "", "TypeError: a result of type QPoint has no Python counterpart");
}

void tst_Servants::refusesWhatDoesNotFit()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, arguments);
    QFETCH(QString, error);
    const Outcome outcome = call(method, arguments);
    QCOMPARE(text(outcome), error);
    // Exceptions of a Python 2 program have 8-bit texts.
    QCOMPARE(std::get<Error>(outcome).remote->args.at(0).kind(), Value::Kind::Str);
}

void tst_Servants::picksTheClosestOverload_data()
{
    QTest::addColumn<QString>("argument");
    QTest::addColumn<QString>("chosen");
    QTest::newRow("int") << QStringLiteral("1") << QStringLiteral("u'int'");
    QTest::newRow("float") << QStringLiteral("1.0") << QStringLiteral("u'double'");
    QTest::newRow("too-big-for-int") << QStringLiteral("4294967296") << QStringLiteral("u'double'");
    QTest::newRow("str") << QStringLiteral("'1'") << QStringLiteral("u'text'");
    QTest::newRow("list") << QStringLiteral("['1']") << QStringLiteral("u'list'");
}

void tst_Servants::picksTheClosestOverload()
{
    QFETCH(QString, argument);
    QFETCH(QString, chosen);
    QCOMPARE(text(call("pick", argument)), chosen);
}

void tst_Servants::fillsDefaultsAndNames()
{
    QCOMPARE(text(call("add", QStringLiteral("1"))), QStringLiteral("11"));
    QCOMPARE(text(call("add", QStringLiteral("1, 2"))), QStringLiteral("3"));
    QCOMPARE(text(call("add", QStringLiteral("b=2, a=3"))), QStringLiteral("5"));
}

void tst_Servants::givesBytesByGeneration()
{
    QCOMPARE(text(call("asBytes", QStringLiteral("'x'"))), QStringLiteral("'x'"));
    m_context.generation = nullptr; // as later generations: Python 3
    QCOMPARE(std::get<Value>(call("asBytes", QStringLiteral("'x'"))).kind(), Value::Kind::Bytes);

    const QDateTime time(QDate(2020, 1, 2), QTime(3, 4, 5));
    const Value moment = Value::dateTime("2020-01-02T03:04:05");
    const Outcome outcome = m_servant->call("asTime", Value::tuple({moment}), Value::dict({}), m_context);
    QVERIFY(std::get<Value>(outcome).rawBytes().startsWith("2020-01-02T03:04:05"));
    const Value uuid = Value::uuid(QUuid::createUuid().toRfc4122());
    QVERIFY(
        std::get<Value>(m_servant->call("asUuid", Value::tuple({uuid}), Value::dict({}), m_context)) == uuid);
    const Outcome bad
        = m_servant->call("asTime", Value::tuple({Value::integer(1)}), Value::dict({}), m_context);
    QVERIFY(std::holds_alternative<Error>(bad));
}

void tst_Servants::readsAndWritesProperties()
{
    QCOMPARE(text(m_servant->attribute("place", m_context)), QStringLiteral("u'Delft'"));
    QCOMPARE(text(m_servant->setAttribute("place", Value::str("Leiden"), m_context)), QStringLiteral("None"));
    QCOMPARE(m_station->place(), QStringLiteral("Leiden"));
    QCOMPARE(text(m_servant->setAttribute("place", Value::integer(1), m_context)),
        QStringLiteral("TypeError: place must be QString, not int"));
    QCOMPARE(text(m_servant->setAttribute("serial", Value::integer(1), m_context)),
        QStringLiteral("AttributeError: can't set attribute"));
    QCOMPARE(text(m_servant->setAttribute("level", Value::integer(2), m_context)), QStringLiteral("None"));
    QCOMPARE(text(m_servant->attribute("level", m_context)), QStringLiteral("2.0"));
    QCOMPARE(text(m_servant->setAttribute("mode", Value::integer(1), m_context)), QStringLiteral("None"));
    QCOMPARE(text(m_servant->attribute("mode", m_context)), QStringLiteral("1"));
    QCOMPARE(text(m_servant->attribute("objectName", m_context)),
        QStringLiteral("AttributeError: 'Station' object has no attribute 'objectName'"));
}

void tst_Servants::describesObjects()
{
    const InterfaceInfo &interface = m_servant->interface();
    QCOMPARE(interface.className, QStringLiteral("Station"));
    QCOMPARE(interface.signalNames, QStringList{QStringLiteral("placeChanged(place: QString)")});
    QVERIFY(interface.hasMethod("add"));
    QVERIFY(!interface.hasMethod("placeChanged"));
    const auto add = std::ranges::find(interface.methods, QStringLiteral("add"), &MethodInfo::name);
    QCOMPARE(add->signature, QStringLiteral("(a: int, b: int)"));
    QCOMPARE(std::ranges::count(interface.methods, QStringLiteral("add"), &MethodInfo::name), 1);
    QVERIFY(interface.attribute("place")->writable);
    QVERIFY(!interface.attribute("serial")->writable);
    QVERIFY(!interface.attribute("nothing"));
    QVERIFY(m_servant->threading() == Threading::Bound);
    QCOMPARE(m_servant->boundObject(), m_station.get());
}

void tst_Servants::survivesItsObject()
{
    static_cast<void>(m_station.release()); // it deletes itself
    QCOMPARE(text(call("die", {})), QStringLiteral("None"));
    QCOMPARE(text(call("add", QStringLiteral("1"))), QStringLiteral("DaemonError: the object is gone"));
    QCOMPARE(
        text(m_servant->attribute("place", m_context)), QStringLiteral("DaemonError: the object is gone"));
    QCOMPARE(text(m_servant->setAttribute("place", Value(), m_context)),
        QStringLiteral("DaemonError: the object is gone"));
}

void tst_Servants::lambdaDescribesAndBinds()
{
    auto servant = std::make_shared<LambdaServant>(
        QStringLiteral("Sum"), Threading::Concurrent, QStringLiteral("Adds."));
    servant->method(
        QStringLiteral("join(first, sep=', ', *rest, **named)"),
        [](std::vector<Value> args, CallContext &) -> Outcome { return Value::list(std::move(args)); },
        QStringLiteral("Joins."), true);
    m_servant = servant;
    QCOMPARE(text(call("join", QStringLiteral("1"))), QStringLiteral("[1, u', ', (), {}]"));
    QCOMPARE(text(call("join", QStringLiteral("1, 2, 3, k=4"))), QStringLiteral("[1, 2, (3,), {u'k': 4}]"));
    QCOMPARE(
        text(call("join", {})), QStringLiteral("TypeError: join() takes at least 2 arguments (1 given)"));
    QCOMPARE(
        text(call("other", {})), QStringLiteral("AttributeError: 'Sum' object has no attribute 'other'"));
    const MethodInfo &info = servant->interface().methods.front();
    QCOMPARE(info.name, QStringLiteral("join"));
    QCOMPARE(info.signature, QStringLiteral("(first, sep=', ', *rest, **named)"));
    QCOMPARE(info.doc, QStringLiteral("Joins."));
    QVERIFY(info.oneway && !info.stream);
    QVERIFY(servant->hasMethod("join") && !servant->hasMethod("other"));
}

void tst_Servants::lambdaAttributes()
{
    LambdaServant servant(QStringLiteral("Box"));
    Value kept = Value::integer(1);
    servant.attribute(
        QStringLiteral("open"), [&](CallContext &) -> Outcome { return kept; },
        [&](const Value &value, CallContext &) -> Outcome {
            kept = value;
            return Value();
        });
    servant.attribute(QStringLiteral("fixed"), [](CallContext &) -> Outcome { return Value::integer(9); });
    QVERIFY(servant.threading() == Threading::Serialized);
    QCOMPARE(text(servant.setAttribute("open", Value::integer(5), m_context)), QStringLiteral("None"));
    QCOMPARE(text(servant.attribute("open", m_context)), QStringLiteral("5"));
    QCOMPARE(text(servant.setAttribute("fixed", Value(), m_context)),
        QStringLiteral("AttributeError: can't set attribute"));
    QCOMPARE(text(servant.attribute("none", m_context)),
        QStringLiteral("AttributeError: 'Box' object has no attribute 'none'"));
    QCOMPARE(text(servant.setAttribute("none", Value(), m_context)),
        QStringLiteral("AttributeError: 'Box' object has no attribute 'none'"));
}

void tst_Servants::deferredReplyFinishesOnce()
{
    const DeferredReply reply;
    QVERIFY(!reply.isFinished());
    const DeferredReply copy = reply;
    copy.finish(Value::integer(1));
    QVERIFY(reply.isFinished());
    reply.finish(Value::integer(2));
    QVERIFY(reply.isFinished());
}

QTEST_GUILESS_MAIN(tst_Servants)
#include "tst_servants.moc"
