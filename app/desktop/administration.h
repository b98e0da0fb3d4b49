// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nametransfer.h"

#include <pyrolens/models/registrationmodel.h>
#include <pyrolens/nameadmin/nameadmin.h>

#include <QThread>

#include <memory>

namespace pyrolens {

/// The administration of one name server, without its window: the model in the GUI thread, the requests in a
/// thread of their own.
class Administration final : public QObject
{
    Q_OBJECT

public:
    Administration(const std::shared_ptr<const Catalogue> &catalogue, std::shared_ptr<ByteTap> tap,
        NameServerAddress address, QObject *parent = nullptr);
    ~Administration() override;

    RegistrationModel *model() { return &m_model; }
    void check(const std::vector<HealthTarget> &targets);
    void cancel(); ///< the health check
    void run(const std::vector<NameAction> &actions);
    // All names into a file, and names of a file into the server; cancelTransfer() for reading and writing,
    // stopApplying() for what an import does.
    void exportTo(const QString &path);
    void importFrom(const QString &path); ///< answered by planned()
    void cancelTransfer();
    void apply(const std::vector<NameAction> &actions);
    void stopApplying();

Q_SIGNALS:
    void progress(int done, int total);
    void checkFinished();
    void actionDone(const pyrolens::NameAction &action);
    void actionFailed(const QString &text);
    void actionsFinished(int done, int failed);
    void transferProgress(int done, int total);
    void exported(const QString &path, int names);
    void planned(const std::shared_ptr<const pyrolens::NamePlan> &plan);
    void transferFailed(const QString &text);
    void applying(int ended, int total);
    void outcomes(const std::vector<pyrolens::NameOutcome> &outcomes);
    void applied(int done, int failed);

private:
    template <class F>
    void post(F work);

    RegistrationModel m_model;
    QThread m_thread;
    QObject *m_worker; ///< parent of the three below; lives in m_thread
    HealthCheck *m_check = nullptr;
    NameAdmin *m_admin = nullptr;
    std::atomic<NameTransfer *> m_transfer
        = nullptr; ///< a file under way is given up from the window's thread
};

} // namespace pyrolens
