// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "tagged.h"

#include "richview_p.h"
#include "tagged_p.h"
#include "valuenode.h"

#include <unordered_map>
#include <unordered_set>

namespace pyrolens {

using namespace detail;

namespace {

using Kind = Value::Kind;

const char *madeName(Object::Made made)
{
    switch (made) {
    case Object::Made::Inst:
        return "inst";
    case Object::Made::Obj:
        return "obj";
    case Object::Made::NewObj:
        return "newobj";
    case Object::Made::NewObjEx:
        return "newobj_ex";
    case Object::Made::Reconstructor:
        return "reconstructor";
    case Object::Made::Reduce:
        return "reduce";
    case Object::Made::Dict:
        return "dict";
    }
    return "reduce";
}

bool isCall(const Object &object, TaggedStyle style)
{
    return object.made == Object::Made::Reduce
        || (object.made == Object::Made::Reconstructor && style == TaggedStyle::Wire);
}

bool isPlainReduce(const Object &object, qsizetype leastArgs, qsizetype mostArgs, bool listItems = false)
{
    return object.made == Object::Made::Reduce && object.callee.isNone() && !object.state
        && (listItems || object.listItems.empty()) && object.dictItems.empty()
        && object.args.kind() == Kind::Tuple && object.args.cycleId() == 0 && object.args.size() >= leastArgs
        && object.args.size() <= mostArgs;
}

/// Library types that have a tag and no kind: name of the tag, or null.
const char *specialTag(const Value &value)
{
    if (value.kind() == Kind::Global && isBuiltin(value.module())) {
        if (value.name() == "Ellipsis")
            return "$ellipsis";
        return value.name() == "NotImplemented" ? "$notimplemented" : nullptr;
    }
    const Object *object = value.asObject();
    if (!object)
        return nullptr;
    if (isBuiltin(object->module)) {
        if (object->name == "slice")
            return isPlainReduce(*object, 3, 3) ? "$slice" : nullptr;
        if (object->name == "range" || object->name == "xrange")
            return isPlainReduce(*object, 3, 3) ? "$range" : nullptr;
        return nullptr;
    }
    if (object->module == "collections" && object->name == "OrderedDict")
        return richView(value) ? "$ordereddict" : nullptr;
    if (object->module == "collections" && object->name == "deque") {
        // Python 3: deque() with list items; Python 2: deque([items]). A limited one has no tag.
        const Value &args = object->args;
        if (isPlainReduce(*object, 1, 1) && args.at(0).kind() == Kind::List && args.at(0).cycleId() == 0)
            return "$deque";
        return isPlainReduce(*object, 0, 0, true) ? "$deque" : nullptr;
    }
    if (object->module == "datetime" && object->name == "timezone")
        return zoneOffset(value) && object->args.size() == 1 ? "$timezone" : nullptr;
    return nullptr;
}

/// One value being written: what stands inside it, in the order in which it is written.
struct Frame
{
    Value value; ///< keeps a view alive
    const char *special = nullptr;
    std::vector<const Value *> children;
    std::vector<Value> made; ///< children that exist only for writing
    Json::Array parts;
    quint32 id = 0;
    bool plainArgs = true;
};

class Writer final
{
public:
    explicit Writer(TaggedStyle style)
        : m_style(style), m_numbersTuples(style == TaggedStyle::Application) { }

    Json run(const Value &root)
    {
        if (!count(root)) {
            m_numbersTuples = true;
            m_seen.clear();
            m_targets.clear();
            count(root);
        }
        Json result;
        std::vector<Frame> frames;
        if (!begin(root, frames, result))
            return result;
        for (;;) {
            Frame &frame = frames.back();
            if (frame.parts.size() < frame.children.size()) {
                Json part;
                if (!begin(*frame.children[frame.parts.size()], frames, part))
                    frames.back().parts.push_back(std::move(part));
                continue;
            }
            Json whole = finish(frame);
            if (frame.id != 0) {
                Json numbered = tag("$id", Json(qint64(frame.id)));
                numbered.set(QStringLiteral("$v"), std::move(whole));
                whole = std::move(numbered);
            }
            frames.pop_back();
            if (frames.empty())
                return whole;
            frames.back().parts.push_back(std::move(whole));
        }
    }

private:
    struct Seen
    {
        bool isShared = false;
        quint32 id = 0;
    };

    /// What of a compound can be met again as the same object. Two equal tuples are as good as one, so they
    /// are written each time, like texts; but when that would be far more often than they were received they
    /// get numbers.
    bool countsAsShared(const Value &value) const
    {
        switch (value.kind()) {
        case Kind::Tuple:
            return m_numbersTuples && value.size() > 0;
        case Kind::List:
        case Kind::Set:
        case Kind::FrozenSet:
        case Kind::Dict:
        case Kind::Object:
        case Kind::Array:
            return true;
        default:
            return false;
        }
    }

