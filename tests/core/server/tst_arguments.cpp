// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/server/servant.h>
#include <pyrolens/value/literal.h>

#include <QTest>

using namespace pyrolens;

// Texts seen with CPython 2.7.18 for methods of a class.
class tst_Arguments : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bindsAsPythonDoes_data();
    void bindsAsPythonDoes();
};

void tst_Arguments::bindsAsPythonDoes_data()
{
    QTest::addColumn<QString>("parameters");
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("expected"); // list of values, or the text of the TypeError

    const auto row
        = [](const char *name, const char *parameters, const char *arguments, const char *expected) {
              QTest::newRow(name) << QString::fromLatin1(parameters) << QString::fromLatin1(arguments)
                                  << QString::fromLatin1(expected);
          };
    row("none", "", "", "[]");
    row("none-extra", "", "1", "m() takes exactly 1 argument (2 given)");
    row("none-keyword", "", "x=1", "m() got an unexpected keyword argument 'x'");
    row("one", "a", "1", "[1]");
    row("one-by-name", "a", "a=1", "[1]");
    row("one-missing", "a", "", "m() takes exactly 2 arguments (1 given)");
    row("one-extra", "a", "1, 2", "m() takes exactly 2 arguments (3 given)");
    row("one-extra-and-keyword", "a", "1, 2, b=3", "m() takes exactly 2 arguments (4 given)");
    row("one-unknown", "a", "b=1", "m() got an unexpected keyword argument 'b'");
    row("one-twice", "a", "1, a=2", "m() got multiple values for keyword argument 'a'");
    row("two-one-missing", "a b", "1", "m() takes exactly 3 arguments (2 given)");
    row("two-first-missing", "a b", "b=1", "m() takes exactly 3 arguments (2 given)");
    row("two-mixed", "a b", "1, b=2", "[1, 2]");
    row("default", "a b=10", "1", "[1, 10]");
    row("default-given", "a b=10", "1, 2", "[1, 2]");
    row("default-by-name", "a b=10 c=20", "1, c=3", "[1, 10, 3]");
    row("default-missing", "a b=10", "", "m() takes at least 2 arguments (1 given)");
    row("default-missing-named", "a b=10", "b=1", "m() takes at least 2 arguments (2 given)");
    row("default-extra", "a b=10", "1, 2, 3", "m() takes at most 3 arguments (4 given)");
    row("default-text", "a='x, y'", "", "['x, y']");
    row("rest-empty", "*args", "", "[()]");
    row("rest", "a *args", "1, 2, 3", "[1, (2, 3)]");
    row("rest-missing", "a *args", "", "m() takes at least 2 arguments (1 given)");
    row("rest-keyword", "*args", "x=1", "m() got an unexpected keyword argument 'x'");
    row("keywords-empty", "**kwargs", "", "[{}]");
    row("keywords", "a **kwargs", "1, x=2, y=3", "[1, {'x': 2, 'y': 3}]");
    row("keywords-extra", "**kwargs", "1", "m() takes exactly 1 argument (2 given)");
    row("both", "*args **kwargs", "1, 2, x=3", "[(1, 2), {'x': 3}]");
    row("all", "a b=5 *args **kwargs", "1, 2, 3, z=4", "[1, 2, (3,), {'z': 4}]");
}

void tst_Arguments::bindsAsPythonDoes()
{
    QFETCH(QString, parameters);
    QFETCH(QString, arguments);
    QFETCH(QString, expected);

    QStringList list;
    if (parameters == u"a='x, y'")
        list = {parameters};
    else
        list = parameters.split(u' ', Qt::SkipEmptyParts);
    const auto given = parseArguments(arguments, Dialect::Python3);
    QVERIFY(given);
    const auto bound = bindArguments(QStringLiteral("m"), list, given->args(), given->kwargs());
    if (bound) {
        QCOMPARE(toPython(Value::list(*bound)), expected);
        return;
    }
    QVERIFY(bound.error().remote);
    QCOMPARE(bound.error().remote->className, QStringLiteral("TypeError"));
    QCOMPARE(bound.error().remote->args.at(0).toText(), expected);
}

QTEST_GUILESS_MAIN(tst_Arguments)
#include "tst_arguments.moc"
