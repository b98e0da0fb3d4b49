// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "colors.h"

#include <QIcon>
#include <QString>

#include <optional>

namespace pyrolens {

/// An icon of our monochrome set by its freedesktop name ("view-refresh"), tinted when it is painted: with
/// the text colour of the application's palette, so it follows a change of theme, or with the colour of a
/// role. Strokes are 1.5 px at every size. An unknown name asserts; it is a bug of ours.
QIcon themeIcon(const QString &name, std::optional<ColorRole> role = {});

/// The same as a pixmap in one given colour, for delegates. `size` in device-independent pixels.
QPixmap iconPixmap(const QString &name, const QColor &color, int size, qreal devicePixelRatio);

} // namespace pyrolens
