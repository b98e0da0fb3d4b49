// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QList>
#include <QObject>

class QTabWidget;

namespace pyrolens {

/// Cycles through tabs with Ctrl+Tab, last used first: while Ctrl is held each step goes one further back;
/// when it is let go the tab shown becomes the last used one.
class RecentTabs final : public QObject
{
    Q_OBJECT

public:
    explicit RecentTabs(QTabWidget *tabs);
    ~RecentTabs() override;
    void step(int direction); ///< 1 to the one used before, -1 back

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void settle();

    QTabWidget *m_tabs;
    QList<QWidget *> m_order; ///< last used first; compared only, never followed
    qsizetype m_at = -1;      ///< place in m_order while walking
};

} // namespace pyrolens
