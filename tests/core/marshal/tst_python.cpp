// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/codecpeer.h"

#include <pyrolens/marshal/marshal.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

Json received(const Json &sent)
{
    return mapTagged(sent, [](const Json &json) {
        const Json bytes = tagContent(json, u"$bytearray");
        return bytes.isNull() ? json : Json::object({{QStringLiteral("$bytes"), bytes}});
    });
}

} // namespace

class tst_Python : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesOnValues_data();
    void agreesOnValues();
};

void tst_Python::agreesOnValues_data()
{
    QTest::addColumn<int>("ours");
    QTest::addColumn<QString>("theirs");
    QTest::newRow("version 2 both ways") << 2 << QStringLiteral("2");
    QTest::newRow("version 4 both ways") << 4 << QStringLiteral("4");
    QTest::newRow("version 2, answered in 0") << 2 << QStringLiteral("0");
    QTest::newRow("version 4, answered in 3") << 4 << QStringLiteral("3");
}

void tst_Python::agreesOnValues()
{
    QFETCH(int, ours);
    QFETCH(QString, theirs);
    PeeredCodec codec;
    codec.arguments = QStringList{QStringLiteral("marshal"), theirs};
    codec.modules = QStringLiteral("marshal");
    codec.encode = [ours](const Value &value) { return marshal::encode(value, {.version = ours}); };
    codec.decode = [](const QByteArray &bytes) { return marshal::decode(bytes); };
    codec.received = received;
    ValueProfile profile;
    profile.libraryTypes = profile.instances = profile.references = false;
    compareWithPython(codec, profile, 10'000, quint32(ours));
}

QTEST_GUILESS_MAIN(tst_Python)
#include "tst_python.moc"
