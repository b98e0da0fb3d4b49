// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/hosting/hostplan.h>

#include <QAbstractTableModel>

#include <deque>
#include <vector>

namespace pyrolens {

/// Calls that came in to our own hosts, newest last; the oldest go when there are too many.
class IncomingModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { TimeColumn, CallerColumn, ObjectColumn, CallColumn, OutcomeColumn, DurationColumn };
    static constexpr int kColumns = DurationColumn + 1;
    enum Role { FailedRole = Qt::UserRole };
    static constexpr size_t kMaxRows = 20'000;

    explicit IncomingModel(QObject *parent = nullptr);
    ~IncomingModel() override;

    void append(const std::vector<IncomingCall> &calls);
    void clear();
    const IncomingCall *call(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::deque<IncomingCall> m_calls;
};

} // namespace pyrolens
