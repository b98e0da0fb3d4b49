// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "database.h"
#include "sqliteerror_p.h"

#include <sqlite3.h>

#include <utility>

namespace pyrolens::storage {

Statement::Statement(Statement &&other) noexcept
    : m_database(std::exchange(other.m_database, nullptr))
    , m_statement(std::exchange(other.m_statement, nullptr))
    , m_bindResult(other.m_bindResult)
{ }

Statement &Statement::operator=(Statement &&other) noexcept
{
    std::swap(m_database, other.m_database);
    std::swap(m_statement, other.m_statement);
    std::swap(m_bindResult, other.m_bindResult);
    return *this;
}

Statement::~Statement()
{
    sqlite3_finalize(m_statement);
}

namespace {

void keepFirst(int &kept, int result)
{
    if (kept == SQLITE_OK)
        kept = result;
}

// A null pointer would bind NULL; an empty text is something else.
const char *dataOf(QByteArrayView bytes)
{
    return bytes.data() ? bytes.data() : "";
}

} // namespace

Statement &Statement::bind(int parameter, qint64 value)
{
    keepFirst(m_bindResult, sqlite3_bind_int64(m_statement, parameter, value));
    return *this;
}

Statement &Statement::bind(int parameter, double value)
{
    keepFirst(m_bindResult, sqlite3_bind_double(m_statement, parameter, value));
    return *this;
}

Statement &Statement::bindText(int parameter, QByteArrayView utf8)
{
    const int result = sqlite3_bind_text64(m_statement, parameter, dataOf(utf8),
        static_cast<sqlite3_uint64>(utf8.size()), SQLITE_STATIC, SQLITE_UTF8);
    keepFirst(m_bindResult, result);
    return *this;
}

Statement &Statement::bindBlob(int parameter, QByteArrayView bytes)
{
    const int result = sqlite3_bind_blob64(
        m_statement, parameter, dataOf(bytes), static_cast<sqlite3_uint64>(bytes.size()), SQLITE_STATIC);
    keepFirst(m_bindResult, result);
    return *this;
}

Statement &Statement::bindNull(int parameter)
{
    keepFirst(m_bindResult, sqlite3_bind_null(m_statement, parameter));
    return *this;
}

Result<bool> Statement::step()
{
    const int bound = std::exchange(m_bindResult, SQLITE_OK);
    if (bound != SQLITE_OK) {
        reset();
        return sqliteError(m_database, bound, QStringLiteral("bind"));
    }
    const int result = sqlite3_step(m_statement);
    if (result == SQLITE_ROW)
        return true;
    if (result == SQLITE_DONE) {
        reset();
        return false;
    }
    Error error
        = sqliteError(m_database, result, QString::fromUtf8(sqlite3_sql(m_statement)).section(u' ', 0, 2));
    reset();
    return error;
}

Status Statement::run()
{
    Result<bool> row = step();
    if (!row)
        return row.error();
    if (row.value())
        reset();
    return Done{};
}

void Statement::reset()
{
    sqlite3_reset(m_statement);
    sqlite3_clear_bindings(m_statement);
}

qint64 Statement::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

QByteArray Statement::bytes(int column) const
{
    const void *data = sqlite3_column_blob(m_statement, column);
    return QByteArray(static_cast<const char *>(data), sqlite3_column_bytes(m_statement, column));
}

bool Statement::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

} // namespace pyrolens::storage
