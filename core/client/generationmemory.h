// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <QHash>
#include <QString>

#include <mutex>

namespace pyrolens {

/// Which generation answered at an endpoint last, where the spelling of a URI leaves it open: `PYRO:` URIs
/// are those of Pyro 4 and of Pyro 5. Thread-safe.
class GenerationMemory
{
public:
    /// More endpoints than this are not kept: all are forgotten and found out again.
    static constexpr qsizetype kMaxEndpoints = 4'096;

    /// \param endpoint "host:port". \return the number, 0 = not known.
    int find(const QString &endpoint) const;
    void remember(const QString &endpoint, int generation);
    void forget(const QString &endpoint);

private:
    mutable std::mutex m_mutex; // guards m_known
    QHash<QString, int> m_known;
};

} // namespace pyrolens
