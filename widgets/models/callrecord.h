// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/error.h>
#include <pyrolens/client/pendingcall.h>
#include <pyrolens/value/dialect.h>
#include <pyrolens/value/value.h>
#include <pyrolens/wire/message.h>

#include <QDateTime>
#include <QString>

#include <chrono>
#include <optional>

namespace pyrolens {

/// An object of the network as the views know it. Plain data.
struct ObjectTarget
{
    QString profile;    ///< id of the profile it was found in; empty when it came as a URI
    QString name;       ///< registered name, or empty
    QString uri;        ///< text; empty while the name is not looked up yet
    int generation = 0; ///< 0: not known yet
    Dialect dialect = Dialect::Python2;
    QString label() const { return name.isEmpty() ? uri : name; }
    friend bool operator==(const ObjectTarget &, const ObjectTarget &) = default;
};

/// One call of a batch as it was composed. Plain data.
struct BatchItem
{
    QString method;
    QString argumentText; ///< as typed
    Value args;           ///< Tuple
    Value kwargs;         ///< Dict
};

/// What a person asks for: everything needed to send it again. Plain data.
struct CallRequest
{
    enum class Action : quint8 { Call, GetAttribute, SetAttribute, Batch };
    quint64 id = 0;
    ObjectTarget target;
    Action action = Action::Call;
    QString member;                            ///< method or attribute name
    QString argumentText;                      ///< as typed
    Value args;                                ///< Tuple
    Value kwargs;                              ///< Dict
    Value value;                               ///< SetAttribute
    std::chrono::milliseconds timeout{30'000}; ///< 0 = none
    bool oneway = false;
    QByteArray serializer;  ///< empty: the default of the generation
    QString annotationText; ///< as typed
    std::vector<Annotation> annotations;
    std::vector<BatchItem> batch; ///< with Batch: several calls in one message
};

/// What the generation of an object leaves to choose for a call. Plain data.
struct CallChoices
{
    QList<QByteArray> serializers; ///< default first; fewer than two: nothing to choose
    QByteArray preferred;          ///< of them, by the settings of the network; empty: the first
    bool batch = false;
    bool annotations = false;
};

/// One call, finished or under way, with all that was sent and received. Plain data; shared by the views.
struct CallRecord
{
    enum class Outcome : quint8 { Running, Ok, Sent, RemoteError, LocalError, Timeout, Cancelled };

    CallRequest request;
    QDateTime started;
    Outcome outcome = Outcome::Running;
    Value result;
    std::optional<Error> error;
    CallTrace trace;
    QString endpoint;      ///< where it went, for error texts
    QByteArray serializer; ///< that was used, where there is a choice
    bool pinned = false;
    bool isReplyLost = false; ///< too big to be kept in the history of an earlier run

    /// "demo.echo.echo('x')", at most `maxChars`, one line, safe to show.
    QString callText(qsizetype maxChars = 200) const;
    static QString outcomeWord(Outcome outcome);
    static Outcome outcomeOf(const Error &error);
    /// Memory it holds, roughly, in bytes; for the history's budget.
    qint64 cost() const;
};

} // namespace pyrolens
