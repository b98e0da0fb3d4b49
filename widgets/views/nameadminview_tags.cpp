// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// Tags of flat name servers in the administration: filter by them, and change them with a preview.
#include "nameadminview.h"

#include "parts.h"
#include "planview.h"

#include <pyrolens/editors/tagedit.h>
#include <pyrolens/models/plaintext.h>

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

namespace pyrolens {

void NameAdminView::setFlat(bool flat)
{
    m_isFlat = flat;
    for (QAction *action : std::as_const(m_treeActions))
        action->setVisible(!flat);
    m_tagFilter->setVisible(flat);
    m_tagMode->setVisible(flat);
    m_table->setColumnHidden(RegistrationModel::TagsColumn, !flat);
    m_tags->hide();
}

void NameAdminView::filterTags()
{
    QStringList tags;
    for (const QString &tag : m_tagFilter->text().split(u',')) {
        if (!tag.trimmed().isEmpty())
            tags.append(tag.trimmed());
    }
    m_model->setTagFilter(tags, m_tagMode->currentIndex() == 1);
}

std::vector<NameRow> NameAdminView::selectedRows() const
{
    std::vector<NameRow> rows;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows()) {
        if (const NameRow *row = m_model->row(index))
            rows.push_back(*row);
    }
    if (const NameRow *row = rows.empty() ? current() : nullptr)
        rows.push_back(*row);
    return rows;
}

QStringList NameAdminView::commonTags(const std::vector<NameRow> &rows) const
{
    QStringList common = rows.empty() ? QStringList() : rows.front().tags;
    for (const NameRow &row : rows)
        common.removeIf([&row](const QString &tag) { return !row.tags.contains(tag); });
    return common;
}

/// One name or several: the line has the tags that all of them have. What is taken away there goes from all,
/// what is added comes to all, and what only some have stays.
void NameAdminView::askTags()
{
    m_tagged = selectedRows();
    if (m_tagged.empty()) {
        m_banner->showMessage(Banner::Level::Information, tr("Select a name first."));
        return;
    }
    m_asksTags = true;
    m_asksGroup = false;
    m_first->hide();
    m_second->hide();
    m_tags->setSuggestions(m_model->knownTags());
    m_tags->setTags(commonTags(m_tagged));
    m_tags->show();
    showBar(m_tagged.size() == 1 ? tr("Tags of %1:").arg(visibleText(m_tagged.front().name, 60))
                                 : tr("Common tags of %n name(s):", nullptr, int(m_tagged.size())),
        tr("Preview"));
    m_tags->setFocus();
}

void NameAdminView::previewTags()
{
    const QStringList before = commonTags(m_tagged);
    const QStringList after = m_tags->tags();
    QStringList added = after;
    added.removeIf([&before](const QString &tag) { return before.contains(tag); });
    QStringList removed = before;
    removed.removeIf([&after](const QString &tag) { return after.contains(tag); });
    m_bar->hide();
    m_asksTags = false;
    if (added.isEmpty() && removed.isEmpty()) {
        m_banner->showMessage(Banner::Level::Information, tr("The tags stay as they are."));
        return;
    }
    std::vector<Registration> names;
    for (const NameRow &row : m_tagged)
        names.push_back({row.name, row.uri, metaOfTags(row.tags), false});
    m_plan->setPlan(tr("Change of tags"), std::make_shared<const NamePlan>(planTags(names, added, removed)),
        true, PlanView::Purpose::Metadata);
    m_stack->setCurrentIndex(PlanPage);
}

} // namespace pyrolens
