// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "watchmodel.h"

#include "plaintext.h"
#include "valuemodel.h"

#include <pyrolens/value/literal.h>

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kTick = 50;    ///< ms between two looks at the schedule
constexpr int kAges = 1'000; ///< ms between two looks at the ages
constexpr int kDigits = 8;

QString numberText(double value)
{
    return QLocale().toString(value, 'g', kDigits);
}

QString shortPython(const Value &value, Dialect dialect, qint64 chars)
{
    PrintOptions options;
    options.dialect = dialect;
    options.maxNodes = 200;
    options.maxChars = chars;
    return visibleText(toPython(value, options), chars);
}

} // namespace

WatchModel::WatchModel(QObject *parent) : QAbstractTableModel(parent)
{
    m_timer.setInterval(kTick);
    connect(&m_timer, &QTimer::timeout, this, [this] { tick(std::chrono::steady_clock::now()); });
    m_ages.setInterval(kAges);
    connect(&m_ages, &QTimer::timeout, this, [this] {
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, AgeColumn), index(int(m_rows.size()) - 1, AgeColumn));
    });
}

WatchModel::~WatchModel() = default;

double WatchModel::now()
{
    return double(QDateTime::currentMSecsSinceEpoch()) / 1'000.0;
}

QString WatchModel::keyOf(const CallRequest &request)
{
    const PrintOptions options{request.target.dialect, 0, 100, 100'000, 1'000'000};
    const QChar gap(u'\x1f');
    return request.target.profile + gap + request.target.label() + gap + request.target.uri + gap
        + QString::number(int(request.action)) + gap + request.member + gap + toPython(request.args, options)
        + gap + toPython(request.kwargs, options) + gap + QString::fromLatin1(request.serializer);
}

std::optional<double> WatchModel::numberOf(const Value &value)
{
    if (const auto truth = value.asBool())
        return *truth ? 1.0 : 0.0;
    if (const auto integer = value.asInteger())
        return double(*integer);
    if (const auto real = value.asReal())
        return *real;
    if (value.kind() != Value::Kind::Decimal)
        return std::nullopt;
    bool isNumber = false;
    const double number = value.rawBytes().toByteArray().toDouble(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

int WatchModel::add(const CallRequest &request, const QStringList &steps, const Value &reply)
{
    if (m_rows.size() >= size_t(kMaxRows))
        return -1;
    CallRequest wanted = request;
    wanted.oneway = false;
    if (wanted.action == CallRequest::Action::SetAttribute)
        wanted.action = CallRequest::Action::GetAttribute; // a watch reads
    Row row;
    row.key = keyOf(wanted);
    row.steps = steps;
    row.dialect = wanted.target.dialect;
    row.series = std::make_shared<Series>();
    row.label = wanted.target.label() + u'.' + wanted.member;
    if (wanted.action == CallRequest::Action::Call)
        row.label += u'(' + wanted.argumentText + u')';
    row.label += steps.join(QString());
    m_requests.insert(row.key, wanted);
    take(row, reply, now());

    const int at = int(m_rows.size());
    beginInsertRows({}, at, at);
    m_rows.push_back(std::move(row));
    endInsertRows();
    reschedule(m_rows.back().key);
    m_timer.start();
    m_ages.start();
    return at;
}

void WatchModel::remove(int row)
{
    if (row < 0 || row >= rowCount())
        return;
    const QString key = m_rows[size_t(row)].key;
    beginRemoveRows({}, row, row);
    m_rows.erase(m_rows.begin() + row);
    endRemoveRows();
    reschedule(key);
    if (m_rows.empty()) {
        m_timer.stop();
        m_ages.stop();
    }
    Q_EMIT plotChanged();
}

void WatchModel::reschedule(const QString &key)
{
    std::optional<std::chrono::milliseconds> shortest;
    bool known = false;
    for (const Row &row : m_rows) {
        if (row.key != key)
            continue;
        known = true;
        if (row.active)
            shortest = std::min(shortest.value_or(row.interval), row.interval);
    }
    if (shortest)
        m_schedule.set(key, *shortest, std::chrono::steady_clock::now());
    else
        m_schedule.remove(key);
    if (!known)
        m_requests.remove(key);
}

void WatchModel::tick(PollSchedule::Time now)
{
    if (m_paused || !m_poller)
        return;
    for (const QString &key : m_schedule.due(now)) {
        const auto request = m_requests.constFind(key);
        if (request != m_requests.constEnd())
            m_underWay.insert(m_poller(*request), key);
    }
}

void WatchModel::take(Row &row, const Value &reply, double time)
{
    const auto found = ValueModel::valueAtSteps(reply, row.steps, row.dialect);
    if (!found) {
        row.state = State::Failed;
        row.error = tr("The reply has no %1.").arg(visibleText(row.steps.join(QString()), 100));
        return;
    }
    const auto before = numberOf(row.value);
    const auto number = numberOf(*found);
    row.delta.reset();
    row.rate.reset();
    if (number && before && row.state != State::Waiting) {
        row.delta = *number - *before;
        if (time > row.time)
            row.rate = *row.delta / (time - row.time);
    }
    row.value = *found;
    row.time = time;
    row.state = State::Ok;
    row.error.clear();
    if (number)
        row.series->append(time, *number);
}

void WatchModel::polled(const CallRecord &record)
{
    const auto underWay = m_underWay.constFind(record.request.id);
    if (underWay == m_underWay.constEnd())
        return;
    const QString key = *underWay;
    m_underWay.erase(underWay);
    const bool ok = record.outcome == CallRecord::Outcome::Ok;
    m_schedule.finished(key, ok);
    const double time = now();
    for (size_t i = 0; i < m_rows.size(); ++i) {
        Row &row = m_rows[i];
        if (row.key != key || !row.active)
            continue;
        if (ok) {
            take(row, record.result, time);
        } else {
            // The value stays: it is stale, not unknown.
            row.state = m_schedule.isResting(key) ? State::Resting : State::Failed;
            row.error
                = record.error ? visibleText(record.error->what) : CallRecord::outcomeWord(record.outcome);
        }
        rowChanged(int(i));
    }
    Q_EMIT plotChanged();
}

void WatchModel::rowChanged(int row)
{
    Q_EMIT dataChanged(index(row, 0), index(row, kColumns - 1));
}

void WatchModel::setAllPaused(bool paused)
{
    m_paused = paused;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, StateColumn), index(int(m_rows.size()) - 1, StateColumn));
}

void WatchModel::setInterval(int row, std::chrono::milliseconds interval)
{
    Row &changed = m_rows[size_t(row)];
    changed.interval = std::clamp(interval, PollSchedule::kShortest, PollSchedule::kLongest);
    reschedule(changed.key);
}

void WatchModel::resume(int row)
{
    const QString key = m_rows[size_t(row)].key;
    m_schedule.resume(key, std::chrono::steady_clock::now());
    for (size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].key == key && m_rows[i].state == State::Resting) {
            m_rows[i].state = State::Waiting;
            rowChanged(int(i));
        }
    }
}

