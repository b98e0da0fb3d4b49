// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/codecpeer.h"

#include <pyrolens/serpent/serpent.h>

using namespace pyrolens;
using namespace pyrolens::testing;

namespace {

Json text(const Json &json)
{
    return Json(json.toString());
}

/// A negative zero does not survive the sum that stands for a complex number.
Json complexSum(const Json &parts)
{
    const QString re = parts.items()[0].toString();
    const QString im = parts.items()[1].toString();
    const bool isMinus = im.startsWith(u'-');
    return Json::object({{QStringLiteral("$complex"),
        Json::strings({re == u"-0.0" && !isMinus ? QStringLiteral("0.0") : re,
            im == u"-0.0" ? QStringLiteral("0.0") : im})}});
}

Json received(const Json &sent)
{
    return mapTagged(sent, [](const Json &json) {
        if (!json.isObject() || json.members().size() != 1)
            return json;
        const auto &[name, content] = json.members().front();
        if (name == u"$bytes" || name == u"$bytearray") {
            const QByteArray bytes = QByteArray::fromHex(content.toString().toLatin1());
            return Json::object({{QStringLiteral("data"), Json(QString::fromLatin1(bytes.toBase64()))},
                {QStringLiteral("encoding"), Json(QStringLiteral("base64"))}});
        }
        if ((name == u"$set" || name == u"$frozenset") && content.items().empty())
            return Json::object({{QStringLiteral("$tuple"), Json::array()}});
        if (name == u"$frozenset")
            return Json::object({{QStringLiteral("$set"), content}});
        if (name == u"$complex")
            return complexSum(content);
        return name == u"$decimal" || name == u"$datetime" || name == u"$date" || name == u"$time"
            ? text(content)
            : json;
    });
}

/// Writing and reading such a sum once more changes its zeros again.
Json sums(const Json &json)
{
    return mapTagged(json, [](const Json &part) {
        const Json parts = tagContent(part, u"$complex");
        return parts.isNull() ? part : complexSum(parts);
    });
}

PeeredCodec codec(const serpent::WriteOptions &write)
{
    PeeredCodec codec;
    codec.arguments = QStringList{QStringLiteral("serpent")};
    if (write.bytesLiterals)
        codec.arguments.append(QStringLiteral("literals"));
    codec.modules = QStringLiteral("serpent");
    codec.encode = [write](const Value &value) -> Result<QByteArray> {
        Result<QByteArray> bytes = serpent::encode(value, write);
        // The reference writes bytes, nan and sets inside of keys, too, and cannot read them again.
        if (bytes) {
            const auto read = serpent::decode(*bytes, {}, {.reviveNan = false});
            if (!read && read.error().code == u"value.key")
                return Error::unsupported(QStringLiteral("a key that nobody can read"));
        }
        return bytes;
    };
    codec.writtenAgain = sums;
    codec.decode = [](const QByteArray &bytes) { return serpent::decode(bytes); };
    return codec;
}

} // namespace

class tst_Python : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesOnValues();
    void agreesOnLibraryTypes();
    void agreesOnLiteralsOfBytes();
};

void tst_Python::agreesOnValues()
{
    ValueProfile profile;
    profile.libraryTypes = profile.instances = profile.references = false;
    PeeredCodec plain = codec({});
    plain.received = received;
    compareWithPython(plain, profile, 10'000, 29);
}

void tst_Python::agreesOnLibraryTypes()
{
    ValueProfile profile;
    profile.instances = profile.references = false;
    compareWithPython(codec({}), profile, 3'000, 30);
}

void tst_Python::agreesOnLiteralsOfBytes()
{
    ValueProfile profile;
    profile.instances = profile.references = false;
    compareWithPython(codec({.bytesLiterals = true}), profile, 3'000, 31);
}

QTEST_GUILESS_MAIN(tst_Python)
#include "tst_python.moc"
