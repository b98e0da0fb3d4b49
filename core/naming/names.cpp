// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "names.h"

#include <pyrolens/server/servant.h>

#include <algorithm>

namespace pyrolens::naming {

namespace {

constexpr qsizetype kShownBytes = 1'024;

bool isAllowed(char c)
{
    return c >= 33 && c <= 126 && c != '\\';
}

bool hasEmptyPart(QByteArrayView absolute)
{
    const QByteArrayView parts = absolute.sliced(1);
    if (parts.isEmpty())
        return false; // the root
    return parts.startsWith('.') || parts.endsWith('.') || parts.contains("..");
}

} // namespace

QByteArray expand(QByteArrayView name, QByteArrayView defaultGroup)
{
    if (name.isEmpty())
        return defaultGroup.toByteArray();
    if (name.startsWith(':'))
        return name.toByteArray();
    return join(defaultGroup, name);
}

Status check(QByteArrayView absolute, int maxBytes)
{
    if (!absolute.startsWith(':') || hasEmptyPart(absolute))
        return namingError("invalid name", absolute);
    if (!std::ranges::all_of(absolute, isAllowed))
        return namingError("invalid character(s) in name", absolute);
    if (absolute.size() > maxBytes)
        return namingError("name too long", absolute);
    return Done{};
}

std::pair<QByteArrayView, QByteArrayView> split(QByteArrayView absolute)
{
    const qsizetype dot = absolute.lastIndexOf('.');
    if (dot < 0)
        return {absolute.first(1), absolute.sliced(1)};
    return {absolute.first(dot), absolute.sliced(dot + 1)};
}

QByteArray join(QByteArrayView group, QByteArrayView part)
{
    QByteArray name;
    name.reserve(group.size() + 1 + part.size());
    name.append(group);
    if (group != kRootGroup)
        name.append('.');
    return name.append(part);
}

QByteArray shortened(QByteArrayView name)
{
    if (name.size() <= kShownBytes)
        return name.toByteArray();
    return name.first(kShownBytes).toByteArray().append("...");
}

Error namingError(const char *text, QByteArrayView name)
{
    std::vector<Value> args{Value::str(text)};
    if (!name.isNull())
        args.push_back(Value::str(shortened(name)));
    return raise(QStringLiteral("NamingError"), std::move(args));
}

} // namespace pyrolens::naming
