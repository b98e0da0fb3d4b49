// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventsview.h"

#include "delegates.h"
#include "feedparts.h"
#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>

namespace pyrolens {

namespace {

class FeedDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        switch (index.column()) {
        case EventModel::SubjectColumn:
            look.font = metrics::dataFont(option.font);
            look.color = themeColor(ColorRole::NameText, option.palette);
            break;
        case EventModel::ValueColumn:
            look.font = metrics::dataFont(option.font);
            break;
        default:
            look.color = themeColor(ColorRole::Muted, option.palette);
            break;
        }
    }
};

class SourceDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto state = FeedSource::State(index.data(SubscriptionModel::StateRole).toInt());
        if (index.column() == SubscriptionModel::StateColumn) {
            const ColorRole role = state == FeedSource::State::On
                ? ColorRole::Ok
                : (state == FeedSource::State::Failed ? ColorRole::Error : ColorRole::Muted);
            look.icon = state == FeedSource::State::On
                ? QStringLiteral("health-ok")
                : (state == FeedSource::State::Failed ? QStringLiteral("dialog-error")
                                                      : QStringLiteral("view-refresh"));
            look.color = look.iconColor = themeColor(role, option.palette);
            return;
        }
        look.font = metrics::dataFont(option.font);
        switch (FeedSource::Kind(index.data(SubscriptionModel::KindRole).toInt())) {
        case FeedSource::Kind::Subject:
            look.icon = QStringLiteral("go-next");
            break;
        case FeedSource::Kind::Pattern:
            look.icon = QStringLiteral("match-regex");
            break;
        case FeedSource::Kind::Callback:
            look.icon = QStringLiteral("object");
            break;
        }
    }
};

QHBoxLayout *barLayout()
{
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    bar->setSpacing(metrics::kGapSmall);
    return bar;
}

} // namespace

EventsView::EventsView(EventModel *feed, SubscriptionModel *sources, QWidget *parent)
    : QWidget(parent), m_model(feed), m_sources(sources), m_banner(new Banner(this))
{
    setObjectName(QStringLiteral("eventsView"));
    m_banner->setRetryVisible(false);
    auto *split = new QSplitter(Qt::Horizontal, this);
    split->setObjectName(QStringLiteral("eventsSplit"));
    split->setChildrenCollapsible(false);
    split->addWidget(makeLeft());
    split->addWidget(makeRight());
    split->setStretchFactor(0, 0);
    split->setStretchFactor(1, 1);
    split->setSizes({metrics::em(font(), 20), metrics::em(font(), 60)});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    // Two panes side by side need more than the smallest window has: then they scroll.
    auto *area = new QScrollArea(this);
    area->setObjectName(QStringLiteral("eventsArea"));
    area->setAccessibleName(tr("Events"));
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidgetResizable(true);
    area->viewport()->setAutoFillBackground(false);
    area->setWidget(split);
    split->setAutoFillBackground(false);
    layout->addWidget(area, 1);

    connect(m_subject, &QLineEdit::textChanged, this, &EventsView::checkPattern);
    connect(m_regex, &QToolButton::toggled, this, &EventsView::checkPattern);
    connect(m_subject, &QLineEdit::returnPressed, this, &EventsView::subscribe);
    connect(m_filter, &QLineEdit::textChanged, m_model, &EventModel::setFilter);
    connect(m_fold, &QToolButton::toggled, this, [this](bool folded) {
        m_model->setFolded(folded);
        m_table->setColumnHidden(EventModel::CountColumn, !folded);
        m_table->setColumnHidden(EventModel::RateColumn, !folded);
    });
    connect(m_pause, &QToolButton::toggled, m_model, &EventModel::setPaused);
    connect(m_stop, &QToolButton::clicked, this, [this] {
        std::vector<quint64> ids;
        for (const FeedSource &source : m_sources->all())
            ids.push_back(source.id);
        for (const quint64 id : ids)
            Q_EMIT removeRequested(id);
    });
    connect(m_model, &EventModel::countersChanged, this, &EventsView::updateState);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this] {
        if (m_follow->isChecked() && !m_model->isFolded())
            m_table->scrollToBottom();
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_sources, signal, this, &EventsView::updateState);
    connect(m_sources, &QAbstractItemModel::dataChanged, this, &EventsView::sourceSelected);
    connect(m_sources, &QAbstractItemModel::rowsRemoved, this, &EventsView::sourceSelected);
    connect(m_sourceTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        &EventsView::sourceSelected);
    connect(m_answer, &AnswerPanel::changed, this, &EventsView::answerChanged);
    connect(m_answer, &AnswerPanel::insertRequested, this, &EventsView::insertRequested);
    connect(m_publish, &PublishBar::publishRequested, this,
        [this](const QStringList &subjects, const Value &message) {
            Q_EMIT publishRequested(m_server->currentData().toString(), subjects, message);
        });
    setAddresses({QStringLiteral("127.0.0.1")});
    setServers({});
    sourceSelected();
    checkPattern();
    updateState();
}

