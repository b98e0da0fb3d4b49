// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nameadminview.h"

#include "delegates.h"
#include "parts.h"
#include "planview.h"

#include <pyrolens/editors/tagedit.h>
#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>
#include <pyrolens/value/literal.h>

#include <QBoxLayout>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>

#include <algorithm>

namespace pyrolens {

namespace {

class RegistrationDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (index.column() == RegistrationModel::NameColumn)
            return;
        look.color = themeColor(ColorRole::Muted, option.palette);
        if (index.column() == RegistrationModel::StaleColumn)
            look.color = themeColor(ColorRole::Warning, option.palette);
        if (index.column() == RegistrationModel::UriColumn
            || index.column() == RegistrationModel::ObjectColumn
            || index.column() == RegistrationModel::TagsColumn)
            look.font = metrics::dataFont(option.font);
        const int health = index.data(RegistrationModel::HealthRole).toInt();
        if (index.column() != RegistrationModel::HealthColumn || health < 0)
            return;
        const HealthLook seen = healthLook(shortHealth(NameHealth(health)));
        look.icon = seen.icon;
        look.color = look.iconColor = themeColor(seen.role, option.palette);
    }
};

} // namespace

NameAdminView::NameAdminView(RegistrationModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_stack(new QStackedWidget(this))
    , m_table(new QTableView(this))
    , m_banner(new Banner(this))
    , m_filter(lineEdit("adminFilter", tr("Filter names"), this))
    , m_check(pushButton(tr("Check &health"), "checkHealth", this))
    , m_cancel(pushButton(tr("Cancel"), "cancelCheck", this))
    , m_stopTransfer(pushButton(tr("Cancel"), "cancelTransfer", this))
    , m_dead(pushButton(tr("Select &dead"), "selectDead", this))
    , m_removeButton(pushButton(tr("&Remove\u2026"), "removeNames", this))
    , m_progress(new TextLabel(TextLabel::Type::Caption, this))
    , m_bar(new QWidget(this))
    , m_what(new QLabel(m_bar))
    , m_first(lineEdit("adminFirst", tr("Name"), m_bar))
    , m_second(lineEdit("adminSecond", tr("Value"), m_bar))
    , m_apply(pushButton(QString(), "adminApply", m_bar))
    , m_fullName(new TextLabel(TextLabel::Type::Caption, m_bar, ColorRole::Muted))
    , m_tags(new TagEdit(m_bar))
    , m_tagFilter(lineEdit("adminTags", tr("Filter by tags"), this))
    , m_tagMode(named(new QComboBox(this), "adminTagMode", tr("All of the tags or any")))
    , m_regex(iconButton(QStringLiteral("match-regex"), tr("The filter is a regular expression"),
          QStringLiteral("adminRegex"), this))
    , m_plan(new PlanView(this))
    , m_preview(new QWidget(this))
    , m_victims(new QListWidget(m_preview))
    , m_count(new TextLabel(TextLabel::Type::Title, m_preview))
    , m_typed(lineEdit("typedCount", tr("Number of names"), m_preview))
    , m_confirm(pushButton(QString(), "confirmRemove", m_preview))
    , m_undoButton(pushButton(tr("Register &again"), "registerAgain", this))
{
    setObjectName(QStringLiteral("nameAdminView"));
    m_banner->setRetryVisible(false);
    m_banner->hide();
    m_filter->setPlaceholderText(tr("Filter names and URIs"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(themeIcon(QStringLiteral("edit-find"), ColorRole::Muted), QLineEdit::LeadingPosition);
    m_regex->setCheckable(true);
    m_cancel->hide();
    m_stopTransfer->hide();
    m_undoButton->hide();
    m_tagFilter->setPlaceholderText(tr("Tags: lab, class:pump"));
    m_tagFilter->setClearButtonEnabled(true);
    m_tagMode->addItem(tr("all of these", "tags"));
    m_tagMode->addItem(tr("any of these", "tags"));
    auto *more = pushButton(tr("&Change"), "adminMore", this);
    more->setMenu(makeMenu());

    m_table->setModel(m_model);
    setUpList(
        m_table, new RegistrationDelegate(this), QStringLiteral("registrationTable"), tr("Registrations"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RegistrationModel::NameColumn, Qt::AscendingOrder);
    QHeaderView *header = m_table->horizontalHeader();
    // Host, port and object id say the same in a form that can be sorted.
    m_table->setColumnHidden(RegistrationModel::UriColumn, true);
    header->setSectionResizeMode(RegistrationModel::ObjectColumn, QHeaderView::Stretch);
    const std::pair<int, double> widths[]
        = {{RegistrationModel::NameColumn, 13}, {RegistrationModel::HostColumn, 7},
            {RegistrationModel::PortColumn, 4}, {RegistrationModel::ObjectColumn, 10},
            {RegistrationModel::TagsColumn, 14}, {RegistrationModel::HealthColumn, 7},
            {RegistrationModel::RoundTripColumn, 6}, {RegistrationModel::CheckedColumn, 5},
            {RegistrationModel::DuplicateColumn, 8}, {RegistrationModel::StaleColumn, 9}};
    for (const auto &[column, width] : widths)
        header->resizeSection(column, metrics::em(font(), width));

    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    bar->setSpacing(metrics::kGapSmall);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_regex);
    bar->addWidget(m_tagFilter, 1);
    bar->addWidget(m_tagMode);
    bar->addWidget(m_progress);
    for (QPushButton *one : {m_stopTransfer, m_check, m_cancel, m_dead, m_removeButton, m_undoButton, more})
        bar->addWidget(one);
    makeBar();
    makePreview();
    auto *page = new QWidget(this);
    auto *pageLayout = new QVBoxLayout(page);
    pageLayout->setContentsMargins(0, 0, 0, 0);
    pageLayout->setSpacing(0);
    pageLayout->addLayout(bar);
    pageLayout->addWidget(m_bar);
    pageLayout->addWidget(m_table, 1);
    m_stack->addWidget(page);
    m_stack->addWidget(m_preview);
    m_stack->addWidget(m_plan);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_stack, 1);

    const auto filter = [this] { m_model->setFilter(m_filter->text(), m_regex->isChecked()); };
    connect(m_filter, &QLineEdit::textChanged, this, filter);
    connect(m_regex, &QToolButton::toggled, this, filter);
    connect(m_tagFilter, &QLineEdit::textChanged, this, &NameAdminView::filterTags);
    connect(m_tagMode, &QComboBox::currentIndexChanged, this, &NameAdminView::filterTags);
    connect(m_check, &QPushButton::clicked, this, [this] {
        m_cancel->show();
        m_check->hide();
        Q_EMIT checkRequested(m_model->visible());
    });
    connect(m_cancel, &QPushButton::clicked, this, &NameAdminView::cancelRequested);
    connect(m_stopTransfer, &QPushButton::clicked, this, &NameAdminView::cancelTransferRequested);
    connect(m_dead, &QPushButton::clicked, this, &NameAdminView::selectDead);
    connect(m_removeButton, &QPushButton::clicked, this, &NameAdminView::preview);
    connect(m_plan, &PlanView::applyRequested, this, &NameAdminView::applyRequested);
    connect(m_plan, &PlanView::stopRequested, this, &NameAdminView::stopRequested);
    connect(m_plan, &PlanView::closed, this, [this] { m_stack->setCurrentIndex(TablePage); });
    connect(m_undoButton, &QPushButton::clicked, this, [this] {
        std::vector<NameAction> back = std::exchange(m_undo, {});
        std::reverse(back.begin(), back.end()); // the last one first
        showUndo();
        Q_EMIT actionsRequested(back);
    });
    setFlat(false);
}

NameAdminView::~NameAdminView() = default;

void NameAdminView::makeBar()
{
    m_bar->hide();
    FlatStyle::setPrimary(m_apply);
    auto *cancel = pushButton(tr("Cancel"), "adminCancel", m_bar);
    auto *row = new QHBoxLayout(m_bar);
    row->setContentsMargins(metrics::kPanelMargin, 0, metrics::kPanelMargin, metrics::kGapSmall);
    row->setSpacing(metrics::kGapSmall);
    row->addWidget(m_what);
    row->addWidget(m_first, 1);
    row->addWidget(m_fullName);
    row->addWidget(m_second, 2);
    row->addWidget(m_tags, 2);
    row->addWidget(m_apply);
    row->addWidget(cancel);
    connect(m_apply, &QPushButton::clicked, this, &NameAdminView::perform);
    connect(m_first, &QLineEdit::textChanged, this, &NameAdminView::updateFullName);
    connect(m_first, &QLineEdit::returnPressed, this, &NameAdminView::perform);
    connect(m_second, &QLineEdit::returnPressed, this, &NameAdminView::perform);
    connect(m_tags, &TagEdit::accepted, this, &NameAdminView::perform);
    connect(cancel, &QPushButton::clicked, m_bar, &QWidget::hide);
}

void NameAdminView::makePreview()
{
    m_victims->setObjectName(QStringLiteral("removePreview"));
    m_victims->setAccessibleName(tr("Names to be removed"));
    m_victims->setFrameShape(QFrame::NoFrame);
    FlatStyle::setPrimary(m_confirm);
    auto *cancel = pushButton(tr("Cancel"), "cancelRemove", m_preview);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_confirm);
    buttons->addWidget(cancel);
    buttons->addWidget(m_typed);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(m_preview);
    layout->setContentsMargins(
        metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin);
    layout->setSpacing(metrics::kGap);
    layout->addWidget(m_count);
    layout->addWidget(m_victims, 1);
    layout->addLayout(buttons);
    connect(m_victims, &QListWidget::itemChanged, this, &NameAdminView::updatePreview);
    connect(m_typed, &QLineEdit::textChanged, this, &NameAdminView::updatePreview);
    connect(m_confirm, &QPushButton::clicked, this, &NameAdminView::remove);
    connect(cancel, &QPushButton::clicked, this, [this] { m_stack->setCurrentIndex(TablePage); });
}

QMenu *NameAdminView::makeMenu()
{
    auto *menu = new QMenu(this);
    const auto add = [this](QMenu *to, const QString &text, Kind kind) {
        return to->addAction(text, this, [this, kind] { ask(kind); });
    };
    add(menu, tr("&Register\u2026"), Kind::Register);
    add(menu, tr("Re-re&gister\u2026"), Kind::Reregister);
    add(menu, tr("Re&name\u2026"), Kind::Rename);
    add(menu, tr("Edit &metadata\u2026"), Kind::SetMeta);
    m_treeActions.append(add(menu, tr("&Create group\u2026"), Kind::CreateGroup));
    m_treeActions.append(menu->addAction(tr("Default &group\u2026"), this, &NameAdminView::askGroup));
    menu->addAction(tr("&Ping the name server"), this, [this] {
        NameAction ping;
        ping.kind = Kind::Ping;
        Q_EMIT actionsRequested({ping});
    });
    menu->addAction(tr("Cop&y URI"), this, [this] {
        if (const NameRow *row = current())
            copyText(row->uri);
    });
    menu->addAction(tr("Re&fresh"), this, &NameAdminView::refreshRequested);
    menu->addSeparator();
    menu->addAction(tr("Select what looks f&orgotten"), this, &NameAdminView::selectStale);
    menu->addAction(tr("Compare with &another server\u2026"), this, &NameAdminView::compareRequested);
    menu->addAction(tr("E&xport\u2026"), this, &NameAdminView::chooseExport);
    menu->addAction(tr("&Import\u2026"), this, &NameAdminView::chooseImport);
    menu->addSeparator();
    QMenu *danger = menu->addMenu(themeIcon(QStringLiteral("dialog-warning")), tr("&Danger"));
    add(danger, tr("&Delete group\u2026"), Kind::DeleteGroup);
    add(danger, tr("&Resync with twin\u2026"), Kind::Resync);
    add(danger, tr("&Shut down the name server\u2026"), Kind::Shutdown);
    m_treeActions.append(danger->menuAction());
    return menu;
}

const NameRow *NameAdminView::current() const
{
    return m_model->row(m_table->currentIndex());
}

void NameAdminView::ask(Kind kind)
{
    if (kind == Kind::SetMeta && m_isFlat) {
        askTags();
        return;
    }
    const NameRow *row = current();
    const bool needsRow = kind == Kind::Reregister || kind == Kind::Rename || kind == Kind::SetMeta;
    if (needsRow && !row) {
        m_banner->showMessage(Banner::Level::Information, tr("Select a name first."));
        return;
    }
    m_kind = kind;
    m_asksGroup = m_asksTags = false;
    m_tags->setVisible(kind == Kind::Register && m_isFlat);
    m_tags->setTags({});
    m_tags->setSuggestions(m_isFlat ? m_model->knownTags() : QStringList());
    m_target = row ? *row : NameRow();
    const bool plain = kind == Kind::Resync || kind == Kind::Shutdown;
    const bool both = kind == Kind::Register;
    m_first->setVisible(!plain && kind != Kind::SetMeta && kind != Kind::Reregister);
    m_second->setVisible(both || kind == Kind::SetMeta || kind == Kind::Reregister);
    m_first->setText(kind == Kind::Rename ? m_target.name : QString());
    m_second->setText(kind == Kind::Reregister ? m_target.uri : QString());
    const QString name = visibleText(m_target.name, 60);
    switch (kind) {
    case Kind::Register:
        showBar(m_isFlat ? tr("Name, URI and tags:") : tr("Name and URI:"), tr("Register"));
        break;
    case Kind::Reregister:
        showBar(tr("New URI of %1:").arg(name), tr("Re-register"));
        break;
    case Kind::Rename:
        showBar(tr("Not atomic: registers, checks, removes. New name:"), tr("Rename"));
        break;
    case Kind::SetMeta:
        showBar(tr("Metadata of %1 as a literal:").arg(name), tr("Set metadata"));
        break;
    case Kind::CreateGroup:
        showBar(tr("New group:"), tr("Create group"));
        break;
    case Kind::DeleteGroup:
        showBar(tr("Group to delete, with every name in it:"), tr("Delete group"));
        break;
    case Kind::Resync:
        showBar(tr("The names of the twin are taken over by this server."), tr("Resync now"));
        break;
    case Kind::Shutdown:
        showBar(
            tr("Nobody will find a name here until it is started again."), tr("Shut down the name server"));
        break;
    default:
        return;
    }
    QWidget *next = m_apply;
    if (m_second->isVisible())
        next = m_second;
    if (m_first->isVisible())
        next = m_first;
    next->setFocus();
}

void NameAdminView::askGroup()
{
    m_asksGroup = true;
    m_asksTags = false;
    m_first->show();
    m_second->hide();
    m_tags->hide();
    m_first->setText(m_group);
    showBar(tr("Names without a leading \":\" belong to the group:"), tr("Set"));
    m_first->setFocus();
}

void NameAdminView::showBar(const QString &what, const QString &apply)
{
    m_what->setText(what);
    m_apply->setText(apply);
    m_bar->show();
    updateFullName();
}

QString NameAdminView::fullName(const QString &text) const
{
    return m_isFlat || text.isEmpty() || text.startsWith(u':') ? text : m_group + u'.' + text;
}

void NameAdminView::updateFullName()
{
    const QString text = m_first->text().trimmed();
    const QString full = fullName(text);
    m_fullName->setVisible(m_first->isVisible() && !m_asksGroup && full != text);
    m_fullName->setText(tr("= %1", "full name").arg(visibleText(full, 60)));
}

void NameAdminView::perform()
{
    if (m_asksTags) {
        previewTags();
        return;
    }
    const QString typed = m_first->text().trimmed();
    const QString first = m_asksGroup ? typed : fullName(typed);
    if (m_first->isVisible() && first.isEmpty())
        return;
    if (m_asksGroup) {
        m_group = first.startsWith(u':') ? first : u':' + first;
        m_bar->hide();
        return;
    }
    NameAction action;
    action.kind = m_kind;
    action.name = m_target.name;
    action.uri = m_target.uri;
    if (m_kind == Kind::Rename)
        action.to = first;
    else if (m_first->isVisible())
        action.name = first;
    if (m_kind == Kind::Register || m_kind == Kind::Reregister)
        action.uri = m_second->text().trimmed();
    if (m_kind == Kind::Register && m_isFlat && !m_tags->tags().isEmpty())
        action.meta = metaOfTags(m_tags->tags());
    if (m_kind == Kind::SetMeta) {
        const auto value = parseLiteral(m_second->text(), Dialect::Python2);
        if (!value) {
            actionFailed(value.error().what);
            return;
        }
        action.meta = value->value;
    }
    m_bar->hide();
    m_undo.clear();
    showUndo();
    Q_EMIT actionsRequested({action});
}

void NameAdminView::showUndo()
{
    const bool onlyRemoved = std::all_of(
        m_undo.begin(), m_undo.end(), [](const NameAction &action) { return action.kind == Kind::Register; });
    m_undoButton->setText(onlyRemoved ? tr("Register &again") : tr("&Undo"));
    m_undoButton->setToolTip(
        onlyRemoved ? tr("Puts back the names that were removed last") : tr("Takes the last change back"));
    m_undoButton->setVisible(!m_undo.empty());
}

void NameAdminView::selectDead()
{
    select(m_model->deadRows());
}

void NameAdminView::selectStale()
{
    const std::vector<int> rows = m_model->staleRows();
    if (rows.empty())
        m_banner->showMessage(Banner::Level::Information, tr("Nothing looks forgotten."),
            tr("Check the health first: old object ids are known by their silence."));
    select(rows);
}

void NameAdminView::select(const std::vector<int> &rows)
{
    m_table->clearSelection();
    QItemSelection selection;
    for (const int row : rows)
        selection.select(m_model->index(row, 0), m_model->index(row, RegistrationModel::kColumns - 1));
    m_table->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
}

void NameAdminView::preview()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (rows.isEmpty()) {
        m_banner->showMessage(Banner::Level::Information, tr("Select the names to remove first."));
        return;
    }
    const QSignalBlocker quiet(m_victims);
    m_victims->clear();
    for (const QModelIndex &index : rows) {
        const NameRow *row = m_model->row(index);
        const bool builtIn = isBuiltInName(row->name);
        auto *item = new QListWidgetItem(visibleText(
            builtIn ? tr("%1 (built-in)").arg(row->name) : QStringLiteral("%1   %2").arg(row->name, row->uri),
            300));
        item->setData(Qt::UserRole, row->name);
        item->setData(Qt::UserRole + 1, row->uri);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        // What the network lives on has to be ticked one by one.
        item->setCheckState(builtIn ? Qt::Unchecked : Qt::Checked);
        m_victims->addItem(item);
    }
    m_typed->clear();
    updatePreview();
    m_stack->setCurrentIndex(PreviewPage);
    m_confirm->setFocus();
}

