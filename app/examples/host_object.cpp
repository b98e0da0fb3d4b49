// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// Publishes a QObject: its invokable methods become remote methods, its properties remote attributes.
// Prints the URI and serves until it is killed. From Python:
//
//   import Pyro.core
//   counter = Pyro.core.getAttrProxyForURI("PYRO://...")
//   print counter.add(5), counter.total

#include <pyrolens/generations.h>
#include <pyrolens/server/daemon.h>

#include <QCoreApplication>
#include <QTextStream>

using namespace pyrolens;

class Counter : public QObject
{
    Q_OBJECT
    Q_PROPERTY(int total MEMBER m_total)

public:
    Q_INVOKABLE int add(int amount) { return m_total += amount; }
    Q_INVOKABLE QString greet(const QString &name) const { return QStringLiteral("hello, ") + name; }

private:
    int m_total = 0;
};

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    Counter counter;
    Daemon daemon(builtinCatalogue(), {});
    if (const auto port = daemon.listen(); !port) {
        QTextStream(stderr) << port.error().what << '\n';
        return 3;
    }
    // Calls are queued to the object's own thread, so it needs no locks.
    const auto uri = daemon.connectServant(makeQObjectServant(&counter), QStringLiteral("counter"));
    if (!uri) {
        QTextStream(stderr) << uri.error().what << '\n';
        return 3;
    }
    QTextStream(stdout) << uri->toString() << Qt::endl;
    return QCoreApplication::exec();
}

#include "host_object.moc"
