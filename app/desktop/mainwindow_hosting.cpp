// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The tab of local hosts in the main window.
#include "mainwindow.h"

#include <pyrolens/theme/icons.h>
#include <pyrolens/views/hostingview.h>

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
