// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatservant_p.h"

#include "durablereply_p.h"
#include "flatarguments_p.h"
#include "flatdialect_p.h"
#include "namepattern_p.h"

#include <pyrolens/wire/generation.h>

#include <algorithm>

namespace pyrolens::naming {

namespace {

using Args = std::vector<Value>;

constexpr int kManyNames = 5'000; // a list of them is a reply of megabytes

/// Which entries are asked for.
struct Filter
{
    QByteArray prefix;
    std::optional<NamePattern> pattern;
    QByteArrayList all;
    QByteArrayList any;
};

Value textOf(const QByteArray &utf8)
{
    return Value::utf8(utf8);
}

/// The methods for one generation.
class Methods
{
public:
    Methods(std::shared_ptr<Registry> registry, const FlatDialect &dialect, std::function<void()> bigReply)
        : m_registry(std::move(registry)), m_dialect(dialect), m_bigReply(std::move(bigReply))
    { }

    Outcome count() const { return Value::integer(flat().count()); }
    Outcome lookup(const Args &args, const CallContext &context) const;
    Outcome registerName(const Args &args, const CallContext &context) const;
    Outcome setMetadata(const Args &args) const;
    Outcome remove(const Args &args) const;
    Outcome list(const Value &prefix, const Value &regex, bool withTags) const;
    Outcome listByTags(const Args &args) const;
    Outcome yplookup(const Args &args) const;

private:
    FlatRegistry &flat() const { return m_registry->flat(); }
    Value tags(const FlatEntry &entry) const;
    Result<QByteArrayList> metadata(const Value &value) const;
    Result<Filter> nameFilter(const Value &prefix, const Value &regex) const;
    Result<Filter> tagFilter(const Value &all, const Value &any) const;
    Status visit(const Filter &filter, const FlatTable::Visitor &visitor) const;
    Outcome listed(const Result<Filter> &filter, bool withTags) const;

