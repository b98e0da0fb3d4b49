// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "uri_p.h"

#include <pyrolens/base/limits.h>

#include <algorithm>
#include <limits>

namespace pyrolens::pyro45 {

namespace {

constexpr QStringView kUnixMark = u"./u:";

Error invalid(const QString &detail = {})
{
    return Error::usage(QStringLiteral("invalid uri") + detail);
}

/// Python's int(): blanks around, a sign, underscores between digits, leading zeros.
std::optional<int> lenientInteger(QStringView text)
{
    const QString trimmed = text.trimmed().toString();
    const bool isSigned = trimmed.startsWith(u'+') || trimmed.startsWith(u'-');
    const QString digits = isSigned ? trimmed.sliced(1) : trimmed;
    if (digits.isEmpty() || digits.startsWith(u'_') || digits.endsWith(u'_')
        || digits.contains(QStringLiteral("__")))
        return std::nullopt;
    QString bare = digits;
    bare.remove(u'_');
    if (!std::ranges::all_of(bare, [](QChar c) { return c.isDigit(); }))
        return std::nullopt;
    bool good = false;
    const int value = bare.toInt(&good);
    if (!good)
        return std::nullopt;
    return trimmed.startsWith(u'-') ? -value : value;
}

Result<int> portOf(QStringView text, bool isGiven, bool isObject)
{
    if (!isGiven || text.isEmpty()) {
        if (!isObject)
            return kNameServerPort;
        return Error::usage(isGiven ? QStringLiteral("invalid port in uri, port=")
                                    : QStringLiteral("invalid port in uri, port=None"));
    }
    const auto port = lenientInteger(text);
    if (!port || *port < 0)
        return Error::usage(QStringLiteral("invalid port in uri, port=") + text);
    return *port;
}

Status readIpv6(QStringView location, Uri &uri)
{
    if (location.startsWith(u"[["))
        return Error::usage(QStringLiteral("invalid ipv6 address: enclosed in too many brackets"));
    const qsizetype end = location.indexOf(u']');
    const QStringView inside = end < 0 ? QStringView() : location.sliced(1, end - 1);
    const bool isAddress = !inside.isEmpty() && std::ranges::all_of(inside, [](QChar c) {
        return c == u':' || c == u'%' || c.isDigit() || (c.toLower() >= u'a' && c.toLower() <= u'f');
    });
    if (!isAddress) {
        return Error::usage(
            QStringLiteral("invalid ipv6 address: the part between brackets must be a numeric ipv6 address"));
    }
    uri.host = inside.toString();
    const QStringView rest = location.sliced(end + 1);
    // What follows and is no port is ignored by the originals.
    const auto isPort = [](QStringView text) {
        return text.size() > 1 && text.startsWith(u':')
            && std::ranges::all_of(text.sliced(1), [](QChar c) { return c.isDigit(); });
    };
    const bool hasPort = isPort(rest);
    const Result<int> port
        = portOf(hasPort ? rest.sliced(1) : QStringView(), hasPort, uri.form == Uri::Form::Object);
    if (!port)
        return port.error();
    uri.port = *port;
    return Done{};
}

Status readLocation(QStringView location, Uri &uri)
{
    if (location.startsWith(kUnixMark)) {
        const QStringView path = location.sliced(kUnixMark.size());
        if (path.isEmpty() || path.contains(u':'))
            return invalid(QStringLiteral(" (location)"));
        uri.unixPath = path.toString();
        return Done{};
    }
    if (location.startsWith(u'['))
        return readIpv6(location, uri);
    const qsizetype colon = location.indexOf(u':');
    uri.host = (colon < 0 ? location : location.first(colon)).toString();
    const Result<int> port = portOf(
        colon < 0 ? QStringView() : location.sliced(colon + 1), colon >= 0, uri.form == Uri::Form::Object);
    if (!port)
        return port.error();
    uri.port = *port;
    return Done{};
}

} // namespace

Result<Uri> parseUri(QStringView text)
{
    if (text.size() > Limits().maxNameBytes)
        return invalid(QStringLiteral(": longer than %1 characters").arg(Limits().maxNameBytes));
    if (text.endsWith(u'\n'))
        text = text.chopped(1);
    const qsizetype colon = text.indexOf(u':');
    const QString protocol = text.first(std::max<qsizetype>(0, colon)).toString().toUpper();
    const bool isWord = std::ranges::all_of(protocol, [](QChar c) { return c >= u'A' && c <= u'Z'; });
    if (colon < 0 || !protocol.startsWith(QStringLiteral("PYRO")) || !isWord)
        return invalid();
    const QStringView body = text.sliced(colon + 1);
    // The first @ that something follows ends the object.
    const qsizetype mark = body.indexOf(u'@');
    const bool hasLocation = mark >= 0 && mark + 1 < body.size();
    const QStringView object = hasLocation ? body.first(mark) : body;
    const bool hasSpace = std::ranges::any_of(object, [](QChar c) { return c.isSpace(); });
    if (object.isEmpty() || hasSpace || body.contains(u'\n'))
        return invalid();

    Uri uri;
    if (protocol == u"PYRONAME")
        uri.form = Uri::Form::Name;
    else if (protocol == u"PYROMETA")
        uri.form = Uri::Form::Meta;
    else if (protocol != u"PYRO")
        return invalid(QStringLiteral(" (protocol)"));
    if (uri.form == Uri::Form::Object && !hasLocation)
        return invalid();
    if (uri.form == Uri::Form::Meta) {
        for (const QStringView tag : object.split(u',')) {
            if (!uri.tags.contains(tag.trimmed()))
                uri.tags.append(tag.trimmed().toString());
        }
    } else {
        uri.object = object.toString();
    }
    if (hasLocation) {
        if (Status read = readLocation(body.sliced(mark + 1), uri); !read)
            return read.error();
    }
    return uri;
}

} // namespace pyrolens::pyro45
