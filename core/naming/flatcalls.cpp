// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The flat name server of generations 4 and 5, as a client asks it.

#include "clientcalls_p.h"
#include "flatarguments_p.h"
#include "flatdialect_p.h"
#include "flattable.h"

#include <pyrolens/value/tagged.h>

#include <algorithm>

namespace pyrolens::naming {

namespace {

constexpr int kMaxNameBytes = 1'024;

/// A name and what belongs to it.
struct Found
{
    QString uri;
    QStringList tags;
};

class FlatCalls final : public NameDialect
{
public:
    explicit FlatCalls(const Generation &generation)
        : m_generation(generation), m_dialect(*flatDialect(generation.info().id))
    { }

    Result<QByteArray> fullName(const QString &name) const override
    {
        const QByteArray utf8 = name.toUtf8();
        if (utf8.size() > kMaxNameBytes)
            return Error::usage(QStringLiteral("a name of more than %1 bytes").arg(kMaxNameBytes));
        return utf8;
    }
    Question<QString> lookup(const QString &name) const override
    {
        return {request("lookup", name, true), [this](const Value &value) -> Result<QString> {
                    const std::optional<QString> uri = uriIn(value, m_generation);
                    return uri ? Result<QString>(*uri) : malformed("lookup");
                }};
    }
    Question<Done> registerName(const QString &name, const QString &uri) const override
    {
        return enter(name, uri, true);
    }
    Question<Done> replace(const QString &name, const QString &uri) const override
    {
        return enter(name, uri, false);
    }
    Question<Done> unregisterName(const QString &name) const override
    {
        return {request("remove", name, false), [this, name](const Value &value) -> Result<Done> {
                    const std::optional<qint64> count = value.asInteger();
                    if (!count)
                        return malformed("remove");
                    if (*count > 0)
                        return Done{};
                    // The originals only say that nothing was removed.
                    return raised(m_generation,
                        raise(QStringLiteral("NamingError"), {Value::text(u"unknown name: " + name)}));
                }};
    }
    Question<Done> createGroup(const QString &) const override { return {noGroups(), {}}; }
    Question<Done> deleteGroup(const QString &) const override { return {noGroups(), {}}; }
    Question<Value> meta(const QString &name) const override
    {
        return {request("lookup", name, true, {Value::boolean(true)}),
            [this](const Value &value) -> Result<Value> {
                const std::optional<Found> found = read(value);
                if (!found)
                    return malformed("lookup");
                std::vector<Value> tags;
                for (const QString &tag : found->tags)
                    tags.push_back(Value::text(tag));
                return Value::list(std::move(tags));
            }};
    }
    Question<Done> setMeta(const QString &name, const Value &value) const override
    {
        std::vector<Value> tags;
        if (!value.isNone()) {
            const Result<QByteArrayList> given = tagsOf(value, QStringLiteral("metadata"));
            if (!given)
                return {
                    Error::usage(
                        QStringLiteral("metadata of %1 is a list of strings").arg(m_generation.info().label)),
                    {}};
            for (const QByteArray &tag : *given)
                tags.push_back(Value::utf8(tag));
        }
        return {request("set_metadata", name, false, {Value::list(std::move(tags))}),
            [](const Value &) { return Result<Done>(Done{}); }};
    }
    Question<int> count() const override
    {
        return {Request{QStringLiteral("count"), {}, true}, [](const Value &value) -> Result<int> {
                    const std::optional<qint64> number = value.asInteger();
                    return number && *number >= 0 && *number <= qint64(kMaxEntries)
                        ? Result<int>(int(*number))
                        : malformed("count");
                }};
    }
    std::unique_ptr<Lister> list(const NameQuery &query) override;

    /// The server knows one criterion at a time: tags, else the prefix, else the expression.
    static bool isAskedByTags(const NameQuery &query)
    {
        return !query.tags.isEmpty() || !query.anyTags.isEmpty();
    }
    static bool isAskedByRegex(const NameQuery &query)
    {
        return !isAskedByTags(query) && query.prefix.isEmpty() && !query.regex.isEmpty();
    }
    Request listRequest(const NameQuery &query) const;
    Result<std::vector<NameEntry>> readList(const Value &value) const;

private:
    Question<Done> enter(const QString &name, const QString &uri, bool isSafe) const
    {
        return {request("register", name, false, {Value::text(uri), Value::boolean(isSafe)}),
            [](const Value &) { return Result<Done>(Done{}); }};
    }
    Error noGroups() const
    {
        return Error::unsupported(
            QStringLiteral("a %1 name server has no groups").arg(m_generation.info().label));
    }
    Result<Request> request(
        const char *method, const QString &name, bool isRepeatable, std::vector<Value> more = {}) const
    {
        return fullName(name).map([&](const QByteArray &full) {
            std::vector<Value> args{Value::utf8(full)};
            args.insert(args.end(), more.begin(), more.end());
            return Request{QString::fromLatin1(method), std::move(args), isRepeatable};
        });
    }
    /// URI and tags, in that order.
    std::optional<Found> read(const Value &pair) const;

