// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/hostmodel.h>
#include <pyrolens/models/incomingmodel.h>

#include "hostform.h"

#include <QWidget>

class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTabWidget;
class QTreeView;

namespace pyrolens {

class Banner;

/// What this program hosts: hosts and their objects, the calls that come in, and the form for a new one.
class HostingView final : public QWidget
{
    Q_OBJECT

public:
    HostingView(HostModel *hosts, IncomingModel *calls, bool scripts, QWidget *parent = nullptr);
    ~HostingView() override;

    /// Shows the form for a new host, with the name servers it may register with.
    void showForm();
    void setNameServers(const QList<NameServerChoice> &choices);
    void showProblem(const QString &text);
    HostForm *form() const { return m_form; }
    QTreeView *tree() const { return m_tree; }
    QTableView *calls() const { return m_calls; }
    QTabWidget *details() const { return m_details; }

Q_SIGNALS:
    void formWanted(); ///< setNameServers() is due
    void startRequested(const pyrolens::HostPlan &plan, bool newServer);
    void stopRequested(quint64 host);
    void forgetRequested(quint64 host);
    void removeRequested(quint64 host, const QByteArray &object);
    void replaceRequested(quint64 host, const QByteArray &object, const pyrolens::ObjectPlan &plan);

private:
    enum Page { EmptyPage, ListPage, FormPage };
    void showList();
    void updateButtons();
    void updateDetails();
    void edit();
    void remove();
    void changePort();

    HostModel *m_hosts;
    QStackedWidget *m_stack;
    HostForm *m_form;
    Banner *m_banner;
    QTreeView *m_tree;
    QTableView *m_calls;
    QTabWidget *m_details;
    QPlainTextEdit *m_methods;
    QPlainTextEdit *m_log;
    QPushButton *m_stop;
    QPushButton *m_edit;
    QPushButton *m_remove;
    QPushButton *m_copy;
    QPushButton *m_port; ///< starts a failed one on the next free port
    quint64 m_editedHost = 0;
    QByteArray m_editedObject;
};

} // namespace pyrolens
