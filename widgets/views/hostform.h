// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/hosting/hostplan.h>

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace pyrolens {

class TextLabel;

/// Something to host, with an example. Plain data.
struct HostTemplate
{
    QString title;
    QString text;
    QString icon;
    QString key;
    HostKind host = HostKind::Daemon;
    ObjectPlan::Kind kind = ObjectPlan::Kind::BuiltIn;
    QString name;
    QString source;
    QString sourceName;
};
QList<HostTemplate> hostTemplates(bool scripts);

/// A name server that a new host may register with. Plain data.
struct NameServerChoice
{
    QString label;
    quint64 own = 0; ///< id of a host of ours; 0 = elsewhere
    QString host;
    int port = 0;
};

/// What to host: a list of examples on the left, the settings and the source on the right.
class HostForm final : public QWidget
{
    Q_OBJECT

public:
    explicit HostForm(bool scripts, QWidget *parent = nullptr);
    ~HostForm() override;

    void setNameServers(const QList<NameServerChoice> &choices);
    /// For a new host.
    void begin();
    /// For another source of an object that is hosted.
    void edit(const ObjectPlan &plan);
    /// Starting from a plan that failed.
    void retry(const HostPlan &plan);
    HostPlan plan() const;
    void showProblem(const QString &text);

Q_SIGNALS:
    /// `newServer`: with a name server of its own, to be started first.
    void startRequested(const pyrolens::HostPlan &plan, bool newServer);
    void applyRequested(const pyrolens::ObjectPlan &plan);
    void cancelled();

private:
    void choose(int row);
    void openFile();
    void submit();
    void updateFields();
    void setGenerations(const std::vector<int> &generations);
    const HostTemplate &chosen() const;

    QList<HostTemplate> m_templates;
    QList<NameServerChoice> m_servers;
    bool m_editing = false;
    QString m_sourceName;      ///< what errors call the script
    bool m_openAgreed = false; ///< an address that others can reach was agreed to
    QListWidget *m_list;
    QLineEdit *m_target; ///< of a gateway
    QLineEdit *m_name;
    QLineEdit *m_host;
    QSpinBox *m_port;
    QComboBox *m_generations;
    QComboBox *m_mode;
    QCheckBox *m_register;
    QComboBox *m_server;
    QCheckBox *m_persistent;
    QLineEdit *m_methods; ///< of a gateway
    QPlainTextEdit *m_source;
    QPushButton *m_file;
    QPushButton *m_start;
    TextLabel *m_title;
    TextLabel *m_problem;
    QWidget *m_settings;
};

} // namespace pyrolens
