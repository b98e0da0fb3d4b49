// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "doctorview.h"

#include "delegates.h"
#include "parts.h"

#include <pyrolens/models/plaintext.h>
#include <pyrolens/theme/metrics.h>

#include <QBoxLayout>
#include <QHash>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>

namespace pyrolens {

namespace {

using State = DoctorStep::State;

class StepDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;

protected:
    void prepare(Look &look, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        if (index.column() == DoctorModel::TimeColumn)
            look.color = themeColor(ColorRole::Muted, option.palette);
        if (index.column() != DoctorModel::StateColumn)
            return;
        ColorRole role = ColorRole::Ok;
        look.icon = QStringLiteral("health-ok");
        switch (State(index.data(DoctorModel::StateRole).toInt())) {
        case State::Good:
            break;
        case State::Notice:
            look.icon = QStringLiteral("dialog-warning");
            role = ColorRole::Warning;
            break;
        case State::Bad:
            look.icon = QStringLiteral("dialog-error");
            role = ColorRole::Error;
            break;
        }
        look.iconColor = look.color = themeColor(role, option.palette);
    }
};

} // namespace

DoctorModel::DoctorModel(QObject *parent) : QAbstractTableModel(parent) { }

DoctorModel::~DoctorModel() = default;

void DoctorModel::clear()
{
    beginResetModel();
    m_steps.clear();
    endResetModel();
}

void DoctorModel::add(const DoctorStep &step)
{
    const int row = int(m_steps.size());
    beginInsertRows({}, row, row);
    m_steps.push_back(step);
    endInsertRows();
}

QString DoctorModel::stateWord(State state)
{
    switch (state) {
    case State::Good:
        return tr("good", "state of a step");
    case State::Notice:
        return tr("notice", "state of a step");
    case State::Bad:
        break;
    }
    return tr("bad", "state of a step");
}

QString DoctorModel::stepWord(const QString &name)
{
    const QHash<QString, QString> words{
        {QStringLiteral("name"), tr("Name", "step")},
        {QStringLiteral("address"), tr("Address", "step")},
        {QStringLiteral("connect"), tr("Connection", "step")},
        {QStringLiteral("generation"), tr("Generation", "step")},
        {QStringLiteral("handshake"), tr("Handshake", "step")},
        {QStringLiteral("object"), tr("Object", "step")},
    };
    return words.value(name, name);
}

QString DoctorModel::toText() const
{
    QStringList lines;
    for (const DoctorStep &step : m_steps) {
        lines.append(
            QStringLiteral("%1  %2  %3").arg(stateWord(step.state), stepWord(step.name), step.finding));
        if (!step.advice.isEmpty())
            lines.append(QStringLiteral("    ") + step.advice);
    }
    return lines.join(u'\n');
}

int DoctorModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_steps.size());
}

int DoctorModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant DoctorModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || size_t(index.row()) >= m_steps.size())
        return {};
    const DoctorStep &step = m_steps[size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case StateColumn:
            return stateWord(step.state);
        case StepColumn:
            return stepWord(step.name);
        case FindingColumn:
            return visibleText(step.finding, 500);
        case TimeColumn:
            return step.took.count() > 0 ? durationText(step.took.count()) : QString();
        default:
            return {};
        }
    case Qt::ToolTipRole:
        return visibleText(step.finding, 2'000).toHtmlEscaped();
    case Qt::TextAlignmentRole:
        return index.column() == TimeColumn ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case StateRole:
        return int(step.state);
    default:
        return {};
    }
}

QVariant DoctorModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case StateColumn:
        return tr("State", "column");
    case StepColumn:
        return tr("Step", "column");
    case FindingColumn:
        return tr("What was seen", "column");
    case TimeColumn:
        return tr("Time", "column");
    default:
        return {};
    }
}

