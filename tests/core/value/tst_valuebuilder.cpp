// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/value/valuebuilder.h>

#include <QElapsedTimer>
#include <QtTest>

#include <memory>

using namespace pyrolens;

class tst_ValueBuilder : public QObject
{
    Q_OBJECT

private slots:
    void buildsWhatValueMakes();
    void keepsTheLaterValueAtTheFirstPlace_data();
    void keepsTheLaterValueAtTheFirstPlace();
    void tellsInstancesApartAsKeys();
    void findsInstancesAmongMany();
    void keepsSharedContainersShared();
    void replacesBackReferences();
    void numbersSeveralCycles();
    void cutsACycleThroughATuple();
    void cutsACycleThroughAnInstance();
    void cutsACycleThroughAClosedContainer();
    void comparesCyclicValues();
    void takesAbandonedCyclesApart();
    void takesUnreachableCyclesApart();
    void destroysAbandonedDeepValues();
    void limitsDepth_data();
    void limitsDepth();
    void limitsDepthOfSharedGraphs();
    void limitsNodes();
    void limitsMemory();
    void countsWhatItKeeps();
    void staysRefused();
    void survivesManyPathsThroughFewNodes();
    void isNoSlowerForManyKeysThatDifferLittle();
    void isNoSlowerForKeysInAPattern_data();
    void isNoSlowerForKeysInAPattern();
};

void tst_ValueBuilder::buildsWhatValueMakes()
{
    ValueBuilder builder{Limits()};
    const Value list = builder.list();
    builder.append(list, Value::integer(1));
    const Value dict = builder.dict();
    builder.insert(dict, Value::text(u"k"), list);
    const Value set = builder.set(false);
    builder.append(set, Value::integer(2));
    const Value frozen = builder.set(true);
    builder.append(frozen, Value::integer(3));
    Object object;
    object.name = "C";
    object.args = builder.tuple({Value::integer(4)});
    const Value instance = builder.object(std::move(object));
    builder.setState(instance, Value::integer(5));
    builder.append(instance, Value::integer(6));
    builder.insert(instance, Value::integer(7), Value::integer(8));
    const Value open = builder.openTuple(2);
    builder.setItem(open, 1, Value::integer(9));
    QVERIFY(builder.isOpen(list));
    QVERIFY(!builder.isOpen(Value::list({})));
    QCOMPARE(builder.mutableObject(list), nullptr);
    const Result<Value> built = builder.freeze(builder.tuple({dict, set, frozen, instance, open}));
    QVERIFY(built);

    Object same;
    same.name = "C";
    same.args = Value::tuple({Value::integer(4)});
    same.state = Value::integer(5);
    same.listItems = {Value::integer(6)};
    same.dictItems = {{Value::integer(7), Value::integer(8)}};
    QCOMPARE(*built,
        Value::tuple({Value::dict({{Value::text(u"k"), Value::list({Value::integer(1)})}}),
            Value::set({Value::integer(2)}), Value::frozenSet({Value::integer(3)}), Value::object(same),
            Value::tuple({Value(), Value::integer(9)})}));
    QVERIFY(!builder.isOpen(list));
    QCOMPARE(built->cycleId(), 0u);
}

void tst_ValueBuilder::keepsTheLaterValueAtTheFirstPlace_data()
{
    QTest::addColumn<int>("others"); // keys before and after, to get past the index
    for (const int others : {0, 1, 14, 15, 16, 17, 40})
        QTest::addRow("others-%d", others) << others;
}

