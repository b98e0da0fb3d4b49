// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/daemonmodel.h>

#include <QWidget>

class QPushButton;
class QStackedWidget;
class QTableView;

namespace pyrolens {

class Banner;
class TextLabel;

/// What one daemon hosts, named or not, to be opened from there.
class DaemonView final : public QWidget
{
    Q_OBJECT

public:
    /// \param place "host:port", for people.
    explicit DaemonView(const QString &place, QWidget *parent = nullptr);
    ~DaemonView() override;

    QTableView *table() const { return m_table; }
    DaemonModel *model() { return &m_model; }
    void setBusy();
    void setObjects(std::vector<RegisteredObject> objects);
    void setProblem(const QString &text, const QString &hint, const QString &detail);

Q_SIGNALS:
    void openRequested(const QString &uri);
    void refreshRequested();

private:
    void open();

    DaemonModel m_model;
    QTableView *m_table;
    QStackedWidget *m_stack;
    Banner *m_banner;
    TextLabel *m_title;
    TextLabel *m_count;
    QPushButton *m_open;
    QPushButton *m_refresh;
};

} // namespace pyrolens
