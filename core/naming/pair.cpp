// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "pair_p.h"

#include "hierarchicalservant_p.h"
#include "twindump_p.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/pickle/pickle.h>

#include <QCryptographicHash>
#include <QHostAddress>
#include <QRandomGenerator>

// The half of a pair that answers: to its own servant, and to what the twin asks.

namespace pyrolens::naming {

namespace {

constexpr int kClassic = 3;

/// "::ffff:127.0.0.1" and "127.0.0.1" are one.
QString plainAddress(const QString &text)
{
    const QHostAddress address(text);
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4);
    return isV4 ? QHostAddress(v4).toString() : address.isNull() ? text : address.toString();
}

Error notAllowed(const char *what)
{
    Error error = namingError(what);
    error.code = QStringLiteral("call.refused");
    return error;
}

Value roleName(NameServerRole role)
{
    return Value::str(role == NameServerRole::Primary ? "primary" : "secondary");
}

} // namespace

/// What makes a connection the twin's own.
struct Pair::Mark
{ };

Pair::Pair(Registry &registry, PairSettings settings, PairHooks hooks)
    : m_registry(registry)
    , m_settings(std::move(settings))
    , m_hooks(std::move(hooks))
    , m_generation(m_settings.catalogue->find(kClassic))
    , m_instance(QByteArray::number(QRandomGenerator::system()->generate64(), 16))
    , m_context(std::make_shared<ClientContext>())
{
    m_adopter.setMaxThreadCount(1);
    m_context->catalogue = m_settings.catalogue;
    m_status.state = TwinStatus::State::Searching;
}

Pair::~Pair()
{
    stop();
}

void Pair::start(const Uri &self)
{
    m_self = self;
    learnPeerAddresses();
    m_registry.setFollower(
        [this](const PassedChange &change, const Registry::Completion &done) { offer(change, done); });
    m_thread = std::thread([this] { run(); });
}

void Pair::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_isStopping)
            return;
        m_isStopping = true;
        if (m_cancellable)
            m_cancellable->cancelBlocking();
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
    m_adopter.waitForDone();
    close();
    finishResyncs(Error::cancelled(QStringLiteral("the name server stops")));
}

TwinStatus Pair::status() const
{
    const std::lock_guard lock(m_mutex);
    TwinStatus status = m_status;
    status.waiting = int(m_waiting.size());
    return status;
}

Reference Pair::ownProxy() const
{
    // An ordinary proxy where the original sends a name server proxy: the original's own cannot be called
    // once it has been unpickled, this one can, so that a real twin passes changes on in both positions.
    Reference proxy;
    proxy.form = Reference::Form::Proxy;
    proxy.uri = m_self.toString();
    if (!m_settings.credentials.ident.isEmpty())
        proxy.ident
            = QCryptographicHash::hash(m_settings.credentials.ident.toUtf8(), QCryptographicHash::Md5);
    proxy.onewayMethods = QStringList{QStringLiteral("_synccall")};
    proxy.timeout = double(m_settings.patience.count()) / 1000.0;
    return proxy;
}

void Pair::offer(const PassedChange &change, const Registry::Completion &done)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_isOpen && qsizetype(m_waiting.size()) < m_settings.maxWaiting) {
            m_waiting.push_back({change, m_isLive ? done : Registry::Completion()});
            m_wake.notify_all();
            if (m_isLive)
                return;
        } else if (m_isOpen) {
            // What is in the journal is not lost; the two are made alike again later.
            m_isOpen = false;
            m_isReplaced = true;
            m_wake.notify_all();
        }
    }
    if (done)
        done(Done{});
}

/// From now on; what was waiting is in the picture that the twin gets.
void Pair::open(bool isLive)
{
    close();
    const std::lock_guard lock(m_mutex);
    m_isOpen = !m_isStopping;
    m_isLive = isLive;
}

void Pair::close()
{
    std::deque<Waiting> waiting;
    {
        const std::lock_guard lock(m_mutex);
        waiting.swap(m_waiting);
        m_isOpen = false;
        m_isLive = false;
    }
    for (const Waiting &left : waiting) {
        if (left.done)
            left.done(Done{});
    }
}

