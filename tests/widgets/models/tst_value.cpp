// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/models/valuemodel.h>
#include <pyrolens/value/literal.h>

#include "support/cputimer.h"
#include <QAbstractItemModelTester>

#include <QtTest>

using namespace pyrolens;

class tst_ValueModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void typeNames_data();
    void typeNames();
    void showsDictInOrder();
    void pathsLeadBack();
    void longListsShowRanges();
    void millionItemsNestRanges();
    void showsInstances();
    void recognisesReferences();
    void textStaysInert();
    void passesTheModelTester();
    void openingBigListIsQuick();
};

namespace {

Value parsed(const char *text, Dialect dialect = Dialect::Python2)
{
    const auto result = parseLiteral(QString::fromUtf8(text), dialect);
    return result ? result.value().value : Value();
}

QString cell(const ValueModel &model, const QModelIndex &row, int column)
{
    return model.index(row.row(), column, row.parent()).data().toString();
}

} // namespace

void tst_ValueModel::typeNames_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<bool>("python2");
    QTest::addColumn<QString>("type");
    const auto add = [](const char *source, bool two, const char *type) {
        QTest::addRow("%s-%d", source, two ? 2 : 3)
            << QString::fromLatin1(source) << two << QString::fromLatin1(type);
    };
    add("'x'", true, "str");
    add("u'x'", true, "unicode");
    add("1L", true, "long");
    add("1", true, "int");
    add("'x'", false, "str");
    add("b'x'", false, "bytes");
    add("1.5", false, "float");
    add("(1,)", false, "tuple");
    add("{1: 2}", false, "dict");
    add("None", false, "None");
    add("True", false, "bool");
}

void tst_ValueModel::typeNames()
{
    QFETCH(QString, source);
    QFETCH(bool, python2);
    QFETCH(QString, type);
    const Dialect dialect = python2 ? Dialect::Python2 : Dialect::Python3;
    const auto value = parseLiteral(source, dialect);
    QVERIFY(value);
    QCOMPARE(ValueModel::typeName(value.value().value, dialect), type);
}

void tst_ValueModel::showsDictInOrder()
{
    ValueModel model;
    model.setValue(parsed("{'b': [1, 2], 'a': 12.5}"), Dialect::Python2);
    const QModelIndex root = model.index(0, 0);
    QCOMPARE(root.data().toString(), QStringLiteral("result"));
    QCOMPARE(cell(model, root, ValueModel::TypeColumn), QStringLiteral("dict"));
    QCOMPARE(model.rowCount(root), 2);
    const QModelIndex first = model.index(0, 0, root);
    QCOMPARE(first.data().toString(), QStringLiteral("'b'"));
    QCOMPARE(cell(model, first, ValueModel::SizeColumn), QStringLiteral("2 item(s)"));
    QCOMPARE(cell(model, model.index(1, 0, root), ValueModel::ValueColumn), QStringLiteral("12.5"));
    QVERIFY(!model.hasChildren(model.index(1, 0, root)));
}

void tst_ValueModel::pathsLeadBack()
{
    ValueModel model;
    model.setValue(parsed("{'a': [0, 1, 2, (7, 8)]}"), Dialect::Python2);
    const QModelIndex list = model.index(0, 0, model.index(0, 0));
    const QModelIndex eight = model.index(1, 0, model.index(3, 0, list));
    QCOMPARE(model.pathOf(eight), QStringLiteral("result['a'][3][1]"));
    QCOMPARE(model.pythonOf(eight), QStringLiteral("8"));
    QCOMPARE(model.pythonOf(list), QStringLiteral("[0, 1, 2, (7, 8)]"));
    QVERIFY(model.jsonOf(list).contains(QLatin1String("$tuple")));
}

