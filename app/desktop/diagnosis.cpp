// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "diagnosis.h"

#include <QThread>

namespace pyrolens {

DiagnosisRun::DiagnosisRun(
    std::shared_ptr<const ClientContext> context, ProxyOptions options, Uri target, QObject *parent)
    : QObject(parent)
    , m_context(std::move(context))
    , m_options(std::move(options))
    , m_target(std::move(target))
{ }

DiagnosisRun::~DiagnosisRun()
{
    cancel();
    if (m_thread)
        m_thread->wait(); // the doctor looks at the flag every 20 ms
}

void DiagnosisRun::start()
{
    if (m_thread)
        return;
    m_cancelled = false;
    m_thread.reset(QThread::create([this] {
        const Doctor doctor(m_context, m_options);
        doctor.examine(
            m_target,
            [this](const DoctorStep &one) {
                // The signal is emitted in this object's thread, where those who listen live.
                QMetaObject::invokeMethod(
                    this, [this, one] { Q_EMIT step(one); }, Qt::QueuedConnection);
            },
            &m_cancelled);
    }));
    m_thread->setObjectName(QStringLiteral("doctor"));
    connect(m_thread.get(), &QThread::finished, this, [this] {
        m_thread->wait();
        m_thread.reset();
        Q_EMIT finished(m_cancelled);
    });
    Q_EMIT started();
    m_thread->start();
}

void DiagnosisRun::cancel()
{
    m_cancelled = true;
}

} // namespace pyrolens
