// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "incoming_p.h"

#include <pyrolens/value/literal.h>

#include <algorithm>

namespace pyrolens {

namespace {

constexpr size_t kMaxWaiting = 20'000;   ///< calls not yet fetched; more are counted but not listed
constexpr qsizetype kMaxRefusals = 100;  ///< not yet fetched
constexpr qsizetype kMaxObjects = 1'000; ///< whose methods are counted one by one
constexpr qsizetype kMaxMethods = 200;   ///< of one object; callers choose the names
constexpr qsizetype kArgumentChars = 300;

QString argumentsOf(const ServedCall &call, Dialect dialect)
{
    PrintOptions options;
    options.dialect = dialect;
    options.maxNodes = 200;
    options.maxChars = kArgumentChars;
    QStringList parts;
    for (const Value &one : call.args.items()) {
        parts.append(toPython(one, options));
        if (parts.size() > 20)
            break;
    }
    for (const auto &[name, value] : call.kwargs.pairs()) {
        parts.append(name.toText() + u'=' + toPython(value, options));
        if (parts.size() > 40)
            break;
    }
    return parts.join(QStringLiteral(", ")).left(kArgumentChars);
}

} // namespace

void Incoming::served(const ServedCall &call)
{
    IncomingCall row;
    row.host = m_host;
    row.time = QDateTime::currentDateTime();
    row.caller = call.peer.toString();
    row.identity = call.identity;
    row.object = call.object;
    row.method = QString::fromUtf8(call.method.left(kArgumentChars));
    const Generation *caller = m_catalogue->find(call.generation);
    row.arguments = argumentsOf(call, caller != nullptr ? caller->info().dialect : Dialect::Python3);
    row.oneway = call.oneway;
    row.failed = call.error.has_value();
    if (call.error)
        row.error = call.error->what.left(kArgumentChars);
    row.nanoseconds = call.duration.count();

    const QMutexLocker lock(&m_mutex);
    ++m_calls;
    m_errors += row.failed;
    if (m_methods.size() < kMaxObjects || m_methods.contains(row.object)) {
        auto &counts = m_methods[row.object];
        if (counts.size() < kMaxMethods || counts.contains(row.method))
            ++counts[row.method];
    }
    if (m_waiting.size() < kMaxWaiting)
        m_waiting.push_back(std::move(row));
}

void Incoming::refused(const Endpoint &peer, const Error &error)
{
    const QMutexLocker lock(&m_mutex);
    if (m_refusals.size() < kMaxRefusals)
        m_refusals.append(QStringLiteral("%1 was refused: %2").arg(peer.toString(), error.what));
}

std::vector<IncomingCall> Incoming::take()
{
    const QMutexLocker lock(&m_mutex);
    return std::exchange(m_waiting, {});
}

QStringList Incoming::takeRefusals()
{
    const QMutexLocker lock(&m_mutex);
    return std::exchange(m_refusals, {});
}

std::vector<std::pair<QString, qint64>> Incoming::methods(const QByteArray &object) const
{
    std::vector<std::pair<QString, qint64>> result;
    {
        const QMutexLocker lock(&m_mutex);
        const auto found = m_methods.constFind(object);
        if (found == m_methods.cend())
            return result;
        for (auto one = found->cbegin(); one != found->cend(); ++one)
            result.emplace_back(one.key(), one.value());
    }
    std::sort(result.begin(), result.end(), [](const auto &a, const auto &b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    return result;
}

qint64 Incoming::calls() const
{
    const QMutexLocker lock(&m_mutex);
    return m_calls;
}

qint64 Incoming::errors() const
{
    const QMutexLocker lock(&m_mutex);
    return m_errors;
}

} // namespace pyrolens
