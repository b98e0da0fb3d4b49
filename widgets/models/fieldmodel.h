// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/wire/generation.h>

#include <QAbstractItemModel>

#include <vector>

namespace pyrolens {

/// The decoded fields of one frame, as a tree; every byte is in exactly one leaf.
class FieldModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, ValueColumn, RangeColumn };
    static constexpr int kColumns = RangeColumn + 1;
    enum Role { OffsetRole = Qt::UserRole, SizeRole };

    explicit FieldModel(QObject *parent = nullptr);
    ~FieldModel() override;

    void setFields(std::vector<Field> fields);
    /// The innermost field that holds a byte.
    QModelIndex fieldAt(qsizetype offset) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    using QObject::parent;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node
    {
        QString name;
        QString value;
        qsizetype offset = 0;
        qsizetype size = 0;
        int parent = -1;
        int row = 0;
        std::vector<int> children;
    };
    void add(const std::vector<Field> &fields, int parent);
    const std::vector<int> &childrenOf(const QModelIndex &index) const;

    std::vector<Node> m_nodes;
    std::vector<int> m_top;
};

} // namespace pyrolens
