// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The tabs of name server administration and of comparing two of them in the main window.
#include "administration.h"
#include "comparison.h"
#include "mainwindow.h"

#include <pyrolens/theme/icons.h>
#include <pyrolens/views/compareview.h>
#include <pyrolens/views/nameadminview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/parts.h>

#include <QTabWidget>

namespace pyrolens {

namespace {

void connectTransfer(Administration *administration, NameAdminView *view)
{
    QObject::connect(view, &NameAdminView::exportRequested, administration, &Administration::exportTo);
    QObject::connect(view, &NameAdminView::importRequested, administration, &Administration::importFrom);
    QObject::connect(
        view, &NameAdminView::cancelTransferRequested, administration, &Administration::cancelTransfer);
    QObject::connect(view, &NameAdminView::applyRequested, administration, &Administration::apply);
    QObject::connect(view, &NameAdminView::stopRequested, administration, &Administration::stopApplying);
    QObject::connect(
        administration, &Administration::transferProgress, view, &NameAdminView::setTransferProgress);
    QObject::connect(administration, &Administration::exported, view, &NameAdminView::exported);
    QObject::connect(administration, &Administration::planned, view, &NameAdminView::showPlan);
    QObject::connect(administration, &Administration::transferFailed, view, &NameAdminView::transferFailed);
    QObject::connect(administration, &Administration::applying, view->plan(), &PlanView::setProgress);
    QObject::connect(administration, &Administration::outcomes, view->plan(), &PlanView::addOutcomes);
    QObject::connect(administration, &Administration::applied, view, &NameAdminView::applied);
}

} // namespace

void MainWindow::showAdministration(const QString &profile)
{
    if (NameAdminView *known = m_administrations.value(profile)) {
        m_tabs->setCurrentWidget(known);
        return;
    }
    const ProfileInfo *info = m_inspector->names()->profile(profile);
    std::unique_ptr<Administration> made = info ? m_inspector->administration(profile) : nullptr;
    if (!made) {
        tellNoServer();
        return;
    }
    auto *view = new NameAdminView(made->model(), m_tabs);
    view->setFlat(info->isFlat);
    Administration *administration = made.release();
    administration->setParent(view);
    connect(view, &NameAdminView::checkRequested, administration, &Administration::check);
    connect(view, &NameAdminView::cancelRequested, administration, &Administration::cancel);
    connect(view, &NameAdminView::actionsRequested, administration, &Administration::run);
    connect(view, &NameAdminView::refreshRequested, m_inspector,
        [this, profile] { m_inspector->refresh(profile); });
    connect(view, &NameAdminView::compareRequested, this, [this, profile] { showComparison(profile); });
    connect(administration, &Administration::progress, view, &NameAdminView::setProgress);
    connect(administration, &Administration::checkFinished, view, &NameAdminView::checkFinished);
    connect(administration, &Administration::actionDone, view, &NameAdminView::actionDone);
    connect(administration, &Administration::actionFailed, view, &NameAdminView::actionFailed);
    connect(administration, &Administration::actionsFinished, view, &NameAdminView::actionsFinished);
    connectTransfer(administration, view);
    const auto fill = [this, profile, administration] {
        administration->model()->setNames(m_inspector->names()->names(profile));
    };
    connect(m_inspector, &Inspector::namesArrived, administration, [fill, profile](const QString &arrived) {
        if (arrived == profile)
            fill();
    });
    fill();
    m_administrations.insert(profile, view);
    m_tabs->addTab(view, themeIcon(QStringLiteral("preferences-system")), tabLabel(info->label));
    m_tabs->setCurrentWidget(view);
}

QString MainWindow::someProfile() const
{
    const QString profile = m_network->currentProfile();
    const QStringList known = m_inspector->names()->profiles();
    return profile.isEmpty() && !known.isEmpty() ? known.front() : profile;
}

void MainWindow::tellNoServer()
{
    m_banner->showMessage(Banner::Level::Information, tr("No name server is connected."),
        tr("Type its address into the go-to box, or press F5 to look for one."));
}

void MainWindow::showComparison(const QString &profile)
{
    if (CompareView *known = m_comparisons.value(profile)) {
        m_tabs->setCurrentWidget(known);
        return;
    }
    const ProfileInfo *info = m_inspector->names()->profile(profile);
    std::unique_ptr<Comparison> made = info ? m_inspector->comparison(profile) : nullptr;
    if (!made) {
        tellNoServer();
        return;
    }
    auto *view = new CompareView(info->label, m_tabs);
    Comparison *comparison = made.release();
    comparison->setParent(view);
    const auto offer = [this, profile, view] {
        QList<std::pair<QString, QString>> servers;
        for (const QString &id : m_inspector->names()->profiles()) {
            const ProfileInfo *other = m_inspector->names()->profile(id);
            // Names of a tree and flat ones have nothing to be compared by.
            const ProfileInfo *own = m_inspector->names()->profile(profile);
            if (id != profile && other->state == ProfileInfo::State::Ok && own
                && own->isFlat == other->isFlat)
                servers.append({other->label, id});
        }
        view->setServers(servers);
    };
    connect(m_inspector, &Inspector::namesArrived, view, offer);
    offer();
    connect(view, &CompareView::compareRequested, comparison,
        [this, view, comparison, profile](const QString &id, const QString &text) {
            const auto address = m_inspector->nameServerAddress(id, text, profile);
            if (!address) {
                view->setProblem(address.error().what);
                return;
            }
            view->setProperty("there", id);
            view->setProperty("thereText", text);
            comparison->compareWith(*address);
        });
    connect(view, &CompareView::cancelRequested, comparison, &Comparison::cancel);
    connect(view, &CompareView::planRequested, comparison, &Comparison::planCopy);
    connect(view, &CompareView::applyRequested, comparison, &Comparison::apply);
    connect(view, &CompareView::stopRequested, comparison, &Comparison::stop);
    connect(comparison, &Comparison::progress, view, &CompareView::setProgress);
    connect(
        comparison, &Comparison::compared, view, [view](const std::shared_ptr<const NameComparison> &found) {
            view->setComparison(found, view->property("thereText").toString());
        });
    connect(comparison, &Comparison::planned, view, &CompareView::showPlan);
    connect(comparison, &Comparison::failed, view, &CompareView::setProblem);
    connect(comparison, &Comparison::applying, view->plan(), &PlanView::setProgress);
    connect(comparison, &Comparison::outcomes, view->plan(), &PlanView::addOutcomes);
    connect(comparison, &Comparison::applied, view, [this, view, profile](int done, int failed) {
        view->applied(done, failed);
        // Either may have changed; the explorer shows what is there.
        m_inspector->refresh(profile);
        m_inspector->refresh(view->property("there").toString());
    });
    m_comparisons.insert(profile, view);
    m_tabs->addTab(
        view, themeIcon(QStringLiteral("preferences-system")), tabLabel(tr("Compare %1").arg(info->label)));
    m_tabs->setCurrentWidget(view);
}

} // namespace pyrolens
