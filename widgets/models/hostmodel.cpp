// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "hostmodel.h"

#include "plaintext.h"

#include <QLocale>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr quintptr kHostRow = 0; ///< internal id of a host's index; an object has its host's row plus one

QString ago(const QDateTime &time)
{
    if (!time.isValid())
        return {};
    return durationText(std::max<qint64>(0, time.secsTo(QDateTime::currentDateTime())) * 1'000'000'000);
}

} // namespace

HostModel::HostModel(QObject *parent) : QAbstractItemModel(parent) { }

HostModel::~HostModel() = default;

void HostModel::update(const HostState &state)
{
    const auto known = std::find_if(
        m_hosts.begin(), m_hosts.end(), [&](const HostState &one) { return one.id == state.id; });
    if (known == m_hosts.end()) {
        const int row = int(m_hosts.size());
        beginInsertRows({}, row, row);
        m_hosts.push_back(state);
        endInsertRows();
        return;
    }
    const int row = int(known - m_hosts.begin());
    const QModelIndex top = index(row, 0);
    const bool same = std::equal(known->objects.begin(), known->objects.end(), state.objects.begin(),
        state.objects.end(), [](const ObjectState &a, const ObjectState &b) { return a.id == b.id; });
    if (!same) {
        // Few rows, seldom: all go and all come.
        if (!known->objects.empty()) {
            beginRemoveRows(top, 0, int(known->objects.size()) - 1);
            known->objects.clear();
            endRemoveRows();
        }
        if (!state.objects.empty()) {
            beginInsertRows(top, 0, int(state.objects.size()) - 1);
            known->objects = state.objects;
            endInsertRows();
        }
    }
    *known = state;
    Q_EMIT dataChanged(index(row, 0), index(row, kColumns - 1));
    if (!state.objects.empty())
        Q_EMIT dataChanged(index(0, 0, top), index(int(state.objects.size()) - 1, kColumns - 1, top));
}

void HostModel::remove(quint64 id)
{
    const QModelIndex index = indexOf(id);
    if (!index.isValid())
        return;
    beginRemoveRows({}, index.row(), index.row());
    m_hosts.erase(m_hosts.begin() + index.row());
    endRemoveRows();
}

const HostState *HostModel::host(const QModelIndex &index) const
{
    if (!index.isValid())
        return nullptr;
    const size_t row = index.internalId() == kHostRow ? size_t(index.row()) : size_t(index.internalId() - 1);
    return row < m_hosts.size() ? &m_hosts[row] : nullptr;
}

const ObjectState *HostModel::object(const QModelIndex &index) const
{
    if (!index.isValid() || index.internalId() == kHostRow)
        return nullptr;
    const HostState *state = host(index);
    return state && size_t(index.row()) < state->objects.size() ? &state->objects[size_t(index.row())]
                                                                : nullptr;
}

QModelIndex HostModel::indexOf(quint64 id) const
{
    for (size_t row = 0; row < m_hosts.size(); ++row) {
        if (m_hosts[row].id == id)
            return index(int(row), 0);
    }
    return {};
}

QModelIndex HostModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? quintptr(parent.row()) + 1 : kHostRow);
}

QModelIndex HostModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == kHostRow)
        return {};
    return createIndex(int(child.internalId()) - 1, 0, kHostRow);
}

int HostModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return int(m_hosts.size());
    if (parent.internalId() != kHostRow || parent.column() != 0 || size_t(parent.row()) >= m_hosts.size())
        return 0;
    return int(m_hosts[size_t(parent.row())].objects.size());
}

int HostModel::columnCount(const QModelIndex &) const
{
    return kColumns;
}

QString HostModel::phaseWord(HostState::Phase phase)
{
    switch (phase) {
    case HostState::Phase::Starting:
        return tr("starting", "host");
    case HostState::Phase::Running:
        return tr("running", "host");
    case HostState::Phase::Draining:
        return tr("stopping", "host");
    case HostState::Phase::Stopped:
        return tr("stopped", "host");
    case HostState::Phase::Failed:
        return tr("failed", "host");
    }
    return {};
}

QString HostModel::kindWord(const HostState &state)
{
    switch (state.plan.kind) {
    case HostKind::NameServer:
        return tr("name server");
    case HostKind::EventServer:
        return tr("event server");
    case HostKind::Daemon:
        return tr("daemon");
    case HostKind::Gateway:
        return tr("gateway");
    }
    return {};
}

