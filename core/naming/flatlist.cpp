// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatlist_p.h"

#include <QHash>

namespace pyrolens::naming {

namespace {

/// Makes URI objects that share everything but what differs: lowering 100,000 neutral references one by one
/// takes ten times as long, and the repeated keys would double the size of the reply.
class UriMaker
{
public:
    explicit UriMaker(const Generation &generation) : m_generation(generation) { }

    Result<Value> make(QByteArrayView uri)
    {
        const qsizetype start = uri.indexOf("://");
        const qsizetype slash = start < 0 ? -1 : uri.indexOf('/', start + 3);
        if (slash < 0)
            return lower(uri);
        // Up to the slash it is protocol, host and port, the same for all objects of a daemon.
        const QByteArrayView prefix = uri.first(slash);
        const QByteArrayView id = uri.sliced(slash + 1);
        const auto known = m_patterns.constFind(QByteArray::fromRawData(prefix.data(), prefix.size()));
        if (known != m_patterns.constEnd())
            return fill(*known, id);
        Result<Value> first = lower(uri);
        if (!first || m_patterns.size() >= kMaxPatterns)
            return first;
        if (std::optional<Pattern> pattern = learn(first.value(), id))
            return fill(*m_patterns.insert(prefix.toByteArray(), std::move(*pattern)), id);
        return first;
    }

private:
    static constexpr qsizetype kMaxPatterns = 4'096;

    /// A lowered URI and where in it the id stands.
    struct Pattern
    {
        Object object;
        std::vector<Value::Pair> state;
        size_t idIndex = 0;
    };

    static Value fill(const Pattern &pattern, QByteArrayView id)
    {
        Object object = pattern.object;
        std::vector<Value::Pair> state = pattern.state;
        state[pattern.idIndex].second = Value::str(id);
        object.state = Value::dict(std::move(state));
        return Value::object(std::move(object));
    }

    Result<Value> lower(QByteArrayView uri) const
    {
        Reference reference;
        reference.form = Reference::Form::Uri;
        reference.uri = QString::fromUtf8(uri);
        return m_generation.lower(Value::reference(std::move(reference)));
    }

    /// Nothing when it is no object with exactly one attribute that is the id.
    std::optional<Pattern> learn(const Value &lowered, QByteArrayView id)
    {
        const Object *object = lowered.asObject();
        if (!object || !object->state || object->state->kind() != Value::Kind::Dict)
            return std::nullopt;
        const auto pairs = object->state->pairs();
        Pattern pattern{*object, {pairs.begin(), pairs.end()}, pairs.size()};
        for (size_t i = 0; i < pattern.state.size(); ++i) {
            auto &[key, value] = pattern.state[i];
            key = shared(key);
            if (value.kind() != Value::Kind::Str || value.rawBytes() != id) {
                value = shared(value);
                continue;
            }
            if (pattern.idIndex != pairs.size())
                return std::nullopt;
            pattern.idIndex = i;
        }
        if (pattern.idIndex == pairs.size())
            return std::nullopt;
        return pattern;
    }

    /// The node that an equal text has already, so that it is written once.
    Value shared(const Value &value)
    {
        if (value.kind() != Value::Kind::Str)
            return value;
        return *m_texts.insert(
            value.rawBytes().toByteArray(), m_texts.value(value.rawBytes().toByteArray(), value));
    }

    const Generation &m_generation;
    QHash<QByteArray, Pattern> m_patterns;
    QHash<QByteArray, Value> m_texts;
};

} // namespace

Result<Value> flatList(const Registry &registry, const Generation &generation)
{
    UriMaker maker(generation);
    std::vector<Value> entries;
    entries.reserve(static_cast<size_t>(registry.count()));
    std::optional<Error> failure;
    registry.visit([&](const QByteArray &path, QByteArrayView uri, bool isGroup) {
        if (isGroup || failure)
            return;
        Result<Value> made = maker.make(uri);
        if (made)
            entries.push_back(Value::tuple({Value::str(path), std::move(made).value()}));
        else
            failure = made.error();
    });
    if (failure)
        return *failure;
    return Value::list(std::move(entries));
}

} // namespace pyrolens::naming
