// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "networkview.h"

#include "delegates.h"
#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTreeView>

namespace pyrolens {

namespace {

constexpr int kDelayFrom = 20'000; ///< names from which a keystroke waits 30 ms for the next
constexpr int kDelay = 30;
constexpr double kNameWidth = 12; ///< em that other columns leave for the names
constexpr int kExpandUpTo = 500;  ///< matches that are opened by themselves

} // namespace

NetworkView::NetworkView(NameTreeModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_filter(new QLineEdit(this))
    , m_case(iconButton(QStringLiteral("match-case"), tr("Match case"), QStringLiteral("filterCase"), this))
    , m_regex(iconButton(
          QStringLiteral("match-regex"), tr("Regular expression"), QStringLiteral("filterRegex"), this))
    , m_glob(iconButton(
          QStringLiteral("match-glob"), tr("Wildcards * and ?"), QStringLiteral("filterGlob"), this))
    , m_count(new TextLabel(TextLabel::Type::Caption, this))
    , m_problem(new TextLabel(TextLabel::Type::Caption, this, ColorRole::Error))
    , m_tree(new QTreeView(this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(QStringLiteral("network-server"), tr("No name server yet"),
          tr("Look for one on this network, connect to a host you know, or try the built-in demo."), this))
    , m_noMatch(new EmptyState(QStringLiteral("edit-find"), tr("No match"), {}, this))
{
    setObjectName(QStringLiteral("networkView"));
    m_filter->setObjectName(QStringLiteral("nameFilter"));
    m_filter->setAccessibleName(tr("Filter names"));
    m_filter->setPlaceholderText(tr("Filter names"));
    m_filter->setToolTip(tr("Words that names contain; also tag:a,b (one of these tags), meta:part of a tag, "
                            "host:10.0.*, gen:5, dead:yes. Enter opens the first match. (Ctrl+L)"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(80);
    m_filter->addAction(themeIcon(QStringLiteral("edit-find"), ColorRole::Muted), QLineEdit::LeadingPosition);
    m_filter->installEventFilter(this);
    for (QToolButton *toggle : {m_case, m_regex, m_glob})
        toggle->setCheckable(true);
    m_count->setObjectName(QStringLiteral("nameCount"));
    m_problem->setObjectName(QStringLiteral("filterProblem"));
    m_problem->setWordWrap(true);
    m_problem->hide();

    m_tree->setModel(m_model);
    setUpList(m_tree, new NameDelegate(this), QStringLiteral("nameTree"), tr("Names"));
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->installEventFilter(this);
    QHeaderView *header = m_tree->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(NameTreeModel::NameColumn, QHeaderView::Stretch);
    header->setSectionResizeMode(NameTreeModel::CountColumn, QHeaderView::Fixed);
    header->resizeSection(NameTreeModel::CountColumn, metrics::em(font(), 3.7));
    header->resizeSection(NameTreeModel::HealthColumn, metrics::em(font(), 4.2));
    header->resizeSection(NameTreeModel::MetaColumn, metrics::em(font(), 8));
    m_columns = {NameTreeModel::CountColumn, NameTreeModel::HealthColumn, NameTreeModel::MetaColumn};
    showColumns();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint &point) {
        QMenu menu(this);
        for (int column = 1; column < NameTreeModel::kColumns; ++column) {
            QAction *action
                = menu.addAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
            action->setCheckable(true);
            action->setChecked(m_columns.contains(column));
            connect(action, &QAction::toggled, this, [this, column](bool shown) {
                if (shown)
                    m_columns.insert(column);
                else
                    m_columns.remove(column);
                showColumns();
            });
        }
        menu.exec(header->mapToGlobal(point));
    });

    connect(m_empty->addButton(tr("Start demo network"), QStringLiteral("emptyDemo")), &QPushButton::clicked,
        this, &NetworkView::demoRequested);
    connect(m_empty->addButton(tr("Discover"), QStringLiteral("emptyDiscover")), &QPushButton::clicked, this,
        &NetworkView::discoverRequested);
    connect(m_empty->addButton(tr("Connect to\u2026"), QStringLiteral("emptyConnect")), &QPushButton::clicked,
        this, &NetworkView::connectRequested);
    connect(m_noMatch->addButton(tr("Clear filter"), QStringLiteral("clearFilter")), &QPushButton::clicked,
        m_filter, &QLineEdit::clear);

    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_noMatch);
    m_stack->addWidget(m_tree);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, 0);
    top->setSpacing(2);
    top->addWidget(m_filter, 1);
    top->addSpacing(2);
    top->addWidget(m_case);
    top->addWidget(m_regex);
    top->addWidget(m_glob);
    auto *below = new QHBoxLayout;
    below->setContentsMargins(metrics::kPanelMargin + 2, 0, metrics::kPanelMargin, 0);
    below->addWidget(m_problem, 1);
    below->addWidget(m_count, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::kGapSmall);
    layout->addLayout(top);
    layout->addLayout(below);
    layout->addWidget(m_stack, 1);

    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelay);
    connect(&m_delay, &QTimer::timeout, this, &NetworkView::applyFilter);
    connect(m_filter, &QLineEdit::textChanged, this, [this] {
        if (m_model->totalCount() > kDelayFrom)
            m_delay.start();
        else
            applyFilter();
    });
    connect(m_case, &QToolButton::toggled, this, &NetworkView::applyFilter);
    connect(m_regex, &QToolButton::toggled, this, [this](bool on) {
        if (on)
            m_glob->setChecked(false);
        applyFilter();
    });
    connect(m_glob, &QToolButton::toggled, this, [this](bool on) {
        if (on)
            m_regex->setChecked(false);
        applyFilter();
    });
    connect(m_model, &QAbstractItemModel::modelAboutToBeReset, this, &NetworkView::remember);
    connect(m_model, &QAbstractItemModel::modelReset, this, &NetworkView::restore);
    connect(m_model, &NameTreeModel::filterApplied, this, &NetworkView::updateState);
    connect(m_model, &NameTreeModel::changedCleared, m_tree->viewport(), qOverload<>(&QWidget::update));
    connect(m_tree, &QTreeView::activated, this, &NetworkView::open);
    connect(m_tree, &QWidget::customContextMenuRequested, this, &NetworkView::contextMenu);
    // The expansion is followed as it changes: after a reset it is too late to ask the tree.
    connect(m_tree, &QTreeView::expanded, this,
        [this](const QModelIndex &index) { m_expanded.insert(m_model->key(index)); });
    connect(m_tree, &QTreeView::collapsed, this,
        [this](const QModelIndex &index) { m_expanded.remove(m_model->key(index)); });
    updateState();
}

