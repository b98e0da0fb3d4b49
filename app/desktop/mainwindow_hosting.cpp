// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The tabs of local hosts and of name server administration in the main window.
#include "administration.h"
#include "mainwindow.h"

#include <pyrolens/theme/icons.h>
#include <pyrolens/views/hostingview.h>
#include <pyrolens/views/nameadminview.h>
#include <pyrolens/views/parts.h>

#include <QMessageBox>
#include <QPushButton>
#include <QTabWidget>

namespace pyrolens {

void MainWindow::makeHosting()
{
    Hosting *hosting = m_inspector->hosting();
    m_hosting = new HostingView(hosting->hosts(), hosting->calls(), hosting->hasScripts(), this);
    m_hosting->hide();
    HostRunner *runner = hosting->runner();
    connect(m_hosting, &HostingView::formWanted, this, [this, hosting] {
        QList<NameServerChoice> choices = hosting->nameServers();
        for (const NameServerChoice &other : m_inspector->nameServers()) {
            const bool own = std::any_of(choices.cbegin(), choices.cend(), [&](const NameServerChoice &one) {
                return one.host == other.host && one.port == other.port;
            });
            if (!own)
                choices.append(other);
        }
        m_hosting->setNameServers(choices);
    });
    connect(m_hosting, &HostingView::startRequested, hosting, &Hosting::start);
    connect(m_hosting, &HostingView::stopRequested, runner, &HostRunner::stop);
    connect(m_hosting, &HostingView::forgetRequested, runner, &HostRunner::forget);
    connect(m_hosting, &HostingView::removeRequested, runner, &HostRunner::removeObject);
    connect(m_hosting, &HostingView::replaceRequested, runner, &HostRunner::replaceObject);
    connect(runner, &HostRunner::problem, m_hosting,
        [this](quint64, const QString &text) { m_hosting->showProblem(text); });
}

void MainWindow::showHosting()
{
    if (m_tabs->indexOf(m_hosting) < 0)
        m_tabs->addTab(m_hosting, themeIcon(QStringLiteral("network-server")), tr("Local hosts"));
    m_tabs->setCurrentWidget(m_hosting);
}

void MainWindow::showAdministration(const QString &profile)
{
    if (NameAdminView *known = m_administrations.value(profile)) {
        m_tabs->setCurrentWidget(known);
        return;
    }
    const ProfileInfo *info = m_inspector->names()->profile(profile);
    std::unique_ptr<Administration> made = info ? m_inspector->administration(profile) : nullptr;
    if (!made) {
        m_banner->showMessage(Banner::Level::Information, tr("No name server is connected."),
            tr("Type its address into the go-to box, or press F5 to look for one."));
        return;
    }
    auto *view = new NameAdminView(made->model(), m_tabs);
    Administration *administration = made.release();
    administration->setParent(view);
    connect(view, &NameAdminView::checkRequested, administration, &Administration::check);
    connect(view, &NameAdminView::cancelRequested, administration, &Administration::cancel);
    connect(view, &NameAdminView::actionsRequested, administration, &Administration::run);
    connect(view, &NameAdminView::refreshRequested, m_inspector,
        [this, profile] { m_inspector->refresh(profile); });
    connect(administration, &Administration::progress, view, &NameAdminView::setProgress);
    connect(administration, &Administration::checkFinished, view, &NameAdminView::checkFinished);
    connect(administration, &Administration::actionDone, view, &NameAdminView::actionDone);
    connect(administration, &Administration::actionFailed, view, &NameAdminView::actionFailed);
    connect(administration, &Administration::actionsFinished, view, &NameAdminView::actionsFinished);
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

bool MainWindow::mayQuit()
{
    const int hosts = m_inspector->hosting()->runner()->running();
    if (hosts == 0)
        return true;
    QMessageBox box(QMessageBox::Question, tr("Hosts are running"),
        tr("%n host(s) of this program will stop, and their objects with them.", nullptr, hosts),
        QMessageBox::Cancel, this);
    const QPushButton *quit
        = box.addButton(tr("Stop %n host(s) and quit", nullptr, hosts), QMessageBox::DestructiveRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == quit;
}

} // namespace pyrolens
