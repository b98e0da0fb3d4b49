// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "registration.h"

#include <pyrolens/base/limits.h>
#include <pyrolens/base/result.h>

#include <QByteArrayView>
#include <QIODevice>

#include <functional>
#include <memory>

namespace pyrolens {

/// The names of a name server in a file.
///
/// JSON (UTF-8), an object whose list has one line a name, sorted, so that two exports compare well:
///
///     {"format": "pyrolens-names", "version": 1, "names": [
///     {"name": ":lab", "group": true},
///     {"name": ":lab.pump", "uri": "PYRO://10.0.0.7:7766/7f...", "meta": [{"$str": "room 7"}, 3]}
///     ]}
///
/// `meta` is the user's meta information in the tagged form that value/tagged.h tells of (style
/// Wire), and missing when there is none; `group` marks groups, which have no URI. Other members are ignored.
///
/// CSV (UTF-8, RFC 4180), the first line names the columns in any order: `name` (needed), `kind` ("name",
/// "group" or empty), `uri`, `meta` (the same tagged form as JSON text; empty = none). Commas, semicolons or
/// tabs between cells, as the first line has it; we write commas. A cell that a spreadsheet would take for a
/// formula (= + - @ tab CR LF in front) gets an apostrophe before it, which reading takes away again.
enum class NameFileFormat : quint8 { Json, Csv };

/// What reading a file stops at. Plain data.
struct NameFileLimits
{
    qint64 maxNames = 1'000'000;
    qint64 maxFileBytes = 1024 * 1024 * 1024;
    qint64 maxEntryBytes = 1024 * 1024; ///< of one name's text; longer ones are invalid, the rest is read
    int maxDepth = 1'000;               ///< of the JSON of one name; a level of a value takes up to three
    Limits values;                      ///< of the meta information
};

/// One name of a file, or what is wrong with it. Plain data.
struct NameFileRow
{
    Registration registration; ///< as far as it could be read
    qint64 line = 0;           ///< where it begins, from 1 on; 0 = not from a file
    QString problem;           ///< English words; empty = good
};

/// Takes a file apart bit by bit: give it bytes as they come, then call end(). What it keeps of them is one
/// entry. Thread-bound, without an event loop.
class NameFileReader
{
public:
    using Take = std::function<void(NameFileRow)>;

    NameFileReader(NameFileFormat format, Take take, NameFileLimits limits = {});
    ~NameFileReader();
    /// \return Protocol "names.form" with the line when the file as a whole is no such file (an entry that is
    /// wrong is a row with a problem), Limit "names.count" or "names.size". After an error nothing more
    /// should be fed.
    Status feed(QByteArrayView bytes);
    Status end();

    class Parser; ///< of one format

private:
    std::unique_ptr<Parser> m_parser;
    const NameFileLimits m_limits;
    qint64 m_bytes = 0;
};

/// Told the bytes or names so far now and then. \return false to give up, which ends with Cancelled.
using KeepOn = std::function<bool(qint64 done)>;

/// Reads a whole file; any thread that may wait for a disk. The same errors, and Usage when the device fails.
Result<std::vector<NameFileRow>> readNames(
    QIODevice &device, NameFileFormat format, const NameFileLimits &limits = {}, const KeepOn &keepOn = {});

/// Writes names, one after the other; what has been written is not kept. \return Usage when the device fails.
Status writeNames(QIODevice &device, NameFileFormat format, const std::vector<Registration> &names,
    const KeepOn &keepOn = {});

/// By the end of a file's name: ".csv" (any letter case) is CSV, all else JSON.
NameFileFormat nameFileFormat(const QString &path);

} // namespace pyrolens
