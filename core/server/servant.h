// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/transport/stream.h>
#include <pyrolens/wire/generation.h>

#include <QByteArray>
#include <QByteArrayView>
#include <QObject>
#include <QStringList>

#include <any>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

namespace pyrolens {

class Daemon;
struct CallSite;   // private to the server layer
struct CallExtras; // private to the server layer

/// Calls a remote object on behalf of a servant (callbacks). Made by CallContext::caller(). Implemented over
/// `client` and passed in, so `server` needs no client.
///
/// The called object may call back in turn, and that must not end in a dead-lock:
/// - a Concurrent servant may block, in a daemon with threads;
/// - a Serialized one too, and gives its turn away while it waits: others may be called meanwhile, as inside
/// a wait
///   for a condition, so what the method relies on has to be looked at again afterwards;
/// - in a Bound servant, and in a single-threaded or service daemon, call() is refused at once (Usage):
/// everybody
///   else is served by that very thread. callAsync() with a DeferredReply does the same without blocking.
class RemoteCaller
{
public:
    virtual ~RemoteCaller() = default;
    virtual Result<Value> call(
        const QString &method, std::vector<Value> args, bool oneway, std::chrono::milliseconds timeout)
        = 0;
    virtual void callAsync(const QString &method, std::vector<Value> args, bool oneway,
        std::chrono::milliseconds timeout, QObject *context,
        std::function<void(const Result<Value> &)> handler)
        = 0;
    /// The id of the request that is being served travels on with the calls made for it (generations 4 and
    /// 5).
    virtual void setCorrelationId(const QByteArray &id) { Q_UNUSED(id); }
};
using CallerFactory
    = std::function<std::unique_ptr<RemoteCaller>(const Reference &target, const Generation &generation)>;

/// Storage of one connection (or one for the whole daemon in single-threaded mode), for servants and the init
/// hook.
struct LocalStorage
{
    Endpoint peer;    ///< the caller; empty in a oneway call's own storage
    QString identity; ///< what the validator put there (ident text it matched, user name ...)
    std::any user;
};

/// One incoming call as a servant sees it. Valid during the call only, except what is copied from it.
struct CallContext
{
    Daemon *daemon = nullptr;
    const Generation *generation = nullptr;
    QByteArray object; ///< id it was called under
    bool oneway = false;
    LocalStorage *storage = nullptr;
    /// A caller for a proxy that came as argument: nothing when the value is none.
    std::function<std::unique_ptr<RemoteCaller>(const Value &proxy)> caller;
    std::shared_ptr<const CallSite> site; ///< private to the daemon
    /// The request itself: serializer, sequence number, flags, what came with a blob. Null in a call without
    /// one.
    const Message *message = nullptr;
    CallExtras *extras = nullptr; ///< private to the daemon

    /// What rides on the request beside its arguments (generations 4 and 5).
    const std::vector<Annotation> &annotations() const;
    /// Puts an annotation on the answer, unless that is an exception. \return false where there are none
    /// (generation 3) and for an id that is not four ASCII characters.
    bool annotate(const QByteArray &id, const QByteArray &data) const;
    /// 16 bytes that came with the request or were made for it; empty in generation 3.
    QByteArray correlationId() const;
    /// Waits; false at once when the daemon shuts down. For methods that take their time (never in a bound
    /// servant).
    bool pause(std::chrono::milliseconds time) const;
    /// Text as the calling generation's ordinary `str`: 8-bit in Python 2, unicode in Python 3.
    Value nativeText(QStringView text) const;
    /// Bytes as the calling generation has them: 8-bit `str` in Python 2, `bytes` in Python 3.
    Value nativeBytes(QByteArrayView bytes) const;
};

class PendingResult; // private to the server layer

/// The promise of an answer that comes later: a servant returns it and finishes it from any thread, once.
/// Dropping it unfinished fails the call with DaemonError. Lets bound and single-threaded servants call out
/// without blocking.
class DeferredReply
{
public:
    DeferredReply();
    void finish(Result<Value> result) const; ///< first one counts
    bool isFinished() const;
    std::shared_ptr<PendingResult> pending() const; ///< for the daemon

private:
    struct State;
    std::shared_ptr<State> m_state;
};

/// Items that a servant hands out one by one; generation 3 gets the whole list, 4 and 5 a stream.
class ItemSource
{
public:
    virtual ~ItemSource() = default;
    virtual std::optional<Result<Value>> next() = 0; ///< nothing at the end
};

class Servant;

/// What a servant's method gives back. An Error of Kind::Remote is raised as that exception at the caller; a
/// Servant is hosted (unnamed, unless it is hosted already) and arrives as a proxy to it.
using Outcome
    = std::variant<Value, Error, DeferredReply, std::shared_ptr<ItemSource>, std::shared_ptr<Servant>>;

/// Raises an exception at the caller: unqualified builtin and Pyro names ("ValueError", "NamingError") are
/// spelled by the generation, dotted ones ("demo.EchoError") stay.
Error raise(const QString &className, std::vector<Value> args, std::vector<Value::Pair> attributes = {});

/// A method as told to those who ask (metadata of 4/5, describe, the inspector).
struct MethodInfo
{
    QString name;
    QString signature; ///< "(value)"; empty = unknown
    QString doc;
    bool oneway = false;
    bool stream = false;
};
struct AttributeInfo
{
    QString name;
    bool writable = false;
    QString doc;
};
struct InterfaceInfo
{
    QString className; ///< for error texts: "'Echo' object has no attribute 'x'"
    QString doc;
    std::vector<MethodInfo> methods;
    std::vector<AttributeInfo> attributes;
    QStringList signalNames; ///< of a QObject; told, not callable

