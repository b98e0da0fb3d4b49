// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "compareview.h"

#include "delegates.h"
#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/icons.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

namespace pyrolens {

namespace {

using Show = ComparisonModel::Show;

constexpr int kButtonText = 15; ///< characters of a server's name on a button: 127.0.0.1:39861

class ComparisonDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto difference = NameDifference(index.data(ComparisonModel::DifferenceRole).toInt());
        if (index.column() == ComparisonModel::HereColumn || index.column() == ComparisonModel::ThereColumn)
            look.font = metrics::dataFont(option.font);
        if (index.column() != ComparisonModel::NameColumn || difference == NameDifference::Same)
            look.color = themeColor(ColorRole::Muted, option.palette);
        if (index.column() == ComparisonModel::DifferenceColumn && difference == NameDifference::Differs)
            look.color = themeColor(ColorRole::Warning, option.palette);
    }
};

QString number(int count)
{
    return QLocale().toString(count);
}

} // namespace

CompareView::CompareView(const QString &here, QWidget *parent)
    : QWidget(parent)
    , m_hereLabel(here)
    , m_banner(new Banner(this))
    , m_servers(named(new QComboBox(this), "compareWith", tr("Name server to compare with")))
    , m_compare(pushButton(tr("&Compare"), "compareStart", this))
    , m_cancel(pushButton(tr("Cancel"), "compareCancel", this))
    , m_progress(new TextLabel(TextLabel::Type::Caption, this, ColorRole::Muted))
    , m_filter(lineEdit("compareFilter", tr("Filter names"), this))
    , m_show(named(new QComboBox(this), "compareShow", tr("Which names are shown")))
    , m_copyThere(pushButton(QString(), "copyThere", this))
    , m_copyHere(pushButton(QString(), "copyHere", this))
    , m_bar(new QWidget(this))
    , m_stack(new QStackedWidget(this))
    , m_table(new QTableView(this))
    , m_rows(new QStackedWidget(this))
    , m_none(new EmptyState(QStringLiteral("health-ok"), QString(), QString(), this))
    , m_empty(new EmptyState(QStringLiteral("network-server"), QString(), QString(), this))
    , m_plan(new PlanView(this))
{
    setObjectName(QStringLiteral("compareView"));
    m_banner->setRetryVisible(false);
    m_servers->setEditable(true);
    m_servers->setInsertPolicy(QComboBox::NoInsert);
    m_servers->lineEdit()->setPlaceholderText(tr("A network, or HOST:PORT"));
    m_servers->lineEdit()->setObjectName(QStringLiteral("compareText"));
    m_servers->setMinimumWidth(metrics::em(font(), 12));
    m_show->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_show->setMinimumContentsLength(12);
    m_progress->setObjectName(QStringLiteral("compareProgress"));
    m_filter->setPlaceholderText(tr("Filter names and URIs"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(themeIcon(QStringLiteral("edit-find"), ColorRole::Muted), QLineEdit::LeadingPosition);
    FlatStyle::setPrimary(m_compare);
    m_table->setModel(&m_model);
    setUpList(
        m_table, new ComparisonDelegate(this), QStringLiteral("compareTable"), tr("Names of both servers"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(ComparisonModel::NameColumn, Qt::AscendingOrder);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(ComparisonModel::HereColumn, QHeaderView::Stretch);
    header->setSectionResizeMode(ComparisonModel::ThereColumn, QHeaderView::Stretch);
    const std::pair<int, double> widths[] = {{ComparisonModel::NameColumn, 13},
        {ComparisonModel::DifferenceColumn, 10}, {ComparisonModel::MetaColumn, 12}};
    for (const auto &[column, width] : widths)
        header->resizeSection(column, metrics::em(font(), width));

    auto *what = new QLabel(tr("Compare %1 with").arg(visibleText(here, 30)), this);
    what->setTextFormat(Qt::PlainText);
    what->setBuddy(m_servers);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    top->setSpacing(metrics::kGap);
    top->addWidget(what);
    top->addWidget(m_servers, 1);
    top->addWidget(m_compare);
    top->addWidget(m_cancel);
    top->addWidget(m_progress, 1);
    auto *bar = new QHBoxLayout(m_bar);
    bar->setContentsMargins(
        metrics::kPanelMargin, metrics::kGapSmall, metrics::kPanelMargin, metrics::kGapSmall);
    bar->setSpacing(metrics::kGap);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_show);
    bar->addWidget(m_copyThere);
    bar->addWidget(m_copyHere);
    auto *page = new QWidget(this);
    auto *pageLayout = new QVBoxLayout(page);
    pageLayout->setContentsMargins(0, 0, 0, 0);
    pageLayout->setSpacing(0);
    pageLayout->addWidget(m_bar);
    pageLayout->addWidget(m_rows, 1);
    m_rows->addWidget(m_table);
    m_rows->addWidget(m_none);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(page);
    m_stack->addWidget(m_plan);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addLayout(top);
    layout->addWidget(hairline(Qt::Horizontal, this));
    layout->addWidget(m_stack, 1);
    m_empty->setTexts(tr("Nothing compared yet"),
        tr("Choose a network or type the address of a name server, and press Compare."));

    connect(m_compare, &QPushButton::clicked, this, &CompareView::compare);
    connect(m_servers->lineEdit(), &QLineEdit::returnPressed, this, &CompareView::compare);
    connect(m_cancel, &QPushButton::clicked, this, &CompareView::cancelRequested);
    connect(m_filter, &QLineEdit::textChanged, this, &CompareView::filter);
    connect(m_show, &QComboBox::currentIndexChanged, this, &CompareView::filter);
    connect(m_copyThere, &QPushButton::clicked, this, [this] { copy(true); });
    connect(m_copyHere, &QPushButton::clicked, this, [this] { copy(false); });
    connect(m_plan, &PlanView::applyRequested, this, [this](const std::vector<NameAction> &actions) {
        m_hasCopied = true;
        Q_EMIT applyRequested(m_toThere, actions);
    });
    connect(m_plan, &PlanView::stopRequested, this, &CompareView::stopRequested);
    connect(m_plan, &PlanView::closed, this, [this] {
        m_stack->setCurrentIndex(TablePage);
        if (std::exchange(m_hasCopied, false))
            compare(); // as it is now
    });
    setRunning(false);
    updateShown();
}

CompareView::~CompareView() = default;

void CompareView::setServers(const QList<std::pair<QString, QString>> &servers)
{
    const QString text = m_servers->currentText();
    const QSignalBlocker quiet(m_servers);
    m_servers->clear();
    for (const auto &[label, id] : servers)
        m_servers->addItem(label, id);
    if (!text.isEmpty() || servers.isEmpty())
        m_servers->setEditText(text);
}

void CompareView::compare()
{
    const QString text = m_servers->currentText().trimmed();
    if (text.isEmpty() || m_plan->isRunning())
        return;
    const int known = m_servers->findText(text);
    m_banner->hide();
    setBusy();
    Q_EMIT compareRequested(known < 0 ? QString() : m_servers->itemData(known).toString(), text);
}

void CompareView::setRunning(bool running)
{
    m_compare->setVisible(!running);
    m_cancel->setVisible(running);
    m_servers->setEnabled(!running);
    for (QPushButton *one : {m_copyThere, m_copyHere})
        one->setEnabled(!running);
}

void CompareView::setBusy()
{
    setRunning(true);
    m_progress->setText(tr("asking\u2026"));
}

void CompareView::setProgress(int done, int total)
{
    m_progress->setText(tr("%1 of %2 names").arg(number(done), number(total)));
}

void CompareView::setComparison(std::shared_ptr<const NameComparison> comparison, const QString &there)
{
    setRunning(false);
    m_thereLabel = there;
    m_model.setComparison(std::move(comparison), m_hereLabel, there);
    m_copyThere->setText(tr("Copy to %1").arg(visibleText(there, kButtonText)));
    m_copyThere->setToolTip(visibleText(there, 100).toHtmlEscaped());
    m_copyHere->setText(tr("Copy to %1").arg(visibleText(m_hereLabel, kButtonText)));
    m_copyHere->setToolTip(visibleText(m_hereLabel, 100).toHtmlEscaped());
    m_stack->setCurrentIndex(TablePage);
    updateShown();
    m_table->setFocus();
}

/// The choice of rows, with how many there are of each.
void CompareView::updateShown()
{
    const NameComparison *found = m_model.comparison();
    const auto count = [found](NameDifference one) { return found ? found->count(one) : 0; };
    const int same = count(NameDifference::Same);
    const QVariant former = m_show->count() > 0 ? m_show->currentData() : QVariant(int(Show::Unequal));
    const QSignalBlocker quiet(m_show);
    m_show->clear();
    const std::tuple<QString, Show, int> choices[] = {{tr("All (%1)"), Show::All, m_model.total()},
        {tr("Differences (%1)"), Show::Unequal, m_model.total() - same},
        {tr("Only here (%1)"), Show::OnlyHere, count(NameDifference::OnlyHere)},
        {tr("Only there (%1)"), Show::OnlyThere, count(NameDifference::OnlyThere)},
        {tr("Other URI or meta (%1)"), Show::Differs, count(NameDifference::Differs)},
        {tr("Same (%1)"), Show::Same, same}};
    for (const auto &[text, show, rows] : choices)
        m_show->addItem(text.arg(number(rows)), int(show));
    m_show->setCurrentIndex(m_show->findData(former));
    filter();
}

void CompareView::filter()
{
    m_model.setFilter(m_filter->text(), Show(m_show->currentData().toInt()));
    const bool none = m_model.comparison() && m_model.rowCount() == 0;
    if (none && m_filter->text().trimmed().isEmpty() && Show(m_show->currentData().toInt()) == Show::Unequal)
        m_none->setTexts(tr("No differences"),
            tr("%1 and %2 have the same names.")
                .arg(visibleText(m_hereLabel, 60), visibleText(m_thereLabel, 60)));
    else
        m_none->setTexts(tr("No such names"), tr("Change the filter, or choose other names to be shown."));
    m_rows->setCurrentIndex(none ? 1 : 0);
    if (m_model.comparison())
        m_progress->setText(
            tr("%1 of %2 shown", "names").arg(number(m_model.rowCount()), number(m_model.total())));
}

void CompareView::copy(bool toThere)
{
    std::vector<Registration> names;
    const QModelIndexList selected = m_table->selectionModel()->selectedRows();
    for (const QModelIndex &index : selected) {
        const ComparedName *row = m_model.row(index);
        const std::optional<Registration> &source = toThere ? row->here : row->there;
        if (source)
            names.push_back(*source);
    }
    if (names.empty()) {
        m_banner->showMessage(Banner::Level::Information,
            selected.isEmpty() ? tr("Select the names to copy first.")
                               : tr("%1 has none of the names that are selected.")
                                     .arg(visibleText(toThere ? m_hereLabel : m_thereLabel, 60)));
        return;
    }
    m_banner->hide();
    m_toThere = toThere;
    setBusy();
    Q_EMIT planRequested(toThere, names);
}

void CompareView::showPlan(const std::shared_ptr<const NamePlan> &plan)
{
    setRunning(false);
    filter();
    m_plan->setPlan(tr("Copy from %1 to %2")
                        .arg(visibleText(m_toThere ? m_hereLabel : m_thereLabel, 60),
                            visibleText(m_toThere ? m_thereLabel : m_hereLabel, 60)),
        plan, true);
    m_stack->setCurrentIndex(PlanPage);
}

void CompareView::setProblem(const QString &text)
{
    setRunning(false);
    m_progress->clear();
    m_banner->showMessage(Banner::Level::Error, visibleText(text, 300));
}

void CompareView::applied(int done, int failed)
{
    m_plan->finished(done, failed);
}

} // namespace pyrolens
