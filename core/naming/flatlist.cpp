// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatlist_p.h"

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
        if (m_prefix != uri.first(slash)) {
            Result<Value> first = lower(uri);
            if (!first || !learn(first.value(), uri.sliced(slash + 1)))
                return first;
            m_prefix = uri.first(slash).toByteArray();
        }
        Object object = m_template;
        std::vector<Value::Pair> state = m_state;
        state[m_idIndex].second = Value::str(uri.sliced(slash + 1));
        object.state = Value::dict(std::move(state));
        return Value::object(std::move(object));
    }

private:
    Result<Value> lower(QByteArrayView uri) const
    {
        return m_generation.lower(
            Value::reference({Reference::Form::Uri, QString::fromUtf8(uri), {}, {}, std::nullopt}));
    }

    /// Finds out where in the object the id stands. False when it is no object with exactly one such
    /// attribute.
    bool learn(const Value &lowered, QByteArrayView id)
    {
        m_prefix.clear();
        const Object *object = lowered.asObject();
        if (!object || !object->state || object->state->kind() != Value::Kind::Dict)
            return false;
        const auto pairs = object->state->pairs();
        std::vector<Value::Pair> state(pairs.begin(), pairs.end());
        size_t found = state.size();
        for (size_t i = 0; i < state.size(); ++i) {
            const Value &value = state[i].second;
            if (value.kind() != Value::Kind::Str || value.rawBytes() != id)
                continue;
            if (found != state.size())
                return false;
            found = i;
        }
        if (found == state.size())
            return false;
        // Keys of the first one are used for all, so that they are written once.
        for (size_t i = 0; i < state.size() && m_state.size() == state.size(); ++i) {
            if (state[i].first == m_state[i].first)
                state[i].first = m_state[i].first;
        }
        m_idIndex = found;
        m_state = std::move(state);
        m_template = *object;
        return true;
    }

    const Generation &m_generation;
    QByteArray m_prefix;
    Object m_template;
    std::vector<Value::Pair> m_state;
    size_t m_idIndex = 0;
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
