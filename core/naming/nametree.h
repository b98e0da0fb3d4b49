// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <memory>
#include <set>

namespace pyrolens::naming {

/// The tree of groups and names, sorted, in memory. Not thread-safe; Registry guards it. Built to be small:
/// name and URI share one block, what few entries have (children, meta information) hangs on a pointer.
class NameTree
{
public:
    struct Extra;
    struct Node
    {
        Node() = default;
        Node(QByteArrayView name, QByteArrayView uri, bool isGroup, double timestamp);
        Node(Node &&) noexcept;
        Node &operator=(Node &&) noexcept;
        ~Node();

        QByteArrayView name() const { return QByteArrayView(text).first(nameSize); } ///< the last part only
        QByteArrayView uri() const { return QByteArrayView(text).sliced(nameSize); }
        QByteArrayView userMeta() const;   ///< pickle; empty = None
        QByteArrayView systemMeta() const; ///< pickle set by a client; empty = the natural one

        QByteArray text;      ///< name, then URI
        double timestamp = 0; ///< of creation, seconds since 1970
        quint16 nameSize = 0;
        bool isGroup = false;
        mutable std::unique_ptr<Extra>
            extra; ///< mutable: set elements are const, and it is no part of the order
    };
    struct ByName
    {
        using is_transparent = void;
        bool operator()(const Node &a, const Node &b) const { return a.name() < b.name(); }
        bool operator()(const Node &a, QByteArrayView b) const { return a.name() < b; }
        bool operator()(QByteArrayView a, const Node &b) const { return a < b.name(); }
    };
    using Children = std::set<Node, ByName>;
    using Detached = Children::node_type;
    struct Extra
    {
        Children children;
        QByteArray userMeta;
        QByteArray systemMeta;
    };

    NameTree();

    /// By absolute name; the root is ":". Null when it is not there.
    const Node *find(QByteArrayView path) const;
    const Children &children(const Node &group) const;

    /// Adds a node below an existing group that has no such part yet.
    const Node *insert(QByteArrayView path, QByteArrayView uri, bool isGroup, double timestamp);
    /// Takes an existing node out, with all below it.
    Detached detach(QByteArrayView path);
    /// Puts a detached node back below its parent, which exists.
    void attach(QByteArrayView parentPath, Detached node);
    void setUserMeta(const Node &node, QByteArray pickle);
    void setSystemMeta(const Node &node, QByteArray pickle);

    qsizetype count() const { return m_count; } ///< groups and objects, without the root
    qint64 bytes() const { return m_bytes; }    ///< of names, URIs and meta information

    /// Visits everything below the root, sorted within each group, parents first.
    void visit(const std::function<void(const QByteArray &path, const Node &node)> &visitor) const;

private:
    struct Size
    {
        qsizetype count = 0;
        qint64 bytes = 0;
    };
    static Size sizeOf(const Node &node);
    static Extra &extraOf(const Node &node);

    Node m_root;
    qsizetype m_count = 0;
    qint64 m_bytes = 0;
};

} // namespace pyrolens::naming
