// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "daemonmodel.h"

#include "plaintext.h"

#include <algorithm>
#include <tuple>

namespace pyrolens {

DaemonModel::DaemonModel(QObject *parent) : QAbstractTableModel(parent) { }

DaemonModel::~DaemonModel() = default;

void DaemonModel::setObjects(std::vector<RegisteredObject> objects)
{
    beginResetModel();
    m_objects = std::move(objects);
    std::sort(m_objects.begin(), m_objects.end(), [](const RegisteredObject &a, const RegisteredObject &b) {
        return std::make_tuple(a.name.isEmpty(), a.name, a.id)
            < std::make_tuple(b.name.isEmpty(), b.name, b.id);
    });
    endResetModel();
}

const RegisteredObject *DaemonModel::object(const QModelIndex &index) const
{
    return index.isValid() && size_t(index.row()) < m_objects.size() ? &m_objects[size_t(index.row())]
                                                                     : nullptr;
}

int DaemonModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_objects.size());
}

int DaemonModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant DaemonModel::data(const QModelIndex &index, int role) const
{
    const RegisteredObject *one = object(index);
    if (!one || role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case NameColumn:
        if (!one->name.isEmpty())
            return visibleText(one->name, 200);
        // In the flat name space the id is the name.
        return one->uri.contains(u"://") ? tr("(no name)") : visibleText(one->id, 200);
    case IdColumn:
        return visibleText(one->id, 200);
    case UriColumn:
        return visibleText(one->uri, 200);
    default:
        return {};
    }
}

QVariant DaemonModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Name", "column");
    case IdColumn:
        return tr("Object id", "column");
    case UriColumn:
        return tr("URI", "column");
    default:
        return {};
    }
}

} // namespace pyrolens
