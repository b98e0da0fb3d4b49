// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hierarchicalservant_p.h"

#include "durablereply_p.h"
#include "flatlist_p.h"
#include "listing_p.h"
#include "pair_p.h"
#include "twindump_p.h"

#include <pyrolens/pickle/pickle.h>
#include <pyrolens/wire/generation.h>

namespace pyrolens::naming {

namespace {

constexpr char kMetaModule[] = "Pyro.naming";
constexpr char kMetaClass[] = "NameSpaceSystemMeta";
constexpr int kManyNames = 5'000; // a list of them is a reply of megabytes

Error typeError(const char *text)
{
    return raise(QStringLiteral("TypeError"), {Value::str(text)});
}

/// None counts as the empty name, as with the original's proxy.
Result<QByteArray> nameOf(const Value &value)
{
    if (value.isNone())
        return QByteArray();
    if (!value.isTextLike())
        return typeError("a name must be a string");
    return value.rawBytes().toByteArray();
}

/// A PyroURI object or a text, as canonical text.
Result<QByteArray> uriOf(const Value &value, const Generation &generation)
{
    QString text;
    if (value.isTextLike())
        text = value.toText();
    else if (const auto reference = generation.asReference(value);
             reference && reference->form == Reference::Form::Uri)
        text = reference->uri;
    // A name that stands for another name (PYRONAME) could lead round in circles.
    const Result<Uri> uri = generation.parseUri(text);
    if (uri && (uri->form == Uri::Form::Object || uri->form == Uri::Form::Location))
        return uri->toString().toUtf8();
    const Value shown = value.isTextLike() ? Value::str(shortened(value.rawBytes())) : value;
    return raise(QStringLiteral("NamingError"), {Value::str("invalid URI"), shown});
}

bool isSystemMeta(const Value &value)
{
    const Object *object = value.asObject();
    return object && object->className() == QByteArray(kMetaModule) + '.' + kMetaClass && object->state;
}

Outcome unpickled(const QByteArray &bytes)
{
    Result<Decoded> decoded = pickle::decode(bytes);
    if (!decoded)
        return decoded.error();
    return std::move(decoded).value().value;
}

Outcome shortOutcome(Result<Value> result)
{
    if (!result)
        return result.error();
    return std::move(result).value();
}

void noteSize(const Registry &registry, const HierarchicalHooks &hooks)
{
    if (registry.count() >= kManyNames && hooks.bigReply)
        hooks.bigReply();
}

using RegistryPtr = std::shared_ptr<Registry>;
using NameChange = Registry::Change (Registry::*)(QByteArrayView, const Registry::Completion &);
using PickleChange = Registry::Change (Registry::*)(QByteArrayView, QByteArray, const Registry::Completion &);

Outcome changeName(Registry &registry, const Value &nameValue, NameChange function)
{
    const Result<QByteArray> name = nameOf(nameValue);
    if (!name)
        return name.error();
    return replyWhenDurable(
        [&](const Registry::Completion &done) { return (registry.*function)(name.value(), done); });
}

Outcome changeMeta(Registry &registry, const Value &nameValue, const Value &meta, PickleChange function)
{
    const Result<QByteArray> name = nameOf(nameValue);
    if (!name)
        return name.error();
    // None is what an entry has by itself; nothing is kept for it.
    Result<QByteArray> pickled = meta.isNone() ? Result<QByteArray>(QByteArray()) : pickle::encode(meta);
    if (!pickled)
        return pickled.error();
    return replyWhenDurable([&](const Registry::Completion &done) {
        return (registry.*function)(name.value(), std::move(pickled).value(), done);
    });
}

Outcome registerName(Registry &registry, const std::vector<Value> &args, const CallContext &context)
{
    const Result<QByteArray> name = nameOf(args[0]);
    if (!name)
        return name.error();
    const Result<QByteArray> uri = uriOf(args[1], *context.generation);
    if (!uri)
        return uri.error();
    return replyWhenDurable([&](const Registry::Completion &done) {
        return registry.registerName(name.value(), uri.value(), done);
    });
}

Outcome resolve(const Registry &registry, const Value &nameValue)
{
    const Result<QByteArray> uri
        = nameOf(nameValue).andThen([&](const QByteArray &name) { return registry.resolve(name); });
    if (!uri)
        return uri.error();
    Reference reference;
    reference.form = Reference::Form::Uri;
    reference.uri = QString::fromUtf8(uri.value());
    return Value::reference(std::move(reference));
}

Outcome list(const Registry &registry, const Value &nameValue)
{
    const auto children
        = nameOf(nameValue).andThen([&](const QByteArray &name) { return registry.list(name); });
    if (!children)
        return children.error();
    std::vector<Value> entries;
    entries.reserve(children.value().size());
    for (const Registry::Child &child : children.value())
        entries.push_back(Value::tuple({Value::str(child.name), Value::integer(child.isGroup ? 0 : 1)}));
    return Value::list(std::move(entries));
}

Outcome userMeta(const Registry &registry, const Value &nameValue)
{
    const auto meta
        = nameOf(nameValue).andThen([&](const QByteArray &name) { return registry.userMeta(name); });
    if (!meta)
        return meta.error();
    return meta.value().isEmpty() ? Outcome(Value::none()) : unpickled(meta.value());
}

Outcome systemMeta(const Registry &registry, const Value &nameValue)
{
    const auto meta
        = nameOf(nameValue).andThen([&](const QByteArray &name) { return registry.systemMeta(name); });
    if (!meta)
        return meta.error();
    NameRow row;
    row.isGroup = meta->isGroup;
    row.timestamp = meta->timestamp;
    row.systemMeta = meta->pickle;
    return shortOutcome(systemMetaValue(row));
}

void addNames(LambdaServant &servant, const RegistryPtr &registry, const HierarchicalHooks &hooks)
{
    using Args = std::vector<Value>;
    servant.method(QStringLiteral("register(name, URI)"), [registry](const Args &args, CallContext &context) {
        return registerName(*registry, args, context);
    });
    servant.method(QStringLiteral("unregister(name)"), [registry](const Args &args, CallContext &) {
        return changeName(*registry, args[0], &Registry::unregisterName);
    });
    servant.method(QStringLiteral("resolve(name)"),
        [registry](const Args &args, CallContext &) { return resolve(*registry, args[0]); });
    servant.method(QStringLiteral("flatlist()"), [registry, hooks](const Args &, CallContext &context) {
        noteSize(*registry, hooks);
        return shortOutcome(flatList(*registry, *context.generation));
    });
    const auto listing = [registry, hooks](const Args &args, CallContext &) -> Outcome {
        noteSize(*registry, hooks);
        const QByteArray text = writeListing(*registry, args[0].asBool().value_or(true));
        return Value::view(Value::Kind::Str, text, 0, text.size()); // megabytes, not to be copied
    };
    servant.method(QLatin1String(kListingMethod) + u"(groups)", listing);
}

void addGroups(LambdaServant &servant, const RegistryPtr &registry)
{
    using Args = std::vector<Value>;
    servant.method(QStringLiteral("list(groupname)"),
        [registry](const Args &args, CallContext &) { return list(*registry, args[0]); });
    servant.method(QStringLiteral("createGroup(groupname)"), [registry](const Args &args, CallContext &) {
        return changeName(*registry, args[0], &Registry::createGroup);
    });
    servant.method(QStringLiteral("deleteGroup(groupname)"), [registry](const Args &args, CallContext &) {
        return changeName(*registry, args[0], &Registry::deleteGroup);
    });
}

void addMeta(LambdaServant &servant, const RegistryPtr &registry)
{
    using Args = std::vector<Value>;
    servant.method(QStringLiteral("setMeta(name, meta)"), [registry](const Args &args, CallContext &) {
        return changeMeta(*registry, args[0], args[1], &Registry::setUserMeta);
    });
    servant.method(QStringLiteral("getMeta(name)"),
        [registry](const Args &args, CallContext &) { return userMeta(*registry, args[0]); });
    servant.method(
        QStringLiteral("_setSystemMeta(name, meta)"), [registry](const Args &args, CallContext &) -> Outcome {
            if (!isSystemMeta(args[1]))
                return typeError("system meta info must be NameSpaceSystemMeta object");
            return changeMeta(*registry, args[0], args[1], &Registry::setSystemMeta);
        });
    servant.method(QStringLiteral("_getSystemMeta(name)"),
        [registry](const Args &args, CallContext &) { return systemMeta(*registry, args[0]); });
}

void addService(LambdaServant &servant, const HierarchicalHooks &hooks)
{
    using Args = std::vector<Value>;
    servant.method(
        QStringLiteral("ping()"), [](const Args &, CallContext &) -> Outcome { return Value::none(); });
    servant.method(QStringLiteral("_shutdown()"), [hooks](const Args &, CallContext &context) -> Outcome {
        const QString from = context.storage ? context.storage->peer.host : QString();
        return Value::str(shutdownReply(hooks.shutdown(from)));
    });
}

Error refused(const char *what)
{
    Error error = namingError(what);
    error.code = QStringLiteral("call.refused");
    return error;
}

/// This server runs alone: there is no twin to exchange anything with.
void addSingle(LambdaServant &servant)
{
    using Args = std::vector<Value>;
    servant.method(QStringLiteral("resync()"), [](const Args &, CallContext &) -> Outcome {
        return namingError("NS is not running in 'primary' or 'secondary' mode");
    });
    servant.method(QStringLiteral("_resync(twinProxy)"), [](const Args &, CallContext &) -> Outcome {
        return namingError("The (other) NS is not running in 'primary' or 'secondary' mode");
    });
    servant.method(QStringLiteral("_synccall(method, *args)"),
        [](const Args &, CallContext &) -> Outcome { return refused("not allowed: _synccall"); });
}

/// What the twin has done, done here as well.
class TwinChanges
{
public:
    TwinChanges(RegistryPtr registry, std::shared_ptr<Pair> pair)
        : m_registry(std::move(registry)), m_pair(std::move(pair))
    { }

