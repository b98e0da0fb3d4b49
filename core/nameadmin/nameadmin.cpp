// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nameadmin.h"

namespace pyrolens {

bool isBuiltInName(const QString &name)
{
    return name == QLatin1String(":Pyro") || name.startsWith(QLatin1String(":Pyro."))
        || name == QLatin1String(":Default") || name == QLatin1String("Pyro.NameServer")
        || name == QLatin1String("Pyro.Daemon");
}

NameAdmin::NameAdmin(std::shared_ptr<const ClientContext> context, NameServerAddress address, QObject *parent)
    : QObject(parent), m_context(context), m_client(std::move(context), std::move(address))
{ }

NameAdmin::~NameAdmin() = default;

std::optional<NameAction> wayBack(const NameAction &done)
{
    NameAction back = done;
    switch (done.kind) {
    case NameAction::Kind::Register:
        back.kind = NameAction::Kind::Unregister;
        return back;
    case NameAction::Kind::Unregister:
        back.kind = NameAction::Kind::Register;
        return back;
    case NameAction::Kind::Reregister:
        std::swap(back.uri, back.formerUri);
        return back;
    case NameAction::Kind::Replace:
        std::swap(back.uri, back.formerUri);
        std::swap(back.meta, back.formerMeta);
        return back;
    case NameAction::Kind::SetMeta:
        std::swap(back.meta, back.formerMeta);
        return back;
    case NameAction::Kind::Rename:
        std::swap(back.name, back.to);
        return back;
    default:
        return std::nullopt;
    }
}

void NameAdmin::run(std::vector<NameAction> actions)
{
    m_total = m_running ? m_total + int(actions.size()) : int(actions.size());
    m_queue.insert(
        m_queue.end(), std::make_move_iterator(actions.begin()), std::make_move_iterator(actions.end()));
    if (m_running || m_queue.empty())
        return;
    m_running = true;
    m_done = m_failed = 0;
    next();
}

void NameAdmin::cancel()
{
    m_queue.clear();
    m_client.cancel();
    m_server.reset();
    if (!m_running)
        return;
    ++m_run; // what comes back late is not told
    m_running = false;
    Q_EMIT finished(m_done, m_failed);
}

void NameAdmin::stop()
{
    m_total -= int(m_queue.size());
    m_queue.clear();
}

void NameAdmin::next()
{
    if (m_queue.empty()) {
        m_running = false;
        Q_EMIT finished(m_done, m_failed);
        return;
    }
    const NameAction action = std::move(m_queue.front());
    m_queue.pop_front();
    perform(action);
}

void NameAdmin::end(const NameAction &action, const Status &status)
{
    if (status) {
        ++m_done;
        Q_EMIT done(action);
    } else {
        ++m_failed;
        Q_EMIT failed(action, status.error());
    }
    Q_EMIT progress(m_done + m_failed, m_total);
    next();
}

template <class T, class Then>
auto NameAdmin::step(const NameAction &action, Then then)
{
    return [this, action, run = m_run, then = std::move(then)](const Result<T> &answer) {
        if (run != m_run)
            return;
        if (answer)
            then(*answer);
        else
            end(action, answer.error());
    };
}

void NameAdmin::perform(const NameAction &action)
{
    const auto ended = [this, action, run = m_run](const Result<Done> &status) {
        if (run == m_run)
            end(action, status);
    };
    switch (action.kind) {
    case NameAction::Kind::Register:
        registerName(action);
        return;
    case NameAction::Kind::Reregister:
        reregister(action);
        return;
    case NameAction::Kind::Unregister:
        unregister(action);
        return;
    case NameAction::Kind::Rename:
        rename(action);
        return;
    case NameAction::Kind::SetMeta:
        setMeta(action);
        return;
    case NameAction::Kind::Replace:
        replace(action);
        return;
    case NameAction::Kind::CreateGroup:
        m_client.createGroup(action.name, this, step<Done>(action, [this, action, ended](Done) {
            if (action.meta.isNone())
                end(action, Done{});
            else
                m_client.setMeta(action.name, action.meta, this, ended);
        }));
        return;
    case NameAction::Kind::DeleteGroup:
        m_client.deleteGroup(action.name, this, ended);
        return;
    case NameAction::Kind::Ping:
        m_client.ping(this, ended);
        return;
    case NameAction::Kind::Resync:
        command(action, QStringLiteral("resync"));
        return;
    case NameAction::Kind::Shutdown:
        command(action, QStringLiteral("_shutdown"));
        return;
    }
}

void NameAdmin::registerName(const NameAction &action)
{
    const quint64 run = m_run;
    m_client.registerName(action.name, action.uri, this, [this, action, run](const Result<Done> &made) {
        if (run != m_run)
            return;
        if (!made || action.meta.isNone()) {
            end(action, made);
            return;
        }
        m_client.setMeta(action.name, action.meta, this, [this, action, run](const Result<Done> &set) {
            if (run == m_run)
                end(action, set);
        });
    });
}

void NameAdmin::unregister(const NameAction &action)
{
    const quint64 run = m_run;
    m_client.meta(action.name, this, [this, action, run](const Result<Value> &meta) {
        if (run != m_run)
            return;
        NameAction gone = action;
        if (meta)
            gone.meta = *meta;
        // Without its meta (an older server, say) the name goes all the same.
        m_client.unregisterName(action.name, this, [this, gone, run](const Result<Done> &status) {
            if (run == m_run)
                end(gone, status);
        });
    });
}

void NameAdmin::setMeta(const NameAction &action)
{
    m_client.meta(action.name, this, step<Value>(action, [this, action](const Value &former) {
        NameAction set = action;
        set.formerMeta = former;
        m_client.setMeta(set.name, set.meta, this, step<Done>(set, [this, set](Done) { end(set, Done{}); }));
    }));
}

void NameAdmin::replace(const NameAction &action)
{
    m_client.lookup(action.name, this, step<QString>(action, [this, action](const QString &uri) {
        if (uri != action.formerUri) {
            end(action, Error::denied(QStringLiteral("changed meanwhile, it is %1 now").arg(uri)));
            return;
        }
        m_client.meta(action.name, this, step<Value>(action, [this, action](const Value &former) {
            NameAction known = action;
            known.formerMeta = former;
            if (known.uri == known.formerUri)
                m_client.setMeta(known.name, known.meta, this,
                    step<Done>(known, [this, known](Done) { end(known, Done{}); }));
            else
                exchangeUri(known);
        }));
    }));
}

void NameAdmin::exchangeUri(const NameAction &action)
{
    m_client.unregisterName(action.name, this, step<Done>(action, [this, action](Done) {
        m_client.registerName(
            action.name, action.uri, this, [this, action, run = m_run](const Result<Done> &made) {
                if (run != m_run)
                    return;
                if (!made)
                    putBack(action, made.error());
                else if (action.meta.isNone())
                    end(action, Done{});
                else
                    m_client.setMeta(action.name, action.meta, this,
                        step<Done>(action, [this, action](Done) { end(action, Done{}); }));
            });
    }));
}

void NameAdmin::putBack(const NameAction &action, const Error &error)
{
    m_client.registerName(
        action.name, action.formerUri, this, [this, action, error, run = m_run](const Result<Done> &again) {
            if (run != m_run)
                return;
            if (!again) {
                Error lost = error;
                lost.what += QStringLiteral(" (and what was there, %1, could not be put back: %2)")
                                 .arg(action.formerUri, again.error().what);
                end(action, lost);
            } else if (action.formerMeta.isNone()) {
                end(action, error);
            } else {
                m_client.setMeta(
                    action.name, action.formerMeta, this, [this, action, error, run](const Result<Done> &) {
                        if (run == m_run)
                            end(action, error);
                    });
            }
        });
}

void NameAdmin::reregister(const NameAction &action)
{
    m_client.lookup(action.name, this, step<QString>(action, [this, action](const QString &uri) {
        NameAction known = action;
        known.formerUri = uri;
        m_client.meta(known.name, this, [this, known, run = m_run](const Result<Value> &meta) {
            if (run != m_run)
                return;
            NameAction whole = known;
            // Without its meta (an older server, say) the name gets its new URI all the same.
            if (meta)
                whole.meta = whole.formerMeta = *meta;
            exchangeUri(whole);
        });
    }));
}

void NameAdmin::rename(const NameAction &action)
{
    m_client.meta(action.name, this, [this, action, run = m_run](const Result<Value> &meta) {
        if (run != m_run)
            return;
        const Value kept = meta ? *meta : Value();
        m_client.registerName(action.to, action.uri, this, step<Done>(action, [this, action, kept](Done) {
            if (kept.isNone())
                renamed(action);
            else
                m_client.setMeta(
                    action.to, kept, this, step<Done>(action, [this, action](Done) { renamed(action); }));
        }));
    });
}

/// The new name stands; is it there, and the old one gone?
void NameAdmin::renamed(const NameAction &action)
{
    m_client.lookup(action.to, this, step<QString>(action, [this, action](const QString &) {
        m_client.unregisterName(
            action.name, this, step<Done>(action, [this, action](Done) { end(action, Done{}); }));
    }));
}

void NameAdmin::command(const NameAction &action, const QString &method)
{
    const quint64 run = m_run;
    m_client.locate(this, [this, action, method, run](const Result<Uri> &uri) {
        if (run != m_run)
            return;
        if (!uri) {
            end(action, uri.error());
            return;
        }
        m_server
            = std::shared_ptr<Proxy>(new Proxy(m_context, *uri), [](Proxy *proxy) { proxy->deleteLater(); });
        m_server->call(method).then(this, [this, action, run](const Reply &reply) {
            if (run != m_run)
                return;
            if (!reply)
                end(action, reply.error());
            else if (reply.value().toText().contains(QStringLiteral("denied")))
                end(action, Error::denied(reply.value().toText()));
            else
                end(action, Done());
        });
    });
}

} // namespace pyrolens
