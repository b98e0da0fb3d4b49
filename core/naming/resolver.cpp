// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nameserverclient.h"
#include "target.h"

#include <QRandomGenerator>

namespace pyrolens {

namespace {

class NameServerResolver final : public Resolver
{
public:
    NameServerResolver(const ClientContext &context, NameServerAddress address)
        : m_address(std::move(address))
    {
        // Without a resolver: name servers are not found by name, and a context that held us would never die.
        auto own = std::make_shared<ClientContext>(context);
        own->resolver.reset();
        m_context = std::move(own);
    }

    Result<Uri> resolve(const Uri &logical, const ProxyOptions &options, QDeadlineTimer deadline) override
    {
        Result<NameServerAddress> address = addressFor(logical, options);
        if (!address)
            return address.error();
        if (!deadline.isForever()) {
            const std::chrono::milliseconds left(deadline.remainingTime());
            if (left.count() <= 0)
                return Error::timeout(u"no time left to look up " + logical.object);
            NameServerAddress &limited = address.value();
            limited.options.callTimeout
                = limited.options.callTimeout == kNoTimeout ? left : qMin(limited.options.callTimeout, left);
        }
        NameServerClient client(m_context, address.value());
        if (logical.form == Uri::Form::Meta)
            return target(anyOf(client.queryBlocking(queryFor(logical)), logical), generationOf(client));
        return target(client.lookupBlocking(logical.object), generationOf(client));
    }

    void resolveAsync(const Uri &logical, const ProxyOptions &options, QObject *context,
        std::function<void(const Result<Uri> &)> handler) override
    {
        const Result<NameServerAddress> address = addressFor(logical, options);
        if (!address) {
            QMetaObject::invokeMethod(
                context, [handler, error = address.error()] { handler(error); }, Qt::QueuedConnection);
            return;
        }
        // A child of the asker, so that it is given up with it.
        auto *client = new NameServerClient(m_context, address.value(), context);
        const auto done = [this, self = m_self.lock(), client, handler](const Result<QString> &text) {
            client->deleteLater();
            handler(target(text, generationOf(*client)));
        };
        if (logical.form != Uri::Form::Meta)
            return client->lookup(logical.object, client, done);
        client->query(queryFor(logical), client,
            [logical, done](const Result<std::vector<NameEntry>> &found) { done(anyOf(found, logical)); });
    }

    void setSelf(const std::shared_ptr<NameServerResolver> &self) { m_self = self; }

private:
    Result<NameServerAddress> addressFor(const Uri &logical, const ProxyOptions &options) const
    {
        if (logical.form != Uri::Form::Name && logical.form != Uri::Form::Meta)
            return Error::unsupported(u"not a name of a name server: " + logical.toString());
        NameServerAddress address = m_address;
        address.generation = generationFor(logical, options);
        if (!logical.host.isEmpty()) {
            address.host = logical.host;
            address.port = logical.port;
            address.tls = logical.tls;
        }
        address.tls = address.tls || logical.tls;
        if (!address.options.tls)
            address.options.tls = options.tls;
        // What the name server needs to know is the address's; a call's own time limit and credentials go
        // with the call.
        // A raw token is the secret itself and for the object only.
        if (address.options.credentials.isEmpty() && options.credentials.scheme != Credentials::Scheme::Raw)
            address.options.credentials = options.credentials;
        address.options.callTimeout = options.callTimeout;
        address.options.connectTimeout = options.connectTimeout;
        return address;
    }

    static NameQuery queryFor(const Uri &logical)
    {
        NameQuery query;
        query.tags = logical.tags;
        return query;
    }

    /// Any one will do. Source: Pyro5, core.py, resolve.
    static Result<QString> anyOf(const Result<std::vector<NameEntry>> &found, const Uri &logical)
    {
        if (!found)
            return found.error();
        if (!found->empty())
            return found->at(QRandomGenerator::global()->bounded(quint32(found->size()))).uri;
        RemoteError none;
        none.className = QStringLiteral("NamingError");
        none.args = Value::tuple({Value::text(
            u"no registrations available with desired metadata properties " + logical.tags.join(u", "))});
        none.attributes = Value::dict({});
        return RemoteError::toError(std::move(none));
    }

    static int generationOf(const NameServerClient &client)
    {
        return client.generation() ? client.generation()->info().id : 0;
    }

    bool isTree(int generation) const
    {
        const Generation *found = m_context->catalogue->find(generation);
        return found && found->info().features.hierarchicalNames;
    }

    /// The classic spelling is that of the tree. 0 = whoever answers.
    int generationFor(const Uri &logical, const ProxyOptions &options) const
    {
        if (const int tree = treeGeneration(*m_context->catalogue); logical.classic && tree != 0)
            return tree;
        for (const int wanted : {options.generation, m_address.generation}) {
            if (wanted != 0 && !isTree(wanted))
                return wanted;
        }
        return 0;
    }

    Result<Uri> target(const Result<QString> &text, int generation) const
    {
        if (!text)
            return text.error();
        Result<Uri> uri = m_context->catalogue->parseUri(text.value(), generation);
        // A name that leads to a name could go round in circles.
        if (uri && uri->form != Uri::Form::Object && uri->form != Uri::Form::Location)
            return Error::unsupported(u"the name server answers with another name: " + text.value());
        return uri;
    }

    std::shared_ptr<const ClientContext> m_context;
    const NameServerAddress m_address;
    std::weak_ptr<NameServerResolver> m_self; // keeps this alive while a look-up is under way
};

} // namespace

std::shared_ptr<Resolver> makeNameServerResolver(
    std::shared_ptr<const ClientContext> context, NameServerAddress address)
{
    auto resolver = std::make_shared<NameServerResolver>(*context, std::move(address));
    resolver->setSelf(resolver);
    return resolver;
}

} // namespace pyrolens
