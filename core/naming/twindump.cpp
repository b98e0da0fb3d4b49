// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "twindump_p.h"

#include <pyrolens/pickle/pickle.h>

#include <QDataStream>
#include <QIODevice>

namespace pyrolens::naming {

namespace {

constexpr char kModule[] = "Pyro.naming";
constexpr quint32 kPackedMagic = 0x50795231; // "PyR1"
constexpr int kMaxDepth = 512;               // of groups; a name of 1,024 bytes cannot have more parts

Value made(const char *name, std::vector<Value::Pair> state)
{
    Object object;
    object.made = Object::Made::NewObj;
    object.module = kModule;
    object.name = name;
    object.args = Value::tuple({});
    object.state = Value::dict(std::move(state));
    return Value::object(std::move(object));
}

Value uriValue(const QByteArray &uri)
{
    Reference reference;
    reference.form = Reference::Form::Uri;
    reference.uri = QString::fromUtf8(uri);
    return Value::reference(std::move(reference));
}

Result<Value> unpickled(const QByteArray &bytes)
{
    if (bytes.isEmpty())
        return Value::none();
    Result<Decoded> decoded = pickle::decode(bytes);
    if (!decoded)
        return decoded.error();
    return std::move(decoded).value().value;
}

bool isInstance(const Value &value, const char *name)
{
    const Object *object = value.asObject();
    return object && object->module == kModule && object->name == name;
}

std::optional<Value> attributeOf(const Value &object, QByteArrayView name)
{
    for (const Value::Pair &pair : object.asObject()->attributes()) {
        if (pair.first.isTextLike() && pair.first.rawBytes() == name)
            return pair.second;
    }
    return std::nullopt;
}

Error badDump(const char *what)
{
    return Error::protocol(QStringLiteral("the twin's names: ") + QLatin1String(what));
}

Result<std::vector<Value::Pair>> nodeState(const NameRow &row, QByteArrayView name)
{
    Result<Value> system = systemMetaValue(row);
    if (!system)
        return system.error();
    Result<Value> user = unpickled(row.userMeta);
    if (!user)
        return user.error();
    return std::vector<Value::Pair>{{Value::str("name"), Value::str(name)},
        {Value::str("systemMeta"), std::move(system).value()},
        {Value::str("userMeta"), std::move(user).value()}};
}

Status takeUserMeta(const Value &meta, NameRow &row)
{
    if (meta.isNone())
        return Done{};
    Result<QByteArray> pickled = pickle::encode(meta);
    if (!pickled)
        return pickled.error();
    row.userMeta = std::move(pickled).value();
    return Done{};
}

Status takeUri(const Value &value, const Generation &generation, NameRow &row)
{
    QString text = value.toText();
    if (const auto reference = generation.asReference(value);
        reference && reference->form == Reference::Form::Uri)
        text = reference->uri;
    const Result<Uri> uri = generation.parseUri(text.trimmed());
    if (!uri)
        return uri.error();
    row.uri = uri->toString().toUtf8();
    return Done{};
}

NameRow ownRow(const QByteArray &uri)
{
    NameRow row;
    row.path = kOwnName;
    row.uri = uri;
    return row;
}

/// The tree, without recursion: groups are open until all below them has been read.
class TreeReader
{
public:
    explicit TreeReader(const Generation &generation) : m_generation(generation) { }

    Result<std::vector<NameRow>> read(const Value &root)
    {
        if (Status taken = add(root, kRootGroup, 0); !taken)
            return taken.error();
        while (!m_open.empty()) {
            const Open next = std::move(m_open.back());
            m_open.pop_back();
            for (const Value::Pair &branch : next.branches.pairs()) {
                if (!branch.first.isTextLike())
                    return badDump("a name that is no text");
                const QByteArray path = join(next.path, branch.first.rawBytes());
                if (path == kOwnName)
                    continue;
                if (Status taken = add(branch.second, path, next.depth + 1); !taken)
                    return taken.error();
            }
        }
        return std::move(m_rows);
    }

private:
    struct Open
    {
        Value branches;
        QByteArray path;
        int depth;
    };

