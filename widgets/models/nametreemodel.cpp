// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nametreemodel.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kWorkerFrom = 20'000;  ///< names from which patterns are matched in a worker
constexpr int kRemovedShown = 5'000; ///< ms that removed names stay, struck through

const auto kSeparator = QChar(u'\x1f'); // unit separator: no name server takes it in a name

} // namespace

NameTreeModel::NameTreeModel(QObject *parent) : QAbstractItemModel(parent)
{
    m_removedTimer.setSingleShot(true);
    m_removedTimer.setInterval(kRemovedShown);
    connect(&m_removedTimer, &QTimer::timeout, this, &NameTreeModel::clearRemoved);
}

NameTreeModel::~NameTreeModel() = default;

int NameTreeModel::find(const QString &id) const
{
    for (size_t i = 0; i < m_profiles.size(); ++i) {
        if (m_profiles[i].info.id == id)
            return int(i);
    }
    return -1;
}

const ProfileInfo *NameTreeModel::profile(const QString &id) const
{
    const int at = find(id);
    return at < 0 ? nullptr : &m_profiles[size_t(at)].info;
}

QStringList NameTreeModel::profiles() const
{
    QStringList ids;
    for (const Profile &one : m_profiles)
        ids.append(one.info.id);
    return ids;
}

std::shared_ptr<const NameList> NameTreeModel::names(const QString &id) const
{
    const int at = find(id);
    return at < 0 ? nullptr : m_profiles[size_t(at)].names;
}

ObjectTarget NameTreeModel::target(const QString &id, const QString &name) const
{
    ObjectTarget target;
    target.profile = id;
    target.name = name;
    const auto list = names(id);
    const int at = list ? list->find(name) : -1;
    if (at >= 0)
        target.uri = list->at(at).uri;
    if (const ProfileInfo *info = profile(id)) {
        // Flat names are those of 4 and of 5: what answers at the object tells.
        target.generation = info->isFlat ? 0 : info->generation;
        target.dialect = info->dialect;
    }
    return target;
}

void NameTreeModel::setProfile(const ProfileInfo &info)
{
    const int at = find(info.id);
    if (at >= 0 && m_profiles[size_t(at)].info == info)
        return;
    if (at >= 0) {
        const ProfileInfo &old = m_profiles[size_t(at)].info;
        const bool sameShape
            = (old.state == ProfileInfo::State::Failed) == (info.state == ProfileInfo::State::Failed);
        if (sameShape) {
            m_profiles[size_t(at)].info = info;
            const QModelIndex row = indexOfNode(at);
            Q_EMIT dataChanged(row, row.siblingAtColumn(kColumns - 1));
            if (info.state == ProfileInfo::State::Failed) {
                const QModelIndex message = index(0, 0, row);
                Q_EMIT dataChanged(message, message);
            }
            return;
        }
    }
    beginResetModel();
    if (at >= 0)
        m_profiles[size_t(at)].info = info;
    else
        m_profiles.push_back({info, nullptr, nullptr, {}, {0}, {}, {}});
    rebuild();
    endResetModel();
    Q_EMIT filterApplied();
}

void NameTreeModel::removeProfile(const QString &id)
{
    const int at = find(id);
    if (at < 0)
        return;
    beginResetModel();
    m_profiles.erase(m_profiles.begin() + at);
    rebuild();
    endResetModel();
    Q_EMIT filterApplied();
}

void NameTreeModel::setNames(const QString &id, std::shared_ptr<const NameList> names)
{
    const int at = find(id);
    Q_ASSERT_X(at >= 0, "NameTreeModel::setNames", "unknown profile");
    if (at < 0)
        return;
    Profile &profile = m_profiles[size_t(at)];
    NameList::Difference difference;
    if (profile.shown && names)
        difference = names->since(*profile.shown);
    // Inside the reset: views ask for the keys of their rows when it begins, and those belong to the old
    // list.
    beginResetModel();
    profile.names = std::move(names);
    profile.shown = difference.withRemoved ? difference.withRemoved : profile.names;
    profile.changed = std::move(difference.changed);
    if (difference.withRemoved && !m_removedTimer.isActive())
        m_removedTimer.start();
    filterAll();
    endResetModel();
    Q_EMIT filterApplied();
}

