// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace pyrolens {

/// One registered name.
struct NameRow
{
    QString name;       ///< full name, ":group.name" in generation 3
    QString uri;        ///< text; empty for an empty group
    QStringList tags{}; ///< what a flat name server keeps beside it, sorted
    bool isGroup = false;
    bool isRemoved = false; ///< no longer there; shown a little longer
    friend bool operator==(const NameRow &, const NameRow &) = default;
};

/// All names of one name server, sorted once: groups before names, "pump2" before "pump10", parts at the
/// dots.
///
/// Immutable after build(), so it may be built in a worker and handed to any thread. Case-folded and plain
/// UTF-8 copies of all names lie in one block each, which makes a search of 100,000 names a single sweep.
class NameList final
{
public:
    static std::shared_ptr<const NameList> build(std::vector<NameRow> rows);

    /// What is new or has another URI or other tags than in `before`, and this list with the rows that only
    /// `before` has, marked as removed, in their places (null when there are none). Then the indexes are
    /// those of that list. One walk over both.
    struct Difference
    {
        std::vector<int> changed; ///< ascending
        std::shared_ptr<const NameList> withRemoved;
    };
    Difference since(const NameList &before) const;

    int size() const { return int(m_rows.size()); }
    int groups() const { return m_groups; } ///< rows that are groups
    const NameRow &at(int index) const { return m_rows[size_t(index)]; }
    /// Indexes, ascending, of the names that contain `text`.
    std::vector<int> containing(const QString &text, bool caseSensitive) const;
    /// Index of a full name, -1 when it is not there.
    int find(const QString &name) const;
    QByteArrayView folded(int index) const; ///< UTF-8, case-folded
    QByteArrayView plain(int index) const;  ///< UTF-8
    /// True when both names share the first `length` UTF-16 units. For walking the tree of groups.
    bool samePrefix(int a, int b, qsizetype length) const;

private:
    NameList() = default;
    void reserve(size_t rows, qsizetype plain, qsizetype folded);
    void append(NameRow row, QByteArrayView plain, QByteArrayView folded);
    static QByteArrayView lineOf(const QByteArray &block, const std::vector<qsizetype> &starts, int index);

    std::vector<NameRow> m_rows;
    int m_groups = 0;
    QByteArray m_plain; ///< names separated by newlines
    QByteArray m_folded;
    std::vector<qsizetype> m_plainStart;
    std::vector<qsizetype> m_foldedStart;
};

/// Host and port of a URI's text, without knowing its generation: what stands between "//" or "@" and the
/// next "/".
struct HostPort
{
    QString host;
    QString port;
    QString object;
};
HostPort splitUri(const QString &uri);

} // namespace pyrolens
