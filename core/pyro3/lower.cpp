// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "lower_p.h"

#include "classes_p.h"
#include "errors_p.h"

#include <pyrolens/value/rewrite.h>

#include <QHash>

#include <algorithm>
#include <limits>

namespace pyrolens::pyro3 {

namespace {

/// Could a neutral node be inside what lowerError() took over?
bool mayHoldMore(const RemoteError &error)
{
    const auto holds = [](const Value &value) {
        return value.isContainer() || value.kind() == Value::Kind::Reference
            || value.kind() == Value::Kind::Error;
    };
    return std::ranges::any_of(error.args.items(), holds)
        || std::ranges::any_of(
            error.attributes.pairs(), [&holds](const auto &pair) { return holds(pair.second); });
}

/// One pass over a value. What a replaced exception holds is left for the next one.
class Pass
{
public:
    explicit Pass(int protocol) : m_protocol(protocol) { }

    std::optional<Value> operator()(const Value &value)
    {
        const Reference *reference = value.asReference();
        const RemoteError *error = value.asError();
        if (!reference && !error)
            return std::nullopt;
        // The same node stays one object.
        if (const auto known = m_made.constFind(value.identity()); known != m_made.constEnd())
            return *known;
        Value made;
        if (reference) {
            Result<Value> lowered = lowerReference(*reference, m_protocol);
            if (lowered)
                made = *std::move(lowered);
            else
                failure = lowered.error();
        } else {
            made = lowerError(*error);
            again = again || mayHoldMore(*error);
        }
        m_made.insert(value.identity(), made);
        return made;
    }

    std::optional<Error> failure;
    bool again = false;

private:
    int m_protocol;
    QHash<const void *, Value> m_made;
};

} // namespace

Result<Value> lower(const Value &value, int protocol)
{
    Limits limits;
    limits.maxNodes = std::numeric_limits<qint64>::max(); // ours, and bounded when it is encoded
    Value result = value;
    for (bool again = true; again;) {
        Pass pass(protocol);
        Result<Value> rewritten = rewrite(result, std::ref(pass), limits);
        if (!rewritten)
            return rewritten;
        if (pass.failure)
            return *pass.failure;
        result = *std::move(rewritten);
        again = pass.again;
    }
    return result;
}

} // namespace pyrolens::pyro3
