// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QFont>
#include <QFontMetrics>
#include <QWidget>

/// Sizes that all views share: a 4 px grid and lengths in em, so that a larger font scales everything.
namespace pyrolens::metrics {

inline constexpr int kGrid = 4;
inline constexpr int kGapSmall = 4;
inline constexpr int kGap = 8;
inline constexpr int kGapLarge = 12;
inline constexpr int kPanelMargin = 8;
inline constexpr int kPageMargin = 12;
inline constexpr int kIcon = 16;
inline constexpr int kHitTarget = 24; ///< smallest clickable edge
inline constexpr int kRadius = 4;

enum class Density : quint8 { Compact, Normal };

/// Height of a list row: 24 px compact and 28 px normal with the usual font, more with a larger one.
int rowHeight(const QFont &font, Density density = Density::Compact);
/// Width of `count` em (an em is the font's height here, as layouts are meant to follow the text size).
int em(const QFont &font, double count);

QFont titleFont(QFont base);   ///< 1.15 em, semibold
QFont captionFont(QFont base); ///< 0.9 em; to be drawn in the muted colour
/// The system's fixed font in the size of `base`: for data only (values, URIs, bytes, code).
QFont dataFont(const QFont &base);

} // namespace pyrolens::metrics
