// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/hosting/hostrunner.h>
#include <pyrolens/models/hostmodel.h>
#include <pyrolens/models/incomingmodel.h>
#include <pyrolens/views/hostform.h>

#include <memory>

namespace pyrolens {

/// What the inspector hosts, without its windows: the runner and its models. Lives in the GUI thread; the
/// servers have threads of their own.
class Hosting final : public QObject
{
    Q_OBJECT

public:
    Hosting(const std::shared_ptr<const Catalogue> &catalogue, std::shared_ptr<ByteTap> tap,
        QObject *parent = nullptr);
    ~Hosting() override; ///< stops all hosts

    HostModel *hosts() { return &m_hosts; }
    IncomingModel *calls() { return &m_calls; }
    HostRunner *runner() { return m_runner.get(); }
    bool hasScripts() const { return !scriptProgram().isEmpty(); }

    /// \param newServer start a name server first and register with it.
    void start(HostPlan plan, bool newServer);
    /// Name servers of ours that run.
    QList<NameServerChoice> nameServers() const;

Q_SIGNALS:
    /// A name server has come up here, or names were registered there.
    void namesChanged(const QString &host, int port);

private:
    void changed(const HostState &state);

    HostModel m_hosts;
    IncomingModel m_calls;
    std::unique_ptr<HostRunner> m_runner;
};

} // namespace pyrolens
