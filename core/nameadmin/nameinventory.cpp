// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "nameinventory.h"

#include <algorithm>

namespace pyrolens {

namespace {

// Requests that wait at the client while one is under way: enough that the next one never waits for us.
constexpr size_t kAhead = 16;
constexpr size_t kProgressSteps = 200;

} // namespace

NameInventory::NameInventory(
    std::shared_ptr<const ClientContext> context, NameServerAddress address, QObject *parent)
    : QObject(parent), m_client(std::move(context), std::move(address))
{ }

NameInventory::~NameInventory() = default;

void NameInventory::read(Wants wants)
{
    ++m_run;
    m_client.cancel();
    m_wants = std::move(wants);
    m_names.clear();
    m_wanted.clear();
    m_gone.clear();
    m_next = m_done = 0;
    m_running = true;
    m_client.listAll(true, this, [this, run = m_run](const Result<std::vector<NameEntry>> &entries) {
        if (run != m_run)
            return;
        if (entries)
            listed(*entries);
        else
            fail(entries.error());
    });
}

void NameInventory::cancel()
{
    if (!m_running)
        return;
    ++m_run;
    m_client.cancel();
    fail(Error::cancelled(QStringLiteral("cancelled")));
}

void NameInventory::fail(const Error &error)
{
    m_running = false;
    m_names.clear();
    Q_EMIT failed(error);
}

void NameInventory::listed(std::vector<NameEntry> entries)
{
    std::sort(entries.begin(), entries.end(),
        [](const NameEntry &a, const NameEntry &b) { return a.name < b.name; });
    m_names.reserve(entries.size());
    const Generation *generation = m_client.generation();
    const bool isFlat = generation && !generation->info().features.hierarchicalNames;
    for (NameEntry &entry : entries) {
        if (!isFlat && (!m_wants || m_wants(entry)))
            m_wanted.push_back(m_names.size());
        m_names.push_back({std::move(entry.name), std::move(entry.uri),
            isFlat ? metaOfTags(entry.tags) : Value(), entry.isGroup});
    }
    const quint64 run = m_run;
    Q_EMIT progress(0, int(m_wanted.size()));
    if (run == m_run) // nobody has called it off
        askMore();
}

void NameInventory::askMore()
{
    const quint64 run = m_run;
    while (m_next < m_wanted.size() && m_next - m_done < kAhead) {
        const size_t index = m_wanted[m_next++];
        m_client.meta(m_names[index].name, this, [this, run, index](const Result<Value> &meta) {
            if (run == m_run)
                taken(index, meta);
        });
    }
    if (m_done < m_wanted.size())
        return;
    m_running = false;
    std::sort(m_gone.begin(), m_gone.end(), std::greater<>());
    for (const size_t index : m_gone)
        m_names.erase(m_names.begin() + qptrdiff(index));
    Q_EMIT finished(std::make_shared<const std::vector<Registration>>(std::exchange(m_names, {})));
}

void NameInventory::taken(size_t index, const Result<Value> &meta)
{
    if (meta)
        m_names[index].meta = *meta;
    else if (meta.error().kind != Error::Kind::Remote) {
        ++m_run;
        m_client.cancel();
        fail(meta.error());
        return;
    } else if (meta.error().remote && meta.error().remote->className.endsWith(QLatin1String("NamingError")))
        m_gone.push_back(index);
    // Any other error of the server: it has no meta information for us, the name counts all the same.
    ++m_done;
    const size_t step = std::max<size_t>(1, m_wanted.size() / kProgressSteps);
    const quint64 run = m_run;
    if (m_done % step == 0 || m_done == m_wanted.size())
        Q_EMIT progress(int(m_done), int(m_wanted.size()));
    if (run == m_run)
        askMore();
}

} // namespace pyrolens
