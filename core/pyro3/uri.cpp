// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "uri_p.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/wire/generation.h>

#include <algorithm>

namespace pyrolens::pyro3 {

namespace {

constexpr int kMaxPort = 65'535;

/// What stands behind "://", taken apart as the original's patterns do.
struct Parts
{
    QStringView host;
    QStringView port; ///< digits, may be empty
    QStringView rest; ///< id or name
};

Error badFormat(qint64 offset = -1)
{
    return Error::usage(QStringLiteral("invalid URI format"), offset);
}

/// Digits at the start of a text.
QStringView digits(QStringView text)
{
    const auto end = std::ranges::find_if_not(text, [](QChar c) { return c >= u'0' && c <= u'9'; });
    return text.first(end - text.begin());
}

/// host:port/rest; with `portNeeded` false the port may be empty ("host:/rest").
std::optional<Parts> withPort(QStringView text, bool portNeeded)
{
    const qsizetype colon = text.indexOf(u':');
    if (colon <= 0)
        return std::nullopt;
    const QStringView port = digits(text.sliced(colon + 1));
    const QStringView rest = text.sliced(colon + 1 + port.size());
    if (!rest.startsWith(u'/') || (portNeeded && port.isEmpty()))
        return std::nullopt;
    return Parts{text.first(colon), port, rest.sliced(1)};
}

/// host/rest, where the host takes all it can get before a colon: a slash in it is an error later, not part
/// of the id.
std::optional<Parts> withoutPort(QStringView text)
{
    const qsizetype colon = text.indexOf(u':');
    const qsizetype slash = (colon < 0 ? text : text.first(colon)).lastIndexOf(u'/');
    if (slash <= 0)
        return std::nullopt;
    return Parts{text.first(slash), {}, text.sliced(slash + 1)};
}

Result<Uri> finish(Uri uri, const Parts &parts, int defaultPort)
{
    if (parts.host.contains(u'/'))
        return Error::usage(QStringLiteral("malformed hostname"));
    if (parts.rest.isEmpty())
        return badFormat();
    if (!parts.host.isEmpty()) {
        if (const Status good = checkHost(parts.host); !good)
            return Error::usage(QStringLiteral("malformed hostname: ") + good.error().what);
    }
    const int port = parts.port.isEmpty() ? 0 : parts.port.size() > 5 ? kMaxPort + 1 : parts.port.toInt();
    if (port > kMaxPort)
        return Error::usage(QStringLiteral("invalid URI format: the port must be at most 65535"));
    uri.host = parts.host.toString();
    uri.port = port > 0 ? port : defaultPort;
    uri.object = parts.rest.toString();
    return uri;
}

} // namespace

Result<Uri> parseUri(QStringView text)
{
    if (text.size() > Limits().maxNameBytes)
        return Error::usage(
            QStringLiteral("invalid URI format: longer than %1 characters").arg(Limits().maxNameBytes));
    const QStringView trimmed = text.trimmed();
    const auto space = std::ranges::find_if(trimmed, [](QChar c) { return c.isSpace(); });
    const QStringView word = trimmed.first(space - trimmed.begin());
    const qsizetype mark = word.indexOf(QStringLiteral("://"));
    if (mark <= 0)
        return badFormat();
    const QStringView protocol = word.first(mark);
    const QStringView body = word.sliced(mark + 3);

    Uri uri;
    uri.classic = true;
    // The original knows PYRONAMESSL by name only ("NOT SUPPORTED YET"): its name server speaks no TLS, ours
    // does.
    if (protocol == u"PYRONAME" || protocol == u"PYRONAMESSL") {
        uri.form = Uri::Form::Name;
        uri.tls = protocol == u"PYRONAMESSL";
        const auto named = withPort(body, true);
        const auto hosted = named ? named : withoutPort(body);
        return finish(uri, hosted.value_or(Parts{{}, {}, body}), 0);
    }
    const bool location = protocol == u"PYROLOC" || protocol == u"PYROLOCSSL";
    if (!location
        && (protocol.startsWith(u"PYROLOC") || protocol.startsWith(u"PYRONAME") || protocol.contains(u':')))
        return badFormat(0);
    const auto ported = withPort(body, false);
    const auto parts = ported ? ported : withoutPort(body);
    if (!parts || protocol.contains(u'/'))
        return badFormat();
    if (!location && protocol != u"PYRO" && protocol != u"PYROSSL")
        return Error::unsupported(QStringLiteral("unsupported protocol: ") + protocol.left(32).toString());
    uri.form = location ? Uri::Form::Location : Uri::Form::Object;
    uri.tls = protocol.endsWith(u"SSL");
    return finish(uri, *parts, kDaemonPort);
}

QByteArray protocolName(const Uri &uri)
{
    QByteArray name
        = uri.form == Uri::Form::Location ? QByteArrayLiteral("PYROLOC") : QByteArrayLiteral("PYRO");
    return uri.tls ? name + "SSL" : name;
}

} // namespace pyrolens::pyro3
