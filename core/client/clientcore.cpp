// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientcore_p.h"

#include "addressmap.h"

#include "texts_p.h"

#include <algorithm>

namespace pyrolens {

namespace {

/// Messages that are for the object and not for its daemon.
bool isForObject(const Message &message)
{
    switch (message.kind) {
    case Message::Kind::Call:
    case Message::Kind::Batch:
    case Message::Kind::GetAttribute:
    case Message::Kind::SetAttribute:
    case Message::Kind::HasAttribute:
    case Message::Kind::Code:
        return true;
    default:
        return false;
    }
}

/// Options that are built into a session. Credentials are too, but count from the next connection on only.
bool needsNewSession(const ProxyOptions &a, const ProxyOptions &b)
{
    return a.codec != b.codec || a.pickleProtocol != b.pickleProtocol || a.compress != b.compress
        || a.checksum != b.checksum || a.generation != b.generation || a.tls != b.tls
        || a.annotations != b.annotations || a.serpentBytesLiterals != b.serpentBytesLiterals
        || !(a.handshake == b.handshake);
}

/// \param codec empty = the default, which each has.
bool hasCodec(const Generation &generation, const QByteArray &codec)
{
    const auto &codecs = generation.info().codecs;
    return codec.isEmpty() || std::ranges::find(codecs, codec) != codecs.end();
}

} // namespace

ClientCore::ClientCore(
    std::shared_ptr<const ClientContext> clientContext, Uri target, ProxyOptions proxyOptions)
    : context(std::move(clientContext))
    , uri(std::move(target))
    , m_generations(context->generations ? context->generations : std::make_shared<GenerationMemory>())
    , m_options(std::move(proxyOptions))
{ }

void ClientCore::setOptions(ProxyOptions changed)
{
    m_mustRenew = m_mustRenew || needsNewSession(m_options, changed);
    if (m_options.tls != changed.tls)
        m_tlsConfiguration.reset();
    m_options = std::move(changed);
}

const Uri *ClientCore::address() const
{
    if (uri.form == Uri::Form::Object || uri.form == Uri::Form::Location)
        return &uri;
    return m_resolved ? &*m_resolved : nullptr;
}

std::optional<Uri> ClientCore::resolvedUri() const
{
    return m_located ? m_located : m_resolved;
}

std::vector<const Generation *> ClientCore::candidates(const Uri &target) const
{
    if (!context->catalogue)
        return {};
    if (m_options.generation != 0) {
        const Generation *chosen = context->catalogue->find(m_options.generation);
        return chosen != nullptr && hasCodec(*chosen, m_options.codec) ? std::vector{chosen}
                                                                       : std::vector<const Generation *>();
    }
    // The spelling decides. Without an object (a question to the daemon itself) it is no whole URI: the
    // classic ones are spelled all the same, the others are a bare HOST:PORT.
    const bool isBare = target.object.isEmpty() && target.form == Uri::Form::Object && !target.classic;
    Uri whole = target;
    if (whole.object.isEmpty())
        whole.object = QStringLiteral("any");
    const QString text = whole.toString();
    std::vector<const Generation *> found;
    for (const auto &generation : context->catalogue->all()) {
        if (isBare || generation->parseUri(text))
            found.push_back(generation.get());
    }
    // A serializer is for those that have it, a secret for those that can present it.
    std::erase_if(found, [this](const Generation *each) { return !hasCodec(*each, m_options.codec); });
    const Credentials &shown = m_options.credentials;
    const bool hasIdent = !shown.ident.isEmpty() || !shown.mungedIdent.isEmpty() || !shown.user.isEmpty()
        || !shown.raw.isEmpty();
    const auto presents = [&](const Generation *each) {
        const GenerationInfo::Features &features = each->info().features;
        return (hasIdent && features.identification) || (!shown.hmacKey.isEmpty() && features.hmac);
    };
    if (std::ranges::any_of(found, presents))
        std::erase_if(found, [&](const Generation *each) { return !presents(each); });
    return found;
}

const Generation *ClientCore::firstChoice(
    const Uri &target, const std::vector<const Generation *> &candidates) const
{
    const int known = m_generations->find(target.endpoint());
    const Generation *choice = nullptr;
    for (const Generation *each : candidates) {
        if (each->info().id == known)
            return each;
        if (choice == nullptr || !each->info().serverSpeaksFirst)
            choice = each;
    }
    return choice;
}

const Generation *ClientCore::generation() const
{
    if (m_channel)
        return &m_channel->generation();
    const Uri &target = address() != nullptr ? *address() : uri;
    const auto open = candidates(target);
    if (open.size() == 1)
        return open.front();
    return m_generations->find(target.endpoint()) != 0 ? firstChoice(target, open) : nullptr;
}

std::optional<ObjectMetadata> ClientCore::metadata() const
{
    return m_channel ? m_channel->metadata() : std::nullopt;
}

bool ClientCore::usesTls(const Uri &target) const
{
    return target.tls || (!target.classic && m_options.tls.has_value());
}

std::optional<Error> ClientCore::obstacle(const Uri &target) const
{
    const bool isUnix = !target.unixPath.isEmpty();
    if (isUnix && usesTls(target))
        return Error::unsupported(
            QStringLiteral("'%1' is a unix socket; there is no TLS over those.").arg(target.toString()));
    if (!isUnix && (target.host.isEmpty() || target.port <= 0))
        return Error::usage(QStringLiteral("'%1' does not say where to connect: host and port are needed.")
                                .arg(target.toString()));
    if (candidates(target).empty()) {
        if (!m_options.codec.isEmpty())
            return Error::unsupported(QStringLiteral("'%1' is of no generation that has the serializer '%2'.")
                                          .arg(target.toString(), QString::fromUtf8(m_options.codec)));
        return Error::unsupported(
            QStringLiteral("This program does not speak the generation of '%1'.").arg(target.toString()));
    }
    return std::nullopt;
}

std::pair<QString, int> ClientCore::destination(const Uri &target) const
{
    return context->addresses ? context->addresses->apply(target.host, target.port)
                              : std::pair(target.host, target.port);
}

Result<TlsOrder> ClientCore::tlsOrder(const Uri &target, QDeadlineTimer deadline)
{
    TlsOrder order;
    order.settings = m_options.tls.value_or(TlsSettings());
    if (!m_tlsConfiguration) {
        auto made = tlsConfiguration(order.settings, TlsRole::Client);
        if (!made)
            return made.error();
        m_tlsConfiguration = std::move(*made);
    }
    order.configuration = *m_tlsConfiguration;
    order.host = target.host;
    order.deadline = deadline;
    return order;
}

TlsTunnels &ClientCore::tunnels()
{
    if (!m_tunnels)
        m_tunnels = std::make_unique<TlsTunnels>();
    return *m_tunnels;
}

std::optional<Error> ClientCore::prepare(Message &message, const CallOptions &call) const
{
    if (message.kind == Message::Kind::Call) {
        if (call.oneway)
            message.oneway = *call.oneway;
        else if (!message.oneway && !m_options.onewayMethods.isEmpty())
            message.oneway = m_options.onewayMethods.contains(QString::fromUtf8(message.method));
    }
    if (message.method.size() > m_options.limits.maxNameBytes)
        return Error::limit(QStringLiteral("A method name of %1 bytes is too long; the limit is %2.")
                                .arg(message.method.size())
                                .arg(m_options.limits.maxNameBytes),
            QStringLiteral("call.name-too-long"));
    if (context->policy)
        return context->policy->refusal(uri, message);
    return std::nullopt;
}

std::chrono::milliseconds ClientCore::timeoutOf(const CallOptions &call) const
{
    return std::max(call.timeout.value_or(m_options.callTimeout), kNoTimeout);
}

bool ClientCore::mustLocate(const Message &message) const
{
    return m_object.isEmpty() && message.object.isEmpty() && isForObject(message);
}

Message ClientCore::locateMessage() const
{
    Message message;
    message.kind = Message::Kind::Query;
    message.query = Message::Query::Resolve;
    message.text = address() != nullptr ? address()->object : QString();
    return message;
}

std::optional<Error> ClientCore::setLocated(const Value &id)
{
    if (!id.isTextLike() || id.rawBytes().isEmpty() || id.size() > m_options.limits.maxNameBytes)
        return texts::mismatch(m_channel->where(), QStringLiteral("did not answer with an object id"));
    m_object = id.rawBytes().toByteArray();
    m_located = *address();
    m_located->form = Uri::Form::Object;
    m_located->object = id.toText();
    return std::nullopt;
}

Result<QByteArray> ClientCore::encode(Message &message, std::optional<bool> oneway) const
{
    if (isForObject(message)) {
        if (message.object.isEmpty())
            message.object = m_object;
        if (const auto &metadata = m_channel->metadata()) {
            // Source: Pyro5, client.py, Proxy.__processMetadata and _pyroInvoke.
            if (metadata->methods.isEmpty() && metadata->attributes.isEmpty())
                return texts::nothingExposed(uri.toString());
            if (!oneway && message.kind == Message::Kind::Call
                && metadata->oneway.contains(QString::fromUtf8(message.method)))
                message.oneway = true;
        }
    }
    if (message.annotations.empty())
        message.annotations = m_options.annotations;
    auto bytes = m_channel->session()->encode(message);
    // A large argument need not be kept while the reply comes in.
    message.args = {};
    message.kwargs = {};
    message.value = {};
    message.batch.clear();
    return bytes;
}

std::unique_ptr<CodeExchange> ClientCore::codeExchange(const Message &message, const QByteArray &request)
{
    if (!context->code || message.oneway || !isForObject(message)
        || !m_channel->generation().info().features.mobileCode)
        return nullptr;
    return std::make_unique<CodeExchange>(
        context->code, request, m_channel->stream().local(), m_channel->where(), m_exchangedModules);
}

std::unique_ptr<Session> ClientCore::makeSession(const Generation &generation) const
{
    SessionOptions session;
    session.credentials = m_options.credentials;
    session.codec = m_options.codec;
    session.pickleProtocol = m_options.pickleProtocol;
    session.compress = m_options.compress;
    session.checksum = m_options.checksum;
    session.object = address()->object.toUtf8();
    session.handshake = m_options.handshake;
    session.annotations = m_options.annotations;
    session.sequence = m_sequence;
    session.serpentBytesLiterals = m_options.serpentBytesLiterals;
    return generation.session(Role::Client, std::move(session));
}

Channel &ClientCore::open(std::unique_ptr<Stream> stream, const Uri &target)
{
    auto open = candidates(target);
    const Generation *generation = firstChoice(target, open);
    Q_ASSERT_X(generation != nullptr, "ClientCore::open", "obstacle() was not asked");
    auto channel = std::make_unique<Channel>(
        std::move(stream), makeSession(*generation), *generation, target.endpoint(), context->tap);
    if (open.size() > 1)
        channel->setCandidates(std::move(open));
    m_object = target.form == Uri::Form::Object ? target.object.toUtf8() : QByteArray();
    m_located.reset();
    m_mustRenew = false;
    const std::scoped_lock lock(m_mutex);
    m_channel = std::move(channel);
    if (m_cancelled.load())
        m_channel->stream().shutdown();
    return *m_channel;
}

bool ClientCore::mustListen() const
{
    return m_options.listenTime > kNoTimeout && !m_channel->generation().info().serverSpeaksFirst
        && std::ranges::any_of(
            m_channel->candidates(), [](const auto *each) { return each->info().serverSpeaksFirst; })
        && m_generations->find(m_channel->where()) == 0;
}

ClientCore::Turn ClientCore::turn()
{
    const Generation *answering = m_channel ? m_channel->answering() : nullptr;
    if (answering == nullptr)
        return Turn::None;
    if (answering->info().serverSpeaksFirst && m_channel->bytesSent == 0) {
        m_channel->turnTo(*answering, makeSession(*answering));
        return Turn::Stay;
    }
    m_generations->remember(m_channel->where(), answering->info().id);
    return Turn::Reconnect;
}

void ClientCore::noteHandshake(bool isGood)
{
    if (!m_channel || m_channel->candidates().empty())
        return;
    if (isGood)
        m_generations->remember(m_channel->where(), m_channel->generation().info().id);
    else
        m_generations->forget(m_channel->where());
}

void ClientCore::close(const QString &reason)
{
    if (beforeClose)
        beforeClose();
    std::unique_ptr<Channel> channel;
    {
        const std::scoped_lock lock(m_mutex);
        channel = std::move(m_channel);
    }
    if (channel) {
        m_sequence = channel->session()->sequence();
        channel->close(reason);
    }
    setState(Proxy::State::Idle);
}

void ClientCore::closeUnlessFresh()
{
    if (!m_channel)
        return;
    // A server may close idle connections (a name server after 20 s), and an answer to a oneway call that
    // went wrong may lie here: what is in the way now would be taken for the next answer. Nothing is lost,
    // for nothing was sent yet.
    if (m_channel->isStale())
        close(QStringLiteral("closed by the server while idle, or unexpected bytes"));
    else if (m_mustRenew)
        close(QStringLiteral("options changed"));
}

void ClientCore::setState(Proxy::State state)
{
    if (m_state == state)
        return;
    m_state = state;
    if (stateChanged)
        stateChanged(state);
}

bool ClientCore::beginBlocking()
{
    const std::scoped_lock lock(m_mutex);
    if (m_isBlocking)
        return false;
    m_isBlocking = true;
    return true;
}

void ClientCore::endBlocking()
{
    const std::scoped_lock lock(m_mutex);
    m_isBlocking = false;
    m_cancelled.store(false, std::memory_order_relaxed);
}

void ClientCore::cancelBlocking()
{
    const std::scoped_lock lock(m_mutex);
    if (!m_isBlocking)
        return;
    m_cancelled.store(true);
    if (m_channel)
        m_channel->stream().shutdown();
}

} // namespace pyrolens