void NameAdminView::updatePreview()
{
    int count = 0;
    for (int i = 0; i < m_victims->count(); ++i)
        count += m_victims->item(i)->checkState() == Qt::Checked;
    m_count->setFullText(tr("%n name(s) will be removed", nullptr, count));
    m_confirm->setText(tr("Remove %n name(s)", nullptr, count));
    const bool typed = count > kTypedCount;
    m_typed->setVisible(typed);
    m_typed->setPlaceholderText(tr("Type %1 to confirm").arg(count));
    m_confirm->setEnabled(count > 0 && (!typed || m_typed->text().trimmed() == QString::number(count)));
}

void NameAdminView::remove()
{
    std::vector<NameAction> actions;
    m_undo.clear();
    for (int i = 0; i < m_victims->count(); ++i) {
        const QListWidgetItem *item = m_victims->item(i);
        if (item->checkState() != Qt::Checked)
            continue;
        NameAction action;
        action.name = item->data(Qt::UserRole).toString();
        action.uri = item->data(Qt::UserRole + 1).toString();
        action.kind = Kind::Unregister;
        actions.push_back(std::move(action));
    }
    m_stack->setCurrentIndex(TablePage);
    showUndo();
    Q_EMIT actionsRequested(actions);
}

void NameAdminView::setProgress(int done, int total)
{
    m_progress->setText(tr("%1 of %2 checked").arg(done).arg(total));
}

void NameAdminView::checkFinished()
{
    m_model->lookForStale();
    m_cancel->hide();
    m_check->show();
}

void NameAdminView::actionDone(const NameAction &action)
{
    if (auto back = wayBack(action)) {
        m_undo.push_back(*std::move(back));
    } else if (action.kind == Kind::Ping) {
        m_banner->showMessage(Banner::Level::Information, tr("The name server answers."));
    }
}

void NameAdminView::actionFailed(const QString &text)
{
    m_banner->showMessage(Banner::Level::Error, visibleText(text, 300));
}

void NameAdminView::actionsFinished(int done, int failed)
{
    m_progress->setText(failed == 0 ? tr("%n change(s) made", nullptr, done)
                                    : tr("%1 made, %2 failed", "changes").arg(done).arg(failed));
    showUndo();
    Q_EMIT refreshRequested();
}

} // namespace pyrolens
