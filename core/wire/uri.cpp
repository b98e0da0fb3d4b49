// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "uri.h"

namespace pyrolens {

namespace {

/// An IPv6 address needs brackets before a port.
QString bracketed(const QString &host)
{
    return host.contains(u':') ? u'[' + host + u']' : host;
}

QString classicText(const Uri &uri)
{
    const QString ssl = uri.tls ? QStringLiteral("SSL://") : QStringLiteral("://");
    const QString host = bracketed(uri.host);
    switch (uri.form) {
    case Uri::Form::Location:
        return u"PYROLOC" + ssl + host + u':' + QString::number(uri.port) + u'/' + uri.object;
    case Uri::Form::Name:
        if (host.isEmpty())
            return u"PYRONAME" + ssl + uri.object;
        return u"PYRONAME" + ssl + host + (uri.port > 0 ? u':' + QString::number(uri.port) : QString()) + u'/'
            + uri.object;
    case Uri::Form::Object:
    case Uri::Form::Meta: // does not exist in this spelling
        break;
    }
    return u"PYRO" + ssl + host + u':' + QString::number(uri.port) + u'/' + uri.object;
}

QString modernText(const Uri &uri)
{
    QString text;
    switch (uri.form) {
    case Uri::Form::Name:
        text = u"PYRONAME:" + uri.object;
        break;
    case Uri::Form::Meta:
        text = u"PYROMETA:" + uri.tags.join(u',');
        break;
    case Uri::Form::Object:
    case Uri::Form::Location: // does not exist in this spelling
        text = u"PYRO:" + uri.object;
        break;
    }
    if (!uri.unixPath.isEmpty())
        return text + u"@./u:" + uri.unixPath;
    if (uri.host.isEmpty())
        return text;
    text += u'@' + bracketed(uri.host);
    if (uri.port > 0 || uri.form == Uri::Form::Object)
        text += u':' + QString::number(uri.port);
    return text;
}

} // namespace

QString Uri::toString() const
{
    return classic ? classicText(*this) : modernText(*this);
}

QString Uri::endpoint() const
{
    if (!unixPath.isEmpty())
        return u"./u:" + unixPath;
    return port > 0 ? bracketed(host) + u':' + QString::number(port) : bracketed(host);
}

} // namespace pyrolens