    bool hasMethod(QByteArrayView name) const;
    const AttributeInfo *attribute(QByteArrayView name) const; ///< null when there is none
};

/// Where a servant's code may run.
enum class Threading : quint8 {
    Concurrent, ///< on any thread, several at once
    Serialized, ///< on any thread, one call at a time
    Bound,      ///< in the thread of its QObject
};

/// Which instance of a class serves a call. Source: Pyro5, server.py, behavior.
enum class InstanceMode : quint8 {
    Session, ///< one per connection, gone with it
    Single,  ///< one for all, made when it is first called
    PerCall, ///< a fresh one for each request, all calls of a batch included
};
/// Makes an instance; on the thread of the call. An error is raised at the caller.
using InstanceMaker = std::function<Result<std::shared_ptr<Servant>>(CallContext &context)>;
/// What is hosted in place of an object. Plain data.
struct ServantClass
{
    InstanceMode mode = InstanceMode::Session;
    InstanceMaker make;
};

/// Something a daemon can host. Implementations keep their promise about threads; the daemon keeps its own.
class Servant
{
public:
    virtual ~Servant() = default;
    virtual Threading threading() const { return Threading::Serialized; }
    virtual QObject *boundObject() const
    {
        return nullptr;
    } ///< Threading::Bound: the object whose thread is used
    virtual const InterfaceInfo &interface() const = 0;
    virtual bool hasMethod(const QByteArray &name) const = 0;
    virtual Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context)
        = 0;
    virtual Outcome attribute(const QByteArray &name, CallContext &context);
    virtual Outcome setAttribute(const QByteArray &name, const Value &value, CallContext &context);
    virtual void reaped() { } ///< transient clean-up took it away
    /// Whether an exception is of interest here too, and not only to the caller
    /// (`Pyro.core.CallbackObjBase`): then failed() is told, and the connection is closed after the exception
    /// has been sent, as the original does.
    virtual bool surfacesErrors() const { return false; }
    /// A method of this object raised. Called on any thread, after the method, only if surfacesErrors().
    virtual void failed(const QByteArray &method, const Error &error);
    /// Not null for a class, whose instances do the work: see makeClassServant().
    virtual const ServantClass *servantClass() const { return nullptr; }
};

/// A callback object: `servant` with its errors surfacing at both ends. `handler` gets those that its methods
/// raise, on any thread; the caller gets them as ever. Without the wrapper errors surface at the caller only.
std::shared_ptr<Servant> makeCallbackServant(std::shared_ptr<Servant> servant,
    std::function<void(const QByteArray &method, const Error &error)> handler);

/// A class to be hosted: calls go to instances that `maker` makes, all with that interface. Instances are
/// Concurrent or Serialized; one that is Bound is refused with a TypeError, as there would be no thread to
/// bind it to.
std::shared_ptr<Servant> makeClassServant(InterfaceInfo interface, InstanceMode mode, InstanceMaker maker);

/// Binds positional and keyword arguments to parameter names with Python's rules and error texts.
/// `parameters`: "name", "name=literal", "*args", "**kwargs". \return values in order of the parameters
/// (*args a Tuple, **kwargs a Dict), or TypeError as Python 2 words it for a method, where self counts:
/// "add() takes at least 3 arguments (2 given)".
Result<std::vector<Value>> bindArguments(
    const QString &method, const QStringList &parameters, const Value &args, const Value &kwargs);

/// A servant made of functions. Not to be changed once hosted.
class LambdaServant : public Servant
{
public:
    using Method = std::function<Outcome(std::vector<Value> args, CallContext &context)>;
    using Getter = std::function<Outcome(CallContext &context)>;
    using Setter = std::function<Outcome(const Value &value, CallContext &context)>;

    explicit LambdaServant(QString className, Threading threading = Threading::Serialized, QString doc = {});
    ~LambdaServant() override;
    /// `signature`: "echo(value)", "args(*args, **kwargs)", "add(a, b, c=10)".
    LambdaServant &method(const QString &signature, Method function, QString doc = {}, bool oneway = false,
        bool stream = false);
    LambdaServant &attribute(const QString &name, Getter get, Setter set = {}, QString doc = {});

    Threading threading() const override;
    const InterfaceInfo &interface() const override;
    bool hasMethod(const QByteArray &name) const override;
    Outcome call(
        const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context) override;
    Outcome attribute(const QByteArray &name, CallContext &context) override;
    Outcome setAttribute(const QByteArray &name, const Value &value, CallContext &context) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Hosts any QObject: Q_INVOKABLE methods and slots, properties as attributes. Bound to the object's thread;
/// the object is not owned and may die (then DaemonError). Parameters and results are converted between Value
/// and the C++ types: bool, integers, double, QString (text), QByteArray (bytes; generation 3: str),
/// QStringList, QVariant, QVariantList, QVariantMap, QDateTime, QUuid, Value itself.
std::shared_ptr<Servant> makeQObjectServant(QObject *object);

/// What `first` has, and for all other names what `second` has: `delegateTo()` of the original, where the
/// object's own methods stay and everything else goes to the delegate. Bound to the thread of the one that is
/// bound, else Serialized unless both are Concurrent; two that are bound to different threads are our bug
/// (asserts).
std::shared_ptr<Servant> makeDelegatingServant(
    std::shared_ptr<Servant> first, std::shared_ptr<Servant> second);

} // namespace pyrolens
