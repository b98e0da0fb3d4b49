// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QFrame>
#include <QTime>
#include <QTimer>

#include <chrono>

class QPushButton;

namespace pyrolens {

class TextLabel;

/// "Connection lost 12:03:11, connecting again in 4 s (try 3)", with Now and Stop. Counts and waits, longer
/// each time; whoever owns it makes the tries and tells how they end. Only the connection is made again: a
/// call that was lost is never sent twice.
class ReconnectBanner final : public QFrame
{
    Q_OBJECT

public:
    explicit ReconnectBanner(QWidget *parent = nullptr);
    ~ReconnectBanner() override;

    /// The first wait; each further one is twice as long, up to the longest.
    void setWaits(std::chrono::milliseconds first, std::chrono::milliseconds longest);
    void start();                  ///< the connection was lost just now
    void stop();                   ///< gives up; hides
    void tryEnded(bool connected); ///< answers tryRequested()
    bool isRunning() const { return m_try > 0; }
    int tries() const { return m_try; } ///< the one that comes next or runs; 0 = not running

Q_SIGNALS:
    void tryRequested();
    void stopped(); ///< by the person

private:
    void wait();
    void tick();
    void tryNow();

    QTime m_lost;
    int m_try = 0;
    bool m_trying = false;
    std::chrono::milliseconds m_first{1'000};
    std::chrono::milliseconds m_longest{30'000};
    std::chrono::milliseconds m_left{0};
    QTimer m_timer;
    TextLabel *m_text;
    QPushButton *m_now;
    QPushButton *m_stop;
};

} // namespace pyrolens