void tst_ValueBuilder::keepsTheLaterValueAtTheFirstPlace()
{
    QFETCH(int, others);
    ValueBuilder builder{Limits()};
    const Value dict = builder.dict();
    const auto add
        = [&](Value key, int value) { builder.insert(dict, std::move(key), Value::integer(value)); };
    add(Value::integer(1), 1);
    add(Value::text(u"a"), 2);
    add(Value::tuple({Value::integer(1), Value::text(u"x")}), 3);
    for (int i = 0; i < others; ++i)
        add(Value::utf8(QByteArray("other" + QByteArray::number(i))), i);
    add(Value::boolean(true), 10);
    add(Value::real(1), 11);
    add(Value::str("a"), 12);
    add(Value::tuple({Value::real(1), Value::str("x")}), 13);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    add(Value::real(nan), 14);
    add(Value::real(nan), 15);
    const Result<Value> built = builder.freeze(dict);
    QVERIFY(built);
    QCOMPARE(built->size(), 5 + others);
    const auto pairs = built->pairs();
    QCOMPARE(pairs[0].first, Value::integer(1));
    QCOMPARE(pairs[0].second, Value::integer(11));
    QCOMPARE(pairs[1].first, Value::text(u"a"));
    QCOMPARE(pairs[1].second, Value::integer(12));
    QCOMPARE(pairs[2].second, Value::integer(13));
    for (int i = 0; i < others; ++i)
        QCOMPARE(*built->find(QByteArray("other" + QByteArray::number(i))), Value::integer(i));
}

void tst_ValueBuilder::tellsInstancesApartAsKeys()
{
    ValueBuilder builder{Limits()};
    const Value dict = builder.dict();
    Object object;
    object.name = "Key";
    object.args = Value::tuple({});
    const Value key = builder.object(object);
    builder.insert(dict, key, Value::integer(1));
    builder.insert(dict, builder.object(object), Value::integer(2));
    builder.insert(dict, key, Value::integer(3));
    const Result<Value> built = builder.freeze(dict);
    QVERIFY(built);
    QCOMPARE(built->size(), 2);
    QCOMPARE(built->pairs()[0].second, Value::integer(3));
}