DoctorView::DoctorView(const QString &target, QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(TextLabel::Type::Title, this))
    , m_state(new TextLabel(TextLabel::Type::Body, this, ColorRole::Muted))
    , m_table(new QTableView(this))
    , m_advice(new TextLabel(TextLabel::Type::Body, this))
    , m_again(pushButton(tr("Examine &again"), "doctorAgain", this))
    , m_cancel(pushButton(tr("Cancel"), "doctorCancel", this))
    , m_copy(pushButton(tr("C&opy"), "doctorCopy", this))
{
    setObjectName(QStringLiteral("doctorView"));
    m_title->setElided(true);
    m_title->setFullText(tr("Diagnosis of %1").arg(visibleText(target, 200)));
    m_state->setObjectName(QStringLiteral("doctorState"));
    m_state->setWordWrap(true);
    m_advice->setObjectName(QStringLiteral("doctorAdvice"));
    m_advice->setAccessibleName(tr("What to do"));
    m_advice->setWordWrap(true);
    m_advice->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_table->setModel(&m_model);
    setUpList(m_table, new StepDelegate(this), QStringLiteral("doctorSteps"), tr("Steps of the diagnosis"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionResizeMode(DoctorModel::FindingColumn, QHeaderView::Stretch);
    const std::pair<int, double> widths[]
        = {{DoctorModel::StateColumn, 5.5}, {DoctorModel::StepColumn, 7}, {DoctorModel::TimeColumn, 5}};
    for (const auto &[column, width] : widths)
        header->resizeSection(column, metrics::em(font(), width));
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(metrics::kGap);
    for (QPushButton *one : {m_again, m_cancel, m_copy})
        buttons->addWidget(one);
    buttons->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(
        metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin, metrics::kPageMargin);
    layout->setSpacing(metrics::kGap);
    layout->addWidget(m_title);
    layout->addWidget(m_state);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_advice);
    layout->addLayout(buttons);
    m_ticker.setInterval(100);
    connect(&m_ticker, &QTimer::timeout, this, &DoctorView::tick);
    connect(m_again, &QPushButton::clicked, this, &DoctorView::startRequested);
    connect(m_cancel, &QPushButton::clicked, this, &DoctorView::cancelRequested);
    connect(m_copy, &QPushButton::clicked, this, [this] { copyText(m_model.toText()); });
    connect(
        m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &DoctorView::showAdvice);
    showAdvice();
}

DoctorView::~DoctorView() = default;

void DoctorView::begin()
{
    m_running = true;
    m_model.clear();
    showAdvice();
    m_elapsed.start();
    m_ticker.start();
    m_again->setVisible(false);
    m_cancel->setVisible(true);
    m_copy->setEnabled(false);
    m_state->setRole(ColorRole::Muted);
    tick();
}

void DoctorView::tick()
{
    m_state->setText(tr("Looking, %1", "time").arg(durationText(m_elapsed.elapsed() * 1'000'000)));
}

void DoctorView::addStep(const DoctorStep &step)
{
    m_model.add(step);
    // The newest until something is wrong: that stays in view, with what to do about it.
    if (step.state != State::Good || !m_table->currentIndex().isValid())
        m_table->setCurrentIndex(m_model.index(m_model.rowCount() - 1, 0));
    showAdvice();
}

void DoctorView::end(bool cancelled, const QString &problem)
{
    m_running = false;
    m_ticker.stop();
    m_again->setVisible(true);
    m_cancel->setVisible(false);
    m_copy->setEnabled(m_model.rowCount() > 0);
    const bool isBad = !m_model.steps().empty() && m_model.steps().back().state == State::Bad;
    if (!problem.isEmpty())
        m_state->setText(visibleText(problem, 500));
    else if (cancelled)
        m_state->setText(tr("Cancelled."));
    else if (isBad)
        m_state->setText(
            tr("This is what does not work: %1").arg(visibleText(m_model.steps().back().finding, 500)));
    else
        m_state->setText(tr("All is well: the object can be reached."));
    m_state->setRole(cancelled              ? ColorRole::Muted
            : (isBad || !problem.isEmpty()) ? ColorRole::Error
                                            : ColorRole::Ok);
}

void DoctorView::showAdvice()
{
    const int row = m_table->currentIndex().row();
    const auto &steps = m_model.steps();
    const QString advice = row >= 0 && size_t(row) < steps.size() ? steps[size_t(row)].advice : QString();
    m_advice->setText(advice.isEmpty() ? QString() : tr("What to do: %1").arg(visibleText(advice, 1'000)));
    m_advice->setVisible(!advice.isEmpty());
}

} // namespace pyrolens
