// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "peerprocess.h"
#include "valuegenerator.h"
#include "vectors.h"

#include <pyrolens/value/codec.h>
#include <pyrolens/value/tagged.h>

#include <QDir>
#include <QTest>

#include <functional>

/// Values through our codec and the real Python library, both ways.
namespace pyrolens::testing {

/// A codec and what its format makes of values.
struct PeeredCodec
{
    QStringList arguments; ///< of codec_peer.py
    QString modules;       ///< that Python must have, for its import statement
    std::function<Result<QByteArray>(const Value &)> encode;
    std::function<Result<Decoded>(const QByteArray &)> decode;
    /// The tagged form that a receiver sees for the tagged form of what was sent; null: not told in advance.
    std::function<Json(const Json &)> received;
    /// What becomes of a received tagged form when Python writes it and it is read once more.
    std::function<Json(const Json &)> writtenAgain = [](const Json &json) { return json; };
};

/// A Python 3 that can import the modules; empty when there is none.
inline QString pythonWith(const QString &modules)
{
    for (const QString &python : {qEnvironmentVariable("PYROLENS_PYTHON3"),
             QStringLiteral("/usr/bin/python3"), QStringLiteral("python3")}) {
        if (!python.isEmpty()
            && runProgram(python, {QStringLiteral("-c"), QStringLiteral("import ") + modules},
                   QProcessEnvironment::systemEnvironment())
                    .status
                == 0)
            return python;
    }
    return {};
}

/// Applies `change` to the members of a tagged value from the inside out.
inline Json mapTagged(const Json &json, const std::function<Json(const Json &)> &change)
{
    Json out = json;
    if (json.isArray()) {
        out = Json::array();
        for (const Json &item : json.items())
            out.append(mapTagged(item, change));
    } else if (json.isObject()) {
        out = Json::object();
        for (const auto &[name, value] : json.members())
            out.set(name, mapTagged(value, change));
    }
    return change(out);
}

/// What the first member of a tag holds; null when it is not that tag.
inline Json tagContent(const Json &json, QStringView tag)
{
    return json.isObject() && json.members().size() == 1 && json.members().front().first == tag
        ? json.members().front().second
        : Json();
}

inline QByteArray comparable(const Json &json)
{
    return withSortedSets(json).toText();
}

/// Makes `count` random values, hands them to Python in one go and compares: what Python reads with what we
/// read and with what was sent, and what Python writes with both. Values that the format cannot carry are
/// left out.
inline void compareWithPython(const PeeredCodec &codec, const ValueProfile &profile, int count, quint32 seed)
{
    const QString python = pythonWith(codec.modules);
    if (python.isEmpty()) {
        if (qEnvironmentVariableIntValue("PYROLENS_CI") != 0)
            QFAIL("continuous integration needs a Python 3 with the libraries of Pyro");
        QSKIP("no Python 3 here with the libraries of Pyro (PYROLENS_PYTHON3 names one)");
    }
    ValueGenerator generator(seed, profile);
    std::vector<Value> sent;
    QByteArrayList bytes;
    int refused = 0;
    while (int(sent.size()) < count) {
        const Value value = generator.next();
        const Result<QByteArray> encoded = codec.encode(value);
        if (!encoded) {
            QCOMPARE(encoded.error().kind, Error::Kind::Unsupported);
            QVERIFY2(++refused < 50 * count, qPrintable(encoded.error().what));
            continue;
        }
        sent.push_back(value);
        bytes.append(*encoded);
    }
    QByteArray input;
    for (const QByteArray &one : std::as_const(bytes))
        input += one.toHex() + '\n';
    const QString script = QDir(QStringLiteral(PYROLENS_TEST_DATA "/../support"))
                               .absoluteFilePath(QStringLiteral("codec_peer.py"));
    QStringList arguments = codec.arguments;
    arguments.prepend(script);
    arguments.prepend(QStringLiteral("-B"));
    const Finished finished = runProgram(
        python, arguments, QProcessEnvironment::systemEnvironment(), input, std::chrono::minutes(3));
    QVERIFY2(finished.status == 0, finished.err.right(2000).constData());
    const QByteArrayList lines = finished.out.trimmed().split('\n');
    QCOMPARE(lines.size(), bytes.size());
    int told = 0;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const qsizetype tab = lines[i].indexOf('\t');
        const auto theirs = Json::parse(lines[i].first(tab), 1'000);
        QVERIFY(theirs.isOk());
        const Result<Decoded> ours = codec.decode(bytes[i]);
        QVERIFY2(
            ours.isOk(), ours ? "" : qPrintable(ours.error().what + QString::fromUtf8(bytes[i].toHex())));
        QCOMPARE(ours->bytesUsed, bytes[i].size());
        const QByteArray seen = comparable(toTagged(ours->value, TaggedStyle::Codec));
        QCOMPARE(seen, comparable(*theirs));
        if (codec.received) {
            const Json expected = codec.received(toTagged(sent[size_t(i)], TaggedStyle::Codec));
            if (!expected.isNull() || sent[size_t(i)].isNone()) {
                QCOMPARE(seen, comparable(expected));
                ++told;
            }
        }
        const Result<Decoded> again = codec.decode(QByteArray::fromHex(lines[i].sliced(tab + 1)));
        QVERIFY2(again.isOk(), again ? "" : qPrintable(again.error().what));
        QCOMPARE(
            comparable(toTagged(again->value, TaggedStyle::Codec)), comparable(codec.writtenAgain(*theirs)));
    }
    QVERIFY(!codec.received || told > count / 2);
}

} // namespace pyrolens::testing