    /// The tuple that a Cycle leaf points back to, to be written once more; null when it points to what has a
    /// number.
    const Value *writtenAgain(const Value &leaf) const
    {
        if (leaf.kind() != Kind::Cycle || m_numbersTuples)
            return nullptr;
        const auto target = m_targets.find(leaf.cycleId());
        return target != m_targets.end() && target->second.kind() == Kind::Tuple ? &target->second : nullptr;
    }

    struct Step
    {
        CompoundNode *node;
        qsizetype next;
    };

    /// First walk, over everything that is stored: finds what is met twice or pointed back to. False when
    /// tuples have to get numbers too.
    bool count(const Value &root)
    {
        std::vector<Step> path;
        std::unordered_set<const void *> tuples;
        qsizetype repeated = 0;
        bool isGood = true;
        const auto enter = [&](const Value &met) {
            const Value *again = writtenAgain(met);
            const Value &value = again ? *again : met;
            CompoundNode *node = Access::compound(value);
            if (!node)
                return;
            if (countsAsShared(value)) {
                const auto [it, isFirst] = m_seen.try_emplace(node);
                it->second.isShared |= !isFirst || value.cycleId() != 0;
                if (!isFirst)
                    return;
            } else if (!tuples.insert(node).second) {
                // What is written again is walked again: whatever stands inside it is met twice.
                repeated += childCount(node) + 1;
                isGood = isGood && repeated <= kMaxRepeated;
            }
            if (value.cycleId() != 0)
                m_targets.emplace(value.cycleId(), value);
            path.push_back({node, 0});
        };
        enter(root);
        while (!path.empty() && isGood) {
            Step &step = path.back();
            if (step.next == childCount(step.node))
                path.pop_back();
            else
                enter(child(step.node, step.next++));
        }
        return isGood;
    }

    bool isShared(const Value &value) const
    {
        const auto seen = m_seen.find(value.identity());
        return seen != m_seen.end() && seen->second.isShared;
    }

    /// Writes a leaf or a reference into `out` and returns false, or begins a frame.
    bool begin(const Value &value, std::vector<Frame> &frames, Json &out)
    {
        if (const Value *again = writtenAgain(value))
            return begin(*again, frames, out);
        if (value.kind() == Kind::Cycle) {
            const auto target = m_targets.find(value.cycleId());
            const auto seen
                = target == m_targets.end() ? m_seen.end() : m_seen.find(target->second.identity());
            // A part of a graph may point outside of itself; then its number is all there is to tell.
            out = tag("$ref", Json(qint64(seen == m_seen.end() ? value.cycleId() : seen->second.id)));
            return false;
        }
        if (!Access::compound(value)) {
            const char *special
                = value.kind() == Kind::Global && m_style != TaggedStyle::Wire ? specialTag(value) : nullptr;
            out = special ? tag(special, true) : leaf(value, value);
            return false;
        }
        const auto seen = m_seen.find(value.identity());
        const bool wantsNumber = seen != m_seen.end() && seen->second.isShared;
        if (wantsNumber && seen->second.id != 0) {
            out = tag("$ref", Json(qint64(seen->second.id)));
            return false;
        }
        Frame frame = open(value);
        if (!Access::compound(frame.value)) {
            out = leaf(
                frame.value, value); // an instance seen as a date, bytes and so on: written out each time
            return false;
        }
        if (wantsNumber)
            frame.id = seen->second.id = ++m_lastId;
        frames.push_back(std::move(frame));
        return true;
    }

    /// A text that is shared is written each time, and that may be far more often than it was received.
    /// \param owner the value that stands in the graph, when `value` is a view of it
    Json leaf(const Value &value, const Value &owner)
    {
        const qsizetype size = value.rawBytes().size();
        if (size > kFreeBytes && owner.isShared() && !m_written.insert(owner.identity()).second) {
            m_repeatedBytes += size;
            if (m_repeatedBytes > kMaxRepeatedBytes) {
                Json content = Json::object();
                content.set(QStringLiteral("length"), Json(size));
                return tag("$large_payload", std::move(content));
            }
        }
        return taggedLeaf(value, m_style);
    }

    std::optional<Value> viewOf(const Value &value) const
    {
        if (m_style == TaggedStyle::Wire || value.kind() != Kind::Object || hidesShared(*value.asObject()))
            return std::nullopt;
        std::optional<Value> view = richView(value);
        // The recorded codec cases leave these two as they came.
        if (view && m_style == TaggedStyle::Codec
            && (view->kind() == Kind::Uuid || view->kind() == Kind::Array))
            return std::nullopt;
        return view;
    }

