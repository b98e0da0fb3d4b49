// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Registers names in both spaces of a registry file as fast as it can, from a thread each, and says each one
// on standard output once it is durable. Made to be killed. Arguments: file, prefix.

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

/// How a space is changed.
struct Space
{
    std::function<Change(const QByteArray &name, const QByteArray &uri, const Completion &done)> add;
    std::function<Change(const QByteArray &name, const Completion &done)> remove;
};

Space treeOf(Registry &registry)
{
    return {[&](const QByteArray &name, const QByteArray &uri, const Completion &done) {
                return registry.registerName(name, uri, done);
            },
        [&](const QByteArray &name, const Completion &done) { return registry.unregisterName(name, done); }};
}

Space flatOf(Registry &registry)
{
    return {[&](const QByteArray &name, const QByteArray &uri, const Completion &done) {
                return registry.flat().registerName(
                    name, {uri, {"tag", name}}, FlatRegistry::Clash::Refuse, done);
            },
        [&](const QByteArray &name, const Completion &done) -> Change {
            return registry.flat()
                .remove(
                    {name}, [done](const Result<int> &count) { done(count.map([](int) { return Done{}; })); })
                .applied;
        }};
}

void work(const Space &space, const QByteArray &prefix)
{
    for (int i = 0;; ++i) {
        const QByteArray name = prefix + QByteArray::number(i);
        const QByteArray uri = "PYRO://127.0.0.1:7766/" + name;
        const Status status
            = waitUntilDurable([&](const Completion &done) { return space.add(name, uri, done); });
        if (!status)
            ::_exit(4);
        say("+" + name + "\n");
        // Every third goes again, so that removals are tried as well.
        if (i % 3 != 2)
            continue;
        say("?" + name + "\n");
        if (!waitUntilDurable([&](const Completion &done) { return space.remove(name, done); }))
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
    say("ready " + QByteArray::number(registry.count() + registry.flat().count()) + "\n");
    const QByteArray prefix(argv[2]);
    std::thread other([&] { work(flatOf(registry), prefix + "b"); });
    work(treeOf(registry), prefix + "a");
    other.join();
    return 0;
}
