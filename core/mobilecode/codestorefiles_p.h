// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "codestore.h"

namespace pyrolens::codefiles {

bool isHash(QByteArrayView text);
QByteArray hashOf(QByteArrayView code);
/// "FOLDER/<sha256>.code" and "FOLDER/<sha256>.json".
QString codePath(const QString &folder, const QByteArray &sha256);
QString notePath(const QString &folder, const QByteArray &sha256);
/// Replaces a file as a whole, for its owner only.
Status writeFile(const QString &path, const QByteArray &bytes);
QByteArray toNote(const CodeEntry &entry);
/// Nothing when the note is damaged or does not fit its file name and the code beside it.
std::optional<CodeEntry> readEntry(const QString &folder, const QByteArray &sha256, int maxOrigins);
/// All good entries of a folder, oldest first.
std::vector<CodeEntry> readEntries(const QString &folder, const CodeStoreLimits &limits);

} // namespace pyrolens::codefiles