QVariant HostModel::hostText(const HostState &state, int column) const
{
    const bool up = state.phase == HostState::Phase::Running || state.phase == HostState::Phase::Draining;
    switch (column) {
    case NameColumn:
        return visibleText(state.plan.label, 80);
    case StateColumn: {
        if (state.phase == HostState::Phase::Failed)
            return tr("failed: %1", "host").arg(visibleText(state.problem, 200));
        QStringList generations;
        for (const int one : state.plan.generations)
            generations.append(QString::number(one));
        //: for example "running: Pyro 3 name server, 12 names"
        QString text = tr("%1: Pyro %2 %3", "phase, generations, kind")
                           .arg(phaseWord(state.phase), generations.join(u'/'), kindWord(state));
        if (up && state.plan.kind == HostKind::NameServer)
            text = tr("%1, %n name(s)", nullptr, state.names).arg(text);
        if (up && state.plan.kind == HostKind::Daemon && !state.plan.multithreaded)
            text = tr("%1, single-threaded").arg(text);
        return text;
    }
    case AddressColumn:
        return up ? QStringLiteral("%1:%2").arg(state.host).arg(state.port) : QString();
    case CallsColumn:
        return QLocale().toString(state.calls);
    case ErrorsColumn:
        return QLocale().toString(state.errors);
    case RateColumn:
        return up ? tr("%1/s", "rate").arg(QLocale().toString(state.rate, 'f', state.rate < 10 ? 1 : 0))
                  : QString();
    case AgeColumn:
        return up ? ago(state.since) : QString();
    case UsedColumn:
        return up ? tr("%n client(s)", nullptr, state.clients) : QString();
    default:
        return {};
    }
}

QVariant HostModel::objectText(const ObjectState &state, int column) const
{
    switch (column) {
    case NameColumn:
        return visibleText(state.name.isEmpty() ? QString::fromUtf8(state.id) : state.name, 100);
    case StateColumn: {
        if (state.isStopped && !state.sourceName.isEmpty())
            return tr("stopped: %1", "script").arg(visibleText(state.problem, 200));
        if (!state.problem.isEmpty())
            return visibleText(state.problem, 200);
        QStringList parts;
        if (state.kind == QLatin1String("script"))
            parts.append(tr("script %1").arg(visibleText(state.sourceName, 60)));
        else if (state.kind == QLatin1String("static"))
            parts.append(tr("fixed answers"));
        else if (state.kind == QLatin1String("built-in"))
            parts.append(tr("built-in"));
        else if (state.kind == QLatin1String("gateway"))
            parts.append(tr("for %1", "a gateway's object").arg(visibleText(state.sourceName, 100)));
        if (state.isRegistered)
            parts.append(tr("registered"));
        if (state.isPersistent)
            parts.append(tr("persistent"));
        return parts.join(QStringLiteral(", "));
    }
    case AddressColumn:
        return visibleText(QString::fromUtf8(state.id), 60);
    case CallsColumn:
        return QLocale().toString(state.calls);
    case ErrorsColumn:
        return QLocale().toString(state.errors);
    case AgeColumn:
        return ago(state.since);
    case UsedColumn:
        return state.lastUsed.isValid() ? tr("used %1 ago").arg(ago(state.lastUsed)) : tr("never used");
    default:
        return {};
    }
}

QVariant HostModel::data(const QModelIndex &index, int role) const
{
    const HostState *state = host(index);
    if (!state)
        return {};
    const bool isHost = index.internalId() == kHostRow;
    const ObjectState *one = object(index);
    if (!isHost && !one)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return isHost ? hostText(*state, index.column()) : objectText(*one, index.column());
    case Qt::ToolTipRole:
        return index.column() == StateColumn || index.column() == NameColumn
                || index.column() == AddressColumn
            ? QVariant(
                (isHost ? (index.column() == AddressColumn ? state->uris.join(u'\n')
                                                           : hostText(*state, index.column()).toString())
                        : (index.column() == AddressColumn ? one->uris.join(u'\n')
                                                           : objectText(*one, index.column()).toString()))
                    .toHtmlEscaped())
            : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() >= CallsColumn && index.column() <= AgeColumn
            ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
            : QVariant();
    case PhaseRole:
        return isHost ? int(state->phase) : -1;
    case TroubleRole:
        return isHost ? state->phase == HostState::Phase::Failed : !one->problem.isEmpty() || one->isStopped;
    default:
        return {};
    }
}

QVariant HostModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Host or object", "column");
    case StateColumn:
        return tr("State", "column");
    case AddressColumn:
        return tr("Address", "column");
    case CallsColumn:
        return tr("Calls", "column");
    case ErrorsColumn:
        return tr("Errors", "column");
    case RateColumn:
        return tr("Rate", "column");
    case AgeColumn:
        return tr("Age", "column");
    case UsedColumn:
        return tr("Last use", "column");
    default:
        return {};
    }
}

} // namespace pyrolens
