// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "reconnectbanner.h"

#include "parts.h"

#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QPushButton>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr std::chrono::milliseconds kTick{200};

} // namespace

ReconnectBanner::ReconnectBanner(QWidget *parent)
    : QFrame(parent)
    , m_text(new TextLabel(TextLabel::Type::Body, this))
    , m_now(new QPushButton(tr("Now"), this))
    , m_stop(new QPushButton(tr("Stop"), this))
{
    setObjectName(QStringLiteral("reconnectBanner"));
    setAccessibleName(tr("Connection lost"));
    m_text->setObjectName(QStringLiteral("reconnectText"));
    m_text->setElided(true);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_now->setObjectName(QStringLiteral("reconnectNow"));
    m_stop->setObjectName(QStringLiteral("reconnectStop"));
    auto *icon = new QLabel(this);
    icon->setPixmap(themeIcon(QStringLiteral("dialog-warning"), ColorRole::Warning).pixmap(16));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(
        metrics::kPageMargin, metrics::kGapSmall, metrics::kPageMargin, metrics::kGapSmall);
    layout->setSpacing(metrics::kGap);
    layout->addWidget(icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_now);
    layout->addWidget(m_stop);
    m_timer.setInterval(kTick);
    connect(&m_timer, &QTimer::timeout, this, &ReconnectBanner::tick);
    connect(m_now, &QPushButton::clicked, this, &ReconnectBanner::tryNow);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        stop();
        Q_EMIT stopped();
    });
    hide();
}

ReconnectBanner::~ReconnectBanner() = default;

void ReconnectBanner::setWaits(std::chrono::milliseconds first, std::chrono::milliseconds longest)
{
    m_first = first;
    m_longest = longest;
}

void ReconnectBanner::start()
{
    m_lost = QTime::currentTime();
    m_try = 1;
    wait();
    show();
}

void ReconnectBanner::stop()
{
    m_try = 0;
    m_trying = false;
    m_timer.stop();
    hide();
}

void ReconnectBanner::wait()
{
    m_trying = false;
    m_left = m_first;
    for (int i = 1; i < m_try && m_left < m_longest; ++i)
        m_left *= 2;
    m_left = std::min(m_left, m_longest);
    m_now->setEnabled(true);
    m_timer.start();
    tick();
}

void ReconnectBanner::tick()
{
    if (m_left <= std::chrono::milliseconds(0)) {
        tryNow();
        return;
    }
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(m_left);
    m_text->setFullText(tr("Connection lost %1, connecting again in %2 s (try %3)")
                            .arg(m_lost.toString(QStringLiteral("HH:mm:ss")))
                            .arg(seconds.count())
                            .arg(m_try));
    m_left -= kTick;
}

void ReconnectBanner::tryNow()
{
    if (m_try == 0 || m_trying)
        return;
    m_trying = true;
    m_timer.stop();
    m_now->setEnabled(false);
    m_text->setFullText(tr("Connection lost %1, connecting again (try %2)")
                            .arg(m_lost.toString(QStringLiteral("HH:mm:ss")))
                            .arg(m_try));
    Q_EMIT tryRequested();
}

void ReconnectBanner::tryEnded(bool connected)
{
    if (m_try == 0)
        return;
    if (connected) {
        stop();
        return;
    }
    ++m_try;
    wait();
}

} // namespace pyrolens
