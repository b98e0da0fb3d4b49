// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Export and import of names in the administration.
#include "nameadminview.h"

#include "parts.h"
#include "planview.h"

#include <pyrolens/models/plaintext.h>

#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>

namespace pyrolens {

QString NameAdminView::fileFilter()
{
    return tr("JSON files (*.json);;CSV files (*.csv);;All files (*)");
}

void NameAdminView::chooseExport()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export all names"), QStringLiteral("names.json"), fileFilter());
    if (!path.isEmpty())
        exportFile(path);
}

void NameAdminView::chooseImport()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Import names"), {}, fileFilter());
    if (!path.isEmpty())
        importFile(path);
}

void NameAdminView::importFile(const QString &path)
{
    m_file = QFileInfo(path).fileName();
    beginTransfer(tr("Reading %1\u2026").arg(visibleText(m_file, 60)));
    Q_EMIT importRequested(path);
}

void NameAdminView::exportFile(const QString &path)
{
    beginTransfer(tr("Exporting\u2026"));
    Q_EMIT exportRequested(path);
}

void NameAdminView::beginTransfer(const QString &text)
{
    m_banner->hide();
    m_progress->setText(text);
    m_stopTransfer->show();
}

void NameAdminView::setTransferProgress(int done, int total)
{
    m_progress->setText(tr("%1 of %2 names").arg(QLocale().toString(done), QLocale().toString(total)));
}

void NameAdminView::exported(const QString &path, int names)
{
    m_stopTransfer->hide();
    m_progress->clear();
    m_banner->showMessage(Banner::Level::Information,
        tr("%n name(s) written to %1, and their groups", nullptr, names)
            .arg(visibleText(QFileInfo(path).fileName(), 100)));
}

void NameAdminView::showPlan(const std::shared_ptr<const NamePlan> &plan)
{
    m_stopTransfer->hide();
    m_progress->clear();
    m_plan->setPlan(tr("Import of %1").arg(visibleText(m_file, 100)), plan, false);
    m_stack->setCurrentIndex(PlanPage);
}

void NameAdminView::transferFailed(const QString &text)
{
    m_stopTransfer->hide();
    m_progress->clear();
    if (m_stack->currentIndex() != PlanPage)
        m_banner->showMessage(Banner::Level::Error, visibleText(text, 300));
}

void NameAdminView::applied(int done, int failed)
{
    m_plan->finished(done, failed);
    Q_EMIT refreshRequested();
}

} // namespace pyrolens
