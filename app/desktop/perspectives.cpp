// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "perspectives.h"

#include "settings.h"

#include <QLoggingCategory>
#include <QMainWindow>

#include <algorithm>

namespace pyrolens {

namespace {

/// Rises when docks are renamed or go; layouts of another version are not restored.
constexpr int kVersion = 2;

Q_LOGGING_CATEGORY(lcLayout, "pyrolens.desktop.layout")

} // namespace

Perspectives::Perspectives(QMainWindow *window, Settings *settings, QObject *parent)
    : QObject(parent), m_window(window), m_settings(settings)
{ }

Perspectives::~Perspectives() = default;

void Perspectives::add(const QString &id, const QString &title, Arrange arrange)
{
    m_all.push_back({id, title, std::move(arrange)});
}

const Perspectives::Perspective *Perspectives::find(const QString &id) const
{
    const auto at = std::find_if(m_all.begin(), m_all.end(), [&id](const auto &one) { return one.id == id; });
    return at == m_all.end() ? nullptr : &*at;
}

void Perspectives::show(const Perspective &perspective)
{
    m_current = perspective.id;
    // The built-in one first: docks that a stored layout does not know yet get their place.
    perspective.arrange();
    const QByteArray stored = m_settings->layout(perspective.id);
    if (!stored.isEmpty() && !m_window->restoreState(stored, kVersion)) {
        qCWarning(lcLayout, "the stored layout %s does not read; the built-in one is shown",
            qPrintable(perspective.id));
        perspective.arrange();
    }
    Q_EMIT changed(m_current);
}

void Perspectives::start()
{
    Q_ASSERT_X(!m_all.empty(), "Perspectives::start", "nothing was added");
    const Perspective *last = find(m_settings->perspective());
    show(last ? *last : m_all.front());
}

void Perspectives::select(const QString &id)
{
    const Perspective *wanted = find(id);
    if (!wanted || id == m_current)
        return;
    save();
    show(*wanted);
    m_settings->setPerspective(id);
}

void Perspectives::reset()
{
    m_settings->setLayout(m_current, {});
    if (const Perspective *current = find(m_current))
        show(*current);
}

void Perspectives::save()
{
    m_settings->setPerspective(m_current);
    m_settings->setLayout(m_current, m_window->saveState(kVersion));
}

} // namespace pyrolens
