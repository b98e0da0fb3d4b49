// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "trafficrecord.h"

#include <pyrolens/transport/stream.h>
#include <pyrolens/wire/generation.h>

#include <QElapsedTimer>
#include <QHash>
#include <QMutex>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace pyrolens {

/// Records the bytes of connections and decodes them in a worker with an Observer session each. What
/// cannot be decoded is kept raw with the offset of the error. The tap functions only copy bytes into a
/// queue; any thread.
class TrafficCapture final : public ByteTap
{
public:
    using Sink = std::function<void(std::vector<TrafficRecord>)>; ///< called in the worker

    TrafficCapture(std::shared_ptr<const Catalogue> catalogue, Sink sink);
    ~TrafficCapture() override; ///< waits for the worker

    void opened(quint64 connection, const Endpoint &local, const Endpoint &peer, bool outgoing) override;
    void bytes(quint64 connection, bool sent, QByteArrayView data) override;
    void closed(quint64 connection, const QString &reason) override;

    void setEnabled(bool enabled) { m_enabled = enabled; }
    /// Decodes what is queued, for tests.
    void finish();

    /// The fields of one frame; safe in any thread.
    static std::vector<Field> dissect(const Catalogue &catalogue, const TrafficRecord &record);

private:
    struct Event
    {
        enum class Kind : quint8 { Opened, Sent, Received, Closed };
        Kind kind = Kind::Sent;
        quint64 connection = 0;
        qint64 time = 0;
        QByteArray data;
        QString text;
    };
    struct Connection
    {
        QString peer;
        bool outgoing = true;
        const Generation *generation = nullptr;
        std::unique_ptr<Session> session;
        QByteArray buffer[2]; ///< by Direction
        bool lost = false;    ///< the position in the stream is lost: raw from here on
    };

    void push(Event event);
    void work();
    void decode(Connection &connection, const Event &event, std::vector<TrafficRecord> &out);
    void detect(Connection &connection, Direction from);
    TrafficRecord record(const Connection &connection, const Event &event, Direction direction) const;
    void describe(const Connection &connection, const Frame &frame, TrafficRecord &record) const;

    std::shared_ptr<const Catalogue> m_catalogue;
    Sink m_sink;
    QElapsedTimer m_clock;
    std::atomic<bool> m_enabled{true};
    QMutex m_mutex; ///< guards m_queue, m_queued and m_working: the hand-over from the network threads
    std::vector<Event> m_queue;
    qint64 m_queued = 0;
    bool m_working = false;
    QHash<quint64, std::shared_ptr<Connection>> m_connections; ///< worker only
    QThreadPool m_pool;                                        ///< one thread
};

} // namespace pyrolens
