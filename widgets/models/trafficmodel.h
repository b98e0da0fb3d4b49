// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/capture/trafficrecord.h>

#include <QAbstractTableModel>
#include <QHash>
#include <QMutex>
#include <QTimer>

#include <atomic>
#include <deque>
#include <optional>
#include <vector>

namespace pyrolens {

/// The frames of a capture in a ring of limited bytes. Producers in any thread enqueue(); a timer takes what
/// waits in one batch per tick, pairs replies with requests, and drops the oldest tenth when the ring is
/// full.
class TrafficModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        NumberColumn,
        TimeColumn,
        ConnectionColumn,
        DirectionColumn,
        MessageColumn,
        ObjectColumn,
        MethodColumn,
        FlagsColumn,
        SizeColumn,
        DurationColumn,
        InfoColumn
    };
    static constexpr int kColumns = InfoColumn + 1;
    enum Role { DirectionRole = Qt::UserRole, KindRole, NumberRole, UnmatchedRole };

    explicit TrafficModel(QObject *parent = nullptr);
    ~TrafficModel() override;

    void enqueue(std::vector<TrafficRecord> records); ///< any thread
    void flush();                                     ///< takes what waits now; for tests and screenshots
    void clear();
    void setPaused(bool paused); ///< reception goes on, the list stands still
    int waiting() const;         ///< records that have arrived while paused
    void setRing(qint64 bytes);
    qint64 bytesHeld() const { return m_bytes; }
    qint64 dropped() const { return m_dropped; }

    /// Shows only records that contain all words (in object, method, message, info, peer),
    /// case-insensitively.
    void setFilter(const QString &text);
    const TrafficRecord *record(const QModelIndex &index) const;
    const TrafficRecord *recordByNumber(quint64 number) const;
    QModelIndex indexOfNumber(quint64 number) const;
    int total() const { return int(m_records.size()); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void waitingChanged(int waiting);

private:
    void take();
    void match(TrafficRecord &record);
    bool passes(const TrafficRecord &record) const;
    void evict();
    QVariant display(const TrafficRecord &record, int column) const;

    std::deque<TrafficRecord> m_records;
    std::deque<quint64> m_visible;              ///< numbers, ascending
    QHash<quint64, std::deque<quint64>> m_open; ///< per connection: requests without a reply yet
    QString m_filter;
    QStringList m_words;
    QTimer m_timer;
    bool m_paused = false;
    qint64 m_bytes = 0;
    qint64 m_ring = 64 * 1024 * 1024;
    std::atomic<qint64> m_dropped{0};
    quint64 m_next = 1;
    mutable QMutex m_mutex; ///< guards m_waiting, the hand-over from the network side
    std::vector<TrafficRecord> m_waiting;
    std::deque<TrafficRecord> m_pending; ///< taken over, not shown yet
};

} // namespace pyrolens
