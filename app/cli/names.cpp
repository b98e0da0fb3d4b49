// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "target.h"

#include <pyrolens/base/glob.h>
#include <pyrolens/base/logging.h>
#include <pyrolens/naming/target.h>
#include <pyrolens/value/tagged.h>
#include <pyrolens/wire/recognise.h>

#include <QRegularExpression>

#include <functional>

namespace pyrolens::cli {

namespace {

/// A command that talks to the name server: makes the client, prints the error.
class NameCommand : public Command
{
public:
    int run(Invocation &invocation) final
    {
        NameServerClient client(invocation.client, address(invocation));
        const Stopwatch stopwatch;
        const Status good = work(invocation, client, stopwatch);
        return good ? kDone : invocation.output->fail(good.error());
    }

protected:
    virtual Status work(Invocation &invocation, NameServerClient &client, const Stopwatch &stopwatch) = 0;

    /// Which name space is meant, where --gen does not say it and a server may have both.
    enum class Space : quint8 { Any, Tree, Flat };
    virtual Space space(const ParsedLine &line) const { return spaceOf(line.words.value(0)); }
    /// A full name of generation 3 begins with a colon.
    static Space spaceOf(const QString &name) { return name.startsWith(u':') ? Space::Tree : Space::Any; }

    /// The result of a command that has none.
    static Status nothing(Invocation &invocation, const Status &status, const Stopwatch &stopwatch)
    {
        if (status)
            invocation.output->result({}, {}, stopwatch.elapsed());
        return status;
    }

private:
    NameServerAddress address(const Invocation &invocation) const
    {
        NameServerAddress address = invocation.nameServer;
        address.generation = invocation.proxyOptions.generation;
        const Space wanted = space(invocation.line);
        if (address.generation == 0 && wanted == Space::Tree)
            address.generation = treeGeneration(*invocation.catalogue);
        address.onlyFlat = wanted == Space::Flat;
        return address;
    }
};

/// Which entries `list` keeps: a prefix of the full name, a glob, or a regular expression.
Result<std::function<bool(const QString &)>> nameFilter(const ParsedLine &line)
{
    QRegularExpression regex;
    if (line.has(QStringLiteral("regex"))) {
        if (!line.words.isEmpty())
            return Error::usage(QStringLiteral("give PATTERN or --regex, not both"));
        regex.setPattern(line.value(QStringLiteral("regex")));
        if (!regex.isValid())
            return Error::usage(QStringLiteral("'%1' is no regular expression: %2 at character %3")
                                    .arg(regex.pattern(), regex.errorString())
                                    .arg(regex.patternErrorOffset() + 1));
        // As the name servers do it, an expression has to match from the start of the name.
        return std::function<bool(const QString &)>([regex](const QString &name) {
            return regex
                .match(
                    name, 0, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption)
                .hasMatch();
        });
    }
    const QString pattern = line.words.value(0);
    if (!isGlob(pattern))
        return std::function<bool(const QString &)>(
            [pattern](const QString &name) { return name.startsWith(pattern); });
    return std::function<bool(const QString &)>(
        [pattern](const QString &name) { return globMatches(pattern, name); });
}

class ListCommand : public NameCommand
{
public:
    QString name() const override { return QStringLiteral("list"); }
    QString synopsis() const override
    {
        return QStringLiteral("[PATTERN] [--regex R] [--tag T ...] [--groups] [--meta]");
    }
    QString summary() const override { return QStringLiteral("names and URIs that a name server knows"); }
    int maxWords() const override { return 1; }
    std::vector<OptionSpec> options() const override
    {
        return {{QStringLiteral("regex"), QStringLiteral("R"),
                    QStringLiteral("names that match from their start"), false},
            {QStringLiteral("tag"), QStringLiteral("T"),
                QStringLiteral("entries with all these tags (generations 4 and 5)"), true},
            {QStringLiteral("groups"), {}, QStringLiteral("groups too (generation 3)"), false},
            {QStringLiteral("meta"), {}, QStringLiteral("meta information, or tags, of each entry"), false}};
    }

protected:
    Space space(const ParsedLine &line) const override
    {
        if (line.has(QStringLiteral("tag")))
            return Space::Flat;
        if (line.has(QStringLiteral("groups")))
            return Space::Tree;
        return spaceOf(line.words.value(0, line.value(QStringLiteral("regex"))));
    }
    Status work(Invocation &invocation, NameServerClient &client, const Stopwatch &stopwatch) override
    {
        const ParsedLine &line = invocation.line;
        const auto keep = nameFilter(line);
        if (!keep)
            return keep.error();
        NameQuery query;
        query.groups = line.has(QStringLiteral("groups"));
        query.tags = line.values(QStringLiteral("tag"));
        query.prefix = globStart(line.words.value(0)).toString();
        const auto entries = client.queryBlocking(query);
        if (!entries)
            return entries.error();
        const Generation &generation = *client.generation();
        if (!query.tags.isEmpty() && generation.info().features.hierarchicalNames)
            return Error::usage(QStringLiteral("entries have tags in generations 4 and 5 only"));
        const bool withMeta = line.has(QStringLiteral("meta"));
        Json::Members members;
        QStringList lines;
        qsizetype width = 0;
        for (const NameEntry &entry : *entries)
            width = std::max(width, (*keep)(entry.name) ? entry.name.size() : 0);
        width = std::min<qsizetype>(width, 60);
        for (const NameEntry &entry : *entries) {
            if (!(*keep)(entry.name))
                continue;
            const Json uri = entry.isGroup ? Json() : Json(entry.uri);
            QString text = logging::escapeForTerminal(entry.name).leftJustified(width) + QStringLiteral("  ")
                + (entry.isGroup ? QStringLiteral("(group)") : logging::escapeForTerminal(entry.uri));
            if (withMeta) {
                const auto meta = metaOf(entry, client, generation);
                if (!meta)
                    return meta.error();
                const Value seen = recognised(*meta, generation);
                Json pair = Json::object();
                pair.set(QStringLiteral("uri"), uri);
                pair.set(QStringLiteral("meta"), toTagged(seen, TaggedStyle::Application));
                members.emplace_back(entry.name, std::move(pair));
                text += QStringLiteral("  ") + toPython(seen, {.dialect = generation.info().dialect});
            } else {
                members.emplace_back(entry.name, uri);
            }
            if (!invocation.output->isJson())
                lines.append(text);
        }
        invocation.output->result(Json::object(std::move(members)), lines.join(u'\n'), stopwatch.elapsed());
        return Done{};
    }

private:
    /// Tags come with the list, meta information has to be asked for.
    static Result<Value> metaOf(
        const NameEntry &entry, NameServerClient &client, const Generation &generation)
    {
        if (generation.info().features.hierarchicalNames)
            return client.metaBlocking(entry.name);
        std::vector<Value> tags;
        for (const QString &tag : entry.tags)
            tags.push_back(Value::text(tag));
        return Value::list(std::move(tags));
    }
};

class LookupCommand : public NameCommand
{
public:
    QString name() const override { return QStringLiteral("lookup"); }
    QString synopsis() const override { return QStringLiteral("NAME"); }
    QString summary() const override { return QStringLiteral("the URI that a name stands for"); }
    int minWords() const override { return 1; }
    int maxWords() const override { return 1; }

protected:
    Status work(Invocation &invocation, NameServerClient &client, const Stopwatch &stopwatch) override
    {
        const auto uri = client.lookupBlocking(invocation.line.words.first());
        if (!uri)
            return uri.error();
        invocation.output->result(*uri, logging::escapeForTerminal(*uri), stopwatch.elapsed());
        return Done{};
    }
};

class RegisterCommand : public NameCommand
{
public:
    QString name() const override { return QStringLiteral("register"); }
    QString synopsis() const override { return QStringLiteral("NAME URI"); }
    QString summary() const override { return QStringLiteral("gives a URI a name; never overwrites"); }
    int minWords() const override { return 2; }
    int maxWords() const override { return 2; }

protected:
    /// A URI belongs into the space of its generation.
    Space space(const ParsedLine &line) const override
    {
        const bool isClassic = line.words.value(1).contains(QLatin1String("://"));
        return isClassic ? Space::Tree : spaceOf(line.words.value(0));
    }
    Status work(Invocation &invocation, NameServerClient &client, const Stopwatch &stopwatch) override
    {
        const QString &uri = invocation.line.words.at(1);
        if (const auto parsed = invocation.catalogue->parseUri(uri, invocation.proxyOptions.generation);
            !parsed)
            return parsed.error();
        return nothing(invocation, client.registerBlocking(invocation.line.words.first(), uri), stopwatch);
    }
};

class UnregisterCommand : public NameCommand
{
public:
    QString name() const override { return QStringLiteral("unregister"); }
    QString synopsis() const override { return QStringLiteral("NAME"); }
    QString summary() const override { return QStringLiteral("takes a name out of the name server"); }
    int minWords() const override { return 1; }
    int maxWords() const override { return 1; }

protected:
    Status work(Invocation &invocation, NameServerClient &client, const Stopwatch &stopwatch) override
    {
        return nothing(invocation, client.unregisterBlocking(invocation.line.words.first()), stopwatch);
    }
};

class GroupCommand : public NameCommand
{
public:
    QString name() const override { return QStringLiteral("group"); }
    QString synopsis() const override { return QStringLiteral("create|delete NAME"); }
    QString summary() const override
    {
        return QStringLiteral("groups of a Pyro 3 name server; delete takes all below with it");
    }
    int minWords() const override { return 2; }
    int maxWords() const override { return 2; }

protected:
    Space space(const ParsedLine &) const override { return Space::Tree; }
    Status work(Invocation &invocation, NameServerClient &client, const Stopwatch &stopwatch) override
    {
        const QString &action = invocation.line.words.first();
        const QString &group = invocation.line.words.at(1);
        if (action == QLatin1String("create"))
            return nothing(invocation, client.createGroupBlocking(group), stopwatch);
        if (action == QLatin1String("delete"))
            return nothing(invocation, client.deleteGroupBlocking(group), stopwatch);
        return Error::usage(QStringLiteral("'group' can create and delete, not '%1'").arg(action));
    }
};

class MetaCommand : public NameCommand
{
public:
    QString name() const override { return QStringLiteral("meta"); }
    QString synopsis() const override { return QStringLiteral("get NAME | set NAME LITERAL"); }
    QString summary() const override
    {
        return QStringLiteral(
            "user meta information of a name or group; in generations 4 and 5 the list of tags");
    }
    int minWords() const override { return 2; }
    int maxWords() const override { return 3; }

protected:
    Space space(const ParsedLine &line) const override { return spaceOf(line.words.value(1)); }
    Status work(Invocation &invocation, NameServerClient &client, const Stopwatch &stopwatch) override
    {
        const QStringList &words = invocation.line.words;
        const bool isSet = words.first() == QLatin1String("set") && words.size() == 3;
        if (isSet) {
            if (const Status good = checkWord(invocation, words.at(2)); !good)
                return good;
        }
        if (isSet || (words.first() == QLatin1String("get") && words.size() == 2)) {
            if (const auto located = client.locateBlocking(); !located)
                return located.error();
            const Generation &generation = *client.generation();
            return isSet ? set(invocation, client, generation, stopwatch)
                         : get(invocation, client, generation, stopwatch);
        }
        return Error::usage(QStringLiteral("'meta' is used as: pyroctl meta ") + synopsis());
    }

private:
    static Status get(Invocation &invocation, NameServerClient &client, const Generation &generation,
        const Stopwatch &stopwatch)
    {
        const auto meta = client.metaBlocking(invocation.line.words.at(1));
        if (!meta)
            return meta.error();
        invocation.output->value(*meta, generation, stopwatch.elapsed());
        return Done{};
    }
    static Status set(Invocation &invocation, NameServerClient &client, const Generation &generation,
        const Stopwatch &stopwatch)
    {
        const QStringList &words = invocation.line.words;
        const auto value = parseWord(invocation, words.at(2), generation);
        if (!value)
            return value.error();
        return nothing(invocation, client.setMetaBlocking(words.at(1), *value), stopwatch);
    }
};

} // namespace

void addNameCommands(Commands &commands)
{
    commands.push_back(std::make_unique<ListCommand>());
    commands.push_back(std::make_unique<LookupCommand>());
    commands.push_back(std::make_unique<RegisterCommand>());
    commands.push_back(std::make_unique<UnregisterCommand>());
    commands.push_back(std::make_unique<GroupCommand>());
    commands.push_back(std::make_unique<MetaCommand>());
}

} // namespace pyrolens::cli