NetworkView::~NetworkView() = default;

NameFilter::Mode NetworkView::mode() const
{
    if (m_regex->isChecked())
        return NameFilter::Mode::Regex;
    return m_glob->isChecked() ? NameFilter::Mode::Glob : NameFilter::Mode::Plain;
}

void NetworkView::applyFilter()
{
    m_delay.stop();
    const QString problem = m_model->setFilter(m_filter->text(), mode(), m_case->isChecked());
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    QPalette colours = palette();
    if (!problem.isEmpty())
        colours.setColor(QPalette::Text, themeColor(ColorRole::Error, colours));
    m_filter->setPalette(problem.isEmpty() ? QPalette() : colours);
}

void NetworkView::remember()
{
    m_current = m_model->key(m_tree->currentIndex());
    m_scroll = m_tree->verticalScrollBar()->value();
    if (!m_wasFiltered) {
        m_unfilteredExpanded = m_expanded;
        m_unfilteredCurrent = m_current;
    }
}

void NetworkView::restore()
{
    const bool filtered = m_model->isFiltered();
    const bool cleared = m_wasFiltered && !filtered;
    const QSet<QString> keys = cleared ? m_unfilteredExpanded : m_expanded;
    const QString current = cleared ? m_unfilteredCurrent : m_current;
    m_wasFiltered = filtered;
    m_expanded.clear();
    m_tree->setUpdatesEnabled(false);
    if (filtered && m_model->matchCount() <= kExpandUpTo) {
        m_tree->expandAll(); // the model holds matches only
    } else {
        // Outer ones first, so that inner ones exist.
        QStringList sorted(keys.begin(), keys.end());
        std::sort(sorted.begin(), sorted.end(),
            [](const QString &a, const QString &b) { return a.size() < b.size(); });
        for (const QString &key : sorted) {
            const QModelIndex index = m_model->indexForKey(key);
            if (index.isValid())
                m_tree->setExpanded(index, true);
        }
    }
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex profile = m_model->index(row, 0);
        if (ProfileInfo::State(profile.data(NameTreeModel::StateRole).toInt())
            == ProfileInfo::State::Failed) {
            m_tree->setExpanded(profile, true); // its message
            m_tree->setFirstColumnSpanned(0, profile, true);
        }
    }
    const QModelIndex index = m_model->indexForKey(current);
    if (index.isValid())
        m_tree->setCurrentIndex(index);
    m_tree->verticalScrollBar()->setValue(m_scroll);
    m_tree->setUpdatesEnabled(true);
}

void NetworkView::updateState()
{
    const int total = m_model->totalCount();
    const int matches = m_model->matchCount();
    const QLocale locale;
    if (m_model->rowCount() == 0)
        m_stack->setCurrentWidget(m_empty);
    else if (m_model->isFiltered() && matches == 0)
        m_stack->setCurrentWidget(m_noMatch);
    else
        m_stack->setCurrentWidget(m_tree);
    m_noMatch->setTexts(tr("No match for '%1'").arg(visibleText(m_filter->text(), 60)), {});
    m_count->setText(m_model->rowCount() == 0
            ? QString()
            : (m_model->isFiltered() ? tr("%1 of %2", "matches of all names")
                                           .arg(locale.toString(matches), locale.toString(total))
                                     : tr("%n name(s)", nullptr, total)));
}

