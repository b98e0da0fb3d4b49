// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "codeexchange.h"

#include <QCoreApplication>
#include <QFile>
#include <QPointer>
#include <QSaveFile>
#include <QThreadPool>

namespace pyrolens {

namespace {

Result<QByteArray> codeOf(const CodeModel::Row &row, const std::shared_ptr<CodeStore> &store,
    const std::shared_ptr<ModuleFolder> &modules)
{
    if (row.isReceived && store)
        return store->code(row.sha256);
    if (!row.isReceived && modules)
        return modules->module(row.module);
    return Error::usage(QStringLiteral("'%1' is not there any more").arg(row.module));
}

} // namespace

CodeExchange::CodeExchange(QString storeFolder, QObject *parent)
    : QObject(parent), m_storeFolder(std::move(storeFolder))
{ }

CodeExchange::~CodeExchange() = default;

/// Runs `work` on a worker and `then` with its result here, unless this is gone by then.
template <class Work, class Then>
void CodeExchange::inWorker(Work work, Then then)
{
    QThreadPool::globalInstance()->start([self = QPointer<CodeExchange>(this), work, then] {
        auto result = work();
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [self, then, result] {
                if (self)
                    then(result);
            },
            Qt::QueuedConnection);
    });
}

void CodeExchange::choose(bool accept, const QString &folder)
{
    inWorker(
        [accept, folder, store = m_storeFolder]() -> Result<Opened> {
            Opened parts;
            if (accept) {
                auto made = CodeStore::open(store);
                if (!made)
                    return made.error();
                parts.first = *made;
            }
            if (!folder.isEmpty()) {
                auto made = ModuleFolder::open(folder);
                if (!made)
                    return made.error();
                parts.second = *made;
            }
            return parts;
        },
        [this, accept, folder](const Result<Opened> &parts) {
            if (parts)
                opened(*parts, accept, folder);
            else
                Q_EMIT problem(parts.error().what);
        });
}

void CodeExchange::opened(const Opened &parts, bool accept, const QString &folder)
{
    m_accept = accept;
    m_folder = folder;
    m_store = parts.first;
    m_modules = parts.second;
    std::shared_ptr<MobileCode> code;
    if (m_store || m_modules) {
        code = std::make_shared<MobileCode>();
        code->sink = m_store;
        code->source = m_modules;
    }
    if (m_store) {
        // Emitted on the connections' threads, so queued.
        connect(m_store.get(), &CodeStore::received, this, &CodeExchange::list);
        connect(m_store.get(), &CodeStore::removed, this, &CodeExchange::list);
    }
    list();
    Q_EMIT changed(code);
}

void CodeExchange::list()
{
    m_model.setReceived(m_store ? m_store->entries() : std::vector<CodeEntry>());
    if (!m_modules) {
        m_model.setOffered({}, {});
        return;
    }
    inWorker([modules = m_modules] { return modules->modules(); },
        [this, modules = m_modules](const std::vector<OfferedModule> &found) {
            if (modules == m_modules)
                m_model.setOffered(modules->folder(), found);
        });
}

void CodeExchange::read(const CodeModel::Row &row)
{
    inWorker([row, store = m_store, modules = m_modules] { return codeOf(row, store, modules); },
        [this, module = row.module](const Result<QByteArray> &code) {
            Q_EMIT codeRead(module, code ? *code : QByteArray(), code ? QString() : code.error().what);
        });
}

void CodeExchange::save(const CodeModel::Row &row, const QString &file)
{
    inWorker(
        [row, file, store = m_store, modules = m_modules]() -> Status {
            const auto code = codeOf(row, store, modules);
            if (!code)
                return code.error();
            QSaveFile target(file);
            if (!target.open(QIODevice::WriteOnly) || target.write(*code) != code->size() || !target.commit())
                return Error::usage(QStringLiteral("'%1': %2").arg(file, target.errorString()));
            return Done();
        },
        [this](const Status &saved) {
            if (!saved)
                Q_EMIT problem(saved.error().what);
        });
}

void CodeExchange::remove(const QByteArray &sha256)
{
    inWorker([sha256, store = m_store]() -> Status { return store ? store->remove(sha256) : Status(Done()); },
        [this](const Status &removed) {
            if (!removed)
                Q_EMIT problem(removed.error().what);
        });
}

} // namespace pyrolens
