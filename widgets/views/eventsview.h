// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/eventmodel.h>
#include <pyrolens/models/subscriptionmodel.h>

#include <QWidget>

class QComboBox;
class QLineEdit;
class QStackedWidget;
class QTableView;
class QToolButton;

namespace pyrolens {

class AnswerPanel;
class Banner;
class PublishBar;
class TextLabel;

/// Events and callbacks: on the left what is followed, on the right the feed, below the bar that publishes.
/// Knows no network: it asks with signals, and shows what the two models hold.
class EventsView final : public QWidget
{
    Q_OBJECT

public:
    EventsView(EventModel *feed, SubscriptionModel *sources, QWidget *parent = nullptr);
    ~EventsView() override;

    struct Server
    {
        QString label;
        QString uri;
    };
    void setServers(const std::vector<Server> &servers);
    /// Addresses of this computer that may be listened on; the first is the default and should be loopback.
    void setAddresses(const QStringList &addresses);
    QString address() const;
    void focusSubscribe();
    void selectCallback(const QString &name); ///< so that its URI and answer are shown
    void showProblem(const QString &text, const QString &hint, const QString &detail);
    void published(int subjects);
    QTableView *feed() const { return m_table; }
    QTableView *sources() const { return m_sourceTable; }

Q_SIGNALS:
    void subscribeRequested(
        const QString &server, const QString &label, const QString &text, bool pattern, const QString &host);
    void removeRequested(quint64 id);
    void publishRequested(const QString &server, const QStringList &subjects, const pyrolens::Value &message);
    void callbackRequested(const QString &host);
    void answerChanged(quint64 id, const pyrolens::CallbackAnswer &answer);
    void insertRequested(const QString &literal);

private:
    QWidget *makeLeft();
    QWidget *makeRight();
    void subscribe();
    void checkPattern();
    void updateState();
    void sourceSelected();

    EventModel *m_model;
    SubscriptionModel *m_sources;
    Banner *m_banner;
    QComboBox *m_server;
    QLineEdit *m_subject;
    QToolButton *m_regex;
    QComboBox *m_host;
    TextLabel *m_check;
    QTableView *m_sourceTable;
    AnswerPanel *m_answer;
    QLineEdit *m_filter;
    QToolButton *m_fold;
    QToolButton *m_follow;
    QToolButton *m_pause;
    QToolButton *m_stop;
    TextLabel *m_count;
    TextLabel *m_waiting;
    QStackedWidget *m_stack;
    QTableView *m_table;
    PublishBar *m_publish;
};

} // namespace pyrolens
