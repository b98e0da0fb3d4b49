// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QAbstractTableModel>
#include <QString>

#include <vector>

namespace pyrolens {

/// An object that a daemon says it hosts. Plain data.
struct RegisteredObject
{
    QString id;
    QString name; ///< as the daemon tells; empty = none
    QString uri;
};

/// What a daemon hosts: `getRegistered` of generation 3's internal daemon object.
class DaemonModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NameColumn, IdColumn, UriColumn };
    static constexpr int kColumns = UriColumn + 1;

    explicit DaemonModel(QObject *parent = nullptr);
    ~DaemonModel() override;

    void setObjects(std::vector<RegisteredObject> objects); ///< sorted by name, those without one last
    const RegisteredObject *object(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<RegisteredObject> m_objects;
};

} // namespace pyrolens
