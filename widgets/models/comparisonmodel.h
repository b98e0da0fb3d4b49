// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/nameadmin/namecompare.h>

#include <QAbstractTableModel>
#include <QStringMatcher>

#include <memory>
#include <optional>
#include <vector>

namespace pyrolens {

/// Two name servers side by side.
class ComparisonModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, DifferenceColumn, HereColumn, ThereColumn, MetaColumn };
    static constexpr int kColumns = MetaColumn + 1;
    enum Role { DifferenceRole = Qt::UserRole };
    /// Which rows are shown.
    enum class Show : quint8 { All, Unequal, OnlyHere, OnlyThere, Differs, Same };

    explicit ComparisonModel(QObject *parent = nullptr);
    ~ComparisonModel() override;

    void setComparison(
        std::shared_ptr<const NameComparison> comparison, const QString &here, const QString &there);
    const NameComparison *comparison() const { return m_comparison.get(); }
    /// \param text in the name or a URI, without regard to case.
    void setFilter(const QString &text, Show show);
    const ComparedName *row(const QModelIndex &index) const;
    int total() const { return m_comparison ? int(m_comparison->rows.size()) : 0; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;
    /// Meta information in a few words; of a flat server its tags.
    static QString metaText(const Value &meta);

private:
    void rebuild();
    bool isShown(const ComparedName &row) const;
    static QString text(const ComparedName &row, int column);

    std::shared_ptr<const NameComparison> m_comparison;
    std::vector<int> m_visible;
    QString m_here;
    QString m_there;
    QStringMatcher m_filter;
    Show m_show = Show::Unequal;
    int m_sortColumn = NameColumn;
    Qt::SortOrder m_order = Qt::AscendingOrder;
};

} // namespace pyrolens