void NetworkView::showColumns()
{
    // In a narrow explorer the names come first; the tooltip has the rest.
    QList<int> wanted(m_columns.cbegin(), m_columns.cend());
    std::sort(wanted.begin(), wanted.end());
    fitColumns(m_tree->header(), NameTreeModel::NameColumn, metrics::em(font(), kNameWidth), wanted);
}

void NetworkView::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void NetworkView::expandProfile(const QString &profile, int depth)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const QModelIndex index = m_model->index(row, 0);
        if (index.data(NameTreeModel::ProfileRole).toString() == profile)
            m_tree->expandRecursively(index, depth);
    }
}

void NetworkView::selectName(const QString &profile, const QString &name)
{
    const QModelIndex index = m_model->indexForName(profile, name);
    if (!index.isValid())
        return;
    m_tree->setCurrentIndex(index);
    m_tree->scrollTo(index);
}

QString NetworkView::currentProfile() const
{
    const QModelIndex current = m_tree->currentIndex();
    if (current.isValid())
        return current.data(NameTreeModel::ProfileRole).toString();
    return m_model->profiles().value(0);
}

ObjectTarget NetworkView::target(const QModelIndex &index) const
{
    return m_model->target(index.data(NameTreeModel::ProfileRole).toString(),
        index.data(NameTreeModel::FullNameRole).toString());
}

void NetworkView::open(const QModelIndex &index)
{
    switch (NameTreeModel::Kind(index.data(NameTreeModel::KindRole).toInt())) {
    case NameTreeModel::Kind::Name:
        if (!index.data(NameTreeModel::RemovedRole).toBool())
            Q_EMIT openRequested(target(index));
        break;
    case NameTreeModel::Kind::Message:
        Q_EMIT retryRequested(index.data(NameTreeModel::ProfileRole).toString());
        break;
    default: {
        const QModelIndex first = index.siblingAtColumn(0);
        m_tree->setExpanded(first, !m_tree->isExpanded(first));
    }
    }
}

void NetworkView::contextMenu(const QPoint &point)
{
    const QModelIndex index = m_tree->indexAt(point);
    if (!index.isValid())
        return;
    const auto kind = NameTreeModel::Kind(index.data(NameTreeModel::KindRole).toInt());
    const QString profile = index.data(NameTreeModel::ProfileRole).toString();
    QMenu menu(this);
    if (kind == NameTreeModel::Kind::Name) {
        const ObjectTarget object = target(index);
        menu.addAction(tr("Open"), this, [this, object] { Q_EMIT openRequested(object); });
        menu.addAction(
            tr("Objects of this daemon"), this, [this, object] { Q_EMIT daemonRequested(object); });
        menu.addSeparator();
        menu.addAction(tr("Copy name"), this, [object] { copyText(object.name); });
        menu.addAction(tr("Copy URI"), this, [object] { copyText(object.uri); });
    } else {
        menu.addAction(tr("Refresh"), this, [this, profile] { Q_EMIT retryRequested(profile); });
        menu.addAction(tr("Cancel"), this, [this, profile] { Q_EMIT cancelRequested(profile); });
        menu.addAction(
            tr("Administration"), this, [this, profile] { Q_EMIT administrationRequested(profile); });
        menu.addAction(tr("Diagnose\u2026"), this, [this, profile] { Q_EMIT diagnoseRequested(profile); });
        menu.addAction(tr("Settings\u2026"), this, [this, profile] { Q_EMIT settingsRequested(profile); });
        const QString uri = index.data(NameTreeModel::UriRole).toString();
        if (!uri.isEmpty())
            menu.addAction(tr("Copy URI"), this, [uri] { copyText(uri); });
        menu.addSeparator();
        menu.addAction(
            tr("Remove from this list"), this, [this, profile] { Q_EMIT removeRequested(profile); });
    }
    menu.exec(m_tree->viewport()->mapToGlobal(point));
}

bool NetworkView::eventFilter(QObject *object, QEvent *event)
{
    // The tree may get its width later than this view: it lies behind the empty state at first.
    if (object == m_tree && event->type() == QEvent::Resize)
        QMetaObject::invokeMethod(this, &NetworkView::showColumns, Qt::QueuedConnection);
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(object, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (object == m_filter) {
        switch (key->key()) {
        case Qt::Key_Escape:
            m_filter->clear();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter: {
            applyFilter(); // a keystroke may still be waiting
            const QModelIndex first = m_model->firstName();
            if (first.isValid())
                open(first);
            return true;
        }
        case Qt::Key_Down: {
            m_tree->setFocus();
            if (!m_tree->currentIndex().isValid())
                m_tree->setCurrentIndex(m_model->firstName());
            return true;
        }
        default:
            break;
        }
    } else if (object == m_tree && key->key() == Qt::Key_Escape) {
        Q_EMIT cancelRequested(currentProfile());
        return true;
    }
    return QWidget::eventFilter(object, event);
}

} // namespace pyrolens