void NameTreeModel::setHealth(const QString &id, const QString &name, Health health)
{
    const int at = find(id);
    if (at < 0)
        return;
    m_profiles[size_t(at)].health.insert(name, health);
    const QModelIndex index = indexForName(id, name);
    if (index.isValid())
        Q_EMIT dataChanged(index, index.siblingAtColumn(HealthColumn));
}

void NameTreeModel::clearChanged()
{
    for (Profile &profile : m_profiles)
        profile.changed.clear();
    // One signal: after a restart of a name server every URI is another, and as many rows would be searched.
    Q_EMIT changedCleared();
}

void NameTreeModel::clearRemoved()
{
    m_removedTimer.stop();
    const bool any = std::any_of(m_profiles.begin(), m_profiles.end(),
        [](const Profile &profile) { return profile.shown != profile.names; });
    if (!any)
        return;
    beginResetModel();
    for (Profile &profile : m_profiles) {
        if (profile.shown == profile.names)
            continue;
        profile.shown = profile.names;
        profile.changed.clear(); // indexes of the longer list
    }
    filterAll();
    endResetModel();
    Q_EMIT filterApplied();
}

QString NameTreeModel::setFilter(const QString &text, NameFilter::Mode mode, bool caseSensitive)
{
    QString error;
    auto filter = NameFilter::parse(text, mode, caseSensitive, &error);
    if (!filter)
        return error;
    m_filter = std::move(*filter);
    if (m_filter.needsRows() && totalCount() > kWorkerFrom)
        filterInWorker();
    else
        filterNow();
    return {};
}

void NameTreeModel::filterNow()
{
    beginResetModel();
    filterAll();
    endResetModel();
    Q_EMIT filterApplied();
}

void NameTreeModel::filterAll()
{
    ++m_filterRun;
    for (Profile &profile : m_profiles) {
        if (!profile.shown) {
            profile.visible.clear();
            continue;
        }
        profile.visible = m_filter.apply(*profile.shown, profile.info.generation, [&profile](int row) {
            return profile.health.value(profile.shown->at(row).name) == Health::Dead;
        });
    }
    rebuild();
}

void NameTreeModel::filterInWorker()
{
    struct Job
    {
        QString id;
        std::shared_ptr<const NameList> names;
        int generation;
        QHash<QString, Health> health;
        std::vector<int> visible;
    };
    auto jobs = std::make_shared<std::vector<Job>>();
    for (const Profile &profile : m_profiles) {
        if (profile.shown)
            jobs->push_back({profile.info.id, profile.shown, profile.info.generation, profile.health, {}});
    }
    const quint64 run = ++m_filterRun;
    QThreadPool::globalInstance()->start(
        [jobs, run, filter = m_filter, self = QPointer<NameTreeModel>(this)] {
            for (Job &job : *jobs) {
                job.visible = filter.apply(*job.names, job.generation,
                    [&job](int row) { return job.health.value(job.names->at(row).name) == Health::Dead; });
            }
            // Through the application object: the model may be gone by now, and only its own thread can tell.
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [jobs, run, self] {
                    if (!self || self->m_filterRun != run)
                        return;
                    self->beginResetModel();
                    for (Job &job : *jobs) {
                        const int at = self->find(job.id);
                        if (at >= 0 && self->m_profiles[size_t(at)].shown == job.names)
                            self->m_profiles[size_t(at)].visible = std::move(job.visible);
                    }
                    self->rebuild();
                    self->endResetModel();
                    Q_EMIT self->filterApplied();
                },
                Qt::QueuedConnection);
        });
}

int NameTreeModel::matchCount() const
{
    int count = 0;
    for (const Profile &profile : m_profiles)
        count += int(profile.visible.size()) - profile.groupsBefore.back();
    return count;
}

int NameTreeModel::totalCount() const
{
    int count = 0;
    for (const Profile &profile : m_profiles)
        count += profile.names ? profile.names->size() - profile.names->groups() : 0;
    return count;
}

