// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "conversation_p.h"

#include "daemonobject_p.h"
#include "raise_p.h"

#include <pyrolens/transport/tlstunnel.h>

#include <QUuid>

#include <algorithm>

namespace pyrolens {

namespace {

/// What the first bytes of a client must have for its generation to be told.
constexpr qsizetype kTellingBytes = 6;

SessionOptions sessionOptions(const DaemonOptions &options)
{
    SessionOptions result;
    result.codec = options.codec;
    result.pickleProtocol = options.pickleProtocol;
    result.compress = options.compress;
    result.checksum = options.checksum;
    result.acceptedCodecs = options.acceptedCodecs;
    result.credentials.hmacKey = options.hmacKey;
    return result;
}

/// The one that understands a client; null when there are too few bytes.
const Generation *generationOf(const std::vector<const Generation *> &spoken, QByteArrayView firstBytes)
{
    const Generation *likely = nullptr;
    for (const Generation *each : spoken) {
        const Match match = each->looksLike(firstBytes, Direction::ClientToServer);
        if (match == Match::Yes)
            return each;
        if (match == Match::NeedMore)
            likely = each;
    }
    if (firstBytes.size() < kTellingBytes)
        return nullptr;
    if (likely)
        return likely;
    // Nobody's: told so by the nearest, else by the newest.
    const auto near = std::ranges::find_if(
        spoken, [firstBytes](const Generation *each) { return each->isNear(firstBytes); });
    return near == spoken.end() ? spoken.back() : *near;
}

/// The number that a request and its answers have in common, unless the client made one.
void ensureCorrelation(const Generation &generation, Message &message)
{
    if (message.correlationId.isEmpty() && generation.info().features.annotations)
        message.correlationId = QUuid::createUuid().toRfc4122();
}

} // namespace

std::chrono::milliseconds earnedTime(const ConnectionLimits &limits, qint64 bytes)
{
    return std::chrono::milliseconds(bytes * 1'000 / std::max<qint64>(1, limits.frameBytesPerSecond));
}

Conversation::Conversation(const std::shared_ptr<Core> &core, ConnectionRecordPtr record)
    : m_core(core), m_record(std::move(record)), m_hooks(core->hooks())
{
    m_site = makeSite(m_core->commonStorage, {});
    renewStorage();
}

CallSitePtr Conversation::makeSite(std::shared_ptr<LocalStorage> storage, const QString &identity) const
{
    auto site = std::make_shared<CallSite>();
    site->core = m_core;
    site->hooks = m_hooks;
    site->generation = m_generation;
    site->peer = m_record->peer;
    site->connection = m_record->id;
    site->instances = m_site ? m_site->instances : std::make_shared<SessionInstances>();
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
    if (m_record->connected) {
        m_greeted = true;
        m_core->connections.setGreeted(*m_record);
        return begin(*m_record->connected);
    }
    if (const Generation *only = m_core->only())
        return begin(*only);
    return {};
}

Conversation::Step Conversation::silence()
{
    const Generation *waiting = m_core->speaksFirst();
    Q_ASSERT_X(waiting && !m_session, "Conversation::silence", "nobody is waited for");
    return begin(*waiting);
}

Conversation::Step Conversation::choose(QByteArrayView firstBytes)
{
    const Generation *found = generationOf(m_core->generations, firstBytes);
    return found ? begin(*found) : Step();
}

Conversation::Step Conversation::begin(const Generation &generation)
{
    m_generation = &generation;
    SessionOptions options = sessionOptions(m_core->options);
    options.handshakes = !m_record->connected;
    m_session = generation.session(Role::Server, std::move(options));
    m_site = makeSite(m_site->storage, m_site->identity);
    // Others are told when they have said something: what comes without being asked for might get lost.
    if (generation.info().serverSpeaksFirst) {
        if (auto refused = turnAway(nullptr))
            return *std::move(refused);
    }
    Step step;
    step.bytes = m_session->start();
    step.kind = step.bytes.isEmpty() ? Step::Kind::NeedMore : Step::Kind::Send;
    return step;
}

/// Who is not let in whatever he says.
std::optional<Conversation::Step> Conversation::turnAway(const Message *connect)
{
    if (m_record->isTurnedAway) {
        // The words that clients of Pyro 4 look for to try again later. The log has its line already.
        return verdict(1,
            QStringLiteral("no free workers, increase server threadpool size (too many connections)"),
            connect);
    }
    if (!m_hooks->validator)
        return std::nullopt;
    const auto told = [&](const char *what, int code) {
        return deny(
            code, QStringLiteral("%1 refused with code %2").arg(QLatin1StringView(what)).arg(code), connect);
    };
    if (const auto code = m_hooks->validator->refuseHost(m_record->peer, m_core->connections.count()))
        return told("host", *code);
    if (m_record->tls) {
        if (const auto code = m_hooks->validator->refuseCertificate(*m_record->tls))
            return told("certificate", *code);
    }
    return std::nullopt;
}

Conversation::Step Conversation::next(FrameBuffer &buffer)
{
    Step step;
    const Limits &limits = m_core->options.limits;
    for (;;) {
        if (buffer.isEmpty())
            return step;
        if (!m_session) {
            step = choose(buffer.view());
            if (!m_session || step.kind != Step::Kind::NeedMore)
                return step;
        }
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
        auto message = decode(frame);
        if (!message)
            return refuse(message.error(), &frame, frame.bytes.size());
        if (message->kind == Message::Kind::Connect)
            return judge(*message);
        return admit(std::move(*message));
    }
}

Result<Message> Conversation::decode(const Frame &frame) const
{
    auto message = m_session->decode(frame, m_core->options.limits);
    if (!message)
        return message;
    ensureCorrelation(*m_generation, *message);
    if (message->blob) {
        // To a method it is one argument; what rides on it stays with the message.
        auto argument = m_session->unwrap(*message, m_core->options.limits);
        if (!argument)
            return argument.error();
        message->args = Value::tuple({*std::move(argument)});
    }
    return message;
}

Conversation::Step Conversation::judge(const Message &connect)
{
    if (!m_generation->info().serverSpeaksFirst) {
        if (auto refused = turnAway(&connect))
            return *std::move(refused);
    }
    LocalStorage &storage = *m_site->storage;
    storage.peer = m_record->peer; // it may be the one of all connections
    storage.identity.clear();
    Message answer;
    answer.kind = Message::Kind::Accept;
    answer.value = Value::utf8("hello");
    if (const auto &validator = m_hooks->validator) {
        if (const auto code = validator->refuseIdentification(*m_generation, connect, storage))
            return deny(*code, QStringLiteral("identification refused with code %1").arg(*code), &connect);
        if (m_generation->info().features.objectMetadata) {
            auto data = validator->answerHandshake(*m_generation, connect, storage);
            if (!data) {
                const auto &remote = data.error().remote;
                return deny(3, remote ? remote->args.at(0).toText() : data.error().what, &connect);
            }
            answer.value = *std::move(data);
        }
    }
    if (connect.wantsMetadata) {
        const auto hosted = m_core->objects.find(connect.object, spaceOf(*m_generation));
        if (!hosted) {
            const QString text = QStringLiteral("unknown object");
            m_core->refuse(m_record->peer, Error::denied(text, QStringLiteral("call.object")),
                connect.wireBytes, m_generation);
            return verdict(0, text, &connect);
        }
        answer.metadata = metadataOf(*m_generation, hosted->servant->interface());
    }
    if (!storage.identity.isEmpty())
        m_site = makeSite(m_site->storage, storage.identity);
    m_greeted = true;
    m_core->connections.setGreeted(*m_record);
    answer.answerTo(connect);
    Step step;
    step.bytes = m_session->encode(answer).valueOr({});
    step.kind = step.bytes.isEmpty() ? Step::Kind::Close : Step::Kind::Send;
    return step;
}

/// Refused by somebody who was asked: the more often, the longer it takes.
Conversation::Step Conversation::deny(int code, const QString &what, const Message *connect)
{
    m_core->refuse(m_record->peer, Error::denied(what, QStringLiteral("auth.denied")), 0, m_generation);
    Step step = verdict(code, what, connect);
    step.delay = m_core->denials.note(m_record->peer.host);
    return step;
}

Conversation::Step Conversation::verdict(int code, const QString &text, const Message *connect)
{
    Step step;
    step.kind = Step::Kind::Close;
    Message message;
    message.kind = Message::Kind::Deny;
    message.denyCode = code;
    message.text = text;
    if (connect)
        message.answerTo(*connect);
    step.bytes = m_session->encode(message).valueOr({});
    return step;
}

Conversation::Step Conversation::refuse(const Error &error, const Frame *frame, qint64 bytes)
{
    m_core->refuse(m_record->peer, error, bytes, m_generation);
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
    m_core->refuse(m_record->peer, error, request.wireBytes, m_generation);
    step.kind = Step::Kind::Send;
    if (!request.oneway) {
        error.kind = Error::Kind::Unsupported; // a TypeError
        Message failure = Message::failure(toRemote(*m_site, error, {}, {}));
        failure.answerTo(request);
        step.bytes = encode(failure);
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
    QString what = bytes ? QStringLiteral("the answer has %1 bytes, more than may be sent").arg(bytes->size())
                         : bytes.error().what;
    if (answer.error) {
        what = QStringLiteral("Error serializing exception: %1. Original exception: <class '%2'>: %3")
                   .arg(what, answer.error->className, answer.error->summary());
    }
    // TypeError for a result, PyroError for an exception, as the original does.
    RemoteError error
        = toRemote(*m_site, answer.error ? Error::protocol(what) : Error::unsupported(what), {}, {});
    if (answer.error)
        error.traceback = answer.error->traceback;
    Message failure = Message::failure(std::move(error));
    failure.answerTo(answer);
    return m_session->encode(failure).valueOr({});
}

void Conversation::noteEnd(const QString &code, const QString &detail, qint64 bytes)
{
    Error error = Error::disconnected(detail);
    error.code = code;
    m_core->refuse(m_record->peer, error, bytes, m_generation);
}

} // namespace pyrolens
