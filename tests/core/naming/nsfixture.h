// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/naming/nameserver.h>
#include <pyrolens/naming/nameserverclient.h>
#include <pyrolens/pyro3/pyro3.h>

#include <QTcpServer>
#include <QThread>
#include <QtTest>
#include <QUdpSocket>

namespace nstest {

inline std::shared_ptr<const pyrolens::Catalogue> catalogue()
{
    static const auto made = [] {
        auto fresh = std::make_shared<pyrolens::Catalogue>();
        fresh->add(pyrolens::pyro3Generation());
        return fresh;
    }();
    return made;
}

inline std::shared_ptr<const pyrolens::ClientContext> context()
{
    auto made = std::make_shared<pyrolens::ClientContext>();
    made->catalogue = catalogue();
    return made;
}

/// A name server in a thread of its own, so that blocking clients can talk to it from the test's thread.
class Server
{
public:
    explicit Server(pyrolens::NameServerOptions options = {}) : Server(catalogue(), std::move(options)) { }
    Server(const std::shared_ptr<const pyrolens::Catalogue> &speaks, pyrolens::NameServerOptions options)
    {
        options.port = options.port == 9090 ? 0 : options.port; // no fixed ports in tests
        m_thread.start();
        run([&] {
            m_server = std::make_unique<pyrolens::NameServer>(speaks, options);
            m_status = m_server->start();
        });
    }
    ~Server()
    {
        run([&] { m_server.reset(); });
        m_thread.quit();
        m_thread.wait();
    }

    /// Runs something in the server's thread and waits for it.
    void run(const std::function<void()> &body)
    {
        if (!m_target.thread() || m_target.thread() != &m_thread)
            m_target.moveToThread(&m_thread);
        QMetaObject::invokeMethod(&m_target, body, Qt::BlockingQueuedConnection);
    }
    const pyrolens::Status &status() const { return m_status; }
    pyrolens::NameServer &server() { return *m_server; }
    int port() const { return m_server->port(); }
    QString uri() const { return m_server->uris().value(0); }
    pyrolens::NameServerAddress address() const
    {
        pyrolens::NameServerAddress made;
        made.host = QStringLiteral("127.0.0.1");
        made.port = port();
        return made;
    }

private:
    QThread m_thread;
    QObject m_target;
    std::unique_ptr<pyrolens::NameServer> m_server;
    pyrolens::Status m_status = pyrolens::Done{};
};

/// "NamingError(name not found, x)": class without module, and the arguments as text.
inline QString wordsOf(const pyrolens::Error &error)
{
    if (!error.remote)
        return pyrolens::kindName(error.kind) + u": " + error.what;
    QStringList args;
    for (const pyrolens::Value &value : error.remote->args.items())
        args.append(value.isTextLike() ? value.toText() : QStringLiteral("?"));
    return error.remote->className.section(u'.', -1) + u'(' + args.join(u", ") + u')';
}

template <class T>
QString wordsOf(const pyrolens::Result<T> &result)
{
    return result ? QStringLiteral("ok") : wordsOf(result.error());
}

} // namespace nstest
