// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// Lists what a Pyro 3 name server knows.
//
//   list_names            the one at 127.0.0.1:9090, or the first that answers a broadcast
//   list_names HOST:PORT

#include <pyrolens/generations.h>
#include <pyrolens/naming/nameserverclient.h>

#include <QCoreApplication>
#include <QTextStream>

using namespace pyrolens;

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QTextStream out(stdout);
    QTextStream err(stderr);
    const QStringList words = QCoreApplication::arguments();

    auto context = std::make_shared<ClientContext>();
    context->catalogue = builtinCatalogue();
    NameServerAddress address;
    if (words.size() > 1) {
        const auto endpoint = parseEndpoint(words.at(1));
        if (!endpoint) {
            err << endpoint.error().what << '\n';
            return 2;
        }
        address.host = endpoint->first;
        address.port = endpoint->second;
    }
    NameServerClient names(context, address);
    const auto entries = names.listAllBlocking(false);
    if (!entries) {
        err << entries.error().what << '\n';
        return 3;
    }
    for (const NameEntry &entry : *entries)
        out << entry.name << "  " << entry.uri << '\n';
    return 0;
}
