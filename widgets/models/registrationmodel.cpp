// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "registrationmodel.h"

#include "healthwords.h"
#include "plaintext.h"

#include <QCoreApplication>
#include <QPointer>
#include <QSet>
#include <QThreadPool>

#include <algorithm>

namespace pyrolens {

RegistrationModel::RegistrationModel(QObject *parent) : QAbstractTableModel(parent) { }

RegistrationModel::~RegistrationModel() = default;

void RegistrationModel::setNames(const std::shared_ptr<const NameList> &names)
{
    beginResetModel();
    m_rows.clear();
    m_firstOf.clear();
    QHash<QString, QString> first;
    for (int i = 0; names && i < names->size(); ++i) {
        const NameRow &row = names->at(i);
        if (row.isGroup)
            continue;
        m_rows.push_back(row);
        const auto known = first.constFind(row.uri);
        if (known == first.cend())
            first.insert(row.uri, row.name);
        else
            m_firstOf.insert(row.name, *known);
    }
    rebuild();
    endResetModel();
    lookForStale();
}

void RegistrationModel::setServer(const QString &host)
{
    m_server = host;
    lookForStale();
}

void RegistrationModel::lookForStale()
{
    // With 100,000 names it takes longer than the window may stand still.
    QThreadPool::globalInstance()->start(
        [rows = m_rows, results = m_results, server = m_server, search = ++m_search,
            self = QPointer<RegistrationModel>(this)]() mutable {
            std::vector<StaleQuestion> questions;
            questions.reserve(rows.size());
            for (const NameRow &row : rows) {
                HostPort place = splitUri(row.uri);
                StaleQuestion question{
                    row.name, std::move(place.host), std::move(place.port), std::move(place.object), {}};
                if (const auto result = results.constFind(row.name); result != results.cend())
                    question.checked = *result;
                questions.push_back(std::move(question));
            }
            const std::vector<StaleFinding> findings = findStale(questions, server);
            QHash<QString, StaleFinding> stale;
            for (size_t i = 0; i < findings.size(); ++i) {
                if (findings[i].kind != Staleness::None)
                    stale.insert(rows[i].name, findings[i]);
            }
            // Through the application object: only its thread can tell whether the model is still there.
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [self, search, stale = std::move(stale)] {
                    if (self)
                        self->takeStale(search, stale);
                },
                Qt::QueuedConnection);
        });
}

void RegistrationModel::takeStale(quint64 search, QHash<QString, StaleFinding> findings)
{
    if (search != m_search)
        return; // another search is under way
    m_stale = std::move(findings);
    if (!m_visible.empty())
        Q_EMIT dataChanged(index(0, StaleColumn), index(int(m_visible.size()) - 1, StaleColumn));
    Q_EMIT staleFound(int(m_stale.size()));
}

const StaleFinding *RegistrationModel::finding(const QModelIndex &index) const
{
    const NameRow *one = row(index);
    const auto found = one ? m_stale.constFind(one->name) : m_stale.cend();
    return found == m_stale.cend() ? nullptr : &*found;
}

std::vector<int> RegistrationModel::staleRows() const
{
    std::vector<int> rows;
    for (size_t at = 0; at < m_visible.size(); ++at) {
        if (m_stale.contains(m_rows[size_t(m_visible[at])].name))
            rows.push_back(int(at));
    }
    return rows;
}

void RegistrationModel::setResult(const HealthResult &result)
{
    m_results.insert(result.name, result);
    const auto at = m_positions.constFind(result.name);
    if (at != m_positions.cend())
        Q_EMIT dataChanged(index(*at, HealthColumn), index(*at, CheckedColumn));
}

void RegistrationModel::setFilter(const QString &text, bool isRegex)
{
    beginResetModel();
    m_filter = QRegularExpression(isRegex ? text : QRegularExpression::escape(text.trimmed()),
        QRegularExpression::CaseInsensitiveOption);
    rebuild();
    endResetModel();
}

