// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QTimer>

namespace pyrolens {

/// What was typed and not sent yet, per object: saved one second after the last keystroke, as a whole file or
/// not at all, so that nothing typed is lost with the program.
class Drafts final : public QObject
{
    Q_OBJECT

public:
    struct Draft
    {
        QString method;
        QString arguments;
        QString serializer{};  ///< empty: the default
        QString annotations{}; ///< as typed
        bool isEmpty() const { return method.isEmpty() && arguments.isEmpty(); }
    };

    explicit Drafts(const QString &folder, QObject *parent = nullptr);
    ~Drafts() override; ///< saves what is waiting
    Draft draft(const QString &object) const { return m_drafts.value(object); }
    void set(const QString &object, const Draft &draft);
    void save();

private:
    void load();

    QString m_file;
    QHash<QString, Draft> m_drafts;
    QTimer m_delay;
};

} // namespace pyrolens
