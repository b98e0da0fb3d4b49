// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "conversation_p.h"

#include "raise_p.h"

#include <pyrolens/transport/tlstunnel.h>

namespace pyrolens {

namespace {

SessionOptions sessionOptions(const DaemonOptions &options)
{
    SessionOptions result;
    result.codec = options.codec;
    result.pickleProtocol = options.pickleProtocol;
    result.compress = options.compress;
    result.checksum = options.checksum;
    return result;
}

} // namespace

std::chrono::milliseconds earnedTime(const ConnectionLimits &limits, qint64 bytes)
{
    return std::chrono::milliseconds(bytes * 1'000 / std::max<qint64>(1, limits.frameBytesPerSecond));
}

Conversation::Conversation(const std::shared_ptr<Core> &core, ConnectionRecordPtr record)
    : m_core(core)
    , m_record(std::move(record))
    , m_hooks(core->hooks())
    , m_session(core->generation->session(Role::Server, sessionOptions(core->options)))
{
    m_site = makeSite(m_core->commonStorage, {});
    renewStorage();
}

CallSitePtr Conversation::makeSite(std::shared_ptr<LocalStorage> storage, const QString &identity) const
{
    auto site = std::make_shared<CallSite>();
    site->core = m_core;
    site->hooks = m_hooks;
    site->generation = m_core->generation;
    site->peer = m_record->peer;
    site->storage = std::move(storage);
    site->identity = identity;
    return site;
}

void Conversation::renewStorage()
{
    if (!m_core->options.multithreaded)
        return;
    auto storage = std::make_shared<LocalStorage>();
    storage->peer = m_record->peer;
    storage->identity = m_site->identity;
    if (m_hooks->initHook)
        m_hooks->initHook(*storage);
    m_site = makeSite(std::move(storage), m_site->identity);
}

CallSitePtr Conversation::onewaySite() const
{
    auto storage = std::make_shared<LocalStorage>();
    storage->identity = m_site->identity;
    if (m_hooks->initHook)
        m_hooks->initHook(*storage);
    return makeSite(std::move(storage), m_site->identity);
}

Conversation::Step Conversation::open()
{
    if (m_hooks->validator) {
        if (const auto code = m_hooks->validator->refuseHost(m_record->peer, m_core->connections.count()))
            return deny(
                *code, QStringLiteral("host refused with code %1").arg(*code), QStringLiteral("auth.denied"));
        if (m_record->tls) {
            if (const auto code = m_hooks->validator->refuseCertificate(*m_record->tls))
                return deny(*code, QStringLiteral("certificate refused with code %1").arg(*code),
                    QStringLiteral("auth.denied"));
        }
    }
    Step step;
    step.bytes = m_session->start();
    step.kind = step.bytes.isEmpty() ? Step::Kind::NeedMore : Step::Kind::Send;
    return step;
}

Conversation::Step Conversation::next(FrameBuffer &buffer)
{
    Step step;
    const Limits &limits = m_core->options.limits;
    for (;;) {
        if (buffer.isEmpty())
            return step;
        auto found = m_session->feed(Direction::ClientToServer, buffer.view(), limits);
        if (!found)
            return refuse(found.error(), nullptr, buffer.size());
        if (found->size == 0) {
            step.expected = found->expected;
            return step;
        }
        if (found->skip) {
            buffer.skip(found->size);
            continue;
        }
        const Frame frame{buffer.take(found->size), Direction::ClientToServer, found->kind};
        auto message = m_session->decode(frame, limits);
        if (!message)
            return refuse(message.error(), &frame, frame.bytes.size());
        if (message->kind == Message::Kind::Connect)
            return judge(*message);
        return admit(std::move(*message));
    }
}

Conversation::Step Conversation::judge(const Message &connect)
{
    LocalStorage &storage = *m_site->storage;
    storage.peer = m_record->peer; // it may be the one of all connections
    storage.identity.clear();
    if (m_hooks->validator) {
        if (const auto code = m_hooks->validator->refuseIdentification(*m_core->generation, connect, storage))
            return deny(*code, QStringLiteral("identification refused with code %1").arg(*code),
                QStringLiteral("auth.denied"));
    }
    if (!storage.identity.isEmpty())
        m_site = makeSite(m_site->storage, storage.identity);
    m_greeted = true;
    m_core->connections.setGreeted(*m_record);
    Step step;
    Message accept;
    accept.kind = Message::Kind::Accept;
    step.bytes = m_session->encode(accept).valueOr({});
    step.kind = step.bytes.isEmpty() ? Step::Kind::Close : Step::Kind::Send;
    return step;
}

Conversation::Step Conversation::deny(int code, const QString &what, const QString &logCode)
{
    m_core->refuse(m_record->peer, Error::denied(what, logCode));
    Step step;
    step.kind = Step::Kind::Close;
    Message message;
    message.kind = Message::Kind::Deny;
    message.denyCode = code;
    step.bytes = m_session->encode(message).valueOr({});
    step.delay = m_core->denials.note(m_record->peer.host);
    return step;
}

Conversation::Step Conversation::refuse(const Error &error, const Frame *frame, qint64 bytes)
{
    m_core->refuse(m_record->peer, error, bytes);
    Refusal refusal = m_session->refuse(error, frame);
    Step step;
    step.kind = refusal.close ? Step::Kind::Close : Step::Kind::Send;
    step.bytes = std::move(refusal.bytes);
    return step;
}

ClassVerdict Conversation::judge(const std::vector<QByteArray> &classes, bool isOneway) const
{
    std::vector<QByteArray> refused;
    for (const QByteArray &name : classes) {
        if (!m_core->options.classes.firstRefused({name}).isEmpty())
            refused.push_back(name);
    }
    ClassVerdict verdict = judgeClasses(m_hooks->code.get(), m_core->suppliedModules, refused);
    if (isOneway && verdict.refused.isEmpty() && !verdict.wanted.isEmpty())
        verdict.refused = refused.front(); // nobody would read that we want a module
    return verdict;
}

Conversation::Step Conversation::admit(Message request)
{
    Step step;
    const ClassVerdict verdict = judge(request.unknownClasses, request.oneway);
    if (verdict.refused.isEmpty() && verdict.wanted.isEmpty()) {
        step.kind = Step::Kind::Request;
        step.request = std::move(request);
        return step;
    }
    if (verdict.refused.isEmpty()) {
        // The client sends the module and then the request again. Source: Pyro 3.16, protocol.py,
        // handleInvocation; the list is what unpickling imports.
        Message wanted;
        wanted.kind = Message::Kind::Code;
        wanted.codeStep = Message::CodeStep::Wanted;
        wanted.text = verdict.wanted;
        wanted.value = Value::list({Value::str("__doc__")});
        step.kind = Step::Kind::Send;
        step.bytes = encode(wanted);
        return step;
    }
    const QByteArray &unknown = verdict.refused;
    const QString text
        = QStringLiteral("class '%1' is not accepted here; its host may let it in with --accept-class %1")
              .arg(QString::fromUtf8(unknown));
    Error error = Error::denied(text, QStringLiteral("pickle.class-refused"));
    m_core->refuse(m_record->peer, error, request.wireBytes);
    step.kind = Step::Kind::Send;
    if (!request.oneway) {
        error.kind = Error::Kind::Unsupported; // a TypeError
        step.bytes = encode(Message::failure(toRemote(*m_site, error, {}, {})));
    }
    return step;
}

QByteArray Conversation::encode(const Message &answer)
{
    const auto tooLarge
        = [&](const QByteArray &bytes) { return bytes.size() > m_core->options.connections.outputMax; };
    auto bytes = m_session->encode(answer);
    if (bytes && !tooLarge(*bytes))
        return std::move(*bytes);
    const QString what = bytes
        ? QStringLiteral("the answer has %1 bytes, more than may be sent").arg(bytes->size())
        : bytes.error().what;
    // TypeError for a result, PyroError for an exception, as the original does.
    RemoteError error
        = toRemote(*m_site, answer.error ? Error::protocol(what) : Error::unsupported(what), {}, {});
    if (answer.error)
        error.traceback = answer.error->traceback;
    return m_session->encode(Message::failure(error)).valueOr({});
}

void Conversation::noteEnd(const QString &code, const QString &detail, qint64 bytes)
{
    Error error = Error::disconnected(detail);
    error.code = code;
    m_core->refuse(m_record->peer, error, bytes);
}

} // namespace pyrolens
