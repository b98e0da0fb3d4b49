// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "support/allgenerations.h"

#include <pyrolens/gateway/translate.h>
#include <pyrolens/wire/recognise.h>

#include <QTest>

using namespace pyrolens;

Q_DECLARE_METATYPE(pyrolens::Value)

namespace {

Value text(const char8_t *words)
{
    return Value::text(words);
}

Object instance(Object::Made made)
{
    Object object;
    object.made = made;
    object.module = "lab";
    object.name = "Probe";
    object.args = Value::tuple({});
    object.state = Value::dict(
        {{Value::str("depth"), Value::longInteger(3)}, {Value::str("tag"), Value::str("\xff")}});
    return object;
}

} // namespace

class tst_Translate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesCross_data();
    void valuesCross();
    void nothingChangesBetweenModernOnes();
    void referencesAreReplaced_data();
    void referencesAreReplaced();
    void whatCannotBeReferredToFailsTheValue();
    void exceptionsLoseTheirModule_data();
    void exceptionsLoseTheirModule();
    void limitsHold();

private:
    const std::shared_ptr<const Catalogue> m_catalogue = testing::allGenerations();

    Crossing crossing(int from, int to) const
    {
        return {*m_catalogue->find(from), *m_catalogue->find(to),
            [](const Reference &reference) -> Result<Reference> {
                if (reference.uri.contains(u"forbidden"))
                    return Error::denied(QStringLiteral("not this one"));
                Reference other = reference;
                other.uri = u"crossed " + reference.uri;
                return other;
            },
            {}};
    }
};

void tst_Translate::valuesCross_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<Value>("value");
    QTest::addColumn<Value>("expected");
    const Value big = *Value::integerFromText("123456789012345678901234567890", Value::Kind::Int, 100);
    const Value bigLong = *Value::integerFromText("123456789012345678901234567890", Value::Kind::Long, 100);
    const auto row = [](const char *name, int from, const Value &value, const Value &expected) {
        QTest::addRow("%s", name) << from << value << expected;
    };
    row("3: ascii str", 3, Value::str("abc"), text(u8"abc"));
    row("3: utf-8 str", 3, Value::str("\xc3\xa9"), text(u8"\u00e9"));
    row("3: other str", 3, Value::str("\xff\x00z"), Value::bytes("\xff\x00z"));
    row("3: unicode", 3, text(u8"\u00e9"), text(u8"\u00e9"));
    row("3: long", 3, Value::longInteger(7), Value::integer(7));
    row("3: big long", 3, bigLong, big);
    row("3: float", 3, Value::real(1.5), Value::real(1.5));
    row("3: nested", 3,
        Value::list(
            {Value::tuple({Value::str("a")}), Value::dict({{Value::str("k"), Value::longInteger(1)}})}),
        Value::list({Value::tuple({text(u8"a")}), Value::dict({{text(u8"k"), Value::integer(1)}})}));
    const Value described = Value::dict({{text(u8"__class__"), text(u8"lab.Probe")},
        {text(u8"depth"), Value::integer(3)}, {text(u8"tag"), Value::bytes("\xff")}});
    row("3: old-style instance", 3, Value::object(instance(Object::Made::Inst)), described);
    row("3: new-style instance", 3, Value::object(instance(Object::Made::Reconstructor)), described);
    row("5: ascii text", 5, text(u8"abc"), Value::str("abc"));
    row("5: other text", 5, text(u8"\u20ac"), text(u8"\u20ac"));
    row("5: bytes", 5, Value::bytes("\xff"), Value::str("\xff"));
    row("5: bytes as serpent has them", 5,
        Value::dict({{text(u8"data"), text(u8"/wA=")}, {text(u8"encoding"), text(u8"base64")}}),
        Value::str(QByteArray("\xff\0", 2)));
    row("5: dict that looks like it", 5,
        Value::dict({{text(u8"data"), text(u8"?")}, {text(u8"encoding"), text(u8"base64")}}),
        Value::dict({{Value::str("data"), Value::str("?")}, {Value::str("encoding"), Value::str("base64")}}));
    row("5: int", 5, Value::integer(1LL << 40), Value::integer(1LL << 40));
    row("5: big int", 5, big, bigLong);
}

void tst_Translate::valuesCross()
{
    QFETCH(int, from);
    QFETCH(Value, value);
    QFETCH(Value, expected);
    const Result<Value> crossed = translated(value, crossing(from, from == 3 ? 5 : 3));
    QVERIFY2(crossed.isOk(), crossed ? "" : qPrintable(crossed.error().what));
    QVERIFY(*crossed == expected);
}

