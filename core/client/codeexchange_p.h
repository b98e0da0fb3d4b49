// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/transport/stream.h>
#include <pyrolens/wire/message.h>
#include <pyrolens/wire/mobilecode.h>

#include <QSet>

#include <deque>
#include <memory>
#include <optional>

namespace pyrolens {

/// What code travels between a request and its outcome, without I/O; both forms of the client drive it.
///
/// A server that lacks a module answers with its name: the module is supplied and the request sent again,
/// which may want the next one, or the supplied module itself may want another. A reply that names classes of
/// unknown modules makes us fetch those; the reply's value does not depend on it. Nothing that comes is run.
/// Source: Pyro 3.16, protocol.py, processMissingModuleError and _retrieveCode, which know no limits.
class CodeExchange
{
public:
    /// \param request the call as it went out. \param asked modules that this proxy has fetched or supplied
    /// before; outlives this.
    CodeExchange(std::shared_ptr<const MobileCode> code, QByteArray request, Endpoint local, QString where,
        QSet<QString> &asked);

    struct Step
    {
        std::optional<Message> send; ///< goes out next
        bool repeats = false;        ///< else: the request goes out again
        std::optional<Result<Value>> done;
    };
    /// What follows a reply.
    Step next(Message reply);
    const QByteArray &request() const { return m_request; }
    /// The call's outcome, once it is there and only code is still being fetched: a failure of that spoils
    /// the connection and not the call.
    std::optional<Result<Value>> takeOutcome();

private:
    struct Fetch
    {
        QString module;
        int depth = 0;
    };
    Step supply(const QString &module);
    Step supplied(Message reply);
    void planFetch(const QString &module, int depth);
    Step fetchNext();
    void fetched(Message reply);
    CodeTransfer transfer(CodeTransfer::Direction direction, const QString &module) const;

    const std::shared_ptr<const MobileCode> m_code;
    const QByteArray m_request;
    const Endpoint m_local;
    const QString m_where;
    QSet<QString> &m_asked;

    QSet<QString> m_given;
    std::vector<Message> m_supplies; ///< under way; the last one is what the server answers next
    std::deque<Fetch> m_toFetch;     ///< the first one is under way once m_outcome is there
    int m_fetches = 0;
    std::optional<Result<Value>> m_outcome;
};

} // namespace pyrolens
