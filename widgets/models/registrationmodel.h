// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "namelist.h"

#include <pyrolens/nameadmin/healthcheck.h>
#include <pyrolens/nameadmin/stalenames.h>

#include <QAbstractTableModel>
#include <QHash>
#include <QRegularExpression>

#include <memory>
#include <vector>

namespace pyrolens {

/// All registrations of one name server as a flat table, with what a health check found out.
class RegistrationModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        NameColumn,
        UriColumn,
        HostColumn,
        PortColumn,
        ObjectColumn,
        TagsColumn, ///< of a flat server
        HealthColumn,
        RoundTripColumn,
        CheckedColumn,
        DuplicateColumn,
        StaleColumn ///< why it looks forgotten
    };
    static constexpr int kColumns = StaleColumn + 1;
    enum Role { HealthRole = Qt::UserRole, DeadRole, StaleRole };

    explicit RegistrationModel(QObject *parent = nullptr);
    ~RegistrationModel() override;

    void setNames(const std::shared_ptr<const NameList> &names);
    void setResult(const HealthResult &result);
    /// Where the name server is reached: tells which addresses make no sense there.
    void setServer(const QString &host);
    /// Looks again for registrations that were left behind, in a worker; setNames() and setServer() do so by
    /// themselves. staleFound() tells the end.
    void lookForStale();
    /// \param isRegex when true, the text is a regular expression that has to match somewhere in name or URI,
    /// without regard to case; a broken one matches nothing.
    void setFilter(const QString &text, bool isRegex = false);
    /// Leaves the names that have all of these tags, or any of them; no tags: all names. Beside setFilter().
    void setTagFilter(const QStringList &tags, bool any);
    QStringList knownTags() const; ///< of all names, sorted
    const NameRow *row(const QModelIndex &index) const;
    std::vector<HealthTarget> visible() const;
    std::vector<int> deadRows() const;
    std::vector<int> staleRows() const;
    const StaleFinding *finding(const QModelIndex &index) const;
    int total() const { return int(m_rows.size()); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

Q_SIGNALS:
    void staleFound(int names);

private:
    void takeStale(quint64 search, QHash<QString, StaleFinding> findings);
    void rebuild();
    bool passes(const NameRow &row) const;
    static QString staleText(const StaleFinding &finding);
    static QString staleHint(const StaleFinding &finding);
    QString text(int row, int column) const;
    std::pair<qint64, QString> sortKey(int row, int column) const; ///< numbers by size, the rest as text

    std::vector<NameRow> m_rows; ///< no groups
    std::vector<int> m_visible;
    QHash<QString, HealthResult> m_results;
    QHash<QString, QString> m_firstOf; ///< first name of a URI that several names have
    QHash<QString, int> m_positions;   ///< visible row by name
    QHash<QString, StaleFinding> m_stale;
    QString m_server;
    quint64 m_search = 0;
    QRegularExpression m_filter;
    QStringList m_tags;
    bool m_anyTag = false;
    int m_sortColumn = NameColumn;
    Qt::SortOrder m_order = Qt::AscendingOrder;
};

} // namespace pyrolens
