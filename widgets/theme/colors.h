// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QColor>
#include <QPalette>

namespace pyrolens {

/// The few colours that mean something. Neutral colours come from the palette; these are ours, one table per
/// scheme. A state is never shown by colour alone: an icon or a word stands beside it.
enum class ColorRole : quint8 {
    Accent,   ///< the one primary action of a view, and focus marks
    OnAccent, ///< text on an accent surface
    Ok,
    Warning,
    Error,
    Sent,     ///< bytes that left
    Received, ///< bytes that came
    Changed,  ///< background of what has just changed
    Hairline,
    Muted,      ///< secondary text
    Hover,      ///< background under the pointer
    NumberText, ///< numbers in values
    StringText, ///< text in values
    BytesText,  ///< bytes in values
    NameText,   ///< names: keys, classes, methods
};

enum class Scheme : quint8 { Light, Dark };

/// The scheme a palette belongs to, by the luminance of its base colour.
Scheme schemeOf(const QPalette &palette);
/// The colour for a role beside the neutrals of `palette`.
QColor themeColor(ColorRole role, const QPalette &palette);
QColor themeColor(ColorRole role, Scheme scheme);
/// Our built-in neutrals.
QPalette builtInPalette(Scheme scheme);
/// WCAG contrast ratio of two opaque colours, 1 to 21.
double contrastRatio(const QColor &a, const QColor &b);
/// `over` laid on `under` with the given opacity, opaque.
QColor blend(const QColor &under, const QColor &over, double opacity);

} // namespace pyrolens
