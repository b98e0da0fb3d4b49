// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registration.h"

#include <pyrolens/naming/nameserverclient.h>

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace pyrolens {

/// Reads all that a name server has: groups, names, URIs and the user's meta information. In a tree that
/// takes a request a name, so that there is progress to show; a flat server tells the tags with the names.
/// Bound to its thread, which needs an event loop.
class NameInventory final : public QObject
{
    Q_OBJECT

public:
    /// Whether the meta information of a name is wanted; null = of all.
    using Wants = std::function<bool(const NameEntry &)>;

    NameInventory(
        std::shared_ptr<const ClientContext> context, NameServerAddress address, QObject *parent = nullptr);
    ~NameInventory() override;

    void read(Wants wants = {}); ///< what is under way is given up without a word
    void cancel();               ///< failed(Cancelled) comes at once, when something is under way
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    /// The list counts as nothing: 0 of n when it has come, then a step for each name whose meta is asked
    /// for; at most some hundred signals in all.
    void progress(int done, int total);
    /// Sorted by name, groups before what is in them. A name that goes away meanwhile is left out.
    void finished(const pyrolens::Registrations &names);
    void failed(const pyrolens::Error &error);

private:
    void listed(std::vector<NameEntry> entries);
    void askMore();
    void taken(size_t index, const Result<Value> &meta);
    void fail(const Error &error);

    NameServerClient m_client;
    Wants m_wants;
    std::vector<Registration> m_names;
    std::vector<size_t> m_wanted; ///< indexes into m_names whose meta is asked for
    std::vector<size_t> m_gone;   ///< ... that turned out not to be there any more
    size_t m_next = 0;            ///< in m_wanted
    size_t m_done = 0;
    quint64 m_run = 0;
    bool m_running = false;
};

} // namespace pyrolens
