// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "theme.h"

#include "flatstyle.h"

#include <QApplication>
#include <QFile>
#include <QFont>

#include <algorithm>

#ifdef PYROLENS_HAVE_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <unistd.h>
#else
class QDBusVariant
{ };
#endif

namespace pyrolens {

#ifdef PYROLENS_HAVE_DBUS
namespace {

const auto kService = QLatin1String("org.freedesktop.portal.Desktop");
const auto kPath = QLatin1String("/org/freedesktop/portal/desktop");
const auto kInterface = QLatin1String("org.freedesktop.portal.Settings");
const auto kArea = QLatin1String("org.freedesktop.appearance");
const auto kKey = QLatin1String("color-scheme");

/// Without an address Qt would try to launch a bus, which takes long and fails on bare machines.
bool hasSessionBus()
{
    return qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS")
        || QFile::exists(QStringLiteral("/run/user/%1/bus").arg(getuid()));
}

/// The portal wraps the number in one variant or two, depending on its version.
uint schemeNumber(QVariant value)
{
    for (int i = 0; i < 3 && value.canConvert<QDBusVariant>(); ++i)
        value = value.value<QDBusVariant>().variant();
    return value.toUInt();
}

} // namespace
#endif

ThemeWatcher::ThemeWatcher(QObject *parent) : QObject(parent), m_scheme(schemeOf(QGuiApplication::palette()))
{
    askPortal();
}

ThemeWatcher::~ThemeWatcher() = default;

void ThemeWatcher::set(Scheme scheme)
{
    if (m_scheme == scheme)
        return;
    m_scheme = scheme;
    Q_EMIT schemeChanged(scheme);
}

#ifdef PYROLENS_HAVE_DBUS
void ThemeWatcher::askPortal()
{
    if (!hasSessionBus())
        return;
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    bus.connect(kService, kPath, kInterface, QStringLiteral("SettingChanged"), this,
        SLOT(portalChanged(QString, QString, QDBusVariant)));
    QDBusMessage question
        = QDBusMessage::createMethodCall(kService, kPath, kInterface, QStringLiteral("Read"));
    question << QString(kArea) << QString(kKey);
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(question, 2'000), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *call) {
        const QDBusPendingReply<QDBusVariant> reply = *call;
        if (reply.isValid())
            portalChanged(kArea, kKey, reply.value());
        call->deleteLater();
    });
}

void ThemeWatcher::portalChanged(const QString &area, const QString &key, const QDBusVariant &value)
{
    if (area != kArea || key != kKey)
        return;
    // 1 dark, 2 light, 0 no preference.
    set(schemeNumber(QVariant::fromValue(value)) == 1 ? Scheme::Dark : Scheme::Light);
}
#else
void ThemeWatcher::askPortal() { }
void ThemeWatcher::portalChanged(const QString &, const QString &, const QDBusVariant &) { }
#endif

Theme::Theme(QApplication *application, QObject *parent) : QObject(parent), m_application(application)
{
    m_basePointSize = application->font().pointSizeF();
    connect(&m_watcher, &ThemeWatcher::schemeChanged, this, [this] {
        if (m_mode == Mode::System)
            apply();
    });
    application->setStyle(new FlatStyle);
    apply();
}

Theme::~Theme() = default;

void Theme::setMode(Mode mode)
{
    if (m_mode == mode)
        return;
    m_mode = mode;
    apply();
}

void Theme::setFontScale(int percent)
{
    percent = std::clamp(percent, 80, 200);
    if (percent == m_fontScale || m_basePointSize <= 0)
        return;
    m_fontScale = percent;
    QFont font = m_application->font();
    font.setPointSizeF(m_basePointSize * percent / 100.0);
    m_application->setFont(font);
    Q_EMIT changed();
}

void Theme::apply()
{
    m_scheme
        = m_mode == Mode::System ? m_watcher.scheme() : (m_mode == Mode::Dark ? Scheme::Dark : Scheme::Light);
    QApplication::setPalette(builtInPalette(m_scheme));
    Q_EMIT changed();
}

Theme::Mode Theme::modeFromText(const QString &text)
{
    if (text == QLatin1String("light"))
        return Mode::Light;
    return text == QLatin1String("dark") ? Mode::Dark : Mode::System;
}

QString Theme::modeText(Mode mode)
{
    switch (mode) {
    case Mode::Light:
        return QStringLiteral("light");
    case Mode::Dark:
        return QStringLiteral("dark");
    case Mode::System:
        break;
    }
    return QStringLiteral("system");
}

} // namespace pyrolens