void Pair::setStatus(TwinStatus::State state, const std::optional<Error> &error)
{
    TwinStatus now;
    {
        const std::lock_guard lock(m_mutex);
        const bool isNews
            = m_status.state != state || (error && (!m_status.error || m_status.error->what != error->what));
        m_status.state = state;
        if (error || state == TwinStatus::State::Paired)
            m_status.error = error;
        m_status.isOriginal = m_isOriginal;
        if (m_isStopping || !isNews)
            return;
        now = m_status;
    }
    if (m_hooks.changed)
        m_hooks.changed(now);
}

void Pair::report(const TwinMerge &merge)
{
    if (!merge.isSplitBrain())
        return;
    TwinSplit split;
    split.changedHere = merge.changedHere;
    split.changedThere = merge.changedThere;
    for (const QByteArray &path : merge.conflicts)
        split.conflicts.append(QString::fromUtf8(path));
    qCWarning(logging::naming).noquote()
        << "split brain: both name servers took changes while apart;" << merge.changedHere << "here,"
        << merge.changedThere << "at the twin, changed by both:"
        << (split.conflicts.isEmpty() ? QStringLiteral("none")
                                      : split.conflicts.first(qMin(20, split.conflicts.size())).join(u' '));
    if (m_hooks.split)
        m_hooks.split(split);
}

bool Pair::crossed(const QByteArray &path)
{
    bool isTaken = false;
    {
        const std::lock_guard lock(m_mutex);
        // Both ends decide the same without asking: the primary's entry stays.
        isTaken = !m_isOriginal && m_settings.role == NameServerRole::Secondary;
    }
    TwinMerge merge;
    merge.conflicts = {path};
    report(merge);
    return isTaken;
}

void Pair::mark(CallContext &context)
{
    if (context.storage)
        context.storage->user = std::make_shared<Mark>();
}

bool Pair::isFromTwin(const CallContext &context) const
{
    if (!context.storage)
        return false;
    if (std::any_cast<std::shared_ptr<Mark>>(&context.storage->user))
        return true;
    // A real twin opens a connection without a word about itself.
    const std::lock_guard lock(m_mutex);
    return m_isOriginal && !m_twinHost.isEmpty() && plainAddress(context.storage->peer.host) == m_twinHost;
}

/// Where the twin that asks can be reached, if it may be our twin.
Result<Uri> Pair::admit(const Value &proxy, const CallContext &context) const
{
    const auto reference = m_generation->asReference(proxy);
    const Error refused = notAllowed("not allowed: not the twin of this name server");
    if (!reference || reference->form == Reference::Form::Uri || !context.storage)
        return refused;
    Result<Uri> uri = m_generation->parseUri(reference->uri);
    if (!uri || uri->form != Uri::Form::Object || uri->tls != m_settings.tls.has_value())
        return refused;
    const QString caller = plainAddress(context.storage->peer.host);
    const std::lock_guard lock(m_mutex);
    if (!m_settings.peerHost.isEmpty()) {
        if (!m_peerAddresses.contains(caller)
            || (m_settings.peerPort != 0 && uri->port != m_settings.peerPort))
            return refused;
    } else if (m_status.state == TwinStatus::State::Paired && caller != m_twinHost) {
        return refused;
    }
    // It says where it is, but nobody is sent to a third place. With TLS its certificate has to name the host
    // that we were told.
    if (uri->tls && !m_settings.peerHost.isEmpty())
        uri->host = m_settings.peerHost;
    else if (uri->host != m_settings.peerHost)
        uri->host = caller;
    return uri;
}

Outcome Pair::resync()
{
    const DeferredReply later;
    {
        const std::lock_guard lock(m_mutex);
        if (m_status.state == TwinStatus::State::Searching || m_isStopping)
            return namingError("cannot resync: twin NS is unknown or unreachable");
        m_resyncs.push_back(later);
        m_mustSync = true;
    }
    m_wake.notify_all();
    return later;
}

