// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/hosting/hostplan.h>

#include <QAbstractItemModel>

#include <vector>

namespace pyrolens {

/// What this program hosts: hosts, and below each its objects.
class HostModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column {
        NameColumn,
        StateColumn,
        AddressColumn,
        CallsColumn,
        ErrorsColumn,
        RateColumn,
        AgeColumn,
        UsedColumn
    };
    static constexpr int kColumns = UsedColumn + 1;
    enum Role {
        PhaseRole = Qt::UserRole, ///< HostState::Phase of a host row; -1 for an object
        TroubleRole               ///< true when the row tells of something that went wrong
    };

    explicit HostModel(QObject *parent = nullptr);
    ~HostModel() override;

    void update(const HostState &state); ///< adds or updates
    void remove(quint64 id);
    const std::vector<HostState> &hosts() const { return m_hosts; }
    const HostState *host(const QModelIndex &index) const;     ///< of a host or one of its objects
    const ObjectState *object(const QModelIndex &index) const; ///< null for a host row
    QModelIndex indexOf(quint64 host) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    using QObject::parent;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static QString phaseWord(HostState::Phase phase);
    static QString kindWord(const HostState &state);

private:
    QVariant hostText(const HostState &state, int column) const;
    QVariant objectText(const ObjectState &state, int column) const;

    std::vector<HostState> m_hosts;
};

} // namespace pyrolens
