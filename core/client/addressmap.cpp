// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "addressmap.h"

#include <pyrolens/wire/generation.h>

namespace pyrolens {

Result<AddressMap> AddressMap::parse(const QStringList &rules)
{
    AddressMap map;
    for (const QString &text : rules) {
        const auto refused = [&text](const QString &why) {
            return Error::usage(
                QStringLiteral("'%1' is no rule for addresses (HOST[:PORT]=HOST[:PORT]): %2").arg(text, why));
        };
        const qsizetype sign = text.indexOf(u'=');
        if (sign < 0)
            return refused(QStringLiteral("it has no '='"));
        const auto from = parseEndpoint(QStringView(text).first(sign));
        if (!from)
            return refused(from.error().what);
        const auto to = parseEndpoint(QStringView(text).sliced(sign + 1));
        if (!to)
            return refused(to.error().what);
        map.m_rules.push_back({from->first, from->second, to->first, to->second});
    }
    return map;
}

std::pair<QString, int> AddressMap::apply(const QString &host, int port) const
{
    for (const Rule &rule : m_rules) {
        if (rule.fromHost.compare(host, Qt::CaseInsensitive) == 0
            && (rule.fromPort == 0 || rule.fromPort == port))
            return {rule.toHost, rule.toPort == 0 ? port : rule.toPort};
    }
    return {host, port};
}

} // namespace pyrolens
