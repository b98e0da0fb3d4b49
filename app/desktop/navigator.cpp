// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "navigator.h"

namespace pyrolens {

namespace {

constexpr size_t kLimit = 200;

} // namespace

Navigator::Navigator(QObject *parent) : QObject(parent) { }

Navigator::~Navigator() = default;

void Navigator::visit(const ObjectTarget &target)
{
    if (m_moving || (m_at >= 0 && m_places[size_t(m_at)] == target))
        return;
    m_places.resize(size_t(m_at + 1));
    m_places.push_back(target);
    if (m_places.size() > kLimit)
        m_places.erase(m_places.begin());
    m_at = int(m_places.size()) - 1;
    Q_EMIT changed();
}

void Navigator::go(int at)
{
    m_at = at;
    m_moving = true;
    Q_EMIT goTo(m_places[size_t(at)]);
    m_moving = false;
    Q_EMIT changed();
}

void Navigator::back()
{
    if (canGoBack())
        go(m_at - 1);
}

void Navigator::forward()
{
    if (canGoForward())
        go(m_at + 1);
}

} // namespace pyrolens
