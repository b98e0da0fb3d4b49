// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "value.h"

#include <pyrolens/base/error.h>

namespace pyrolens {

std::vector<Value::Pair> Object::attributes() const
{
    std::vector<Value::Pair> all;
    if (!state)
        return all;
    const auto merge
        = [&all](const Value &part) { all.insert(all.end(), part.pairs().begin(), part.pairs().end()); };
    if (state->kind() == Value::Kind::Dict) {
        merge(*state);
    } else if (state->kind() == Value::Kind::Tuple && state->size() == 2) {
        // (dict or None, slots): what copy_reg makes of a class with __slots__.
        // Source: CPython 2.7, Lib/pickle.py, load_build.
        const Value &dict = state->at(0);
        const Value &slotted = state->at(1);
        const bool fits = (dict.isNone() || dict.kind() == Value::Kind::Dict)
            && (slotted.isNone() || slotted.kind() == Value::Kind::Dict);
        if (fits) {
            merge(dict);
            merge(slotted);
        }
    }
    return all;
}

QString RemoteError::summary() const
{
    const QString bare = className.mid(className.lastIndexOf(QLatin1Char('.')) + 1);
    QString message;
    if (args.size() == 1 && args.at(0).isTextLike()) {
        message = args.at(0).toText();
    } else {
        for (const Value &arg : args.items()) {
            if (!message.isEmpty())
                message += QLatin1String(", ");
            if (arg.isTextLike())
                message += arg.toText();
            else if (const auto digits = arg.integerText())
                message += QString::fromLatin1(*digits);
            else if (const auto real = arg.asReal())
                message += QString::number(*real);
            else if (const auto truth = arg.asBool())
                message += *truth ? QLatin1String("True") : QLatin1String("False");
            else if (arg.isNone())
                message += QLatin1String("None");
            else
                message += QChar(0x2026);
        }
    }
    return message.isEmpty() ? bare : bare + QLatin1String(": ") + message;
}

Error RemoteError::toError(RemoteError error)
{
    Error out;
    out.kind = Error::Kind::Remote;
    out.what = error.summary();
    out.remote = std::make_shared<const RemoteError>(std::move(error));
    return out;
}

} // namespace pyrolens
