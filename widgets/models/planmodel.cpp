// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "planmodel.h"

#include "comparisonmodel.h"
#include "plaintext.h"

#include <numeric>

namespace pyrolens {

using Verdict = PlannedName::Verdict;

PlanModel::PlanModel(QObject *parent) : QAbstractTableModel(parent) { }

PlanModel::~PlanModel() = default;

void PlanModel::setPlan(std::shared_ptr<const NamePlan> plan, bool replaces)
{
    beginResetModel();
    m_plan = std::move(plan);
    m_states.assign(m_plan ? m_plan->rows.size() : 0, {});
    m_rows.clear();
    m_tickedOf.fill(0);
    m_failed = 0;
    m_frozen = false;
    m_show = Show::All;
    for (size_t i = 0; i < m_states.size(); ++i) {
        const PlannedName &row = m_plan->rows[i];
        if (!mayTick(int(i)))
            continue;
        m_rows.insert(row.wanted.name, int(i));
        if (!row.isBuiltIn && (row.verdict == Verdict::New || replaces))
            tick(int(i), true);
    }
    rebuild();
    endResetModel();
    Q_EMIT tickedChanged();
}

bool PlanModel::mayTick(int row) const
{
    const Verdict verdict = m_plan->rows[size_t(row)].verdict;
    return verdict == Verdict::New || verdict == Verdict::Differs;
}

void PlanModel::tick(int row, bool on)
{
    State &state = m_states[size_t(row)];
    if (state.isTicked == on)
        return;
    state.isTicked = on;
    m_tickedOf[size_t(m_plan->rows[size_t(row)].verdict)] += on ? 1 : -1;
}

void PlanModel::setReplaces(bool replaces)
{
    if (!m_plan || m_frozen)
        return;
    for (size_t i = 0; i < m_states.size(); ++i) {
        const PlannedName &row = m_plan->rows[i];
        if (row.verdict == Verdict::Differs && (!row.isBuiltIn || !replaces))
            tick(int(i), replaces);
    }
    if (!m_visible.empty())
        Q_EMIT dataChanged(index(0, NameColumn), index(int(m_visible.size()) - 1, VerdictColumn));
    Q_EMIT tickedChanged();
}

void PlanModel::setShown(Show show)
{
    beginResetModel();
    m_show = show;
    rebuild();
    endResetModel();
}

bool PlanModel::isShown(int row) const
{
    const Verdict verdict = m_plan->rows[size_t(row)].verdict;
    switch (m_show) {
    case Show::All:
        return true;
    case Show::Changes:
        return m_states[size_t(row)].isTicked;
    case Show::New:
        return verdict == Verdict::New;
    case Show::Differs:
        return verdict == Verdict::Differs;
    case Show::Same:
        return verdict == Verdict::Same;
    case Show::Invalid:
        return verdict == Verdict::Invalid;
    case Show::Failed:
        return m_states[size_t(row)].outcome == Outcome::Failed;
    }
    return true;
}

void PlanModel::rebuild()
{
    m_visible.clear();
    for (size_t i = 0; i < m_states.size(); ++i) {
        if (isShown(int(i)))
            m_visible.push_back(int(i));
    }
}

void PlanModel::freeze()
{
    m_frozen = true;
    if (!m_visible.empty())
        Q_EMIT dataChanged(index(0, NameColumn), index(int(m_visible.size()) - 1, NameColumn));
}

void PlanModel::setOutcomes(const std::vector<NameOutcome> &outcomes, bool back)
{
    for (const NameOutcome &outcome : outcomes) {
        const auto at = m_rows.constFind(outcome.action.name);
        if (at == m_rows.cend())
            continue;
        State &state = m_states[size_t(*at)];
        m_failed += (outcome.problem.isEmpty() ? 0 : 1) - (state.outcome == Outcome::Failed ? 1 : 0);
        state.outcome = !outcome.problem.isEmpty() ? Outcome::Failed
            : back                                 ? Outcome::TakenBack
                                                   : Outcome::Done;
        state.problem = outcome.problem;
    }
    if (!m_visible.empty())
        Q_EMIT dataChanged(index(0, NameColumn), index(int(m_visible.size()) - 1, LineColumn));
}

int PlanModel::ticked() const
{
    return std::accumulate(m_tickedOf.begin(), m_tickedOf.end(), 0);
}

std::vector<NameAction> PlanModel::actions() const
{
    std::vector<NameAction> actions;
    for (size_t i = 0; i < m_states.size(); ++i) {
        if (!m_states[i].isTicked)
            continue;
        if (auto action = actionFor(m_plan->rows[i]))
            actions.push_back(std::move(*action));
    }
    return actions;
}

int PlanModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_visible.size());
}

int PlanModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

Qt::ItemFlags PlanModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == NameColumn && !m_frozen
        && mayTick(m_visible[size_t(index.row())]))
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QString PlanModel::verdictText(int at) const
{
    const PlannedName &row = m_plan->rows[size_t(at)];
    const State &state = m_states[size_t(at)];
    if (state.outcome == Outcome::Failed)
        return tr("failed: %1").arg(visibleText(state.problem, 200));
    if (state.outcome == Outcome::Done)
        return tr("done", "name");
    if (state.outcome == Outcome::TakenBack)
        return tr("taken back", "name");
    switch (row.verdict) {
    case Verdict::New:
        return row.isImplied     ? tr("new group, for the names in it")
            : row.wanted.isGroup ? tr("new group")
            : row.isBuiltIn      ? tr("new, built-in: tick it to register it")
                                 : tr("new", "name");
    case Verdict::Differs:
        if (row.isBuiltIn)
            return tr("differs, built-in: tick it to replace it");
        if (!state.isTicked)
            return tr("differs, stays as it is");
        return row.formerUri == row.wanted.uri ? tr("metadata will be replaced") : tr("will be replaced");
    case Verdict::Same:
        return tr("same", "name");
    case Verdict::Invalid:
        return tr("refused: %1").arg(visibleText(row.reason, 200));
    }
    return {};
}

QString PlanModel::text(int at, int column) const
{
    const PlannedName &row = m_plan->rows[size_t(at)];
    switch (column) {
    case NameColumn:
        return visibleText(row.wanted.name, 200);
    case VerdictColumn:
        return verdictText(at);
    case UriColumn:
        return row.wanted.isGroup ? tr("group") : visibleText(row.wanted.uri, 200);
    case NowColumn:
        if (row.verdict != Verdict::Differs)
            return {};
        return row.formerUri == row.wanted.uri ? ComparisonModel::metaText(row.formerMeta)
                                               : visibleText(row.formerUri, 200);
    case MetaColumn:
        return row.wanted.meta.isNone() ? QString() : ComparisonModel::metaText(row.wanted.meta);
    case LineColumn:
        return row.line > 0 ? QString::number(row.line) : QString();
    default:
        return {};
    }
}

QVariant PlanModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || size_t(index.row()) >= m_visible.size())
        return {};
    const int at = m_visible[size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(at, index.column());
    case Qt::ToolTipRole:
        return text(at, index.column()).toHtmlEscaped();
    case Qt::CheckStateRole:
        return index.column() == NameColumn && !m_frozen && mayTick(at)
            ? QVariant(m_states[size_t(at)].isTicked ? Qt::Checked : Qt::Unchecked)
            : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() == LineColumn ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case VerdictRole:
        return int(m_plan->rows[size_t(at)].verdict);
    case OutcomeRole:
        return int(m_states[size_t(at)].outcome);
    default:
        return {};
    }
}

bool PlanModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !flags(index).testFlag(Qt::ItemIsUserCheckable))
        return false;
    tick(m_visible[size_t(index.row())], value.toInt() == Qt::Checked);
    Q_EMIT dataChanged(index, index.siblingAtColumn(VerdictColumn));
    Q_EMIT tickedChanged();
    return true;
}

QVariant PlanModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Name", "column");
    case VerdictColumn:
        return tr("What happens", "column");
    case UriColumn:
        return tr("URI", "column");
    case MetaColumn:
        return tr("Metadata", "column");
    case NowColumn:
        return tr("There now", "column");
    case LineColumn:
        return tr("Line", "column");
    default:
        return {};
    }
}

} // namespace pyrolens
