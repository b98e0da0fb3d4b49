// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The hierarchical name server of generation 3, as a client asks it.

#include "clientcalls_p.h"
#include "listing_p.h"
#include "names.h"

#include <algorithm>
#include <deque>

namespace pyrolens::naming {

namespace {

constexpr int kMaxNameBytes = 1'024;

bool isMissingMethod(const Error &error)
{
    return error.kind == Error::Kind::Remote && error.remote
        && error.remote->className.endsWith(QStringLiteral("AttributeError"));
}

Result<Done> done(const Value &)
{
    return Done{};
}

class TreeDialect final : public NameDialect
{
public:
    TreeDialect(const Generation &generation, QString defaultGroup)
        : m_generation(generation), m_defaultGroup(std::move(defaultGroup))
    { }

    Result<QByteArray> fullName(const QString &name) const override
    {
        const QByteArray group = m_defaultGroup.toUtf8();
        Status status = Done{};
        if (!group.startsWith(':'))
            status = namingError("default group name is not absolute");
        const QByteArray full = expand(name.toUtf8(), group);
        if (status)
            status = check(full, kMaxNameBytes);
        if (status)
            return full;
        return raised(m_generation, status.error());
    }
    Question<QString> lookup(const QString &name) const override
    {
        return {request("resolve", name, true), [this](const Value &value) -> Result<QString> {
                    const std::optional<QString> uri = uriIn(value, m_generation);
                    return uri ? Result<QString>(*uri) : malformed("resolve");
                }};
    }
    Question<Done> registerName(const QString &name, const QString &uri) const override
    {
        return {request("register", name, false, {Value::str(uri.toUtf8())}), done};
    }
    Question<Done> replace(const QString &name, const QString &uri) const override
    {
        return registerName(name, uri);
    }
    Question<Done> unregisterName(const QString &name) const override
    {
        return {request("unregister", name, false), done};
    }
    Question<Done> createGroup(const QString &name) const override
    {
        return {request("createGroup", name, false), done};
    }
    Question<Done> deleteGroup(const QString &name) const override
    {
        return {request("deleteGroup", name, false), done};
    }
    Question<Value> meta(const QString &name) const override
    {
        return {request("getMeta", name, true), [](const Value &value) { return Result<Value>(value); }};
    }
    Question<Done> setMeta(const QString &name, const Value &value) const override
    {
        return {request("setMeta", name, false, {value}), done};
    }
    Question<int> count() const override
    {
        return {Request{QStringLiteral("flatlist"), {}, true},
            [](const Value &value) { return Result<int>(int(value.size())); }};
    }
    std::unique_ptr<Lister> list(const NameQuery &query) override;

    const Generation &generation() const { return m_generation; }
    bool triesListing = true; // until the server turns out not to know it

    using NameDialect::malformed;

private:
    Result<Request> request(
        const char *method, const QString &name, bool isRepeatable, std::vector<Value> more = {}) const
    {
        return fullName(name).map([&](const QByteArray &full) {
            std::vector<Value> args{Value::str(full)};
            args.insert(args.end(), more.begin(), more.end());
            return Request{QString::fromLatin1(method), std::move(args), isRepeatable};
        });
    }

    const Generation &m_generation;
    const QString m_defaultGroup;
};

/// A whole tree: with one request to our own servers, else with flatlist() and, for the groups, list() of
/// every group.
class TreeLister final : public Lister
{
public:
    TreeLister(NameQuery query, TreeDialect &dialect)
        : m_query(std::move(query))
        , m_dialect(dialect)
        , m_stage(dialect.triesListing ? Stage::Listing : Stage::FlatList)
    { }

    std::optional<Request> next() override;
    Status take(const Result<Value> &answer) override;
    Result<std::vector<NameEntry>> result() override;

private:
    enum class Stage : quint8 { Listing, FlatList, Groups, End };
    Status takeFlatList(const Value &value);
    Status takeGroup(const Value &value);

    const NameQuery m_query;
    TreeDialect &m_dialect;
    Stage m_stage;
    std::deque<QByteArray> m_groups; // still to be asked for, the one under way first
    std::vector<NameEntry> m_entries;
};

std::optional<Request> TreeLister::next()
{
    switch (m_stage) {
    case Stage::Listing:
        return Request{QLatin1String(kListingMethod), {Value::boolean(m_query.groups)}, true};
    case Stage::FlatList:
        return Request{QStringLiteral("flatlist"), {}, true};
    case Stage::Groups:
        return Request{QStringLiteral("list"), {Value::str(m_groups.front())}, true};
    case Stage::End:
        break;
    }
    return std::nullopt;
}

Status TreeLister::take(const Result<Value> &answer)
{
    if (m_stage == Stage::Listing) {
        if (!answer && isMissingMethod(answer.error())) {
            m_dialect.triesListing = false;
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
        return TreeDialect::malformed("flatlist");
    m_entries.reserve(static_cast<size_t>(value.size()));
    for (const Value &item : value.items()) {
        const Value &name = item.at(0);
        if (!name.isTextLike() || name.size() > kMaxWireName)
            return TreeDialect::malformed("flatlist");
        const std::optional<QString> uri = uriIn(item.at(1), m_dialect.generation());
        if (!uri)
            return TreeDialect::malformed("flatlist");
        m_entries.push_back({name.toText(), *uri, false, {}});
    }
    m_stage = m_query.groups ? Stage::Groups : Stage::End;
    m_groups.push_back(kRootGroup);
    return Done{};
}

Status TreeLister::takeGroup(const Value &value)
{
    if (value.kind() != Value::Kind::List)
        return TreeDialect::malformed("list");
    const QByteArray &group = m_groups.front();
    for (const Value &item : value.items()) {
        const Value &part = item.at(0);
        if (!part.isTextLike() || !item.at(1).asInteger())
            return TreeDialect::malformed("list");
        if (*item.at(1).asInteger() != 0)
            continue;
        QByteArray name = join(group, part.rawBytes());
        // A made-up tree without end stops at one of these.
        if (name.size() > kMaxWireName || m_entries.size() >= kMaxEntries || part.size() == 0)
            return TreeDialect::malformed("list");
        m_entries.push_back({QString::fromUtf8(name), {}, true, {}});
        m_groups.push_back(std::move(name));
    }
    return Done{};
}

/// A tree has no queries: what is asked for is picked out of all.
Result<std::vector<NameEntry>> TreeLister::result()
{
    // Ours come sorted group by group, which nearly always is this order.
    if (!std::ranges::is_sorted(m_entries, {}, &NameEntry::name))
        std::ranges::sort(m_entries, {}, &NameEntry::name);
    return filtered(std::move(m_entries), m_query);
}

std::unique_ptr<Lister> TreeDialect::list(const NameQuery &query)
{
    return std::make_unique<TreeLister>(query, *this);
}

} // namespace

std::unique_ptr<NameDialect> makeTreeDialect(const Generation &generation, const QString &defaultGroup)
{
    return std::make_unique<TreeDialect>(generation, defaultGroup);
}

} // namespace pyrolens::naming
