// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// Calls one method of one Pyro object and prints what it returns.
//
//   call_method PYRO://127.0.0.1:7766/ID echo "'hello'"
//   call_method PYROLOC://127.0.0.1:7766/:demo.bank balance "'ann'"

#include <pyrolens/client/proxy.h>
#include <pyrolens/generations.h>
#include <pyrolens/value/literal.h>

#include <QCoreApplication>
#include <QTextStream>

using namespace pyrolens;

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QTextStream out(stdout);
    QTextStream err(stderr);
    const QStringList words = QCoreApplication::arguments();
    if (words.size() < 3) {
        err << "usage: call_method URI METHOD [LITERAL ...]\n";
        return 2;
    }

    auto context = std::make_shared<ClientContext>();
    context->catalogue = builtinCatalogue();
    const auto uri = context->catalogue->parseUri(words.at(1));
    if (!uri) {
        err << uri.error().what << '\n';
        return 2;
    }
    std::vector<Value> arguments;
    for (const QString &word : words.mid(3)) {
        const auto literal = parseLiteral(word, Dialect::Python2);
        if (!literal) {
            err << word << ": " << literal.error().what << '\n';
            return 2;
        }
        arguments.push_back(literal->value);
    }

    Proxy proxy(context, *uri);
    const Reply reply = proxy.callBlocking(words.at(2), arguments);
    if (!reply) {
        // An exception of the remote method comes with its class, its arguments and the remote traceback.
        err << (reply.error().remote ? reply.error().remote->summary() : reply.error().what) << '\n';
        return 1;
    }
    out << toPython(reply.value(), {.dialect = Dialect::Python2}) << '\n';
    return 0;
}
