// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "annotationtext.h"

#include <pyrolens/value/literal.h>

#include <algorithm>
#include <array>

namespace pyrolens {

namespace {

constexpr qsizetype kKeySize = 4;
constexpr qsizetype kMaxBytes = 60'000; ///< what the 16-bit length of Pyro 4 leaves
constexpr std::array<QLatin1String, 4> kReserved{
    QLatin1String("CORR"), QLatin1String("HMAC"), QLatin1String("STRM"), QLatin1String("BLBI")};

Error wrong(const QString &what, qsizetype offset)
{
    Error error = Error::usage(what);
    error.offset = offset;
    return error;
}

} // namespace

Result<std::vector<Annotation>> parseAnnotations(const QString &text)
{
    const auto parsed = parseArguments(text, Dialect::Python3);
    if (!parsed)
        return parsed.error();
    if (!parsed->positional.empty())
        return wrong(QStringLiteral("an annotation is KEY=b'...', with a key of four characters"),
            parsed->positional.front().start);
    std::vector<Annotation> annotations;
    for (const Arguments::Keyword &one : parsed->keywords) {
        const Value &value = one.value.value;
        const bool isAscii
            = std::all_of(one.name.begin(), one.name.end(), [](QChar unit) { return unit.unicode() < 0x80; });
        if (one.name.size() != kKeySize || !isAscii)
            return wrong(QStringLiteral("'%1' is no key of four ASCII characters").arg(one.name), one.start);
        if (std::find(kReserved.begin(), kReserved.end(), one.name) != kReserved.end())
            return wrong(QStringLiteral("%1 is a key that Pyro keeps for itself").arg(one.name), one.start);
        const bool isData = value.kind() == Value::Kind::Text || value.kind() == Value::Kind::Bytes
            || value.kind() == Value::Kind::ByteArray;
        if (!isData || value.rawBytes().size() > kMaxBytes)
            return wrong(
                QStringLiteral("an annotation is at most %1 bytes, or text").arg(kMaxBytes), one.value.start);
        annotations.emplace_back(one.name.toLatin1(), value.rawBytes().toByteArray());
    }
    return annotations;
}

QString annotationLines(const std::vector<Annotation> &annotations)
{
    PrintOptions options;
    options.maxChars = 1'000;
    QStringList lines;
    for (const auto &[key, data] : annotations)
        lines.append(QString::fromLatin1(key) + u'=' + toPython(Value::bytes(data), options));
    return lines.join(u'\n');
}

} // namespace pyrolens
