// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registry.h"

#include <pyrolens/wire/generation.h>

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>

class QTcpSocket;

namespace pyrolens::naming {

struct AutoCleanSettings
{
    std::chrono::milliseconds period{0};        ///< pause between two rounds
    std::chrono::milliseconds patience{20'000}; ///< unreachable for so long: removed
    std::chrono::milliseconds connectTimeout{5'000};
    int parallel = 50; ///< connections at once
};

/// Looks in turns at the address of every entry of the flat space and removes those that have been
/// unreachable for a while. It looks at TCP only; an entry without host (Unix socket, a name that a name
/// server is to be found for) stays, and so do the name server's own and `Pyro.Daemon`. Bound to its thread,
/// whose event loop it needs; never waits.
/// Source: Pyro5, nameserver.py, AutoCleaner (Pyro4, naming.py: the same).
class AutoCleaner : public QObject
{
    Q_OBJECT

public:
    /// \param generation reads the URIs.
    AutoCleaner(std::shared_ptr<Registry> registry, const Generation &generation, AutoCleanSettings settings);
    ~AutoCleaner() override;
    void start(); ///< the first round begins after one period

Q_SIGNALS:
    void roundEnded(int unreachable); ///< names that could not be reached in it

private:
    struct Name
    {
        QByteArray name;
        QByteArray uri;
    };
    struct Address
    {
        QString host;
        int port = 0;
        std::vector<Name> names;
    };
    struct Lost
    {
        QByteArray uri;
        std::chrono::steady_clock::time_point since;
    };

    void beginRound();
    void lookAtMore();
    void lookAt(Address address);
    void looked(const Address &address, bool isThere);
    void endRound();

    const std::shared_ptr<Registry> m_registry;
    const Generation &m_generation;
    const AutoCleanSettings m_settings;
    QTimer m_timer;
    std::deque<Address> m_waiting;
    int m_running = 0;
    QHash<QByteArray, Lost> m_lost;  ///< by name, since when
    QHash<QByteArray, Lost> m_still; ///< those of them that this round found no better
};

} // namespace pyrolens::naming
