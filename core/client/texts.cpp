// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "texts_p.h"

#include <pyrolens/transport/connectrace.h>

namespace pyrolens::texts {

namespace {

Error coded(Error error, const char16_t *code)
{
    error.code = QString::fromUtf16(code);
    return error;
}

QString inBrackets(const QString &detail)
{
    return detail.isEmpty() ? QString() : u" (" + detail + u')';
}

} // namespace

Error deniedBy(const QString &where, const Message &deny)
{
    QString reason = deny.text.isEmpty() ? QStringLiteral("no reason given") : deny.text;
    while (reason.endsWith(u'.'))
        reason.chop(1);
    QString advice;
    // The codes of Message::denyCode. Source: Pyro 3.16, constants.py, deniedReasons.
    switch (deny.denyCode) {
    case 1:
        advice = QStringLiteral(" Try again when other clients have left.");
        break;
    case 2:
        advice = QStringLiteral(" Connect from another host, or have this one let in.");
        break;
    case 3:
        advice = QStringLiteral(" It needs an identification, or a different one.");
        break;
    default:
        break;
    }
    return Error::denied(QStringLiteral("%1 denied the connection: %2.").arg(where, reason) + advice,
        QStringLiteral("auth.denied"));
}

Error handshakeRefused(const QString &where, const RemoteError &reason)
{
    return Error::protocol(
        QStringLiteral("%1 broke off the handshake: %2. Is it the generation that was asked for?")
            .arg(where, reason.summary()),
        QStringLiteral("handshake.refused"));
}

Error lostInHandshake(const QString &where, const GenerationInfo &wanted, const QString &detail)
{
    return coded(Error::disconnected(QStringLiteral(
                     "%1 closed the connection during the handshake%2. It may be no %3 server, or one "
                     "that does not accept this client.")
                                         .arg(where, inBrackets(detail), wanted.label)),
        u"handshake.lost");
}

Error tlsTimeout(const QString &where, std::chrono::milliseconds waited)
{
    return Error::timeout(QStringLiteral(
        "%1 accepted the connection but did not finish the TLS handshake in %2. Does it speak TLS?")
                              .arg(where, durationText(waited)));
}

Error handshakeTimeout(
    const QString &where, const GenerationInfo &wanted, std::chrono::milliseconds waited, qint64 received)
{
    const QString head
        = QStringLiteral("%1 accepted the connection but did not finish the %2 handshake in %3")
              .arg(where, wanted.label, durationText(waited));
    if (received > 0 || !wanted.serverSpeaksFirst)
        return Error::timeout(
            head + u" (" + QString::number(received) + u" bytes came). The server may be stuck or busy.");
    return Error::timeout(head
        + u": it said nothing. It may be busy, or speak another generation or protocol where the client "
          u"begins.");
}

Error lostBeforeReply(const QString &where, const QString &detail, qint64 received)
{
    const QString head = received > 0
        ? QStringLiteral("%1 closed the connection in the middle of its reply, after %2 bytes%3.")
              .arg(where, QString::number(received), inBrackets(detail))
        : QStringLiteral("%1 closed the connection before it replied%2.").arg(where, inBrackets(detail));
    return coded(Error::disconnected(head + u" The call may have been carried out; it was not repeated."),
        u"conn.lost");
}

Error lostWhileIdle(const QString &where)
{
    return coded(
        Error::disconnected(
            QStringLiteral("%1 closed the idle connection. The next call connects again.").arg(where)),
        u"conn.lost");
}

Error lostWhileSending(const QString &where, const QString &detail)
{
    return coded(Error::disconnected(QStringLiteral(
                     "%1 closed the connection while the request was being sent%2. The server did not "
                     "take the whole request; it was not repeated.")
                                         .arg(where, inBrackets(detail))),
        u"conn.lost");
}

Error replyTimeout(const QString &where, std::chrono::milliseconds timeout, qint64 received)
{
    if (received > 0)
        return Error::timeout(
            QStringLiteral("The reply of %1 was not complete in %2: %3 bytes came. Allow more time, or "
                           "ask for less.")
                .arg(where, durationText(timeout), QString::number(received)));
    return Error::timeout(QStringLiteral(
        "No reply from %1 in %2. The method may still be running there; the connection was closed.")
                              .arg(where, durationText(timeout)));
}

Error sendTimeout(const QString &where, std::chrono::milliseconds timeout)
{
    return Error::timeout(
        QStringLiteral("%1 did not take the whole request in %2. It may be stuck or busy; the "
                       "connection was closed.")
            .arg(where, durationText(timeout)));
}

Error resolveTimeout(const QString &uri, std::chrono::milliseconds timeout)
{
    return Error::timeout(
        QStringLiteral("No name server told in %2 where '%1' is. Is one running, and can it be reached?")
            .arg(uri, durationText(timeout)));
}

Error rebindTimeout(const QString &uri, std::chrono::milliseconds timeout, int tried)
{
    return coded(
        Error::timeout(QStringLiteral("connection lost: no way to '%1' in %2 and %3 attempts. The call was "
                                      "not sent.")
                           .arg(uri, durationText(timeout))
                           .arg(tried)),
        u"conn.lost");
}

Error mismatch(const QString &where, const QString &what)
{
    return Error::protocol(
        QStringLiteral(
            "%1 %2. The connection was closed, so that no stray answer can be taken for the next one.")
            .arg(where, what),
        QStringLiteral("reply.mismatch"));
}

Error nothingExposed(const QString &uri)
{
    return Error::denied(
        QStringLiteral("The remote object '%1' exposes neither methods nor attributes. Its class, or what it "
                       "is to offer, has to be marked with @expose there.")
            .arg(uri),
        QStringLiteral("object.nothing-exposed"));
}

Error streamsAreOff(const QString &where)
{
    Error error = Error::unsupported(
        QStringLiteral("The result is an iterator, and %1 is not configured to hand out items one by one "
                       "(ITER_STREAMING).")
            .arg(where));
    error.code = QStringLiteral("stream.off");
    return error;
}

Error cancelled()
{
    return Error::cancelled(
        QStringLiteral("The call was cancelled. The method may still run on the server."));
}

Error moduleRefused(const QString &where, const QString &module, const QString &reason)
{
    return Error::denied(
        QStringLiteral(
            "%1 lacks the module '%2' that an argument needs and asks for its code; it does not get "
            "it: %3.")
            .arg(where, module, reason),
        QStringLiteral("mobile.refused"));
}

Error at(const QString &where, Error error)
{
    if (!error.what.contains(where))
        error.what = where + u": " + error.what;
    return error;
}

} // namespace pyrolens::texts
