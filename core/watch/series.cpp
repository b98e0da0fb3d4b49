// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "series.h"

#include <algorithm>
#include <cmath>

namespace pyrolens {

Series::Series(qsizetype capacity) : m_capacity(std::max<qsizetype>(capacity, 1)) { }

const Series::Point &Series::at(qsizetype index) const
{
    const qsizetype place = m_head + index;
    return m_points[size_t(place < size() ? place : place - size())];
}

void Series::append(double time, double value)
{
    if (!std::isfinite(time) || !std::isfinite(value))
        return;
    if (!m_points.empty())
        time = std::max(time, timeAt(size() - 1));
    if (size() < m_capacity) {
        m_points.emplace_back(time, value);
        return;
    }
    m_points[size_t(m_head)] = {time, value};
    m_head = m_head + 1 < m_capacity ? m_head + 1 : 0;
}

void Series::clear()
{
    m_points.clear();
    m_head = 0;
}

qsizetype Series::firstAtOrAfter(double time) const
{
    qsizetype low = 0;
    qsizetype high = size();
    while (low < high) {
        const qsizetype middle = low + (high - low) / 2;
        if (timeAt(middle) < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

std::optional<double> Series::valueAtTime(double time) const
{
    qsizetype index = firstAtOrAfter(time);
    if (index == size() || timeAt(index) > time)
        --index;
    if (index < 0)
        return std::nullopt;
    return valueAt(index);
}

std::vector<Series::Column> Series::columns(double from, double to, int width) const
{
    std::vector<Column> result(size_t(std::max(width, 0)));
    if (width <= 0 || !(to > from))
        return result;
    const double scale = width / (to - from);
    for (qsizetype i = firstAtOrAfter(from); i < size(); ++i) {
        const auto &[time, value] = at(i);
        if (time > to)
            break;
        Column &column = result[size_t(std::min(int((time - from) * scale), width - 1))];
        if (column.count++ == 0) {
            column.min = column.max = column.first = value;
        } else {
            column.min = std::min(column.min, value);
            column.max = std::max(column.max, value);
        }
        column.last = value;
    }
    return result;
}

std::optional<std::pair<double, double>> Series::range(double from, double to) const
{
    std::optional<std::pair<double, double>> result;
    for (qsizetype i = firstAtOrAfter(from); i < size(); ++i) {
        const auto &[time, value] = at(i);
        if (time > to)
            break;
        if (!result)
            result.emplace(value, value);
        result->first = std::min(result->first, value);
        result->second = std::max(result->second, value);
    }
    return result;
}

} // namespace pyrolens
