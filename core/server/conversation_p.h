// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "dispatch_p.h"
#include "framebuffer_p.h"

namespace pyrolens {

/// Time that a peer earns by moving bytes, beside what it has anyway.
std::chrono::milliseconds earnedTime(const ConnectionLimits &limits, qint64 bytes);

/// The daemon's side of one connection without its socket: which generation it is, handshake, validators,
/// checks on requests, answers, logging. Both ways of serving a connection (a thread of its own, the loop)
/// drive it. One thread at a time.
class Conversation
{
public:
    Conversation(const std::shared_ptr<Core> &core, ConnectionRecordPtr record);

    struct Step
    {
        enum class Kind : quint8 {
            NeedMore, ///< nothing whole is buffered; `expected` = size of the frame under way, 0 = unknown
            Send,     ///< `bytes` must go out, then go on
            Request,  ///< `request` is to be served and answered (unless oneway)
            Close,    ///< send `bytes`, if any, and close
        };
        Kind kind = Kind::NeedMore;
        QByteArray bytes;
        Message request;
        qsizetype expected = 0;
        std::chrono::milliseconds delay{0}; ///< with Close: wait so long before sending
    };
    /// What goes out when the connection stands.
    Step open();
    /// Whether the peer may be one that waits for us to begin. When it has said nothing for
    /// DaemonOptions::sniffTime it is one: then silence() tells what goes out.
    bool mayBeSilent() const { return !m_session && m_core->speaksFirst(); }
    Step silence();
    /// Takes the next frame out of the buffer.
    Step next(FrameBuffer &buffer);
    /// Bytes of an answer. What cannot be sent becomes an exception that says so; empty means: close.
    QByteArray encode(const Message &answer);

    bool isGreeted() const { return m_greeted; }
    const Generation *generation() const { return m_generation; } ///< null until it is known
    const CallSitePtr &site() const { return m_site; }
    const ConnectionRecord &record() const { return *m_record; }
    /// After a call was given up: it may still use the storage, so the connection goes on with another.
    void renewStorage();
    /// A site of its own for calls that nobody waits for: storage without a caller.
    CallSitePtr onewaySite() const;

    /// Notes why the connection ends without an answer: the code of a limit, or a peer that left within a
    /// frame.
    void noteEnd(const QString &code, const QString &detail, qint64 bytes = 0);

private:
    Step choose(QByteArrayView firstBytes);
    Step begin(const Generation &generation);
    std::optional<Step> turnAway(const Message *connect);
    Step judge(const Message &connect);
    Result<Message> decode(const Frame &frame) const;
    Step deny(int code, const QString &what, const Message *connect);
    Step verdict(int code, const QString &text, const Message *connect);
    Step refuse(const Error &error, const Frame *frame, qint64 bytes);
    ClassVerdict judge(const std::vector<QByteArray> &classes, bool isOneway) const;
    Step admit(Message request);
    CallSitePtr makeSite(std::shared_ptr<LocalStorage> storage, const QString &identity) const;

    const std::shared_ptr<Core> m_core;
    const ConnectionRecordPtr m_record;
    const std::shared_ptr<const Hooks> m_hooks;
    const Generation *m_generation = nullptr; ///< null until it is known
    std::unique_ptr<Session> m_session;       ///< likewise
    CallSitePtr m_site;
    bool m_greeted = false;
};

} // namespace pyrolens
