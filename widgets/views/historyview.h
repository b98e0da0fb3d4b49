// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/historymodel.h>

#include <QWidget>

class QLineEdit;
class QStackedWidget;
class QTableView;

namespace pyrolens {

/// The calls made, newest last; follows the end unless the user has scrolled away.
class HistoryView final : public QWidget
{
    Q_OBJECT

public:
    explicit HistoryView(HistoryModel *model, QWidget *parent = nullptr);
    ~HistoryView() override;
    HistoryModel::Record current() const;
    QTableView *table() const { return m_table; }
    void focusFilter();

Q_SIGNALS:
    void selected(quint64 id); ///< a row was picked: everything in it is to be restored
    void replayRequested(quint64 id);

private:
    void contextMenu(const QPoint &point);
    void updateState();

    HistoryModel *m_model;
    QLineEdit *m_filter;
    QTableView *m_table;
    QStackedWidget *m_stack;
    bool m_follow = true;
};

} // namespace pyrolens
