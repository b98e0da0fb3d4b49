// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "vectors.h"

#include <pyrolens/wire/generation.h>

#include <QtTest>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace pyrolens::testing {

/// One recorded conversation of tests/data.
struct Conversation
{
    struct Entry
    {
        int index = 0;
        int connection = 1;
        Direction direction = Direction::ClientToServer;
        bool closes = false;
        bool isDatagram = false;
        bool isCut = false; ///< too large to be kept: only its two ends are recorded
        QByteArray bytes;
        Json decoded; ///< what the recording says it means
        QString kind() const { return decoded.value(u"kind").toString(); }
    };
    QString name;
    bool datagrams = false;
    Json config;
    Json whole; ///< the file
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

/// \param folder of tests/data
inline Conversation loadConversation(const QString &folder, const QString &name)
{
    const Json json = loadVectors(folder + u'/' + name + QStringLiteral(".json"));
    Conversation conversation;
    conversation.name = name;
    conversation.datagrams = json.value(u"transport").toString() == u"udp";
    conversation.config = json.value(u"config");
    conversation.whole = json;
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
        entry.isDatagram = conversation.datagrams || frames[i].value(u"transport").toString() == u"udp";
        entry.isCut = frames[i].contains(u"sha256");
        entry.bytes = QByteArray::fromHex(frames[i].value(u"hex").toString().toLatin1());
        entry.decoded = decoded[i];
        conversation.entries.push_back(std::move(entry));
    }
    return conversation;
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

/// Whether every byte of the frame is in exactly one leaf of its fields, and each field inside of its parent.
inline bool coversEveryByteOnce(const std::vector<Field> &fields, qsizetype size)
{
    std::vector<int> owners(size_t(size), 0);
    std::vector<const Field *> waiting;
    for (const Field &field : fields)
        waiting.push_back(&field);
    while (!waiting.empty()) {
        const Field *field = waiting.back();
        waiting.pop_back();
        if (field->size <= 0 || field->offset < 0 || field->offset + field->size > size)
            return false;
        for (const Field &child : field->children) {
            if (child.offset < field->offset || child.offset + child.size > field->offset + field->size)
                return false;
            waiting.push_back(&child);
        }
        if (!field->children.empty())
            continue;
        for (qsizetype i = 0; i < field->size; ++i)
            ++owners[size_t(field->offset + i)];
    }
    return std::ranges::all_of(owners, [](int count) { return count == 1; });
}

} // namespace pyrolens::testing
