// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "comparison.h"

namespace pyrolens {

template <class F>
void Comparison::post(F work)
{
    QMetaObject::invokeMethod(m_worker, std::move(work), Qt::QueuedConnection);
}

Comparison::Comparison(const std::shared_ptr<const Catalogue> &catalogue, std::shared_ptr<ByteTap> tap,
    NameServerAddress here, QObject *parent)
    : QObject(parent), m_context(std::make_shared<ClientContext>()), m_worker(new QObject)
{
    m_context->catalogue = catalogue;
    m_context->tap = std::move(tap);
    m_thread.setObjectName(QStringLiteral("comparison"));
    m_worker->moveToThread(&m_thread);
    m_thread.start();
    post([this, here = std::move(here)] {
        m_here.transfer = new NameTransfer(m_context, here, m_worker);
        connectSide(m_here);
    });
}

Comparison::~Comparison()
{
    endWorker(m_worker, m_thread);
}

void Comparison::connectSide(Side &side)
{
    NameTransfer *transfer = side.transfer;
    // With the worker as context these run in its thread; the signals of this object then go on to the
    // window's.
    connect(transfer, &NameTransfer::progress, m_worker, [this, &side](int done, int total) {
        side.done = done;
        side.total = total;
        if (m_reading)
            Q_EMIT progress(m_here.done + m_there.done, m_here.total + m_there.total);
    });
    connect(transfer, &NameTransfer::namesRead, m_worker, [this, &side](const Registrations &names) {
        side.names = names;
        told();
    });
    connect(transfer, &NameTransfer::failed, m_worker, [this](const QString &text) { endReading(text); });
    connect(transfer, &NameTransfer::planned, this, &Comparison::planned);
    connect(transfer, &NameTransfer::applying, this, &Comparison::applying);
    connect(transfer, &NameTransfer::outcomes, this, &Comparison::outcomes);
    connect(transfer, &NameTransfer::applied, this, &Comparison::applied);
}

void Comparison::compareWith(const NameServerAddress &there)
{
    post([this, there] {
        delete m_there.transfer;
        m_there = {};
        m_there.transfer = new NameTransfer(m_context, there, m_worker);
        connectSide(m_there);
        m_here.names.reset();
        m_here.done = m_here.total = 0;
        m_reading = true;
        m_here.transfer->read();
        m_there.transfer->read();
    });
}

void Comparison::told()
{
    if (!m_reading || !m_here.names || !m_there.names)
        return;
    m_reading = false;
    Q_EMIT compared(std::make_shared<const NameComparison>(compareNames(*m_here.names, *m_there.names)));
}

void Comparison::endReading(const QString &problem)
{
    if (m_ending)
        return;
    if (std::exchange(m_reading, false)) {
        // The other one need not go on, nor say so.
        m_ending = true;
        m_here.transfer->cancel();
        m_there.transfer->cancel();
        m_ending = false;
    }
    Q_EMIT failed(problem);
}

void Comparison::cancel()
{
    post([this] {
        m_here.transfer->cancel();
        if (m_there.transfer)
            m_there.transfer->cancel();
    });
}

void Comparison::planCopy(bool toThere, const std::vector<Registration> &names)
{
    post([this, toThere, names] {
        std::vector<NameFileRow> rows;
        rows.reserve(names.size());
        for (const Registration &one : names)
            rows.push_back({one, 0, {}});
        (toThere ? m_there : m_here).transfer->planFor(std::move(rows));
    });
}

void Comparison::apply(bool toThere, const std::vector<NameAction> &actions)
{
    post([this, toThere, actions] { (toThere ? m_there : m_here).transfer->apply(actions); });
}

void Comparison::stop()
{
    post([this] {
        m_here.transfer->stop();
        if (m_there.transfer)
            m_there.transfer->stop();
    });
}

} // namespace pyrolens
