// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/wire/generation.h>

#include <algorithm>
#include <functional>
#include <vector>

namespace pyrolens::testing {

struct Found
{
    qsizetype size = 0;
    FrameKind kind = FrameKind::Message;
    bool ready = false;
    bool skip = false;
    QByteArray answer;
    QString error;
    friend bool operator==(const Found &, const Found &) = default;
};

/// Cuts a stream into frames, showing the session `step` more bytes at a time (0: everything at once).
class Cutter
{
public:
    Cutter(Session &session, Direction from, qsizetype step) : m_session(session), m_from(from), m_step(step)
    { }

    std::vector<Found> cut(QByteArrayView stream)
    {
        std::vector<Found> found;
        qsizetype start = 0;
        qsizetype shown = 0;
        while (start < stream.size()) {
            shown = m_step == 0 ? stream.size() : std::min(stream.size(), std::max(shown, start) + m_step);
            while (start < shown || m_step == 0) {
                const QByteArrayView buffered = stream.sliced(start, shown - start);
                const auto step = m_session.feed(m_from, buffered, Limits());
                if (!step) {
                    found.push_back({-1, FrameKind::Message, false, false, {}, step.error().what});
                    return found;
                }
                if (step->size == 0) {
                    needsMore = step->needed > 0 && (step->expected == 0 || step->expected > buffered.size());
                    if (!needsMore || shown == stream.size())
                        return found;
                    break;
                }
                found.push_back({step->size, step->kind, step->ready, step->skip, step->answer, {}});
                if (step->kind == FrameKind::Connect)
                    afterConnect();
                start += step->size;
                if (start == shown)
                    break;
            }
        }
        return found;
    }

    std::function<void()> afterConnect = [] {};
    bool needsMore = true;

private:
    Session &m_session;
    Direction m_from;
    qsizetype m_step;
};

} // namespace pyrolens::testing
