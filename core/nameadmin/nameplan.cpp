// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nameplan.h"

#include <pyrolens/base/utf8.h>
#include <pyrolens/naming/names.h>

#include <QHash>
#include <QSet>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr int kMaxNameBytes = 1'024;
using Verdict = PlannedName::Verdict;

/// Goes through the wanted names and keeps what the server would have by then.
class Planner
{
public:
    Planner(const std::vector<Registration> &present, const Generation &generation)
        : m_generation(generation), m_isFlat(!generation.info().features.hierarchicalNames)
    {
        m_present.reserve(qsizetype(present.size()));
        for (const Registration &one : present)
            m_present.insert(one.name, &one);
    }

    void add(const NameFileRow &row)
    {
        PlannedName planned;
        planned.wanted = row.registration;
        planned.line = row.line;
        planned.reason = row.problem;
        if (planned.reason.isEmpty())
            judge(planned);
        ++m_plan.counts[size_t(planned.verdict)];
        m_plan.rows.push_back(std::move(planned));
    }

    NamePlan take() { return std::move(m_plan); }

private:
    void judge(PlannedName &planned)
    {
        Registration &wanted = planned.wanted;
        if (planned.reason = spell(wanted); !planned.reason.isEmpty())
            return;
        planned.isBuiltIn = isBuiltInName(wanted.name);
        if (const qint64 *line = at(m_seen, wanted.name)) {
            planned.reason = *line > 0 ? QStringLiteral("stands in line %1 already").arg(*line)
                                       : QStringLiteral("stands there twice");
            return;
        }
        if (wanted.name.toUtf8() == m_generation.info().nameServerObject
            || (!m_isFlat && wanted.name == QLatin1String(naming::kRootGroup))) {
            planned.reason = QStringLiteral("every name server has this one of its own");
            return;
        }
        if (!wanted.isGroup) {
            if (const auto uri = m_generation.parseUri(wanted.uri); !uri) {
                planned.reason = uri.error().what;
                return;
            }
        }
        const QString nameInTheWay = m_isFlat ? QString() : makeGroups(wanted.name.toUtf8(), planned.line);
        if (!nameInTheWay.isEmpty()) {
            planned.reason = QStringLiteral("'%1' is a name there, no group").arg(nameInTheWay);
            return;
        }
        compare(planned);
        if (planned.reason.isEmpty())
            m_seen.insert(wanted.name, planned.line);
    }

    /// Name and meta information as the server keeps them. \return why it cannot keep them.
    QString spell(Registration &wanted) const
    {
        const QString full = plannedName(wanted.name, m_generation);
        if (!m_isFlat) {
            const Status good = naming::check(full.toUtf8(), kMaxNameBytes);
            wanted.name = full;
            return good ? QString() : good.error().what;
        }
        if (wanted.isGroup)
            return QStringLiteral("a %1 name server has no groups").arg(m_generation.info().label);
        if (full.isEmpty() || full.toUtf8().size() > kMaxNameBytes)
            return QStringLiteral("a name has 1 to %1 bytes").arg(kMaxNameBytes);
        const auto tags = tagsOfMeta(wanted.meta);
        if (!tags)
            return QStringLiteral("the metadata of a %1 name server is a list of texts")
                .arg(m_generation.info().label);
        wanted.meta = metaOfTags(*tags);
        return {};
    }

    void compare(PlannedName &planned)
    {
        const Registration &wanted = planned.wanted;
        const Registration *known = m_present.value(wanted.name);
        if (!known && m_made.contains(wanted.name) && !wanted.isGroup) {
            planned.reason = QStringLiteral("is a group there, as other names need it");
        } else if (!known) {
            planned.verdict = Verdict::New;
            if (wanted.isGroup)
                m_made.insert(wanted.name);
            else
                m_madeNames.insert(wanted.name);
        } else if (known->isGroup != wanted.isGroup) {
            planned.reason = known->isGroup ? QStringLiteral("is a group there")
                                            : QStringLiteral("is a name there, no group");
        } else if (known->uri == wanted.uri && known->meta == wanted.meta) {
            planned.verdict = Verdict::Same;
        } else {
            planned.verdict = Verdict::Differs;
            planned.formerUri = known->uri;
            planned.formerMeta = known->meta;
        }
    }

