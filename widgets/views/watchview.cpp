// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "watchview.h"

#include "delegates.h"
#include "parts.h"
#include "plotview.h"

#include <pyrolens/theme/colors.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QComboBox>
#include <QCoreApplication>
#include <QFileDialog>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QPointer>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QThreadPool>

namespace pyrolens {

namespace {

constexpr double kLabelWidth = 9; ///< em that other columns leave for the labels
constexpr qsizetype kTrendPoints = 60;

/// Adds tick boxes and the little line of the last points to the usual row.
class WatchDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto state = WatchModel::State(index.data(WatchModel::StateRole).toInt());
        const bool stale = state == WatchModel::State::Failed || state == WatchModel::State::Resting;
        switch (index.column()) {
        case WatchModel::LabelColumn:
            look.font = metrics::dataFont(option.font);
            break;
        case WatchModel::ValueColumn:
            look.font = metrics::dataFont(option.font);
            look.color = themeColor(stale ? ColorRole::Muted : ColorRole::NumberText, option.palette);
            break;
        case WatchModel::StateColumn:
            look.color = themeColor(state == WatchModel::State::Ok ? ColorRole::Ok
                    : stale                                        ? ColorRole::Error
                                                                   : ColorRole::Muted,
                option.palette);
            look.iconColor = look.color;
            look.icon = state == WatchModel::State::Ok ? QStringLiteral("health-ok")
                : stale                                ? QStringLiteral("dialog-error")
                : state == WatchModel::State::Paused   ? QStringLiteral("media-playback-pause")
                                                       : QStringLiteral("view-refresh");
            break;
        default:
            look.color = themeColor(ColorRole::Muted, option.palette);
            break;
        }
    }

    void paintText(QPainter *painter, const QRect &area, const QString &text, const Look &look,
        const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (index.column() == WatchModel::TrendColumn) {
            paintTrend(painter, area, option, index);
            return;
        }
        RowDelegate::paintText(painter, area, text, look, option, index);
    }

private:
    static void paintTrend(
        QPainter *painter, const QRect &area, const QStyleOptionViewItem &option, const QModelIndex &index)
    {
        const auto *model = static_cast<const WatchModel *>(index.model());
        const Series &series = model->series(index.row());
        const qsizetype first = std::max<qsizetype>(0, series.size() - kTrendPoints);
        if (series.size() - first < 2)
            return;
        double low = series.valueAt(first);
        double high = low;
        for (qsizetype i = first; i < series.size(); ++i) {
            low = std::min(low, series.valueAt(i));
            high = std::max(high, series.valueAt(i));
        }
        const QRectF box = QRectF(area).adjusted(0, 5, 0, -5);
        const double height = high > low ? high - low : 1;
        QPolygonF line;
        for (qsizetype i = first; i < series.size(); ++i)
            line.append(
                QPointF(box.left() + box.width() * double(i - first) / double(series.size() - first - 1),
                    box.bottom() - (series.valueAt(i) - low) / height * box.height()));
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(themeColor(ColorRole::Sent, option.palette), 1.2));
        painter->drawPolyline(line);
    }
};

} // namespace

