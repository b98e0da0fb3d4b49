// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "administration.h"

namespace pyrolens {

template <class F>
void Administration::post(F work)
{
    QMetaObject::invokeMethod(m_worker, std::move(work), Qt::QueuedConnection);
}

Administration::Administration(const std::shared_ptr<const Catalogue> &catalogue,
    std::shared_ptr<ByteTap> tap, NameServerAddress address, QObject *parent)
    : QObject(parent), m_worker(new QObject)
{
    auto context = std::make_shared<ClientContext>();
    context->catalogue = catalogue;
    context->tap = std::move(tap);
    m_thread.setObjectName(QStringLiteral("administration"));
    m_worker->moveToThread(&m_thread);
    m_thread.start();
    // Used by later work of the same thread only.
    post([this, context, address = std::move(address)] {
        HealthOptions options;
        options.proxy = address.options;
        // A flat server has objects of 4 and of 5; what answers tells which.
        const Generation *spoken = context->catalogue->find(address.generation);
        options.proxy.generation
            = spoken && spoken->info().features.hierarchicalNames ? address.generation : 0;
        m_check = new HealthCheck(context, options, m_worker);
        m_admin = new NameAdmin(context, address, m_worker);
        auto *transfer = new NameTransfer(context, address, m_worker);
        connect(transfer, &NameTransfer::progress, this, &Administration::transferProgress);
        connect(transfer, &NameTransfer::exported, this, &Administration::exported);
        connect(transfer, &NameTransfer::planned, this, &Administration::planned);
        connect(transfer, &NameTransfer::failed, this, &Administration::transferFailed);
        connect(transfer, &NameTransfer::applying, this, &Administration::applying);
        connect(transfer, &NameTransfer::outcomes, this, &Administration::outcomes);
        connect(transfer, &NameTransfer::applied, this, &Administration::applied);
        m_transfer = transfer;
        connect(m_check, &HealthCheck::checked, &m_model, &RegistrationModel::setResult);
        connect(m_check, &HealthCheck::progress, this, &Administration::progress);
        connect(m_check, &HealthCheck::finished, this, &Administration::checkFinished);
        connect(m_admin, &NameAdmin::finished, this, &Administration::actionsFinished);
        connect(m_admin, &NameAdmin::done, this, &Administration::actionDone);
        connect(m_admin, &NameAdmin::failed, this, [this](const NameAction &action, const Error &error) {
            Q_EMIT actionFailed(QStringLiteral("%1: %2").arg(action.name, error.what));
        });
    });
}

Administration::~Administration()
{
    cancelTransfer();
    endWorker(m_worker, m_thread);
}

void Administration::check(const std::vector<HealthTarget> &targets)
{
    post([this, targets] { m_check->start(targets); });
}

void Administration::cancel()
{
    post([this] { m_check->cancel(); });
}

void Administration::exportTo(const QString &path)
{
    post([this, path] { m_transfer.load()->exportTo(path); });
}

void Administration::importFrom(const QString &path)
{
    post([this, path] { m_transfer.load()->importFrom(path); });
}

void Administration::cancelTransfer()
{
    if (NameTransfer *transfer = m_transfer)
        transfer->cancel(); // what reads or writes a file looks at this
    post([this] { m_transfer.load()->cancel(); });
}

void Administration::apply(const std::vector<NameAction> &actions)
{
    post([this, actions] { m_transfer.load()->apply(actions); });
}

void Administration::stopApplying()
{
    post([this] { m_transfer.load()->stop(); });
}

void Administration::run(const std::vector<NameAction> &actions)
{
    post([this, actions] { m_admin->run(actions); });
}

} // namespace pyrolens