    /// A view shows the items of a list that it does not show. When that list is used elsewhere too, its
    /// items would be written again and again, and nobody could see that it is one list.
    bool hidesShared(const Object &object) const
    {
        return isShared(object.args) || (object.args.size() > 0 && isShared(object.args.at(0)));
    }

    Frame open(const Value &value) const
    {
        Frame frame;
        frame.value = value;
        const bool isPlain = m_style == TaggedStyle::Wire
            || (value.kind() == Kind::Object && hidesShared(*value.asObject()));
        frame.special = isPlain ? nullptr : specialTag(value);
        if (std::optional<Value> view = viewOf(value))
            frame.value = std::move(*view);
        const auto addAll = [&frame](std::span<const Value> items) {
            for (const Value &item : items)
                frame.children.push_back(&item);
        };
        const auto addPairs = [&frame](std::span<const Value::Pair> pairs) {
            for (const auto &[key, item] : pairs) {
                frame.children.push_back(&key);
                frame.children.push_back(&item);
            }
        };
        if (frame.value.kind() == Kind::Dict) {
            addPairs(frame.value.pairs());
        } else if (const RemoteError *error = frame.value.asError()) {
            frame.children = {&error->args, &error->attributes};
        } else if (const Object *object = frame.value.asObject()) {
            if (frame.special) {
                openSpecial(frame, *object);
                return frame;
            }
            if (!object->callee.isNone())
                frame.children.push_back(&object->callee);
            openArguments(frame, *object);
            if (object->made == Object::Made::NewObjEx)
                frame.children.push_back(&object->kwargs);
            if (object->made == Object::Made::Reconstructor && m_style != TaggedStyle::Wire
                && hasBase(*object))
                frame.children.push_back(&object->base);
            if (object->state)
                frame.children.push_back(&*object->state);
            addAll(object->listItems);
            addPairs(object->dictItems);
        } else {
            addAll(frame.value.items());
        }
        return frame;
    }

    static bool hasBase(const Object &object)
    {
        return !object.base.isNone()
            || (object.baseClass.kind() == Kind::Global && object.baseClass.name() != "object");
    }

    void openArguments(Frame &frame, const Object &object) const
    {
        if (object.made == Object::Made::Reconstructor) {
            if (m_style != TaggedStyle::Wire)
                return;
            frame.made = {Value::global(object.module, object.name), object.baseClass};
            for (const Value &item : frame.made)
                frame.children.push_back(&item);
            frame.children.push_back(&object.base);
            return;
        }
        // Arguments are a tuple of their own; only one that has a number has to show it.
        frame.plainArgs = object.args.kind() == Kind::Tuple
            && (!m_numbersTuples || (object.args.cycleId() == 0 && !isShared(object.args)));
        if (!frame.plainArgs) {
            frame.children.push_back(&object.args);
            return;
        }
        for (const Value &item : object.args.items())
            frame.children.push_back(&item);
    }

    static void openSpecial(Frame &frame, const Object &object)
    {
        const bool isDeque = object.name == "deque";
        const std::span<const Value> items
            = isDeque && object.args.size() == 1 ? object.args.at(0).items() : object.args.items();
        if (object.name == "timezone")
            return;
        for (const Value &item : items)
            frame.children.push_back(&item);
        for (const Value &item : object.listItems)
            frame.children.push_back(&item);
    }

    static Json takePairs(Frame &frame, size_t from, size_t end)
    {
        Json::Array rows;
        rows.reserve((end - from) / 2);
        for (size_t i = from; i + 1 < end; i += 2)
            rows.push_back(Json::array({std::move(frame.parts[i]), std::move(frame.parts[i + 1])}));
        return Json::array(std::move(rows));
    }

    Json finishDict(Frame &frame) const
    {
        bool isShort = m_style != TaggedStyle::Wire;
        for (size_t i = 0; i < frame.parts.size() && isShort; i += 2) {
            isShort = frame.children[i]->kind() == Kind::Text && frame.parts[i].isString()
                && !frame.parts[i].toString().startsWith(QLatin1Char('$'));
        }
        if (!isShort)
            return tag("$dict", takePairs(frame, 0, frame.parts.size()));
        Json::Members members;
        members.reserve(frame.parts.size() / 2);
        for (size_t i = 0; i + 1 < frame.parts.size(); i += 2)
            members.emplace_back(frame.parts[i].toString(), std::move(frame.parts[i + 1]));
        return Json::object(std::move(members));
    }

    Json finishError(Frame &frame) const
    {
        const RemoteError &error = *frame.value.asError();
        Json content = Json::object();
        content.set(QStringLiteral("class"), error.className);
        content.set(QStringLiteral("args"), std::move(frame.parts[0]));
        if (error.attributes.size() > 0)
            content.set(QStringLiteral("attributes"), std::move(frame.parts[1]));
        if (error.hasTraceback())
            content.set(QStringLiteral("traceback"), Json::strings(error.traceback));
        return tag("$exception", std::move(content));
    }

