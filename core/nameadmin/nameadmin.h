// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/naming/nameserverclient.h>

#include <QObject>

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace pyrolens {

/// One change of a name server. Plain data.
struct NameAction
{
    enum class Kind : quint8 {
        Register,    ///< name, uri, meta unless None
        Reregister,  ///< name, uri: unregisters first; keeps the meta. done() brings the former URI
        Unregister,  ///< name; done() brings its meta, so that it can be registered again as it was
        Replace,     ///< name, uri, meta; formerUri: what must be there now. Puts it back when that fails
        Rename,      ///< name, uri, to: registers the new name with the meta of the old, looks it up,
                     ///< removes the old; not atomic
        SetMeta,     ///< name, meta; done() brings the former one
        CreateGroup, ///< name, meta unless None
        DeleteGroup, ///< name, with everything below
        Ping,        ///< the name server itself
        Resync,      ///< with the twin
        Shutdown     ///< of the name server
    };
    Kind kind = Kind::Register;
    QString name;
    QString uri;
    QString to;
    Value meta;
    QString formerUri; ///< with Replace
    Value formerMeta;  ///< with Replace and SetMeta: filled in when it is done
};

/// What takes back an action that done() has told of; nothing for those that have no way back (groups stay,
/// they may have got other names meanwhile).
std::optional<NameAction> wayBack(const NameAction &done);

/// True for what a name server needs itself: ":Pyro" and what is below.
bool isBuiltInName(const QString &name);

/// Changes a name server, one action after the other. Bound to its thread, which needs an event loop.
class NameAdmin final : public QObject
{
    Q_OBJECT

public:
    NameAdmin(
        std::shared_ptr<const ClientContext> context, NameServerAddress address, QObject *parent = nullptr);
    ~NameAdmin() override;

    /// Queues actions. An action that fails does not stop those behind it.
    void run(std::vector<NameAction> actions);
    void cancel(); ///< drops what has not begun and ends what has
    /// Drops what has not begun; what has is brought to its end, so that no name is left half replaced.
    void stop();
    bool isRunning() const { return m_running; }

Q_SIGNALS:
    void done(const pyrolens::NameAction &action);
    void failed(const pyrolens::NameAction &action, const pyrolens::Error &error);
    void progress(int ended, int total); ///< after each action
    void finished(int done, int failed); ///< nothing is left to do

private:
    void next();
    void end(const NameAction &action, const Status &status);
    void perform(const NameAction &action);
    void registerName(const NameAction &action);
    void unregister(const NameAction &action);
    void setMeta(const NameAction &action);
    void replace(const NameAction &action);
    void exchangeUri(const NameAction &action);
    void putBack(const NameAction &action, const Error &error);
    /// Hands the answer of a step on, unless the run is another one by then; a failed step ends the action.
    template <class T, class Then>
    auto step(const NameAction &action, Then then);
    void reregister(const NameAction &action);
    void rename(const NameAction &action);
    void renamed(const NameAction &action);
    void command(const NameAction &action, const QString &method);

    const std::shared_ptr<const ClientContext> m_context;
    NameServerClient m_client;
    std::shared_ptr<Proxy> m_server; ///< for the commands that the client has no function for
    std::deque<NameAction> m_queue;
    quint64 m_run = 0;
    int m_done = 0;
    int m_failed = 0;
    int m_total = 0; ///< of this run
    bool m_running = false;
};

} // namespace pyrolens
