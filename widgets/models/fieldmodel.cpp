// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "fieldmodel.h"

#include "plaintext.h"

namespace pyrolens {

FieldModel::FieldModel(QObject *parent) : QAbstractItemModel(parent) { }

FieldModel::~FieldModel() = default;

void FieldModel::setFields(std::vector<Field> fields)
{
    beginResetModel();
    m_nodes.clear();
    m_top.clear();
    add(fields, -1);
    endResetModel();
}

void FieldModel::add(const std::vector<Field> &fields, int parent)
{
    for (const Field &field : fields) {
        const int id = int(m_nodes.size());
        auto &siblings = parent < 0 ? m_top : m_nodes[size_t(parent)].children;
        const int row = int(siblings.size());
        siblings.push_back(id);
        m_nodes.push_back({visibleText(field.name, 100), visibleText(field.value), field.offset, field.size,
            parent, row, {}});
        add(field.children, id); // frames are a few levels deep by construction
    }
}

const std::vector<int> &FieldModel::childrenOf(const QModelIndex &index) const
{
    return index.isValid() ? m_nodes[size_t(index.internalId())].children : m_top;
}

QModelIndex FieldModel::fieldAt(qsizetype offset) const
{
    const std::vector<int> *level = &m_top;
    int found = -1;
    for (bool deeper = true; deeper;) {
        deeper = false;
        for (const int id : *level) {
            const Node &node = m_nodes[size_t(id)];
            if (offset >= node.offset && offset < node.offset + node.size) {
                found = id;
                level = &node.children;
                deeper = true;
                break;
            }
        }
    }
    return found < 0 ? QModelIndex() : createIndex(m_nodes[size_t(found)].row, 0, quintptr(found));
}

QModelIndex FieldModel::index(int row, int column, const QModelIndex &parent) const
{
    const auto &level = childrenOf(parent);
    if (row < 0 || row >= int(level.size()) || column < 0 || column >= kColumns || parent.column() > 0)
        return {};
    return createIndex(row, column, quintptr(level[size_t(row)]));
}

QModelIndex FieldModel::parent(const QModelIndex &child) const
{
    if (!child.isValid())
        return {};
    const int up = m_nodes[size_t(child.internalId())].parent;
    return up < 0 ? QModelIndex() : createIndex(m_nodes[size_t(up)].row, 0, quintptr(up));
}

int FieldModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(childrenOf(parent).size());
}

int FieldModel::columnCount(const QModelIndex &) const
{
    return kColumns;
}

QVariant FieldModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node &node = m_nodes[size_t(index.internalId())];
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case NameColumn:
            return node.name;
        case ValueColumn:
            return node.value;
        case RangeColumn:
            return node.size == 0
                ? QString()
                : QStringLiteral("%1+%2").arg(node.offset, 4, 16, QChar(u'0')).arg(node.size);
        default:
            return {};
        }
    case Qt::TextAlignmentRole:
        return index.column() == RangeColumn ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case Qt::ToolTipRole:
        return index.column() == ValueColumn ? node.value.toHtmlEscaped() : QString();
    case OffsetRole:
        return QVariant::fromValue(node.offset);
    case SizeRole:
        return QVariant::fromValue(node.size);
    default:
        return {};
    }
}

QVariant FieldModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Field", "column");
    case ValueColumn:
        return tr("Value", "column");
    case RangeColumn:
        return tr("Bytes", "column: offset and length");
    default:
        return {};
    }
}

} // namespace pyrolens
