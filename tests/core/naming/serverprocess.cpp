// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// A name server in a process of its own, for measurements and for real peers: says "ready URI BROADCASTPORT"
// and serves until it is asked to stop. Arguments: host, port, storage, broadcast port or -1, identification
// or "", number of names to begin with; for half of a pair also its role and the port of its twin on the same
// host, then it says "paired" and "searching" as well.

#include <pyrolens/naming/nameserver.h>
#include <pyrolens/pyro3/pyro3.h>

#include <QCoreApplication>
#include <QTextStream>

using namespace pyrolens;

namespace {

Status fill(const NameServer &server, const Catalogue &catalogue, int names)
{
    const auto registrar = server.localRegistrar();
    for (int i = 0; i < names; ++i) {
        const QString text = QStringLiteral("PYRO://192.168.%1.%2:7766/7f0000013c0a29cd0b454f78%3")
                                 .arg(i % 4)
                                 .arg(i % 250)
                                 .arg(i, 10, 10, QLatin1Char('0'));
        const Result<Uri> uri = catalogue.parseUri(text);
        if (!uri)
            return uri.error();
        const QString name = QStringLiteral(":group%1.object%2").arg(i % 100).arg(i);
        if (Status status = registrar->registerName(name, uri.value()); !status)
            return status;
    }
    return Done{};
}

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments().mid(1);
    if (arguments.size() != 6 && arguments.size() != 8)
        return 2;
    NameServerOptions options;
    options.host = arguments.at(0);
    options.port = arguments.at(1).toInt();
    options.storage = arguments.at(2);
    options.broadcast = arguments.at(3) != u"-1";
    options.broadcastPort = options.broadcast.value() ? arguments.at(3).toInt() : 0;
    if (!arguments.at(4).isEmpty())
        options.allowedIdents = QStringList{arguments.at(4)};
    if (arguments.size() == 8) {
        options.role = arguments.at(6) == u"primary" ? NameServerRole::Primary : NameServerRole::Secondary;
        options.peerHost = options.host;
        options.peerPort = arguments.at(7).toInt();
        options.twinRetry = std::chrono::milliseconds(100);
    }
    auto catalogue = std::make_shared<Catalogue>();
    catalogue->add(pyro3Generation());
    NameServer server(catalogue, options);
    QObject::connect(&server, &NameServer::shutdownRequested, &application, &QCoreApplication::quit);
    QObject::connect(&server, &NameServer::twinChanged, &server, [](const TwinStatus &twin) {
        QTextStream out(stdout);
        if (twin.state == TwinStatus::State::Paired)
            out << "paired" << Qt::endl;
        else if (twin.state == TwinStatus::State::Searching)
            out << "searching" << Qt::endl;
    });
    Status status = server.start();
    if (status)
        status = fill(server, *catalogue, arguments.at(5).toInt());
    QTextStream out(stdout);
    if (!status) {
        out << "failed " << status.error().what << Qt::endl;
        return 1;
    }
    out << "ready " << server.uris().join(u' ') << ' ' << server.broadcastPort() << Qt::endl;
    return QCoreApplication::exec();
}
