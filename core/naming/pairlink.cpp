// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "names.h"
#include "pair_p.h"
#include "twindump_p.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/discovery/discovery.h>
#include <pyrolens/pickle/pickle.h>

#include <QHostInfo>
#include <QRandomGenerator>

// The half of a pair that calls: its thread, which looks for the twin, makes both alike, and passes changes
// on.

namespace pyrolens::naming {

namespace {

// Source: Pyro 3.16, configuration.py, PYRO_NS_PORT, PYRO_NS2_PORT and the broadcast ports of the same
// numbers.
constexpr int kPrimaryPort = 9090;
constexpr int kSecondaryPort = 9091;
constexpr std::chrono::milliseconds kSearch(700);
constexpr qsizetype kOrdersAtOnce = 1'000; // entries in one request: well below the frame limit
constexpr size_t kPassedAtOnce = 100;      // between two looks at the clock
constexpr char kOriginalBase[] = "original:";

bool isUnknownMethod(const Error &error)
{
    return error.kind == Error::Kind::Remote && error.remote
        && error.remote->className.endsWith(QStringLiteral("AttributeError"));
}

Value uriValue(const QByteArray &uri)
{
    Reference reference;
    reference.form = Reference::Form::Uri;
    reference.uri = QString::fromUtf8(uri);
    return Value::reference(std::move(reference));
}

/// (method, name, ...) of a _synccall.
Result<std::vector<Value>> syncArguments(const PassedChange &change)
{
    std::vector<Value> args;
    args.reserve(3);
    args.push_back(Value::str(change.method));
    args.push_back(Value::str(change.path));
    if (qstrcmp(change.method, "register") == 0) {
        args.push_back(uriValue(change.payload));
    } else if (!change.payload.isEmpty()) {
        Result<Decoded> decoded = pickle::decode(change.payload);
        if (!decoded)
            return decoded.error();
        args.push_back(std::move(decoded).value().value);
    } else if (qstrcmp(change.method, "setMeta") == 0) {
        args.push_back(Value::none());
    }
    return args;
}

/// An entry as the calls that make it.
std::vector<PassedChange> callsFor(const NameRow &row)
{
    std::vector<PassedChange> calls;
    if (row.isGroup)
        calls.push_back({"createGroup", row.path, {}});
    else
        calls.push_back({"register", row.path, row.uri});
    if (!row.userMeta.isEmpty())
        calls.push_back({"setMeta", row.path, row.userMeta});
    if (!row.systemMeta.isEmpty())
        calls.push_back({"_setSystemMeta", row.path, row.systemMeta});
    return calls;
}

} // namespace

void Pair::run()
{
    for (;;) {
        {
            const std::lock_guard lock(m_mutex);
            if (m_isStopping)
                return;
            m_hasSession = true;
            m_isReplaced = false;
            m_isWanted = false;
        }
        const Status ended = session();
        bool isLost = false;
        {
            const std::lock_guard lock(m_mutex);
            m_hasSession = false;
            m_cancellable = nullptr;
            m_twinInstance.clear();
            isLost = !(m_isReplaced && m_isOpen);
        }
        m_proxy.reset();
        if (isLost)
            close();
        finishResyncs(namingError("cannot resync: twin NS is unknown or unreachable"));
        if (!ended)
            setStatus(TwinStatus::State::Searching, ended.error());
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(
            lock, m_settings.retry, [this] { return m_isStopping || m_isWanted || m_isReplaced; });
    }
}

void Pair::learnPeerAddresses()
{
    if (m_settings.peerHost.isEmpty())
        return;
    std::set<QString> known;
    if (const QHostAddress address(m_settings.peerHost); !address.isNull()) {
        known.insert(address.toString());
    } else {
        for (const QHostAddress &found : QHostInfo::fromName(m_settings.peerHost).addresses())
            known.insert(found.toString());
    }
    const std::lock_guard lock(m_mutex);
    m_peerAddresses.insert(known.begin(), known.end());
}

Result<Uri> Pair::target()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_invitation)
            return *std::exchange(m_invitation, std::nullopt);
    }
    const int otherPort = m_settings.role == NameServerRole::Primary ? kSecondaryPort : kPrimaryPort;
    if (!m_settings.peerHost.isEmpty()) {
        Uri uri;
        uri.form = Uri::Form::Location;
        uri.classic = true;
        uri.tls = m_settings.tls.has_value();
        uri.host = m_settings.peerHost;
        uri.port = m_settings.peerPort != 0 ? m_settings.peerPort : otherPort;
        uri.object = QString::fromLatin1(kOwnName);
        return uri;
    }
    DiscoveryOptions search;
    search.flat = false;
    search.port = otherPort;
    search.wait = kSearch;
    for (const QString &text : discoverBlocking(search).valueOr({})) {
        Result<Uri> uri = m_generation->parseUri(text);
        if (uri && uri->object != m_self.object && uri->tls == m_settings.tls.has_value())
            return uri;
    }
    return Error::disconnected(QStringLiteral("no twin answers a broadcast"));
}

