// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nametransfer.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QSet>
#include <QTimer>

#include <algorithm>

namespace pyrolens {

namespace {

// Outcomes that are told together, and how long one may wait.
constexpr size_t kOutcomes = 256;
constexpr qint64 kTellMs = 100;
constexpr std::chrono::seconds kFarewell(3);

} // namespace

void endWorker(QObject *worker, QThread &thread)
{
    QMetaObject::invokeMethod(
        worker,
        [worker] {
            const auto end = [worker] {
                worker->deleteLater(); // we may be inside a handler of its children
                QThread::currentThread()->quit();
            };
            const auto endWhenIdle = [worker, end] {
                const auto admins = worker->findChildren<NameAdmin *>();
                if (std::none_of(
                        admins.begin(), admins.end(), [](NameAdmin *one) { return one->isRunning(); }))
                    end();
            };
            const auto admins = worker->findChildren<NameAdmin *>();
            for (NameAdmin *one : admins) {
                one->stop();
                QObject::connect(one, &NameAdmin::finished, worker, endWhenIdle, Qt::QueuedConnection);
            }
            QTimer::singleShot(kFarewell, worker, end);
            endWhenIdle();
        },
        Qt::QueuedConnection);
    thread.wait();
}

NameTransfer::NameTransfer(
    std::shared_ptr<const ClientContext> context, NameServerAddress address, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_generation(address.generation)
    , m_inventory(context, address)
    , m_admin(context, address)
{
    m_inventory.setParent(this); // moves to another thread with us
    m_admin.setParent(this);
    connect(&m_inventory, &NameInventory::progress, this, &NameTransfer::progress);
    connect(&m_inventory, &NameInventory::finished, this, &NameTransfer::arrived);
    connect(&m_inventory, &NameInventory::failed, this,
        [this](const Error &error) { Q_EMIT failed(error.what); });
    connect(&m_admin, &NameAdmin::done, this, [this](const NameAction &action) { take(action, {}); });
    connect(&m_admin, &NameAdmin::failed, this,
        [this](const NameAction &action, const Error &error) { take(action, error.what); });
    connect(&m_admin, &NameAdmin::progress, this, [this](int ended, int total) {
        m_ended = ended;
        m_total = total;
        if (m_outcomes.size() >= kOutcomes || m_told.elapsed() >= kTellMs)
            flush();
    });
    connect(&m_admin, &NameAdmin::finished, this, [this](int done, int failures) {
        flush();
        Q_EMIT applied(done, failures);
    });
}

NameTransfer::~NameTransfer() = default;

void NameTransfer::read()
{
    start(Purpose::Read);
}

void NameTransfer::exportTo(const QString &path)
{
    m_path = path;
    start(Purpose::Export);
}

void NameTransfer::importFrom(const QString &path)
{
    m_cancelled = false;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        Q_EMIT failed(QStringLiteral("%1: %2").arg(QFileInfo(path).fileName(), file.errorString()));
        return;
    }
    auto rows = readNames(file, nameFileFormat(path), {}, [this](qint64) { return !m_cancelled; });
    if (rows)
        planFor(std::move(*rows));
    else
        Q_EMIT failed(rows.error().what);
}

void NameTransfer::planFor(std::vector<NameFileRow> rows)
{
    m_rows = std::move(rows);
    QSet<QString> names;
    const Generation *generation = m_context->catalogue->find(m_generation);
    for (const NameFileRow &row : m_rows)
        names.insert(generation ? plannedName(row.registration.name, *generation) : row.registration.name);
    // The meta information of the others is nobody's business here.
    start(Purpose::Plan,
        [names = std::move(names)](const NameEntry &entry) { return names.contains(entry.name); });
}

void NameTransfer::start(Purpose purpose, NameInventory::Wants wants)
{
    m_cancelled = false;
    m_purpose = purpose;
    m_inventory.read(std::move(wants));
}

void NameTransfer::arrived(const Registrations &names)
{
    switch (m_purpose) {
    case Purpose::Read:
        Q_EMIT namesRead(names);
        break;
    case Purpose::Export:
        write(*names);
        break;
    case Purpose::Plan:
        Q_EMIT planned(std::make_shared<const NamePlan>(
            planNames(std::exchange(m_rows, {}), *names, *m_context->catalogue, m_generation)));
        break;
    }
}

void NameTransfer::write(const std::vector<Registration> &names)
{
    QSaveFile file(m_path);
    Status written = Done{};
    if (!file.open(QIODevice::WriteOnly))
        written = Error::usage(file.errorString());
    if (written)
        written = writeNames(file, nameFileFormat(m_path), names, [this](qint64) { return !m_cancelled; });
    if (written && !file.commit())
        written = Error::usage(file.errorString());
    if (written)
        Q_EMIT exported(m_path, int(std::count_if(names.begin(), names.end(), [](const Registration &one) {
            return !one.isGroup;
        })));
    else
        Q_EMIT failed(QStringLiteral("%1: %2").arg(QFileInfo(m_path).fileName(), written.error().what));
}

void NameTransfer::apply(std::vector<NameAction> actions)
{
    m_told.start();
    m_ended = 0;
    m_total = int(actions.size());
    m_admin.run(std::move(actions));
}

void NameTransfer::stop()
{
    m_admin.stop();
}

void NameTransfer::cancel()
{
    m_cancelled = true;
    if (QThread::currentThread() == thread())
        m_inventory.cancel();
}

void NameTransfer::take(const NameAction &action, const QString &problem)
{
    m_outcomes.push_back({action, problem});
}

void NameTransfer::flush()
{
    m_told.start();
    if (!m_outcomes.empty())
        Q_EMIT outcomes(std::exchange(m_outcomes, {}));
    Q_EMIT applying(m_ended, m_total);
}

} // namespace pyrolens
