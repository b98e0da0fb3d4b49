// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Why something cannot be reached: the tabs of the doctor in the main window.
#include "diagnosis.h"
#include "mainwindow.h"

#include <pyrolens/theme/icons.h>
#include <pyrolens/views/doctorview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/objectpage.h>

#include <QTabWidget>

namespace pyrolens {

void MainWindow::diagnoseServer(const QString &profile)
{
    if (const ProfileInfo *info = m_inspector->names()->profile(profile))
        diagnose(profile, {}, info->label);
    else
        tellNoServer();
}

void MainWindow::diagnoseCurrent()
{
    if (const ObjectPage *page = currentPage())
        diagnose(page->target().profile, page->target(), page->target().label());
    else
        diagnoseServer(someProfile());
}

void MainWindow::diagnose(const QString &profile, const ObjectTarget &target, const QString &label)
{
    auto *view = new DoctorView(label, m_tabs);
    m_tabs->addTab(
        view, themeIcon(QStringLiteral("dialog-question")), tr("Diagnosis: %1").arg(tabLabel(label)));
    m_tabs->setCurrentWidget(view);
    auto made = m_inspector->diagnosis(profile, target);
    if (!made) {
        view->end(false, made.error().what);
        return;
    }
    DiagnosisRun *run = made->release();
    run->setParent(view);
    connect(view, &DoctorView::startRequested, run, &DiagnosisRun::start);
    connect(view, &DoctorView::cancelRequested, run, &DiagnosisRun::cancel);
    connect(run, &DiagnosisRun::started, view, &DoctorView::begin);
    connect(run, &DiagnosisRun::step, view, &DoctorView::addStep);
    connect(run, &DiagnosisRun::finished, view, [view](bool cancelled) { view->end(cancelled); });
    run->start();
}

} // namespace pyrolens
