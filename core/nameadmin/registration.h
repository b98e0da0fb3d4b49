// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/value.h>

#include <QMetaType>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

namespace pyrolens {

/// What a name server keeps under one name: what is compared, exported and imported. Plain data.
struct Registration
{
    QString name; ///< full name, ":group.name" in generation 3
    QString uri;  ///< text; empty for a group
    Value meta;   ///< the user's; None = none. In a flat server the list of its tags, see metaOfTags()
    bool isGroup = false;
    friend bool operator==(const Registration &, const Registration &) = default;
};

/// All names of a server. Shared, because there may be 100,000 of them and several threads look at them.
using Registrations = std::shared_ptr<const std::vector<Registration>>;

/// Tags of a flat name server as meta information: a sorted list of texts, each once.
Value metaOfTags(QStringList tags);
/// The reverse: nothing when it is neither None nor a collection of texts.
std::optional<QStringList> tagsOfMeta(const Value &meta);

} // namespace pyrolens

Q_DECLARE_METATYPE(pyrolens::Registrations)
