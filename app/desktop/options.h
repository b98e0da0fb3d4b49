// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QSize>
#include <QString>
#include <QStringList>

#include <optional>

namespace pyrolens {

/// The command line of the desktop program. Plain data.
struct Options
{
    bool demo = false;
    QString screenshot; ///< file to write a picture of the window to
    bool quitAfterScreenshot = false;
    QString profileDir;
    QString theme; ///< "light", "dark", "system"; empty: as set
    std::optional<QSize> size;
    QStringList places; ///< hosts and URIs to open; a URI only opens a page, it never calls

    QString error; ///< a mistake in the command line, or empty
    QString help;  ///< text of --help or --version when that was asked for
    static Options parse(const QStringList &arguments);
};

} // namespace pyrolens