// By identity while a dictionary is built; afterwards by what they are, wherever the other came from.
void tst_ValueBuilder::findsInstancesAmongMany()
{
    constexpr int kCount = 50'000;
    const auto keyFor = [](int i) {
        Object object;
        object.name = "Key";
        object.args = Value::tuple({Value::integer(i)});
        const Value instance = Value::object(std::move(object));
        return i % 2 == 0 ? instance : Value::tuple({instance, Value::none()});
    };
    Limits limits;
    limits.maxNodes = 1'000'000;
    ValueBuilder builder(limits);
    const Value dict = builder.dict();
    std::vector<Value> keys;
    for (int i = 0; i < kCount; ++i)
        keys.push_back(keyFor(i));
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < kCount; ++i)
        builder.insert(dict, keys[size_t(i)], Value::integer(i));
    builder.insert(dict, keys[7], Value::text(u"again"));
    const Result<Value> built = builder.freeze(dict);
    QVERIFY(timer.elapsed() < 2'000); // one by one it would take minutes
    QVERIFY(built);
    QCOMPARE(built->size(), kCount);
    QCOMPARE(*built->find(keys[7]), Value::text(u"again"));
    QCOMPARE(*built->find(keys[20'000]), Value::integer(20'000));
    QCOMPARE(*built->find(keyFor(40)), Value::integer(40)); // not the same, but equal
    QCOMPARE(*built->find(keyFor(41)), Value::integer(41));
    QVERIFY(!built->find(keyFor(kCount)));
    const Value few = Value::dict({{keyFor(2), Value::integer(2)}, {keyFor(3), Value::integer(3)}});
    QVERIFY(pythonEquals(few, Value::dict({{keyFor(3), Value::integer(3)}, {keyFor(2), Value::integer(2)}})));
}

void tst_ValueBuilder::keepsSharedContainersShared()
{
    ValueBuilder builder{Limits()};
    const Value inner = builder.list();
    const Value root = builder.list();
    builder.append(root, inner);
    builder.append(root, inner);
    builder.append(inner, Value::integer(1)); // filled after it was placed
    const Result<Value> built = builder.freeze(root);
    QVERIFY(built);
    QCOMPARE(built->at(0).identity(), built->at(1).identity());
    QCOMPARE(built->at(0), Value::list({Value::integer(1)}));
    QCOMPARE(built->at(0).cycleId(), 0u);
}

void tst_ValueBuilder::replacesBackReferences()
{
    ValueBuilder builder{Limits()};
    const Value list = builder.list();
    builder.append(list, Value::integer(1));
    builder.append(list, list);
    const Result<Value> built = builder.freeze(list);
    QVERIFY(built);
    QCOMPARE(built->cycleId(), 1u);
    QCOMPARE(built->at(1).kind(), Value::Kind::Cycle);
    QCOMPARE(built->at(1).cycleId(), 1u);
}

void tst_ValueBuilder::numbersSeveralCycles()
{
    ValueBuilder builder{Limits()};
    const Value outer = builder.dict();
    const Value inner = builder.list();
    builder.insert(outer, Value::text(u"inner"), inner);
    builder.append(inner, inner);
    builder.append(inner, outer);
    builder.append(inner, outer);
    const Result<Value> built = builder.freeze(outer);
    QVERIFY(built);
    const Value list = *built->find("inner");
    QVERIFY(built->cycleId() != 0 && list.cycleId() != 0);
    QVERIFY(built->cycleId() != list.cycleId());
    QCOMPARE(list.at(0).cycleId(), list.cycleId());
    QCOMPARE(list.at(1).cycleId(), built->cycleId());
    QCOMPARE(list.at(2).cycleId(), built->cycleId());
}

void tst_ValueBuilder::cutsACycleThroughATuple()
{
    ValueBuilder builder{Limits()};
    const Value list = builder.list();
    const Value tuple = builder.tuple({list});
    builder.append(list, tuple);
    const Result<Value> built = builder.freeze(tuple);
    QVERIFY(built);
    QCOMPARE(built->cycleId(), 1u);
    QCOMPARE(built->at(0).at(0), Value::cycle(1));
}

void tst_ValueBuilder::cutsACycleThroughAnInstance()
{
    ValueBuilder builder{Limits()};
    Object node;
    node.name = "Node";
    node.args = Value::tuple({});
    const Value a = builder.object(node);
    const Value b = builder.object(node);
    const Value stateA = builder.dict();
    builder.insert(stateA, Value::text(u"peer"), b);
    builder.setState(a, stateA);
    builder.mutableObject(b)->state = a; // unseen by the builder
    const Result<Value> built = builder.freeze(a);
    QVERIFY(built);
    QCOMPARE(built->cycleId(), 1u);
    QCOMPARE(*built->asObject()->state->find("peer")->asObject()->state, Value::cycle(1));
}

void tst_ValueBuilder::cutsACycleThroughAClosedContainer()
{
    ValueBuilder builder{Limits()};
    const Value list = builder.list();
    builder.append(list, Value::array('O', list));
    builder.noteShared();
    const Result<Value> built = builder.freeze(list);
    QVERIFY(built);
    QCOMPARE(built->at(0).at(0), Value::cycle(1));
}

static Value cyclic(int value)
{
    ValueBuilder builder{Limits()};
    const Value list = builder.list();
    const Value inner = builder.list();
    builder.append(list, inner);
    builder.append(list, inner);
    builder.append(inner, list);
    builder.append(inner, Value::integer(value));
    return *builder.freeze(list);
}

void tst_ValueBuilder::comparesCyclicValues()
{
    QVERIFY(cyclic(1) == cyclic(1));
    QVERIFY(cyclic(1) != cyclic(2));
    QVERIFY(pythonEquals(cyclic(1), cyclic(1)));
    // A back reference to another place is another value.
    QVERIFY(Value::list({Value::cycle(1)}) != Value::list({Value::cycle(2)}));
    QVERIFY(cyclic(1).at(0) == cyclic(1).at(0)); // a part that points outside of itself
}

void tst_ValueBuilder::takesAbandonedCyclesApart()
{
    // The address sanitizer finds what stays behind.
    auto builder = std::make_unique<ValueBuilder>(Limits());
    Value outer = builder->dict();
    const Value inner = builder->list();
    builder->insert(outer, Value::integer(1), inner);
    builder->append(inner, outer);
    builder->append(inner, inner);
    builder->append(inner, Value::persistentId(inner));
    builder.reset();
    outer = Value();
    for (const Value &item : inner.items())
        QVERIFY(item.isNone());
}

void tst_ValueBuilder::takesUnreachableCyclesApart()
{
    ValueBuilder builder{Limits()};
    const Value root = builder.list();
    {
        const Value lost = builder.list();
        const Value other = builder.dict();
        builder.append(lost, other);
        builder.insert(other, Value::integer(1), lost);
        builder.append(lost, root);
    }
    builder.append(root, Value::integer(1));
    const Result<Value> built = builder.freeze(root);
    QVERIFY(built);
    QCOMPARE(*built, Value::list({Value::integer(1)}));
}

void tst_ValueBuilder::destroysAbandonedDeepValues()
{
    Limits limits;
    {
        ValueBuilder builder(limits);
        Value value = builder.list();
        for (int i = 0; i < 100'000; ++i) {
            const Value outer = builder.list();
            builder.append(outer, value);
            value = outer;
        }
        QCOMPARE(builder.error().code, QStringLiteral("value.depth"));
        QVERIFY(!builder.charge(1, 0));
    }
    {
        ValueBuilder builder(limits);
        const Value root = builder.list();
        Value value = root;
        for (int i = 0; i < 100'000; ++i) {
            const Value inner = builder.list();
            builder.append(value, inner);
            value = inner;
        }
        builder.append(value, root);
        const Result<Value> built = builder.freeze(root);
        QVERIFY(!built);
        QCOMPARE(built.error().code, QStringLiteral("value.depth"));
    }
}

void tst_ValueBuilder::limitsDepth_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("inside-first") << 0;  // each container filled before it is placed
    QTest::newRow("outside-first") << 1; // each container placed and then filled
    QTest::newRow("tuples") << 2;
    QTest::newRow("states") << 3;
    QTest::newRow("keys") << 4;
}