Result<Value> Pair::dumpFor(const RegistrySnapshot &snapshot) const
{
    const QByteArray own = m_self.toString().toUtf8();
    const bool isPersistent = [this] {
        const std::lock_guard lock(m_mutex);
        return m_originalIsPersistent.value_or(m_settings.isPersistent);
    }();
    return isPersistent ? listDump(snapshot.rows, own) : treeDump(snapshot.rows, own);
}

Outcome Pair::resyncAsked(const Value &proxy, CallContext &context)
{
    const Result<Uri> where = admit(proxy, context);
    if (!where)
        return where.error();
    mark(context);
    const RegistrySnapshot snapshot = m_registry.snapshot([this] { open(true); });
    {
        const std::lock_guard lock(m_mutex);
        m_invitation = where.value();
        m_twinHost = plainAddress(context.storage->peer.host);
        m_isOriginal = true;
        m_isReplaced = m_hasSession; // a connection from before leads nowhere
        m_isWanted = true;
    }
    m_wake.notify_all();
    Result<Value> dump = dumpFor(snapshot);
    if (!dump)
        return dump.error();
    return std::move(dump).value();
}

Outcome Pair::helloAsked(const std::vector<Value> &args, CallContext &context)
{
    if (args.size() != 5)
        return notAllowed("not allowed: a bad greeting");
    const Result<Uri> where = admit(args[3], context);
    if (!where)
        return where.error();
    if (args[1] == roleName(m_settings.role))
        return namingError("both name servers have the same role");
    mark(context);
    {
        const std::lock_guard lock(m_mutex);
        const QByteArray instance = args[2].rawBytes().toByteArray();
        if (m_hasSession && !m_twinInstance.isEmpty() && m_twinInstance != instance)
            m_isReplaced = true;
        m_isWanted = true;
        m_invitation = where.value();
        m_twinHost = plainAddress(context.storage->peer.host);
        m_isOriginal = false;
        // It does not pass on what happens there: it wants to be made alike first.
        if (m_settings.role == NameServerRole::Secondary && !args[4].asBool().value_or(true))
            m_mustSync = true;
    }
    m_wake.notify_all();
    return Value::tuple({roleName(m_settings.role), Value::str(m_instance)});
}

Outcome Pair::aside(std::function<Status()> work)
{
    const DeferredReply later;
    m_adopter.start([later, work = std::move(work)] {
        const Status status = work();
        later.finish(status ? Result<Value>(Value::none()) : Result<Value>(status.error()));
    });
    return later;
}

Outcome Pair::adoptAsked(const Value &packed)
{
    Result<RegistrySnapshot> orders = unpackSnapshot(packed.rawBytes().toByteArray());
    if (!orders)
        return orders.error();
    return aside([this, orders = std::move(orders).value()] {
        const std::vector<QByteArray> removals(orders.journal.keyBegin(), orders.journal.keyEnd());
        return m_registry.adopt(orders.rows, removals, orders.sequence);
    });
}

Outcome Pair::doneAsked(const Value &base, quint64 sequence)
{
    return aside([this, name = base.rawBytes().toByteArray(), sequence] {
        m_registry.forgetJournal(sequence);
        return m_registry.setBase(name);
    });
}

Outcome Pair::twinAsked(const std::vector<Value> &args, CallContext &context)
{
    const QByteArrayView command = args.empty() ? QByteArrayView() : args[0].rawBytes();
    if (command == "hello")
        return helloAsked(args, context);
    if (!context.storage || !std::any_cast<std::shared_ptr<Mark>>(&context.storage->user))
        return notAllowed("not allowed: not the twin of this name server");
    if (command == "dump") {
        const RegistrySnapshot snapshot = m_registry.snapshot([this] { open(true); });
        const QByteArray packed = packSnapshot(snapshot);
        return Value::view(Value::Kind::Str, packed, 0, packed.size());
    }
    if (command == "adopt" && args.size() == 2)
        return adoptAsked(args[1]);
    if (command == "done" && args.size() == 3)
        return doneAsked(args[1], quint64(args[2].asInteger().value_or(0)));
    return command == "beat" ? Outcome(Value::none()) : Outcome(namingError("unknown", command));
}

} // namespace pyrolens::naming
