// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "flavour.h"

namespace pyrolens::pyro45 {

/// A decoded payload.
struct Body
{
    Value value;
    std::vector<QByteArray> unknownClasses; ///< pickle family: named and not on the list of known ones
};

/// What a reader wants: values for a program, or what stands on the wire.
enum class Detail : quint8 { Application, Wire };

/// Decodes a payload by the name of its serializer. \return Protocol "value.serializer" for unknown names,
/// "value.trailing", and the codec's own errors.
Result<Body> decodeBody(
    const QByteArray &serializer, const QByteArray &payload, const Limits &limits, Detail detail);

/// Encodes a payload; neutral References and Errors in it are lowered.
Result<QByteArray> encodeBody(
    const Flavour &flavour, const QByteArray &serializer, const Value &value, const SessionOptions &options);

/// Pickle, dill and cloudpickle describe objects as pickles do, the others as class dicts.
inline bool isPickleFamily(QByteArrayView serializer)
{
    return serializer == "pickle" || serializer == "dill" || serializer == "cloudpickle";
}

} // namespace pyrolens::pyro45