EventsView::~EventsView() = default;

QWidget *EventsView::makeLeft()
{
    auto *left = new QWidget(this);
    m_subject = new QLineEdit(left);
    m_subject->setObjectName(QStringLiteral("eventSubject"));
    m_subject->setAccessibleName(tr("Subject or pattern to follow"));
    m_subject->setPlaceholderText(tr("Follow subjects; Enter"));
    m_subject->setClearButtonEnabled(true);
    m_regex = iconButton(QStringLiteral("match-regex"),
        tr("Regular expression, as the event server reads it; off: one exact subject"),
        QStringLiteral("eventRegex"), left);
    m_regex->setCheckable(true);
    m_regex->setChecked(true);
    m_server = new QComboBox(left);
    m_server->setObjectName(QStringLiteral("eventServer"));
    m_server->setAccessibleName(tr("Event server"));
    m_server->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_server->setMinimumContentsLength(8);
    m_host = new QComboBox(left);
    m_host->setObjectName(QStringLiteral("eventHost"));
    m_host->setAccessibleName(tr("Address to listen on"));
    m_host->setToolTip(tr("Where events and callbacks arrive. Anyone who can reach this address may call."));
    m_host->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_host->setMinimumContentsLength(8);
    m_check = new TextLabel(TextLabel::Type::Caption, left, ColorRole::Muted);
    m_check->setObjectName(QStringLiteral("eventCheck"));
    m_check->setElided(true);
    auto *callback = new QPushButton(tr("New callback"), left);
    callback->setObjectName(QStringLiteral("newCallback"));
    callback->setToolTip(tr("Start a callback object and insert it into the call line"));
    auto *remove = iconButton(
        QStringLiteral("list-remove"), tr("End the selected one"), QStringLiteral("removeSource"), left);
    m_sourceTable = new QTableView(left);
    m_sourceTable->setModel(m_sources);
    setUpList(m_sourceTable, new SourceDelegate(this), QStringLiteral("sourceTable"),
        tr("Subscriptions and callback objects"));
    m_sourceTable->setSelectionMode(QAbstractItemView::SingleSelection);
    m_sourceTable->horizontalHeader()->setSectionResizeMode(
        SubscriptionModel::TextColumn, QHeaderView::Stretch);
    m_sourceTable->horizontalHeader()->resizeSection(
        SubscriptionModel::StateColumn, metrics::em(font(), 5.5));
    m_answer = new AnswerPanel(left);

    auto *first = barLayout();
    first->addWidget(m_subject, 1);
    first->addWidget(m_regex);
    auto *second = barLayout();
    second->setContentsMargins(metrics::kPanelMargin, 0, metrics::kPanelMargin, metrics::kGapSmall);
    second->addWidget(m_server, 1);
    second->addWidget(m_host, 1);
    auto *third = barLayout();
    third->setContentsMargins(metrics::kPanelMargin, 0, metrics::kPanelMargin, metrics::kGapSmall);
    third->addWidget(m_check, 1);
    third->addWidget(callback);
    third->addWidget(remove);
    auto *layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(first);
    layout->addLayout(second);
    layout->addLayout(third);
    layout->addWidget(m_sourceTable, 1);
    layout->addWidget(m_answer);

    connect(callback, &QPushButton::clicked, this, [this] { Q_EMIT callbackRequested(address()); });
    connect(remove, &QToolButton::clicked, this, [this] {
        if (const FeedSource *source = m_sources->source(m_sourceTable->currentIndex()))
            Q_EMIT removeRequested(source->id);
    });
    return left;
}

