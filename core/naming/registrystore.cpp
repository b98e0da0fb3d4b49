// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "registrystore.h"

#include "names.h"

#include <pyrolens/base/json.h>
#include <pyrolens/value/value.h>

#include <bit>

namespace pyrolens::naming {

using storage::Database;
using storage::Statement;

namespace {

constexpr qint32 kApplicationId = 0x50797233; // "Pyr3"
constexpr char kSchemaFact[] = "schema";

// Paths sort as bytes, so a group's rows are one range: from "group." up to "group/", the next character.
constexpr char kSchema1[]
    = "CREATE TABLE pyrolens_tree("
      "  path TEXT PRIMARY KEY NOT NULL, is_group INTEGER NOT NULL, uri TEXT NOT NULL, stamp REAL NOT NULL,"
      "  system BLOB NOT NULL, user BLOB NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE pyrolens_facts("
      "  key TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;";

// The flat space. Tags are a JSON list. The views are for the originals: their class SqlStorage can list a
// file of ours. The fact repeats the version; the number behind it is sumOfFact("schema", "2").
constexpr char kSchema2[]
    = "CREATE TABLE pyrolens_flat("
      "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, uri TEXT NOT NULL, tags TEXT NOT NULL,"
      "  sum INTEGER NOT NULL);"
      "CREATE VIEW pyro_names AS SELECT id, name, uri FROM pyrolens_flat;"
      "CREATE VIEW pyro_metadata AS"
      "  SELECT f.id AS object, t.value AS metadata FROM pyrolens_flat f, json_each(f.tags) t;"
      "INSERT OR REPLACE INTO pyrolens_facts VALUES('schema', X'32', -1231140130193488185);";

/// FNV-1a, 64 bit: finds accidents, not attacks.
class Sum
{
public:
    Sum &add(QByteArrayView bytes)
    {
        for (const char c : bytes)
            step(static_cast<quint8>(c));
        // The size keeps ("ab", "c") apart from ("a", "bc").
        return add(static_cast<quint64>(bytes.size()));
    }
    Sum &add(quint64 number)
    {
        for (int shift = 0; shift < 64; shift += 8)
            step(static_cast<quint8>(number >> shift));
        return *this;
    }
    qint64 value() const { return static_cast<qint64>(m_sum); }

private:
    void step(quint8 byte) { m_sum = (m_sum ^ byte) * 0x100000001b3u; }
    quint64 m_sum = 0xcbf29ce484222325u;
};

qint64 sumOf(const StoreChange &row)
{
    return Sum()
        .add(row.path)
        .add(quint64(row.isGroup))
        .add(row.uri)
        .add(std::bit_cast<quint64>(row.timestamp))
        .add(row.systemMeta)
        .add(row.userMeta)
        .value();
}

qint64 sumOfFact(QByteArrayView key, QByteArrayView value)
{
    return Sum().add(key).add(value).value();
}

Error corrupt(const QString &what)
{
    return Error::protocol(what, QString::fromLatin1(storage::code::kCorrupt));
}

/// Puts one row into the tree, if it makes sense there.
Status take(const StoreChange &row, NameTree &tree)
{
    const auto [parent, part] = split(row.path);
    const NameTree::Node *node = tree.find(kRootGroup);
    if (row.path != kRootGroup) {
        const NameTree::Node *group = tree.find(parent);
        if (!check(row.path, 0xffff) || !group || !group->isGroup || tree.find(row.path))
            return corrupt(u"row out of place: " + QString::fromUtf8(shortened(row.path)));
        node = tree.insert(row.path, row.uri, row.isGroup, row.timestamp);
    }
    if (!row.userMeta.isEmpty())
        tree.setUserMeta(*node, row.userMeta);
    if (!row.systemMeta.isEmpty())
        tree.setSystemMeta(*node, row.systemMeta);
    return Done{};
}

/// Runs `read` for each row that a query gives, until one of them fails.
Status forEachRow(Database &database, const char *query, const std::function<Status(const Statement &)> &read)
{
    Result<Statement> rows = database.prepare(query);
    if (!rows)
        return rows.error();
    for (;;) {
        const Result<bool> more = rows.value().step();
        if (!more)
            return more.error();
        if (!more.value())
            return Done{};
        if (Status good = read(rows.value()); !good)
            return good;
    }
}

Status loadTree(Database &database, NameTree &tree)
{
    tree = NameTree();
    return forEachRow(database,
        "SELECT path, is_group, uri, stamp, system, user, sum FROM pyrolens_tree ORDER BY path",
        [&tree](const Statement &from) -> Status {
            StoreChange row;
            row.path = from.bytes(0);
            row.isGroup = from.integer(1) != 0;
            row.uri = from.bytes(2);
            row.timestamp = from.real(3);
            row.systemMeta = from.bytes(4);
            row.userMeta = from.bytes(5);
            if (row.path.isEmpty() || sumOf(row) != from.integer(6))
                return corrupt(QStringLiteral("a row does not match its sum"));
            return take(row, tree);
        });
}

QByteArray tagText(const QByteArrayList &tags)
{
    QStringList texts;
    for (const QByteArray &tag : tags)
        texts.append(Value::utf8(tag).toText());
    return Json::strings(texts).toText();
}

Result<QByteArrayList> tagsFrom(QByteArrayView text)
{
    const Result<Json> json = Json::parse(text);
    if (!json || !json->isArray())
        return corrupt(QStringLiteral("tags that are no list"));
    QByteArrayList tags;
    for (const Json &tag : json->items())
        tags.append(Value::text(tag.toString()).rawBytes().toByteArray());
    return normalisedTags(std::move(tags));
}

qint64 sumOfFlat(QByteArrayView name, QByteArrayView uri, QByteArrayView tags)
{
    return Sum().add(name).add(uri).add(tags).value();
}

Status loadFlat(Database &database, FlatTable &flat)
{
    flat = FlatTable();
    return forEachRow(
        database, "SELECT name, uri, tags, sum FROM pyrolens_flat", [&flat](const Statement &from) -> Status {
            const QByteArray name = from.bytes(0);
            const QByteArray uri = from.bytes(1);
            const QByteArray text = from.bytes(2);
            if (sumOfFlat(name, uri, text) != from.integer(3))
                return corrupt(QStringLiteral("a row does not match its sum"));
            Result<QByteArrayList> tags = tagsFrom(text);
            if (!tags)
                return tags.error();
            flat.exchange(name, FlatEntry{uri, *std::move(tags)});
            return Done{};
        });
}

/// The facts are right, and one of them repeats the schema's version.
Status checkFacts(Database &database)
{
    QByteArray recorded;
    const Status good = forEachRow(
        database, "SELECT key, value, sum FROM pyrolens_facts", [&recorded](const Statement &from) -> Status {
            const QByteArray key = from.bytes(0);
            const QByteArray value = from.bytes(1);
            if (sumOfFact(key, value) != from.integer(2))
                return corrupt(QStringLiteral("a fact does not match its sum"));
            if (key == kSchemaFact)
                recorded = value;
            return Done{};
        });
    if (!good)
        return good;
    const Result<qint64> version = database.integer("PRAGMA user_version");
    if (!version)
        return version.error();
    if (recorded != QByteArray::number(version.value()))
        return corrupt(QStringLiteral("the schema number is wrong"));
    return Done{};
}

storage::DatabaseProfile makeProfile()
{
    storage::DatabaseProfile profile;
    profile.applicationId = kApplicationId;
    profile.migrations = {{1, kSchema1}, {2, kSchema2}};
    profile.marker = "pyrolens_tree";
    return profile;
}

/// SQLite's words for a schema that is not the one we know ("no such column") mean damage here.
Status asDamage(Status status)
{
    if (!status && status.error().code == QLatin1String(storage::code::kOther))
        return corrupt(status.error().what);
    return status;
}

} // namespace

Result<std::unique_ptr<RegistryStore>> RegistryStore::open(
    const QString &path, const QByteArray &vfs, NameTree &tree, FlatTable &flat)
{
    std::unique_ptr<RegistryStore> store(new RegistryStore);
    Result<std::unique_ptr<storage::LockFile>> lock = storage::LockFile::acquire(path);
    if (!lock)
        return lock.error();
    store->m_lock = std::move(lock).value();

    storage::DatabaseProfile profile = makeProfile();
    profile.verify = [&tree, &flat](Database &database) {
        Status status = checkFacts(database);
        if (status)
            status = loadTree(database, tree);
        if (status)
            status = loadFlat(database, flat);
        return asDamage(std::move(status));
    };
    storage::DatabaseOptions options;
    options.vfs = vfs;
    Result<storage::CheckedOpen> opened = storage::openChecked(path, profile, options);
    if (!opened)
        return opened.error();
    store->m_opened = std::move(opened).value();
    if (Status status = store->prepare(); !status)
        return status.error();
    return store;
}

Status RegistryStore::prepare()
{
    Database &database = *m_opened.database;
    const std::pair<std::optional<Statement> *, const char *> statements[] = {
        {&m_put, "INSERT OR REPLACE INTO pyrolens_tree VALUES(?, ?, ?, ?, ?, ?, ?)"},
        {&m_remove, "DELETE FROM pyrolens_tree WHERE path = ?"},
        {&m_removeBelow, "DELETE FROM pyrolens_tree WHERE path >= ? AND path < ?"},
        {&m_putFlat,
            "INSERT INTO pyrolens_flat(name, uri, tags, sum) VALUES(?, ?, ?, ?)"
            " ON CONFLICT(name) DO UPDATE SET uri = excluded.uri, tags = excluded.tags, sum = excluded.sum"},
        {&m_removeFlat, "DELETE FROM pyrolens_flat WHERE name = ?"},
        {&m_putFact, "INSERT OR REPLACE INTO pyrolens_facts VALUES(?, ?, ?)"},
        {&m_removeFact, "DELETE FROM pyrolens_facts WHERE key = ?"},
    };
    for (const auto &[target, sql] : statements) {
        Result<Statement> statement = database.prepare(sql);
        if (!statement)
            return statement.error();
        target->emplace(std::move(statement).value());
    }
    return Done{};
}

QByteArray RegistryStore::fact(const QByteArray &key)
{
    auto row = m_opened.database->prepare("SELECT value FROM pyrolens_facts WHERE key = ?");
    if (!row || !row.value().bindText(1, key).step().valueOr(false))
        return {};
    return row.value().bytes(0);
}

std::vector<std::pair<QByteArray, QByteArray>> RegistryStore::facts(const QByteArray &prefix)
{
    std::vector<std::pair<QByteArray, QByteArray>> found;
    auto rows = m_opened.database->prepare("SELECT key, value FROM pyrolens_facts");
    while (rows && rows.value().step().valueOr(false)) {
        const QByteArray key = rows.value().bytes(0);
        if (key.startsWith(prefix))
            found.emplace_back(key.mid(prefix.size()), rows.value().bytes(1));
    }
    return found;
}

Status RegistryStore::apply(const StoreChange &change)
{
    switch (change.kind) {
    case StoreChange::Kind::Put:
        return m_put->bindText(1, change.path)
            .bind(2, qint64(change.isGroup))
            .bindText(3, change.uri)
            .bind(4, change.timestamp)
            .bindBlob(5, change.systemMeta)
            .bindBlob(6, change.userMeta)
            .bind(7, sumOf(change))
            .run();
    case StoreChange::Kind::RemoveTree: {
        const QByteArray from = change.path + '.';
        const QByteArray to = change.path + '/';
        if (Status below = m_removeBelow->bindText(1, from).bindText(2, to).run(); !below)
            return below;
        return m_remove->bindText(1, change.path).run();
    }
    case StoreChange::Kind::RemoveLeaf:
        return m_remove->bindText(1, change.path).run();
    case StoreChange::Kind::Fact:
        return m_putFact->bindText(1, change.path)
            .bindBlob(2, change.uri)
            .bind(3, sumOfFact(change.path, change.uri))
            .run();
    case StoreChange::Kind::NoFact:
        return m_removeFact->bindText(1, change.path).run();
    case StoreChange::Kind::PutFlat: {
        const QByteArray tags = tagText(change.names);
        return m_putFlat->bindText(1, change.path)
            .bindText(2, change.uri)
            .bindText(3, tags)
            .bind(4, sumOfFlat(change.path, change.uri, tags))
            .run();
    }
    case StoreChange::Kind::RemoveFlat:
        for (const QByteArray &name : change.names) {
            if (Status removed = m_removeFlat->bindText(1, name).run(); !removed)
                return removed;
        }
        return Done{};
    }
    return Done{};
}

Status RegistryStore::commit(const std::vector<StoreChange> &changes)
{
    Database &database = *m_opened.database;
    const auto body = [&]() -> Status {
        for (const StoreChange &change : changes) {
            if (Status applied = apply(change); !applied)
                return applied;
        }
        return Done{};
    };
    Status status = database.transaction(body);
    // On a full disk the WAL itself may be what fills it: its content fits the file, mostly.
    if (!status && status.error().code == QLatin1String(storage::code::kFull) && database.checkpoint())
        status = database.transaction(body);
    return status;
}

Status RegistryStore::backup()
{
    return storage::makeBackup(*m_opened.database, makeProfile());
}

} // namespace pyrolens::naming
