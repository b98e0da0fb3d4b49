// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/value.h>
#include <pyrolens/wire/uri.h>

#include <QDateTime>
#include <QLatin1StringView>
#include <QMetaType>
#include <QString>

#include <optional>

namespace pyrolens {

/// Name of the event service in a name server, and of its object in its daemon.
/// Source: Pyro 3.16, constants.py, EVENTSERVER_NAME.
inline constexpr QLatin1StringView kEventServerName(":Pyro.EventService");

/// What is published: a subject, a message, and when. Plain data, may cross threads.
///
/// On the wire it is an instance of Pyro.EventService.Event.Event with a state of `msg`, `time` and
/// `subject`. Source: Pyro 3.16, EventService/Event.py, Event.
struct Event
{
    QString subject; ///< as published, letter case kept
    Value message;
    double time = 0; ///< seconds since 1970, the server's clock; one time for all events of a publish()

    /// The instance that is sent. `subject` may be an 8-bit str or unicode; what was published is passed on.
    static Value makeValue(const Value &subject, const Value &message, double time);
    /// Reads such an instance; nothing when it is none.
    static std::optional<Event> fromValue(const Value &value);
    QDateTime dateTime() const; ///< UTC; invalid when the time makes no sense
};

/// A subject or pattern as Python 2 programs write it: 8-bit str where it is ASCII, else unicode.
Value subjectValue(const QString &subject);

/// PYRONAME://:Pyro.EventService, for clients that have a resolver.
Uri eventServerUri();

} // namespace pyrolens

Q_DECLARE_METATYPE(pyrolens::Event)
