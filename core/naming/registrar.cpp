// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "registrar_p.h"

#include "nameserver.h"
#include "nameserverclient.h"
#include "target.h"

#include <mutex>

namespace pyrolens {

namespace naming {

namespace {

class LocalRegistrar final : public Registrar
{
public:
    LocalRegistrar(const std::shared_ptr<Registry> &registry, ServedSpaces spaces,
        std::shared_ptr<const Catalogue> catalogue)
        : m_registry(registry), m_spaces(spaces), m_catalogue(std::move(catalogue))
    { }

    bool takes(const Uri &uri) const override { return m_spaces.takes(uri); }
    Status registerName(const QString &name, const Uri &uri) override
    {
        const std::shared_ptr<Registry> registry = m_registry.lock();
        if (!registry)
            return stopped();
        const QByteArray path = name.toUtf8();
        const QByteArray text = uri.toString().toUtf8();
        if (!uri.classic) {
            return waitUntilDurable([&](const Completion &done) {
                return registry->flat().registerName(path, {text, {}}, FlatRegistry::Clash::Replace, done);
            });
        }
        if (Status parents = registry->createParents(path); !parents)
            return parents;
        return waitUntilDurable(
            [&](const Completion &done) { return registry->registerName(path, text, done); });
    }
    Status unregisterName(const QString &name) override
    {
        const std::shared_ptr<Registry> registry = m_registry.lock();
        if (!registry)
            return stopped();
        const QByteArray path = name.toUtf8();
        return waitUntilDurable([&](const Completion &done) { return registry->unregisterName(path, done); });
    }
    Status unregisterUri(const QString &name, const Uri &uri) override
    {
        const std::shared_ptr<Registry> registry = m_registry.lock();
        if (!registry)
            return stopped();
        if (uri.classic)
            return unregisterName(name);
        // Somebody else may have taken the name over.
        registry->flat().removeIfStill(name.toUtf8(), uri.toString().toUtf8());
        return Done{};
    }
    Result<Uri> resolve(const QString &name) override
    {
        const std::shared_ptr<Registry> registry = m_registry.lock();
        if (!registry)
            return stopped();
        const Result<QByteArray> text = registry->resolve(name.toUtf8());
        if (!text)
            return text.error();
        return m_catalogue->parseUri(QString::fromUtf8(text.value()), treeGeneration(*m_catalogue));
    }

private:
    static Error stopped() { return Error::disconnected(QStringLiteral("the name server has stopped")); }

    const std::weak_ptr<Registry> m_registry; // a registrar must not keep a stopped server's file open
    const ServedSpaces m_spaces;
    const std::shared_ptr<const Catalogue> m_catalogue;
};

/// A connection per request: registering is rare, and daemons do it from any of their threads.
class RemoteRegistrar final : public Registrar
{
public:
    RemoteRegistrar(std::shared_ptr<const ClientContext> context, NameServerAddress address, FlatClash clash)
        : m_context(std::move(context)), m_address(std::move(address)), m_clash(clash)
    { }

    bool takes(const Uri &uri) const override
    {
        const std::lock_guard lock(m_mutex);
        if (!m_spaces)
            m_spaces = findSpaces();
        return m_spaces->takes(uri);
    }
    Status registerName(const QString &name, const Uri &uri) override
    {
        NameServerClient client(m_context, addressFor(uri));
        if (!uri.classic) {
            return m_clash == FlatClash::Replace ? client.replaceBlocking(name, uri.toString())
                                                 : client.registerBlocking(name, uri.toString());
        }
        const Result<QString> full = client.fullName(name);
        if (!full)
            return full.error();
        Status status = client.registerBlocking(full.value(), uri.toString());
        if (!isMissingParent(status))
            return status;
        // Outermost first. A group that is there already is no reason to stop: another daemon may have been
        // quicker.
        for (qsizetype dot = full->indexOf(u'.'); dot > 0; dot = full->indexOf(u'.', dot + 1)) {
            const Status made = client.createGroupBlocking(full->first(dot));
            if (!made && made.error().kind != Error::Kind::Remote)
                return made;
        }
        return client.registerBlocking(full.value(), uri.toString());
    }
    Status unregisterName(const QString &name) override
    {
        return NameServerClient(m_context, treeAddress()).unregisterBlocking(name);
    }
    Status unregisterUri(const QString &name, const Uri &uri) override
    {
        NameServerClient client(m_context, addressFor(uri));
        if (uri.classic)
            return client.unregisterBlocking(name);
        // Somebody else may have taken the name over.
        const Result<QString> known = client.lookupBlocking(name);
        if (known && *known != uri.toString())
            return Done{};
        return client.unregisterBlocking(name);
    }
    Result<Uri> resolve(const QString &name) override
    {
        const Result<QString> text = NameServerClient(m_context, treeAddress()).lookupBlocking(name);
        if (!text)
            return text.error();
        return m_context->catalogue->parseUri(text.value(), treeAddress().generation);
    }

private:
    static bool isMissingParent(const Status &status)
    {
        if (status || status.error().kind != Error::Kind::Remote || !status.error().remote)
            return false;
        const QString text = status.error().remote->args.at(0).toText();
        return text == u"(parent)group not found";
    }

    NameServerAddress treeAddress() const
    {
        NameServerAddress address = m_address;
        address.generation = treeGeneration(*m_context->catalogue);
        return address;
    }
    NameServerAddress addressFor(const Uri &uri) const
    {
        if (uri.classic)
            return treeAddress();
        NameServerAddress address = m_address;
        if (address.generation == treeAddress().generation)
            address.generation = 0;
        address.onlyFlat = true;
        return address;
    }

    /// Who answers as the newest is asked whether it is a tree as well. A server that is not reachable now
    /// counts as one with both: registering will say what is wrong.
    ServedSpaces findSpaces() const
    {
        NameServerAddress address = m_address;
        const int tree = treeAddress().generation;
        if (address.generation != 0)
            return {address.generation == tree, address.generation != tree};
        NameServerClient newest(m_context, address);
        if (!newest.locateBlocking() || !newest.generation())
            return {true, true};
        if (newest.generation()->info().features.hierarchicalNames)
            return {true, false};
        address = treeAddress();
        address.host = newest.uri()->host;
        address.port = newest.uri()->port;
        // A server without a tree waits for us to begin, and we for it.
        address.options.connectTimeout = std::min(address.options.connectTimeout, kTreePatience);
        return {NameServerClient(m_context, address).locateBlocking().isOk(), true};
    }

    static constexpr std::chrono::milliseconds kTreePatience{1'500};

    const std::shared_ptr<const ClientContext> m_context;
    const NameServerAddress m_address;
    const FlatClash m_clash;
    mutable std::mutex m_mutex; // guards m_spaces
    mutable std::optional<ServedSpaces> m_spaces;
};

} // namespace

std::shared_ptr<Registrar> makeLocalRegistrar(const std::shared_ptr<Registry> &registry, ServedSpaces spaces,
    std::shared_ptr<const Catalogue> catalogue)
{
    return std::make_shared<LocalRegistrar>(registry, spaces, std::move(catalogue));
}

} // namespace naming

std::shared_ptr<Registrar> makeRemoteRegistrar(
    std::shared_ptr<const ClientContext> context, NameServerAddress address, FlatClash clash)
{
    return std::make_shared<naming::RemoteRegistrar>(std::move(context), std::move(address), clash);
}

} // namespace pyrolens
