// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "tagged.h"

#include "taggedreader_p.h"
#include "valuebuilder.h"

#include <unordered_map>

namespace pyrolens {

using namespace detail;

namespace {

using Kind = Value::Kind;

/// One container being read: the texts to read inside it and the values that came of them.
struct Frame
{
    TaggedForm form;
    const Json *json = nullptr;
    Value container; ///< when it can be made first
    std::vector<const Json *> children;
    std::vector<Value> parts; ///< for those that can only be made last
    size_t next = 0;
    qint64 id = 0;
    Value key;
};

class Reader final
{
public:
    explicit Reader(const Limits &limits) : m_limits(limits), m_builder(limits) { }

    Result<Value> run(const Json &root)
    {
        std::optional<Value> done;
        if (Status begun = begin(root, done); !begun)
            return begun.error();
        while (!m_frames.empty()) {
            Frame &frame = m_frames.back();
            if (done) {
                if (Status taken = take(frame, std::move(*done)); !taken)
                    return taken.error();
                done.reset();
            }
            if (frame.next < frame.children.size()) {
                const Json &child = *frame.children[frame.next++];
                if (Status begun = begin(child, done); !begun)
                    return begun.error();
                continue;
            }
            Result<Value> whole = finish(frame);
            if (!whole)
                return whole.error();
            if (frame.id != 0)
                m_known[frame.id] = *whole;
            m_frames.pop_back();
            done = std::move(whole).value();
        }
        return m_builder.freeze(std::move(*done));
    }

private:
    static Error bad(const QString &what)
    {
        return Error::protocol(QStringLiteral("tagged JSON: ") + what, QStringLiteral("tagged.form"));
    }

    /// Reads a leaf into `done`, or begins a frame.
    Status begin(const Json &json, std::optional<Value> &done)
    {
        const Json *content = &json;
        qint64 id = 0;
        if (json.isObject() && json.contains(u"$id")) {
            const auto number = json.value(u"$id").asInteger();
            if (!number || *number <= 0 || !json.contains(u"$v") || json.members().size() != 2)
                return bad(QStringLiteral("$id needs a positive number and $v"));
            if (m_known.contains(*number))
                return bad(QStringLiteral("$id %1 is used twice").arg(*number));
            id = *number;
            content = &json.value(u"$v");
        }
        if (content->isObject() && content->members().size() == 1
            && content->members().front().first == u"$ref") {
            const auto known = m_known.find(content->value(u"$ref").asInteger().value_or(0));
            if (known == m_known.end())
                return bad(QStringLiteral("$ref to something that is not there"));
            m_builder.noteShared();
            done = known->second;
            return Done{};
        }
        const Result<TaggedForm> form = taggedForm(*content);
        if (!form)
            return form.error();
        if (*form == TaggedForm::Leaf) {
            Result<Value> leaf = taggedLeafValue(*content, m_limits);
            if (!leaf)
                return leaf.error();
            if (!m_builder.charge(1, leaf->rawBytes().size()))
                return m_builder.error();
            done = std::move(leaf).value();
            if (id != 0)
                m_known[id] = *done;
            return Done{};
        }
        Frame frame;
        frame.form = *form;
        frame.json = content;
        frame.id = id;
        if (Status opened = open(frame); !opened)
            return opened;
        if (id != 0 && !frame.container.isNone())
            m_known[id] = frame.container;
        m_frames.push_back(std::move(frame));
        return Done{};
    }

    static const Json &content(const Frame &frame) { return frame.json->members().front().second; }

    static Status addRow(Frame &frame, const Json &row)
    {
        if (!row.isArray())
            return bad(QStringLiteral("expected a list"));
        for (const Json &item : row.items())
            frame.children.push_back(&item);
        return Done{};
    }

    static Status addPairs(Frame &frame, const Json &rows)
    {
        if (!rows.isArray())
            return bad(QStringLiteral("expected a list of pairs"));
        for (const Json &row : rows.items()) {
            if (row.items().size() != 2)
                return bad(QStringLiteral("expected a list of pairs"));
            frame.children.push_back(&row.items()[0]);
            frame.children.push_back(&row.items()[1]);
        }
        return Done{};
    }

