// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QString>
#include <QStringList>

#include <memory>

namespace pyrolens {

struct RemoteError;

/// What went wrong in the outside world: bytes, network, peer or user input.
///
/// An Error is a plain value: copyable, movable, free to cross threads. `kind` answers "what can the caller
/// do now"; `what` is English text for logs and the command line (widgets word it by kind and code
/// themselves).
struct Error
{
    enum class Kind : quint8 {
        Usage,        ///< the caller asked for something that makes no sense; fix the input
        Protocol,     ///< the peer broke the protocol, or its bytes do not decode
        Limit,        ///< one of our limits (base/limits.h) was reached
        Unsupported,  ///< legal, but this build or this format cannot do it
        Denied,       ///< the peer (or our own policy) refused
        Timeout,      ///< a deadline passed
        Disconnected, ///< no connection, refused, or lost
        Cancelled,    ///< the caller gave up
        Remote,       ///< the remote side raised; `remote` says what
    };

    Kind kind = Kind::Protocol;
    QString what;
    /// Stable reason code of robustness.md, e.g. "frame.too-large" or "pickle.opcode"; empty when there is
    /// none.
    QString code;
    /// Byte in the message (or character in a literal) the error is about, -1 if unknown.
    qint64 offset = -1;
    /// Only with Kind::Remote.
    std::shared_ptr<const RemoteError> remote;

    static Error usage(QString what, qint64 offset = -1);
    static Error protocol(QString what, QString code = {}, qint64 offset = -1);
    static Error limit(QString what, QString code, qint64 offset = -1);
    static Error unsupported(QString what, QString code = {}, qint64 offset = -1);
    static Error denied(QString what, QString code = {});
    static Error timeout(QString what);
    static Error disconnected(QString what);
    static Error cancelled(QString what = {});

    /// Name as `pyroctl --json` prints it for local errors: "pyrolens.Timeout" and so on.
    QString className() const;
};

/// "Timeout", "Protocol", ... the bare name of a kind.
QString kindName(Error::Kind kind);

} // namespace pyrolens
