// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "commitqueue_p.h"
#include "registry.h"

#include <pyrolens/server/servant.h>

#include <QDateTime>

#include <future>
#include <mutex>

namespace pyrolens::naming {

namespace {

constexpr int kFixedEntries = 3; // :Pyro, the default group, :Pyro.NameServer

double now()
{
    return double(QDateTime::currentMSecsSinceEpoch()) / 1000.0;
}

Error protectedEntry()
{
    Error error = namingError("not allowed to change the name server's own entry", kOwnName);
    error.code = QStringLiteral("ns.protected");
    return error;
}

Error limitReached(const char *text, QByteArrayView name)
{
    Error error = namingError(text, name);
    error.code = QStringLiteral("ns.limit");
    return error;
}

/// What a client is told when the file cannot be written.
Error storeFailure(const Error &cause)
{
    return raise(QStringLiteral("NamingError"),
        {Value::str("the name server cannot store this"), Value::str(cause.what.toUtf8())});
}

} // namespace

Status Registry::hasRoomFor(qsizetype count, qint64 bytes) const
{
    if (m_tree.count() + count > qsizetype(m_settings.maxNames) + kFixedEntries)
        return limitReached("too many names", QByteArray::number(m_settings.maxNames));
    if (m_tree.bytes() + bytes > m_settings.maxTotalBytes)
        return limitReached("name server is full", QByteArray::number(m_settings.maxTotalBytes));
    return Done{};
}

StoreChange Registry::rowOf(const QByteArray &path, const NameTree::Node &node) const
{
    StoreChange row;
    row.path = path;
    row.isGroup = node.isGroup;
    row.uri = node.uri().toByteArray();
    row.timestamp = node.timestamp;
    row.systemMeta = node.systemMeta().toByteArray();
    row.userMeta = node.userMeta().toByteArray();
    return row;
}

/// Called with m_mutex held, so that the queue has the order of the tree's changes.
Registry::Change Registry::finish(StoreChange change, Undo undo, const Completion &done, PassedChange passed)
{
    const bool isPassedOn = m_follower && passed.method && passed.path != kOwnName && !Quiet::isOn();
    if (isPassedOn) {
        passed.sequence = ++m_sequence;
        note(passed);
    } else if (m_follower && passed.method) {
        m_foreign.insert(passed.path, ++m_sequence); // newer than a picture taken before
    }
    if (!m_queue) {
        if (!isPassedOn)
            return Applied::Durable;
        m_follower(passed, done);
        return Applied::Pending;
    }
    Completion finished = done;
    if (isPassedOn) {
        finished = [follower = m_follower, passed = std::move(passed), done](const Status &status) {
            if (status)
                follower(passed, done);
            else if (done)
                done(status);
        };
    }
    m_queue->add({std::move(change), std::move(undo), std::move(finished)});
    return Applied::Pending;
}

/// The end of a change: the tree has it, readers may have the tree back, observers are told.
Registry::Change Registry::commit(
    Lock &lock, StoreChange change, Undo undo, const Completion &done, PassedChange passed)
{
    Change finished = finish(std::move(change), std::move(undo), done, std::move(passed));
    lock.unlock();
    notify();
    return finished;
}

Registry::Change Registry::add(
    const QByteArray &path, QByteArrayView uri, bool isGroup, const Completion &done)
{
    const auto [parent, part] = split(path);
    if (part.isEmpty())
        return namingError(isGroup ? "invalid groupname" : "invalid name", path);
    Lock lock(m_mutex);
    const NameTree::Node *group = m_tree.find(parent);
    if (!group)
        return namingError("(parent)group not found", parent);
    if (!group->isGroup)
        return namingError("parent is no group", isGroup ? QByteArrayView(path) : group->name());
    if (m_tree.find(path))
        return namingError(isGroup ? "group already exists" : "name already exists", part);
    if (Status room = hasRoomFor(1, part.size() + uri.size()); !room)
        return room.error();
    const NameTree::Node *node = m_tree.insert(path, uri, isGroup, now());
    StoreChange row = rowOf(path, *node);
    PassedChange passed{isGroup ? "createGroup" : "register", path, row.uri};
    return commit(lock, std::move(row), {Undo::Kind::Place, path, {}, {}}, done, std::move(passed));
}

Registry::Change Registry::remove(const QByteArray &path, bool isGroup, const Completion &done)
{
    const auto [parent, part] = split(path);
    Lock lock(m_mutex);
    if (!m_tree.find(parent))
        return namingError("(parent)group not found", parent);
    const NameTree::Node *node = m_tree.find(path);
    if (!node)
        return isGroup ? namingError("group not found", path) : namingError("name not found", part);
    if (node->isGroup != isGroup)
        return isGroup ? namingError("is no group", path) : namingError("is a group, not an object", part);
    StoreChange row;
    row.kind = isGroup ? StoreChange::Kind::RemoveTree : StoreChange::Kind::RemoveLeaf;
    row.path = path;
    return commit(lock, std::move(row), {Undo::Kind::Place, path, m_tree.detach(path), {}}, done,
        {isGroup ? "deleteGroup" : "unregister", path, {}});
}

Registry::Change Registry::registerName(QByteArrayView name, QByteArrayView uri, const Completion &done)
{
    const Result<QByteArray> full = fullName(name);
    if (!full)
        return full.error();
    if (uri.size() > m_settings.maxUriBytes)
        return limitReached("URI too long", uri.first(64));
    return add(full.value(), uri, false, done);
}

Registry::Change Registry::unregisterName(QByteArrayView name, const Completion &done)
{
    const Result<QByteArray> full = fullName(name);
    if (!full)
        return full.error();
    if (split(full.value()).second.isEmpty())
        return namingError("invalid name", full.value());
    if (full.value() == kOwnName)
        return protectedEntry();
    return remove(full.value(), false, done);
}

Registry::Change Registry::createGroup(QByteArrayView name, const Completion &done)
{
    const Result<QByteArray> full = fullName(name);
    if (!full)
        return full.error();
    return add(full.value(), {}, true, done);
}

Registry::Change Registry::deleteGroup(QByteArrayView name, const Completion &done)
{
    const Result<QByteArray> full = fullName(name);
    if (!full)
        return full.error();
    if (full.value() == kRootGroup)
        return namingError("not allowed to delete root group");
    if (full.value() == kPyroGroup)
        return protectedEntry();
    return remove(full.value(), true, done);
}

Registry::Change Registry::setUserMeta(QByteArrayView name, QByteArray pickle, const Completion &done)
{
    return setMeta(name, std::move(pickle), true, done);
}

Registry::Change Registry::setSystemMeta(QByteArrayView name, QByteArray pickle, const Completion &done)
{
    return setMeta(name, std::move(pickle), false, done);
}

Registry::Change Registry::setMeta(
    QByteArrayView name, QByteArray pickle, bool isUser, const Completion &done)
{
    const Result<QByteArray> full = fullName(name);
    if (!full)
        return full.error();
    if (pickle.size() > m_settings.maxMetaBytes)
        return limitReached("meta information too large", full.value());
    Lock lock(m_mutex);
    const NameTree::Node *node = m_tree.find(full.value());
    if (!node)
        return namingError("name not found", full.value());
    const QByteArray before = (isUser ? node->userMeta() : node->systemMeta()).toByteArray();
    if (Status room = hasRoomFor(0, pickle.size() - before.size()); !room)
        return room.error();
    PassedChange passed{isUser ? "setMeta" : "_setSystemMeta", full.value(), pickle};
    if (isUser)
        m_tree.setUserMeta(*node, std::move(pickle));
    else
        m_tree.setSystemMeta(*node, std::move(pickle));
    const Undo::Kind kind = isUser ? Undo::Kind::UserMeta : Undo::Kind::SystemMeta;
    return commit(
        lock, rowOf(full.value(), *node), {kind, full.value(), {}, before}, done, std::move(passed));
}

Registry::Change Registry::setOwnEntry(QByteArrayView uri, const Completion &done)
{
    const QByteArray path(kOwnName);
    Lock lock(m_mutex);
    NameTree::Detached before = m_tree.detach(path);
    // Meta information given to the entry outlives a restart, as that of others does.
    const QByteArray user = before.empty() ? QByteArray() : before.value().userMeta().toByteArray();
    const NameTree::Node *node = m_tree.insert(path, uri, false, now());
    if (!user.isEmpty())
        m_tree.setUserMeta(*node, user);
    return commit(lock, rowOf(path, *node), {Undo::Kind::Place, path, std::move(before), {}}, done);
}

Registry::Change Registry::setFact(const QByteArray &key, const QByteArray &value, const Completion &done)
{
    StoreChange row;
    row.kind = StoreChange::Kind::Fact;
    row.path = key;
    row.uri = value;
    const std::unique_lock lock(m_mutex);
    return finish(std::move(row), {}, done);
}

Status Registry::createParents(QByteArrayView name)
{
    const Result<QByteArray> full = fullName(name);
    if (!full)
        return full.error();
    const QByteArray &path = full.value();
    for (qsizetype dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
        const QByteArray group = path.first(dot);
        {
            const std::shared_lock lock(m_mutex);
            if (m_tree.find(group))
                continue;
        }
        if (Status made = wait([&](const Completion &done) { return createGroup(group, done); }); !made)
            return made;
    }
    return Done{};
}

Status Registry::wait(const std::function<Change(const Completion &)> &change)
{
    return waitUntilDurable(change);
}

Status waitUntilDurable(const std::function<Change(const Completion &)> &change)
{
    const auto outcome = std::make_shared<std::promise<Status>>();
    std::future<Status> future = outcome->get_future();
    const Change applied = change([outcome](const Status &status) { outcome->set_value(status); });
    if (!applied)
        return applied.error();
    if (applied.value() == Applied::Durable)
        return Done{};
    return future.get();
}

/// On the writer's thread: a commit failed. What was queued behind the batch was built upon it, so it has to
/// go as well.
std::vector<PendingChange> Registry::takeBack(CommitQueue &queue, std::vector<PendingChange> batch)
{
    std::unique_lock lock(m_mutex);
    FlatRegistry::Lock flatLock = m_flat->lock();
    for (PendingChange &later : queue.takeAll())
        batch.push_back(std::move(later));
    for (auto pending = batch.rbegin(); pending != batch.rend(); ++pending) {
        Undo &undo = pending->undo;
        const NameTree::Node *node = m_tree.find(undo.path.isEmpty() ? QByteArray(kRootGroup) : undo.path);
        if (undo.kind == Undo::Kind::Place) {
            m_tree.detach(undo.path);
            if (!undo.node.empty())
                m_tree.attach(split(undo.path).first, std::move(undo.node));
        } else if (undo.kind == Undo::Kind::UserMeta && node) {
            m_tree.setUserMeta(*node, undo.meta);
        } else if (undo.kind == Undo::Kind::SystemMeta && node) {
            m_tree.setSystemMeta(*node, undo.meta);
        } else if (undo.kind == Undo::Kind::Flat) {
            m_flat->takeBack(undo);
        }
        if (pending->done) {
            pending->done = [done = std::move(pending->done)](const Status &status) {
                done(status ? status : Status(storeFailure(status.error())));
            };
        }
    }
    flatLock.unlock();
    lock.unlock();
    notify();
    return batch;
}

} // namespace pyrolens::naming
