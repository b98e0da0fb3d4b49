// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "support/conversation.h"

namespace pyrolens::testing {

/// One recorded conversation of tests/data/pyro3.
inline Conversation loadConversation(const QString &name)
{
    return loadConversation(QStringLiteral("pyro3"), name);
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

} // namespace pyrolens::testing
