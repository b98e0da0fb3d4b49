// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "commitqueue_p.h"
#include "registry.h"

#include <mutex>

// What a registry does as one half of a pair: the journal, the picture for the twin, and taking over the
// twin's.

namespace pyrolens::naming {

namespace {

// Look-ups wait for this many entries at most.
constexpr size_t kChunk = 500;

thread_local int quietDepth = 0;

NameRow rowFrom(const QByteArray &path, const NameTree::Node &node)
{
    return {path, node.isGroup, node.uri().toByteArray(), node.timestamp, node.systemMeta().toByteArray(),
        node.userMeta().toByteArray()};
}

} // namespace

Registry::Quiet::Quiet()
{
    ++quietDepth;
}

Registry::Quiet::~Quiet()
{
    --quietDepth;
}

bool Registry::Quiet::isOn()
{
    return quietDepth > 0;
}

void Registry::setFollower(Follower follower)
{
    const std::unique_lock lock(m_mutex);
    m_follower = std::move(follower);
}

/// Called with m_mutex held. The note goes to the file before the change does: a note without a change does
/// no harm.
void Registry::note(const PassedChange &change)
{
    JournalEntry &entry = m_journal[change.path];
    entry.sequence = change.sequence;
    entry.isTreeRemoved = entry.isTreeRemoved || qstrcmp(change.method, "deleteGroup") == 0;
    if (!m_queue)
        return;
    StoreChange row;
    row.kind = StoreChange::Kind::Fact;
    row.path = kJournalPrefix + change.path;
    row.uri = QByteArray::number(entry.sequence);
    if (entry.isTreeRemoved)
        row.uri += 't';
    m_queue->add({std::move(row), {}, {}});
}

void Registry::forgetJournal(quint64 sequence)
{
    const std::unique_lock lock(m_mutex);
    m_foreign.removeIf([sequence](const auto &entry) { return entry.value() <= sequence; });
    for (auto entry = m_journal.begin(); entry != m_journal.end();) {
        if (entry->sequence > sequence) {
            ++entry;
            continue;
        }
        if (m_queue) {
            StoreChange row;
            row.kind = StoreChange::Kind::NoFact;
            row.path = kJournalPrefix + entry.key();
            m_queue->add({std::move(row), {}, {}});
        }
        entry = m_journal.erase(entry);
    }
}

Status Registry::setBase(const QByteArray &base)
{
    {
        const std::unique_lock lock(m_mutex);
        m_base = base;
    }
    return wait([&](const Completion &done) { return setFact(kBaseFact, base, done); });
}

RegistrySnapshot Registry::snapshot(const std::function<void()> &whileLocked) const
{
    RegistrySnapshot made;
    const std::shared_lock lock(m_mutex);
    if (whileLocked)
        whileLocked();
    made.sequence = m_sequence;
    made.base = m_base;
    for (auto entry = m_journal.cbegin(); entry != m_journal.cend(); ++entry)
        made.journal.insert(entry.key(), entry->isTreeRemoved);
    made.rows.reserve(size_t(m_tree.count()) + 1);
    NameRow root = rowFrom(kRootGroup, *m_tree.find(kRootGroup));
    root.isGroup = true;
    made.rows.push_back(std::move(root));
    m_tree.visit([&](const QByteArray &path, const NameTree::Node &node) {
        if (path != kOwnName)
            made.rows.push_back(rowFrom(path, node));
    });
    return made;
}

/// Called with m_mutex held.
bool Registry::isNewer(const QByteArray &path, quint64 sequence) const
{
    const auto entry = m_journal.constFind(path);
    if (m_foreign.value(path, 0) > sequence)
        return true;
    return entry != m_journal.cend() && entry->sequence > sequence;
}

/// Called with m_mutex held.
void Registry::enqueue(StoreChange change, Undo undo, const Completion &done)
{
    if (m_queue)
        m_queue->add({std::move(change), std::move(undo), done});
}

void Registry::takeAway(const QByteArray &path, const Completion &done)
{
    const NameTree::Node *node = m_tree.find(path);
    if (!node || path == kRootGroup || path == kOwnName || path == kPyroGroup)
        return;
    StoreChange row;
    row.kind = node->isGroup ? StoreChange::Kind::RemoveTree : StoreChange::Kind::RemoveLeaf;
    row.path = path;
    enqueue(std::move(row), {Undo::Kind::Place, path, m_tree.detach(path), {}}, done);
}

/// An entry that is there and of the same kind keeps what is below it.
void Registry::takeOver(const NameRow &row, const Completion &done)
{
    const NameTree::Node *node = m_tree.find(row.path);
    Undo undo{Undo::Kind::Place, row.path, {}, {}};
    if (node && node->isGroup && row.isGroup) {
        undo = {Undo::Kind::UserMeta, row.path, {}, node->userMeta().toByteArray()};
    } else {
        const NameTree::Node *parent = m_tree.find(split(row.path).first);
        if (!parent || !parent->isGroup || row.path == kRootGroup)
            return;
        if (node)
            undo.node = m_tree.detach(row.path);
        node = m_tree.insert(row.path, row.uri, row.isGroup, row.timestamp);
    }
    if (!row.userMeta.isEmpty() || !node->userMeta().isEmpty())
        m_tree.setUserMeta(*node, row.userMeta);
    if (!row.systemMeta.isEmpty() || !node->systemMeta().isEmpty())
        m_tree.setSystemMeta(*node, row.systemMeta);
    StoreChange change = rowOf(row.path, *node);
    change.isGroup = row.isGroup;
    enqueue(std::move(change), std::move(undo), done);
}

Status Registry::adopt(
    const std::vector<NameRow> &rows, const std::vector<QByteArray> &removals, quint64 sequence)
{
    const Quiet quiet;
    FirstFailure failure;
    const Completion done = failure.collector();
    for (size_t first = 0; first < removals.size(); first += kChunk) {
        const std::unique_lock lock(m_mutex);
        for (size_t i = first; i < qMin(first + kChunk, removals.size()); ++i) {
            if (!isNewer(removals[i], sequence))
                takeAway(removals[i], done);
        }
    }
    Status status = Done{};
    for (size_t first = 0; first < rows.size() && status; first += kChunk) {
        const std::unique_lock lock(m_mutex);
        for (size_t i = first; i < qMin(first + kChunk, rows.size()) && status; ++i) {
            const NameRow &row = rows[i];
            if (row.path == kOwnName || isNewer(row.path, sequence))
                continue;
            if (Status good = check(row.path, m_settings.maxNameBytes); !good)
                status = good;
            else if (row.uri.size() > m_settings.maxUriBytes || row.userMeta.size() > m_settings.maxMetaBytes
                || row.systemMeta.size() > m_settings.maxMetaBytes)
                status = namingError("entry too large", row.path);
            else
                status = hasRoomFor(m_tree.find(row.path) ? 0 : 1, row.uri.size() + row.userMeta.size());
            if (status)
                takeOver(row, done);
        }
    }
    notify();
    // Written after all of the above, so its end is theirs.
    const Status last = wait(
        [&](const Completion &written) { return setFact("adopted", QByteArray::number(sequence), written); });
    if (!status)
        return status;
    return failure.status() ? last : failure.status();
}

} // namespace pyrolens::naming
