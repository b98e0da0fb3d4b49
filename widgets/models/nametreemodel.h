// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "callrecord.h"
#include "healthwords.h"
#include "namefilter.h"
#include "namelist.h"

#include <pyrolens/value/dialect.h>

#include <QAbstractItemModel>
#include <QHash>
#include <QTimer>

#include <memory>
#include <vector>

namespace pyrolens {

/// What the explorer knows about one name server. Plain data.
struct ProfileInfo
{
    enum class State : quint8 { Offline, Busy, Ok, Failed };
    QString id;                         ///< stable key
    QString label;                      ///< "Demo", "plant-A", "10.0.0.7:9090"
    int generation = 0;                 ///< that answered; 0: none has yet
    Dialect dialect = Dialect::Python2; ///< of that generation
    bool isFlat = false;                ///< names with tags (4, 5), no groups
    QString uri;                        ///< of the name server
    State state = State::Offline;
    QString error;  ///< with Failed: cause in words
    QString detail; ///< technical part of it
    friend bool operator==(const ProfileInfo &, const ProfileInfo &) = default;
};

/// Tree of profiles, groups and names over sorted lists: a node is a range of the visible names, its children
/// are made when they are first asked for. Filtering resets the model; views keep their selection and
/// expansion by key().
class NameTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column {
        NameColumn,
        CountColumn,
        HealthColumn,
        UriColumn,
        HostColumn,
        PortColumn,
        ObjectColumn,
        GenerationColumn,
        MetaColumn
    };
    static constexpr int kColumns = MetaColumn + 1;
    enum Role {
        KindRole = Qt::UserRole, ///< Kind
        FullNameRole,            ///< full name or group path
        UriRole,
        ProfileRole, ///< id of the profile
        MatchRole,   ///< TextRanges in the display text
        StateRole,   ///< ProfileInfo::State of a profile row
        HealthRole,  ///< Health
        ErrorRole,   ///< error text of a message row
        BadgeRole,   ///< generation of a profile row, in words
        RemovedRole, ///< true for a name that is no longer registered
        ChangedRole, ///< true for a name that is new or has another URI since the last list
    };
    enum class Kind : quint8 { Profile, Group, Name, Message };
    using TextRanges = std::vector<std::pair<qsizetype, qsizetype>>;

    explicit NameTreeModel(QObject *parent = nullptr);
    ~NameTreeModel() override;

    void setProfile(const ProfileInfo &info); ///< adds or updates
    void removeProfile(const QString &id);
    const ProfileInfo *profile(const QString &id) const;
    QStringList profiles() const;
    void setNames(const QString &id, std::shared_ptr<const NameList> names);
    std::shared_ptr<const NameList> names(const QString &id) const;
    /// A name as an object to be opened; its URI is empty when it is not registered.
    ObjectTarget target(const QString &id, const QString &name) const;
    void setHealth(const QString &id, const QString &name, Health health);
    void clearChanged(); ///< ends the flash of changed names
    /// Takes away what the server no longer lists; by itself 5 s after the refresh that found it.
    void clearRemoved();

    /// Applies a filter. Plain ones at once; patterns over long lists in a worker, the newest wins.
    /// \return why the pattern is invalid (the last good filter stays), else empty.
    QString setFilter(
        const QString &text, NameFilter::Mode mode = NameFilter::Mode::Plain, bool caseSensitive = false);
    bool isFiltered() const { return !m_filter.isEmpty(); }
    int matchCount() const;
    int totalCount() const;

    /// Survives a reset; empty for an invalid index.
    QString key(const QModelIndex &index) const;
    QModelIndex indexForKey(const QString &key) const;
    QModelIndex indexForName(const QString &profile, const QString &name) const;
    QModelIndex firstName() const; ///< the first visible name, depth first

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    using QObject::parent;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    bool hasChildren(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void filterApplied();  ///< the visible names have changed
    void changedCleared(); ///< no row is marked as changed any more

private:
    struct Node
    {
        Kind kind = Kind::Name;
        int profile = 0;
        int parent = -1;
        int row = 0;
        int begin = 0; ///< range of the profile's visible names
        int end = 0;
        int prefix = 0;      ///< UTF-16 units of the group path with its dot
        int firstChild = -1; ///< -1: not made yet
        int childCount = 0;
    };
    struct Profile
    {
        ProfileInfo info;
        std::shared_ptr<const NameList> names;
        std::shared_ptr<const NameList> shown; ///< the same, or with removed ones in between
        std::vector<int> visible;              ///< indexes in `shown`
        std::vector<int> groupsBefore;         ///< rows that do not count among the first n visible ones
        QHash<QString, Health> health;
        std::vector<int> changed; ///< indexes in `shown`, ascending
    };

    void rebuild();
    void filterNow();
    void filterAll(); ///< inside a reset
    static void countGroups(Profile &profile);
    int leaves(const Node &node) const;
    void filterInWorker();
    void makeChildren(int node) const;
    int nodeOf(const QModelIndex &index) const { return int(index.internalId()); }
    QModelIndex indexOfNode(int node, int column = 0) const;
    const NameRow &firstRow(const Node &node) const;
    QString fullName(const Node &node) const;
    QString nameText(const Node &node) const;
    QVariant display(const Node &node, int column) const;
    QVariant special(const Node &node, int role) const;
    static QString generationText(const ProfileInfo &info);
    QString tooltip(const Node &node) const;
    Health health(const Node &node) const;
    int find(const QString &id) const;

    std::vector<Profile> m_profiles;
    mutable std::vector<Node> m_nodes;
    NameFilter m_filter;
    QTimer m_removedTimer;
    quint64 m_filterRun = 0;
};

} // namespace pyrolens
