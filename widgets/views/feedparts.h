// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/subscriptionmodel.h>

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace pyrolens {

class ArgumentEdit;
class TextLabel;

/// What a callback object answers: a value or an exception, after a while.
class AnswerPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit AnswerPanel(QWidget *parent = nullptr);
    ~AnswerPanel() override;
    void showCallback(const FeedSource &callback);
    quint64 current() const { return m_current; }

Q_SIGNALS:
    void changed(quint64 id, const pyrolens::CallbackAnswer &answer);
    void insertRequested(const QString &literal);

private:
    void report();

    quint64 m_current = 0;
    QString m_name;
    TextLabel *m_uri;
    QComboBox *m_kind;
    QLineEdit *m_exception;
    ArgumentEdit *m_value;
    QSpinBox *m_delay;
    QLineEdit *m_methods;
    bool m_filling = false;
};

/// Publishes one value under one or more subjects, once or again and again.
class PublishBar final : public QWidget
{
    Q_OBJECT

public:
    explicit PublishBar(QWidget *parent = nullptr);
    ~PublishBar() override;
    void setPossible(bool possible);
    void published(int subjects);
    void failed();

Q_SIGNALS:
    void publishRequested(const QStringList &subjects, const pyrolens::Value &message);

private:
    void publish();
    void updateButton();

    QLineEdit *m_subjects;
    ArgumentEdit *m_value;
    QSpinBox *m_repeat;
    QPushButton *m_publish;
    TextLabel *m_status;
    QTimer m_again;
    qint64 m_sent = 0;
    bool m_possible = false;
};

} // namespace pyrolens
