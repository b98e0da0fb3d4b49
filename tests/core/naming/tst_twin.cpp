// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "../../../core/naming/twindump_p.h"
#include "../../../core/naming/twinmerge_p.h"

#include <pyrolens/pyro3/pyro3.h>

#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::naming;

namespace {

NameRow leaf(const QByteArray &path, const QByteArray &uri, double timestamp = 1)
{
    NameRow row;
    row.path = path;
    row.uri = "PYRO://127.0.0.1:7766/" + uri;
    row.timestamp = timestamp;
    return row;
}

NameRow group(const QByteArray &path)
{
    NameRow row;
    row.path = path;
    row.isGroup = true;
    return row;
}

RegistrySnapshot snapshot(std::vector<NameRow> rows, const QHash<QByteArray, bool> &journal = {})
{
    RegistrySnapshot made;
    made.base = "common";
    made.rows = std::move(rows);
    made.journal = journal;
    return made;
}

QByteArray words(const TwinOrders &orders)
{
    QByteArray text;
    for (const NameRow &row : orders.put)
        text += '+' + row.path + (row.isGroup ? QByteArray() : '=' + row.uri.mid(22)) + ' ';
    for (const QByteArray &path : orders.remove)
        text += '-' + path + ' ';
    return text.trimmed();
}

} // namespace

/// How two halves of a pair become alike.
class tst_Twin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void merges_data();
    void merges();
    void dumpsAreReadAgain();
    void refusesBadDumps();
};

void tst_Twin::merges_data()
{
    QTest::addColumn<RegistrySnapshot>("here");
    QTest::addColumn<RegistrySnapshot>("there");
    QTest::addColumn<QByteArray>("orderedHere");
    QTest::addColumn<QByteArray>("orderedThere");
    QTest::addColumn<bool>("isSplit");
    const auto row = [](const char *name, const RegistrySnapshot &here, const RegistrySnapshot &there,
                         const char *orderedHere, const char *orderedThere, bool isSplit = false) {
        QTest::newRow(name) << here << there << QByteArray(orderedHere) << QByteArray(orderedThere)
                            << isSplit;
    };
    const NameRow a = leaf(":a", "1");
    const NameRow later = leaf(":a", "2", 2);
    row("alike", snapshot({a}), snapshot({a}), "", "");
    row("registered here", snapshot({a}, {{":a", false}}), snapshot({}), "", "+:a=1");
    row("registered there", snapshot({}), snapshot({a}, {{":a", false}}), "+:a=1", "");
    row("removed here", snapshot({}, {{":a", false}}), snapshot({a}), "", "-:a");
    row("removed there", snapshot({a}), snapshot({}, {{":a", false}}), "-:a", "");
    row("replaced here", snapshot({a}, {{":a", false}}), snapshot({later}), "", "+:a=1");
    row("both changed", snapshot({a}, {{":a", false}}), snapshot({later}, {{":a", false}}), "+:a=2", "",
        true);
    row("removed and registered", snapshot({}, {{":a", false}}), snapshot({a}, {{":a", false}}), "+:a=1", "");
    row("apart", snapshot({a}, {{":a", false}}), snapshot({leaf(":b", "1")}, {{":b", false}}), "+:b=1",
        "+:a=1", true);
    const NameRow g = group(":g");
    const NameRow gx = leaf(":g.x", "1");
    row("group removed here", snapshot({}, {{":g", true}}), snapshot({g, gx}), "", "-:g -:g.x");
    row("name kept in a removed group", snapshot({}, {{":g", true}}), snapshot({g, gx}, {{":g.x", false}}),
        "+:g +:g.x=1", "");
    RegistrySnapshot stranger = snapshot({leaf(":b", "1")});
    stranger.base = "another";
    row("no common base", snapshot({a}), stranger, "+:b=1", "+:a=1");
    row("unexplained", snapshot({a}), snapshot({}), "", "+:a=1");
}

void tst_Twin::merges()
{
    QFETCH(RegistrySnapshot, here);
    QFETCH(RegistrySnapshot, there);
    QFETCH(QByteArray, orderedHere);
    QFETCH(QByteArray, orderedThere);
    QFETCH(bool, isSplit);
    const TwinMerge merge = mergeTwins(here, there);
    QCOMPARE(words(merge.here), orderedHere);
    QCOMPARE(words(merge.there), orderedThere);
    QCOMPARE(merge.isSplitBrain(), isSplit);
    // The other side comes to the same end.
    const TwinMerge mirrored = mergeTwins(there, here);
    QCOMPARE(words(mirrored.here), orderedThere);
    QCOMPARE(words(mirrored.there), orderedHere);
}

void tst_Twin::dumpsAreReadAgain()
{
    const auto generation = pyro3Generation();
    std::vector<NameRow> rows{group(":"), group(":Default"), leaf(":Default.x", "1", 12.5), group(":Pyro"),
        group(":shop"), leaf(":shop.till", "2", 13)};
    rows[4].userMeta = "\x80\x02K\x05."; // 5
    const auto sorted = [](std::vector<NameRow> list) {
        std::sort(
            list.begin(), list.end(), [](const NameRow &a, const NameRow &b) { return a.path < b.path; });
        QByteArrayList texts;
        for (const NameRow &row : list)
            texts.append(row.path + '|' + row.uri + '|' + QByteArray::number(row.timestamp) + '|'
                + row.userMeta.toHex() + '|' + row.systemMeta.toHex());
        return texts;
    };
    for (const auto &dump :
        {treeDump(rows, "PYRO://127.0.0.1:9090/own"), listDump(rows, "PYRO://127.0.0.1:9090/own")}) {
        QVERIFY(dump);
        const auto lowered = generation->lower(dump.value());
        QVERIFY(lowered);
        const auto read = readDump(lowered.value(), *generation);
        QVERIFY2(read, read ? "" : qPrintable(read.error().what));
        QCOMPARE(sorted(read.value()), sorted(rows));
    }
    const auto packed = unpackSnapshot(packSnapshot(snapshot(rows, {{":gone", true}})));
    QVERIFY(packed);
    QCOMPARE(sorted(packed->rows), sorted(rows));
    QCOMPARE(packed->journal.value(":gone"), true);
}

void tst_Twin::refusesBadDumps()
{
    const auto generation = pyro3Generation();
    for (const Value &bad : {Value::none(), Value::list({}), Value::tuple({Value::list({}), Value::none()}),
             Value::tuple({Value::list({Value::integer(1)}), Value::list({})}),
             Value::tuple({Value::list({}), Value::list({Value::tuple({Value::str(":a")})})})})
        QVERIFY(!readDump(bad, *generation));
    const QByteArray packed = packSnapshot(snapshot({leaf(":a", "1"), leaf(":b", "2")}));
    for (qsizetype size = 0; size < packed.size(); ++size)
        QVERIFY(!unpackSnapshot(packed.first(size)));
}

QTEST_GUILESS_MAIN(tst_Twin)
#include "tst_twin.moc"
