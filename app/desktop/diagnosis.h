// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/doctor/doctor.h>

#include <QObject>

#include <atomic>
#include <memory>

class QThread;

namespace pyrolens {

/// The doctor in a thread of his own, for a window: one target, examined as often as wanted.
class DiagnosisRun final : public QObject
{
    Q_OBJECT

public:
    DiagnosisRun(std::shared_ptr<const ClientContext> context, ProxyOptions options, Uri target,
        QObject *parent = nullptr);
    ~DiagnosisRun() override; ///< cancels, and waits for the end

    void start(); ///< nothing while one runs
    void cancel();

Q_SIGNALS:
    void started();
    void step(const pyrolens::DoctorStep &step);
    void finished(bool cancelled);

private:
    const std::shared_ptr<const ClientContext> m_context;
    const ProxyOptions m_options;
    const Uri m_target;
    std::unique_ptr<QThread> m_thread;
    std::atomic<bool> m_cancelled = false;
};

} // namespace pyrolens
