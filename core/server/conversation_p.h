// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "dispatch_p.h"
#include "framebuffer_p.h"

namespace pyrolens {

/// Time that a peer earns by moving bytes, beside what it has anyway.
std::chrono::milliseconds earnedTime(const ConnectionLimits &limits, qint64 bytes);

/// The daemon's side of one connection without its socket: handshake, validators, checks on requests,
/// answers, logging. Both ways of serving a connection (a thread of its own, the loop) drive it. One thread
/// at a time.
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
    /// Takes the next frame out of the buffer.
    Step next(FrameBuffer &buffer);
    /// Bytes of an answer. What cannot be sent becomes an exception that says so; empty means: close.
    QByteArray encode(const Message &answer);

    bool isGreeted() const { return m_greeted; }
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
    Step judge(const Message &connect);
    Step deny(int code, const QString &what, const QString &logCode);
    Step refuse(const Error &error, const Frame *frame, qint64 bytes);
    ClassVerdict judge(const std::vector<QByteArray> &classes, bool isOneway) const;
    Step admit(Message request);
    CallSitePtr makeSite(std::shared_ptr<LocalStorage> storage, const QString &identity) const;

    const std::shared_ptr<Core> m_core;
    const ConnectionRecordPtr m_record;
    const std::shared_ptr<const Hooks> m_hooks;
    const std::unique_ptr<Session> m_session;
    CallSitePtr m_site;
    bool m_greeted = false;
};

} // namespace pyrolens