void tst_Translate::nothingChangesBetweenModernOnes()
{
    const Value value = Value::list({Value::bytes("\xff"), text(u8"a"), Value::set({Value::integer(1)}),
        Value::dict({{text(u8"__class__"), text(u8"lab.Probe")}, {text(u8"depth"), Value::integer(3)}})});
    QVERIFY(translated(value, crossing(4, 5)).value() == value);
}

void tst_Translate::referencesAreReplaced_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<QString>("uri");
    QTest::addColumn<bool>("isLowered");
    for (const bool isLowered : {false, true}) {
        const char *form = isLowered ? "as sent" : "neutral";
        QTest::addRow("3 %s", form) << 3 << QStringLiteral("PYRO://127.0.0.1:7766/0a0b") << isLowered;
        QTest::addRow("4 %s", form) << 4 << QStringLiteral("PYRO:it@127.0.0.1:1") << isLowered;
        QTest::addRow("5 %s", form) << 5 << QStringLiteral("PYRO:it@127.0.0.1:1") << isLowered;
    }
}

void tst_Translate::referencesAreReplaced()
{
    QFETCH(int, from);
    QFETCH(QString, uri);
    QFETCH(bool, isLowered);
    Reference reference;
    reference.uri = uri;
    reference.onewayMethods = {QStringLiteral("tick")};
    Value proxy = Value::reference(reference);
    if (isLowered)
        proxy = m_catalogue->find(from)->lower(proxy).value();
    const auto crossed = translated(
        Value::list({Value::dict({{text(u8"callback"), proxy}})}), crossing(from, from == 3 ? 5 : 3));
    QVERIFY2(crossed.isOk(), crossed ? "" : qPrintable(crossed.error().what));
    const Value *inside = crossed->at(0).find("callback");
    QVERIFY(inside && inside->asReference());
    QCOMPARE(inside->asReference()->uri, u"crossed " + uri);
    QCOMPARE(inside->asReference()->onewayMethods, QStringList{QStringLiteral("tick")});
}

void tst_Translate::whatCannotBeReferredToFailsTheValue()
{
    Reference reference;
    reference.uri = QStringLiteral("PYRO:forbidden@127.0.0.1:1");
    const auto crossed = translated(Value::list({Value::reference(reference)}), crossing(5, 3));
    QVERIFY(!crossed);
    QCOMPARE(crossed.error().kind, Error::Kind::Denied);
}

void tst_Translate::exceptionsLoseTheirModule_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<QString>("className");
    QTest::addColumn<QString>("expected");
    QTest::addRow("builtin of 3") << 3 << "exceptions.KeyError"
                                  << "KeyError";
    QTest::addRow("builtin of 5") << 5 << "builtins.KeyError"
                                  << "KeyError";
    QTest::addRow("library of 3") << 3 << "Pyro.errors.NamingError"
                                  << "NamingError";
    QTest::addRow("library of 4") << 4 << "Pyro4.errors.NamingError"
                                  << "NamingError";
    QTest::addRow("somebody's") << 5 << "demo.EchoError"
                                << "demo.EchoError";
    QTest::addRow("somebody's module") << 5 << "builtins.mine.Error"
                                       << "builtins.mine.Error";
}

void tst_Translate::exceptionsLoseTheirModule()
{
    QFETCH(int, from);
    QFETCH(QString, className);
    QFETCH(QString, expected);
    RemoteError error;
    error.className = className;
    error.args = Value::tuple({from == 3 ? Value::str("name") : text(u8"name")});
    error.attributes
        = Value::dict({{text(u8"code"), from == 3 ? Value::longInteger(42) : Value::integer(42)}});
    error.traceback = {QStringLiteral("a line")};
    const auto crossed = translated(error, crossing(from, from == 3 ? 5 : 3));
    QVERIFY(crossed);
    QCOMPARE(crossed->className, expected);
    QVERIFY(crossed->args == Value::tuple({from == 3 ? text(u8"name") : Value::str("name")}));
    QVERIFY(*crossed->attributes.find("code") == Value::integer(42));
    QCOMPARE(crossed->traceback, error.traceback);
}

void tst_Translate::limitsHold()
{
    Crossing narrow = crossing(3, 5);
    narrow.limits.maxNodes = 10;
    std::vector<Value> many;
    for (int i = 0; i < 100; ++i)
        many.push_back(Value::list({Value::integer(i)}));
    const auto crossed = translated(Value::list(std::move(many)), narrow);
    QVERIFY(!crossed);
    QCOMPARE(crossed.error().kind, Error::Kind::Limit);
}

QTEST_GUILESS_MAIN(tst_Translate)

#include "tst_translate.moc"
