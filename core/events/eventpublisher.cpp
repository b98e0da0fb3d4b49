// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventpublisher.h"

namespace pyrolens {

namespace {

const QString kPublish = QStringLiteral("publish");

Value subjectList(const QStringList &subjects)
{
    std::vector<Value> values;
    values.reserve(size_t(subjects.size()));
    for (const QString &subject : subjects)
        values.push_back(subjectValue(subject));
    return Value::list(std::move(values));
}

} // namespace

EventPublisher::EventPublisher(
    std::shared_ptr<const ClientContext> context, Uri server, ProxyOptions options, QObject *parent)
    : QObject(parent)
    , m_proxy(std::make_unique<Proxy>(std::move(context), std::move(server), std::move(options)))
{
    m_proxy->setParent(this); // moves to another thread with us
}

EventPublisher::~EventPublisher() = default;

PendingCall EventPublisher::publish(const QString &subject, Value message, CallOptions options)
{
    return m_proxy->call(kPublish, {subjectValue(subject), std::move(message)}, {}, options);
}

PendingCall EventPublisher::publish(const QStringList &subjects, Value message, CallOptions options)
{
    return m_proxy->call(kPublish, {subjectList(subjects), std::move(message)}, {}, options);
}

Reply EventPublisher::publishBlocking(const QString &subject, Value message, CallOptions options)
{
    return m_proxy->callBlocking(kPublish, {subjectValue(subject), std::move(message)}, {}, options);
}

Reply EventPublisher::publishBlocking(const QStringList &subjects, Value message, CallOptions options)
{
    return m_proxy->callBlocking(kPublish, {subjectList(subjects), std::move(message)}, {}, options);
}

std::function<bool(const QString &subject, const Value &message)> makeEventSink(
    std::shared_ptr<const ClientContext> context, Uri server, ProxyOptions options)
{
    return [context = std::move(context), server = std::move(server), options = std::move(options)](
               const QString &subject, const Value &message) {
        EventPublisher publisher(context, server, options);
        return publisher.publishBlocking(subject, message).isOk();
    };
}

} // namespace pyrolens
