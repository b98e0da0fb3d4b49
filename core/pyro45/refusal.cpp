// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "session_p.h"

#include "classes_p.h"

namespace pyrolens::pyro45 {

namespace {

QString withOffset(const Error &error)
{
    return error.offset < 0 ? error.what : error.what + QStringLiteral(" at byte %1").arg(error.offset);
}

RemoteError builtin(const char *name, const QString &text)
{
    return exceptionOf(QByteArray("builtins.") + name, text);
}

} // namespace

RefusalPlan planRefusal(const Flavour &flavour, const Error &error)
{
    const QString &code = error.code;
    const auto library = [&flavour](const char *name, const QString &text) {
        return exceptionOf(flavour.className(QByteArray("errors.") + name), text);
    };
    if (code.startsWith(QStringLiteral("frame.")) || code.startsWith(QStringLiteral("conn."))
        || code == u"auth.hmac")
        return {std::nullopt, true}; // the position is lost, or nobody is to be told
    // A ProtocolError would end the connection without a word, so the general one stands in its place.
    if (code == u"ann.malformed" || code == u"ann.limit")
        return {library("PyroError", error.what), true};
    if (code.startsWith(QStringLiteral("zip.")))
        return {exceptionOf("zlib.error", error.what), false};
    if (code == u"value.serializer")
        return {library("SerializeError", error.what), false};
    if (code == u"pickle.class-refused")
        return {library("SecurityError", error.what), false};
    if (code == u"value.serpent")
        return {builtin("SyntaxError", withOffset(error)), false};
    if (code == u"value.key" || code == u"call.shape")
        return {builtin("TypeError", error.what), false};
    if (code.startsWith(QStringLiteral("value.")) || code.startsWith(QStringLiteral("pickle.")))
        return {builtin("ValueError", withOffset(error)), false};
    if (code == u"call.object")
        return {library("DaemonError", QStringLiteral("unknown object")), false};
    if (code == u"call.method")
        return {builtin("AttributeError", error.what), false};
    return {library("PyroError", error.what), false};
}

Refusal Session45::refuse(const Error &error, const Frame *frame)
{
    Refusal refusal;
    if (m_role != Role::Server)
        return refusal; // a client closes without a word
    std::optional<Header> header;
    if (frame && frame->bytes.size() >= m_flavour->headerSize)
        header = m_flavour->readHeader(QByteArrayView(frame->bytes).first(m_flavour->headerSize));
    const QByteArray serializer = header ? m_flavour->serializerName(header->serializer) : QByteArray();
    if (!m_ready) {
        // Before a serializer was recognised the text goes as marshal, with number 0.
        const bool isRecognised = header && !serializer.isEmpty() && error.code != u"value.serializer"
            && error.code != u"auth.hmac";
        const bool hasNumber = header && error.code != u"auth.hmac";
        const bool tells = error.code != u"frame.truncated" && error.code != u"frame.timeout";
        if (tells) {
            Message deny;
            deny.kind = Message::Kind::Deny;
            deny.text = error.what;
            refusal.bytes = denial(deny, hasNumber ? header->sequence : quint16(0),
                isRecognised ? serializer : kMarshal.toByteArray())
                                .valueOr({});
        }
        m_fromClient = Next::Nothing;
        m_connect.reset();
        return refusal;
    }
    const RefusalPlan plan = planRefusal(*m_flavour, error);
    refusal.close = plan.close;
    // A oneway caller does not read: our answer would become that of its next call.
    const bool isSilent = !plan.exception || !header || (header->flags & m_flavour->flags.oneway) != 0;
    if (isSilent)
        return refusal;
    Message failure = Message::failure(*plan.exception);
    failure.sequence = header->sequence;
    failure.codec = serializer.isEmpty() ? kMarshal.toByteArray() : serializer;
    refusal.bytes = encode(failure).valueOr({});
    return refusal;
}

} // namespace pyrolens::pyro45
