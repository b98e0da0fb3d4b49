// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/dialect.h>
#include <pyrolens/value/value.h>

#include <QAbstractTableModel>
#include <QHash>
#include <QMutex>
#include <QSet>
#include <QTimer>

#include <atomic>
#include <deque>
#include <vector>

namespace pyrolens {

/// One event, or one call of a callback object of ours. Plain data.
struct FeedItem
{
    qint64 time = 0;                    ///< when it arrived, ms since 1970
    QString source;                     ///< event server or callback object
    QString subject;                    ///< or method
    Value value;                        ///< message; for a call its arguments
    qint64 size = 0;                    ///< bytes that the value holds, roughly
    Dialect dialect = Dialect::Python2; ///< of who sent it
};

/// The feed of events in a ring of limited rows and bytes: as a log, or folded to the latest of each subject.
/// Producers in any thread enqueue(); a timer takes what waits in one batch per tick and works at most 8 ms.
/// When the ring is full the oldest tenth goes; what is lost is counted.
class EventModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        TimeColumn,
        AgeColumn,
        SourceColumn,
        SubjectColumn,
        ValueColumn,
        SizeColumn,
        CountColumn,
        RateColumn
    };
    static constexpr int kColumns = RateColumn + 1;
    static constexpr qint64 kRingRows = 1'000'000;
    static constexpr qint64 kRingBytes = 512LL * 1024 * 1024;
    static constexpr qint64 kWaitingRows = 200'000; ///< between two ticks; more are dropped and counted
    static constexpr qsizetype kSubjects = 100'000; ///< in the folded form and for the preview of patterns

    explicit EventModel(QObject *parent = nullptr);
    ~EventModel() override;

    void enqueue(FeedItem item); ///< any thread
    void flush();                ///< shows all that waits now; for tests and pictures
    void clear();
    void addDropped(qint64 events) { m_droppedEarly += events; } ///< lost before they got here; any thread
    void setRing(qint64 rows, qint64 bytes);

    void setPaused(bool paused); ///< reception goes on, the list stands still
    bool isPaused() const { return m_paused; }
    qint64 waiting() const; ///< received and not shown yet
    void setFolded(bool folded);
    bool isFolded() const { return m_folded; }
    /// All words have to be found in source, subject or value; `subject:`, `method:`, `source:` and `value:`
    /// say where. Ignores case.
    void setFilter(const QString &text);

    qint64 received() const { return m_received; }
    qint64 dropped() const { return m_droppedEarly + m_droppedLate; }
    double rate() const { return m_rate; } ///< per second, over the last one
    qint64 held() const { return qint64(m_items.size()); }
    /// Subjects seen so far, for the preview of a pattern.
    const QSet<QString> &subjects() const { return m_subjects; }
    const FeedItem *item(const QModelIndex &index) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void countersChanged(); ///< at most once per tick

private:
    struct Term
    {
        enum class Where : quint8 { Any, Subject, Source, Value };
        Where where = Where::Any;
        QString text;
    };
    struct Latest
    {
        FeedItem item;
        qint64 count = 0;
        qint64 countBefore = 0; ///< a second ago
        double rate = 0;
    };
    void tick();
    bool takeOver(); ///< \return whether something came
    void evict();
    bool scan(qint64 budget); ///< \return whether all is shown
    void rescan();
    void second();
    bool passes(const FeedItem &item) const;
    QString shared(const QString &text);
    static qint64 costOf(const FeedItem &item);
    static QString valueText(const FeedItem &item, qint64 chars);
    QVariant display(int row, int column) const;

    std::deque<FeedItem> m_items;
    quint64 m_first = 0;   ///< number of the oldest held
    quint64 m_scanned = 0; ///< number of the next one to look at
    quint64 m_limit = 0;   ///< while paused: the first one not to look at
    std::deque<quint64> m_visible;
    std::vector<Latest> m_latest;
    QHash<std::pair<QString, QString>, int> m_latestRows; ///< by source and subject
    std::vector<Term> m_terms;
    QSet<QString> m_texts; ///< so that equal subjects are held once
    QSet<QString> m_subjects;
    QTimer m_timer;
    QTimer m_seconds;
    bool m_paused = false;
    bool m_folded = false;
    qint64 m_bytes = 0;
    qint64 m_ringRows = kRingRows;
    qint64 m_ringBytes = kRingBytes;
    qint64 m_received = 0;
    qint64 m_receivedBefore = 0;
    qint64 m_secondStart = 0;
    double m_rate = 0;
    qint64 m_droppedLate = 0;
    std::atomic<qint64> m_droppedEarly{0};
    mutable QMutex m_mutex; ///< guards m_waiting
    std::vector<FeedItem> m_waiting;
};

} // namespace pyrolens
