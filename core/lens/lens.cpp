// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "lens.h"

#include <algorithm>
#include <cstring>

namespace pyrolens {

namespace {

using Kind = Value::Kind;

/// Brackets that serpent's reader (Python's tokenizer) opens at once, without the two around the arguments of
/// a call.
constexpr int kMostLevels = 198;

quint8 bitOf(const QByteArray &serializer)
{
    if (serializer == "serpent")
        return LensRule::Serpent;
    if (serializer == "json")
        return LensRule::Json;
    if (serializer == "msgpack")
        return LensRule::Msgpack;
    return serializer == "marshal" ? LensRule::Marshal : 0;
}

const LensRule *ruleNamed(const char *id)
{
    const auto rules = lensRules();
    const auto found
        = std::ranges::find_if(rules, [id](const LensRule &rule) { return std::strcmp(rule.id, id) == 0; });
    return found == rules.end() ? nullptr : &*found;
}

/// Goes through one value. The parser lets no literal be deeper than 1,000 levels, so this may call itself.
class Examination
{
public:
    Examination(quint8 serializer, const LensLimits &limits) : m_serializer(serializer), m_limits(limits) { }

    void argument(int position, const QString &keyword)
    {
        m_argument = position;
        m_keyword = keyword;
    }

    /// \return the value as it is received.
    Value walk(const Value &value, const LiteralNode *node, LensPlace place, int depth)
    {
        const bool isCompound = !parts(value).empty() || !value.pairs().empty();
        if (isCompound && depth > kMostLevels && m_serializer == LensRule::Serpent) {
            note(*ruleNamed("depth"), value, {}, node);
            return value;
        }
        const LensRule *rule = ruleFor(value, place);
        const size_t at = m_report.findings.size();
        const bool isKept = rule ? note(*rule, value, {}, node) : false;
        const Value inside = isCompound ? walkParts(value, node, place, depth + 1) : value;
        if (!rule || rule->effect != LensEffect::Changed)
            return inside;
        Value received = rule->received(value, inside);
        if (isKept)
            m_report.findings[at].received = received;
        return received;
    }

    LensReport take()
    {
        std::ranges::stable_sort(m_report.findings, {}, &LensFinding::start);
        return std::move(m_report);
    }

private:
    /// Of an array the list is no part of its own: the rules see the whole.
    static std::span<const Value> parts(const Value &value)
    {
        switch (value.kind()) {
        case Kind::Tuple:
        case Kind::List:
        case Kind::Set:
        case Kind::FrozenSet:
            return value.items();
        default:
            return {};
        }
    }

    const LensRule *ruleFor(const Value &value, LensPlace place) const
    {
        for (const LensRule &rule : lensRules()) {
            if ((rule.serializers & m_serializer) != 0 && rule.applies(value, place, m_serializer))
                return &rule;
        }
        return nullptr;
    }

    bool note(const LensRule &rule, const Value &sent, const Value &received, const LiteralNode *node)
    {
        if (m_report.findings.size() >= m_limits.maxFindings) {
            ++m_report.more;
            return false;
        }
        LensFinding finding{&rule, m_argument, m_keyword, -1, 0, sent, received};
        if (node) {
            finding.start = node->start;
            finding.length = node->length;
        }
        m_report.findings.push_back(std::move(finding));
        return true;
    }

    Value walkParts(const Value &value, const LiteralNode *node, LensPlace place, int depth)
    {
        const auto items = parts(value);
        const auto pairs = value.pairs();
        const size_t count = items.empty() ? pairs.size() * 2 : items.size();
        const auto child = [&](size_t index) -> const LiteralNode * {
            return node && node->children.size() == count ? &node->children[index] : nullptr;
        };
        bool hasChanged = false;
        const auto walked = [&](const Value &part, size_t index, LensPlace where) {
            Value received = walk(part, child(index), where, depth);
            hasChanged = hasChanged || received.kind() != part.kind()
                || received.identity() != part.identity() || (!received.identity() && !(received == part));
            return received;
        };
        if (value.kind() == Kind::Dict) {
            std::vector<Value::Pair> received;
            received.reserve(pairs.size());
            for (size_t i = 0; i < pairs.size(); ++i) {
                Value key = walked(pairs[i].first, 2 * i, LensPlace::Key);
                received.emplace_back(std::move(key), walked(pairs[i].second, 2 * i + 1, LensPlace::Plain));
            }
            return hasChanged ? Value::dict(std::move(received)) : value;
        }
        LensPlace where = LensPlace::Plain;
        if (value.kind() == Kind::Set || value.kind() == Kind::FrozenSet)
            where = LensPlace::Member;
        else if (place != LensPlace::Plain)
            where = LensPlace::InKey;
        std::vector<Value> received;
        received.reserve(items.size());
        for (size_t i = 0; i < items.size(); ++i)
            received.push_back(walked(items[i], i, where));
        if (!hasChanged)
            return value;
        switch (value.kind()) {
        case Kind::Tuple:
            return Value::tuple(std::move(received));
        case Kind::List:
            return Value::list(std::move(received));
        case Kind::Set:
            return Value::set(std::move(received));
        default:
            return Value::frozenSet(std::move(received));
        }
    }

    const quint8 m_serializer;
    const LensLimits m_limits;
    int m_argument = 0;
    QString m_keyword;
    LensReport m_report;
};

} // namespace

bool LensReport::has(LensEffect effect) const
{
    return std::ranges::any_of(
        findings, [effect](const LensFinding &one) { return one.rule->effect == effect; });
}

bool hasLens(const QByteArray &serializer)
{
    return bitOf(serializer) != 0;
}

LensReport examine(const Arguments &arguments, const QByteArray &serializer, const LensLimits &limits)
{
    if (!hasLens(serializer))
        return {};
    Examination examination(bitOf(serializer), limits);
    int position = 0;
    for (const LiteralNode &node : arguments.positional) {
        examination.argument(position++, {});
        examination.walk(node.value, &node, LensPlace::Plain, 1);
    }
    for (const Arguments::Keyword &keyword : arguments.keywords) {
        examination.argument(-1, keyword.name);
        examination.walk(keyword.value.value, &keyword.value, LensPlace::Plain, 1);
    }
    return examination.take();
}

LensReport examine(const Value &value, const QByteArray &serializer, const LensLimits &limits)
{
    if (!hasLens(serializer))
        return {};
    Examination examination(bitOf(serializer), limits);
    examination.walk(value, nullptr, LensPlace::Plain, 1);
    return examination.take();
}

} // namespace pyrolens
