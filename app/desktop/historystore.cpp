// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "historystore.h"

#include "recordjson.h"

#include <pyrolens/storage/checkedopen.h>

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr char kSchema[] = "CREATE TABLE pyrolens_calls (id INTEGER PRIMARY KEY, object TEXT NOT NULL, "
                           "member TEXT NOT NULL, arguments TEXT NOT NULL, size INTEGER NOT NULL, "
                           "body BLOB NOT NULL)";

storage::DatabaseProfile profile()
{
    storage::DatabaseProfile profile;
    profile.applicationId = 0x5079'4869; // "PyHi"
    profile.migrations = {{1, kSchema}};
    profile.marker = QByteArrayLiteral("pyrolens_calls");
    profile.backups = 1;
    return profile;
}

} // namespace

/// What runs in the store's thread.
class HistoryStore::Worker final : public QObject
{
public:
    Worker(HistoryStore *store, QString file, const HistoryLimits &limits)
        : m_store(store), m_file(std::move(file)), m_limits(limits)
    { }

    void open()
    {
        QDir().mkpath(QFileInfo(m_file).absolutePath());
        auto opened = storage::openChecked(m_file, profile());
        if (!opened) {
            fail(opened.error());
            return;
        }
        m_database = std::move(opened->database);
        Q_EMIT m_store->opened(opened->message());
        if (const Status done = dropOldest(); !done)
            fail(done.error());
    }

    void load()
    {
        std::vector<Record> records;
        if (m_database) {
            if (const Status done = read(records); !done)
                fail(done.error());
        }
        std::reverse(records.begin(), records.end());
        Q_EMIT m_store->loaded(records);
    }

    void save(const Record &record)
    {
        if (!m_database)
            return;
        const QByteArray body = recordToJson(*record, m_limits.maxReply).toText();
        const CallRequest &request = record->request;
        const QByteArray object = request.target.label().toUtf8();
        const QByteArray member = request.member.toUtf8();
        const QByteArray arguments = request.argumentText.toUtf8();
        auto insert = m_database->prepare("INSERT OR REPLACE INTO pyrolens_calls VALUES (?, ?, ?, ?, ?, ?)");
        if (!insert) {
            fail(insert.error());
            return;
        }
        insert->bind(1, qint64(request.id))
            .bindText(2, object)
            .bindText(3, member)
            .bindText(4, arguments)
            .bind(5, body.size())
            .bindBlob(6, body);
        if (const Status done = insert->run(); !done) {
            fail(done.error());
            return;
        }
        m_bytes += body.size();
        if (m_bytes > m_limits.maxBytes) {
            if (const Status done = dropOldest(); !done)
                fail(done.error());
        }
    }

    void forget(const QList<quint64> &ids)
    {
        if (!m_database)
            return;
        const Status done = m_database->transaction([&]() -> Status {
            auto remove = m_database->prepare("DELETE FROM pyrolens_calls WHERE id = ?");
            if (!remove)
                return remove.error();
            for (const quint64 id : ids) {
                if (const Status removed = remove->bind(1, qint64(id)).run(); !removed)
                    return removed;
            }
            return Done{};
        });
        if (!done)
            fail(done.error());
    }

    void close() { m_database.reset(); }

private:
    Status read(std::vector<Record> &records)
    {
        auto rows = m_database->prepare("SELECT body FROM pyrolens_calls ORDER BY id DESC LIMIT ?");
        if (!rows)
            return rows.error();
        rows->bind(1, qint64(m_limits.loadRows));
        qint64 bytes = 0;
        while (true) {
            const auto more = rows->step();
            if (!more)
                return more.error();
            if (!*more)
                return Done{};
            const QByteArray body = rows->bytes(0);
            bytes += body.size();
            if (bytes > m_limits.loadBytes)
                return Done{};
            // A row that does not read costs that row, not the history.
            const auto json = Json::parse(body);
            auto record = json ? recordFromJson(*json) : Result<CallRecord>(json.error());
            if (record && record->outcome == CallRecord::Outcome::Running) {
                record->outcome = CallRecord::Outcome::LocalError;
                record->error
                    = Error::disconnected(QStringLiteral("the program ended before the reply came"));
            }
            if (record)
                records.push_back(std::make_shared<const CallRecord>(std::move(*record)));
        }
    }

    /// Down to nine tenths, so that a full history does not shrink at every call.
    Status dropOldest()
    {
        auto sum = m_database->integer("SELECT coalesce(sum(size), 0) FROM pyrolens_calls");
        if (!sum)
            return sum.error();
        m_bytes = *sum;
        if (m_bytes <= m_limits.maxBytes)
            return Done{};
        auto remove = m_database->prepare(
            "DELETE FROM pyrolens_calls WHERE id NOT IN (SELECT id FROM (SELECT id, sum(size) OVER "
            "(ORDER BY id DESC) AS newer FROM pyrolens_calls) WHERE newer <= ?)");
        if (!remove)
            return remove.error();
        if (const Status done = remove->bind(1, m_limits.maxBytes / 10 * 9).run(); !done)
            return done;
        sum = m_database->integer("SELECT coalesce(sum(size), 0) FROM pyrolens_calls");
        if (!sum)
            return sum.error();
        m_bytes = *sum;
        return Done{};
    }

    void fail(const Error &error)
    {
        m_database.reset();
        Q_EMIT m_store->failed(error);
    }

    HistoryStore *m_store;
    QString m_file;
    HistoryLimits m_limits;
    std::unique_ptr<storage::Database> m_database;
    qint64 m_bytes = 0;
};

HistoryStore::HistoryStore(const QString &file, const HistoryLimits &limits, QObject *parent)
    : QObject(parent), m_worker(new Worker(this, file, limits))
{
    m_worker->moveToThread(&m_thread);
    m_thread.setObjectName(QStringLiteral("history"));
    m_thread.start();
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker] { worker->open(); }, Qt::QueuedConnection);
}

HistoryStore::~HistoryStore()
{
    QMetaObject::invokeMethod(
        m_worker,
        [worker = m_worker] {
            worker->close();
            worker->deleteLater();
            QThread::currentThread()->quit();
        },
        Qt::QueuedConnection);
    m_thread.wait();
}

void HistoryStore::load()
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker] { worker->load(); }, Qt::QueuedConnection);
}

void HistoryStore::save(const Record &record)
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, record] { worker->save(record); }, Qt::QueuedConnection);
}

void HistoryStore::forget(const QList<quint64> &ids)
{
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, ids] { worker->forget(ids); }, Qt::QueuedConnection);
}

} // namespace pyrolens
