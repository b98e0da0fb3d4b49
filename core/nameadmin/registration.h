// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/value.h>

#include <QMetaType>
#include <QString>

#include <memory>
#include <vector>

namespace pyrolens {

/// What a name server keeps under one name: what is compared, exported and imported. Plain data.
struct Registration
{
    QString name; ///< full name, ":group.name" in generation 3
    QString uri;  ///< text; empty for a group
    Value meta;   ///< the user's; None = none
    bool isGroup = false;
    friend bool operator==(const Registration &, const Registration &) = default;
};

/// All names of a server. Shared, because there may be 100,000 of them and several threads look at them.
using Registrations = std::shared_ptr<const std::vector<Registration>>;

} // namespace pyrolens

Q_DECLARE_METATYPE(pyrolens::Registrations)
