// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

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

QTEST_GUILESS_MAIN(tst_Tagged)
#include "tst_tagged.moc"
