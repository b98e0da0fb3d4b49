// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "planview.h"

#include "delegates.h"
#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/flatstyle.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

#include <algorithm>

namespace pyrolens {

namespace {

using Verdict = PlannedName::Verdict;

class PlanDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto verdict = Verdict(index.data(PlanModel::VerdictRole).toInt());
        const auto outcome = PlanModel::Outcome(index.data(PlanModel::OutcomeRole).toInt());
        if (index.column() == PlanModel::UriColumn || index.column() == PlanModel::NowColumn
            || index.column() == PlanModel::MetaColumn)
            look.font = metrics::dataFont(option.font);
        if (index.column() != PlanModel::NameColumn || verdict == Verdict::Same)
            look.color = themeColor(ColorRole::Muted, option.palette);
        if (index.column() != PlanModel::VerdictColumn)
            return;
        std::optional<ColorRole> role;
        if (outcome == PlanModel::Outcome::Failed || verdict == Verdict::Invalid)
            role = ColorRole::Error;
        else if (outcome == PlanModel::Outcome::Done)
            role = ColorRole::Ok;
        else if (verdict == Verdict::Differs)
            role = ColorRole::Warning;
        if (role)
            look.color = themeColor(*role, option.palette);
    }
};

QString number(int count)
{
    return QLocale().toString(count);
}

} // namespace

PlanView::PlanView(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(TextLabel::Type::Title, this))
    , m_summary(new TextLabel(TextLabel::Type::Body, this, ColorRole::Muted))
    , m_show(named(new QComboBox(this), "planShow", tr("Which names are shown")))
    , m_replace(named(new QCheckBox(tr("&Replace those that differ"), this), "planReplace",
          tr("Replace those that differ")))
    , m_stack(new QStackedWidget(this))
    , m_table(new QTableView(this))
    , m_progress(new TextLabel(TextLabel::Type::Body, this))
    , m_typed(lineEdit("planTyped", tr("Number of names"), this))
    , m_apply(pushButton(QString(), "planApply", this))
    , m_stop(pushButton(tr("Cancel"), "planStop", this))
    , m_back(pushButton(tr("Take &back"), "planBack", this))
    , m_close(pushButton(tr("Cancel"), "planClose", this))
{
    setObjectName(QStringLiteral("planView"));
    m_title->setObjectName(QStringLiteral("planTitle"));
    m_title->setElided(true);
    m_summary->setObjectName(QStringLiteral("planSummary"));
    m_summary->setWordWrap(true);
    m_progress->setObjectName(QStringLiteral("planProgress"));
    m_table->setModel(&m_model);
    setUpList(
        m_table, new PlanDelegate(this), QStringLiteral("planTable"), tr("Names and what happens to them"));
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(PlanModel::UriColumn, QHeaderView::Stretch);
    const std::pair<int, double> widths[] = {{PlanModel::NameColumn, 15}, {PlanModel::VerdictColumn, 14},
        {PlanModel::MetaColumn, 12}, {PlanModel::NowColumn, 14}, {PlanModel::LineColumn, 4}};
    for (const auto &[column, width] : widths)
        header->resizeSection(column, metrics::em(font(), width));
    m_stack->addWidget(m_table);
    m_stack->addWidget(new EmptyState(
        QStringLiteral("object"), tr("No such names"), tr("Choose other ones to be shown above."), this));
    FlatStyle::setPrimary(m_apply);
    m_typed->setMaximumWidth(metrics::em(font(), 14));

    auto *top = new QHBoxLayout;
    top->setSpacing(metrics::kGap);
    top->addWidget(m_summary, 1);
    top->addWidget(m_replace);
    top->addWidget(m_show);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metrics::kGap);
    buttons->addWidget(m_typed);
    buttons->addWidget(m_apply);
    buttons->addWidget(m_stop);
    buttons->addWidget(m_back);
    buttons->addWidget(m_close);
    buttons->addWidget(m_progress, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(
        metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin);
    layout->setSpacing(metrics::kGap);
    layout->addWidget(m_title);
    layout->addLayout(top);
    layout->addWidget(m_stack, 1);
    layout->addLayout(buttons);

    connect(m_replace, &QCheckBox::toggled, &m_model, &PlanModel::setReplaces);
    connect(&m_model, &PlanModel::tickedChanged, this, &PlanView::updateApply);
    connect(m_typed, &QLineEdit::textChanged, this, &PlanView::updateApply);
    connect(m_show, &QComboBox::currentIndexChanged, this,
        [this] { showOnly(PlanModel::Show(m_show->currentData().toInt())); });
    connect(m_apply, &QPushButton::clicked, this, &PlanView::apply);
    connect(m_typed, &QLineEdit::returnPressed, m_apply, &QPushButton::click);
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_stop->setEnabled(false);
        Q_EMIT stopRequested();
    });
    connect(m_back, &QPushButton::clicked, this, &PlanView::takeBack);
    connect(m_close, &QPushButton::clicked, this, &PlanView::closed);
    setPhase(Phase::Preview);
}

