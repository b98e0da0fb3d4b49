// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nameserver.h"
#include "registry.h"
#include "twinmerge_p.h"

#include <pyrolens/client/proxy.h>
#include <pyrolens/server/servant.h>

#include <QThreadPool>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

namespace pyrolens::naming {

/// Our own method for talking to a twin that is one of ours; see the README.
inline constexpr char kTwinMethod[] = "_pyrolens_twin";

/// How one half of a pair behaves. Plain data.
struct PairSettings
{
    NameServerRole role = NameServerRole::Primary;
    QString peerHost; ///< empty: the twin is looked for by broadcast
    int peerPort = 0; ///< 0 = the other role's
    Credentials credentials;
    std::optional<TlsSettings> tls; ///< set: the twin speaks TLS, and nothing else is listened to
    std::shared_ptr<const Catalogue> catalogue;
    bool isPersistent = false; ///< what a real twin is taken for until it shows another kind
    int maxWaiting = 10'000;   ///< changes not yet passed on; then the twin counts as lost
    std::chrono::milliseconds beat{1'000};
    std::chrono::milliseconds patience{2'000}; ///< for one answer; a twin that is slower counts as lost
    std::chrono::milliseconds syncPatience{30'000};
    std::chrono::milliseconds retry{1'000};
};

/// Told what happens; on any thread.
struct PairHooks
{
    std::function<void(const TwinStatus &)> changed;
    std::function<void(const TwinSplit &)> split;
};

/// One half of a pair of name servers: finds the twin, makes both alike, passes own changes on in order, and
/// begins again when the twin was lost.
///
/// A thread of its own does all that can wait. The functions for the servant answer at once. While the twin
/// is there, a change is answered when it has left for the twin, so that a crash of this server loses
/// nothing; look-ups wait for nothing. Source of the original's half: Pyro 3.16, naming.py.
class Pair
{
public:
    Pair(Registry &registry, PairSettings settings, PairHooks hooks);
    ~Pair();
    void start(const Uri &self); ///< once the own object is hosted
    void stop();                 ///< answers what waits, ends the thread

    TwinStatus status() const;

    // For the servant; any thread.
    Outcome resync();
    Outcome resyncAsked(const Value &proxy, CallContext &context);
    Outcome twinAsked(const std::vector<Value> &args, CallContext &context);
    bool isFromTwin(const CallContext &context) const;
    /// Two changes of one name crossed. \return whether the twin's is to be taken.
    bool crossed(const QByteArray &path);

private:
    struct Waiting
    {
        PassedChange change;
        Registry::Completion done;
    };
    struct Mark; // on a connection of the twin

    void offer(const PassedChange &change, const Registry::Completion &done);
    void open(bool isLive);
    void close();
    void setStatus(TwinStatus::State state, const std::optional<Error> &error = {});
    void report(const TwinMerge &merge);
    Result<Uri> admit(const Value &proxy, const CallContext &context) const;
    static void mark(CallContext &context);
    Outcome helloAsked(const std::vector<Value> &args, CallContext &context);
    Outcome adoptAsked(const Value &packed);
    Outcome doneAsked(const Value &base, quint64 sequence);
    Outcome aside(std::function<Status()> work);
    Result<Value> dumpFor(const RegistrySnapshot &snapshot) const;

    // The thread.
    void run();
    Status session();
    Result<Uri> target();
    void learnPeerAddresses();
    Result<Value> ask(std::vector<Value> args, std::chrono::milliseconds patience);
    Status hello();
    Status synchronise();
    Status synchroniseOurs();
    Status synchroniseOriginal();
    Status orderOurs(const TwinOrders &orders, quint64 sequence);
    Status serve();
    Status passOn(const PassedChange &change);
    Status beat();
    Status orderOriginal(const TwinOrders &orders);
    void finishResyncs(const Status &status);
    Reference ownProxy() const;

    Registry &m_registry;
    const PairSettings m_settings;
    const PairHooks m_hooks;
    const Generation *const m_generation;
    const QByteArray m_instance;
    std::shared_ptr<ClientContext> m_context;
    Uri m_self;

    mutable std::mutex m_mutex; // guards all below but the thread's own
    std::condition_variable m_wake;
    std::deque<Waiting> m_waiting;
    bool m_isOpen = false; // what changes here is to be passed on
    bool m_isLive = false; // and answered only then
    bool m_isStopping = false;
    bool m_hasSession = false;
    bool m_isReplaced = false; // the twin has come back as another process
    bool m_isWanted = false;   // it has shown itself: no use in waiting
    bool m_mustSync = false;
    std::vector<DeferredReply> m_resyncs;
    std::optional<Uri> m_invitation; // where the twin says it is
    QString m_twinHost;              // numeric, of the twin known last
    QByteArray m_twinInstance;
    bool m_isOriginal = false;
    std::optional<bool> m_originalIsPersistent;
    std::set<QString> m_peerAddresses;
    TwinStatus m_status;
    Proxy *m_cancellable = nullptr;

    QThreadPool m_adopter; // one thread: waits for the disk in place of the servant

    // The thread's own.
    std::unique_ptr<Proxy> m_proxy;
    quint64 m_sentSequence = 0;
    quint64 m_confirmedSequence = 0;

    std::thread m_thread; // last: it uses all of the above
};

} // namespace pyrolens::naming
