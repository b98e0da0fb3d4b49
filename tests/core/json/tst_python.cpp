// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/codecpeer.h"

#include <pyrolens/json/jsoncodec.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

/// Null where a key changes its kind: then keys may fall together.
Json received(const Json &sent)
{
    if (sent.toText().contains("\"$dict\""))
        return {};
    return mapTagged(sent, [](const Json &json) {
        for (const QStringView tag : {u"$tuple", u"$set"}) {
            if (const Json items = tagContent(json, tag); items.isArray())
                return items;
        }
        return json;
    });
}

PeeredCodec codec()
{
    PeeredCodec codec;
    codec.arguments = QStringList{QStringLiteral("json")};
    codec.modules = QStringLiteral("json");
    codec.encode = [](const Value &value) { return json::encode(value); };
    codec.decode = [](const QByteArray &bytes) { return json::decode(bytes); };
    return codec;
}

} // namespace

class tst_Python : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesOnValues();
    void agreesOnLibraryTypes();
};

void tst_Python::agreesOnValues()
{
    ValueProfile profile;
    profile.libraryTypes = profile.instances = profile.references = false;
    PeeredCodec plain = codec();
    plain.received = received;
    compareWithPython(plain, profile, 10'000, 32);
}

void tst_Python::agreesOnLibraryTypes()
{
    ValueProfile profile;
    profile.instances = profile.references = false;
    compareWithPython(codec(), profile, 3'000, 33);
}

QTEST_GUILESS_MAIN(tst_Python)
#include "tst_python.moc"
