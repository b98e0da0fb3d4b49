// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "gatewayservant_p.h"

#include <pyrolens/client/itemstream.h>

#include <algorithm>

namespace pyrolens {

namespace {

/// What went wrong between the gateway and the object. Exceptions of the network's own kind would end the
/// caller's connection without a word, so it is the plain one.
Error behind(const Generation &caller, const Error &error)
{
    CallContext context;
    context.generation = &caller;
    if (error.kind == Error::Kind::Unsupported || error.kind == Error::Kind::Usage)
        return raise(QStringLiteral("TypeError"), {context.nativeText(error.what)});
    const QString text = QStringLiteral("behind the gateway: ") + error.what;
    return raise(QStringLiteral("PyroError"), {context.nativeText(text)});
}

/// What a caller gets for a failure of the object behind.
Error raised(const Error &error, const Crossing &back)
{
    if (!error.remote)
        return behind(back.to, error);
    Result<RemoteError> crossed = translated(*error.remote, back);
    return crossed ? RemoteError::toError(*std::move(crossed)) : behind(back.to, crossed.error());
}

/// The items of a stream behind the gateway, translated one by one.
class GatewayItems final : public ItemSource
{
public:
    GatewayItems(std::shared_ptr<Upstream> upstream, QString id, Crossing back)
        : m_upstream(std::move(upstream)), m_id(std::move(id)), m_back(std::move(back))
    { }
    ~GatewayItems() override
    {
        if (!m_id.isEmpty())
            m_upstream->closeStream(m_id, {.timeout = kPatience, .oneway = true});
    }
    Q_DISABLE_COPY_MOVE(GatewayItems)

    std::optional<Result<Value>> next() override
    {
        if (m_id.isEmpty())
            return std::nullopt;
        const ItemStream::Item item = m_upstream->nextItem(m_id);
        if (!item)
            return Result<Value>(raised(item.error(), m_back));
        return *item ? std::optional(translated(**item, m_back)) : std::nullopt;
    }

private:
    static constexpr std::chrono::milliseconds kPatience{2'000};

    std::shared_ptr<Upstream> m_upstream;
    QString m_id; ///< empty: over
    Crossing m_back;
};

/// The connections of the client that calls.
std::shared_ptr<UpstreamSet> upstreamsOf(const CallContext &context)
{
    if (context.storage != nullptr) {
        if (const auto *set = std::any_cast<std::shared_ptr<UpstreamSet>>(&context.storage->user))
            return *set;
    }
    return std::make_shared<UpstreamSet>();
}

} // namespace

GatewayServant::GatewayServant(
    const std::shared_ptr<GatewayTable> &table, Target target, const Reference *told)
    : m_table(table), m_target(std::move(target)), m_catalogue(table->context->catalogue)
{
    if (told != nullptr && (!told->methods.isEmpty() || !told->attributes.isEmpty()))
        setInterface(told->methods, told->attributes, told->onewayMethods);
}

void GatewayServant::setId(const QByteArray &id)
{
    const std::scoped_lock lock(m_mutex);
    m_id = id;
}

const Generation &GatewayServant::generation() const
{
    return *m_catalogue->find(m_target.generation);
}

void GatewayServant::setInterface(
    const QStringList &methods, const QStringList &attributes, const QStringList &oneway) const
{
    m_interface.className = m_target.uri.object;
    for (const QString &name : methods)
        m_interface.methods.push_back({name, {}, {}, oneway.contains(name), false});
    for (const QString &name : attributes)
        m_interface.attributes.push_back({name, true, {}});
    m_hasLearnt = true;
}

Status GatewayServant::ask(Upstream &upstream) const
{
    const auto table = m_table.lock();
    if (!table)
        return Error::disconnected(QStringLiteral("The gateway has been stopped."));
    if (const Reply bound = upstream.bind(); !bound)
        return bound.error();
    if (generation().info().features.objectMetadata) {
        const ObjectMetadata told = upstream.metadata().value_or(ObjectMetadata());
        m_isTold = true;
        setInterface(told.methods, told.attributes, told.oneway);
        return Done{};
    }
    // Which of the names it may have are methods: 1 says that it is, and the first question whether there is
    // such an object at all.
    const auto kindOf = [&](const QString &name) {
        Message message;
        message.kind = Message::Kind::HasAttribute;
        message.method = name.toUtf8();
        return upstream.send(message);
    };
    if (const Reply any = kindOf(QStringLiteral("__class__")); !any)
        return any.error();
    QStringList methods;
    for (const QString &name : table->options.methods) {
        const Reply kind = kindOf(name);
        if (!kind)
            return kind.error();
        if (kind.value().asInteger() == 1)
            methods.append(name);
    }
    setInterface(methods, table->options.attributes, table->options.oneway);
    return Done{};
}

Status GatewayServant::learn() const
{
    const std::scoped_lock lock(m_mutex);
    const auto table = m_table.lock();
    if (m_hasLearnt || !table)
        return Done{};
    Upstream upstream(table->context, m_target, table->options.proxy);
    return ask(upstream);
}

const InterfaceInfo &GatewayServant::interface() const
{
    static const InterfaceInfo s_unknown;
    const Status known = learn();
    return known ? m_interface : s_unknown; // once learnt it does not change
}

bool GatewayServant::hasMethod(const QByteArray &name) const
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_isTold)
            return m_interface.hasMethod(name);
    }
    // The object says what it has not. What every object of a generation has is the daemon's own business.
    return std::ranges::all_of(
        m_catalogue->all(), [&name](const auto &each) { return each->builtin(name) == Builtin::None; });
}

