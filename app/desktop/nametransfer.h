// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/planmodel.h>
#include <pyrolens/nameadmin/nameinventory.h>
#include <pyrolens/nameadmin/nameplan.h>

#include <QElapsedTimer>
#include <QObject>
#include <QThread>

#include <atomic>
#include <memory>

namespace pyrolens {

/// Ends the thread of a worker and the worker with it. What its NameAdmins have begun is brought to its end,
/// so that no name is left half replaced, but for no longer than some seconds; nothing further begins. Waits:
/// for destructors only.
void endWorker(QObject *worker, QThread &thread);

/// Names in and out of one name server: reads all, writes and reads files, puts names in. Lives in a worker
/// thread that may wait for a disk; what it tells is gathered, so that a window is not flooded.
class NameTransfer final : public QObject
{
    Q_OBJECT

public:
    NameTransfer(
        std::shared_ptr<const ClientContext> context, NameServerAddress address, QObject *parent = nullptr);
    ~NameTransfer() override;

    void read();
    void exportTo(const QString &path);
    void importFrom(const QString &path);
    /// Asks the server what it has of these names and plans; planned() answers.
    void planFor(std::vector<NameFileRow> rows);
    void apply(std::vector<NameAction> actions);
    void stop(); ///< no further action begins
    /// From any thread: a file under way is given up; in this one's, a reading of the server too.
    void cancel();

Q_SIGNALS:
    void progress(int done, int total); ///< of reading a server
    void namesRead(const pyrolens::Registrations &names);
    void exported(const QString &path, int names); ///< groups not counted
    void planned(const std::shared_ptr<const pyrolens::NamePlan> &plan);
    void failed(const QString &text); ///< English words
    void applying(int ended, int total);
    void outcomes(const std::vector<pyrolens::NameOutcome> &outcomes);
    void applied(int done, int failed);

private:
    enum class Purpose : quint8 { Read, Export, Plan };
    void start(Purpose purpose, NameInventory::Wants wants = {});
    void arrived(const Registrations &names);
    void write(const std::vector<Registration> &names);
    void take(const NameAction &action, const QString &problem);
    void flush();

    const std::shared_ptr<const ClientContext> m_context;
    const int m_generation;
    NameInventory m_inventory;
    NameAdmin m_admin;
    Purpose m_purpose = Purpose::Read;
    QString m_path;
    std::vector<NameFileRow> m_rows;
    std::atomic<bool> m_cancelled = false;
    std::vector<NameOutcome> m_outcomes; ///< not told yet
    int m_ended = 0;
    int m_total = 0;
    QElapsedTimer m_told;
};

} // namespace pyrolens
