// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "credentials.h"

#include <pyrolens/base/glob.h>

#include <algorithm>

namespace pyrolens {

QByteArray ClassPolicy::firstRefused(const std::vector<QByteArray> &unknown) const
{
    if (acceptAll)
        return {};
    for (const QByteArray &name : unknown) {
        const QString text = QString::fromUtf8(name);
        const auto lets = [&text](const QString &pattern) { return globMatches(pattern, text); };
        if (std::ranges::none_of(patterns, lets))
            return name;
    }
    return {};
}

} // namespace pyrolens