Outcome GatewayServant::pass(Message message, CallContext &context)
{
    const auto table = m_table.lock();
    const Generation &caller = *context.generation;
    if (!table)
        return behind(caller, Error::disconnected(QStringLiteral("the gateway has been stopped")));
    const Crossing there = table->crossing(caller, generation());
    for (Value *value : {&message.args, &message.kwargs, &message.value}) {
        Result<Value> crossed = translated(*value, there);
        if (!crossed)
            return behind(caller, crossed.error());
        *value = *std::move(crossed);
    }
    message.oneway = context.oneway;
    if (generation().info().features.annotations) {
        message.annotations = context.annotations();
        message.correlationId = context.correlationId();
    }
    const auto upstream = upstreamsOf(context)->find(table->context, m_target, table->options.proxy);
    const Reply reply = upstream->send(message, {.timeout = {}, .oneway = context.oneway});
    const Crossing back = table->crossing(generation(), caller);
    if (!reply)
        return raised(reply.error(), back);
    for (const Annotation &each : reply.trace().annotations)
        context.annotate(each.first, each.second);
    if (!reply.trace().stream.isEmpty())
        return std::shared_ptr<ItemSource>(
            std::make_shared<GatewayItems>(upstream, reply.trace().stream, back));
    Result<Value> value = translated(reply.value(), back);
    return value ? Outcome(*std::move(value)) : behind(caller, value.error());
}

Outcome GatewayServant::call(
    const QByteArray &method, const Value &args, const Value &kwargs, CallContext &context)
{
    return pass(Message::call({}, method, args, kwargs), context);
}

Outcome GatewayServant::attribute(const QByteArray &name, CallContext &context)
{
    Message message;
    message.kind = Message::Kind::GetAttribute;
    message.method = name;
    return pass(std::move(message), context);
}

Outcome GatewayServant::setAttribute(const QByteArray &name, const Value &value, CallContext &context)
{
    Message message;
    message.kind = Message::Kind::SetAttribute;
    message.method = name;
    message.value = value;
    return pass(std::move(message), context);
}

void GatewayServant::reaped()
{
    QByteArray id;
    {
        const std::scoped_lock lock(m_mutex);
        id = m_id;
    }
    if (const auto table = m_table.lock())
        table->forget(id);
}

} // namespace pyrolens
