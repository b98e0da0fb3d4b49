// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/value/rewrite.h>
#include <pyrolens/value/valuebuilder.h>

#include <QTest>

using namespace pyrolens;

namespace {

std::optional<Value> increment(const Value &value)
{
    if (const auto number = value.asInteger())
        return Value::integer(*number + 1);
    return std::nullopt;
}

std::optional<Value> keep(const Value &)
{
    return std::nullopt;
}

} // namespace

class tst_Rewrite : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replacesInEveryContainer();
    void keepsUnchangedNodes();
    void keepsSharing();
    void keepsCycles();
    void doesNotLookIntoReplacements();
    void stopsAtTheNodeLimit();
};

void tst_Rewrite::replacesInEveryContainer()
{
    Object object;
    object.module = "m";
    object.name = "C";
    object.args = Value::tuple({Value::integer(1)});
    object.state = Value::dict({{Value::str("a"), Value::integer(2)}});
    const Value source = Value::tuple({Value::list({Value::integer(3)}), Value::set({Value::integer(4)}),
        Value::frozenSet({Value::integer(5)}), Value::array('i', Value::list({Value::integer(6)})),
        Value::dict({{Value::integer(7), Value::integer(8)}}), Value::object(object)});
    const auto result = rewrite(source, increment);
    QVERIFY(result);
    QCOMPARE(result->at(0), Value::list({Value::integer(4)}));
    QCOMPARE(result->at(1), Value::set({Value::integer(5)}));
    QCOMPARE(result->at(2), Value::frozenSet({Value::integer(6)}));
    QCOMPARE(result->at(3), Value::array('i', Value::list({Value::integer(7)})));
    QCOMPARE(result->at(4), Value::dict({{Value::integer(8), Value::integer(9)}}));
    QCOMPARE(result->at(5).asObject()->args, Value::tuple({Value::integer(2)}));
    QCOMPARE(*result->at(5).asObject()->state, Value::dict({{Value::str("a"), Value::integer(3)}}));
    QCOMPARE(source.at(0), Value::list({Value::integer(3)})); // values are immutable
}

void tst_Rewrite::keepsUnchangedNodes()
{
    const Value untouched = Value::list({Value::text(u8"x")});
    const Value source = Value::tuple({untouched, Value::integer(1)});
    const auto result = rewrite(source, increment);
    QVERIFY(result);
    QCOMPARE(result->at(0).identity(), untouched.identity());
    QCOMPARE(rewrite(source, keep)->identity(), source.identity());
}

void tst_Rewrite::keepsSharing()
{
    const Value shared = Value::list({Value::integer(1)});
    const auto result = rewrite(Value::tuple({shared, shared}), increment);
    QVERIFY(result);
    QCOMPARE(result->at(0), Value::list({Value::integer(2)}));
    QCOMPARE(result->at(0).identity(), result->at(1).identity());
}

void tst_Rewrite::keepsCycles()
{
    ValueBuilder builder{Limits()};
    const Value list = builder.list();
    builder.append(list, Value::integer(1));
    builder.append(list, list);
    builder.noteShared();
    const auto cyclic = builder.freeze(list);
    QVERIFY(cyclic);
    QVERIFY(cyclic->cycleId() != 0);
    const auto result = rewrite(*cyclic, increment);
    QVERIFY(result);
    QCOMPARE(result->at(0), Value::integer(2));
    QCOMPARE(result->at(1).kind(), Value::Kind::Cycle);
    QCOMPARE(result->cycleId(), result->at(1).cycleId());
}

void tst_Rewrite::doesNotLookIntoReplacements()
{
    const auto wrap = [](const Value &value) -> std::optional<Value> {
        if (value.kind() == Value::Kind::List)
            return Value::tuple({value});
        return std::nullopt;
    };
    const Value inner = Value::list({});
    QCOMPARE(*rewrite(Value::tuple({inner}), wrap), Value::tuple({Value::tuple({inner})}));
}

void tst_Rewrite::stopsAtTheNodeLimit()
{
    const Value source = Value::tuple({Value::list({}), Value::list({}), Value::list({})});
    Limits limits;
    limits.maxNodes = 4;
    QVERIFY(rewrite(source, keep, limits));
    limits.maxNodes = 3;
    const auto refused = rewrite(source, keep, limits);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Limit);
    QCOMPARE(refused.error().code, QStringLiteral("value.nodes"));
}

QTEST_GUILESS_MAIN(tst_Rewrite)

#include "tst_rewrite.moc"
