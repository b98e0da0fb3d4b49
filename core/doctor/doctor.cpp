// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "doctor.h"

#include "listening_p.h"

#include <pyrolens/client/addressmap.h>
#include <pyrolens/client/registered.h>
#include <pyrolens/transport/connectrace.h>
#include <pyrolens/transport/hostlookup.h>
#include <pyrolens/transport/unixsocket.h>

#include <QElapsedTimer>

#include <algorithm>
#include <thread>
#include <tuple>

namespace pyrolens {

namespace {

constexpr std::chrono::milliseconds kStepTime{10'000}; ///< where the options set no limit
constexpr std::chrono::milliseconds kSlowLookup{1'000};
constexpr int kShownObjects = 8;

QString addressList(const QList<QHostAddress> &addresses)
{
    QStringList texts;
    for (const QHostAddress &address : addresses)
        texts.append(address.toString());
    return texts.join(QStringLiteral(", "));
}

QString uriForms(const Generation &generation)
{
    return generation.info().uriForms.isEmpty() ? QString() : generation.info().uriForms.first();
}

/// What to do about an error of the handshake or of a question, where its own text does not say it.
QString adviceFor(const Error &error)
{
    const QString &what = error.what;
    if (what.contains(u"hmac key config not symmetric"))
        return QStringLiteral(
            "One side has an HMAC key and the other has none: give it with --hmac-key-file, or take it "
            "away there (Pyro 4 only).");
    if (what.contains(u"hmac mismatch"))
        return QStringLiteral(
            "The HMAC keys differ: compare PYRO_HMAC_KEY of the server with --hmac-key-file.");
    if (what.contains(u"serializer that is not accepted"))
        return QStringLiteral(
            "The server does not take this serializer: choose another with --serializer, or add it to its "
            "SERIALIZERS_ACCEPTED.");
    if (what.contains(u"no free workers"))
        return QStringLiteral(
            "All threads of the server are taken by other connections: close some, or raise its "
            "THREADPOOL_SIZE.");
    if (error.kind == Error::Kind::Denied && error.code == u"auth.denied")
        return QStringLiteral("The server wants an identification: --ident-file. Ask who runs it.");
    if (error.code.startsWith(u"tls.") || what.contains(u"certificate", Qt::CaseInsensitive))
        return QStringLiteral(
            "Check dates and names of the certificates, and that --tls-ca names who signed the "
            "server's; the host in the URI has to be in its certificate.");
    return {};
}

} // namespace

Doctor::Doctor(std::shared_ptr<const ClientContext> context, ProxyOptions options)
    : m_context(std::move(context)), m_options(std::move(options))
{ }

/// One run, step by step.
class Doctor::Examination
{
public:
    Examination(
        const Doctor &doctor, const Uri &target, const Progress &progress, const std::atomic<bool> *cancelled)
        : m_context(doctor.m_context)
        , m_options(doctor.m_options)
        , m_target(target)
        , m_progress(progress)
        , m_cancelled(cancelled)
    { }

    Diagnosis run()
    {
        if (findName() && findAddresses() && connectToEach() && findGeneration() && shakeHands())
            askForObject();
        return std::move(m_diagnosis);
    }

private:
    using State = DoctorStep::State;

    QDeadlineTimer deadline() const
    {
        return QDeadlineTimer(m_options.callTimeout > kNoTimeout ? m_options.callTimeout : kStepTime);
    }
    bool note(State state, const char *name, const QString &finding, const QString &advice = {})
    {
        DoctorStep step{state, QString::fromLatin1(name), finding, advice,
            std::chrono::nanoseconds(m_clock.nsecsElapsed())};
        if (m_progress)
            m_progress(step);
        m_diagnosis.steps.push_back(std::move(step));
        m_clock.restart();
        return state != State::Bad;
    }
    bool fail(const char *name, const Error &error, const QString &advice = {})
    {
        m_diagnosis.failure = error;
        return note(State::Bad, name, error.what, advice.isEmpty() ? adviceFor(error) : advice);
    }

    /// A question to the proxy; it ends when the examination is cancelled.
    template <class F>
    Reply ask(const F &question)
    {
        if (!m_cancelled)
            return question();
        constexpr std::chrono::milliseconds kLook{20};
        std::atomic<bool> isOver = false;
        std::thread watcher([this, &isOver, kLook] {
            while (!isOver) {
                if (*m_cancelled)
                    m_proxy->cancelBlocking();
                std::this_thread::sleep_for(kLook);
            }
        });
        const Reply reply = question();
        isOver = true;
        watcher.join();
        return reply;
    }

    bool findName();
    bool findAddresses();
    bool connectToEach();
    bool connectToPath();
    Result<std::unique_ptr<Stream>> connectOnce() const;
    bool findGeneration();
    bool shakeHands();
    bool askForObject();
    QString whereFrom() const { return m_target.toString(); }

    const std::shared_ptr<const ClientContext> m_context;
    ProxyOptions m_options;
    const Uri m_target;
    const Progress &m_progress;
    const std::atomic<bool> *m_cancelled;
    Diagnosis m_diagnosis;
    QElapsedTimer m_clock = [] {
        QElapsedTimer clock;
        clock.start();
        return clock;
    }();

    Uri m_uri; ///< found
    QString m_host;
    int m_port = 0;
    QList<QHostAddress> m_addresses; ///< that answer, once connected to
    std::unique_ptr<Proxy> m_proxy;
};

bool Doctor::Examination::findName()
{
    m_uri = m_target;
    if (m_target.form == Uri::Form::Object || m_target.form == Uri::Form::Location)
        return true;
    if (!m_context->resolver)
        return fail("name", Error::unsupported(QStringLiteral("'%1' needs a name server.").arg(whereFrom())));
    const Result<Uri> found = m_context->resolver->resolve(m_target, m_options, deadline());
    if (!found) {
        const bool isUnknown = found.error().kind == Error::Kind::Remote;
        return fail("name", found.error(),
            isUnknown
                ? QStringLiteral(
                    "The name server is there and does not know it. 'pyroctl list' shows what it "
                    "knows; Pyro 3 keeps names apart from Pyro 4 and 5 (--gen).")
                : QStringLiteral("Say where the name server is with --ns HOST:PORT. Broadcasts do not cross "
                                 "routers."));
    }
    m_uri = *found;
    const bool isFarServer = !m_target.host.isEmpty() && !isLoopbackHost(m_target.host);
    if (isFarServer && isLoopbackHost(m_uri.host))
        return note(State::Notice, "name",
            QStringLiteral("%1 is %2: an address of the machine that registered it, seen from elsewhere.")
                .arg(whereFrom(), m_uri.toString()),
            QStringLiteral(
                "Start the server with an address that others reach (host, publish host or NATHOST), or use "
                "--map."));
    return note(State::Good, "name", QStringLiteral("%1 is %2.").arg(whereFrom(), m_uri.toString()));
}

bool Doctor::Examination::findAddresses()
{
    if (!m_uri.unixPath.isEmpty())
        return true; // connecting will say
    std::tie(m_host, m_port) = m_context->addresses ? m_context->addresses->apply(m_uri.host, m_uri.port)
                                                    : std::pair(m_uri.host, m_uri.port);
    if (m_host.isEmpty() || m_port <= 0)
        return fail("address",
            Error::usage(QStringLiteral("'%1' does not say where to connect.").arg(m_uri.toString())));
    const Result<QList<QHostAddress>> found = lookupHost(m_host, deadline(), m_cancelled);
    if (!found)
        return fail("address", found.error(),
            QStringLiteral("Check the spelling of the host, or use its numeric address."));
    m_addresses = *found;
    if (!QHostAddress(m_host).isNull())
        return true; // a numeric one needs no words
    const QString text = QStringLiteral("%1 is %2.").arg(m_host, addressList(m_addresses));
    if (m_clock.elapsed() > kSlowLookup.count())
        return note(State::Notice, "address", text + QStringLiteral(" To find that out took long."),
            QStringLiteral("The system's name resolution is slow: each new connection waits for it."));
    return note(State::Good, "address", text);
}

Result<std::unique_ptr<Stream>> Doctor::Examination::connectOnce() const
{
    return m_uri.unixPath.isEmpty()
        ? connectTcp(m_addresses.first().toString(), m_port, deadline(), m_cancelled)
        : connectUnix(m_uri.unixPath);
}

bool Doctor::Examination::connectToPath()
{
    const auto stream = connectOnce();
    if (stream)
        return note(State::Good, "connect", QStringLiteral("%1 answers.").arg(m_uri.endpoint()));
    return fail("connect", stream.error(),
        QStringLiteral("A unix socket is a file of the server's machine: does it exist there, is the path "
                       "complete, and may this user write to it?"));
}

bool Doctor::Examination::connectToEach()
{
    if (!m_uri.unixPath.isEmpty())
        return connectToPath();
    QList<QHostAddress> good;
    QStringList findings;
    std::optional<Error> first;
    for (const QHostAddress &address : std::as_const(m_addresses)) {
        const auto limit = m_options.connectTimeout > kNoTimeout ? m_options.connectTimeout : kStepTime;
        const auto stream = connectTcp(address.toString(), m_port, QDeadlineTimer(limit), m_cancelled);
        if (stream) {
            good.append(address);
            findings.append(
                QStringLiteral("%1 answers").arg(Endpoint{address.toString(), m_port}.toString()));
            continue;
        }
        findings.append(stream.error().what);
        if (!first)
            first = stream.error();
    }
    const QString text = findings.join(QStringLiteral("; "));
    if (good.isEmpty()) {
        Error error = first.value_or(Error::disconnected(text));
        error.what = text;
        const bool isSilent = error.kind == Error::Kind::Timeout;
        return fail("connect", error,
            isSilent ? QStringLiteral(
                "Silence is often a firewall, or a host that is off: the port has to be open on the "
                "server's side.")
                     : QStringLiteral(
                         "The host is there, the port is closed: is the server running, and at this port? "
                         "A daemon gets another port at each start unless it is given one."));
    }
    const bool isPartial = good.size() < m_addresses.size();
    m_addresses = good;
    if (isPartial)
        return note(State::Notice, "connect", text + u'.',
            QStringLiteral(
                "Not all addresses of the host answer; each connection may lose time on the others. Give the "
                "server all of them, or use the numeric address."));
    return note(State::Good, "connect", text + u'.');
}

bool Doctor::Examination::findGeneration()
{
    const bool isTls = m_uri.tls || (!m_uri.classic && m_options.tls.has_value());
    if (isTls)
        return true; // what is inside shows in the handshake
    auto stream = connectOnce();
    if (!stream)
        return fail("generation", stream.error());
    const auto patience = std::min<qint64>(3'000, deadline().remainingTime());
    const Answering answering = listenTo(
        **stream, *m_context->catalogue, m_options.listenTime, QDeadlineTimer(patience), m_cancelled);
    if (m_cancelled && *m_cancelled)
        return fail("generation", Error::cancelled(QStringLiteral("cancelled")));
    const QString where = m_uri.unixPath.isEmpty() ? Endpoint{m_host, m_port}.toString() : m_uri.endpoint();
    if (answering.generation != nullptr) {
        const Generation &spoken = *answering.generation;
        const bool isBare = m_uri.object.isEmpty();
        const bool fits = m_options.generation != 0 ? m_options.generation == spoken.info().id
            : isBare                                ? true
                                                    : spoken.parseUri(m_uri.toString()).isOk();
        if (fits)
            return note(
                State::Good, "generation", QStringLiteral("%1 speaks %2.").arg(where, spoken.info().label));
        // A shared port answers a client that speaks first as the newest; one that waits, as Pyro 3.
        return fail("generation",
            Error::protocol(QStringLiteral("%1 speaks %2, and '%3' is not one of its URIs.")
                                .arg(where, spoken.info().label, m_uri.toString()),
                QStringLiteral("handshake.generation")),
            QStringLiteral("URIs of %1 look like %2. Look the object up again in its own name server.")
                .arg(spoken.info().label, uriForms(spoken)));
    }
    if (answering.isSilent && answering.hasClosed)
        return fail("generation",
            Error::disconnected(QStringLiteral("%1 takes connections and closes them at once.").arg(where)),
            QStringLiteral("It may let in certain hosts only, be full, or be the far end of a tunnel that "
                           "leads nowhere. "
                           "With TLS on its side, use --tls-ca."));
    if (answering.isSilent)
        return fail("generation",
            Error::timeout(QStringLiteral("%1 takes connections and says nothing.").arg(where)),
            QStringLiteral(
                "The server may be busy with one call (single-threaded), stopped in a debugger, or wait for "
                "TLS: use --tls-ca then."));
    return fail("generation",
        Error::protocol(QStringLiteral("%1 answers as %2.").arg(where, answering.other),
            QStringLiteral("handshake.generation")),
        answering.other.contains(u"TLS")
            ? QStringLiteral("Use TLS: --tls-ca FILE, and PYROSSL URIs with Pyro 3.")
            : QStringLiteral("Another program has that port. Is it the right one?"));
}

bool Doctor::Examination::shakeHands()
{
    m_proxy = std::make_unique<Proxy>(m_context, m_uri, m_options);
    const Reply bound = ask([this] { return m_proxy->bindBlocking(); });
    if (bound) {
        const Generation *generation = m_proxy->generation();
        return note(State::Good, "handshake",
            QStringLiteral("%1 lets us in%2.")
                .arg(m_uri.endpoint(),
                    generation ? QStringLiteral(" (%1)").arg(generation->info().label) : QString()));
    }
    if (bound.error().kind == Error::Kind::Remote)
        return fail("object", bound.error(),
            QStringLiteral(
                "The daemon is there and hosts no such object: 'pyroctl registered %1' lists what it hosts. "
                "An object that was registered by an earlier run has another id.")
                .arg(m_uri.endpoint()));
    return fail("handshake", bound.error());
}

bool Doctor::Examination::askForObject()
{
    if (m_uri.object.isEmpty())
        return true;
    if (const auto metadata = m_proxy->metadata()) {
        if (metadata->methods.isEmpty() && metadata->attributes.isEmpty())
            return fail("object",
                Error::denied(
                    QStringLiteral("The object exposes nothing."), QStringLiteral("object.nothing-exposed")),
                QStringLiteral("Mark its class or methods with @expose."));
        return note(State::Good, "object",
            QStringLiteral("'%1' offers %2 methods and %3 attributes.")
                .arg(m_uri.object)
                .arg(metadata->methods.size())
                .arg(metadata->attributes.size()));
    }
    // Generation 3 is asked what the daemon hosts.
    Message question;
    question.kind = Message::Kind::Query;
    question.query = Message::Query::Registered;
    const Reply hosted = ask([&] { return m_proxy->sendBlocking(question); });
    if (!hosted)
        return fail("object", hosted.error());
    QStringList others;
    for (const auto &[id, name] : registeredIds(hosted.value())) {
        const bool isIt = id == m_uri.object || (m_uri.form == Uri::Form::Location && name == m_uri.object);
        if (isIt)
            return note(State::Good, "object",
                QStringLiteral("The daemon hosts it%1.")
                    .arg(name.isEmpty() ? QString() : QStringLiteral(" as %1").arg(name)));
        if (!name.isEmpty() && others.size() < kShownObjects)
            others.append(name);
    }
    return fail("object", unknownObjectId(),
        QStringLiteral("The daemon does not host it; it hosts %1. After a restart objects have other ids: "
                       "look the name up "
                       "again.")
            .arg(others.isEmpty() ? QStringLiteral("nothing with a name")
                                  : others.join(QStringLiteral(", "))));
}

Diagnosis Doctor::examine(
    const Uri &target, const Progress &progress, const std::atomic<bool> *cancelled) const
{
    return Examination(*this, target, progress, cancelled).run();
}

} // namespace pyrolens