void NameTreeModel::countGroups(Profile &profile)
{
    profile.groupsBefore.assign(1, 0);
    profile.groupsBefore.reserve(profile.visible.size() + 1);
    for (const int row : profile.visible) {
        const NameRow &one = profile.shown->at(row);
        profile.groupsBefore.push_back(profile.groupsBefore.back() + (one.isGroup || one.isRemoved ? 1 : 0));
    }
}

int NameTreeModel::leaves(const Node &node) const
{
    const auto &before = m_profiles[size_t(node.profile)].groupsBefore;
    return node.end - node.begin - (before[size_t(node.end)] - before[size_t(node.begin)]);
}

void NameTreeModel::rebuild()
{
    for (Profile &profile : m_profiles)
        countGroups(profile);
    m_nodes.clear();
    for (size_t i = 0; i < m_profiles.size(); ++i) {
        Node node;
        node.kind = Kind::Profile;
        node.profile = int(i);
        node.row = int(i);
        node.end = int(m_profiles[i].visible.size());
        m_nodes.push_back(node);
    }
}

void NameTreeModel::makeChildren(int at) const
{
    if (m_nodes[size_t(at)].firstChild >= 0)
        return;
    const Node node = m_nodes[size_t(at)];
    const Profile &profile = m_profiles[size_t(node.profile)];
    const int first = int(m_nodes.size());
    const auto add = [&](Kind kind, int begin, int end, int prefix) {
        m_nodes.push_back({kind, node.profile, at, int(m_nodes.size()) - first, begin, end, prefix, -1, 0});
    };
    if (node.kind == Kind::Profile && profile.info.state == ProfileInfo::State::Failed)
        add(Kind::Message, 0, 0, 0);
    if (node.kind == Kind::Profile || node.kind == Kind::Group) {
        const auto rowAt = [&](int visible) -> const NameRow & {
            return profile.shown->at(profile.visible[size_t(visible)]);
        };
        for (int i = node.begin; i < node.end;) {
            const NameRow &row = rowAt(i);
            const qsizetype dot = row.name.indexOf(u'.', node.prefix);
            if (row.isGroup && row.name.size() + 1 == node.prefix) {
                ++i; // the group's own row
                continue;
            }
            if (dot < 0 && !row.isGroup) {
                add(Kind::Name, i, i + 1, node.prefix);
                ++i;
                continue;
            }
            const int path = int(dot < 0 ? row.name.size() : dot);
            const QStringView prefix = QStringView(row.name).left(path);
            const auto belongs = [&](int visible) {
                const NameRow &other = rowAt(visible);
                return QStringView(other.name).startsWith(prefix)
                    && (other.name.size() == path ? other.isGroup : other.name[path] == u'.');
            };
            // Gallop to the end of the group, then search in the last step.
            int step = 1;
            int known = i;
            while (known + step < node.end && belongs(known + step)) {
                known += step;
                step *= 2;
            }
            int low = known + 1;
            int high = std::min(known + step, node.end);
            while (low < high) {
                const int middle = low + (high - low) / 2;
                if (belongs(middle))
                    low = middle + 1;
                else
                    high = middle;
            }
            add(Kind::Group, i, low, path + 1);
            i = low;
        }
    }
    m_nodes[size_t(at)].firstChild = first;
    m_nodes[size_t(at)].childCount = int(m_nodes.size()) - first;
}

QModelIndex NameTreeModel::indexOfNode(int node, int column) const
{
    return createIndex(m_nodes[size_t(node)].row, column, quintptr(node));
}

QModelIndex NameTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (row < 0 || column < 0 || column >= kColumns)
        return {};
    if (!parent.isValid())
        return row < int(m_profiles.size()) ? indexOfNode(row, column) : QModelIndex();
    if (parent.column() != 0)
        return {};
    makeChildren(nodeOf(parent));
    const Node &node = m_nodes[size_t(nodeOf(parent))];
    return row < node.childCount ? indexOfNode(node.firstChild + row, column) : QModelIndex();
}

QModelIndex NameTreeModel::parent(const QModelIndex &child) const
{
    if (!child.isValid())
        return {};
    const int up = m_nodes[size_t(nodeOf(child))].parent;
    return up < 0 ? QModelIndex() : indexOfNode(up);
}

int NameTreeModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return int(m_profiles.size());
    if (parent.column() != 0)
        return 0;
    makeChildren(nodeOf(parent));
    return m_nodes[size_t(nodeOf(parent))].childCount;
}

int NameTreeModel::columnCount(const QModelIndex &) const
{
    return kColumns;
}

bool NameTreeModel::hasChildren(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return !m_profiles.empty();
    if (parent.column() != 0)
        return false;
    const Node &node = m_nodes[size_t(nodeOf(parent))];
    switch (node.kind) {
    case Kind::Profile:
        return node.end > node.begin
            || m_profiles[size_t(node.profile)].info.state == ProfileInfo::State::Failed;
    case Kind::Group:
        // A group whose only row is itself is empty.
        return node.end - node.begin > 1 || !firstRow(node).isGroup
            || firstRow(node).name.size() + 1 != node.prefix;
    default:
        return false;
    }
}

const NameRow &NameTreeModel::firstRow(const Node &node) const
{
    const Profile &profile = m_profiles[size_t(node.profile)];
    return profile.shown->at(profile.visible[size_t(node.begin)]);
}

QString NameTreeModel::fullName(const Node &node) const
{
    switch (node.kind) {
    case Kind::Group:
        return firstRow(node).name.left(node.prefix - 1);
    case Kind::Name:
        return firstRow(node).name;
    default:
        return {};
    }
}

QString NameTreeModel::nameText(const Node &node) const
{
    switch (node.kind) {
    case Kind::Profile:
        return m_profiles[size_t(node.profile)].info.label;
    case Kind::Message:
        return m_profiles[size_t(node.profile)].info.error;
    case Kind::Name:
        return firstRow(node).name.mid(node.prefix);
    case Kind::Group:
        break;
    }
    const QString path = fullName(node);
    return path.mid(path.lastIndexOf(u'.') + 1);
}

QString NameTreeModel::key(const QModelIndex &index) const
{
    if (!index.isValid())
        return {};
    const Node &node = m_nodes[size_t(nodeOf(index))];
    return m_profiles[size_t(node.profile)].info.id + kSeparator + QString::number(int(node.kind))
        + kSeparator + fullName(node);
}

QModelIndex NameTreeModel::indexForKey(const QString &key) const
{
    const QStringList parts = key.split(kSeparator);
    const int at = find(parts.value(0));
    if (at < 0 || parts.size() != 3)
        return {};
    const auto kind = Kind(parts[1].toInt());
    if (kind == Kind::Profile)
        return indexOfNode(at);
    const QString &wanted = parts[2];
    QModelIndex place = indexOfNode(at);
    while (place.isValid()) {
        const int count = rowCount(place);
        QModelIndex next;
        for (int row = 0; row < count && !next.isValid(); ++row) {
            const QModelIndex child = index(row, 0, place);
            const Node &node = m_nodes[size_t(nodeOf(child))];
            if (node.kind == kind && (kind == Kind::Message || fullName(node) == wanted))
                return child;
            if (node.kind == Kind::Group && wanted.startsWith(QString(fullName(node) + u'.')))
                next = child;
        }
        place = next;
    }
    return {};
}

QModelIndex NameTreeModel::indexForName(const QString &profile, const QString &name) const
{
    return indexForKey(profile + kSeparator + QString::number(int(Kind::Name)) + kSeparator + name);
}

QModelIndex NameTreeModel::firstName() const
{
    for (int i = 0; i < rowCount(); ++i) {
        QModelIndex place = index(i, 0);
        while (place.isValid() && hasChildren(place)) {
            QModelIndex next;
            for (int row = 0; row < rowCount(place) && !next.isValid(); ++row) {
                const QModelIndex child = index(row, 0, place);
                const Node &node = m_nodes[size_t(nodeOf(child))];
                if (node.kind == Kind::Name)
                    return child;
                if (node.kind == Kind::Group && hasChildren(child))
                    next = child;
            }
            place = next;
        }
    }
    return {};
}

} // namespace pyrolens
