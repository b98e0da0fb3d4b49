// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generations.h"
#include "support/vectors.h"

#include <QRegularExpression>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

QString formName(Uri::Form form)
{
    return form == Uri::Form::Name ? QStringLiteral("PYRONAME")
        : form == Uri::Form::Meta  ? QStringLiteral("PYROMETA")
                                   : QStringLiteral("PYRO");
}

} // namespace

/// URIs of generations 4 and 5, as both originals judged them.
class tst_Uri : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { addGenerations(); }
    void readsTheCase_data();
    void readsTheCase();
    void makesUris();
    void refusesVeryLongTexts();
};

void tst_Uri::readsTheCase_data()
{
    QTest::addColumn<Json>("entry");
    const Json cases = loadVectors(QStringLiteral("uri/cases.json"));
    QVERIFY(cases.items().size() >= 45);
    int row = 0;
    for (const Json &entry : cases.items())
        QTest::addRow("%d-%s", row++, qPrintable(entry.value(u"uri").toString().trimmed())) << entry;
}

void tst_Uri::readsTheCase()
{
    QFETCH(Json, entry);
    const QString text = entry.value(u"uri").toString();
    const bool isSame = entry.value(u"pyro5").isString();
    const Json expected = isPyro4() || isSame ? entry.value(u"pyro4") : entry.value(u"pyro5");
    const auto uri = currentGeneration()->parseUri(text);
    if (expected.contains(u"error")) {
        QVERIFY(!uri.isOk());
        QCOMPARE(uri.error().kind, Error::Kind::Usage);
        QCOMPARE(uri.error().what, expected.value(u"message").toString());
        return;
    }
    QVERIFY2(uri.isOk(), uri ? "" : qPrintable(uri.error().what));
    QCOMPARE(formName(uri->form), expected.value(u"protocol").toString());
    if (uri->form == Uri::Form::Meta) {
        QStringList tags;
        for (const Json &tag : expected.value(u"object").items())
            tags.append(tag.toString());
        QCOMPARE(uri->tags, tags);
    } else {
        QCOMPARE(uri->object, expected.value(u"object").toString());
    }
    QCOMPARE(uri->unixPath, expected.value(u"sockname").toString());
    QCOMPARE(uri->host, expected.value(u"host").toString());
    QCOMPARE(uri->port, int(expected.value(u"port").toInteger()));
    QCOMPARE(uri->toString(), expected.value(u"string").toString());
}

void tst_Uri::makesUris()
{
    const auto generation = currentGeneration();
    QCOMPARE(generation->objectUri(QStringLiteral("::1"), 7, "a b", false), u"PYRO:a b@[::1]:7"_qs);
    const QByteArray id = generation->newObjectId();
    QVERIFY(
        QRegularExpression(QStringLiteral("^obj_[0-9a-f]{32}$")).match(QString::fromLatin1(id)).hasMatch());
    QVERIFY(generation->newObjectId() != id);
}

void tst_Uri::refusesVeryLongTexts()
{
    const QString longest = u"PYRO:" + QString(4'096 - 5 - 4, u'x') + u"@h:1";
    QVERIFY(currentGeneration()->parseUri(longest).isOk());
    QVERIFY(!currentGeneration()->parseUri(QString(u'P' + longest)).isOk());
}

QTEST_GUILESS_MAIN(tst_Uri)

#include "tst_uri.moc"