Result<Value> Pair::ask(std::vector<Value> args, std::chrono::milliseconds patience)
{
    CallOptions options;
    options.timeout = patience;
    return m_proxy->callBlocking(QLatin1String(kTwinMethod), std::move(args), {}, options).result();
}

Status Pair::session()
{
    learnPeerAddresses();
    const Result<Uri> where = target();
    if (!where)
        return where.error();
    ProxyOptions options;
    options.generation = m_generation->info().id;
    options.connectTimeout = m_settings.patience;
    options.callTimeout = m_settings.patience;
    options.credentials = m_settings.credentials;
    options.tls = m_settings.tls;
    m_proxy = std::make_unique<Proxy>(m_context, where.value(), options);
    {
        const std::lock_guard lock(m_mutex);
        if (m_isStopping)
            return Error::cancelled();
        m_cancellable = m_proxy.get();
    }
    if (Status greeted = hello(); !greeted)
        return greeted;
    bool mustSync = false;
    {
        const std::lock_guard lock(m_mutex);
        m_status.uri = m_proxy->resolvedUri().value_or(m_proxy->uri()).toString();
        // Of two of ours the secondary begins. A real one that asked for our names has them; any other is
        // asked for its own.
        mustSync = m_isOriginal ? !m_isOpen : m_settings.role == NameServerRole::Secondary;
    }
    if (mustSync) {
        if (Status alike = synchronise(); !alike)
            return alike;
    }
    return serve();
}

Status Pair::hello()
{
    bool isOpen = false;
    {
        const std::lock_guard lock(m_mutex);
        isOpen = m_isOpen;
    }
    const Value role = Value::str(m_settings.role == NameServerRole::Primary ? "primary" : "secondary");
    const Result<Value> answer = ask({Value::str("hello"), role, Value::str(m_instance),
                                         Value::reference(ownProxy()), Value::boolean(isOpen)},
        m_settings.patience);
    if (!answer && !isUnknownMethod(answer.error()))
        return answer.error();
    const Uri twin = m_proxy->resolvedUri().value_or(m_proxy->uri());
    if (twin.object == m_self.object)
        return Error::usage(QStringLiteral("the twin's address is this name server's own"));
    const std::lock_guard lock(m_mutex);
    m_isOriginal = !answer;
    m_twinInstance = answer ? answer->at(1).rawBytes().toByteArray() : QByteArray();
    if (m_twinHost.isEmpty() && !m_peerAddresses.empty())
        m_twinHost = *m_peerAddresses.begin();
    return Done{};
}

Status Pair::synchronise()
{
    setStatus(TwinStatus::State::Synchronising);
    bool isOriginal = false;
    {
        const std::lock_guard lock(m_mutex);
        m_mustSync = false;
        isOriginal = m_isOriginal;
    }
    const Status alike = isOriginal ? synchroniseOriginal() : synchroniseOurs();
    if (!alike)
        return alike;
    {
        const std::lock_guard lock(m_mutex);
        m_isLive = m_isOpen;
    }
    finishResyncs(Done{});
    return Done{};
}

