// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/json.h>

#include <QHash>
#include <QSet>

/// Compares two tagged values as graphs: where they draw the border of a cycle, and whether a shared tuple
/// has a number, makes no difference; everything that can be reached does.
namespace pyrolens::testing {

class SameGraph
{
public:
    bool operator()(const Json &a, const Json &b)
    {
        collect(a, m_a);
        collect(b, m_b);
        return same(a, b);
    }

private:
    using Numbers = QHash<qint64, const Json *>;

    static void collect(const Json &json, Numbers &numbers)
    {
        if (json.contains(u"$id"))
            numbers.insert(json.value(u"$id").toInteger(), &json.value(u"$v"));
        for (const Json &item : json.items())
            collect(item, numbers);
        for (const auto &member : json.members())
            collect(member.second, numbers);
    }
    static const Json &target(const Json &json, const Numbers &numbers)
    {
        if (json.contains(u"$id"))
            return json.value(u"$v");
        if (json.contains(u"$ref"))
            return *numbers.value(json.value(u"$ref").toInteger());
        return json;
    }
    bool same(const Json &first, const Json &second)
    {
        const Json &a = target(first, m_a);
        const Json &b = target(second, m_b);
        const std::pair<const Json *, const Json *> pair(&a, &b);
        if (m_assumed.contains(pair))
            return true;
        m_assumed.insert(pair);
        if (a.type() != b.type() || a.items().size() != b.items().size()
            || a.members().size() != b.members().size())
            return false;
        if (!a.isArray() && !a.isObject())
            return a == b;
        for (std::size_t i = 0; i < a.items().size(); ++i) {
            if (!same(a.items()[i], b.items()[i]))
                return false;
        }
        for (std::size_t i = 0; i < a.members().size(); ++i) {
            if (a.members()[i].first != b.members()[i].first
                || !same(a.members()[i].second, b.members()[i].second))
                return false;
        }
        return true;
    }

    Numbers m_a;
    Numbers m_b;
    QSet<std::pair<const Json *, const Json *>> m_assumed;
};

} // namespace pyrolens::testing
