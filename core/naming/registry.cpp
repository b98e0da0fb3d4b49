// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "registry.h"

#include "commitqueue_p.h"

#include <mutex>

namespace pyrolens::naming {

Registry::Registry(RegistrySettings settings) : m_settings(std::move(settings))
{
    FlatLimits limits;
    limits.maxNames = m_settings.maxNames;
    limits.maxNameBytes = m_settings.maxNameBytes;
    limits.maxUriBytes = m_settings.maxUriBytes;
    limits.maxTotalBytes = m_settings.maxTotalBytes;
    const auto queue = [this](PendingChange pending) {
        if (!m_queue)
            return Applied::Durable;
        m_queue->add(std::move(pending));
        return Applied::Pending;
    };
    m_flat = std::make_unique<FlatRegistry>(limits, FlatRegistry::Wiring{queue, [this] { notify(); }});
    const Status status = addFixedGroups();
    Q_ASSERT_X(status.isOk(), "Registry", "in memory nothing can fail");
    Q_UNUSED(status)
}

Registry::~Registry()
{
    // Its thread may still call takeBack().
    m_queue.reset();
}

Status Registry::openStore(const QString &path, const QByteArray &vfs)
{
    NameTree loaded;
    FlatTable flat;
    Result<std::unique_ptr<RegistryStore>> store = RegistryStore::open(path, vfs, loaded, flat);
    if (!store)
        return store.error();
    m_storeMessage = store.value()->message();
    for (const char *key : {"own-id"}) {
        if (const QByteArray value = store.value()->fact(key); !value.isEmpty())
            m_facts.emplace_back(key, value);
    }
    for (const auto &[name, value] : store.value()->facts(kJournalPrefix)) {
        const bool isTreeRemoved = value.endsWith('t');
        const quint64 sequence = value.chopped(isTreeRemoved ? 1 : 0).toULongLong();
        m_journal.insert(name, {sequence, isTreeRemoved});
        m_sequence = qMax(m_sequence, sequence);
    }
    m_base = store.value()->fact(kBaseFact);
    m_tree = std::move(loaded);
    m_flat->adopt(std::move(flat));
    m_queue = std::make_unique<CommitQueue>(
        std::move(store).value(), m_settings.backupInterval,
        [this](CommitQueue &queue, std::vector<PendingChange> batch) {
            return takeBack(queue, std::move(batch));
        },
        m_alarm);
    return addFixedGroups();
}

QString Registry::storeMessage() const
{
    return m_storeMessage;
}

Status Registry::addFixedGroups()
{
    for (const QByteArray &group : {QByteArray(kPyroGroup), m_settings.defaultGroup}) {
        if (m_tree.find(group))
            continue;
        if (Status parents = createParents(group); !parents)
            return parents;
        Status status = wait([&](const Completion &done) { return createGroup(group, done); });
        if (!status)
            return status;
    }
    return Done{};
}

Result<QByteArray> Registry::fullName(QByteArrayView name) const
{
    // Before it is copied around.
    if (name.size() > m_settings.maxNameBytes)
        return namingError("name too long", name);
    QByteArray full = expand(name, m_settings.defaultGroup);
    if (Status good = check(full, m_settings.maxNameBytes); !good)
        return good.error();
    return full;
}

Result<QByteArray> Registry::resolve(QByteArrayView name) const
{
    const Result<QByteArray> full = fullName(name);
    if (!full)
        return full;
    const std::shared_lock lock(m_mutex);
    const NameTree::Node *node = m_tree.find(full.value());
    if (!node)
        return namingError("name not found", full.value());
    if (node->isGroup)
        return namingError("attempt to resolve groupname", full.value());
    return node->uri().toByteArray();
}

Result<std::vector<Registry::Child>> Registry::list(QByteArrayView group) const
{
    const Result<QByteArray> full = fullName(group.isEmpty() ? QByteArrayView(kRootGroup) : group);
    if (!full)
        return full.error();
    const std::shared_lock lock(m_mutex);
    const NameTree::Node *node = m_tree.find(full.value());
    if (!node)
        return namingError("group not found", full.value());
    if (!node->isGroup)
        return namingError("is no group", full.value());
    std::vector<Child> children;
    if (!node->extra)
        return children;
    children.reserve(node->extra->children.size());
    for (const NameTree::Node &child : node->extra->children)
        children.push_back({child.name().toByteArray(), child.isGroup});
    return children;
}

Result<QByteArray> Registry::userMeta(QByteArrayView name) const
{
    const Result<QByteArray> full = fullName(name);
    if (!full)
        return full;
    const std::shared_lock lock(m_mutex);
    const NameTree::Node *node = m_tree.find(full.value());
    if (!node)
        return namingError("name not found", full.value());
    return node->userMeta().toByteArray();
}

Result<Registry::SystemMeta> Registry::systemMeta(QByteArrayView name) const
{
    const Result<QByteArray> full = fullName(name);
    if (!full)
        return full.error();
    const std::shared_lock lock(m_mutex);
    const NameTree::Node *node = m_tree.find(full.value());
    if (!node)
        return namingError("name not found", full.value());
    return SystemMeta{node->systemMeta().toByteArray(), node->timestamp, node->isGroup};
}

QByteArray Registry::fact(const QByteArray &key) const
{
    for (const auto &[known, value] : m_facts) {
        if (known == key)
            return value;
    }
    return {};
}

int Registry::count() const
{
    const std::shared_lock lock(m_mutex);
    return static_cast<int>(m_tree.count());
}

qint64 Registry::bytes() const
{
    const std::shared_lock lock(m_mutex);
    return m_tree.bytes();
}

void Registry::visit(const Visitor &visitor) const
{
    const std::shared_lock lock(m_mutex);
    m_tree.visit(
        [&](const QByteArray &path, const NameTree::Node &node) { visitor(path, node.uri(), node.isGroup); });
}

void Registry::notify() const
{
    if (m_changed)
        m_changed();
}

} // namespace pyrolens::naming