void tst_ValueBuilder::limitsDepth()
{
    QFETCH(int, way);
    Limits limits;
    limits.maxDepth = 50;
    for (const int depth : {49, 50, 51}) {
        ValueBuilder builder(limits);
        Value root = builder.list();
        Value last = root;
        for (int i = 1; i < depth; ++i) {
            Value next;
            switch (way) {
            case 0:
                next = builder.list();
                builder.append(next, root);
                root = next;
                break;
            case 1:
                next = builder.list();
                builder.append(last, next);
                last = next;
                break;
            case 2:
                root = builder.tuple({root});
                break;
            case 3: {
                Object object;
                object.args = Value();
                next = builder.object(std::move(object));
                builder.setState(next, root);
                root = next;
                break;
            }
            default:
                next = builder.dict();
                builder.insert(next, root, Value());
                root = next;
            }
        }
        const Result<Value> built = builder.freeze(root);
        QCOMPARE(built.isOk(), depth <= 50);
        if (!built)
            QCOMPARE(built.error().code, QStringLiteral("value.depth"));
    }
}

void tst_ValueBuilder::limitsDepthOfSharedGraphs()
{
    Limits limits;
    limits.maxDepth = 10;
    for (const int depth : {9, 10, 11}) {
        ValueBuilder builder(limits);
        // The deep part is met first through a short way and then through a long one.
        Value shared = builder.list();
        for (int i = 1; i < 6; ++i) {
            const Value next = builder.list();
            builder.append(next, shared);
            shared = next;
        }
        Value longWay = shared;
        for (int i = 6; i < depth - 1; ++i) {
            const Value next = builder.list();
            builder.append(next, longWay);
            longWay = next;
        }
        const Value root = builder.list();
        builder.append(root, shared);
        builder.append(root, longWay);
        builder.noteShared();
        QCOMPARE(builder.freeze(root).isOk(), depth <= 10);
    }
}

void tst_ValueBuilder::limitsNodes()
{
    Limits limits;
    limits.maxNodes = 100;
    for (const int count : {98, 99, 100}) { // and the list itself
        ValueBuilder builder(limits);
        const Value list = builder.list();
        bool good = true;
        for (int i = 0; i < count; ++i) {
            good = builder.charge(1, 0);
            builder.append(list, Value::integer(i));
        }
        QCOMPARE(good, count <= 99);
        const Result<Value> built = builder.freeze(list);
        QCOMPARE(built.isOk(), count <= 99);
        if (!built)
            QCOMPARE(built.error().code, QStringLiteral("value.nodes"));
    }
}

