// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "profiles.h"

#include <pyrolens/wire/generation.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr qint64 kMaxFile = 4 * 1024 * 1024;
const auto kProfiles = QStringLiteral("profiles");

} // namespace

Profiles::Profiles(QString file) : m_file(std::move(file)) { }

Status Profiles::load()
{
    m_order.clear();
    QFile file(m_file);
    if (m_file.isEmpty() || !file.exists())
        return Done();
    QJsonParseError wrong;
    QJsonDocument document;
    QString problem;
    if (!file.open(QIODevice::ReadOnly))
        problem = file.errorString();
    else if (file.size() > kMaxFile)
        problem = QStringLiteral("larger than 4 MiB");
    else
        document = QJsonDocument::fromJson(file.readAll(), &wrong);
    if (problem.isEmpty() && (wrong.error != QJsonParseError::NoError || !document.isObject()))
        problem = QStringLiteral("%1 at byte %2").arg(wrong.errorString()).arg(wrong.offset);
    if (!problem.isEmpty()) {
        file.close();
        const QString aside = m_file + QLatin1String(".unreadable");
        QFile::remove(aside);
        QFile::copy(m_file, aside);
        return Error::usage(
            QStringLiteral("'%1' cannot be read (%2); a copy is kept as '%3'.").arg(m_file, problem, aside));
    }
    for (const QJsonValue &one : document.object().value(kProfiles).toArray()) {
        const ConnectionProfile profile = ConnectionProfile::fromJson(one.toObject());
        if (!profile.id.isEmpty() && checkHost(profile.host))
            set(profile);
    }
    return Done();
}

Status Profiles::save() const
{
    if (m_file.isEmpty())
        return Done();
    QJsonArray list;
    for (const ConnectionProfile &one : m_order) {
        if (one.isSaved)
            list.append(one.toJson());
    }
    QSaveFile file(m_file);
    const QByteArray bytes = QJsonDocument(QJsonObject{{kProfiles, list}}).toJson();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return Error::usage(QStringLiteral("'%1' cannot be written: %2").arg(m_file, file.errorString()));
    return Done();
}

const ConnectionProfile *Profiles::find(const QString &id) const
{
    const auto at = std::find_if(
        m_order.cbegin(), m_order.cend(), [&id](const ConnectionProfile &one) { return one.id == id; });
    return at == m_order.cend() ? nullptr : &*at;
}

void Profiles::set(const ConnectionProfile &profile)
{
    const auto at = std::find_if(m_order.begin(), m_order.end(),
        [&profile](const ConnectionProfile &one) { return one.id == profile.id; });
    if (at == m_order.end())
        m_order.append(profile);
    else
        *at = profile;
}

void Profiles::remove(const QString &id)
{
    m_order.removeIf([&id](const ConnectionProfile &one) { return one.id == id; });
}

} // namespace pyrolens
