// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientcalls_p.h"

#include "listing_p.h"
#include "names.h"

#include <algorithm>

namespace pyrolens::naming {

namespace {

// What a server may make us keep or ask; our own servers allow a fifth of it.
constexpr size_t kMaxEntries = 1'000'000;
constexpr qsizetype kMaxNameBytes = 4 * 1'024;

Error malformed(const char *what)
{
    return Error::protocol(u"the name server's answer to " + QLatin1String(what) + u" is malformed",
        QStringLiteral("ns.answer"));
}

bool isMissingMethod(const Error &error)
{
    return error.kind == Error::Kind::Remote && error.remote
        && error.remote->className.endsWith(QStringLiteral("AttributeError"));
}

} // namespace

Request lookupRequest(const QByteArray &name)
{
    return {QStringLiteral("resolve"), {Value::str(name)}, true};
}

Request registerRequest(const QByteArray &name, const QString &uri)
{
    return {QStringLiteral("register"), {Value::str(name), Value::str(uri.toUtf8())}, false};
}

Request changeRequest(const QString &method, const QByteArray &name)
{
    return {method, {Value::str(name)}, false};
}

Request metaRequest(const QByteArray &name)
{
    return {QStringLiteral("getMeta"), {Value::str(name)}, true};
}

Request setMetaRequest(const QByteArray &name, const Value &value)
{
    return {QStringLiteral("setMeta"), {Value::str(name), value}, false};
}

Request listingRequest(bool groups)
{
    return {QLatin1String(kListingMethod), {Value::boolean(groups)}, true};
}

Request flatListRequest()
{
    return {QStringLiteral("flatlist"), {}, true};
}

Request listRequest(const QByteArray &group)
{
    return {QStringLiteral("list"), {Value::str(group)}, true};
}

Result<QString> readUri(const Value &value, const Generation &generation)
{
    const std::optional<Reference> reference = generation.asReference(value);
    if (reference && reference->form == Reference::Form::Uri)
        return reference->uri;
    if (value.isTextLike() && value.size() <= kMaxNameBytes)
        return value.toText();
    return malformed("resolve");
}

TreeLister::TreeLister(bool groups, bool tryListing, const Generation &generation)
    : m_wantsGroups(groups)
    , m_hasListing(tryListing)
    , m_generation(generation)
    , m_stage(tryListing ? Stage::Listing : Stage::FlatList)
{ }

std::optional<Request> TreeLister::next()
{
    switch (m_stage) {
    case Stage::Listing:
        return listingRequest(m_wantsGroups);
    case Stage::FlatList:
        return flatListRequest();
    case Stage::Groups:
        return listRequest(m_groups.front());
    case Stage::End:
        break;
    }
    return std::nullopt;
}

Status TreeLister::take(const Result<Value> &answer)
{
    if (m_stage == Stage::Listing) {
        if (!answer && isMissingMethod(answer.error())) {
            m_hasListing = false;
            m_stage = Stage::FlatList;
            return Done{};
        }
        if (!answer)
            return answer.error();
        Result<std::vector<NameEntry>> entries = readListing(answer.value().rawBytes());
        if (!entries)
            return entries.error();
        m_entries = std::move(entries).value();
        m_stage = Stage::End;
        return Done{};
    }
    if (m_stage == Stage::FlatList)
        return answer ? takeFlatList(answer.value()) : Status(answer.error());
    // A group that was deleted since we heard of it is simply not there any more.
    if (!answer && answer.error().kind != Error::Kind::Remote)
        return answer.error();
    Status status = answer ? takeGroup(answer.value()) : Status(Done{});
    m_groups.pop_front();
    if (m_groups.empty())
        m_stage = Stage::End;
    return status;
}

Status TreeLister::takeFlatList(const Value &value)
{
    if (value.kind() != Value::Kind::List || size_t(value.size()) > kMaxEntries)
        return malformed("flatlist");
    m_entries.reserve(static_cast<size_t>(value.size()));
    for (const Value &item : value.items()) {
        const Value &name = item.at(0);
        if (!name.isTextLike() || name.size() > kMaxNameBytes)
            return malformed("flatlist");
        Result<QString> uri = readUri(item.at(1), m_generation);
        if (!uri)
            return uri.error();
        m_entries.push_back({name.toText(), std::move(uri).value(), false});
    }
    m_stage = m_wantsGroups ? Stage::Groups : Stage::End;
    m_groups.push_back(kRootGroup);
    return Done{};
}

Status TreeLister::takeGroup(const Value &value)
{
    if (value.kind() != Value::Kind::List)
        return malformed("list");
    const QByteArray &group = m_groups.front();
    for (const Value &item : value.items()) {
        const Value &part = item.at(0);
        if (!part.isTextLike() || !item.at(1).asInteger())
            return malformed("list");
        if (*item.at(1).asInteger() != 0)
            continue;
        QByteArray name = join(group, part.rawBytes());
        // A made-up tree without end stops at one of these.
        if (name.size() > kMaxNameBytes || m_entries.size() >= kMaxEntries || part.size() == 0)
            return malformed("list");
        m_entries.push_back({QString::fromUtf8(name), {}, true});
        m_groups.push_back(std::move(name));
    }
    return Done{};
}

std::vector<NameEntry> TreeLister::result()
{
    // Ours come sorted group by group, which nearly always is this order.
    if (!std::ranges::is_sorted(m_entries, {}, &NameEntry::name))
        std::ranges::sort(m_entries, {}, &NameEntry::name);
    return std::move(m_entries);
}

} // namespace pyrolens::naming
