// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nametransfer.h"

#include <pyrolens/nameadmin/namecompare.h>

#include <QThread>

#include <memory>

namespace pyrolens {

/// The comparison of two name servers and copying between them, without its window: all requests in a thread
/// of their own. Every function returns at once and is answered by a signal, in the thread of this object.
class Comparison final : public QObject
{
    Q_OBJECT

public:
    Comparison(const std::shared_ptr<const Catalogue> &catalogue, std::shared_ptr<ByteTap> tap,
        NameServerAddress here, QObject *parent = nullptr);
    ~Comparison() override;

    /// Reads both servers anew; compared() or failed() answers.
    void compareWith(const NameServerAddress &there);
    void cancel();
    /// What copying these names to the other server (or from it) would do; planned() answers.
    void planCopy(bool toThere, const std::vector<Registration> &names);
    void apply(bool toThere, const std::vector<NameAction> &actions);
    void stop();

Q_SIGNALS:
    void progress(int done, int total); ///< of both together
    void compared(const std::shared_ptr<const pyrolens::NameComparison> &comparison);
    void planned(const std::shared_ptr<const pyrolens::NamePlan> &plan);
    void failed(const QString &text);
    void applying(int ended, int total);
    void outcomes(const std::vector<pyrolens::NameOutcome> &outcomes);
    void applied(int done, int failed);

private:
    struct Side
    {
        NameTransfer *transfer = nullptr;
        Registrations names;
        int done = 0;
        int total = 0;
    };
    template <class F>
    void post(F work);
    void connectSide(Side &side);
    void endReading(const QString &problem); ///< in the worker's thread, like all below
    void told();

    std::shared_ptr<ClientContext> m_context;
    QThread m_thread;
    QObject *m_worker; ///< parent of the transfers; lives in m_thread
    // In the worker's thread only.
    Side m_here;
    Side m_there;
    bool m_reading = false;
    bool m_ending = false; ///< what fails now does so because another part has
};

} // namespace pyrolens