PlanView::~PlanView() = default;

void PlanView::setPlan(
    const QString &title, std::shared_ptr<const NamePlan> plan, bool replaces, Purpose purpose)
{
    m_purpose = purpose;
    m_title->setFullText(title);
    m_done.clear();
    m_progress->clear();
    m_typed->clear();
    const QSignalBlocker quiet(m_replace);
    m_replace->setChecked(replaces);
    m_model.setPlan(std::move(plan), replaces);
    setPhase(Phase::Preview);
    const NamePlan &shown = *m_model.plan();
    if (purpose == Purpose::Metadata)
        m_summary->setText(
            tr("%1 change, %2 stay the same", "names")
                .arg(number(shown.count(Verdict::Differs)), number(shown.count(Verdict::Same))));
    else
        m_summary->setText(
            tr("%1 new, %2 differ, %3 the same, %4 refused", "names")
                .arg(number(shown.count(Verdict::New)), number(shown.count(Verdict::Differs)),
                    number(shown.count(Verdict::Same)), number(shown.count(Verdict::Invalid))));
    m_table->setColumnHidden(PlanModel::UriColumn, purpose == Purpose::Metadata);
    QHeaderView *header = m_table->horizontalHeader();
    const bool isMetadata = purpose == Purpose::Metadata;
    header->setSectionResizeMode(
        PlanModel::UriColumn, isMetadata ? QHeaderView::Interactive : QHeaderView::Stretch);
    header->setSectionResizeMode(
        PlanModel::MetaColumn, isMetadata ? QHeaderView::Stretch : QHeaderView::Interactive);
    m_table->setColumnHidden(PlanModel::MetaColumn,
        std::all_of(shown.rows.begin(), shown.rows.end(),
            [](const PlannedName &row) { return row.wanted.meta.isNone(); }));
    m_table->setColumnHidden(PlanModel::LineColumn,
        std::none_of(
            shown.rows.begin(), shown.rows.end(), [](const PlannedName &row) { return row.line > 0; }));
    m_replace->setVisible(purpose == Purpose::Register && shown.count(Verdict::Differs) > 0);
    updateApply();
    QWidget *next = m_apply;
    if (!m_apply->isEnabled())
        next = m_typed->isVisibleTo(this) ? static_cast<QWidget *>(m_typed) : m_table;
    next->setFocus();
}

void PlanView::showOnly(PlanModel::Show show)
{
    m_model.setShown(show);
    m_stack->setCurrentIndex(m_model.rowCount() > 0 ? 0 : 1);
}

