// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generation.h"

#include <algorithm>

namespace pyrolens {

namespace {

constexpr qsizetype kMaxHost = 255; // DNS, RFC 1035 section 2.3.4
constexpr int kMaxPort = 65'535;

bool isHostCharacter(QChar c)
{
    if (c.isSpace() || c.category() == QChar::Other_Control || c.category() == QChar::Other_Format)
        return false;
    return !QStringView(u"/\\@?#\"'<>|,;()[]{}").contains(c);
}

/// Digits, colons, dots and an optional zone: enough to tell an address from a name; the system judges the
/// rest.
bool looksLikeV6(QStringView text)
{
    const qsizetype percent = text.indexOf(u'%');
    const QStringView address = percent < 0 ? text : text.first(percent);
    return address.count(u':') >= 2 && percent != 0 && percent != text.size() - 1
        && std::ranges::all_of(address, [](QChar c) {
               return c == u':' || c == u'.' || (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f')
                   || (c >= u'A' && c <= u'F');
           });
}

Error badEndpoint(const QString &why, qsizetype offset)
{
    return Error::usage(why + QStringLiteral("; expected HOST, HOST:PORT or [V6ADDRESS]:PORT"), offset);
}

Result<int> parsePort(QStringView text, qsizetype offset)
{
    const bool digits = !text.isEmpty() && text.size() <= 5
        && std::ranges::all_of(text, [](QChar c) { return c >= u'0' && c <= u'9'; });
    const int port = digits ? text.toInt() : -1;
    if (port < 0 || port > kMaxPort)
        return badEndpoint(QStringLiteral("port must be a number from 0 to 65535"), offset);
    return port;
}

} // namespace

Status checkHost(QStringView host)
{
    if (host.isEmpty())
        return Error::usage(QStringLiteral("host is missing"), 0);
    if (host.startsWith(u'-'))
        return Error::usage(QStringLiteral("a host must not start with '-'"), 0);
    if (host.size() > kMaxHost)
        return Error::usage(QStringLiteral("host is longer than 255 characters"), kMaxHost);
    const auto bad = std::ranges::find_if_not(host, isHostCharacter);
    if (bad != host.end())
        return Error::usage(QStringLiteral("malformed host name"), bad - host.begin());
    return Done{};
}

Result<std::pair<QString, int>> parseEndpoint(QStringView text)
{
    const QStringView trimmed = text.trimmed();
    const qsizetype lead = trimmed.isEmpty() ? 0 : trimmed.data() - text.data();
    QStringView host = trimmed;
    std::optional<QStringView> port;
    qsizetype portOffset = lead;

    if (trimmed.startsWith(u'[')) {
        const qsizetype close = trimmed.indexOf(u']');
        if (close < 0)
            return badEndpoint(QStringLiteral("']' is missing"), lead + trimmed.size());
        host = trimmed.sliced(1, close - 1);
        const QStringView rest = trimmed.sliced(close + 1);
        if (!looksLikeV6(host))
            return badEndpoint(QStringLiteral("between brackets stands no IPv6 address"), lead + 1);
        if (!rest.isEmpty() && !rest.startsWith(u':'))
            return badEndpoint(QStringLiteral("only ':' and a port may follow ']'"), lead + close + 1);
        if (!rest.isEmpty())
            port = rest.sliced(1);
        portOffset = lead + close + 2;
    } else if (trimmed.count(u':') > 1) {
        return badEndpoint(QStringLiteral("an IPv6 address needs brackets"), lead);
    } else if (const qsizetype colon = trimmed.indexOf(u':'); colon >= 0) {
        host = trimmed.first(colon);
        port = trimmed.sliced(colon + 1);
        portOffset = lead + colon + 1;
    }

    if (const Status good = checkHost(host); !good)
        return badEndpoint(good.error().what, lead + std::max<qint64>(good.error().offset, 0));
    if (!port)
        return std::pair(host.toString(), 0);
    const Result<int> number = parsePort(*port, portOffset);
    if (!number)
        return number.error();
    return std::pair(host.toString(), number.value());
}

} // namespace pyrolens
