// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Registers names in a registry file as fast as it can, from two threads, and says each one on standard
// output once it is durable. Made to be killed. Arguments: file, prefix.

#include <pyrolens/naming/registry.h>

#include <QByteArray>
#include <QString>

#include <unistd.h>

#include <thread>

using namespace pyrolens;
using namespace pyrolens::naming;

namespace {

// One line, one write: what the reader sees is whole.
void say(const QByteArray &line)
{
    if (::write(STDOUT_FILENO, line.constData(), size_t(line.size())) != line.size())
        ::_exit(3);
}

void work(Registry &registry, const QByteArray &prefix)
{
    for (int i = 0;; ++i) {
        const QByteArray name = prefix + QByteArray::number(i);
        const QByteArray uri = "PYRO://127.0.0.1:7766/" + name;
        const Status status = Registry::wait(
            [&](const Registry::Completion &done) { return registry.registerName(name, uri, done); });
        if (!status)
            ::_exit(4);
        say("+" + name + "\n");
        // Every third goes again, so that removals are tried as well.
        if (i % 3 != 2)
            continue;
        say("?" + name + "\n");
        if (!Registry::wait(
                [&](const Registry::Completion &done) { return registry.unregisterName(name, done); }))
            ::_exit(4);
        say("-" + name + "\n");
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    Registry registry;
    if (const Status opened = registry.openStore(QString::fromLocal8Bit(argv[1])); !opened) {
        say("!" + opened.error().what.toUtf8() + "\n");
        return 1;
    }
    say("ready " + QByteArray::number(registry.count()) + "\n");
    const QByteArray prefix(argv[2]);
    std::thread other([&] { work(registry, prefix + "b"); });
    work(registry, prefix + "a");
    other.join();
    return 0;
}
