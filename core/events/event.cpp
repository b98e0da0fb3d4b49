// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "event.h"

#include <algorithm>
#include <cmath>

namespace pyrolens {

namespace {

constexpr char kModule[] = "Pyro.EventService.Event";
constexpr char kClass[] = "Event";
constexpr double kLatestTime = 253402300799; // end of the year 9999

std::optional<double> secondsOf(const Value &value)
{
    if (const auto real = value.asReal())
        return *real;
    if (const auto whole = value.asInteger())
        return double(*whole);
    return std::nullopt;
}

} // namespace

Value Event::makeValue(const Value &subject, const Value &message, double time)
{
    Object object;
    object.made = Object::Made::NewObj;
    object.module = kModule;
    object.name = kClass;
    object.args = Value::tuple({});
    // The order in which CPython writes it.
    object.state = Value::dict({{Value::str("msg"), message}, {Value::str("time"), Value::real(time)},
        {Value::str("subject"), subject}});
    return Value::object(std::move(object));
}

std::optional<Event> Event::fromValue(const Value &value)
{
    if (value.kind() != Value::Kind::Object || value.module() != kModule || value.name() != kClass)
        return std::nullopt;
    Event event;
    bool hasSubject = false;
    for (const auto &[key, item] : value.asObject()->attributes()) {
        const QByteArrayView name = key.rawBytes();
        if (name == "msg") {
            event.message = item;
        } else if (name == "subject" && item.isTextLike()) {
            event.subject = item.toText();
            hasSubject = true;
        } else if (name == "time") {
            event.time = secondsOf(item).value_or(0);
        }
    }
    return hasSubject ? std::optional(std::move(event)) : std::nullopt;
}

QDateTime Event::dateTime() const
{
    if (!std::isfinite(time) || std::abs(time) > kLatestTime)
        return {};
    return QDateTime::fromMSecsSinceEpoch(qint64(std::floor(time * 1000)), Qt::UTC);
}

Value subjectValue(const QString &subject)
{
    const bool isAscii = std::ranges::all_of(subject, [](QChar c) { return c.unicode() < 0x80; });
    return isAscii ? Value::str(subject.toLatin1()) : Value::text(subject);
}

Uri eventServerUri()
{
    Uri uri;
    uri.form = Uri::Form::Name;
    uri.classic = true;
    uri.object = kEventServerName;
    return uri;
}

} // namespace pyrolens