    Outcome run(const std::vector<Value> &args, CallContext &context) const
    {
        if (!m_pair->isFromTwin(context))
            return refused("not allowed: _synccall");
        const QByteArrayView method = args[0].rawBytes();
        const std::span<const Value> rest = args[1].items();
        const bool hasTwo = method == "register" || method == "setMeta" || method == "_setSystemMeta";
        const Result<QByteArray> name = nameOf(rest.empty() ? Value() : rest[0]);
        if (!name || rest.size() != (hasTwo ? 2u : 1u))
            return refused("not allowed: a bad _synccall");
        // A real twin passes on its entry for itself when it is made to resync.
        if (name.value() == kOwnName)
            return Value::none();
        const Registry::Quiet quiet;
        if (method == "register")
            return registerOrDecide(name.value(), {rest[0], rest[1]}, context);
        if (method == "unregister")
            return changeName(*m_registry, rest[0], &Registry::unregisterName);
        if (method == "createGroup")
            return changeName(*m_registry, rest[0], &Registry::createGroup);
        if (method == "deleteGroup")
            return changeName(*m_registry, rest[0], &Registry::deleteGroup);
        if (method == "setMeta")
            return changeMeta(*m_registry, rest[0], rest[1], &Registry::setUserMeta);
        if (method == "_setSystemMeta" && isSystemMeta(rest[1]))
            return changeMeta(*m_registry, rest[0], rest[1], &Registry::setSystemMeta);
        return refused("not allowed: that _synccall");
    }

private:
    /// The same name may have been registered on both sides at the same moment.
    Outcome registerOrDecide(
        const QByteArray &name, const std::vector<Value> &args, const CallContext &context) const
    {
        const Result<QByteArray> uri = uriOf(args[1], *context.generation);
        const Result<QByteArray> known = m_registry->resolve(name);
        if (uri && known) {
            if (known.value() == uri.value())
                return Value::none();
            const QByteArray path = expand(name, m_registry->settings().defaultGroup);
            if (!m_pair->crossed(path))
                return Value::none();
            if (const Registry::Change removed = m_registry->unregisterName(path); !removed)
                return removed.error();
        }
        return registerName(*m_registry, args, context);
    }