void tst_ValueBuilder::limitsMemory()
{
    Limits limits;
    limits.maxDecodedBytes = 1'000;
    for (const int size : {999, 1'000, 1'001}) {
        ValueBuilder builder(limits);
        const qint64 own = ValueBuilder::kNodeBytes;
        QCOMPARE(builder.charge(1, size - own), size <= 1'000);
        if (size > 1'000)
            QCOMPARE(builder.error().code, QStringLiteral("value.memory"));
    }
    // Slots of containers count, though nobody charges for them.
    ValueBuilder builder(limits);
    const Value list = builder.list();
    for (int i = 0; i < 100; ++i)
        builder.append(list, Value());
    const Result<Value> built = builder.freeze(list);
    QVERIFY(!built);
    QCOMPARE(built.error().code, QStringLiteral("value.memory"));
}

void tst_ValueBuilder::countsWhatItKeeps()
{
    Limits limits;
    limits.maxNodes = 4;
    ValueBuilder builder(limits);
    builder.list();
    builder.dict();
    builder.tuple({});
    builder.set(true);
    QVERIFY(builder.charge(0, 0));
    builder.list();
    QVERIFY(!builder.charge(0, 0));
    QCOMPARE(builder.error().kind, Error::Kind::Limit);
}

void tst_ValueBuilder::staysRefused()
{
    Limits limits;
    limits.maxNodes = 1;
    ValueBuilder builder(limits);
    QVERIFY(builder.charge(1, 0));
    for (int i = 0; i < 1'000; ++i)
        QVERIFY(!builder.charge(1'000'000'000, 1'000'000'000'000));
    QCOMPARE(builder.error().code, QStringLiteral("value.nodes"));
}

void tst_ValueBuilder::survivesManyPathsThroughFewNodes()
{
    QElapsedTimer timer;
    timer.start();
    ValueBuilder builder{Limits()};
    Value value = builder.list();
    for (int i = 0; i < 60; ++i) {
        const Value next = builder.list();
        builder.append(next, value);
        builder.append(next, value);
        value = next;
    }
    const Result<Value> built = builder.freeze(value);
    QVERIFY(built);
    QVERIFY2(timer.elapsed() < 5'000, "walked every path");
}

void tst_ValueBuilder::isNoSlowerForManyKeysThatDifferLittle()
{
    // Keys whose beginnings are one shared tuple, and keys that are sets.
    QElapsedTimer timer;
    timer.start();
    ValueBuilder builder{Limits()};
    std::vector<Value> items(500, Value::integer(1));
    const Value prefix = builder.tuple(items);
    const Value dict = builder.dict();
    for (int i = 0; i < 20'000; ++i) {
        builder.insert(dict, builder.tuple({prefix, Value::integer(i)}), Value());
        const Value set = builder.set(true);
        builder.append(set, prefix);
        builder.append(set, Value::integer(i));
        builder.insert(dict, set, Value());
    }
    const Result<Value> built = builder.freeze(dict);
    QVERIFY(built);
    QCOMPARE(built->size(), 40'000);
    QVERIFY2(timer.elapsed() < 10'000, "the work grows with the square");
}

void tst_ValueBuilder::isNoSlowerForKeysInAPattern_data()
{
    QTest::addColumn<int>("shift");
    for (const int shift : {0, 1, 8, 16, 31, 32, 33, 40, 46})
        QTest::addRow("shift-%d", shift) << shift;
}

void tst_ValueBuilder::isNoSlowerForKeysInAPattern()
{
    QFETCH(int, shift);
    QElapsedTimer timer;
    timer.start();
    ValueBuilder builder{Limits()};
    const Value dict = builder.dict();
    for (qint64 i = 0; i < 50'000; ++i) {
        builder.insert(dict, Value::integer(i << shift), Value());
        builder.insert(dict, Value::real(double(i) + 0.5), Value());
        builder.insert(dict, Value::integer((i << shift) ^ (i << (46 - shift))), Value());
    }
    QVERIFY(builder.freeze(dict));
    QVERIFY2(timer.elapsed() < 10'000, "the keys fall on few places");
}

QTEST_GUILESS_MAIN(tst_ValueBuilder)
#include "tst_valuebuilder.moc"