void RegistrationModel::setTagFilter(const QStringList &tags, bool any)
{
    if (tags == m_tags && any == m_anyTag)
        return;
    beginResetModel();
    m_tags = tags;
    m_anyTag = any;
    rebuild();
    endResetModel();
}

QStringList RegistrationModel::knownTags() const
{
    QSet<QString> known;
    for (const NameRow &row : m_rows)
        known.unite({row.tags.begin(), row.tags.end()});
    QStringList sorted(known.begin(), known.end());
    sorted.sort();
    return sorted;
}

bool RegistrationModel::passes(const NameRow &row) const
{
    const auto has = [&row](const QString &tag) { return row.tags.contains(tag); };
    const bool fits = m_tags.isEmpty()
        || (m_anyTag ? std::any_of(m_tags.begin(), m_tags.end(), has)
                     : std::all_of(m_tags.begin(), m_tags.end(), has));
    if (!fits)
        return false;
    return m_filter.pattern().isEmpty()
        || (m_filter.isValid()
            && (m_filter.match(row.name).hasMatch() || m_filter.match(row.uri).hasMatch()));
}

void RegistrationModel::rebuild()
{
    m_visible.clear();
    for (size_t i = 0; i < m_rows.size(); ++i) {
        if (passes(m_rows[i]))
            m_visible.push_back(int(i));
    }
    // The names come sorted.
    if (m_sortColumn != NameColumn) {
        std::vector<std::pair<qint64, QString>> keys(m_rows.size());
        for (const int row : m_visible)
            keys[size_t(row)] = sortKey(row, m_sortColumn);
        std::stable_sort(m_visible.begin(), m_visible.end(),
            [&keys](int a, int b) { return keys[size_t(a)] < keys[size_t(b)]; });
    }
    if (m_order == Qt::DescendingOrder)
        std::reverse(m_visible.begin(), m_visible.end());
    m_positions.clear();
    m_positions.reserve(qsizetype(m_visible.size()));
    for (size_t at = 0; at < m_visible.size(); ++at)
        m_positions.insert(m_rows[size_t(m_visible[at])].name, int(at));
}

std::pair<qint64, QString> RegistrationModel::sortKey(int at, int column) const
{
    const NameRow &row = m_rows[size_t(at)];
    const auto result = m_results.constFind(row.name);
    if (column == PortColumn)
        return {splitUri(row.uri).port.toInt(), {}};
    if (column == RoundTripColumn)
        return {result == m_results.cend() ? 0 : qint64(result->roundTrip.count()), {}};
    if (column == CheckedColumn)
        return {result == m_results.cend() ? 0 : result->checked.toMSecsSinceEpoch(), {}};
    return {0, text(at, column)};
}

void RegistrationModel::sort(int column, Qt::SortOrder order)
{
    beginResetModel();
    m_sortColumn = std::max(0, column);
    m_order = order;
    rebuild();
    endResetModel();
}

const NameRow *RegistrationModel::row(const QModelIndex &index) const
{
    return index.isValid() && size_t(index.row()) < m_visible.size()
        ? &m_rows[size_t(m_visible[size_t(index.row())])]
        : nullptr;
}

std::vector<HealthTarget> RegistrationModel::visible() const
{
    std::vector<HealthTarget> targets;
    for (const int row : m_visible)
        targets.push_back({m_rows[size_t(row)].name, m_rows[size_t(row)].uri});
    return targets;
}

std::vector<int> RegistrationModel::deadRows() const
{
    std::vector<int> rows;
    for (size_t at = 0; at < m_visible.size(); ++at) {
        const auto result = m_results.constFind(m_rows[size_t(m_visible[at])].name);
        if (result != m_results.cend() && result->isDead())
            rows.push_back(int(at));
    }
    return rows;
}

int RegistrationModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_visible.size());
}

int RegistrationModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QString RegistrationModel::staleText(const StaleFinding &finding)
{
    switch (finding.kind) {
    case Staleness::Loopback:
        return tr("loopback address");
    case Staleness::Superseded:
        return tr("%1 answers there", "stale").arg(visibleText(finding.other, 100));
    case Staleness::AllGone:
        return tr("like %1, not there", "stale").arg(visibleText(finding.other, 100));
    case Staleness::None:
        break;
    }
    return {};
}

QString RegistrationModel::staleHint(const StaleFinding &finding)
{
    switch (finding.kind) {
    case Staleness::Loopback:
        return tr("Only programs on the computer of the name server reach this address. Register the object "
                  "with an address that others reach.");
    case Staleness::Superseded:
        return tr("The same host and port has another object now: this one is likely from an earlier run.");
    case Staleness::AllGone:
        return tr("Several objects of this host and port are registered, and none of them answers.");
    case Staleness::None:
        break;
    }
    return {};
}

QString RegistrationModel::text(int at, int column) const
{
    const NameRow &row = m_rows[size_t(at)];
    const auto result = m_results.constFind(row.name);
    const bool checked = result != m_results.cend();
    switch (column) {
    case NameColumn:
        return visibleText(row.name, 200);
    case UriColumn:
        return visibleText(row.uri, 200);
    case HostColumn:
        return visibleText(splitUri(row.uri).host, 100);
    case PortColumn:
        return visibleText(splitUri(row.uri).port, 10);
    case ObjectColumn:
        return visibleText(splitUri(row.uri).object, 100);
    case TagsColumn:
        return visibleText(row.tags.join(QStringLiteral(", ")), 200);
    case HealthColumn:
        return checked ? healthWord(result->health) : QString();
    case RoundTripColumn:
        return checked && result->roundTrip.count() > 0 ? durationText(result->roundTrip.count()) : QString();
    case CheckedColumn:
        return checked ? result->checked.toString(QStringLiteral("HH:mm:ss")) : QString();
    case DuplicateColumn:
        return visibleText(m_firstOf.value(row.name), 200);
    case StaleColumn:
        return staleText(m_stale.value(row.name));
    default:
        return {};
    }
}

QVariant RegistrationModel::data(const QModelIndex &index, int role) const
{
    const NameRow *one = row(index);
    if (!one)
        return {};
    const auto result = m_results.constFind(one->name);
    switch (role) {
    case Qt::DisplayRole:
        return text(m_visible[size_t(index.row())], index.column());
    case Qt::ToolTipRole:
        if (index.column() == StaleColumn)
            return staleHint(m_stale.value(one->name));
        if (index.column() == TagsColumn)
            return visibleText(one->tags.join(u'\n'), 1'000).toHtmlEscaped();
        return index.column() == HealthColumn && result != m_results.cend()
            ? visibleText(result->detail, 300).toHtmlEscaped()
            : QString();
    case Qt::TextAlignmentRole:
        return index.column() == PortColumn || index.column() == RoundTripColumn
            ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
            : QVariant();
    case HealthRole:
        return result == m_results.cend() ? -1 : int(result->health);
    case DeadRole:
        return result != m_results.cend() && result->isDead();
    case StaleRole:
        return m_stale.contains(one->name);
    default:
        return {};
    }
}

QVariant RegistrationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Name", "column");
    case UriColumn:
        return tr("URI", "column");
    case HostColumn:
        return tr("Host", "column");
    case PortColumn:
        return tr("Port", "column");
    case ObjectColumn:
        return tr("Object id", "column");
    case TagsColumn:
        return tr("Tags", "column");
    case HealthColumn:
        return tr("Health", "column");
    case RoundTripColumn:
        return tr("Round trip", "column");
    case CheckedColumn:
        return tr("Checked", "column");
    case DuplicateColumn:
        return tr("Same URI as", "column");
    case StaleColumn:
        return tr("Looks forgotten", "column");
    default:
        return {};
    }
}

} // namespace pyrolens
