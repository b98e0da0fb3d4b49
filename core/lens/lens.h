// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/value/literal.h>
#include <pyrolens/value/value.h>

#include <QByteArray>
#include <QString>

#include <span>
#include <vector>

namespace pyrolens {

/// What becomes of a value.
enum class LensEffect : quint8 {
    Changed,    ///< it arrives as another value
    Unreadable, ///< it is sent, and the receiver cannot read it
    Refused     ///< it cannot be sent
};

/// Where a value stands; decides which rules hold.
enum class LensPlace : quint8 {
    Plain,
    Key,    ///< of a dict
    Member, ///< of a set
    InKey   ///< of a tuple that is a key or a member
};

/// One thing that some serializers do. Plain data.
struct LensRule
{
    const char *id;     ///< stable, for words and tests
    quint8 serializers; ///< bits of LensRule::Serializer
    LensEffect effect;
    /// Whether it holds for this value of one of these serializers.
    bool (*applies)(const Value &value, LensPlace place, quint8 serializer);
    /// With Changed: the value that is received; `inside` is the value with what is in it as received.
    Value (*received)(const Value &value, const Value &inside);

    enum Serializer : quint8 { Serpent = 1, Json = 2, Msgpack = 4, Marshal = 8 };
};
/// The table; of several rules that hold for a value the first counts. Source: the codecs of this library,
/// which are checked against serpent 1.41, msgpack and Python's json and marshal.
std::span<const LensRule> lensRules();

/// A value that does not arrive as it is sent. Plain data.
struct LensFinding
{
    const LensRule *rule = nullptr;
    int argument = 0;     ///< position among the positional ones; with a keyword -1
    QString keyword;      ///< of the argument
    qsizetype start = -1; ///< place in the source, UTF-16 units; -1: there is none
    qsizetype length = 0;
    Value sent;
    Value received; ///< with LensEffect::Changed; what is in it, as received as well
};

/// Plain data; may be shared between threads.
struct LensReport
{
    std::vector<LensFinding> findings; ///< by place, outer ones first
    qint64 more = 0;                   ///< that were found beyond the limit
    bool has(LensEffect effect) const;
};

/// How many findings are kept. Plain data.
struct LensLimits
{
    size_t maxFindings = 1'000;
};

/// False for serializers that keep everything (the pickle family) or are not known.
bool hasLens(const QByteArray &serializer);

/// What this serializer makes of the arguments of a call. Pure; any thread. Takes as long as encoding does.
LensReport examine(const Arguments &arguments, const QByteArray &serializer, const LensLimits &limits = {});
/// Of a single value, without places.
LensReport examine(const Value &value, const QByteArray &serializer, const LensLimits &limits = {});

} // namespace pyrolens
