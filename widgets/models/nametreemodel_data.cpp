// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// What the rows of the tree say; their shape is in nametreemodel.cpp.
#include "nametreemodel.h"

#include <QLocale>

#include <algorithm>

namespace pyrolens {

Health NameTreeModel::health(const Node &node) const
{
    return node.kind == Kind::Name ? m_profiles[size_t(node.profile)].health.value(firstRow(node).name)
                                   : Health::Unknown;
}

QVariant NameTreeModel::display(const Node &node, int column) const
{
    const Profile &profile = m_profiles[size_t(node.profile)];
    if (column == NameColumn)
        return nameText(node);
    if (node.kind == Kind::Message)
        return {};
    if (column == CountColumn) {
        if (node.kind == Kind::Name || (node.kind == Kind::Profile && !profile.names))
            return {};
        return QLocale().toString(leaves(node));
    }
    if (column == GenerationColumn)
        return generationText(profile.info);
    if (column == HealthColumn)
        // In words too: a struck-through name may be taken for a matter of taste.
        return node.kind == Kind::Name && firstRow(node).isRemoved
            ? tr("removed", "a name that is no longer registered")
            : (node.kind == Kind::Name ? healthWord(health(node)) : QString());
    if (node.kind != Kind::Name)
        return column == UriColumn && node.kind == Kind::Profile ? QVariant(profile.info.uri) : QVariant();
    const NameRow &row = firstRow(node);
    switch (column) {
    case UriColumn:
        return row.uri;
    case HostColumn:
        return splitUri(row.uri).host;
    case PortColumn:
        return splitUri(row.uri).port;
    case ObjectColumn:
        return splitUri(row.uri).object;
    case MetaColumn:
        return row.tags.join(QStringLiteral(", "));
    default:
        return {};
    }
}

QString NameTreeModel::generationText(const ProfileInfo &info)
{
    return info.generation > 0 ? tr("Pyro %1").arg(info.generation) : QString();
}

/// Lines of plain text, whatever the network put there.
QString NameTreeModel::tooltip(const Node &node) const
{
    const ProfileInfo &info = m_profiles[size_t(node.profile)].info;
    QStringList lines{node.kind == Kind::Profile ? info.label : fullName(node)};
    if (const QString uri = special(node, UriRole).toString(); !uri.isEmpty())
        lines.append(uri);
    if (node.kind == Kind::Profile && info.generation > 0)
        lines.append(info.isFlat ? tr("%1, flat names with tags", "generation").arg(generationText(info))
                                 : tr("%1, a tree of groups", "generation").arg(generationText(info)));
    if (const QString tags = display(node, MetaColumn).toString(); !tags.isEmpty())
        lines.append(tr("Tags: %1").arg(tags));
    return lines.join(u'\n');
}

QVariant NameTreeModel::special(const Node &node, int role) const
{
    const Profile &profile = m_profiles[size_t(node.profile)];
    switch (role) {
    case KindRole:
        return int(node.kind);
    case FullNameRole:
        return fullName(node);
    case UriRole:
        return node.kind == Kind::Name ? firstRow(node).uri
                                       : (node.kind == Kind::Profile ? profile.info.uri : QString());
    case ProfileRole:
        return profile.info.id;
    case StateRole:
        return int(profile.info.state);
    case HealthRole:
        return int(health(node));
    case ErrorRole:
        return profile.info.error;
    case BadgeRole:
        return node.kind == Kind::Profile ? generationText(profile.info) : QString();
    case ChangedRole:
        return node.kind == Kind::Name
            && std::binary_search(
                profile.changed.begin(), profile.changed.end(), profile.visible[size_t(node.begin)]);
    case RemovedRole:
        return node.kind == Kind::Name && firstRow(node).isRemoved;
    case MatchRole: {
        TextRanges ranges;
        if (m_filter.isEmpty() || (node.kind != Kind::Name && node.kind != Kind::Group))
            return QVariant::fromValue(ranges);
        // A match may span several parts of the name: cut it to the part shown here.
        const QString name = fullName(node);
        const qsizetype start = name.size() - nameText(node).size();
        for (const auto &[at, length] : m_filter.matchesIn(firstRow(node).name)) {
            const qsizetype from = std::max(at, start);
            const qsizetype to = std::min(at + length, name.size());
            if (from < to)
                ranges.emplace_back(from - start, to - from);
        }
        return QVariant::fromValue(ranges);
    }
    default:
        return {};
    }
}

QVariant NameTreeModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Node &node = m_nodes[size_t(nodeOf(index))];
    switch (role) {
    case Qt::DisplayRole:
        return display(node, index.column());
    case Qt::TextAlignmentRole:
        return index.column() == CountColumn || index.column() == PortColumn
            ? QVariant(int(Qt::AlignRight | Qt::AlignVCenter))
            : QVariant();
    case Qt::ToolTipRole:
        // Plain text, whatever the network put there.
        if (node.kind == Kind::Message)
            return m_profiles[size_t(node.profile)].info.detail.toHtmlEscaped();
        return tooltip(node).toHtmlEscaped().replace(u'\n', QLatin1String("<br>"));
    case Qt::AccessibleTextRole: {
        if (index.column() != NameColumn)
            return display(node, index.column());
        const QString name
            = node.kind == Kind::Name || node.kind == Kind::Group ? fullName(node) : nameText(node);
        const QString word = node.kind == Kind::Name && firstRow(node).isRemoved
            ? tr("removed", "a name that is no longer registered")
            : healthWord(health(node));
        QString spoken = word.isEmpty() ? name : tr("%1, %2", "name, health").arg(name, word);
        if (const QString generation = special(node, BadgeRole).toString(); !generation.isEmpty())
            spoken = tr("%1, %2", "name server, generation").arg(spoken, generation);
        if (const QString tags = display(node, MetaColumn).toString(); !tags.isEmpty())
            spoken = tr("%1, tags %2").arg(spoken, tags);
        return spoken;
    }
    default:
        return role >= Qt::UserRole ? special(node, role) : QVariant();
    }
}

QVariant NameTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Name", "column");
    case CountColumn:
        return tr("Count", "column");
    case HealthColumn:
        return tr("Health", "column");
    case UriColumn:
        return tr("URI", "column");
    case HostColumn:
        return tr("Host", "column");
    case PortColumn:
        return tr("Port", "column");
    case ObjectColumn:
        return tr("Object id", "column");
    case GenerationColumn:
        return tr("Generation", "column");
    case MetaColumn:
        return tr("Tags", "column");
    default:
        return {};
    }
}

Qt::ItemFlags NameTreeModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (m_nodes[size_t(nodeOf(index))].kind == Kind::Name)
        flags |= Qt::ItemNeverHasChildren;
    return flags;
}

} // namespace pyrolens
