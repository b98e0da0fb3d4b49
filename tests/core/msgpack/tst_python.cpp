// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/codecpeer.h"

#include <pyrolens/msgpack/msgpack.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

Json received(const Json &sent)
{
    return mapTagged(sent, [](const Json &json) {
        for (const QStringView tag : {u"$tuple", u"$set"}) {
            if (const Json items = tagContent(json, tag); items.isArray())
                return items;
        }
        const Json bytes = tagContent(json, u"$bytearray");
        return bytes.isNull() ? json : Json::object({{QStringLiteral("$bytes"), bytes}});
    });
}

/// Only dicts whose keys a receiver takes.
bool hasOddKeys(const Value &value)
{
    std::vector<Value> pending{value};
    while (!pending.empty()) {
        const Value next = pending.back();
        pending.pop_back();
        pending.insert(pending.end(), next.items().begin(), next.items().end());
        for (const auto &[key, item] : next.pairs()) {
            if (key.kind() != Value::Kind::Text && key.kind() != Value::Kind::Bytes)
                return true;
            pending.push_back(item);
        }
    }
    return false;
}

PeeredCodec codec()
{
    PeeredCodec codec;
    codec.arguments = QStringList{QStringLiteral("msgpack")};
    codec.modules = QStringLiteral("Pyro4.util, msgpack");
    codec.encode = [](const Value &value) -> Result<QByteArray> {
        if (hasOddKeys(value))
            return Error::unsupported(QStringLiteral("a key that receivers refuse"));
        return msgpack::encode(value);
    };
    codec.decode = [](const QByteArray &bytes) { return msgpack::decode(bytes); };
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
    compareWithPython(plain, profile, 10'000, 34);
}

void tst_Python::agreesOnLibraryTypes()
{
    ValueProfile profile;
    profile.instances = profile.references = false;
    compareWithPython(codec(), profile, 3'000, 35);
}

QTEST_GUILESS_MAIN(tst_Python)
#include "tst_python.moc"
