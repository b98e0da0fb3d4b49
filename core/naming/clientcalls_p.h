// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "clientengine_p.h"

/// What the client's functions ask and how they read the answers; shared by the blocking and the asynchronous
/// ones.
namespace pyrolens::naming {

/// A request and how its answer is read.
template <class T>
struct Question
{
    Result<Request> request; ///< an error: it could not even be made
    std::function<Result<T>(const Value &)> read;
};

/// A question that may take many requests. Does no I/O: ask for `next()`, give the answer to `take()`, until
/// there is nothing more to ask.
class Lister
{
public:
    virtual ~Lister() = default;
    virtual std::optional<Request> next() = 0;
    virtual Status take(const Result<Value> &answer) = 0;
    virtual Result<std::vector<NameEntry>> result() = 0; ///< sorted by name
};

/// How a name server of one kind is talked to. Names are judged here, before they are sent.
class NameDialect
{
public:
    virtual ~NameDialect() = default;
    virtual Result<QByteArray> fullName(const QString &name) const = 0;
    virtual Question<QString> lookup(const QString &name) const = 0;
    virtual Question<Done> registerName(const QString &name, const QString &uri) const = 0;
    virtual Question<Done> replace(const QString &name, const QString &uri) const = 0;
    virtual Question<Done> unregisterName(const QString &name) const = 0;
    virtual Question<Done> createGroup(const QString &name) const = 0;
    virtual Question<Done> deleteGroup(const QString &name) const = 0;
    virtual Question<Value> meta(const QString &name) const = 0;
    virtual Question<Done> setMeta(const QString &name, const Value &value) const = 0;
    virtual Question<int> count() const = 0;
    virtual std::unique_ptr<Lister> list(const NameQuery &query) = 0;

protected:
    static Error malformed(const char *what); ///< an answer that is none
    /// An exception that the server would have raised, spelled as it does.
    static Error raised(const Generation &generation, const Error &error);
};

std::unique_ptr<NameDialect> makeTreeDialect(const Generation &generation, const QString &defaultGroup);
std::unique_ptr<NameDialect> makeFlatDialect(const Generation &generation);
/// The one that fits the generation.
std::unique_ptr<NameDialect> makeNameDialect(const Generation &generation, const QString &defaultGroup);

// What a server may make us keep; our own servers allow a fifth of it.
inline constexpr size_t kMaxEntries = 1'000'000;
inline constexpr qsizetype kMaxWireName = 4 * 1'024;

/// A URI object or a text; nothing for anything else.
std::optional<QString> uriIn(const Value &value, const Generation &generation);
/// Those that the query's prefix and regular expression leave. \return NamingError of the expression.
Result<std::vector<NameEntry>> filtered(std::vector<NameEntry> entries, const NameQuery &query);

} // namespace pyrolens::naming
