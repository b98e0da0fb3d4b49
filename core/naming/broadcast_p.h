// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "hierarchicalservant_p.h"

#include <pyrolens/discovery/discovery.h>

#include <QByteArray>

#include <functional>

namespace pyrolens::naming {

/// Answers "location" with the URI and "shutdown" with the original's texts; everything else with silence.
/// When the published host is loopback only this machine gets an answer. Source: Pyro 3.16, naming.py,
/// bcRequestHandler.
class LocationHandler final : public DatagramHandler
{
public:
    LocationHandler(
        QByteArray uri, bool localOnly, ShutdownHook shutdown, std::shared_ptr<NameServerGuard> guard)
        : m_uri(std::move(uri))
        , m_localOnly(localOnly)
        , m_shutdown(std::move(shutdown))
        , m_guard(std::move(guard))
    { }
    QByteArray answer(QByteArrayView request, const QHostAddress &from) override;

private:
    const QByteArray m_uri;
    const bool m_localOnly;
    const ShutdownHook m_shutdown;
    const std::shared_ptr<NameServerGuard> m_guard; // may be null
};

/// Answers "GET_NSURI" with the URI; everything else with silence. Whom it answers is as above.
/// Source: Pyro5, nameserver.py, BroadcastServer (Pyro4, naming.py: the same).
class FlatLocationHandler final : public DatagramHandler
{
public:
    FlatLocationHandler(QByteArray uri, bool localOnly, std::shared_ptr<NameServerGuard> guard)
        : m_uri(std::move(uri)), m_localOnly(localOnly), m_guard(std::move(guard))
    { }
    QByteArray answer(QByteArrayView request, const QHostAddress &from) override;

private:
    const QByteArray m_uri;
    const bool m_localOnly;
    const std::shared_ptr<NameServerGuard> m_guard; // may be null
};

/// Several on one port; the first that knows an answer gives it.
class AnyHandler final : public DatagramHandler
{
public:
    explicit AnyHandler(std::vector<std::shared_ptr<DatagramHandler>> handlers)
        : m_handlers(std::move(handlers))
    { }
    QByteArray answer(QByteArrayView request, const QHostAddress &from) override;

private:
    const std::vector<std::shared_ptr<DatagramHandler>> m_handlers;
};

} // namespace pyrolens::naming
