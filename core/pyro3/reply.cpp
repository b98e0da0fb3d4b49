// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "reply_p.h"

#include "errors_p.h"
#include "header_p.h"

namespace pyrolens::pyro3 {

Message readReply(const Value &body)
{
    std::optional<RemoteError> error = openCapsule(body);
    if (!error)
        return Message::reply(body);
    const std::optional<MissingModule> wanted = asMissingModule(*error);
    Message message = Message::failure(*std::move(error));
    if (wanted) {
        message.kind = Message::Kind::Code;
        message.codeStep = Message::CodeStep::Wanted;
        message.text = wanted->module;
        message.value = wanted->fromList;
    }
    return message;
}

Result<Value> makeReply(const Message &message, int protocol)
{
    if (message.kind == Message::Kind::Reply)
        return message.value;
    if (message.kind == Message::Kind::Failure && message.error)
        return makeCapsule(*message.error, protocol);
    if (message.kind == Message::Kind::Code && message.codeStep == Message::CodeStep::Wanted)
        return makeCapsule(missingModule({message.text, message.value}), protocol);
    return Error::unsupported(
        QStringLiteral("Pyro 3 has no reply of this kind"), QStringLiteral("value.unsupported"));
}

Result<Message> readVerdict(QByteArrayView bytes)
{
    Message message;
    if (bytes == kGranted) {
        message.kind = Message::Kind::Accept;
        return message;
    }
    if (bytes.size() != kVerdictSize || !bytes.startsWith(kDenied))
        return Error::protocol(QStringLiteral("invalid response"), QStringLiteral("frame.bad-header"), 0);
    const char digit = bytes.back();
    message.kind = Message::Kind::Deny;
    message.denyCode = digit >= '0' && digit <= '9' ? digit - '0' : -1;
    message.text = denialText(message.denyCode);
    return message;
}

QByteArray makeVerdict(const Message &message)
{
    if (message.kind == Message::Kind::Accept)
        return kGranted.toByteArray();
    const int code = message.denyCode >= 0 && message.denyCode <= 9 ? message.denyCode : 0;
    return kDenied.toByteArray() + char('0' + code);
}

QString denialText(int code)
{
    switch (code) {
    case 0:
        return QStringLiteral("unspecified reason");
    case 1:
        return QStringLiteral("server too busy");
    case 2:
        return QStringLiteral("host blocked");
    case 3:
        return QStringLiteral("security reasons");
    default:
        return QStringLiteral("invalid response");
    }
}

} // namespace pyrolens::pyro3