void PlanView::setPhase(Phase phase)
{
    m_phase = phase;
    const bool preview = phase == Phase::Preview;
    m_apply->setVisible(preview);
    m_replace->setEnabled(preview);
    m_stop->setVisible(isRunning());
    m_stop->setEnabled(true);
    m_back->setVisible(phase == Phase::Finished && !m_done.empty());
    m_close->setVisible(!isRunning());
    m_close->setText(preview ? tr("Cancel") : tr("Close"));
    if (!preview)
        m_typed->hide();
    const QSignalBlocker quiet(m_show);
    m_show->clear();
    using Show = PlanModel::Show;
    m_show->addItem(tr("All names"), int(Show::All));
    m_show->addItem(tr("What is ticked", "names"), int(Show::Changes));
    m_show->addItem(tr("New ones", "names"), int(Show::New));
    m_show->addItem(tr("Those that differ", "names"), int(Show::Differs));
    m_show->addItem(tr("The same ones", "names"), int(Show::Same));
    m_show->addItem(tr("Refused ones", "names"), int(Show::Invalid));
    if (phase == Phase::Finished || phase == Phase::TakenBack)
        m_show->addItem(tr("What failed", "names"), int(Show::Failed));
    showOnly(Show::All);
}

void PlanView::updateApply()
{
    if (m_phase != Phase::Preview)
        return;
    const int fresh = m_model.ticked(Verdict::New);
    const int replaced = m_model.ticked(Verdict::Differs);
    const int count = fresh + replaced;
    if (m_purpose == Purpose::Metadata && count > 0)
        m_apply->setText(tr("Change the metadata of %n name(s)", nullptr, count));
    else
        m_apply->setText(count == 0 ? tr("Nothing to do")
                : replaced == 0     ? tr("Register %n name(s)", nullptr, fresh)
                : fresh == 0        ? tr("Replace %n name(s)", nullptr, replaced)
                             : tr("Register %1, replace %2", "names").arg(number(fresh), number(replaced)));
    const bool typed = count > kTypedCount;
    m_typed->setVisible(typed);
    m_typed->setPlaceholderText(tr("Type %1 to confirm").arg(count));
    m_apply->setEnabled(count > 0 && (!typed || m_typed->text().trimmed() == QString::number(count)));
}

void PlanView::apply()
{
    const std::vector<NameAction> actions = m_model.actions();
    m_wanted = int(actions.size());
    m_done.clear();
    m_model.freeze();
    setPhase(Phase::Running);
    setProgress(0, m_wanted);
    m_stop->setFocus();
    Q_EMIT applyRequested(actions);
}

void PlanView::takeBack()
{
    std::vector<NameAction> actions;
    for (auto done = m_done.rbegin(); done != m_done.rend(); ++done) {
        if (auto one = wayBack(*done))
            actions.push_back(std::move(*one));
    }
    m_done.clear();
    m_wanted = int(actions.size());
    setPhase(Phase::TakingBack);
    setProgress(0, m_wanted);
    Q_EMIT applyRequested(actions);
}

void PlanView::setProgress(int ended, int total)
{
    if (isRunning())
        m_progress->setText(tr("%1 of %2 names").arg(number(ended), number(total)));
}

void PlanView::addOutcomes(const std::vector<NameOutcome> &outcomes)
{
    if (!isRunning())
        return;
    m_model.setOutcomes(outcomes, m_phase == Phase::TakingBack);
    for (const NameOutcome &outcome : outcomes) {
        if (m_phase == Phase::Running && outcome.problem.isEmpty() && wayBack(outcome.action))
            m_done.push_back(outcome.action);
    }
}

void PlanView::finished(int done, int failed)
{
    if (!isRunning())
        return;
    QStringList parts{m_phase == Phase::Running ? tr("%1 done", "names").arg(number(done))
                                                : tr("%1 taken back", "names").arg(number(done))};
    if (failed > 0)
        parts.append(tr("%1 failed", "names").arg(number(failed)));
    if (const int left = m_wanted - done - failed; left > 0)
        parts.append(tr("%1 not begun", "names").arg(number(left)));
    m_progress->setText(parts.join(QStringLiteral(", ")));
    setPhase(m_phase == Phase::Running ? Phase::Finished : Phase::TakenBack);
    if (failed > 0)
        m_show->setCurrentIndex(m_show->findData(int(PlanModel::Show::Failed)));
    m_close->setFocus();
}

} // namespace pyrolens
