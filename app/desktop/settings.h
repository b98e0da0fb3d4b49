// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/discovery/discovery.h>

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <memory>

class QSettings;

namespace pyrolens {

/// What the program remembers, as a readable INI file in the profile folder. Written at once by Qt in the
/// background.
class Settings
{
public:
    /// Empty: the platform's own configuration folder.
    explicit Settings(const QString &profileDir = {});
    ~Settings();
    Settings(const Settings &) = delete;
    Settings &operator=(const Settings &) = delete;

    QString folder() const { return m_folder; }

    QString theme() const;
    void setTheme(const QString &theme);
    int fontScale() const;
    void setFontScale(int percent);
    QStringList recent() const; ///< places connected to, newest first, at most eight
    void addRecent(const QString &place);
    int recentGeneration(const QString &place) const; ///< that was found there; 0: not known
    void setRecentGeneration(const QString &place, int generation);
    DiscoveryOptions discovery() const; ///< discovery/addresses, discovery/port, discovery/seconds
    QByteArray geometry() const;
    void setGeometry(const QByteArray &geometry);
    QString perspective() const; ///< the one shown last
    void setPerspective(const QString &id);
    QByteArray layout(const QString &perspective) const;
    void setLayout(const QString &perspective, const QByteArray &layout); ///< empty forgets it

private:
    QString m_folder;
    std::unique_ptr<QSettings> m_store;
};

} // namespace pyrolens
