// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <QString>
#include <QStringList>

#include <utility>
#include <vector>

namespace pyrolens {

/// Where to connect instead of where a URI says: behind a gateway that translates addresses, with forwarded
/// ports, for containers. The URIs themselves stay as they are, so what is shown, passed on, and checked
/// against a TLS certificate is what the server published. Plain data; any thread.
class AddressMap
{
public:
    /// Rules of the form "HOST[:PORT]=HOST[:PORT]". Without a port on the left any port fits; without one on
    /// the right the port stays. The first rule that fits counts, and is not applied twice. Host names are
    /// compared as texts, whatever their letter case. \return Usage with the rule that is none.
    static Result<AddressMap> parse(const QStringList &rules);

    bool isEmpty() const { return m_rules.empty(); }
    /// Host and port to connect to.
    std::pair<QString, int> apply(const QString &host, int port) const;

private:
    struct Rule
    {
        QString fromHost;
        int fromPort = 0; ///< 0 = any
        QString toHost;
        int toPort = 0; ///< 0 = the same
    };
    std::vector<Rule> m_rules;
};

} // namespace pyrolens
