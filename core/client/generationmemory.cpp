// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generationmemory.h"

namespace pyrolens {

int GenerationMemory::find(const QString &endpoint) const
{
    const std::scoped_lock lock(m_mutex);
    return m_known.value(endpoint);
}

void GenerationMemory::remember(const QString &endpoint, int generation)
{
    const std::scoped_lock lock(m_mutex);
    if (m_known.size() >= kMaxEndpoints && !m_known.contains(endpoint))
        m_known.clear();
    m_known.insert(endpoint, generation);
}

void GenerationMemory::forget(const QString &endpoint)
{
    const std::scoped_lock lock(m_mutex);
    m_known.remove(endpoint);
}

} // namespace pyrolens