WatchView::WatchView(WatchModel *model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_stack(new QStackedWidget(this))
    , m_split(new QSplitter(Qt::Vertical, this))
    , m_table(new QTableView(this))
    , m_plotPane(new QWidget(this))
    , m_plot(new PlotView(model, m_plotPane))
    , m_pause(iconButton(QStringLiteral("media-playback-pause"), tr("Pause all watches"),
          QStringLiteral("watchPause"), this))
    , m_interval(new QComboBox(this))
    , m_span(new QComboBox(m_plotPane))
    , m_resume(iconButton(QStringLiteral("view-refresh"), tr("Read the selected one again after failures"),
          QStringLiteral("watchResume"), this))
    , m_remove(iconButton(
          QStringLiteral("list-remove"), tr("Remove the selected one"), QStringLiteral("watchRemove"), this))
{
    setObjectName(QStringLiteral("watchView"));
    m_pause->setCheckable(true);
    m_interval->setObjectName(QStringLiteral("watchInterval"));
    m_interval->setAccessibleName(tr("Interval of the selected watch"));
    m_interval->setToolTip(tr("How often the selected value is read"));
    const std::pair<QString, int> intervals[] = {
        {tr("100 ms"), 100},
        {tr("500 ms"), 500},
        {tr("1 s"), 1'000},
        {tr("2 s"), 2'000},
        {tr("10 s"), 10'000},
        {tr("1 min"), 60'000},
        {tr("10 min"), 600'000},
        {tr("1 h"), 3'600'000},
    };
    for (const auto &[text, interval] : intervals)
        m_interval->addItem(text, interval);
    m_span->setObjectName(QStringLiteral("plotSpan"));
    m_span->setAccessibleName(tr("Time shown"));
    const std::pair<QString, int> spans[] = {
        {tr("Last minute"), 60},
        {tr("Last 5 minutes"), 300},
        {tr("Last 30 minutes"), 1'800},
        {tr("Last 6 hours"), 21'600},
        {tr("All"), 0},
    };
    for (const auto &[text, span] : spans)
        m_span->addItem(text, span);

    m_table->setModel(m_model);
    setUpList(m_table, new WatchDelegate(this), QStringLiteral("watchTable"), tr("Watched values"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    QHeaderView *header = m_table->horizontalHeader();
    const std::pair<int, double> widths[] = {
        {WatchModel::PlotColumn, 3},
        {WatchModel::ValueColumn, 5},
        {WatchModel::TrendColumn, 4},
        {WatchModel::DeltaColumn, 5},
        {WatchModel::RateColumn, 5},
        {WatchModel::UnitColumn, 3.5},
        {WatchModel::AgeColumn, 3.5},
        {WatchModel::StateColumn, 6},
    };
    for (const auto &[column, width] : widths)
        header->resizeSection(column, metrics::em(font(), width));
    header->setSectionResizeMode(WatchModel::LabelColumn, QHeaderView::Stretch);
    header->setContextMenuPolicy(Qt::CustomContextMenu);

    auto *pausePlot = iconButton(QStringLiteral("media-playback-pause"),
        tr("Pause the plot; reading goes on"), QStringLiteral("plotPause"), m_plotPane);
    pausePlot->setCheckable(true);
    auto *save = iconButton(QStringLiteral("document-save"), tr("Save the points as CSV"),
        QStringLiteral("plotSave"), m_plotPane);
    auto *plotBar = new QHBoxLayout;
    plotBar->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    plotBar->setSpacing(metrics::kGapSmall);
    plotBar->addWidget(m_span);
    plotBar->addStretch(1);
    plotBar->addWidget(pausePlot);
    plotBar->addWidget(save);
    auto *plotLayout = new QVBoxLayout(m_plotPane);
    plotLayout->setContentsMargins(0, 0, 0, 0);
    plotLayout->setSpacing(0);
    plotLayout->addWidget(hairline(Qt::Horizontal, m_plotPane));
    plotLayout->addLayout(plotBar);
    plotLayout->addWidget(m_plot, 1);

    m_split->setObjectName(QStringLiteral("watchSplit"));
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(m_table);
    m_split->addWidget(m_plotPane);
    m_split->setStretchFactor(0, 1);
    m_split->setStretchFactor(1, 2);
    auto *empty = new EmptyState(QStringLiteral("demo-market"), tr("Nothing is watched"),
        tr("Add a value of a result with Ctrl+Shift+A."), this);
    auto *add = empty->addButton(tr("Add the selected value"), QStringLiteral("watchAdd"));
    m_stack->addWidget(empty);
    m_stack->addWidget(m_split);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    bar->setSpacing(metrics::kGapSmall);
    bar->addWidget(m_interval);
    bar->addStretch(1);
    bar->addWidget(m_resume);
    bar->addWidget(m_remove);
    bar->addWidget(m_pause);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);

    connect(add, &QPushButton::clicked, this, &WatchView::addRequested);
    connect(m_pause, &QToolButton::toggled, m_model, &WatchModel::setAllPaused);
    connect(pausePlot, &QToolButton::toggled, m_plot, &PlotView::setPaused);
    connect(save, &QToolButton::clicked, this, &WatchView::saveCsv);
    connect(
        m_remove, &QToolButton::clicked, this, [this] { m_model->remove(m_table->currentIndex().row()); });
    connect(m_resume, &QToolButton::clicked, this, [this] {
        if (m_table->currentIndex().isValid())
            m_model->resume(m_table->currentIndex().row());
    });
    connect(m_interval, &QComboBox::activated, this, [this] {
        if (m_table->currentIndex().isValid())
            m_model->setInterval(
                m_table->currentIndex().row(), std::chrono::milliseconds(m_interval->currentData().toInt()));
    });
    connect(m_span, &QComboBox::activated, this, [this] { m_plot->setSpan(m_span->currentData().toInt()); });
    connect(m_plot, &PlotView::spanChanged, this,
        [this](double seconds) { m_span->setCurrentIndex(m_span->findData(int(seconds))); });
    connect(header, &QWidget::customContextMenuRequested, this, [this, header](const QPoint &point) {
        QMenu menu(this);
        for (int column = WatchModel::ValueColumn; column < WatchModel::kColumns; ++column) {
            QAction *shown
                = menu.addAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
            shown->setCheckable(true);
            shown->setChecked(m_columns.contains(column));
            connect(shown, &QAction::toggled, m_table, [this, column](bool on) {
                // What was asked for last is the last to go when there is no room.
                m_columns.removeAll(column);
                if (on)
                    m_columns.prepend(column);
                showColumns();
            });
        }
        menu.exec(header->mapToGlobal(point));
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_model, signal, this, &WatchView::updateState);
    connect(m_model, &WatchModel::plotChanged, this, &WatchView::updateState);
    connect(
        m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &WatchView::updateState);
    updateState();
}

WatchView::~WatchView() = default;

void WatchView::showColumns()
{
    QList<int> wanted{WatchModel::PlotColumn};
    fitColumns(m_table->horizontalHeader(), WatchModel::LabelColumn, metrics::em(font(), kLabelWidth),
        wanted + m_columns);
}

void WatchView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        showColumns();
}

void WatchView::reveal(int row)
{
    const QModelIndex index = m_model->index(row, WatchModel::PlotColumn);
    m_table->setCurrentIndex(index);
    m_table->scrollTo(m_model->index(row, WatchModel::LabelColumn));
    m_table->setFocus(Qt::OtherFocusReason);
}

void WatchView::updateState()
{
    m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 1 : 0);
    m_plotPane->setVisible(!m_model->plotted().empty());
    const int row = m_table->currentIndex().row();
    const bool selected = row >= 0 && row < m_model->rowCount();
    m_interval->setEnabled(selected);
    m_remove->setEnabled(selected);
    const QVariant state = m_table->currentIndex().data(WatchModel::StateRole);
    m_resume->setEnabled(selected && WatchModel::State(state.toInt()) == WatchModel::State::Resting);
    m_interval->setCurrentIndex(m_interval->findData(
        int((selected ? m_model->interval(row) : WatchModel::kDefaultInterval).count())));
}

void WatchView::saveCsv()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save the points"), QStringLiteral("watch.csv"), tr("CSV files (*.csv)"));
    if (path.isEmpty())
        return;
    // The disk may be slow: not in this thread.
    QThreadPool::globalInstance()->start([path, csv = m_model->toCsv(), self = QPointer<WatchView>(this)] {
        QSaveFile file(path);
        const QByteArray bytes = csv.toUtf8();
        if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
            return;
        // Through the application object: only its thread can tell whether the view is still there.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, path, why = file.errorString()] {
                if (self)
                    Q_EMIT self->problem(tr("%1 could not be written.").arg(path), why);
            },
            Qt::QueuedConnection);
    });
}

} // namespace pyrolens
