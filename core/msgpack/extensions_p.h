// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>
#include <pyrolens/value/value.h>

#include <optional>

namespace pyrolens::msgpack {

/// Pyro's extension codes. Source: Pyro5, serializers.py, MsgpackSerializer.default and ext_hook.
///
/// | code | content |
/// |---|---|
/// | 0x30 | complex: two doubles, least significant byte first |
/// | 0x31 | an integer beyond 64 bits, decimal ASCII |
/// | 0x32 | datetime without zone: one double, seconds since the epoch, read in local time |
/// | 0x33 | date: day number, 1 = 0001-01-01; 8 bytes, from Windows 4 |
inline constexpr int kComplex = 0x30;
inline constexpr int kInteger = 0x31;
inline constexpr int kDateTime = 0x32;
inline constexpr int kDate = 0x33;

/// The value of an extension. \return Protocol "value.msgpack" for unknown codes and bad content.
Result<Value> fromExtension(int code, QByteArrayView content, const Limits &limits);

struct Extension
{
    int code = 0;
    QByteArray content;
};
/// The extension that carries a Complex, big integer, DateTime or Date; nothing for others, also for a
/// DateTime with a zone.
std::optional<Extension> toExtension(const Value &value, const Limits &limits);

} // namespace pyrolens::msgpack
