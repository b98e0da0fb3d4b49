// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "drafts.h"

#include <pyrolens/base/json.h>

#include <QDir>
#include <QSaveFile>

namespace pyrolens {

namespace {

constexpr int kDelay = 1'000;     ///< ms
constexpr qsizetype kLimit = 500; ///< drafts kept

} // namespace

Drafts::Drafts(const QString &folder, QObject *parent)
    : QObject(parent), m_file(folder + QLatin1String("/drafts.json"))
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelay);
    connect(&m_delay, &QTimer::timeout, this, &Drafts::save);
    load();
}

Drafts::~Drafts()
{
    if (m_delay.isActive())
        save();
}

void Drafts::load()
{
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return;
    const auto json = Json::parse(file.readAll());
    if (!json) {
        // A file that does not read is kept aside for its owner, and the program goes on without it.
        file.close();
        QFile::rename(m_file, m_file + QLatin1String(".broken"));
        return;
    }
    for (const auto &[object, draft] : json.value().members())
        m_drafts.insert(object,
            {draft.value(u"method").toString(), draft.value(u"arguments").toString(),
                draft.value(u"serializer").toString(), draft.value(u"annotations").toString()});
}

void Drafts::set(const QString &object, const Draft &draft)
{
    if (draft.isEmpty())
        m_drafts.remove(object);
    else if (m_drafts.size() < kLimit || m_drafts.contains(object))
        m_drafts.insert(object, draft);
    m_delay.start();
}

void Drafts::save()
{
    Json root = Json::object();
    QStringList objects = m_drafts.keys();
    objects.sort();
    for (const QString &object : std::as_const(objects)) {
        const Draft draft = m_drafts.value(object);
        Json one = Json::object({{QStringLiteral("method"), Json(draft.method)},
            {QStringLiteral("arguments"), Json(draft.arguments)}});
        if (!draft.serializer.isEmpty())
            one.set(QStringLiteral("serializer"), draft.serializer);
        if (!draft.annotations.isEmpty())
            one.set(QStringLiteral("annotations"), draft.annotations);
        root.set(object, one);
    }
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.write(root.toText(2));
    file.commit();
}

} // namespace pyrolens
