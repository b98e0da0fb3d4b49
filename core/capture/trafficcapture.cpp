// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "trafficcapture.h"

#include <pyrolens/value/literal.h>

namespace pyrolens {

namespace {

constexpr qint64 kQueueLimit
    = 128 * 1024 * 1024; ///< bytes waiting for the worker; then a connection goes raw
constexpr qsizetype kDecodeLimit = 4 * 1024 * 1024; ///< bigger bodies are listed by their header only

/// Decoding for a list may cost less than decoding for a caller.
Limits listLimits()
{
    Limits limits;
    limits.maxNodes = 200'000;
    limits.maxDecodedBytes = 64 * 1024 * 1024;
    return limits;
}

QString brief(const Value &value, Dialect dialect)
{
    PrintOptions options;
    options.dialect = dialect;
    options.maxNodes = 20;
    options.maxChars = 120;
    return toPython(value, options);
}

QString callInfo(const Message &message, Dialect dialect)
{
    const qsizetype count = message.args.size() + message.kwargs.size();
    const QString arguments = brief(message.args, dialect);
    return count == 0 ? QString() : arguments;
}

} // namespace

TrafficCapture::TrafficCapture(std::shared_ptr<const Catalogue> catalogue, Sink sink)
    : m_catalogue(std::move(catalogue)), m_sink(std::move(sink))
{
    m_pool.setMaxThreadCount(1);
    m_clock.start();
}

TrafficCapture::~TrafficCapture()
{
    m_pool.waitForDone();
}

void TrafficCapture::opened(quint64 connection, const Endpoint &, const Endpoint &peer, bool outgoing)
{
    push({Event::Kind::Opened, connection, m_clock.nsecsElapsed(), QByteArray(outgoing ? "o" : "i"),
        peer.toString()});
}

void TrafficCapture::bytes(quint64 connection, bool sent, QByteArrayView data)
{
    push({sent ? Event::Kind::Sent : Event::Kind::Received, connection, m_clock.nsecsElapsed(),
        data.toByteArray(), {}});
}

void TrafficCapture::closed(quint64 connection, const QString &reason)
{
    push({Event::Kind::Closed, connection, m_clock.nsecsElapsed(), {}, reason});
}

void TrafficCapture::push(Event event)
{
    if (!m_enabled)
        return;
    bool start = false;
    {
        const QMutexLocker lock(&m_mutex);
        if (m_queued > kQueueLimit
            && (event.kind == Event::Kind::Sent || event.kind == Event::Kind::Received)) {
            // Rather a hole in the list than a program without memory; the worker notes it as lost bytes.
            event.text = QStringLiteral("lost");
            event.data.clear();
        }
        m_queued += event.data.size();
        m_queue.push_back(std::move(event));
        start = !m_working;
        m_working = true;
    }
    if (start)
        m_pool.start([this] { work(); });
}

void TrafficCapture::work()
{
    while (true) {
        std::vector<Event> events;
        {
            const QMutexLocker lock(&m_mutex);
            if (m_queue.empty()) {
                m_working = false;
                return;
            }
            events.swap(m_queue);
            m_queued = 0;
        }
        std::vector<TrafficRecord> records;
        for (const Event &event : events) {
            auto &connection = m_connections[event.connection];
            if (!connection)
                connection = std::make_shared<Connection>();
            switch (event.kind) {
            case Event::Kind::Opened:
                connection->peer = event.text;
                connection->outgoing = event.data == "o";
                break;
            case Event::Kind::Closed: {
                TrafficRecord end = record(*connection, event, Direction::ClientToServer);
                end.kind = TrafficRecord::Kind::Closed;
                end.label = QStringLiteral("CLOSED");
                end.info = event.text;
                records.push_back(std::move(end));
                m_connections.remove(event.connection);
                break;
            }
            default:
                decode(*connection, event, records);
            }
        }
        if (!records.empty())
            m_sink(std::move(records));
    }
}

void TrafficCapture::finish()
{
    m_pool.waitForDone();
}

TrafficRecord TrafficCapture::record(
    const Connection &connection, const Event &event, Direction direction) const
{
    TrafficRecord result;
    result.time = event.time;
    result.connection = event.connection;
    result.peer = connection.peer;
    result.direction = direction;
    result.generation = connection.generation ? connection.generation->info().id : 0;
    return result;
}

void TrafficCapture::detect(Connection &connection, Direction from)
{
    for (const auto &generation : m_catalogue->all()) {
        if (generation->looksLike(connection.buffer[int(from)], from) != Match::Yes)
            continue;
        connection.generation = generation.get();
        connection.session = generation->session(Role::Observer, {});
        return;
    }
    bool mayStillBe = false;
    for (const auto &generation : m_catalogue->all())
        mayStillBe
            = mayStillBe || generation->looksLike(connection.buffer[int(from)], from) == Match::NeedMore;
    connection.lost = !mayStillBe;
}

void TrafficCapture::decode(Connection &connection, const Event &event, std::vector<TrafficRecord> &out)
{
    const bool fromClient = (event.kind == Event::Kind::Sent) == connection.outgoing;
    const Direction from = fromClient ? Direction::ClientToServer : Direction::ServerToClient;
    QByteArray &buffer = connection.buffer[int(from)];
    buffer += event.data;
    if (event.text == QLatin1String("lost"))
        connection.lost = true;
    if (!connection.session && !connection.lost)
        detect(connection, from);
    qsizetype used = 0;
    while (connection.session && !connection.lost && used < buffer.size()) {
        const auto step = connection.session->feed(from, QByteArrayView(buffer).sliced(used), Limits());
        if (!step) {
            connection.lost = true;
            TrafficRecord bad = record(connection, event, from);
            bad.kind = TrafficRecord::Kind::Unreadable;
            bad.label = QStringLiteral("UNREADABLE");
            bad.info = step.error().what;
            bad.errorOffset = std::max<qint64>(step.error().offset, 0);
            bad.bytes = buffer.mid(used);
            used = buffer.size();
            out.push_back(std::move(bad));
            break;
        }
        if (step.value().size == 0)
            break;
        Frame frame;
        frame.bytes = buffer.mid(used, step.value().size);
        frame.direction = from;
        frame.kind = step.value().kind;
        used += step.value().size;
        TrafficRecord found = record(connection, event, from);
        describe(connection, frame, found);
        out.push_back(std::move(found));
    }
    if (connection.lost && used < buffer.size()) {
        TrafficRecord raw = record(connection, event, from);
        raw.kind = TrafficRecord::Kind::Unreadable;
        raw.label = QStringLiteral("BYTES");
        raw.bytes = buffer.mid(used);
        used = buffer.size();
        out.push_back(std::move(raw));
    }
    buffer.remove(0, used);
}

void TrafficCapture::describe(const Connection &connection, const Frame &frame, TrafficRecord &record) const
{
    using Kind = TrafficRecord::Kind;
    const bool fromClient = frame.direction == Direction::ClientToServer;
    record.bytes = frame.bytes;
    record.frameKind = frame.kind;
    record.kind
        = frame.kind != FrameKind::Message ? Kind::Handshake : (fromClient ? Kind::Request : Kind::Reply);
    if (frame.bytes.size() > kDecodeLimit) {
        record.label = fromClient ? QStringLiteral("REQUEST") : QStringLiteral("REPLY");
        return;
    }
    const auto decoded = connection.session->decode(frame, listLimits());
    if (!decoded) {
        record.label = QStringLiteral("UNREADABLE");
        record.kind = frame.kind == FrameKind::Message && !fromClient ? Kind::Reply : Kind::Unreadable;
        record.info = decoded.error().what;
        record.errorOffset = decoded.error().offset;
        return;
    }
    const Message &message = decoded.value();
    const Dialect dialect = connection.generation->info().dialect;
    record.object = QString::fromUtf8(message.object);
    record.method = QString::fromUtf8(message.method);
    record.oneway = message.oneway;
    switch (message.kind) {
    case Message::Kind::Challenge:
        record.label = QStringLiteral("CHALLENGE");
        break;
    case Message::Kind::Connect:
        record.label = QStringLiteral("CONNECT");
        break;
    case Message::Kind::Accept:
        record.label = QStringLiteral("ACCEPT");
        break;
    case Message::Kind::Deny:
        record.label = QStringLiteral("DENY");
        record.info = message.text.isEmpty() ? QString::number(message.denyCode) : message.text;
        break;
    case Message::Kind::Call:
        record.label = message.oneway ? QStringLiteral("ONEWAY") : QStringLiteral("CALL");
        record.info = callInfo(message, dialect);
        break;
    case Message::Kind::Batch:
        record.label = QStringLiteral("BATCH");
        break;
    case Message::Kind::GetAttribute:
        record.label = QStringLiteral("GET");
        break;
    case Message::Kind::SetAttribute:
        record.label = QStringLiteral("SET");
        record.info = brief(message.value, dialect);
        break;
    case Message::Kind::HasAttribute:
        record.label = QStringLiteral("CHECK");
        break;
    case Message::Kind::Query:
        record.label = QStringLiteral("QUERY");
        record.info = message.text;
        break;
    case Message::Kind::Code:
        record.label = QStringLiteral("CODE");
        break;
    case Message::Kind::Ping:
        record.label = QStringLiteral("PING");
        break;
    case Message::Kind::Reply:
        record.label = QStringLiteral("REPLY");
        record.info = brief(message.value, dialect);
        break;
    case Message::Kind::Failure:
        record.label = QStringLiteral("FAILURE");
        record.kind = Kind::Failure;
        record.info = message.error ? message.error->summary() : QString();
        break;
    case Message::Kind::StreamOpened:
        record.label = QStringLiteral("STREAM");
        break;
    case Message::Kind::Datagram:
        record.label = QStringLiteral("DATAGRAM");
        record.info = message.text;
        break;
    }
    if (message.wireFlags != 0)
        record.flags = QStringLiteral("0x%1").arg(message.wireFlags, 0, 16);
}

std::vector<Field> TrafficCapture::dissect(const Catalogue &catalogue, const TrafficRecord &record)
{
    const Generation *generation = catalogue.find(record.generation);
    if (!generation || record.bytes.isEmpty() || record.label == QLatin1String("BYTES"))
        return {};
    Frame frame;
    frame.bytes = record.bytes;
    frame.direction = record.direction;
    frame.kind = record.frameKind;
    return generation->dissect(frame, listLimits());
}

} // namespace pyrolens
