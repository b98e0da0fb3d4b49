// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/callrecord.h>
#include <pyrolens/models/nametreemodel.h>

#include <QSet>
#include <QTimer>
#include <QWidget>

class QLineEdit;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace pyrolens {

class EmptyState;
class TextLabel;

/// The explorer: filter, tree of name servers, groups and names, with its empty, failed and filtered-empty
/// states.
class NetworkView final : public QWidget
{
    Q_OBJECT

public:
    explicit NetworkView(NameTreeModel *model, QWidget *parent = nullptr);
    ~NetworkView() override;

    void focusFilter();
    void expandProfile(const QString &profile, int depth = 2);
    void selectName(const QString &profile, const QString &name);
    QTreeView *tree() const { return m_tree; }
    QLineEdit *filterEdit() const { return m_filter; }
    /// Profile of the selected row, or of the first one; empty when there is none.
    QString currentProfile() const;

Q_SIGNALS:
    void openRequested(const pyrolens::ObjectTarget &target);
    void discoverRequested();
    void connectRequested();
    void demoRequested();
    void retryRequested(const QString &profile);
    void cancelRequested(const QString &profile);
    void removeRequested(const QString &profile);
    void administrationRequested(const QString &profile);
    void settingsRequested(const QString &profile);
    void diagnoseRequested(const QString &profile);
    void daemonRequested(const pyrolens::ObjectTarget &object); ///< what else its daemon hosts

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void showColumns();
    void applyFilter();
    void remember();
    void restore();
    void updateState();
    void open(const QModelIndex &index);
    void contextMenu(const QPoint &point);
    ObjectTarget target(const QModelIndex &index) const;
    NameFilter::Mode mode() const;

    NameTreeModel *m_model;
    QLineEdit *m_filter;
    QToolButton *m_case;
    QToolButton *m_regex;
    QToolButton *m_glob;
    TextLabel *m_count;
    TextLabel *m_problem;
    QTreeView *m_tree;
    QStackedWidget *m_stack;
    EmptyState *m_empty;
    EmptyState *m_noMatch;
    QTimer m_delay;
    QSet<int> m_columns; ///< those the person wants beside the name
    // By key, over resets; the second pair is what was there before a filter was typed.
    QSet<QString> m_expanded;
    QString m_current;
    int m_scroll = 0;
    QSet<QString> m_unfilteredExpanded;
    QString m_unfilteredCurrent;
    bool m_wasFiltered = false;
    bool m_restoring = false;
};

} // namespace pyrolens
