// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nametree.h"

#include "names.h"

#include <vector>

namespace pyrolens::naming {

NameTree::Node::Node(QByteArrayView name, QByteArrayView uri, bool group, double created)
    : timestamp(created), nameSize(static_cast<quint16>(name.size())), isGroup(group)
{
    Q_ASSERT_X(name.size() <= 0xffff, "NameTree", "a part of a name is limited long before this");
    text.reserve(name.size() + uri.size());
    text.append(name).append(uri);
}

NameTree::Node::Node(Node &&) noexcept = default;
NameTree::Node &NameTree::Node::operator=(Node &&) noexcept = default;
NameTree::Node::~Node() = default;

QByteArrayView NameTree::Node::userMeta() const
{
    return extra ? QByteArrayView(extra->userMeta) : QByteArrayView();
}

QByteArrayView NameTree::Node::systemMeta() const
{
    return extra ? QByteArrayView(extra->systemMeta) : QByteArrayView();
}

NameTree::NameTree() : m_root({}, {}, true, 0) { }

NameTree::Extra &NameTree::extraOf(const Node &node)
{
    if (!node.extra)
        node.extra = std::make_unique<Extra>();
    return *node.extra;
}

const NameTree::Children &NameTree::children(const Node &group) const
{
    return extraOf(group).children;
}

const NameTree::Node *NameTree::find(QByteArrayView path) const
{
    const Node *node = &m_root;
    QByteArrayView rest = path.sliced(1);
    while (!rest.isEmpty()) {
        if (!node->isGroup || !node->extra)
            return nullptr;
        const qsizetype dot = rest.indexOf('.');
        const QByteArrayView part = dot < 0 ? rest : rest.first(dot);
        rest = dot < 0 ? QByteArrayView() : rest.sliced(dot + 1);
        const auto found = node->extra->children.find(part);
        if (found == node->extra->children.end())
            return nullptr;
        node = &*found;
    }
    return node;
}

const NameTree::Node *NameTree::insert(
    QByteArrayView path, QByteArrayView uri, bool isGroup, double timestamp)
{
    const auto [parent, part] = split(path);
    const Node *group = find(parent);
    Q_ASSERT_X(group && group->isGroup, "NameTree::insert", "the parent must be a group");
    if (!group)
        return nullptr;
    Children &siblings = extraOf(*group).children;
    // Loading and bulk registration come sorted, mostly.
    const auto made = siblings.emplace_hint(siblings.end(), part, uri, isGroup, timestamp);
    m_count += 1;
    m_bytes += made->text.size();
    return &*made;
}

NameTree::Detached NameTree::detach(QByteArrayView path)
{
    const auto [parent, part] = split(path);
    const Node *group = find(parent);
    if (!group || !group->extra)
        return {};
    Children &siblings = group->extra->children;
    const auto found = siblings.find(part);
    if (found == siblings.end())
        return {};
    const Size size = sizeOf(*found);
    m_count -= size.count;
    m_bytes -= size.bytes;
    return siblings.extract(found);
}

void NameTree::attach(QByteArrayView parentPath, Detached node)
{
    const Node *group = find(parentPath);
    Q_ASSERT_X(group && group->isGroup, "NameTree::attach", "the parent must be a group");
    if (!group || node.empty())
        return;
    const Size size = sizeOf(node.value());
    const bool isNew = extraOf(*group).children.insert(std::move(node)).inserted;
    Q_ASSERT_X(isNew, "NameTree::attach", "the name must be free");
    if (isNew) {
        m_count += size.count;
        m_bytes += size.bytes;
    }
}

void NameTree::setUserMeta(const Node &node, QByteArray pickle)
{
    Extra &extra = extraOf(node);
    m_bytes += pickle.size() - extra.userMeta.size();
    extra.userMeta = std::move(pickle);
}

void NameTree::setSystemMeta(const Node &node, QByteArray pickle)
{
    Extra &extra = extraOf(node);
    m_bytes += pickle.size() - extra.systemMeta.size();
    extra.systemMeta = std::move(pickle);
}

NameTree::Size NameTree::sizeOf(const Node &top)
{
    Size size;
    std::vector<const Node *> open{&top};
    while (!open.empty()) {
        const Node *node = open.back();
        open.pop_back();
        size.count += 1;
        size.bytes += node->text.size() + node->userMeta().size() + node->systemMeta().size();
        if (!node->extra)
            continue;
        for (const Node &child : node->extra->children)
            open.push_back(&child);
    }
    return size;
}

void NameTree::visit(const std::function<void(const QByteArray &path, const Node &node)> &visitor) const
{
    struct Level
    {
        Children::const_iterator next;
        Children::const_iterator end;
        qsizetype prefix; // bytes of the path that belong to the group
    };
    QByteArray path(kRootGroup);
    std::vector<Level> levels;
    if (m_root.extra)
        levels.push_back({m_root.extra->children.begin(), m_root.extra->children.end(), 0});
    while (!levels.empty()) {
        Level &level = levels.back();
        if (level.next == level.end) {
            levels.pop_back();
            continue;
        }
        const Node &node = *level.next++;
        path.resize(level.prefix);
        path.append(level.prefix == 0 ? ':' : '.').append(node.name());
        visitor(path, node);
        if (node.extra && !node.extra->children.empty())
            levels.push_back({node.extra->children.begin(), node.extra->children.end(), path.size()});
    }
}

} // namespace pyrolens::naming
