// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "value.h"

#include <pyrolens/base/json.h>
#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

namespace pyrolens::detail {

/// How a piece of tagged JSON is to be read.
enum class TaggedForm : quint8 {
    Leaf, ///< no values inside
    List,
    Tuple,
    Set,
    FrozenSet,
    ShortDict,
    Dict,
    OrderedDict,
    Deque,
    Slice,
    Range,
    Array,
    PersistentId,
    Exception,
    Object,
    Other, ///< a tag for people ($repr, $stream, ...): becomes an Object with the name of the tag
};

/// \return Protocol error for an object with a `$` member that is no known tag.
Result<TaggedForm> taggedForm(const Json &json);
Result<Value> taggedLeafValue(const Json &json, const Limits &limits);

std::optional<Object::Made> madeFromName(const QString &name);
/// At the last dot.
void splitName(const QString &qualified, QByteArray &module, QByteArray &name);
/// Name of the builtin class that a value of this kind is an instance of; "object" for none.
QByteArray builtinClass(Value::Kind kind);
/// A REDUCE without arguments.
Object libraryCall(QByteArray module, QByteArray name);

} // namespace pyrolens::detail