    Status add(const Value &node, const QByteArray &path, int depth)
    {
        NameRow row;
        row.path = path;
        row.isGroup = isInstance(node, "NamedTree");
        if ((!row.isGroup && !isInstance(node, "NameValue")) || depth > kMaxDepth)
            return badDump("neither a group nor a name, or too deep");
        if (Status good = takeMeta(node, row); !good)
            return good;
        if (row.isGroup) {
            m_open.push_back({attributeOf(node, "branches").value_or(Value()), path, depth});
        } else if (Status good = takeUri(attributeOf(node, "value").value_or(Value()), m_generation, row);
                   !good) {
            return good;
        }
        m_rows.push_back(std::move(row));
        return Done{};
    }

    static Status takeMeta(const Value &node, NameRow &row)
    {
        if (Status good = takeSystemMeta(attributeOf(node, "systemMeta").value_or(Value()), row); !good)
            return good;
        return takeUserMeta(attributeOf(node, "userMeta").value_or(Value()), row);
    }

    const Generation &m_generation;
    std::vector<Open> m_open;
    std::vector<NameRow> m_rows;
};

Result<std::vector<NameRow>> readLists(const Value &dump, const Generation &generation)
{
    std::vector<NameRow> rows;
    for (const Value &group : dump.at(0).items()) {
        NameRow row;
        row.path = group.at(0).rawBytes().toByteArray();
        row.isGroup = true;
        Status good = group.size() == 3 ? takeSystemMeta(group.at(1), row) : Status(badDump("a bad group"));
        if (good)
            good = takeUserMeta(group.at(2), row);
        if (!good)
            return good.error();
        rows.push_back(std::move(row));
    }
    for (const Value &name : dump.at(1).items()) {
        NameRow row;
        row.path = name.at(0).rawBytes().toByteArray();
        if (row.path == kOwnName)
            continue;
        Status good = name.size() == 4 ? takeUri(name.at(1), generation, row) : Status(badDump("a bad name"));
        if (good)
            good = takeSystemMeta(name.at(2), row);
        if (good)
            good = takeUserMeta(name.at(3), row);
        if (!good)
            return good.error();
        rows.push_back(std::move(row));
    }
    return rows;
}

void writeRow(QDataStream &stream, const NameRow &row)
{
    stream << row.path << row.isGroup << row.uri << row.timestamp << row.systemMeta << row.userMeta;
}

} // namespace

Result<Value> systemMetaValue(const NameRow &row)
{
    if (!row.systemMeta.isEmpty())
        return unpickled(row.systemMeta);
    return made("NameSpaceSystemMeta",
        {{Value::str("owner"), Value::none()}, {Value::str("timestamp"), Value::real(row.timestamp)},
            {Value::str("type"), Value::integer(row.isGroup ? 0 : 1)}});
}

Status takeSystemMeta(const Value &meta, NameRow &row)
{
    if (!isInstance(meta, "NameSpaceSystemMeta"))
        return Done{}; // a persistent server has none for what nobody gave any
    const auto timestamp = attributeOf(meta, "timestamp").value_or(Value()).asReal();
    // The type is not looked at: persistent servers say 1 of groups as well.
    if (timestamp && attributeOf(meta, "owner").value_or(Value()).isNone()) {
        row.timestamp = *timestamp;
        return Done{};
    }
    Result<QByteArray> pickled = pickle::encode(meta);
    if (!pickled)
        return pickled.error();
    row.systemMeta = std::move(pickled).value();
    return Done{};
}

Result<Value> treeDump(const std::vector<NameRow> &rows, const QByteArray &ownUri)
{
    struct Open
    {
        QByteArray path;
        std::vector<Value::Pair> state;
        std::vector<Value::Pair> branches;
    };
    std::vector<Open> open;
    const auto close = [&open] {
        Open done = std::move(open.back());
        open.pop_back();
        done.state.emplace_back(Value::str("branches"), Value::dict(std::move(done.branches)));
        Value group = made("NamedTree", std::move(done.state));
        if (open.empty())
            return group;
        open.back().branches.emplace_back(Value::str(split(done.path).second), std::move(group));
        return Value();
    };
    const auto leaf = [](Open &group, const NameRow &row) -> Status {
        const QByteArrayView name = split(row.path).second;
        Result<std::vector<Value::Pair>> state = nodeState(row, name);
        if (!state)
            return state.error();
        state->emplace_back(Value::str("value"), uriValue(row.uri));
        group.branches.emplace_back(Value::str(name), made("NameValue", std::move(state).value()));
        return Done{};
    };
    for (const NameRow &row : rows) {
        const QByteArrayView parent = split(row.path).first;
        while (row.path != kRootGroup && !open.empty() && open.back().path != parent)
            close();
        Status good = Done{};
        if (row.isGroup) {
            const QByteArrayView name
                = row.path == kRootGroup ? QByteArrayView("<root>") : split(row.path).second;
            Result<std::vector<Value::Pair>> state = nodeState(row, name);
            if (state)
                open.push_back({row.path, std::move(state).value(), {}});
            else
                good = state.error();
            if (good && row.path == kPyroGroup)
                good = leaf(open.back(), ownRow(ownUri));
        } else {
            good = leaf(open.back(), row);
        }
        if (!good)
            return good.error();
    }
    while (open.size() > 1)
        close();
    return close();
}

Result<Value> listDump(const std::vector<NameRow> &rows, const QByteArray &ownUri)
{
    std::vector<Value> groups;
    std::vector<Value> names;
    const auto add = [&](const NameRow &row) -> Status {
        Result<Value> system = systemMetaValue(row);
        if (!system)
            return system.error();
        Result<Value> user = unpickled(row.userMeta);
        if (!user)
            return user.error();
        if (row.isGroup)
            groups.push_back(Value::tuple({Value::str(row.path), system.value(), user.value()}));
        else
            names.push_back(
                Value::tuple({Value::str(row.path), Value::str(row.uri), system.value(), user.value()}));
        return Done{};
    };
    for (const NameRow &row : rows) {
        if (Status added = add(row); !added)
            return added.error();
    }
    if (Status added = add(ownRow(ownUri)); !added)
        return added.error();
    return Value::tuple({Value::list(std::move(groups)), Value::list(std::move(names))});
}

Result<std::vector<NameRow>> readDump(const Value &dump, const Generation &generation)
{
    if (isInstance(dump, "NamedTree"))
        return TreeReader(generation).read(dump);
    if (dump.size() == 2 && dump.at(0).kind() == Value::Kind::List && dump.at(1).kind() == Value::Kind::List)
        return readLists(dump, generation);
    return badDump("neither a tree nor two lists");
}

QByteArray packSnapshot(const RegistrySnapshot &snapshot)
{
    QByteArray packed;
    QDataStream stream(&packed, QIODevice::WriteOnly);
    stream.setVersion(QDataStream::Qt_6_4);
    stream << kPackedMagic << snapshot.sequence << snapshot.base << snapshot.journal
           << quint32(snapshot.rows.size());
    for (const NameRow &row : snapshot.rows)
        writeRow(stream, row);
    return packed;
}

Result<RegistrySnapshot> unpackSnapshot(const QByteArray &packed)
{
    QDataStream stream(packed);
    stream.setVersion(QDataStream::Qt_6_4);
    RegistrySnapshot snapshot;
    quint32 magic = 0;
    quint32 count = 0;
    stream >> magic >> snapshot.sequence >> snapshot.base >> snapshot.journal >> count;
    if (magic != kPackedMagic || stream.status() != QDataStream::Ok)
        return badDump("not what ours would send");
    for (quint32 i = 0; i < count; ++i) {
        NameRow row;
        stream >> row.path >> row.isGroup >> row.uri >> row.timestamp >> row.systemMeta >> row.userMeta;
        if (stream.status() != QDataStream::Ok)
            return badDump("cut short");
        snapshot.rows.push_back(std::move(row));
    }
    return snapshot;
}

} // namespace pyrolens::naming