std::vector<WatchModel::Plotted> WatchModel::plotted() const
{
    std::vector<Plotted> result;
    for (const Row &row : m_rows) {
        if (row.plotted)
            result.push_back({visibleText(row.label, 60), visibleText(row.unit, 20), row.series.get()});
    }
    return result;
}

QString WatchModel::toCsv() const
{
    QString csv = QStringLiteral("time,label,value\n");
    for (const Row &row : m_rows) {
        QString label = row.label;
        label.replace(u'"', QLatin1String("\"\""));
        for (qsizetype i = 0; row.plotted && i < row.series->size(); ++i)
            csv += QStringLiteral("%1,\"%2\",%3\n")
                       .arg(QDateTime::fromMSecsSinceEpoch(qint64(row.series->timeAt(i) * 1'000), Qt::UTC)
                                .toString(Qt::ISODateWithMs),
                           label, QString::number(row.series->valueAt(i), 'g', 17));
    }
    return csv;
}

int WatchModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int WatchModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QString WatchModel::word(State state)
{
    switch (state) {
    case State::Waiting:
        return tr("waiting", "state of a watch");
    case State::Ok:
        return tr("ok", "state of a watch");
    case State::Paused:
        return tr("paused", "state of a watch");
    case State::Failed:
        return tr("failed", "state of a watch");
    case State::Resting:
        return tr("stopped after failures", "state of a watch");
    }
    return {};
}

QString WatchModel::text(const Row &row, int column) const
{
    switch (column) {
    case LabelColumn:
        return visibleText(row.label, 200);
    case ValueColumn:
        return row.time > 0 ? shortPython(row.value, row.dialect, 200) : QString();
    case DeltaColumn:
        return row.delta ? (*row.delta > 0 ? QStringLiteral("+") : QString()) + numberText(*row.delta)
                         : QString();
    case RateColumn:
        return row.rate ? tr("%1/s", "change per second").arg(QLocale().toString(*row.rate, 'g', 3))
                        : QString();
    case UnitColumn:
        return visibleText(row.unit, 20);
    case AgeColumn:
        return row.time > 0
            ? tr("%1 s", "age").arg(QLocale().toString(std::max(0.0, now() - row.time), 'f', 0))
            : QString();
    case StateColumn:
        return word(row.state);
    default:
        return {};
    }
}

QVariant WatchModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Row &row = m_rows[size_t(index.row())];
    const State state = m_paused || !row.active ? State::Paused : row.state;
    switch (role) {
    case Qt::DisplayRole:
        return index.column() == StateColumn ? word(state) : text(row, index.column());
    case Qt::EditRole:
        return index.column() == UnitColumn ? row.unit : QVariant();
    case Qt::CheckStateRole:
        if (index.column() == LabelColumn)
            return row.active ? Qt::Checked : Qt::Unchecked;
        if (index.column() == PlotColumn)
            return row.plotted ? Qt::Checked : Qt::Unchecked;
        return {};
    case Qt::AccessibleTextRole:
        if (index.column() == PlotColumn)
            return row.plotted ? tr("plotted") : tr("not plotted");
        return data(index, Qt::DisplayRole);
    case Qt::ToolTipRole: {
        const QString shown
            = index.column() == StateColumn && !row.error.isEmpty() ? row.error : text(row, index.column());
        return shown.toHtmlEscaped();
    }
    case Qt::TextAlignmentRole:
        return index.column() == ValueColumn || index.column() == DeltaColumn || index.column() == RateColumn
                || index.column() == AgeColumn
            ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
            : QVariant();
    case StateRole:
        return int(state);
    case ValueKindRole:
        return int(row.value.kind());
    default:
        return {};
    }
}

bool WatchModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (!index.isValid())
        return false;
    Row &row = m_rows[size_t(index.row())];
    if (role == Qt::CheckStateRole && index.column() == LabelColumn) {
        row.active = value.toInt() == Qt::Checked;
        reschedule(row.key);
    } else if (role == Qt::CheckStateRole && index.column() == PlotColumn) {
        const bool wanted = value.toInt() == Qt::Checked;
        if (wanted && plotted().size() >= size_t(kMaxPlotted))
            return false;
        row.plotted = wanted;
        Q_EMIT plotChanged();
    } else if (role == Qt::EditRole && index.column() == UnitColumn) {
        row.unit = value.toString().left(20);
    } else {
        return false;
    }
    rowChanged(index.row());
    return true;
}

Qt::ItemFlags WatchModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.column() == LabelColumn || index.column() == PlotColumn)
        flags |= Qt::ItemIsUserCheckable;
    if (index.column() == UnitColumn)
        flags |= Qt::ItemIsEditable;
    return flags;
}

QVariant WatchModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case LabelColumn:
        return tr("Watched", "column");
    case PlotColumn:
        return tr("Plot", "column");
    case ValueColumn:
        return tr("Value", "column");
    case TrendColumn:
        return tr("Trend", "column");
    case DeltaColumn:
        return tr("Change", "column");
    case RateColumn:
        return tr("Rate", "column");
    case UnitColumn:
        return tr("Unit", "column");
    case AgeColumn:
        return tr("Age", "column");
    case StateColumn:
        return tr("State", "column");
    default:
        return {};
    }
}

} // namespace pyrolens