void tst_ValueModel::longListsShowRanges()
{
    std::vector<Value> items;
    for (int i = 0; i < 2'500; ++i)
        items.push_back(Value::integer(i));
    ValueModel model;
    model.setValue(Value::list(std::move(items)), Dialect::Python3);
    const QModelIndex root = model.index(0, 0);
    QCOMPARE(model.rowCount(root), 3);
    const QModelIndex last = model.index(2, 0, root);
    QCOMPARE(last.data().toString(), QStringLiteral("[2000 \u2026 2499]"));
    QCOMPARE(model.rowCount(last), 500);
    const QModelIndex item = model.index(499, 0, last);
    QCOMPARE(cell(model, item, ValueModel::ValueColumn), QStringLiteral("2499"));
    QCOMPARE(model.pathOf(item), QStringLiteral("result[2499]"));
    QCOMPARE(item.parent(), last);
}

void tst_ValueModel::millionItemsNestRanges()
{
    ValueModel model;
    model.setValue(Value::list(std::vector<Value>(1'500'000)), Dialect::Python3);
    const QModelIndex root = model.index(0, 0);
    QCOMPARE(model.rowCount(root), 2);
    QCOMPARE(model.rowCount(model.index(0, 0, root)), 1'000);
    QCOMPARE(model.rowCount(model.index(1, 0, root)), 500);
}

void tst_ValueModel::showsInstances()
{
    Object object;
    object.made = Object::Made::Inst;
    object.module = "demo";
    object.name = "Point";
    object.state = Value::dict({{Value::str("x"), Value::integer(3)}});
    ValueModel model;
    model.setValue(Value::object(std::move(object)), Dialect::Python2);
    const QModelIndex root = model.index(0, 0);
    QCOMPARE(cell(model, root, ValueModel::TypeColumn), QStringLiteral("demo.Point"));
    QCOMPARE(model.rowCount(root), 1);
    QCOMPARE(model.pathOf(model.index(0, 0, root)), QStringLiteral("result.x"));
}

void tst_ValueModel::recognisesReferences()
{
    Reference reference;
    reference.uri = QStringLiteral("PYRO://127.0.0.1:7766/abc");
    ValueModel model;
    model.setReferenceView([](const Value &value) -> std::optional<Reference> {
        if (value.toText() != QLatin1String("proxy"))
            return std::nullopt;
        Reference found;
        found.uri = QStringLiteral("PYRO://h:1/x");
        return found;
    });
    model.setValue(Value::tuple({Value::reference(reference), Value::str("proxy"), Value::str("other")}),
        Dialect::Python2);
    const QModelIndex root = model.index(0, 0);
    QCOMPARE(model.index(0, 0, root).data(ValueModel::ReferenceRole).toString(), reference.uri);
    QCOMPARE(
        model.index(1, 0, root).data(ValueModel::ReferenceRole).toString(), QStringLiteral("PYRO://h:1/x"));
    QCOMPARE(model.index(2, 0, root).data(ValueModel::ReferenceRole).toString(), QString());
    QCOMPARE(cell(model, model.index(1, 0, root), ValueModel::TypeColumn), QStringLiteral("proxy"));
}

void tst_ValueModel::textStaysInert()
{
    ValueModel model;
    model.setValue(Value::text(QStringLiteral("<a href='x'>\n\u202e")), Dialect::Python3);
    const QString shown = cell(model, model.index(0, 0), ValueModel::ValueColumn);
    QVERIFY(shown.contains(QLatin1String("<a href=")));
    QVERIFY(!shown.contains(QChar(0x202e)));
    QVERIFY(!shown.contains(u'\n'));
}

void tst_ValueModel::passesTheModelTester()
{
    ValueModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setValue(parsed("{'a': [1, (2, 3)], 'b': {}}"), Dialect::Python2);
    std::vector<Value> items(1'200);
    model.setValue(Value::list(std::move(items)), Dialect::Python3);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void tst_ValueModel::openingBigListIsQuick()
{
    std::vector<Value> items;
    for (int i = 0; i < 1'000'000; ++i)
        items.push_back(Value::integer(i));
    const Value big = Value::list(std::move(items));
    test::CpuTimer timer;
    ValueModel model;
    model.setValue(big, Dialect::Python3);
    const QModelIndex root = model.index(0, 0);
    cell(model, root, ValueModel::ValueColumn); // the preview reads only its beginning
    model.rowCount(root);
    model.rowCount(model.index(999, 0, root));
    const qint64 took = timer.milliseconds();
    qInfo("a million items: shown and one range opened in %lld ms", took);
    QVERIFY(took < 100);
}

QTEST_MAIN(tst_ValueModel)
#include "tst_value.moc"
