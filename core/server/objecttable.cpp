// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "objecttable_p.h"

#include <QThread>

#include <algorithm>

namespace pyrolens {

using namespace std::chrono_literals;

// --- Anchor

struct Anchor::Shared
{
    std::mutex
        mutex; ///< guards `object`; held while posting, so that ~QObject waits in its destroyed() signal
    QObject *object = nullptr;
};

Anchor::Anchor(QObject *object) : m_shared(std::make_shared<Shared>())
{
    m_shared->object = object;
    // Runs at the start of ~QObject, before its event queue is emptied: what was posted is destroyed unrun
    // after this.
    m_connection = QObject::connect(object, &QObject::destroyed, [shared = m_shared] {
        const std::lock_guard lock(shared->mutex);
        shared->object = nullptr;
    });
}

Anchor::~Anchor()
{
    const std::lock_guard lock(m_shared->mutex);
    if (m_shared->object)
        QObject::disconnect(m_connection);
}

bool Anchor::post(std::function<void()> work)
{
    const std::lock_guard lock(m_shared->mutex);
    if (!m_shared->object)
        return false;
    return QMetaObject::invokeMethod(m_shared->object, std::move(work), Qt::QueuedConnection);
}

QThread *Anchor::thread() const
{
    const std::lock_guard lock(m_shared->mutex);
    return m_shared->object ? m_shared->object->thread() : nullptr;
}

// --- Turnstile

bool Turnstile::enter(QDeadlineTimer deadline, const std::function<bool()> &giveUp)
{
    std::unique_lock lock(m_mutex);
    while (m_taken) {
        if (deadline.hasExpired() || giveUp())
            return false;
        m_free.wait_for(lock, 50ms);
    }
    m_taken = true;
    return true;
}

void Turnstile::leave()
{
    {
        const std::lock_guard lock(m_mutex);
        m_taken = false;
    }
    m_free.notify_one();
}

// --- ObjectTable

bool ObjectTable::insert(const std::shared_ptr<Hosted> &hosted)
{
    const std::unique_lock lock(m_mutex);
    const auto isTaken = [this](const QByteArray &id) { return m_byId.contains(id); };
    if (std::ranges::any_of(hosted->ids, isTaken)
        || (!hosted->name.isEmpty() && m_byName.contains(hosted->name)))
        return false;
    hosted->touch();
    for (const QByteArray &id : hosted->ids)
        m_byId.insert(id, hosted);
    if (!hosted->name.isEmpty())
        m_byName.insert(hosted->name, hosted->id());
    if (!m_byServant.contains(hosted->servant.get()))
        m_byServant.insert(hosted->servant.get(), hosted->id());
    m_order.push_back(hosted->id());
    return true;
}

void ObjectTable::forget(const Hosted &hosted)
{
    for (const QByteArray &id : hosted.ids)
        m_byId.remove(id);
    if (!hosted.name.isEmpty())
        m_byName.remove(hosted.name);
    if (m_byServant.value(hosted.servant.get()) == hosted.id())
        m_byServant.remove(hosted.servant.get());
    std::erase(m_order, hosted.id());
}

std::shared_ptr<Hosted> ObjectTable::take(const QByteArray &id)
{
    const std::unique_lock lock(m_mutex);
    const auto hosted = m_byId.value(id);
    if (hosted)
        forget(*hosted);
    return hosted;
}

std::shared_ptr<Hosted> ObjectTable::find(const QByteArray &id) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_byId.constFind(id);
    return found == m_byId.cend() ? nullptr : *found;
}

std::shared_ptr<Hosted> ObjectTable::find(const QByteArray &id, Space space) const
{
    auto hosted = find(id);
    return hosted && hosted->isKnownIn(space) ? hosted : nullptr;
}

std::shared_ptr<Hosted> ObjectTable::findName(const QString &name) const
{
    const std::shared_lock lock(m_mutex);
    const auto id = m_byName.constFind(name);
    return id == m_byName.cend() ? nullptr : m_byId.value(*id);
}

std::shared_ptr<Hosted> ObjectTable::findServant(const Servant *servant) const
{
    const std::shared_lock lock(m_mutex);
    const auto id = m_byServant.constFind(servant);
    return id == m_byServant.cend() ? nullptr : m_byId.value(*id);
}

std::vector<std::shared_ptr<Hosted>> ObjectTable::all() const
{
    const std::shared_lock lock(m_mutex);
    std::vector<std::shared_ptr<Hosted>> result;
    result.reserve(m_order.size());
    for (const QByteArray &id : m_order)
        result.push_back(m_byId.value(id));
    return result;
}

std::vector<std::shared_ptr<Hosted>> ObjectTable::takeIdle(std::chrono::milliseconds age)
{
    const auto oldest = (std::chrono::steady_clock::now() - age).time_since_epoch().count();
    const std::unique_lock lock(m_mutex);
    std::vector<std::shared_ptr<Hosted>> idle;
    for (const QByteArray &id : m_order) {
        const auto hosted = m_byId.value(id);
        if (hosted->name.isEmpty() && !hosted->isDaemon && hosted->running == 0 && hosted->lastUsed < oldest)
            idle.push_back(hosted);
    }
    for (const auto &hosted : idle)
        forget(*hosted);
    return idle;
}

} // namespace pyrolens
