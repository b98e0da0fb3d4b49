// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/value/value.h>

#include <QByteArray>

#include <optional>

namespace pyrolens::pyro3 {

/// Default of pickle formats 0 to 2 for sending. Source: Pyro 3.16, configuration.py, PYRO_PICKLE_FORMAT.
inline constexpr int kPickleProtocol = 2;

/// A PyroURI, DynamicProxy, DynamicProxyWithAttrs or NameServerProxy, seen neutrally; nothing for others and
/// for those whose state names no usable endpoint.
std::optional<Reference> asReference(const Value &value);

/// The object of Pyro's own that stands for the reference.
/// \return Unsupported when its URI is none that such an object can hold.
Result<Value> lowerReference(const Reference &reference, int protocol);

/// An instance with a state and no arguments, in the spelling of the pickle protocol: NEWOBJ in 2, else
/// _reconstructor.
Value newStyleInstance(
    QByteArrayView module, QByteArrayView name, std::vector<Value::Pair> state, int protocol);
/// The same of an old-style class: OBJ, in protocol 0 INST.
Value oldStyleInstance(
    QByteArrayView module, QByteArrayView name, std::vector<Value::Pair> state, int protocol);

/// 8-bit str of a text's UTF-8.
Value str(QStringView text);
/// Text as Str; anything else as it is. Names of Python 2 must be str.
Value nameAsStr(const Value &name);

} // namespace pyrolens::pyro3
