// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "gateway.h"

#include <pyrolens/naming/nameserverclient.h>

#include <QObject>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace pyrolens {

/// Which names of a name server a gateway offers. Plain data.
struct FollowOptions
{
    /// Where the names are. Of a server with both name spaces the flat one, unless `generation` is 3.
    NameServerAddress source;
    QString pattern; ///< a glob of full names (see base/glob.h)
    /// The name that each is registered under at the gateway's registrar; a `*` in it stands for the name
    /// behind, without the colon that full names of generation 3 begin with. Empty: they are not registered.
    QString as;
    std::chrono::milliseconds interval{10'000}; ///< between two looks at the name server
    int maxNames = 10'000;                      ///< more are a Limit error, and nothing is offered
    int parallel = 16;                          ///< objects that are connected to at once
};

/// What one look at the name server led to. Plain data.
struct NameChanges
{
    struct Offer
    {
        QString name;          ///< full name behind
        QString target;        ///< its URI there
        std::vector<Uri> uris; ///< here, one per name space
    };
    struct Failure
    {
        QString name;
        Error error;
    };
    std::vector<Offer> offered;
    QStringList withdrawn;         ///< gone from the name server, or renewed there and thus in `offered` too
    std::vector<Failure> failures; ///< reported once for each reason; tried again with every look
    std::optional<Error> error;    ///< the name server could not be asked: nothing has changed
    /// All but what is offered, a line each for people. Names and errors are a peer's: escape them.
    QStringList lines() const;
    bool isEmpty() const { return offered.empty() && withdrawn.isEmpty() && failures.empty() && !error; }
};

/// Keeps a gateway in step with a name server: offers all objects whose names match, new ones as they come,
/// and withdraws those whose names go. Its own objects, when they stand in the same name server, and the name
/// server itself are left out. While the name server cannot be asked, everything stays as it is.
class NameFollower : public QObject
{
    Q_OBJECT

public:
    /// \param gateway listens already, and outlives this.
    NameFollower(Gateway &gateway, std::shared_ptr<const ClientContext> context, FollowOptions options,
        QObject *parent = nullptr);
    ~NameFollower() override; ///< stop()

    /// Whether a target stands for all names that match it, and not for one object.
    static bool isPattern(const Uri &target);
    /// Looks once. Blocks, for as long as connecting to the objects takes. Not while it is started.
    NameChanges look();
    /// Looks at each interval, on a thread of its own, from now on.
    void start();
    /// Blocks until a look that is under way has ended; no object is connected to any more.
    void stop();
    std::vector<NameChanges::Offer> offers() const; ///< by name. Any thread.

Q_SIGNALS:
    void changed(const pyrolens::NameChanges &changes); ///< from the follower's thread; only when not empty

private:
    using Wanted = std::map<QString, QString>; // URI by name
    Result<Wanted> wanted();
    void withdraw(const QString &name, NameChanges &changes);
    void offer(const std::vector<std::pair<QString, QString>> &names, NameChanges &changes);
    Result<std::vector<Uri>> publish(const QString &name, const QString &target);
    QString publishedName(const QString &name) const;

    Gateway &m_gateway;
    const std::shared_ptr<const ClientContext> m_context;
    const FollowOptions m_options;
    int m_generation = 0;                  ///< of the source, once it was asked
    std::map<QString, QString> m_reported; ///< failures that were told, by name
    std::atomic<bool> m_stops = false;
    mutable std::mutex m_mutex; // guards the rest
    std::map<QString, NameChanges::Offer> m_offers;
    std::shared_ptr<NameServerClient> m_asking; ///< to be cancelled
    std::condition_variable m_wake;
    std::thread m_thread;
};

} // namespace pyrolens
