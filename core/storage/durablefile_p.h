// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <QString>

namespace pyrolens::storage {

/// Renames a file and makes the renaming durable; an existing target is replaced in one step.
Status renameDurably(const QString &from, const QString &to);
/// Copies through a temporary file in the target's folder: after a crash the target is the old or the new
/// one, whole.
Status copyDurably(const QString &from, const QString &to);
Status syncFolderOf(const QString &path);

} // namespace pyrolens::storage
