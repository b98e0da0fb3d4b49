// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "servant.h"

#include "dispatch_p.h"
#include "pending_p.h"
#include "raise_p.h"

#include <algorithm>

namespace pyrolens {

Error raise(const QString &className, std::vector<Value> args, std::vector<Value::Pair> attributes)
{
    RemoteError error;
    error.className = className;
    error.args = Value::tuple(std::move(args));
    error.attributes = Value::dict(std::move(attributes));
    return RemoteError::toError(std::move(error));
}

Error raiseText(const CallContext &context, const QString &className, const QString &text)
{
    return raise(className, {context.nativeText(text)});
}

Error noAttribute(const CallContext &context, const QString &className, QByteArrayView name)
{
    return raiseText(context, QStringLiteral("AttributeError"),
        QStringLiteral("'%1' object has no attribute '%2'").arg(className, QString::fromUtf8(name)));
}

// An Error that bindArguments made carries unicode text; Python 2 has 8-bit text there.
Error inNativeText(const CallContext &context, Error error)
{
    if (!error.remote || error.remote->args.size() != 1
        || error.remote->args.at(0).kind() != Value::Kind::Text)
        return error;
    return raiseText(context, error.remote->className, error.remote->args.at(0).toText());
}

// --- CallContext

Value CallContext::nativeText(QStringView text) const
{
    if (generation && generation->info().dialect == Dialect::Python2)
        return Value::str(text.toUtf8());
    return Value::text(text);
}

Value CallContext::nativeBytes(QByteArrayView bytes) const
{
    if (generation && generation->info().dialect == Dialect::Python2)
        return Value::str(bytes);
    return Value::bytes(bytes);
}

const std::vector<Annotation> &CallContext::annotations() const
{
    static const std::vector<Annotation> s_none;
    return message ? message->annotations : s_none;
}

bool CallContext::annotate(const QByteArray &id, const QByteArray &data) const
{
    constexpr qsizetype kIdSize = 4;
    const auto isAscii = [](char c) { return static_cast<quint8>(c) < 0x80; };
    if (!extras || !generation || !generation->info().features.annotations || id.size() != kIdSize
        || !std::ranges::all_of(id, isAscii))
        return false;
    std::erase_if(extras->annotations, [&id](const Annotation &each) { return each.first == id; });
    extras->annotations.emplace_back(id, data);
    return true;
}

QByteArray CallContext::correlationId() const
{
    return message ? message->correlationId : QByteArray();
}

// --- DeferredReply

// Owned by the servant's handles only: its end is the end of the promise. What the daemon waits for lives
// longer.
struct DeferredReply::State
{
    std::shared_ptr<PendingResult> pending = std::make_shared<PendingResult>();

    State() = default;
    ~State() { pending->finish(Error::cancelled(QStringLiteral("the object gave no answer"))); }
    Q_DISABLE_COPY_MOVE(State)
};

DeferredReply::DeferredReply() : m_state(std::make_shared<State>()) { }

void DeferredReply::finish(Result<Value> result) const
{
    m_state->pending->finish(std::move(result));
}

bool DeferredReply::isFinished() const
{
    return m_state->pending->isFinished();
}

std::shared_ptr<PendingResult> DeferredReply::pending() const
{
    return m_state->pending;
}

// --- InterfaceInfo

bool InterfaceInfo::hasMethod(QByteArrayView name) const
{
    const QString wanted = QString::fromUtf8(name);
    return std::ranges::any_of(methods, [&](const MethodInfo &method) { return method.name == wanted; });
}

const AttributeInfo *InterfaceInfo::attribute(QByteArrayView name) const
{
    const QString wanted = QString::fromUtf8(name);
    const auto found = std::ranges::find(attributes, wanted, &AttributeInfo::name);
    return found == attributes.end() ? nullptr : &*found;
}

// --- Servant

Outcome Servant::attribute(const QByteArray &name, CallContext &context)
{
    return noAttribute(context, interface().className, name);
}

Outcome Servant::setAttribute(const QByteArray &name, const Value &value, CallContext &context)
{
    Q_UNUSED(value);
    return noAttribute(context, interface().className, name);
}

void Servant::failed(const QByteArray &method, const Error &error)
{
    Q_UNUSED(method);
    Q_UNUSED(error);
}

} // namespace pyrolens