    /// The groups above a name, where they are missing. \return a name that stands where a group is needed.
    QString makeGroups(QByteArrayView full, qint64 line)
    {
        const QByteArrayView parent = naming::split(full).first;
        if (parent == QByteArrayView(naming::kRootGroup))
            return {};
        const QString group = QString::fromUtf8(parent);
        if (m_made.contains(group))
            return {};
        const Registration *known = m_present.value(group);
        if (m_madeNames.contains(group) || (known && !known->isGroup))
            return group;
        if (known)
            return {};
        if (QString inTheWay = makeGroups(parent, line); !inTheWay.isEmpty())
            return inTheWay;
        PlannedName implied;
        implied.verdict = Verdict::New;
        implied.wanted.name = group;
        implied.wanted.isGroup = true;
        implied.line = line;
        implied.isImplied = true;
        m_made.insert(group);
        ++m_plan.counts[size_t(Verdict::New)];
        m_plan.rows.push_back(std::move(implied));
        return {};
    }

    static const qint64 *at(const QHash<QString, qint64> &hash, const QString &key)
    {
        const auto found = hash.constFind(key);
        return found == hash.cend() ? nullptr : &*found;
    }

    const Generation &m_generation;
    const bool m_isFlat;
    QHash<QString, const Registration *> m_present;
    QHash<QString, qint64> m_seen; ///< line by name
    QSet<QString> m_made;          ///< groups that will be there
    QSet<QString> m_madeNames;
    NamePlan m_plan;
};

} // namespace

NamePlan planNames(const std::vector<NameFileRow> &wanted, const std::vector<Registration> &present,
    const Catalogue &catalogue, int generation)
{
    const Generation *spoken = catalogue.find(generation);
    Q_ASSERT_X(spoken, "planNames", "the catalogue must know the generation");
    Planner planner(present, *spoken);
    // Groups first, the outer ones before the inner: one that stands behind its names need not be made for
    // them.
    std::vector<const NameFileRow *> groups;
    for (const NameFileRow &row : wanted) {
        if (row.registration.isGroup)
            groups.push_back(&row);
    }
    std::stable_sort(groups.begin(), groups.end(), [](const NameFileRow *a, const NameFileRow *b) {
        return a->registration.name < b->registration.name;
    });
    for (const NameFileRow *row : groups)
        planner.add(*row);
    for (const NameFileRow &row : wanted) {
        if (!row.registration.isGroup)
            planner.add(row);
    }
    return planner.take();
}

QString plannedName(const QString &name, const Generation &generation)
{
    return generation.info().features.hierarchicalNames
        ? QString::fromUtf8(naming::expand(utf8::encode(name), naming::kDefaultGroup))
        : name;
}

NamePlan planTags(
    const std::vector<Registration> &names, const QStringList &added, const QStringList &removed)
{
    NamePlan plan;
    for (const Registration &one : names) {
        PlannedName planned;
        planned.wanted = one;
        planned.formerUri = one.uri;
        planned.formerMeta = one.meta;
        QStringList tags = tagsOfMeta(one.meta).value_or(QStringList());
        for (const QString &tag : removed)
            tags.removeAll(tag);
        planned.wanted.meta = metaOfTags(tags + added);
        planned.isBuiltIn = isBuiltInName(one.name);
        planned.verdict = planned.wanted.meta == one.meta ? Verdict::Same : Verdict::Differs;
        ++plan.counts[size_t(planned.verdict)];
        plan.rows.push_back(std::move(planned));
    }
    return plan;
}

std::optional<NameAction> actionFor(const PlannedName &row)
{
    if (row.verdict != Verdict::New && row.verdict != Verdict::Differs)
        return std::nullopt;
    NameAction action;
    action.name = row.wanted.name;
    action.uri = row.wanted.uri;
    action.meta = row.wanted.meta;
    if (row.verdict == Verdict::New) {
        action.kind = row.wanted.isGroup ? NameAction::Kind::CreateGroup : NameAction::Kind::Register;
    } else {
        action.kind = row.wanted.isGroup ? NameAction::Kind::SetMeta : NameAction::Kind::Replace;
        action.formerUri = row.formerUri;
        action.formerMeta = row.formerMeta;
    }
    return action;
}

} // namespace pyrolens