    const Generation &m_generation;
    const FlatDialect &m_dialect;
};

std::optional<Found> FlatCalls::read(const Value &pair) const
{
    const Value seen = richView(pair).value_or(pair);
    const std::optional<QString> uri = uriIn(seen.at(0), m_generation);
    const Result<QByteArrayList> tags = tagsOf(seen.at(1), QStringLiteral("metadata"));
    if (!uri || !tags || seen.size() != 2)
        return std::nullopt;
    Found found{*uri, {}};
    for (const QByteArray &tag : normalisedTags(*tags))
        found.tags.append(QString::fromUtf8(tag));
    return found;
}

Request FlatCalls::listRequest(const NameQuery &query) const
{
    const auto texts = [](const QStringList &list) {
        std::vector<Value> items;
        for (const QString &text : list)
            items.push_back(Value::text(text));
        return Value::list(std::move(items));
    };
    const Value none;
    const Value yes = Value::boolean(true);
    const Value all = query.tags.isEmpty() ? none : texts(query.tags);
    const Value any = query.anyTags.isEmpty() || !query.tags.isEmpty() ? none : texts(query.anyTags);
    const bool byTags = isAskedByTags(query);
    if (byTags && !m_dialect.listsByTags)
        return {QStringLiteral("yplookup"), {all, any, yes}, true};
    const bool byPrefix = !byTags && !query.prefix.isEmpty();
    std::vector<Value> args{
        byPrefix ? Value::text(query.prefix) : none, isAskedByRegex(query) ? Value::text(query.regex) : none};
    if (m_dialect.listsByTags)
        args.insert(args.end(), {all, any});
    args.push_back(yes);
    return {QStringLiteral("list"), std::move(args), true};
}

Result<std::vector<NameEntry>> FlatCalls::readList(const Value &value) const
{
    if (value.kind() != Value::Kind::Dict || size_t(value.size()) > kMaxEntries)
        return malformed("list");
    std::vector<NameEntry> entries;
    entries.reserve(size_t(value.size()));
    for (const auto &[name, pair] : value.pairs()) {
        std::optional<Found> found = read(pair);
        if (!found || !name.isTextLike() || name.size() > kMaxWireName)
            return malformed("list");
        entries.push_back({name.toText(), std::move(found->uri), false, std::move(found->tags)});
    }
    std::ranges::sort(entries, {}, &NameEntry::name);
    return entries;
}

class FlatLister final : public Lister
{
public:
    FlatLister(const FlatCalls &calls, NameQuery query) : m_calls(calls), m_query(std::move(query)) { }

    std::optional<Request> next() override
    {
        if (m_isDone)
            return std::nullopt;
        return m_calls.listRequest(m_query);
    }
    Status take(const Result<Value> &answer) override
    {
        m_isDone = true;
        Result<std::vector<NameEntry>> entries
            = answer ? m_calls.readList(*answer) : Result<std::vector<NameEntry>>(answer.error());
        if (!entries)
            return entries.error();
        m_entries = *std::move(entries);
        std::erase_if(m_entries, [this](const NameEntry &entry) {
            const auto has = [&entry](const QString &tag) { return entry.tags.contains(tag); };
            return !std::ranges::all_of(m_query.tags, has)
                || (!m_query.anyTags.isEmpty() && !std::ranges::any_of(m_query.anyTags, has));
        });
        return Done{};
    }
    Result<std::vector<NameEntry>> result() override
    {
        // Of several criteria the server has seen one. Its expressions are Python's: where it has looked,
        // nobody looks again.
        NameQuery rest = m_query;
        if (m_calls.isAskedByRegex(m_query))
            rest.regex.clear();
        return filtered(std::move(m_entries), rest);
    }

private:
    const FlatCalls &m_calls;
    const NameQuery m_query;
    std::vector<NameEntry> m_entries;
    bool m_isDone = false;
};

std::unique_ptr<Lister> FlatCalls::list(const NameQuery &query)
{
    return std::make_unique<FlatLister>(*this, query);
}

} // namespace

std::unique_ptr<NameDialect> makeFlatDialect(const Generation &generation)
{
    return std::make_unique<FlatCalls>(generation);
}

} // namespace pyrolens::naming
