// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "callrecord.h"

#include <pyrolens/watch/pollschedule.h>
#include <pyrolens/watch/series.h>

#include <QAbstractTableModel>
#include <QHash>
#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace pyrolens {

/// Values that are read again and again: each row is a place inside the reply of a request. Rows with the
/// same request share one call. Says what to send through the poller and is told with polled(). GUI thread.
class WatchModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        LabelColumn, ///< its tick box: read this row
        PlotColumn,  ///< its tick box: draw this row
        ValueColumn,
        TrendColumn,
        DeltaColumn,
        RateColumn, ///< change per second
        UnitColumn, ///< what the person typed
        AgeColumn,
        StateColumn
    };
    static constexpr int kColumns = StateColumn + 1;
    enum Role { StateRole = Qt::UserRole, ValueKindRole };
    enum class State : quint8 { Waiting, Ok, Paused, Failed, Resting };
    static constexpr std::chrono::milliseconds kDefaultInterval{2'000};
    static constexpr int kMaxRows = 1'000;
    static constexpr int kMaxPlotted = 16;

    explicit WatchModel(QObject *parent = nullptr);
    ~WatchModel() override;

    /// Sends a request and returns its id, with which polled() will be told.
    using Poller = std::function<quint64(const CallRequest &request)>;
    void setPoller(Poller poller) { m_poller = std::move(poller); }
    /// Adds a row for what stands at `steps` (ValueModel::stepsOf()) inside the reply of `request`.
    /// \return its row, or -1 when there are too many.
    int add(const CallRequest &request, const QStringList &steps, const Value &reply);
    void remove(int row);
    void polled(const CallRecord &record);
    void setAllPaused(bool paused);
    bool isAllPaused() const { return m_paused; }
    void setInterval(int row, std::chrono::milliseconds interval);
    std::chrono::milliseconds interval(int row) const { return m_rows[size_t(row)].interval; }
    void resume(int row); ///< after too many failures
    void tick(PollSchedule::Time now);

    /// What a plot shows.
    struct Plotted
    {
        QString label;
        QString unit;
        const Series *series = nullptr; ///< valid until the model changes
    };
    std::vector<Plotted> plotted() const;
    const Series &series(int row) const { return *m_rows[size_t(row)].series; }
    QString toCsv() const; ///< of all plotted rows: time, label, value; numbers as in C

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The number that a value is for a plot: integers, floats, booleans, decimals.
    static std::optional<double> numberOf(const Value &value);

Q_SIGNALS:
    void plotChanged(); ///< points, or what is plotted

private:
    struct Row
    {
        QString label;
        QString key;
        QStringList steps;
        Dialect dialect = Dialect::Python2;
        std::chrono::milliseconds interval = kDefaultInterval;
        bool active = true;
        bool plotted = false;
        State state = State::Waiting;
        Value value;
        QString unit;
        QString error;
        double time = 0; ///< of the value, seconds since 1970
        std::optional<double> delta;
        std::optional<double> rate;
        std::shared_ptr<Series> series;
    };
    static QString keyOf(const CallRequest &request);
    static double now();
    void take(Row &row, const Value &reply, double time);
    void reschedule(const QString &key);
    void rowChanged(int row);
    QString text(const Row &row, int column) const;
    static QString word(State state);

    std::vector<Row> m_rows;
    QHash<QString, CallRequest> m_requests; ///< by key
    QHash<quint64, QString> m_underWay;     ///< key by call id
    PollSchedule m_schedule;
    Poller m_poller;
    QTimer m_timer;
    QTimer m_ages;
    bool m_paused = false;
};

} // namespace pyrolens
