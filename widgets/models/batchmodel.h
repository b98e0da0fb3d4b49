// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "callrecord.h"

#include <QAbstractTableModel>

#include <memory>

namespace pyrolens {

/// What came of each call of a batch: a value, the exception that ended it, or nothing.
class BatchModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { NumberColumn, CallColumn, OutcomeColumn, ResultColumn };
    static constexpr int kColumns = ResultColumn + 1;
    enum Role { StateRole = Qt::UserRole };
    enum class State : quint8 { Done, Raised, NotRun, Sent };

    explicit BatchModel(QObject *parent = nullptr);
    ~BatchModel() override;

    void setRecord(std::shared_ptr<const CallRecord> record); ///< null: none

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    State state(int row) const;
    QString text(int row, int column) const;

    std::shared_ptr<const CallRecord> m_record;
};

} // namespace pyrolens