    Status open(Frame &frame)
    {
        switch (frame.form) {
        case TaggedForm::List:
            frame.container = m_builder.list();
            return addRow(frame, *frame.json);
        case TaggedForm::Tuple:
            frame.container = m_builder.openTuple(qsizetype(content(frame).items().size()));
            return addRow(frame, content(frame));
        case TaggedForm::Set:
        case TaggedForm::FrozenSet:
            frame.container = m_builder.set(frame.form == TaggedForm::FrozenSet);
            return addRow(frame, content(frame));
        case TaggedForm::ShortDict:
            frame.container = m_builder.dict();
            for (const Json::Member &member : frame.json->members())
                frame.children.push_back(&member.second);
            return Done{};
        case TaggedForm::Dict:
            frame.container = m_builder.dict();
            return addPairs(frame, content(frame));
        case TaggedForm::OrderedDict:
            frame.container = m_builder.object(libraryCall("collections", "OrderedDict"));
            return addPairs(frame, content(frame));
        case TaggedForm::Deque:
            frame.container = m_builder.object(libraryCall("collections", "deque"));
            return addRow(frame, content(frame));
        case TaggedForm::Slice:
        case TaggedForm::Range:
            if (content(frame).items().size() != 3)
                return bad(QStringLiteral("expected three values"));
            return addRow(frame, content(frame));
        case TaggedForm::Array:
            if (content(frame).items().size() != 2 || content(frame).items()[0].toString().size() != 1)
                return bad(QStringLiteral("$array needs a type code and a list"));
            frame.children.push_back(&content(frame).items()[1]);
            return Done{};
        case TaggedForm::PersistentId:
        case TaggedForm::Other:
            frame.children.push_back(&content(frame));
            return Done{};
        case TaggedForm::Exception:
            if (!content(frame).isObject() || !content(frame).value(u"class").isString())
                return bad(QStringLiteral("$exception needs a class"));
            frame.children = {&content(frame).value(u"args"), &content(frame).value(u"attributes")};
            return Done{};
        case TaggedForm::Object:
            return openObject(frame);
        case TaggedForm::Leaf:
            break;
        }
        return bad(QStringLiteral("unknown form"));
    }

    static const Json &head(const Frame &frame)
    {
        return frame.json->value(frame.json->contains(u"$call") ? u"$call" : u"$instance");
    }

    Status openObject(Frame &frame)
    {
        const Json &json = *frame.json;
        Object object;
        object.made = json.contains(u"$call") ? Object::Made::Reduce : Object::Made::Dict;
        if (const QString made = json.value(u"made").toString(); !made.isEmpty()) {
            const auto known = madeFromName(made);
            if (!known)
                return bad(QStringLiteral("unknown way of making an instance: ") + made);
            object.made = *known;
        }
        if (head(frame).isString())
            splitName(head(frame).toString(), object.module, object.name);
        else
            frame.children.push_back(&head(frame));
        for (const char16_t *name : {u"args", u"kwargs", u"base", u"state"}) {
            if (json.contains(name) && !(QStringView(name) == u"args" && json.value(name).isArray()))
                frame.children.push_back(&json.value(name));
            else if (json.contains(name))
                for (const Json &item : json.value(name).items())
                    frame.children.push_back(&item);
        }
        if (json.contains(u"listitems")) {
            if (Status row = addRow(frame, json.value(u"listitems")); !row)
                return row;
        }
        if (json.contains(u"dictitems")) {
            if (Status rows = addPairs(frame, json.value(u"dictitems")); !rows)
                return rows;
        }
        frame.container = m_builder.object(std::move(object));
        return Done{};
    }

    Status take(Frame &frame, Value value)
    {
        const size_t index = frame.next - 1;
        switch (frame.form) {
        case TaggedForm::List:
        case TaggedForm::Set:
        case TaggedForm::FrozenSet:
        case TaggedForm::Deque:
            m_builder.append(frame.container, std::move(value));
            break;
        case TaggedForm::Tuple:
            m_builder.setItem(frame.container, qsizetype(index), std::move(value));
            break;
        case TaggedForm::ShortDict: {
            const Value key = Value::text(frame.json->members()[index].first);
            if (!m_builder.charge(1, key.rawBytes().size()))
                return m_builder.error();
            m_builder.insert(frame.container, key, std::move(value));
            break;
        }
        case TaggedForm::Dict:
        case TaggedForm::OrderedDict:
            if (index % 2 == 0)
                frame.key = std::move(value);
            else
                m_builder.insert(frame.container, std::move(frame.key), std::move(value));
            break;
        default:
            frame.parts.push_back(std::move(value));
        }
        return Done{};
    }