    const RegistryPtr m_registry;
    const std::shared_ptr<Pair> m_pair;
};

void addPair(LambdaServant &servant, const RegistryPtr &registry, const std::shared_ptr<Pair> &pair)
{
    using Args = std::vector<Value>;
    servant.method(
        QStringLiteral("resync()"), [pair](const Args &, CallContext &) { return pair->resync(); });
    servant.method(QStringLiteral("_resync(twinProxy)"),
        [pair](const Args &args, CallContext &context) { return pair->resyncAsked(args[0], context); });
    const TwinChanges changes(registry, pair);
    servant.method(QStringLiteral("_synccall(method, *args)"),
        [changes](const Args &args, CallContext &context) { return changes.run(args, context); });
    servant.method(QLatin1String(kTwinMethod) + u"(*args)", [pair](const Args &args, CallContext &context) {
        const std::span<const Value> items = args[0].items();
        return pair->twinAsked({items.begin(), items.end()}, context);
    });
}

/// Nothing but methods: the original's attributes (lock, root ...) are its inside.
class HierarchicalServant final : public LambdaServant
{
public:
    using LambdaServant::attribute;
    HierarchicalServant()
        : LambdaServant(
            QStringLiteral("NameServer"), Threading::Concurrent, QStringLiteral("Pyro Name Server"))
    { }
    Outcome setAttribute(const QByteArray &name, const Value &, CallContext &) override
    {
        Error error = raise(QStringLiteral("AttributeError"),
            {Value::str(QByteArray("not allowed: setting '").append(shortened(name)).append("'"))});
        error.code = QStringLiteral("call.refused");
        return error;
    }
};

} // namespace

QByteArray shutdownReply(const NameServerGuard::Verdict &verdict)
{
    if (verdict.isAccepted)
        return QByteArrayLiteral("Will shut down shortly");
    return verdict.reply.isEmpty() ? QByteArrayLiteral("Shutdown request denied") : verdict.reply;
}

std::shared_ptr<Servant> makeHierarchicalServant(std::shared_ptr<Registry> registry, HierarchicalHooks hooks)
{
    auto servant = std::make_shared<HierarchicalServant>();
    addNames(*servant, registry, hooks);
    addGroups(*servant, registry);
    addMeta(*servant, registry);
    addService(*servant, hooks);
    if (hooks.pair)
        addPair(*servant, registry, hooks.pair);
    else
        addSingle(*servant);
    return servant;
}

} // namespace pyrolens::naming
