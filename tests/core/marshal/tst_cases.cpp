// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/vectors.h"

#include <pyrolens/marshal/marshal.h>
#include <pyrolens/value/tagged.h>

#include <QTest>

using namespace pyrolens;
using namespace pyrolens::testing;

/// What CPython 3.11 and 2.7 wrote, in every version.
class tst_Cases : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void readsTheCase_data() { addRows(); }
    void readsTheCase();
    void writesTheCase_data() { addRows(); }
    void writesTheCase();
    void refusesEveryCut_data() { addRows(); }
    void refusesEveryCut();

private:
    void addRows()
    {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < m_cases.size(); ++i) {
            QTest::addRow("%d-v%d-%s", int(i), int(m_cases[i].value(u"version").toInteger()),
                qPrintable(m_cases[i].value(u"python").toString().left(40)))
                << int(i);
        }
    }
    static QByteArray bytesOf(const Json &entry)
    {
        return QByteArray::fromHex(entry.value(u"hex").toString().toLatin1());
    }
    static marshal::ReadOptions optionsOf(const Json &entry)
    {
        return {entry.value(u"by").toString() == u"python2.7" ? Dialect::Python2 : Dialect::Python3};
    }
    Json::Array m_cases;
};

void tst_Cases::initTestCase()
{
    m_cases = loadVectors(QStringLiteral("marshal/cases.json")).items();
    QVERIFY(m_cases.size() >= 232);
}

void tst_Cases::readsTheCase()
{
    QFETCH(int, index);
    const Json &entry = m_cases[size_t(index)];
    const QByteArray bytes = bytesOf(entry);
    const auto decoded = marshal::decode(bytes, {}, optionsOf(entry));
    QVERIFY2(decoded.isOk(), decoded ? "" : qPrintable(decoded.error().what));
    QCOMPARE(decoded->bytesUsed, bytes.size());
    QCOMPARE(withSortedSets(toTagged(decoded->value, TaggedStyle::Codec)).toText(),
        withSortedSets(entry.value(u"decoded")).toText());
}

void tst_Cases::writesTheCase()
{
    QFETCH(int, index);
    const Json &entry = m_cases[size_t(index)];
    const auto decoded = marshal::decode(bytesOf(entry), {}, optionsOf(entry));
    QVERIFY(decoded.isOk());
    for (const int version : {2, 4}) {
        const auto encoded = marshal::encode(decoded->value, {.version = version});
        QVERIFY2(encoded.isOk(), encoded ? "" : qPrintable(encoded.error().what));
        const auto again = marshal::decode(*encoded, {}, optionsOf(entry));
        QVERIFY2(again.isOk(), again ? "" : qPrintable(again.error().what));
        QCOMPARE(toTagged(again->value, TaggedStyle::Codec).toText(),
            toTagged(decoded->value, TaggedStyle::Codec).toText());
        // Flags and shared values have many forms; version 2 has one (Python 2 interns names besides).
        const bool isPlain = version == 2 && entry.value(u"version").toInteger() == 2
            && entry.value(u"by").toString() == u"python3.11";
        if (isPlain && !entry.value(u"decoded").toText().contains("set"))
            QCOMPARE(encoded->toHex(), bytesOf(entry).toHex());
    }
}

void tst_Cases::refusesEveryCut()
{
    QFETCH(int, index);
    const Json &entry = m_cases[size_t(index)];
    const QByteArray bytes = bytesOf(entry);
    const qsizetype most = qMin<qsizetype>(bytes.size(), 300);
    for (qsizetype cut = 0; cut < most; ++cut) {
        const auto decoded = marshal::decode(bytes.first(cut), {}, optionsOf(entry));
        QVERIFY(!decoded.isOk());
        QCOMPARE(decoded.error().code, u"value.marshal"_qs);
        QVERIFY(decoded.error().offset >= 0 && decoded.error().offset <= cut);
    }
}

QTEST_GUILESS_MAIN(tst_Cases)
#include "tst_cases.moc"
