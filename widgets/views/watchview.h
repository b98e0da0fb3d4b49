// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/watchmodel.h>

#include <QWidget>

class QComboBox;
class QSplitter;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace pyrolens {

class PlotView;

/// Watched values as a table, and below it the plot of those that are ticked.
class WatchView final : public QWidget
{
    Q_OBJECT

public:
    explicit WatchView(WatchModel *model, QWidget *parent = nullptr);
    ~WatchView() override;

    QTableView *table() const { return m_table; }
    PlotView *plot() const { return m_plot; }
    /// Shows a row that was just added, ready to be ticked.
    void reveal(int row);

Q_SIGNALS:
    void addRequested(); ///< the value that is selected in the result
    void problem(const QString &text, const QString &detail);

private:
    void resizeEvent(QResizeEvent *event) override;
    void showColumns();
    void updateState();
    void saveCsv();

    WatchModel *m_model;
    /// Columns to be shown when there is room, the most important first.
    QList<int> m_columns{WatchModel::ValueColumn, WatchModel::StateColumn, WatchModel::TrendColumn,
        WatchModel::UnitColumn, WatchModel::AgeColumn, WatchModel::DeltaColumn, WatchModel::RateColumn};
    QStackedWidget *m_stack;
    QSplitter *m_split;
    QTableView *m_table;
    QWidget *m_plotPane;
    PlotView *m_plot;
    QToolButton *m_pause;
    QComboBox *m_interval;
    QComboBox *m_span;
    QToolButton *m_resume;
    QToolButton *m_remove;
};

} // namespace pyrolens
