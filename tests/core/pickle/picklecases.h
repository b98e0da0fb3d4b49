// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "support/vectors.h"

#include <pyrolens/pickle/pickle.h>

/// The recorded pickles below tests/data/pickle and the bodies inside the recorded Pyro 3 conversations.
namespace pyrolens::testing {

struct PickleCase
{
    QByteArray name;
    QByteArray bytes;
    Json decoded;
    bool isPython2 = false;
    int protocol = -1; ///< -1 when the input is malformed
    bool isMalformed = false;
    bool isHandWritten = false;
    pickle::ReadOptions options;
};

inline pickle::ReadOptions readOptions(const Json &entry)
{
    pickle::ReadOptions options;
    // Some of the hand written cases hold a persistent reference and do not say so.
    options.allowPersistent
        = entry.contains(u"persistent") || entry.value(u"python").toString().contains(u"PERSID");
    for (const auto &[code, name] : entry.value(u"extension").members()) {
        const QByteArray dotted = name.toString().toUtf8();
        const qsizetype dot = dotted.lastIndexOf('.');
        options.extensions.push_back({code.toUInt(), {dotted.first(dot), dotted.sliced(dot + 1)}});
    }
    return options;
}

inline std::vector<PickleCase> pickleCases()
{
    std::vector<PickleCase> cases;
    const Json all = loadVectors(QStringLiteral("pickle/cases.json"));
    for (const Json &entry : all.items()) {
        PickleCase one;
        one.bytes = QByteArray::fromHex(entry.value(u"hex").toString().toLatin1());
        one.decoded = entry.value(u"decoded");
        one.isPython2 = entry.value(u"by").toString() == u"python2.7";
        one.protocol = entry.value(u"protocol").isNull() ? -1 : int(entry.value(u"protocol").toInteger());
        one.isMalformed = entry.contains(u"malformed");
        one.isHandWritten = entry.contains(u"hand_written");
        one.options = readOptions(entry);
        one.name = QByteArray::number(qsizetype(cases.size())) + "-p" + QByteArray::number(one.protocol) + '-'
            + entry.value(u"by").toString().toUtf8() + '-'
            + entry.value(u"python").toString().left(60).toUtf8();
        cases.push_back(std::move(one));
    }
    return cases;
}

/// The pickles that programs of Pyro 3 sent each other, with what they mean (TaggedStyle::Wire).
inline std::vector<PickleCase> pyro3Bodies()
{
    constexpr qsizetype kHeader = 18;
    std::vector<PickleCase> cases;
    for (const QString &file : vectorFiles(QStringLiteral("pyro3"))) {
        const Json conversation = loadVectors(QStringLiteral("pyro3/") + file);
        const Json::Array frames = conversation.value(u"frames").items();
        const Json::Array decoded = conversation.value(u"decoded").value(u"frames").items();
        for (std::size_t i = 0; i < frames.size() && i < decoded.size(); ++i) {
            const QByteArray frame = QByteArray::fromHex(frames[i].value(u"hex").toString().toLatin1());
            if (!decoded[i].contains(u"body") || frame.size() <= kHeader)
                continue;
            PickleCase one;
            one.bytes = frame.sliced(kHeader);
            if (!one.bytes.isEmpty() && one.bytes.front() == 'x') // compressed: the zlib header byte 0x78
                one.bytes = qUncompress(QByteArray(4, '\0') + one.bytes);
            one.decoded = decoded[i].value(u"body");
            one.isPython2 = true;
            one.protocol = one.bytes.startsWith("\x80\x02") ? 2 : 1;
            one.name = file.toUtf8() + '-' + QByteArray::number(qsizetype(i)) + '-'
                + decoded[i].value(u"kind").toString().toUtf8();
            cases.push_back(std::move(one));
        }
    }
    return cases;
}

} // namespace pyrolens::testing
