// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <vector>

class QMainWindow;

namespace pyrolens {

class Settings;

/// Named arrangements of the docks, each remembered as the person left it. A layout that was saved by another
/// version or does not read gives way to the built-in one.
class Perspectives final : public QObject
{
    Q_OBJECT

public:
    using Arrange = std::function<void()>; ///< puts the docks where this perspective has them at first

    Perspectives(QMainWindow *window, Settings *settings, QObject *parent = nullptr);
    ~Perspectives() override;

    /// `id` stands in the settings, `title` in the menu. The first one added is the default.
    void add(const QString &id, const QString &title, Arrange arrange);
    struct Perspective
    {
        QString id;
        QString title;
        Arrange arrange;
    };
    const std::vector<Perspective> &all() const { return m_all; }
    QString current() const { return m_current; }
    void start();                   ///< shows the one that was current last time
    void select(const QString &id); ///< remembers how the current one looks, shows another
    void reset();                   ///< the built-in layout of the current one
    void save();

Q_SIGNALS:
    void changed(const QString &id);

private:
    const Perspective *find(const QString &id) const;
    void show(const Perspective &perspective);

    QMainWindow *m_window;
    Settings *m_settings;
    std::vector<Perspective> m_all;
    QString m_current;
};

} // namespace pyrolens
