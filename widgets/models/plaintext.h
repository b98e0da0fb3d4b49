// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QString>
#include <QStringView>

namespace pyrolens {

/// A stranger's text made safe to look at in one line: control characters, line breaks, bidirectional
/// overrides and invisible separators become marked symbols (U+2400 block, or <U+202E>). Cut at `maxChars`
/// with an ellipsis.
QString visibleText(QStringView text, qsizetype maxChars = 300);
/// The same, keeping line breaks and tabs.
QString visibleLines(QStringView text, qsizetype maxChars = -1);
/// True for a character that visibleText() replaces.
bool isInvisible(char32_t character);

/// "212 B", "4.1 KB", in the words of the locale.
QString sizeText(qint64 bytes);
/// "4.1 ms", "820 us", "1.25 s".
QString durationText(qint64 nanoseconds);

} // namespace pyrolens
