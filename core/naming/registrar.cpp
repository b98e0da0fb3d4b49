// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "registrar_p.h"

#include "nameserver.h"
#include "nameserverclient.h"

namespace pyrolens {

namespace naming {

namespace {

class LocalRegistrar final : public Registrar
{
public:
    LocalRegistrar(const std::shared_ptr<Registry> &registry, std::shared_ptr<const Catalogue> catalogue)
        : m_registry(registry), m_catalogue(std::move(catalogue))
    { }

    Status registerName(const QString &name, const Uri &uri) override
    {
        const std::shared_ptr<Registry> registry = m_registry.lock();
        if (!registry)
            return stopped();
        const QByteArray path = name.toUtf8();
        const QByteArray text = uri.toString().toUtf8();
        if (!uri.classic) {
            return Registry::wait([&](const Registry::Completion &done) {
                return registry->flat().registerName(path, {text, {}}, FlatRegistry::Clash::Refuse, done);
            });
        }
        if (Status parents = registry->createParents(path); !parents)
            return parents;
        return Registry::wait(
            [&](const Registry::Completion &done) { return registry->registerName(path, text, done); });
    }
    Status unregisterName(const QString &name) override
    {
        const std::shared_ptr<Registry> registry = m_registry.lock();
        if (!registry)
            return stopped();
        const QByteArray path = name.toUtf8();
        return Registry::wait(
            [&](const Registry::Completion &done) { return registry->unregisterName(path, done); });
    }
    Result<Uri> resolve(const QString &name) override
    {
        const std::shared_ptr<Registry> registry = m_registry.lock();
        if (!registry)
            return stopped();
        const Result<QByteArray> text = registry->resolve(name.toUtf8());
        if (!text)
            return text.error();
        return m_catalogue->parseUri(QString::fromUtf8(text.value()), 3);
    }

private:
    static Error stopped() { return Error::disconnected(QStringLiteral("the name server has stopped")); }

    const std::weak_ptr<Registry> m_registry; // a registrar must not keep a stopped server's file open
    const std::shared_ptr<const Catalogue> m_catalogue;
};

/// A connection per request: registering is rare, and daemons do it from any of their threads.
class RemoteRegistrar final : public Registrar
{
public:
    RemoteRegistrar(std::shared_ptr<const ClientContext> context, NameServerAddress address)
        : m_context(std::move(context)), m_address(std::move(address))
    { }

    Status registerName(const QString &name, const Uri &uri) override
    {
        NameServerClient client(m_context, m_address);
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
        return NameServerClient(m_context, m_address).unregisterBlocking(name);
    }
    Result<Uri> resolve(const QString &name) override
    {
        const Result<QString> text = NameServerClient(m_context, m_address).lookupBlocking(name);
        if (!text)
            return text.error();
        return m_context->catalogue->parseUri(text.value(), m_address.generation);
    }

private:
    static bool isMissingParent(const Status &status)
    {
        if (status || status.error().kind != Error::Kind::Remote || !status.error().remote)
            return false;
        const QString text = status.error().remote->args.at(0).toText();
        return text == u"(parent)group not found";
    }

    const std::shared_ptr<const ClientContext> m_context;
    const NameServerAddress m_address;
};

} // namespace

std::shared_ptr<Registrar> makeLocalRegistrar(
    const std::shared_ptr<Registry> &registry, std::shared_ptr<const Catalogue> catalogue)
{
    return std::make_shared<LocalRegistrar>(registry, std::move(catalogue));
}

} // namespace naming

std::shared_ptr<Registrar> makeRemoteRegistrar(
    std::shared_ptr<const ClientContext> context, NameServerAddress address)
{
    return std::make_shared<naming::RemoteRegistrar>(std::move(context), std::move(address));
}

} // namespace pyrolens
