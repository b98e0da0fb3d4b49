// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatarguments_p.h"

#include <pyrolens/value/codecwriter.h>
#include <pyrolens/value/tagged.h>
#include <pyrolens/wire/generation.h>

#include <algorithm>

namespace pyrolens::naming {

using Kind = Value::Kind;

namespace {

/// UTF-8. An 8-bit string of Python 2 may be anything.
QByteArray bytesOf(const Value &text)
{
    return text.kind() == Kind::Str ? text.toText().toUtf8() : text.rawBytes().toByteArray();
}

} // namespace

Error typeError(const QString &text)
{
    return raise(QStringLiteral("TypeError"), {Value::text(text)});
}

bool isTruthy(const Value &value)
{
    switch (value.kind()) {
    case Kind::None:
        return false;
    case Kind::Bool:
        return value.asBool().value_or(false);
    case Kind::Int:
    case Kind::Long:
        return value.asInteger() != 0;
    case Kind::Float:
        return value.asReal() != 0.0;
    case Kind::Text:
    case Kind::Str:
    case Kind::Bytes:
    case Kind::ByteArray:
    case Kind::Tuple:
    case Kind::List:
    case Kind::Set:
    case Kind::FrozenSet:
    case Kind::Dict:
        return value.size() > 0;
    default:
        return true;
    }
}

QString typeNameOf(const Value &value)
{
    switch (value.kind()) {
    case Kind::None:
        return QStringLiteral("NoneType");
    case Kind::Bool:
    case Kind::Int:
    case Kind::Long:
    case Kind::Float:
    case Kind::Complex:
    case Kind::Text:
    case Kind::Str:
    case Kind::Bytes:
    case Kind::ByteArray:
    case Kind::Tuple:
    case Kind::List:
    case Kind::Set:
    case Kind::FrozenSet:
    case Kind::Dict:
        return kindText(value);
    default:
        return QStringLiteral("object");
    }
}

Result<QByteArray> nameToFind(const Value &value)
{
    if (value.isTextLike())
        return bytesOf(value);
    switch (value.kind()) {
    case Kind::List:
    case Kind::Dict:
    case Kind::Set:
    case Kind::ByteArray:
        return typeError(QStringLiteral("unhashable type: '%1'").arg(typeNameOf(value)));
    default:
        return typeError(
            QStringLiteral("can only concatenate str (not \"%1\") to str").arg(typeNameOf(value)));
    }
}

Result<QByteArray> nameToSet(const Value &value)
{
    if (value.isTextLike())
        return bytesOf(value);
    return typeError(QStringLiteral("name must be a str"));
}

Result<QByteArray> uriToSet(const Value &value, const Generation &generation)
{
    if (value.isTextLike()) {
        const Result<Uri> uri = generation.parseUri(value.toText());
        if (!uri)
            return raise(QStringLiteral("PyroError"), {Value::text(uri.error().what)});
        return bytesOf(value);
    }
    const std::optional<Reference> reference = generation.asReference(value);
    if (!reference || reference->form != Reference::Form::Uri)
        return typeError(QStringLiteral("only URIs or strings can be registered"));
    return reference->uri.toUtf8();
}

Result<QByteArrayList> tagsOf(const Value &value, const QString &what)
{
    if (value.isTextLike())
        return typeError(
            what + QStringLiteral(" should not be a str, but another iterable (set, list, etc)"));
    const Value seen = richView(value).value_or(value); // a set that comes in a pickle is a call
    QByteArrayList tags;
    const auto take = [&tags](const Value &tag) {
        tags.append(bytesOf(tag));
        return tag.isTextLike();
    };
    switch (seen.kind()) {
    case Kind::Tuple:
    case Kind::List:
    case Kind::Set:
    case Kind::FrozenSet:
        if (std::ranges::all_of(seen.items(), take))
            return tags;
        break;
    case Kind::Dict:
        if (std::ranges::all_of(seen.pairs(), take, &Value::Pair::first))
            return tags;
        break;
    case Kind::Bytes: // a sequence of numbers
    case Kind::ByteArray:
        break;
    default:
        return typeError(QStringLiteral("'%1' object is not iterable").arg(typeNameOf(seen)));
    }
    return typeError(what + QStringLiteral(" must consist of strings"));
}

} // namespace pyrolens::naming
