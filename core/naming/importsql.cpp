// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "importsql_p.h"

#include <pyrolens/storage/database.h>

#include <map>

namespace pyrolens::naming {

namespace {

using storage::Database;

struct Row
{
    QByteArray name;
    FlatEntry entry;
};
using Rows = std::map<qint64, Row>; // by the id in the file

/// Calls `take` for each row.
Status forEach(
    Database &database, const char *sql, const std::function<void(const storage::Statement &)> &take)
{
    Result<storage::Statement> rows = database.prepare(sql);
    if (!rows)
        return rows.error();
    for (;;) {
        const Result<bool> more = rows->step();
        if (!more)
            return more.error();
        if (!*more)
            return Done{};
        take(*rows);
    }
}

Result<Rows> read(Database &database)
{
    Rows found;
    Status status
        = forEach(database, "SELECT id, name, uri FROM pyro_names", [&](const storage::Statement &row) {
              found[row.integer(0)] = {row.bytes(1), {row.bytes(2), {}}};
          });
    if (!status)
        return status.error();
    // Files of old versions have no tags.
    const Result<qint64> hasTags = database.integer(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'pyro_metadata'");
    if (!hasTags)
        return hasTags.error();
    if (*hasTags == 0)
        return found;
    status
        = forEach(database, "SELECT object, metadata FROM pyro_metadata", [&](const storage::Statement &row) {
              if (const auto at = found.find(row.integer(0)); at != found.end())
                  at->second.entry.tags.append(row.bytes(1));
          });
    if (!status)
        return status.error();
    return found;
}

/// Why an entry cannot be taken; empty when it can.
QString obstacle(const Row &row, const FlatLimits &limits, const Generation &generation)
{
    if (row.name.size() > limits.maxNameBytes)
        return QStringLiteral("the name is too long");
    if (row.entry.uri.size() > limits.maxUriBytes || !generation.parseUri(QString::fromUtf8(row.entry.uri)))
        return QStringLiteral("holds no URI");
    if (row.entry.tags.size() > limits.maxTags)
        return QStringLiteral("has too many metadata tags");
    for (const QByteArray &tag : row.entry.tags) {
        if (tag.size() > limits.maxTagBytes)
            return QStringLiteral("has a metadata tag that is too long");
    }
    return {};
}

} // namespace

Result<ImportReport> importSql(const QString &path, Registry &registry, const Generation &generation)
{
    storage::DatabaseOptions options;
    options.readOnly = true;
    const Result<std::unique_ptr<Database>> database = Database::open(path, options);
    if (!database)
        return database.error();
    const Result<Rows> rows = read(**database);
    if (!rows)
        return Error::usage(u"not the SQL file of a Pyro 4 or Pyro 5 name server: " + path + u" ("
            + rows.error().what + u')');
    ImportReport report;
    FlatRegistry &flat = registry.flat();
    std::vector<std::pair<QByteArray, FlatEntry>> fresh;
    for (const auto &[id, row] : *rows) {
        if (row.name == kFlatOwnName)
            continue; // of the server that is replaced
        const auto problem = [&, &name = row.name](const QString &what) {
            report.problems.append(QString::fromUtf8(name.left(200)) + u": " + what);
        };
        if (const QString why = obstacle(row, flat.limits(), generation); !why.isEmpty()) {
            problem(why);
        } else if (const Result<FlatEntry> known = flat.find(row.name); known) {
            if (known->uri == row.entry.uri)
                ++report.known;
            else
                problem(QStringLiteral("registered already, with another URI"));
        } else {
            ++report.names;
            report.metas += row.entry.tags.isEmpty() ? 0 : 1;
            fresh.emplace_back(row.name, row.entry);
        }
    }
    if (Status taken = flat.registerAll(fresh); !taken)
        return taken.error();
    return report;
}

} // namespace pyrolens::naming
