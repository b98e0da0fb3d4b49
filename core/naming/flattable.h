// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>

#include <functional>
#include <map>
#include <optional>

namespace pyrolens::naming {

/// What a flat name server keeps under a name.
struct FlatEntry
{
    QByteArray uri;      ///< text as it was given
    QByteArrayList tags; ///< UTF-8, sorted, each once

    bool hasAll(const QByteArrayList &wanted) const;
    bool hasAny(const QByteArrayList &wanted) const;
    friend bool operator==(const FlatEntry &, const FlatEntry &) = default;
};

/// Sorted, each once: the form of FlatEntry::tags.
QByteArrayList normalisedTags(QByteArrayList tags);

/// The flat name space of generations 4 and 5, sorted by the bytes of the names, in memory. Not thread-safe;
/// FlatRegistry guards it.
class FlatTable
{
public:
    using Visitor = std::function<void(const QByteArray &name, const FlatEntry &entry)>;

    const FlatEntry *find(QByteArrayView name) const; ///< null when it is not there
    /// Puts an entry (or nothing) there. \return what stood there before.
    std::optional<FlatEntry> exchange(const QByteArray &name, std::optional<FlatEntry> entry);
    /// Those whose name begins so, in order.
    void visit(QByteArrayView prefix, const Visitor &visitor) const;

    qsizetype count() const { return qsizetype(m_entries.size()); }
    qint64 bytes() const { return m_bytes; } ///< of names, URIs and tags
    static qint64 sizeOf(QByteArrayView name, const FlatEntry &entry);

private:
    struct ByBytes
    {
        using is_transparent = void;
        bool operator()(QByteArrayView a, QByteArrayView b) const { return a < b; }
    };
    std::map<QByteArray, FlatEntry, ByBytes> m_entries;
    qint64 m_bytes = 0;
};

} // namespace pyrolens::naming