QWidget *EventsView::makeRight()
{
    auto *right = new QWidget(this);
    m_filter = new QLineEdit(right);
    m_filter->setObjectName(QStringLiteral("eventFilter"));
    m_filter->setAccessibleName(tr("Filter events"));
    m_filter->setPlaceholderText(tr("Filter: text, subject:x, source:x, value:x"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(themeIcon(QStringLiteral("edit-find"), ColorRole::Muted), QLineEdit::LeadingPosition);
    m_count = new TextLabel(TextLabel::Type::Caption, right);
    m_count->setObjectName(QStringLiteral("eventCount"));
    m_waiting = new TextLabel(TextLabel::Type::Caption, right, ColorRole::Warning);
    m_waiting->setObjectName(QStringLiteral("eventWaiting"));
    m_fold = iconButton(QStringLiteral("view-list-tree"), tr("Fold: the latest of each subject"),
        QStringLiteral("eventFold"), right);
    m_fold->setCheckable(true);
    m_follow = iconButton(
        QStringLiteral("go-down"), tr("Follow the newest event"), QStringLiteral("eventFollow"), right);
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_pause = iconButton(QStringLiteral("media-playback-pause"), tr("Pause the list; reception goes on"),
        QStringLiteral("eventPause"), right);
    m_pause->setCheckable(true);
    m_stop = iconButton(QStringLiteral("process-stop"),
        tr("Stop: end all subscriptions and callback objects"), QStringLiteral("eventStop"), right);
    auto *clear = iconButton(
        QStringLiteral("edit-delete"), tr("Clear the list"), QStringLiteral("eventClear"), right);
    m_table = new QTableView(right);
    m_table->setModel(m_model);
    setUpList(m_table, new FeedDelegate(this), QStringLiteral("eventTable"), tr("Events and callbacks"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(EventModel::ValueColumn, QHeaderView::Stretch);
    const std::pair<int, double> widths[] = {
        {EventModel::TimeColumn, 7},
        {EventModel::AgeColumn, 4},
        {EventModel::SourceColumn, 6},
        {EventModel::SubjectColumn, 12},
        {EventModel::SizeColumn, 4.5},
        {EventModel::CountColumn, 4.5},
        {EventModel::RateColumn, 4.5},
    };
    for (const auto &[column, width] : widths)
        header->resizeSection(column, metrics::em(font(), width));
    m_table->setColumnHidden(EventModel::CountColumn, true);
    m_table->setColumnHidden(EventModel::RateColumn, true);
    auto *empty = new EmptyState(QStringLiteral("network-discover"),
        tr("Subscribe to a subject or start a callback object"),
        tr("What arrives stands here: events of the subjects you follow, and calls of your callback "
           "objects."),
        right);
    m_stack = new QStackedWidget(right);
    m_stack->setMinimumHeight(40);
    m_stack->addWidget(empty);
    m_stack->addWidget(m_table);
    m_publish = new PublishBar(right);

    auto *bar = barLayout();
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_waiting);
    bar->addWidget(m_count);
    bar->addWidget(m_fold);
    bar->addWidget(m_follow);
    bar->addWidget(m_pause);
    bar->addWidget(m_stop);
    bar->addWidget(clear);
    auto *layout = new QVBoxLayout(right);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);
    layout->addWidget(hairline(Qt::Horizontal, right));
    layout->addWidget(m_publish);
    connect(clear, &QToolButton::clicked, m_model, &EventModel::clear);
    return right;
}

void EventsView::setServers(const std::vector<Server> &servers)
{
    const QString current = m_server->currentData().toString();
    m_server->clear();
    for (const Server &server : servers)
        m_server->addItem(visibleText(server.label, 60), server.uri);
    if (servers.empty())
        m_server->addItem(tr("no event server"), QString());
    m_server->setCurrentIndex(std::max(0, m_server->findData(current)));
    m_server->setEnabled(!servers.empty());
    m_publish->setPossible(!servers.empty());
    checkPattern();
}

void EventsView::setAddresses(const QStringList &addresses)
{
    const QString current = m_host->currentText();
    m_host->clear();
    m_host->addItems(addresses);
    m_host->setCurrentIndex(std::max(0, m_host->findText(current)));
}

QString EventsView::address() const
{
    return m_host->currentText();
}

void EventsView::focusSubscribe()
{
    m_subject->setFocus(Qt::ShortcutFocusReason);
    m_subject->selectAll();
}

void EventsView::selectCallback(const QString &name)
{
    for (int row = 0; row < m_sources->rowCount(); ++row) {
        const FeedSource *source = m_sources->source(m_sources->index(row, 0));
        if (source->kind == FeedSource::Kind::Callback && source->text == name)
            m_sourceTable->selectRow(row);
    }
}

void EventsView::checkPattern()
{
    const QString text = m_subject->text().trimmed();
    std::optional<ColorRole> role = ColorRole::Muted;
    QString words;
    if (m_server->currentData().toString().isEmpty()) {
        words = tr("Connect to a name server that has an event server, or start the demo");
    } else if (text.isEmpty()) {
        words = tr("%n subject(s) seen", nullptr, int(m_model->subjects().size()));
    } else {
        QRegularExpression pattern(m_regex->isChecked()
                ? text
                : QRegularExpression::anchoredPattern(QRegularExpression::escape(text)),
            QRegularExpression::CaseInsensitiveOption);
        if (!pattern.isValid()) {
            words = tr("Column %1: %2", "place and kind of a mistake")
                        .arg(pattern.patternErrorOffset() + 1)
                        .arg(pattern.errorString());
            role = ColorRole::Error;
        } else {
            int matching = 0;
            for (const QString &subject : m_model->subjects())
                matching += pattern
                                .match(subject, 0, QRegularExpression::NormalMatch,
                                    QRegularExpression::AnchorAtOffsetMatchOption)
                                .hasMatch();
            words = tr("matches %1 of %n seen", "subjects", int(m_model->subjects().size()))
                        .arg(QLocale().toString(matching));
        }
    }
    m_check->setRole(role);
    m_check->setFullText(words);
}

void EventsView::subscribe()
{
    const QString text = m_subject->text().trimmed();
    const QString server = m_server->currentData().toString();
    if (text.isEmpty() || server.isEmpty())
        return checkPattern();
    Q_EMIT subscribeRequested(server, m_server->currentText(), text, m_regex->isChecked(), address());
    m_subject->selectAll();
}

void EventsView::updateState()
{
    m_stack->setCurrentIndex(m_sources->rowCount() > 0 || m_model->received() > 0 ? 1 : 0);
    m_stop->setEnabled(m_sources->rowCount() > 0);
    if (m_subject->text().isEmpty())
        checkPattern();
    const QLocale locale;
    QString text;
    if (m_model->received() > 0) {
        text = tr("%n event(s)", nullptr, int(m_model->received())) + QStringLiteral(" \u00b7 ")
            + tr("%1/s", "events per second").arg(locale.toString(m_model->rate(), 'f', 0));
        if (m_model->dropped() > 0)
            text += QStringLiteral(" \u00b7 ") + tr("%n dropped", "events", int(m_model->dropped()));
    }
    if (m_count->text() != text)
        m_count->setText(text);
    const QString waiting
        = m_model->isPaused() ? tr("+%1 waiting").arg(locale.toString(m_model->waiting())) : QString();
    if (m_waiting->text() != waiting)
        m_waiting->setText(waiting);
}

void EventsView::sourceSelected()
{
    const FeedSource *source = m_sources->source(m_sourceTable->currentIndex());
    const bool callback = source && source->kind == FeedSource::Kind::Callback;
    m_answer->setVisible(callback);
    if (callback)
        m_answer->showCallback(*source);
}

void EventsView::showProblem(const QString &text, const QString &hint, const QString &detail)
{
    m_publish->failed();
    m_banner->showMessage(Banner::Level::Warning, text, hint, detail);
}

void EventsView::published(int subjects)
{
    m_publish->published(subjects);
}

} // namespace pyrolens
