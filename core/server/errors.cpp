// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "dispatch_p.h"

// How errors of servants look to a caller.

namespace pyrolens {

namespace {

// What a servant reports that is no exception of its own.
QString classFor(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Usage:
        return QStringLiteral("ValueError");
    case Error::Kind::Timeout:
        return QStringLiteral("TimeoutError");
    case Error::Kind::Disconnected:
        return QStringLiteral("ConnectionClosedError");
    case Error::Kind::Unsupported:
        return QStringLiteral("TypeError");
    case Error::Kind::Cancelled:
        return QStringLiteral("DaemonError");
    case Error::Kind::Protocol:
    case Error::Kind::Limit:
    case Error::Kind::Denied:
    case Error::Kind::Remote:
        break;
    }
    return QStringLiteral("PyroError");
}

// The shape of CPython's traceback module, so that programs which print or parse it have what they know.
QStringList traceback(const RemoteError &error, const QString &object, const QByteArray &method)
{
    QString name = object;
    while (name.startsWith(u':'))
        name.remove(0, 1);
    QStringList lines{QStringLiteral("Traceback (most recent call last):"),
        QLatin1String("  File \"pyrolens://") + name + QLatin1String("\", line 0, in ")
            + QString::fromUtf8(method)};
    if (!error.traceback.isEmpty()) {
        lines.append(QStringLiteral(" +--- This exception occured remotely (Pyro) - Remote traceback:"));
        for (const QString &line : error.traceback)
            lines.append(QLatin1String(" | ") + line);
        lines.append(QStringLiteral(" +--- End of remote traceback"));
    }
    RemoteError bare = error;
    bare.className = error.className.section(u'.', -1);
    lines.append(bare.summary());
    return lines;
}

} // namespace

RemoteError toRemote(
    const CallSite &site, const Error &error, const QString &object, const QByteArray &method)
{
    RemoteError remote;
    if (error.remote) {
        remote = *error.remote;
    } else {
        remote.className = classFor(error.kind);
        remote.args = Value::tuple(
            {site.generation->info().dialect == Dialect::Python2 ? Value::str(error.what.toUtf8())
                                                                 : Value::text(error.what)});
        remote.attributes = Value::dict({});
    }
    if (!object.isEmpty())
        remote.traceback = traceback(remote, object, method);
    return remote;
}

} // namespace pyrolens