    Result<Value> finish(Frame &frame)
    {
        switch (frame.form) {
        case TaggedForm::Object:
            finishObject(frame);
            return std::move(frame.container);
        case TaggedForm::Slice:
        case TaggedForm::Range: {
            Object object = libraryCall("builtins", frame.form == TaggedForm::Slice ? "slice" : "range");
            object.args = m_builder.tuple(std::move(frame.parts));
            return m_builder.object(std::move(object));
        }
        case TaggedForm::Array: {
            if (frame.parts[0].kind() != Kind::List)
                return bad(QStringLiteral("$array needs a type code and a list"));
            m_builder.noteShared(); // the builder does not see into it
            return Value::array(
                content(frame).items()[0].toString().front().toLatin1(), std::move(frame.parts[0]));
        }
        case TaggedForm::PersistentId:
            m_builder.noteShared();
            return Value::persistentId(std::move(frame.parts[0]));
        case TaggedForm::Exception: {
            RemoteError error;
            error.className = content(frame).value(u"class").toString();
            error.args = frame.parts[0].isNone() ? Value::tuple({}) : std::move(frame.parts[0]);
            error.attributes = frame.parts[1].isNone() ? Value::dict({}) : std::move(frame.parts[1]);
            for (const Json &line : content(frame).value(u"traceback").items())
                error.traceback += line.toString();
            m_builder.noteShared();
            return Value::error(std::move(error));
        }
        case TaggedForm::Other: {
            Object object;
            object.made = Object::Made::Dict;
            object.name = frame.json->members().front().first.toUtf8();
            object.args = Value::tuple({});
            object.state = std::move(frame.parts[0]);
            return m_builder.object(std::move(object));
        }
        default:
            return std::move(frame.container);
        }
    }

    void finishObject(Frame &frame)
    {
        const Json &json = *frame.json;
        Object &object = *m_builder.mutableObject(frame.container);
        auto part = frame.parts.begin();
        if (!head(frame).isString())
            object.callee = std::move(*part++);
        const auto takeRow = [&part](size_t count) {
            std::vector<Value> row(
                std::make_move_iterator(part), std::make_move_iterator(part + qsizetype(count)));
            part += qsizetype(count);
            return row;
        };
        const Json &args = json.value(u"args");
        if (json.contains(u"args") && !args.isArray())
            object.args = std::move(*part++);
        else
            object.args = m_builder.tuple(takeRow(args.items().size()));
        if (json.contains(u"kwargs"))
            object.kwargs = std::move(*part++);
        if (json.contains(u"base"))
            object.base = std::move(*part++);
        if (json.contains(u"state"))
            object.state = std::move(*part++);
        for (Value &item : takeRow(json.value(u"listitems").items().size()))
            m_builder.append(frame.container, std::move(item));
        for (; part != frame.parts.end(); part += 2)
            m_builder.insert(frame.container, std::move(part[0]), std::move(part[1]));
        restoreReconstructor(object);
    }

    /// The two spellings of an instance that copy_reg._reconstructor makes: as the call itself, or as an
    /// instance whose base class has to be guessed from its value.
    static void restoreReconstructor(Object &object)
    {
        const bool isCall = object.made == Object::Made::Reduce && object.name == "_reconstructor"
            && (object.module == "copy_reg" || object.module == "copyreg") && object.args.size() == 3
            && object.args.at(0).kind() == Kind::Global && object.args.at(1).kind() == Kind::Global;
        if (isCall) {
            const Value args = object.args;
            object.made = Object::Made::Reconstructor;
            object.module = args.at(0).module().toByteArray();
            object.name = args.at(0).name().toByteArray();
            object.baseClass = args.at(1);
            object.base = args.at(2);
            object.args = Value::tuple({});
        } else if (object.made == Object::Made::Reconstructor) {
            object.baseClass = Value::global("__builtin__", builtinClass(object.base.kind()));
        }
    }

    Limits m_limits;
    ValueBuilder m_builder;
    std::vector<Frame> m_frames;
    std::unordered_map<qint64, Value> m_known;
};

} // namespace

Result<Value> fromTagged(const Json &json, const Limits &limits)
{
    return Reader(limits).run(json);
}

} // namespace pyrolens
