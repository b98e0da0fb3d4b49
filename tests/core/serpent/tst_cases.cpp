// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/vectors.h"

#include <pyrolens/serpent/serpent.h>
#include <pyrolens/value/literal.h>
#include <pyrolens/value/tagged.h>

#include <QTest>

#include <algorithm>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

QByteArray documentOf(const Json &entry)
{
    return entry.contains(u"serpent_hex")
        ? QByteArray::fromHex(entry.value(u"serpent_hex").toString().toLatin1())
        : entry.value(u"serpent").toString().toUtf8();
}

/// The value that the reference encoder was given, as far as our literals can say it, else what it reads as.
Value givenValue(const Json &entry)
{
    const QString python = entry.value(u"python").toString();
    const bool isNested = python == u"list nested 300 deep";
    if (isNested) {
        Value value = Value::list({});
        for (int i = 0; i < 299; ++i)
            value = Value::list({value});
        return value;
    }
    if (python.startsWith(u"memoryview(") || python.startsWith(u"bytes(range"))
        return Value::bytes(
            QByteArray::fromBase64(entry.value(u"decoded").value(u"data").toString().toLatin1()
                + QByteArray::fromHex(entry.value(u"decoded").value(u"$bytes").toString().toLatin1())
                      .toBase64()));
    const auto literal = parseLiteral(python, Dialect::Python3);
    if (literal
        && literal->value.kind() != Value::Kind::Complex) // Python has signs of zero there that we have not
        return literal->value;
    const auto decoded = fromTagged(entry.value(u"decoded"));
    return decoded ? *decoded : Value();
}

QByteArray sortedLetters(QByteArray text)
{
    std::ranges::sort(text);
    return text;
}

} // namespace

/// Recorded documents of the reference encoder, and hand-written ones that its decoder judged.
class tst_Cases : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void readsTheCase_data() { addRows(); }
    void readsTheCase();
    void writesTheCase_data() { addRows(); }
    void writesTheCase();
    void mostCasesAreWritten();

private:
    void addRows()
    {
        QTest::addColumn<int>("index");
        for (size_t i = 0; i < m_cases.size(); ++i) {
            const Json &entry = m_cases[i];
            const QString what = entry.value(u"name").toString() + entry.value(u"python").toString().left(40);
            QTest::addRow("%d-%s", int(i), qPrintable(what)) << int(i);
        }
    }
    Json::Array m_cases;
    int m_written = 0;
};

void tst_Cases::initTestCase()
{
    m_cases = loadVectors(QStringLiteral("serpent/cases.json")).items();
    QVERIFY(m_cases.size() >= 230);
}

void tst_Cases::readsTheCase()
{
    QFETCH(int, index);
    const Json &entry = m_cases[size_t(index)];
    if (entry.contains(u"encode_error"))
        return;
    const QByteArray document = documentOf(entry);
    const auto decoded = serpent::decode(document, {}, {.reviveNan = false});
    if (entry.contains(u"decode_error")) {
        QVERIFY(!decoded.isOk());
        QCOMPARE(decoded.error().kind, Error::Kind::Protocol);
        QVERIFY(decoded.error().offset >= 0 && decoded.error().offset <= document.size());
        QCOMPARE(
            decoded.error().code == u"value.key", entry.value(u"decode_error").toString() == u"TypeError");
        return;
    }
    QVERIFY2(decoded.isOk(), decoded ? "" : qPrintable(decoded.error().what));
    QCOMPARE(withSortedSets(toTagged(decoded->value, TaggedStyle::Codec)).toText(),
        withSortedSets(entry.value(u"decoded")).toText());
}

void tst_Cases::writesTheCase()
{
    QFETCH(int, index);
    const Json &entry = m_cases[size_t(index)];
    const QString python = entry.value(u"python").toString();
    if (entry.value(u"direction").toString() == u"decode")
        return;
    const Json &options = entry.value(u"options");
    const serpent::WriteOptions write{
        .bytesLiterals = options.value(u"bytes_repr").toBool(), .indent = options.value(u"indent").toBool()};
    if (entry.contains(u"encode_error")) {
        // Generators, modules and functions have no Value; the others are refused.
        const bool hasValue = python.startsWith(u"{") || python == u"list nested 300 deep";
        if (hasValue) {
            const auto encoded = serpent::encode(givenValue(entry), write);
            QVERIFY(!encoded.isOk());
            ++m_written;
        }
        return;
    }
    const auto encoded = serpent::encode(givenValue(entry), write);
    QVERIFY2(encoded.isOk(), encoded ? "" : qPrintable(encoded.error().what));
    const QByteArray document = documentOf(entry);
    // The order of a set is anybody's.
    if (document.contains('{') && encoded->size() == document.size() && *encoded != document
        && entry.value(u"decoded").toText().contains("$set"))
        QCOMPARE(sortedLetters(*encoded), sortedLetters(document));
    else
        QCOMPARE(*encoded, document);
    ++m_written;
}

void tst_Cases::mostCasesAreWritten()
{
    QCOMPARE(m_written, 150);
}

QTEST_GUILESS_MAIN(tst_Cases)
#include "tst_cases.moc"
