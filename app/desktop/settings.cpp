// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "settings.h"

#include <QDir>
#include <QSettings>
#include <QStandardPaths>

#include <chrono>

namespace pyrolens {

namespace {

constexpr qsizetype kRecent = 8;

const auto kTheme = QStringLiteral("appearance/theme");
const auto kFontScale = QStringLiteral("appearance/fontScale");
const auto kRecentKey = QStringLiteral("places/recent");
const auto kRecentGenerations = QStringLiteral("places/generations");
const auto kGeometry = QStringLiteral("window/geometry");
const auto kPerspective = QStringLiteral("window/perspective");
const auto kLayout = QStringLiteral("layout/"); // and the id of the perspective
const auto kDiscoveryAddresses = QStringLiteral("discovery/addresses");
const auto kDiscoveryPort = QStringLiteral("discovery/port");
const auto kDiscoverySeconds = QStringLiteral("discovery/seconds");

} // namespace

Settings::Settings(const QString &profileDir)
    : m_folder(profileDir.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation)
                                    : profileDir)
{
    QDir().mkpath(m_folder);
    m_store = std::make_unique<QSettings>(m_folder + QLatin1String("/pyrolens.ini"), QSettings::IniFormat);
}

Settings::~Settings() = default;

QString Settings::theme() const
{
    return m_store->value(kTheme, QStringLiteral("system")).toString();
}

void Settings::setTheme(const QString &theme)
{
    m_store->setValue(kTheme, theme);
}

DiscoveryOptions Settings::discovery() const
{
    DiscoveryOptions options;
    options.addresses = m_store->value(kDiscoveryAddresses).toStringList();
    options.port = qBound(0, m_store->value(kDiscoveryPort, options.port).toInt(), 65535);
    const double seconds = m_store->value(kDiscoverySeconds, double(options.wait.count()) / 1000).toDouble();
    options.wait = std::chrono::milliseconds(qint64(qBound(0.1, seconds, 60.0) * 1000));
    return options;
}

int Settings::fontScale() const
{
    return m_store->value(kFontScale, 100).toInt();
}

void Settings::setFontScale(int percent)
{
    m_store->setValue(kFontScale, percent);
}

QStringList Settings::recent() const
{
    return m_store->value(kRecentKey).toStringList();
}

void Settings::addRecent(const QString &place)
{
    QStringList places = recent();
    places.removeAll(place);
    places.prepend(place);
    m_store->setValue(kRecentKey, places.mid(0, kRecent));
}

int Settings::recentGeneration(const QString &place) const
{
    return m_store->value(kRecentGenerations).toMap().value(place).toInt();
}

void Settings::setRecentGeneration(const QString &place, int generation)
{
    QVariantMap kept;
    const QVariantMap known = m_store->value(kRecentGenerations).toMap();
    for (const QString &one : recent()) {
        if (known.contains(one))
            kept.insert(one, known.value(one));
    }
    kept.insert(place, generation);
    if (kept != known)
        m_store->setValue(kRecentGenerations, kept);
}

QByteArray Settings::geometry() const
{
    return m_store->value(kGeometry).toByteArray();
}

void Settings::setGeometry(const QByteArray &geometry)
{
    m_store->setValue(kGeometry, geometry);
}

QString Settings::perspective() const
{
    return m_store->value(kPerspective).toString();
}

void Settings::setPerspective(const QString &id)
{
    m_store->setValue(kPerspective, id);
}

QByteArray Settings::layout(const QString &perspective) const
{
    return m_store->value(kLayout + perspective).toByteArray();
}

void Settings::setLayout(const QString &perspective, const QByteArray &layout)
{
    if (layout.isEmpty())
        m_store->remove(kLayout + perspective);
    else
        m_store->setValue(kLayout + perspective, layout);
}

} // namespace pyrolens
