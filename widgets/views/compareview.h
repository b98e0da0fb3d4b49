// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "planview.h"

#include <pyrolens/models/comparisonmodel.h>

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace pyrolens {

class Banner;
class EmptyState;
class TextLabel;

/// Two name servers side by side, and the copying of names from one to the other.
class CompareView final : public QWidget
{
    Q_OBJECT

public:
    /// \param here what the first server is called.
    CompareView(const QString &here, QWidget *parent = nullptr);
    ~CompareView() override;

    /// The servers that can be chosen: label and id. Typed text stays.
    void setServers(const QList<std::pair<QString, QString>> &servers);
    ComparisonModel *model() { return &m_model; }
    PlanView *plan() const { return m_plan; }
    QTableView *table() const { return m_table; }
    void setBusy();
    void setProgress(int done, int total);
    void setComparison(std::shared_ptr<const pyrolens::NameComparison> comparison, const QString &there);
    void showPlan(const std::shared_ptr<const pyrolens::NamePlan> &plan);
    void setProblem(const QString &text);
    void applied(int done, int failed);

Q_SIGNALS:
    /// \param id of a server that can be chosen; empty: `text` is an address that was typed.
    void compareRequested(const QString &id, const QString &text);
    void cancelRequested();
    void planRequested(bool toThere, const std::vector<pyrolens::Registration> &names);
    void applyRequested(bool toThere, const std::vector<pyrolens::NameAction> &actions);
    void stopRequested();

private:
    enum Page { EmptyPage, TablePage, PlanPage };
    void compare();
    void filter();
    void copy(bool toThere);
    void updateShown();
    void setRunning(bool running);

    ComparisonModel m_model;
    const QString m_hereLabel;
    QString m_thereLabel;
    bool m_toThere = true;    ///< of the plan that is shown
    bool m_hasCopied = false; ///< the table is out of date
    Banner *m_banner;
    QComboBox *m_servers;
    QPushButton *m_compare;
    QPushButton *m_cancel;
    TextLabel *m_progress;
    QLineEdit *m_filter;
    QComboBox *m_show;
    QPushButton *m_copyThere;
    QPushButton *m_copyHere;
    QWidget *m_bar; ///< of the table
    QStackedWidget *m_stack;
    QTableView *m_table;
    QStackedWidget *m_rows; ///< the table, or why it has none
    EmptyState *m_none;
    EmptyState *m_empty;
    PlanView *m_plan;
};

} // namespace pyrolens
