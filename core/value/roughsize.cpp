// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "roughsize.h"

#include <unordered_set>
#include <vector>

namespace pyrolens {

qint64 roughSize(const Value &value, qint64 most)
{
    constexpr qint64 kNode = 48;
    qint64 size = 0;
    std::unordered_set<const void *> seen;
    std::vector<Value> left{value};
    while (!left.empty() && size <= most) {
        const Value next = std::move(left.back());
        left.pop_back();
        size += qint64(sizeof(Value));
        if (!next.identity() || !seen.insert(next.identity()).second)
            continue;
        size += kNode + next.rawBytes().size();
        left.insert(left.end(), next.items().begin(), next.items().end());
        for (const auto &[key, item] : next.pairs()) {
            left.push_back(key);
            left.push_back(item);
        }
        if (const Object *object = next.asObject()) {
            left.insert(left.end(),
                {object->callee, object->args, object->kwargs, object->base,
                    object->state.value_or(Value())});
            left.insert(left.end(), object->listItems.begin(), object->listItems.end());
            for (const auto &[key, item] : object->dictItems) {
                left.push_back(key);
                left.push_back(item);
            }
        }
    }
    return size;
}

} // namespace pyrolens
