// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/connectionprofile.h>

#include <QWidget>

#include <vector>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace pyrolens {

class TextLabel;
class TimeoutControl;

/// The settings of one network on one scrolling page, with a search box that leaves the fields that match.
class ProfileView final : public QWidget
{
    Q_OBJECT

public:
    explicit ProfileView(QWidget *parent = nullptr);
    ~ProfileView() override;

    /// What there is to choose from: numbers and names of generations, and names of serializers.
    void setChoices(const QList<std::pair<int, QString>> &generations, const QStringList &serializers);
    void setProfile(const ConnectionProfile &profile);
    /// As the fields stand.
    ConnectionProfile profile() const;
    /// What becomes of secrets: "Kept in the keychain", "Kept until the program ends ...".
    void setSecretNote(const QString &text);
    bool isChanged() const;

Q_SIGNALS:
    /// The fields are good; the network is to be listed with them.
    void accepted(const pyrolens::ConnectionProfile &profile);
    void cancelled();

private:
    void changeEvent(QEvent *event) override;
    void alignLabels();
    void group(const QString &title);
    void row(const QString &label, QWidget *field, const QString &keywords = {});
    QWidget *fileField(QLineEdit *edit, const QString &title);
    void filter(const QString &text);
    void check();
    void submit();

    struct Row
    {
        QFormLayout *form;
        QWidget *field;
        QString words;
    };
    struct Group
    {
        TextLabel *title;
        QFormLayout *form;
    };
    ConnectionProfile m_profile; ///< as it was set
    std::vector<Row> m_rows;
    std::vector<Group> m_groups;
    QVBoxLayout *m_content;
    QLineEdit *m_search;
    QLineEdit *m_name;
    QLineEdit *m_note;
    QLineEdit *m_host;
    QSpinBox *m_port;
    QComboBox *m_generation;
    QPlainTextEdit *m_addresses;
    QLineEdit *m_tryAddress;
    TextLabel *m_tried;
    TimeoutControl *m_connectTimeout;
    TimeoutControl *m_callTimeout;
    QCheckBox *m_reconnect;
    QCheckBox *m_checksum;
    QCheckBox *m_compress;
    QComboBox *m_serializer;
    QPlainTextEdit *m_oneway;
    QComboBox *m_scheme;
    QLineEdit *m_user;
    QLineEdit *m_ident;
    TextLabel *m_secretNote;
    QCheckBox *m_serverTls;
    QLineEdit *m_ca;
    QLineEdit *m_certificate;
    QLineEdit *m_key;
    QLineEdit *m_passphrase;
    QCheckBox *m_checkHost;
    QPlainTextEdit *m_trusted;
    QCheckBox *m_save;
    TextLabel *m_problem;
    QPushButton *m_accept;
};

} // namespace pyrolens
