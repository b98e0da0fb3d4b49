// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "colors.h"

#include <QObject>

#include <memory>

class QApplication;
class QDBusVariant;

namespace pyrolens {

/// Tells whether the desktop prefers dark windows, and when that changes. Qt 6.4 does not, so: the settings
/// portal over D-Bus where there is one (asked without waiting), else the luminance of the platform's own
/// palette.
class ThemeWatcher : public QObject
{
    Q_OBJECT

public:
    explicit ThemeWatcher(QObject *parent = nullptr);
    ~ThemeWatcher() override;
    Scheme scheme() const { return m_scheme; }

Q_SIGNALS:
    void schemeChanged(pyrolens::Scheme scheme);

private Q_SLOTS:
    void portalChanged(const QString &area, const QString &key, const QDBusVariant &value);

private:
    void askPortal();
    void set(Scheme scheme);

    Scheme m_scheme = Scheme::Light;
};

/// Style and palette of the whole program, changed live. One per program, made by main.
class Theme : public QObject
{
    Q_OBJECT

public:
    enum class Mode : quint8 { System, Light, Dark };

    explicit Theme(QApplication *application, QObject *parent = nullptr);
    ~Theme() override;
    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    Scheme scheme() const { return m_scheme; }
    /// Text size in percent of the system's, 80 to 200.
    void setFontScale(int percent);
    int fontScale() const { return m_fontScale; }

    static Mode modeFromText(const QString &text); ///< "light", "dark", anything else is System
    static QString modeText(Mode mode);

Q_SIGNALS:
    void changed();

private:
    void apply();

    QApplication *m_application;
    ThemeWatcher m_watcher;
    Mode m_mode = Mode::System;
    Scheme m_scheme = Scheme::Light;
    int m_fontScale = 100;
    double m_basePointSize = 0;
};

} // namespace pyrolens
