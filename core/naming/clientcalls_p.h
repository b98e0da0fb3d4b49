// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "clientengine_p.h"

#include <deque>

/// What the client's functions ask and how they read the answers; shared by the blocking and the asynchronous
/// ones.
namespace pyrolens::naming {

Request lookupRequest(const QByteArray &name);
Request registerRequest(const QByteArray &name, const QString &uri);
Request changeRequest(const QString &method, const QByteArray &name);
Request metaRequest(const QByteArray &name);
Request setMetaRequest(const QByteArray &name, const Value &value);
Request listingRequest(bool groups);
Request flatListRequest();
Request listRequest(const QByteArray &group);

Result<QString> readUri(const Value &value, const Generation &generation);

/// Lists a whole tree: with one request to our own servers, else with flatlist() and, for the groups, list()
/// of every group. Does no I/O: ask for `next()`, give the answer to `take()`, until there is nothing more to
/// ask.
class TreeLister
{
public:
    TreeLister(bool groups, bool tryListing, const Generation &generation);
    std::optional<Request> next();
    Status take(const Result<Value> &answer);
    std::vector<NameEntry> result();                 ///< sorted by name
    bool hasListing() const { return m_hasListing; } ///< whether the server knows our own method

private:
    enum class Stage : quint8 { Listing, FlatList, Groups, End };
    Status takeFlatList(const Value &value);
    Status takeGroup(const Value &value);

    const bool m_wantsGroups;
    bool m_hasListing;
    const Generation &m_generation;
    Stage m_stage;
    std::deque<QByteArray> m_groups; // still to be asked for, the one under way first
    std::vector<NameEntry> m_entries;
};

} // namespace pyrolens::naming
