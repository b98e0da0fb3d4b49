// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "registration.h"

namespace pyrolens {

Value metaOfTags(QStringList tags)
{
    tags.removeDuplicates();
    tags.sort();
    std::vector<Value> items;
    items.reserve(size_t(tags.size()));
    for (const QString &tag : std::as_const(tags))
        items.push_back(Value::text(tag));
    return Value::list(std::move(items));
}

std::optional<QStringList> tagsOfMeta(const Value &meta)
{
    QStringList tags;
    switch (meta.kind()) {
    case Value::Kind::None:
        return tags;
    case Value::Kind::List:
    case Value::Kind::Tuple:
    case Value::Kind::Set:
    case Value::Kind::FrozenSet:
        break;
    default:
        return std::nullopt;
    }
    for (const Value &item : meta.items()) {
        if (!item.isTextLike())
            return std::nullopt;
        tags.append(item.toText());
    }
    tags.removeDuplicates();
    tags.sort();
    return tags;
}

} // namespace pyrolens
