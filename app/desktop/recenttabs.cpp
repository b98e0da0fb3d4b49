// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "recenttabs.h"

#include <QApplication>
#include <QKeyEvent>
#include <QTabWidget>

namespace pyrolens {

RecentTabs::RecentTabs(QTabWidget *tabs) : QObject(tabs), m_tabs(tabs)
{
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (m_at < 0)
            settle();
    });
}

RecentTabs::~RecentTabs() = default;

void RecentTabs::settle()
{
    m_at = -1;
    qApp->removeEventFilter(this);
    if (QWidget *current = m_tabs->currentWidget()) {
        m_order.removeAll(current);
        m_order.prepend(current);
    }
}

void RecentTabs::step(int direction)
{
    // Closed ones leave, those never looked at come last.
    m_order.removeIf([this](QWidget *widget) { return m_tabs->indexOf(widget) < 0; });
    for (int i = 0; i < m_tabs->count(); ++i) {
        if (!m_order.contains(m_tabs->widget(i)))
            m_order.append(m_tabs->widget(i));
    }
    if (m_order.size() < 2)
        return;
    if (m_at < 0) {
        m_at = 0;
        qApp->installEventFilter(this); // Ctrl may be let go over any widget
    }
    m_at = (m_at + direction + m_order.size()) % m_order.size();
    m_tabs->setCurrentWidget(m_order[m_at]);
}

bool RecentTabs::eventFilter(QObject *object, QEvent *event)
{
    // On macOS the Control key is Qt's Meta.
    const bool released = event->type() == QEvent::KeyRelease
        && (static_cast<QKeyEvent *>(event)->key() == Qt::Key_Control
            || static_cast<QKeyEvent *>(event)->key() == Qt::Key_Meta);
    if (released || event->type() == QEvent::ApplicationDeactivate)
        settle();
    return QObject::eventFilter(object, event);
}

} // namespace pyrolens
