// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "callrecord.h"

#include <QAbstractTableModel>

#include <memory>
#include <vector>

namespace pyrolens {

/// The calls made, newest last, each with its full request and reply. Old unpinned ones are dropped when the
/// budget of bytes is passed. Filter words: text, `ok:yes`, `ok:no`, `ms>100`, `ms<100`, `obj:x`, `method:x`;
/// all must hold.
class HistoryModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { TimeColumn, CallColumn, OutcomeColumn, DurationColumn, SizeColumn, GenerationColumn };
    static constexpr int kColumns = GenerationColumn + 1;
    enum Role { OutcomeRole = Qt::UserRole, RecordIdRole };
    using Record = std::shared_ptr<const CallRecord>;

    explicit HistoryModel(QObject *parent = nullptr);
    ~HistoryModel() override;

    /// Adds a record, or replaces the one with the same request id.
    void put(CallRecord record);
    /// Adds records of earlier runs, oldest first, in front of all others.
    void putOlder(const std::vector<Record> &records);
    Record record(const QModelIndex &index) const;
    Record recordById(quint64 id) const;
    void remove(quint64 id);
    void clear(); ///< all but pinned ones
    void setBudget(qint64 bytes);
    int total() const { return int(m_records.size()); }

    void setFilter(const QString &text);
    QString filter() const { return m_filter; }

    /// Argument lines used for a method, newest first, each once; and the methods learned for an object.
    QStringList argumentLines(const QString &member, int limit = 50) const;
    QStringList membersOf(const QString &label) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void forgotten(const QList<quint64> &ids); ///< a person removed these

private:
    bool passes(const CallRecord &record) const;
    int visibleRow(quint64 id) const;
    void shrink();

    std::vector<Record> m_records;
    std::vector<Record> m_visible;
    QString m_filter;
    qint64 m_cost = 0;
    qint64 m_budget = 500'000'000;
};

} // namespace pyrolens
