// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/error.h>
#include <pyrolens/models/callrecord.h>

#include <QObject>
#include <QThread>

#include <memory>
#include <vector>

namespace pyrolens {

/// How much of the history is kept. Plain data.
struct HistoryLimits
{
    qint64 maxReply = 5'000'000;   ///< bytes as received; a bigger reply is not stored
    qint64 maxBytes = 500'000'000; ///< of all records; the oldest go
    int loadRows = 1'000;          ///< newest calls shown at the start ...
    qint64 loadBytes = 32'000'000; ///< ... and at most so much of them
};

/// The history on the disk: every finished call, in an SQLite file. Lives in the GUI thread and never waits;
/// a thread of its own does all reading and writing, in order. The destructor returns when all is written.
class HistoryStore final : public QObject
{
    Q_OBJECT

public:
    using Record = std::shared_ptr<const CallRecord>;

    explicit HistoryStore(const QString &file, const HistoryLimits &limits = {}, QObject *parent = nullptr);
    ~HistoryStore() override;

    void load(); ///< answered by loaded()
    void save(const Record &record);
    void forget(const QList<quint64> &ids);

Q_SIGNALS:
    void loaded(const std::vector<std::shared_ptr<const pyrolens::CallRecord>> &records); ///< oldest first
    /// `note` is empty, or says what was lost when the file was damaged.
    void opened(const QString &note);
    void failed(const pyrolens::Error &error); ///< once; nothing is kept from then on

private:
    class Worker;
    Worker *m_worker;
    QThread m_thread;
};

} // namespace pyrolens