void Pair::finishResyncs(const Status &status)
{
    std::vector<DeferredReply> waiting;
    {
        const std::lock_guard lock(m_mutex);
        waiting.swap(m_resyncs);
    }
    for (const DeferredReply &reply : waiting)
        reply.finish(status ? Result<Value>(Value::none()) : Result<Value>(status.error()));
}

Status Pair::synchroniseOurs()
{
    const Result<Value> packed = ask({Value::str("dump")}, m_settings.syncPatience);
    if (!packed)
        return packed.error();
    const Result<RegistrySnapshot> there = unpackSnapshot(packed->rawBytes().toByteArray());
    if (!there)
        return there.error();
    const RegistrySnapshot here = m_registry.snapshot([this] { open(false); });
    const TwinMerge merge = mergeTwins(here, there.value());
    if (Status adopted = m_registry.adopt(merge.here.put, merge.here.remove, here.sequence); !adopted)
        return adopted;
    if (Status ordered = orderOurs(merge.there, there->sequence); !ordered)
        return ordered;
    const QByteArray base = QByteArray::number(QRandomGenerator::system()->generate64(), 16);
    const Result<Value> done
        = ask({Value::str("done"), Value::str(base), Value::integer(qint64(there->sequence))},
            m_settings.syncPatience);
    if (!done)
        return done.error();
    if (Status kept = m_registry.setBase(base); !kept)
        return kept;
    m_registry.forgetJournal(here.sequence);
    report(merge);
    return Done{};
}

Status Pair::orderOurs(const TwinOrders &orders, quint64 sequence)
{
    RegistrySnapshot part;
    part.sequence = sequence;
    const auto send = [&]() -> Status {
        const QByteArray packed = packSnapshot(part);
        part.journal.clear();
        part.rows.clear();
        const Result<Value> done = ask({Value::str("adopt"), Value::str(packed)}, m_settings.syncPatience);
        return done ? Status(Done{}) : Status(done.error());
    };
    for (const QByteArray &path : orders.remove) {
        part.journal.insert(path, true);
        if (part.journal.size() >= kOrdersAtOnce) {
            if (Status sent = send(); !sent)
                return sent;
        }
    }
    // Removals are all done before anything is put in their place.
    if (!part.journal.isEmpty()) {
        if (Status sent = send(); !sent)
            return sent;
    }
    for (const NameRow &row : orders.put) {
        part.rows.push_back(row);
        if (qsizetype(part.rows.size()) >= kOrdersAtOnce) {
            if (Status sent = send(); !sent)
                return sent;
        }
    }
    return part.rows.empty() ? Status(Done{}) : send();
}

Status Pair::synchroniseOriginal()
{
    CallOptions options;
    options.timeout = m_settings.syncPatience;
    const Reply dump
        = m_proxy->callBlocking(QStringLiteral("_resync"), {Value::reference(ownProxy())}, {}, options);
    if (!dump)
        return dump.error();
    Result<std::vector<NameRow>> rows = readDump(dump.value(), *m_generation);
    if (!rows)
        return rows.error();
    RegistrySnapshot here = m_registry.snapshot([this] { open(false); });
    RegistrySnapshot there;
    there.rows = std::move(rows).value();
    const QByteArray base = kOriginalBase + m_proxy->resolvedUri().value_or(m_proxy->uri()).object.toUtf8();
    if (here.base == base) {
        // It keeps no journal: what differs and is not our doing is its own.
        there.base = base;
        for (const std::vector<NameRow> *side : {&here.rows, &there.rows}) {
            for (const NameRow &row : *side) {
                if (!here.journal.contains(row.path))
                    there.journal.insert(row.path, false);
            }
        }
    }
    {
        const std::lock_guard lock(m_mutex);
        m_originalIsPersistent = dump.value().asObject() == nullptr;
    }
    const TwinMerge merge = mergeTwins(here, there);
    if (Status adopted = m_registry.adopt(merge.here.put, merge.here.remove, here.sequence); !adopted)
        return adopted;
    if (Status ordered = orderOriginal(merge.there); !ordered)
        return ordered;
    if (Status kept = m_registry.setBase(base); !kept)
        return kept;
    m_registry.forgetJournal(here.sequence);
    report(merge);
    return Done{};
}

