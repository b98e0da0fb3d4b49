// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostplan.h"

#include <QHostAddress>
#include <QTcpServer>

#include <algorithm>

namespace pyrolens {

namespace {

/// For generation 3, or for 4 and 5, whose settings have the same names. Source: Pyro 3.16, configuration.py;
/// Pyro4 and Pyro5, configuration.py and configure.py.
QString settingsFor(const HostState &state, bool isTree)
{
    const HostPlan &plan = state.plan;
    QString text = isTree ? QStringLiteral("# Pyro 3\n") : QStringLiteral("# Pyro 4 and 5\n");
    const bool isServer = plan.kind == HostKind::NameServer;
    if (isServer || !plan.serverHost.isEmpty()) {
        text += QStringLiteral("export %1=%2\nexport PYRO_NS_PORT=%3\n")
                    .arg(isTree ? QStringLiteral("PYRO_NS_HOSTNAME") : QStringLiteral("PYRO_NS_HOST"),
                        isServer ? state.host : plan.serverHost)
                    .arg(isServer ? state.port : plan.serverPort);
    }
    if (plan.kind != HostKind::Daemon && plan.kind != HostKind::Gateway)
        return text;
    for (const ObjectState &object : state.objects) {
        for (const QString &uri : object.uris) {
            if (uri.contains(u"://") == isTree)
                text += QStringLiteral("# %1: %2\n").arg(object.name, uri);
        }
    }
    return text;
}

} // namespace

QString pythonSettings(const HostState &state)
{
    QStringList uris = state.uris;
    for (const ObjectState &object : state.objects)
        uris += object.uris;
    const auto isClassic = [](const QString &uri) { return uri.contains(u"://"); };
    QString text;
    if (std::ranges::any_of(uris, isClassic))
        text += settingsFor(state, true);
    if (!std::ranges::all_of(uris, isClassic))
        text += settingsFor(state, false);
    return text;
}

int nextFreePort(const QString &host, int port)
{
    constexpr int kTries = 100;
    QHostAddress address(host);
    if (address.isNull())
        address = QHostAddress::LocalHost;
    for (int next = port + 1; next <= std::min(65'535, port + kTries); ++next) {
        QTcpServer probe;
        if (probe.listen(address, quint16(next)))
            return next;
    }
    return 0;
}

} // namespace pyrolens
