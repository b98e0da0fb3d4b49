// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "session_p.h"

#include "classes_p.h"
#include "request_p.h"

namespace pyrolens::pyro3 {

namespace {

RemoteError exception(QLatin1StringView className, const QString &text)
{
    RemoteError error;
    error.className = className;
    error.args = Value::tuple({str(text)});
    error.attributes = Value::dict({});
    return error;
}

constexpr QLatin1StringView kProtocolError("Pyro.errors.ProtocolError");
constexpr QLatin1StringView kPyroError("Pyro.errors.PyroError");

/// The standard text when ours begins with one: what follows it is for our own log.
QString wireText(const QString &what)
{
    for (const QStringView standard : {kBadVersion, kBadHeader, kBadChecksum}) {
        if (what.startsWith(standard))
            return standard.toString();
    }
    return what;
}

QString withOffset(const Error &error)
{
    return error.offset < 0 ? error.what : error.what + QStringLiteral(" at byte %1").arg(error.offset);
}

/// Faults of the stream itself: its position is lost, or nothing sensible can follow.
RefusalPlan planStreamRefusal(const Error &error)
{
    const QString &code = error.code;
    if (code == u"frame.bad-header" || code == u"frame.other-protocol" || code == u"frame.checksum"
        || code == u"frame.too-large")
        return {exception(kProtocolError, wireText(error.what)), true};
    return {std::nullopt, true}; // frame.type, frame.truncated, frame.timeout: nobody waits for an answer
}

} // namespace

RefusalPlan planRefusal(const Error &error)
{
    const QString &code = error.code;
    if (code.startsWith(QStringLiteral("frame.")) || code.startsWith(QStringLiteral("conn.")))
        return planStreamRefusal(error);
    if (code == u"value.serializer")
        return {exception(kProtocolError, error.what), false};
    if (code.startsWith(QStringLiteral("zip.")))
        return {exception(QLatin1StringView("zlib.error"), error.what), false};
    if (code == u"pickle.class-refused")
        return {exception(QLatin1StringView("Pyro.errors.NoModuleError"), error.what), false};
    if (code.startsWith(QStringLiteral("pickle.")) || code.startsWith(QStringLiteral("value.")))
        return {exception(QLatin1StringView("cPickle.UnpicklingError"), withOffset(error)), false};
    if (code == u"call.shape")
        return {exception(QLatin1StringView("exceptions.TypeError"), error.what), false};
    if (code == u"call.object")
        return {exception(kProtocolError, QStringLiteral("unknown object ID")), false};
    if (code == u"call.method")
        return {exception(QLatin1StringView("exceptions.AttributeError"), error.what), false};
    return {exception(kPyroError, error.what), false};
}

Refusal Pyro3Session::refuse(const Error &error, const Frame *frame)
{
    Refusal refusal;
    if (m_role != Role::Server)
        return refusal; // a client closes without a word
    const RefusalPlan plan = planRefusal(error);
    refusal.close = plan.close || !m_ready;
    bool silent = !plan.exception;
    if (frame && frame->kind == FrameKind::Message && !refusal.close) {
        // A oneway caller does not read: our answer would become that of its next call.
        const Result<QByteArray> body = unpack(frame->bytes, Limits(), Strictness::Lenient);
        silent = silent || (body && (peekCallFlags(*body) & kOneway) != 0);
    }
    if (!silent)
        refusal.bytes = encode(Message::failure(*plan.exception)).valueOr({});
    return refusal;
}

} // namespace pyrolens::pyro3
