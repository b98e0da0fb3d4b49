// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "registered.h"

namespace pyrolens {

std::vector<RegisteredId> registeredIds(const Value &answer)
{
    std::vector<RegisteredId> objects;
    for (const auto &[id, name] : answer.pairs())
        objects.push_back({id.toText(), name.toText()});
    for (const Value &id : answer.items())
        objects.push_back({id.toText(), {}});
    return objects;
}

Error unknownObjectId()
{
    RemoteError unknown;
    unknown.className = QStringLiteral("Pyro.errors.ProtocolError");
    unknown.args = Value::tuple({Value::str("unknown object ID")});
    unknown.attributes = Value::dict({});
    return RemoteError::toError(unknown);
}

} // namespace pyrolens
