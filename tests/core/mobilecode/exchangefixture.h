// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "core/client/clientfixture.h"
#include "support/vectors.h"

#include <pyrolens/pickle/pickle.h>
#include <pyrolens/value/tagged.h>
#include <pyrolens/wire/mobilecode.h>

#include <QHash>

#include <mutex>

namespace fixture {

/// Modules from memory. Thread-safe once filled.
class Modules : public ModuleSource
{
public:
    Result<QByteArray> module(const QString &name) const override
    {
        const auto found = codes.find(name);
        if (found == codes.end())
            return Error{Error::Kind::Usage, QStringLiteral("none of that name"),
                QStringLiteral("mobile.no-module"), -1, nullptr};
        return *found;
    }
    QHash<QString, QByteArray> codes;
};

/// Received modules in memory. Thread-safe.
class Shelf : public CodeSink
{
public:
    Status receive(const CodeTransfer &transfer) override
    {
        const std::scoped_lock lock(m_mutex);
        m_received.append(transfer.module + u'=' + QString::fromLatin1(transfer.code));
        return Done{};
    }
    void failed(const CodeTransfer &transfer, const Error &error) override
    {
        const std::scoped_lock lock(m_mutex);
        m_failed.append(transfer.module + QLatin1String(": ") + error.what);
    }
    QStringList received() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_received;
    }
    QStringList failed() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_failed;
    }

private:
    mutable std::mutex m_mutex;
    QStringList m_received;
    QStringList m_failed;
};

/// A request and its reply out of a recording, both as bytes and decoded.
struct RecordedCall
{
    QByteArray requestBytes;
    QByteArray replyBytes;
    Message request;
    Message reply;
};

inline Message decodedFrame(const QByteArray &bytes, Direction direction)
{
    const auto observer = pyro3Generation()->session(Role::Observer, {});
    auto message = observer->decode({bytes, direction, FrameKind::Message}, {});
    if (!message)
        qFatal("%s", qPrintable(message.error().what));
    return *std::move(message);
}

/// The calls of a recorded conversation, its handshake left out.
inline std::vector<RecordedCall> recordedCalls(const QString &name)
{
    const Json json = testing::loadVectors(QStringLiteral("pyro3/") + name + QStringLiteral(".json"));
    std::vector<RecordedCall> calls;
    const auto &frames = json.value(u"frames").items();
    for (size_t i = 3; i + 1 < frames.size(); i += 2) {
        if (frames[i].contains(u"event") || frames[i + 1].contains(u"event"))
            break;
        RecordedCall call;
        call.requestBytes = QByteArray::fromHex(frames[i].value(u"hex").toString().toLatin1());
        call.replyBytes = QByteArray::fromHex(frames[i + 1].value(u"hex").toString().toLatin1());
        call.request = decodedFrame(call.requestBytes, Direction::ClientToServer);
        call.reply = decodedFrame(call.replyBytes, Direction::ServerToClient);
        calls.push_back(std::move(call));
    }
    return calls;
}

/// What a message says, without what differs from run to run: trace-backs, and the supplier's port.
inline QString gist(const Message &message)
{
    const auto text
        = [](const Value &value) { return QString::fromUtf8(toTagged(value, TaggedStyle::Wire).toText()); };
    QString gist = QStringLiteral("kind %1 ").arg(int(message.kind)) + QString::fromUtf8(message.method)
        + u' ' + message.text + u' ' + text(message.value);
    if (message.kind != Message::Kind::Code)
        gist += text(message.args) + text(message.kwargs);
    if (message.error) {
        gist += u' ' + message.error->className + text(message.error->args) + text(message.error->attributes);
    }
    return gist;
}

/// The requests that a scripted peer got after the handshake.
inline std::vector<Message> requestsIn(QByteArray received)
{
    const auto server = serverSession();
    static_cast<void>(server->start());
    std::vector<Message> requests;
    while (!received.isEmpty()) {
        auto step = server->feed(Direction::ClientToServer, received, {});
        if (!step || step->size == 0)
            qFatal("no whole request");
        const Frame frame{received.first(step->size), Direction::ClientToServer, step->kind};
        auto message = server->decode(frame, {});
        if (!message)
            qFatal("%s", qPrintable(message.error().what));
        received.remove(0, step->size);
        if (message->kind == Message::Kind::Connect) {
            Message accept;
            accept.kind = Message::Kind::Accept;
            static_cast<void>(server->encode(accept));
        } else {
            requests.push_back(*std::move(message));
        }
    }
    return requests;
}

inline QByteArray wantedBytes(const QString &module)
{
    Message wanted;
    wanted.kind = Message::Kind::Code;
    wanted.codeStep = Message::CodeStep::Wanted;
    wanted.text = module;
    return encoded(wanted);
}

inline std::shared_ptr<ClientContext> contextWith(const MobileCode &code)
{
    auto made = context();
    made->code = std::make_shared<const MobileCode>(code);
    return made;
}

} // namespace fixture
