// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QtGlobal>

#include <optional>
#include <utility>
#include <vector>

namespace pyrolens {

/// The points of one number over time, in a ring: the oldest make room for new ones. Plain data, one thread.
class Series
{
public:
    static constexpr qsizetype kDefaultCapacity = 100'000;

    explicit Series(qsizetype capacity = kDefaultCapacity);

    /// `time` in seconds; one that goes backwards counts as the last one. A value that is no finite number
    /// is left out.
    void append(double time, double value);
    void clear();

    qsizetype size() const { return qsizetype(m_points.size()); }
    bool isEmpty() const { return m_points.empty(); }
    double timeAt(qsizetype index) const { return at(index).first; } ///< 0 is the oldest
    double valueAt(qsizetype index) const { return at(index).second; }
    qsizetype firstAtOrAfter(double time) const;          ///< size() when there is none
    std::optional<double> valueAtTime(double time) const; ///< of the last point until then

    /// What one pixel column holds.
    struct Column
    {
        double min = 0;
        double max = 0;
        double first = 0;
        double last = 0;
        qsizetype count = 0;
    };
    /// The span from `from` to `to` cut into `width` columns.
    std::vector<Column> columns(double from, double to, int width) const;
    /// Smallest and largest value of that span; nothing when it holds no point.
    std::optional<std::pair<double, double>> range(double from, double to) const;

private:
    using Point = std::pair<double, double>;
    const Point &at(qsizetype index) const;

    std::vector<Point> m_points;
    qsizetype m_capacity;
    qsizetype m_head = 0; ///< place of the oldest once the ring is full
};

} // namespace pyrolens