    Json finishObject(Frame &frame) const
    {
        const Object &object = *frame.value.asObject();
        if (object.made == Object::Made::Dict && object.module.isEmpty() && object.name.startsWith('$')
            && object.state && frame.parts.size() == 1)
            return tag(object.name.constData(), std::move(frame.parts[0]));
        size_t next = 0;
        Json out = Json::object();
        const bool call = isCall(object, m_style);
        const bool rebuilt = call && object.made == Object::Made::Reconstructor;
        // The module that holds _reconstructor changed its name together with that of the builtins.
        const QString reconstructor = object.baseClass.module() == "builtins"
            ? QStringLiteral("copyreg._reconstructor")
            : QStringLiteral("copy_reg._reconstructor");
        const QString key = call ? QStringLiteral("$call") : QStringLiteral("$instance");
        if (!object.callee.isNone())
            out.set(key, std::move(frame.parts[next++]));
        else
            out.set(key, rebuilt ? reconstructor : QString::fromUtf8(object.className()));
        out.set(QStringLiteral("made"), QString::fromLatin1(rebuilt ? "reduce" : madeName(object.made)));
        const auto takeRow = [&frame, &next](size_t count) {
            Json::Array row;
            row.reserve(count);
            for (size_t i = 0; i < count; ++i)
                row.push_back(std::move(frame.parts[next++]));
            return Json::array(std::move(row));
        };
        if (!frame.plainArgs)
            out.set(QStringLiteral("args"), std::move(frame.parts[next++]));
        else if (const Json args = takeRow(argumentCount(object));
                 m_style == TaggedStyle::Wire || !args.items().empty())
            out.set(QStringLiteral("args"), args);
        if (object.made == Object::Made::NewObjEx)
            out.set(QStringLiteral("kwargs"), std::move(frame.parts[next++]));
        if (object.made == Object::Made::Reconstructor && m_style != TaggedStyle::Wire && hasBase(object))
            out.set(QStringLiteral("base"), std::move(frame.parts[next++]));
        if (object.state)
            out.set(QStringLiteral("state"), std::move(frame.parts[next++]));
        if (!object.listItems.empty())
            out.set(QStringLiteral("listitems"), takeRow(object.listItems.size()));
        if (!object.dictItems.empty())
            out.set(QStringLiteral("dictitems"), takePairs(frame, next, frame.parts.size()));
        return out;
    }

    size_t argumentCount(const Object &object) const
    {
        if (object.made == Object::Made::Reconstructor)
            return m_style == TaggedStyle::Wire ? 3 : 0;
        return size_t(object.args.size());
    }

    Json finish(Frame &frame) const
    {
        if (frame.special) {
            if (frame.value.kind() == Kind::Dict)
                return tag(frame.special, takePairs(frame, 0, frame.parts.size()));
            if (QByteArrayView(frame.special) == "$timezone")
                return tag(frame.special, Json(*zoneOffset(frame.value)));
            return tag(frame.special, Json::array(std::move(frame.parts)));
        }
        switch (frame.value.kind()) {
        case Kind::Tuple:
            return tag("$tuple", Json::array(std::move(frame.parts)));
        case Kind::Set:
            return tag("$set", Json::array(std::move(frame.parts)));
        case Kind::FrozenSet:
            return tag("$frozenset", Json::array(std::move(frame.parts)));
        case Kind::Dict:
            return finishDict(frame);
        case Kind::Array:
            return tag("$array",
                Json::array({QString(QLatin1Char(frame.value.typeCode())), std::move(frame.parts[0])}));
        case Kind::PersistentId:
            return tag("$persid", std::move(frame.parts[0]));
        case Kind::Error:
            return finishError(frame);
        case Kind::Object:
            return finishObject(frame);
        default:
            return Json::array(std::move(frame.parts));
        }
    }

    static constexpr qint64 kFreeBytes = 64;
    static constexpr qint64 kMaxRepeatedBytes = 16 * 1024 * 1024;
    static constexpr qsizetype kMaxRepeated = 100'000; ///< items of tuples that are written more than once

    TaggedStyle m_style;
    qint64 m_repeatedBytes = 0;
    std::unordered_set<const void *> m_written; ///< texts that are shared
    std::unordered_map<const void *, Seen> m_seen;
    std::unordered_map<quint32, Value> m_targets; ///< containers that something inside points back to
    bool m_numbersTuples; ///< the recorded forms number none; what we print reads back as the same graph
    quint32 m_lastId = 0;
};

} // namespace

Json toTagged(const Value &value, TaggedStyle style)
{
    return Writer(style).run(value);
}

} // namespace pyrolens