Status Pair::orderOriginal(const TwinOrders &orders)
{
    std::vector<PassedChange> calls;
    for (const QByteArray &path : orders.remove) {
        // Which of the two it is only the other knows; the wrong one does nothing.
        calls.push_back({"unregister", path, {}});
        calls.push_back({"deleteGroup", path, {}});
    }
    for (const NameRow &row : orders.put) {
        if (!row.isGroup)
            calls.push_back({"unregister", row.path, {}});
        for (const PassedChange &call : callsFor(row))
            calls.push_back(call);
    }
    // A real server runs each oneway call on a thread of its own, in any order; here the order matters.
    for (const PassedChange &call : calls) {
        const Result<std::vector<Value>> args = syncArguments(call);
        if (!args)
            return args.error();
        const Reply reply = m_proxy->callBlocking(QStringLiteral("_synccall"), args.value());
        if (!reply && reply.error().kind != Error::Kind::Remote)
            return reply.error();
    }
    return Done{};
}

Status Pair::passOn(const PassedChange &change)
{
    Result<std::vector<Value>> args = syncArguments(change);
    if (!args)
        return args.error();
    Message message;
    message.kind = Message::Kind::Call;
    message.method = "_synccall";
    message.args = Value::tuple(std::move(args).value());
    message.oneway = true; // and no keywords: flags 5, as the original's proxy sends it
    CallOptions options;
    options.timeout = m_settings.patience;
    const Reply sent = m_proxy->sendBlocking(std::move(message), options);
    if (!sent)
        return sent.error();
    m_sentSequence = change.sequence;
    return Done{};
}

/// Answered on the same connection, so what was sent before has arrived.
Status Pair::beat()
{
    bool isOriginal = false;
    bool isOpen = false;
    {
        const std::lock_guard lock(m_mutex);
        isOriginal = m_isOriginal;
        isOpen = m_isOpen;
    }
    if (!isOriginal && !isOpen)
        return hello(); // tells that it should make us alike
    const quint64 sent = m_sentSequence;
    CallOptions options;
    options.timeout = m_settings.patience;
    const Result<Value> alive = isOriginal
        ? m_proxy->callBlocking(QStringLiteral("ping"), {}, {}, options).result()
        : ask({Value::str("beat")}, m_settings.patience);
    if (!alive)
        return alive.error();
    if (sent > m_confirmedSequence) {
        m_registry.forgetJournal(sent);
        m_confirmedSequence = sent;
    }
    return Done{};
}

Status Pair::serve()
{
    m_sentSequence = 0;
    m_confirmedSequence = 0;
    auto nextBeat = std::chrono::steady_clock::now() + m_settings.beat;
    for (;;) {
        std::deque<Waiting> batch;
        bool mustSync = false;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait_until(lock, nextBeat, [this] {
                return m_isStopping || m_isReplaced || m_mustSync || (m_isOpen && !m_waiting.empty());
            });
            if (m_isStopping)
                return Error::cancelled();
            if (m_isReplaced)
                return Error::disconnected(QStringLiteral("the twin has started anew, or cannot keep up"));
            mustSync = m_mustSync;
            while (!mustSync && !m_waiting.empty() && batch.size() < kPassedAtOnce) {
                batch.push_back(std::move(m_waiting.front()));
                m_waiting.pop_front();
            }
        }
        if (mustSync) {
            if (Status alike = synchronise(); !alike)
                return alike;
        }
        Status sent = Done{};
        for (const Waiting &waiting : batch) {
            if (sent)
                sent = passOn(waiting.change);
            if (waiting.done)
                waiting.done(Done{}); // it is durable here, and in the journal
        }
        if (!sent)
            return sent;
        if (std::chrono::steady_clock::now() >= nextBeat) {
            if (Status alive = beat(); !alive)
                return alive;
            nextBeat = std::chrono::steady_clock::now() + m_settings.beat;
        }
        bool isPaired = false;
        {
            const std::lock_guard lock(m_mutex);
            isPaired = m_isOpen;
        }
        setStatus(isPaired ? TwinStatus::State::Paired : TwinStatus::State::Synchronising);
    }
}

} // namespace pyrolens::naming
