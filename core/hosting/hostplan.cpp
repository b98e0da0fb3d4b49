// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostplan.h"

#include <QHostAddress>
#include <QTcpServer>

namespace pyrolens {

QString pythonSettings(const HostState &state, int generation)
{
    // The names of generation 3's settings differ (Pyro 3.16, configuration.py).
    const QString variable
        = generation == 3 ? QStringLiteral("PYRO_NS_HOSTNAME") : QStringLiteral("PYRO_NS_HOST");
    QString text;
    const auto server = [&](const QString &host, int port) {
        text += QStringLiteral("export %1=%2\nexport PYRO_NS_PORT=%3\n").arg(variable, host).arg(port);
    };
    if (state.plan.kind == HostKind::NameServer)
        server(state.host, state.port);
    else if (!state.plan.serverHost.isEmpty())
        server(state.plan.serverHost, state.plan.serverPort);
    for (const ObjectState &object : state.objects) {
        if (!object.uri.isEmpty() && state.plan.kind == HostKind::Daemon)
            text += QStringLiteral("# %1: %2\n").arg(object.name, object.uri);
    }
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
