// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "support/vectors.h"

#include <pyrolens/wire/generation.h>

#include <QtTest>

#include <set>
#include <vector>

namespace pyrolens::testing {

/// One recorded conversation of tests/data/pyro3.
struct Conversation
{
    struct Entry
    {
        int index = 0;
        int connection = 1;
        Direction direction = Direction::ClientToServer;
        bool closes = false;
        QByteArray bytes;
        Json decoded; ///< what the recording says it means
        QString kind() const { return decoded.value(u"kind").toString(); }
    };
    QString name;
    bool datagrams = false;
    Json config;
    std::vector<Entry> entries;

    std::set<int> connections() const
    {
        std::set<int> numbers;
        for (const Entry &entry : entries)
            numbers.insert(entry.connection);
        return numbers;
    }
    /// Entries with bytes of one connection, of one side or both.
    std::vector<Entry> of(int connection, std::optional<Direction> side = {}) const
    {
        std::vector<Entry> some;
        for (const Entry &entry : entries) {
            if (!entry.closes && entry.connection == connection && (!side || entry.direction == *side))
                some.push_back(entry);
        }
        return some;
    }
};

inline Conversation loadConversation(const QString &name)
{
    const Json json = loadVectors(QStringLiteral("pyro3/") + name + QStringLiteral(".json"));
    Conversation conversation;
    conversation.name = name;
    conversation.datagrams = json.value(u"transport").toString() == u"udp";
    conversation.config = json.value(u"config");
    const Json::Array &frames = json.value(u"frames").items();
    const Json::Array &decoded = json.value(u"decoded").value(u"frames").items();
    if (frames.empty() || frames.size() != decoded.size())
        qFatal("bad conversation %s", qPrintable(name));
    for (size_t i = 0; i < frames.size(); ++i) {
        Conversation::Entry entry;
        entry.index = int(i);
        entry.connection = int(frames[i].value(u"conn").toInteger(1));
        entry.direction = frames[i].value(u"dir").toString() == u"c2s" ? Direction::ClientToServer
                                                                       : Direction::ServerToClient;
        entry.closes = frames[i].contains(u"event");
        entry.bytes = QByteArray::fromHex(frames[i].value(u"hex").toString().toLatin1());
        entry.decoded = decoded[i];
        conversation.entries.push_back(std::move(entry));
    }
    return conversation;
}

enum class Rows { All, Streams };

/// A row per conversation.
inline void addConversationRows(Rows rows = Rows::All)
{
    QTest::addColumn<QString>("name");
    for (const QString &file : vectorFiles(QStringLiteral("pyro3"))) {
        const QString name = file.chopped(5);
        if (rows == Rows::All || !name.startsWith(QStringLiteral("ns_broadcast")))
            QTest::addRow("%s", qPrintable(name)) << name;
    }
}

/// The recorder knew no 8-bit str beyond ASCII in pickle format 0 and wrote "raw" for these; the peers
/// understood them (each request has its ordinary answer), and so do we.
inline bool recorderGaveUp(const QString &name, int index)
{
    static const std::set<std::pair<QString, int>> kFrames{{QStringLiteral("format0_composite"), 3},
        {QStringLiteral("format0_composite"), 4}, {QStringLiteral("format0_mobile_supply"), 5},
        {QStringLiteral("format0_proxy_as_argument"), 3}, {QStringLiteral("format0_proxy_as_argument"), 4},
        {QStringLiteral("format0_value_datetime"), 3}, {QStringLiteral("format0_value_datetime"), 4},
        {QStringLiteral("format0_value_str_bytes"), 3}, {QStringLiteral("format0_value_str_bytes"), 4},
        {QStringLiteral("format_mixed"), 3}};
    return kFrames.contains({name, index});
}

/// Kind of a frame as an entry of `decoded.frames` names it.
inline FrameKind frameKind(const Conversation::Entry &entry, bool datagram)
{
    if (datagram)
        return FrameKind::Datagram;
    if (entry.kind() == u"challenge")
        return FrameKind::Challenge;
    if (entry.kind() == u"connect")
        return FrameKind::Connect;
    if (entry.kind() == u"accept" || entry.kind() == u"deny")
        return FrameKind::Verdict;
    return FrameKind::Message;
}

} // namespace pyrolens::testing
