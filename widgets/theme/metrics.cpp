// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "metrics.h"

#include <QFontDatabase>

#include <algorithm>
#include <cmath>

namespace pyrolens::metrics {

namespace {

void scale(QFont &font, double factor)
{
    if (font.pointSizeF() > 0)
        font.setPointSizeF(font.pointSizeF() * factor);
    else
        font.setPixelSize(std::max(1, int(std::lround(font.pixelSize() * factor))));
}

} // namespace

int rowHeight(const QFont &font, Density density)
{
    const int padding = density == Density::Compact ? 6 : 10;
    const int least = density == Density::Compact ? 24 : 28;
    const int wanted = QFontMetrics(font).height() + padding;
    return std::max(least, (wanted + kGrid - 1) / kGrid * kGrid);
}

int em(const QFont &font, double count)
{
    return int(std::lround(QFontMetrics(font).height() * count));
}

QFont titleFont(QFont base)
{
    scale(base, 1.15);
    base.setWeight(QFont::DemiBold);
    return base;
}

QFont captionFont(QFont base)
{
    scale(base, 0.9);
    return base;
}

QFont dataFont(const QFont &base)
{
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (base.pointSizeF() > 0)
        fixed.setPointSizeF(base.pointSizeF());
    else
        fixed.setPixelSize(base.pixelSize());
    fixed.setStyleHint(QFont::Monospace);
    return fixed;
}

} // namespace pyrolens::metrics
