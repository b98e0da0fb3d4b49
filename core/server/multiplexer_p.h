// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "conversation_p.h"
#include "onewayqueue_p.h"

#include <QObject>
#include <QPointer>
#include <QSocketNotifier>
#include <QTimer>

#include <unordered_map>
#include <vector>

namespace pyrolens {

class LoopConnection;

/// Serves many connections in the event loop of its thread. Calls run on the daemon's pool, or in the loop
/// itself when the daemon is single-threaded or a built-in service. Thread-bound.
class Multiplexer : public QObject
{
    Q_OBJECT

public:
    Multiplexer(std::shared_ptr<Core> core, bool callsInline);
    ~Multiplexer() override;
    void add(std::unique_ptr<Stream> stream, ConnectionRecordPtr record);
    void closeAll();
    void watch(); ///< someone has a deadline
    /// For other threads: what is posted runs in this one, or is destroyed when this has died.
    const std::shared_ptr<Anchor> &anchor() const { return m_anchor; }

private:
    friend class LoopConnection;
    void look();
    void forget(const LoopConnection &connection);

    const std::shared_ptr<Core> m_core;
    const bool m_callsInline;
    const std::shared_ptr<Anchor> m_anchor;
    std::unordered_map<const LoopConnection *, std::shared_ptr<LoopConnection>> m_connections;
    QTimer m_clock;              ///< runs while someone has a deadline
    std::vector<char> m_scratch; ///< shared by all reads: an idle connection has no buffer
};

/// One connection of a multiplexer. Everything may happen within a call of a servant, its own end included,
/// so each function that runs one holds a reference to it.
class LoopConnection : public std::enable_shared_from_this<LoopConnection>
{
public:
    LoopConnection(Multiplexer &loop, std::unique_ptr<Stream> stream, ConnectionRecordPtr record);
    ~LoopConnection();
    void open();
    void close(const QString &reason);
    bool hasDeadline() const;
    void checkDeadlines(ConnectionRecord::Clock::time_point now);

private:
    using Time = ConnectionRecord::Clock::time_point;
    void readable();
    void received(QByteArrayView bytes);
    void process();
    bool carryOut(Conversation::Step &step);
    void serve(const Message &request);
    void serveInline(const Message &request);
    void serveOnPool(const Message &request);
    void queueOneway(const Message &request);
    void finish(const Message &request, const Running &running, const Result<Value> &result);
    void answered(const QByteArray &bytes, bool isLast);
    void resume();
    void send(const QByteArray &bytes);
    void flush();
    void updateReading();
    void ended(const Io &io);
    qsizetype unsent() const { return m_output.size() - m_outputBegin; }

    QPointer<Multiplexer> m_loop; ///< looked at in its thread only
    const std::shared_ptr<Anchor> m_post;
    const std::shared_ptr<Core> m_core;
    std::unique_ptr<Stream> m_stream;
    const ConnectionRecordPtr m_record;
    const std::shared_ptr<ByteTap> m_tap;
    Conversation m_conversation;
    std::shared_ptr<OnewayQueue> m_oneway;
    FrameBuffer m_buffer;
    QSocketNotifier *m_readNotifier = nullptr; ///< deleted later, never in their own signal
    QSocketNotifier *m_writeNotifier = nullptr;

    QByteArray m_output;
    qsizetype m_outputBegin = 0;
    bool m_closeWhenSent = false;
    bool m_waiting = false; ///< a call is under way elsewhere, or the oneway queue is full
    bool m_processing = false;
    bool m_incomplete = false;                ///< what is buffered is the start of a message
    std::shared_ptr<PendingResult> m_pending; ///< of the call that is waited for, when it has a deadline
    QByteArray m_verdict;                     ///< a denial that is held back
    std::optional<Time> m_frameStart;
    std::optional<Time> m_lastMove; ///< of output, while some is unsent
    std::optional<Time> m_verdictAt;
    QDeadlineTimer m_callDeadline;
    QDeadlineTimer m_sniffing; ///< while the peer may be one that waits for us
    qsizetype m_expected = 0;
    Time m_lastUse;
};

} // namespace pyrolens