    const std::shared_ptr<Registry> m_registry;
    const FlatDialect &m_dialect;
    const std::function<void()> m_bigReply;
};

Value Methods::tags(const FlatEntry &entry) const
{
    std::vector<Value> items;
    items.reserve(size_t(entry.tags.size()));
    for (const QByteArray &tag : entry.tags)
        items.push_back(textOf(tag));
    return m_dialect.tagsAreSets ? Value::set(std::move(items)) : Value::list(std::move(items));
}

Result<QByteArrayList> Methods::metadata(const Value &value) const
{
    if (value.isNone() || (m_dialect.falseIsNoTags && !value.isTextLike() && !isTruthy(value)))
        return QByteArrayList();
    return tagsOf(value, QStringLiteral("metadata"));
}

Outcome Methods::lookup(const Args &args, const CallContext &context) const
{
    const Result<QByteArray> name = nameToFind(args[0]);
    if (!name)
        return name.error();
    const Result<FlatEntry> entry = flat().find(*name);
    if (!entry)
        return entry.error();
    const Result<Uri> uri = context.generation->parseUri(QString::fromUtf8(entry->uri));
    if (!uri)
        return raise(QStringLiteral("PyroError"), {Value::text(uri.error().what)});
    Reference reference;
    reference.form = Reference::Form::Uri;
    reference.uri = uri->toString();
    Value found = Value::reference(std::move(reference));
    if (!isTruthy(args[1]))
        return found;
    return Value::tuple({std::move(found), tags(*entry)});
}

Outcome Methods::registerName(const Args &args, const CallContext &context) const
{
    const Result<QByteArray> uri = uriToSet(args[1], *context.generation);
    if (!uri)
        return uri.error();
    const Result<QByteArray> name = nameToSet(args[0]);
    if (!name)
        return name.error();
    const Result<QByteArrayList> tags = metadata(args[3]);
    if (!tags)
        return tags.error();
    const auto clash = isTruthy(args[2]) ? FlatRegistry::Clash::Refuse : FlatRegistry::Clash::Replace;
    return replyWhenDurable([&](const Completion &done) {
        return flat().registerName(*name, {*uri, *tags}, clash, done);
    });
}

Outcome Methods::setMetadata(const Args &args) const
{
    const Result<QByteArray> name = nameToSet(args[0]);
    if (!name)
        return name.error();
    const Result<QByteArrayList> tags = metadata(args[1]);
    if (!tags)
        return tags.error();
    return replyWhenDurable([&](const Completion &done) { return flat().setTags(*name, *tags, done); });
}

Result<Filter> Methods::nameFilter(const Value &prefix, const Value &regex) const
{
    Filter filter;
    if (isTruthy(prefix)) {
        if (!prefix.isTextLike())
            return typeError(QStringLiteral("startswith first arg must be str or a tuple of str, not %1")
                                 .arg(typeNameOf(prefix)));
        filter.prefix = prefix.toText().toUtf8();
    } else if (isTruthy(regex)) {
        if (!regex.isTextLike())
            return typeError(QStringLiteral("first argument must be string or compiled pattern"));
        Result<NamePattern> pattern = NamePattern::make(regex.toText());
        if (!pattern)
            return pattern.error();
        filter.pattern = *std::move(pattern);
    }
    return filter;
}

/// Of the two that one which is given.
Result<Filter> Methods::tagFilter(const Value &all, const Value &any) const
{
    const bool wantsAll = isTruthy(all);
    const Result<QByteArrayList> tags = wantsAll ? tagsOf(all, QStringLiteral("metadata_all"))
                                                 : tagsOf(any, QStringLiteral("metadata_any"));
    if (!tags)
        return tags.error();
    Filter filter;
    (wantsAll ? filter.all : filter.any) = *tags;
    return filter;
}

Status Methods::visit(const Filter &filter, const FlatTable::Visitor &visitor) const
{
    Status status = Done{};
    flat().visit(filter.prefix, [&](const QByteArray &name, const FlatEntry &entry) {
        if (!status || !entry.hasAll(filter.all) || (!filter.any.isEmpty() && !entry.hasAny(filter.any)))
            return;
        const Result<bool> fits = filter.pattern ? filter.pattern->matches(name) : Result<bool>(true);
        if (!fits)
            status = fits.error();
        else if (*fits)
            visitor(name, entry);
    });
    return status;
}

Outcome Methods::listed(const Result<Filter> &filter, bool withTags) const
{
    if (!filter)
        return filter.error();
    std::vector<Value::Pair> pairs;
    const Status done = visit(*filter, [&](const QByteArray &name, const FlatEntry &entry) {
        const Value uri = textOf(entry.uri);
        pairs.emplace_back(textOf(name), withTags ? Value::tuple({uri, tags(entry)}) : uri);
    });
    if (!done)
        return done.error();
    if (pairs.size() >= kManyNames && m_bigReply)
        m_bigReply();
    return Value::dict(std::move(pairs));
}

Outcome Methods::list(const Value &prefix, const Value &regex, bool withTags) const
{
    if (isTruthy(prefix) && isTruthy(regex))
        return raise(
            QStringLiteral("ValueError"), {Value::utf8("you can only filter on one thing at a time")});
    return listed(nameFilter(prefix, regex), withTags);
}

/// (prefix, regex, metadata_all, metadata_any, return_metadata)
Outcome Methods::listByTags(const Args &args) const
{
    const auto isGiven = [this](const Value &value) {
        return m_dialect.emptyFiltersCount ? !value.isNone() : isTruthy(value);
    };
    if (std::ranges::count_if(std::span(args).first(4), isGiven) > 1)
        return raise(
            QStringLiteral("ValueError"), {Value::utf8("you can only filter on one thing at a time")});
    const bool isByTags = isTruthy(args[2]) || isTruthy(args[3]);
    return listed(isByTags ? tagFilter(args[2], args[3]) : nameFilter(args[0], args[1]), isTruthy(args[4]));
}

/// (meta_all, meta_any, return_metadata)
Outcome Methods::yplookup(const Args &args) const
{
    const bool wantsAll = isTruthy(args[0]);
    const bool wantsAny = isTruthy(args[1]);
    if (wantsAll && wantsAny)
        return raise(QStringLiteral("ValueError"),
            {Value::utf8("you can't use meta_all or meta_any at the same time")});
    if (!wantsAll && !wantsAny)
        return Value::dict({});
    return listed(tagFilter(args[0], args[1]), isTruthy(args[2]));
}

/// (name, prefix, regex)
Outcome Methods::remove(const Args &args) const
{
    QByteArrayList names;
    const bool hasName = isTruthy(args[0]) && !(args[0].isTextLike() && args[0].rawBytes() == kFlatOwnName);
    const bool isText = args[0].isTextLike();
    if (hasName && isText && (m_dialect.nameDecides || flat().contains(args[0].toText().toUtf8()))) {
        names.append(args[0].toText().toUtf8());
    } else if ((hasName && m_dialect.nameDecides) || (!isTruthy(args[1]) && !isTruthy(args[2]))) {
        return Value::integer(0);
    } else {
        const Result<Filter> filter = nameFilter(args[1], args[2]);
        if (!filter)
            return filter.error();
        const Status found
            = visit(*filter, [&](const QByteArray &name, const FlatEntry &) { names.append(name); });
        if (!found)
            return found.error();
    }
    const DeferredReply later;
    const FlatRegistry::Removed removed = flat().remove(names, [later](const Result<int> &count) {
        later.finish(count.map([](int number) { return Value::integer(number); }));
    });
    if (removed.applied == Applied::Durable)
        return Value::integer(removed.count);
    return later;
}

std::shared_ptr<Servant> makeDialect(const std::shared_ptr<Methods> &methods, const FlatDialect &dialect)
{
    auto servant = std::make_shared<LambdaServant>(
        QStringLiteral("NameServer"), Threading::Concurrent, QStringLiteral("Pyro name server"));
    servant->method(
        QStringLiteral("count()"), [methods](const Args &, CallContext &) { return methods->count(); },
        QStringLiteral("number of names"));
    servant->method(
        QStringLiteral("ping()"), [](const Args &, CallContext &) -> Outcome { return Value::none(); },
        QStringLiteral("does nothing"));
    servant->method(
        QStringLiteral("lookup(name, return_metadata=False)"),
        [methods](const Args &args, CallContext &context) { return methods->lookup(args, context); },
        QStringLiteral("the URI of a name"));
    servant->method(
        QStringLiteral("register(name, uri, safe=False, metadata=None)"),
        [methods](const Args &args, CallContext &context) { return methods->registerName(args, context); },
        QStringLiteral("gives a URI a name; safe: never overwrites"));
    servant->method(
        QStringLiteral("set_metadata(name, metadata)"),
        [methods](const Args &args, CallContext &) { return methods->setMetadata(args); },
        QStringLiteral("replaces the tags of a name"));
    servant->method(
        QStringLiteral("remove(name=None, prefix=None, regex=None)"),
        [methods](const Args &args, CallContext &) { return methods->remove(args); },
        QStringLiteral("removes names, answers how many"));
    const QString listDoc = QStringLiteral("names and URIs");
    if (dialect.listsByTags) {
        servant->method(
            QStringLiteral(
                "list(prefix=None, regex=None, metadata_all=None, metadata_any=None, return_metadata=False)"),
            [methods](const Args &args, CallContext &) { return methods->listByTags(args); }, listDoc);
    } else {
        servant->method(
            QStringLiteral("list(prefix=None, regex=None, return_metadata=False)"),
            [methods](const Args &args, CallContext &) {
                return methods->list(args[0], args[1], isTruthy(args[2]));
            },
            listDoc);
    }
    // Generation 4 does not have it, but is told of it: an object has one list of methods for all.
    servant->method(
        QStringLiteral("yplookup(meta_all=None, meta_any=None, return_metadata=True)"),
        [methods](const Args &args, CallContext &) { return methods->yplookup(args); },
        QStringLiteral("names that have all or any of the tags"));
    return servant;
}

/// The same object, seen by each generation with its own methods.
class FlatServant final : public Servant
{
public:
    FlatServant(const std::shared_ptr<Registry> &registry, const std::function<void()> &bigReply)
    {
        for (const FlatDialect &dialect : kFlatDialects)
            m_servants.emplace_back(dialect.generation,
                makeDialect(std::make_shared<Methods>(registry, dialect, bigReply), dialect));
    }

    Threading threading() const override { return Threading::Concurrent; }
    /// The newest generation's, which has all methods there are.
    const InterfaceInfo &interface() const override { return m_servants.back().second->interface(); }
    bool hasMethod(const QByteArray &name) const override
    {
        return m_servants.back().second->hasMethod(name);
    }
    Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context) override
    {
        const int caller = context.generation->info().id;
        for (const auto &[generation, servant] : m_servants) {
            if (generation == caller)
                return servant->call(method, args, kwargs, context);
        }
        return raise(QStringLiteral("NamingError"),
            {Value::utf8("this name server does not serve your generation of Pyro")});
    }

private:
    std::vector<std::pair<int, std::shared_ptr<Servant>>> m_servants;
};

} // namespace

QByteArrayList ownTags()
{
    QByteArrayList tags;
    for (const FlatDialect &dialect : kFlatDialects)
        tags.append(dialect.ownTag);
    return tags;
}

std::shared_ptr<Servant> makeFlatServant(std::shared_ptr<Registry> registry, std::function<void()> bigReply)
{
    return std::make_shared<FlatServant>(registry, bigReply);
}

} // namespace pyrolens::naming
