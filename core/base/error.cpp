// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "error.h"

namespace pyrolens {

namespace {

Error make(Error::Kind kind, QString what, QString code = {}, qint64 offset = -1)
{
    Error error;
    error.kind = kind;
    error.what = std::move(what);
    error.code = std::move(code);
    error.offset = offset;
    return error;
}

} // namespace

Error Error::usage(QString what, qint64 offset)
{
    return make(Kind::Usage, std::move(what), {}, offset);
}

Error Error::protocol(QString what, QString code, qint64 offset)
{
    return make(Kind::Protocol, std::move(what), std::move(code), offset);
}

Error Error::limit(QString what, QString code, qint64 offset)
{
    return make(Kind::Limit, std::move(what), std::move(code), offset);
}

Error Error::unsupported(QString what, QString code, qint64 offset)
{
    return make(Kind::Unsupported, std::move(what), std::move(code), offset);
}

Error Error::denied(QString what, QString code)
{
    return make(Kind::Denied, std::move(what), std::move(code));
}

Error Error::timeout(QString what)
{
    return make(Kind::Timeout, std::move(what));
}

Error Error::disconnected(QString what)
{
    return make(Kind::Disconnected, std::move(what));
}

Error Error::cancelled(QString what)
{
    return make(Kind::Cancelled, what.isEmpty() ? QStringLiteral("cancelled") : std::move(what));
}

QString Error::className() const
{
    return QStringLiteral("pyrolens.") + kindName(kind);
}

QString kindName(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Usage:
        return QStringLiteral("Usage");
    case Error::Kind::Protocol:
        return QStringLiteral("Protocol");
    case Error::Kind::Limit:
        return QStringLiteral("Limit");
    case Error::Kind::Unsupported:
        return QStringLiteral("Unsupported");
    case Error::Kind::Denied:
        return QStringLiteral("Denied");
    case Error::Kind::Timeout:
        return QStringLiteral("Timeout");
    case Error::Kind::Disconnected:
        return QStringLiteral("Disconnected");
    case Error::Kind::Cancelled:
        return QStringLiteral("Cancelled");
    case Error::Kind::Remote:
        return QStringLiteral("Remote");
    }
    return QStringLiteral("Unknown");
}

} // namespace pyrolens
