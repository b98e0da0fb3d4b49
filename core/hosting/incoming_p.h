// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "hostplan.h"

#include <pyrolens/server/daemon.h>

#include <QHash>
#include <QMutex>

namespace pyrolens {

/// Takes down the calls of a daemon on its threads; the host's thread fetches them now and then.
class Incoming final : public DaemonObserver
{
public:
    Incoming(quint64 host, std::shared_ptr<const Catalogue> catalogue)
        : m_host(host), m_catalogue(std::move(catalogue))
    { }
    void served(const ServedCall &call) override;
    void refused(const Endpoint &peer, const Error &error) override;

    std::vector<IncomingCall> take();
    QStringList takeRefusals();
    std::vector<std::pair<QString, qint64>> methods(const QByteArray &object) const;
    qint64 calls() const;
    qint64 errors() const;

private:
    const quint64 m_host;
    const std::shared_ptr<const Catalogue> m_catalogue;
    mutable QMutex m_mutex;
    std::vector<IncomingCall> m_waiting;
    QStringList m_refusals;
    QHash<QByteArray, QHash<QString, qint64>> m_methods; ///< by object id
    qint64 m_calls = 0;
    qint64 m_errors = 0;
};

} // namespace pyrolens
