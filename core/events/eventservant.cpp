// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventservant_p.h"

#include "hub_p.h"
#include "subjects_p.h"

namespace pyrolens::events {

namespace {

struct Bounds
{
    int subjects;
    int bytes;
};

using Args = std::vector<Value>;

/// Nothing but methods: the original's attributes are its inside.
class EventServant final : public LambdaServant
{
public:
    using LambdaServant::attribute;
    EventServant()
        : LambdaServant(
            QStringLiteral("EventService"), Threading::Concurrent, QStringLiteral("Pyro Event Service"))
    { }
    Outcome setAttribute(const QByteArray &, const Value &, CallContext &) override
    {
        Error error = raise(QStringLiteral("AttributeError"), {Value::str("not allowed")});
        error.code = QStringLiteral("call.refused");
        return error;
    }
};

Outcome publish(Hub &hub, const Bounds &bounds, Args args)
{
    auto subjects = subjectsOf(args[0], bounds.subjects, bounds.bytes);
    if (!subjects)
        return subjects.error();
    if (subjects->empty())
        return Value::none();
    return hub.publish(std::move(*subjects), std::move(args[1]));
}

Outcome change(const Bounds &bounds, const Args &args, const CallContext &context,
    const std::function<Outcome(std::vector<Subject>, Reference)> &action)
{
    auto subjects = subjectsOf(args[0], bounds.subjects, bounds.bytes);
    if (!subjects)
        return subjects.error();
    if (subjects->empty())
        return Value::none();
    auto subscriber = context.generation->asReference(args[1]);
    if (!subscriber || subscriber->form == Reference::Form::Uri)
        return raise(QStringLiteral("TypeError"), {Value::str("subscriber must be a proxy")});
    return action(std::move(*subjects), std::move(*subscriber));
}

} // namespace

std::shared_ptr<Servant> makeEventServant(std::shared_ptr<Hub> hub, int maxSubjects, int maxSubjectBytes)
{
    auto servant = std::make_shared<EventServant>();
    const Bounds bounds{maxSubjects, maxSubjectBytes};
    servant->method(
        QStringLiteral("publish(subjects, message)"),
        [hub, bounds](Args args, CallContext &) { return publish(*hub, bounds, std::move(args)); },
        QStringLiteral("Sends an event with the message to all who want one of the subjects."));
    servant->method(
        QStringLiteral("subscribe(subjects, subscriber)"),
        [hub, bounds](const Args &args, CallContext &context) {
            return change(bounds, args, context, [&](std::vector<Subject> subjects, Reference subscriber) {
                return hub->subscribe(std::move(subjects), std::move(subscriber), false);
            });
        },
        QStringLiteral("Calls subscriber.event(event) for these subjects, whatever their letter case."));
    servant->method(
        QStringLiteral("subscribeMatch(subjects, subscriber)"),
        [hub, bounds](const Args &args, CallContext &context) {
            return change(bounds, args, context, [&](std::vector<Subject> subjects, Reference subscriber) {
                return hub->subscribe(std::move(subjects), std::move(subscriber), true);
            });
        },
        QStringLiteral("The same for subjects that match a regular expression at their start."));
    servant->method(
        QStringLiteral("unsubscribe(subjects, subscriber)"),
        [hub, bounds](const Args &args, CallContext &context) {
            return change(
                bounds, args, context, [&](std::vector<Subject> subjects, const Reference &subscriber) {
                    return hub->unsubscribe(std::move(subjects), subscriber);
                });
        },
        QStringLiteral("Ends subscriptions to these subjects and patterns."));
    return servant;
}

} // namespace pyrolens::events
