// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "namefile.h"

#include <pyrolens/base/json.h>

namespace pyrolens {

/// What the two formats have in common: rows are counted, lines too.
class NameFileReader::Parser
{
public:
    Parser(Take take, const NameFileLimits &limits) : m_take(std::move(take)), m_limits(limits) { }
    virtual ~Parser() = default;
    Q_DISABLE_COPY_MOVE(Parser)
    virtual Status feed(QByteArrayView bytes) = 0;
    virtual Status end() = 0;

protected:
    Status give(NameFileRow row);
    Error formError(const QString &what, qint64 line) const;
    /// Sets the meta information of a row, or says why not.
    void readMeta(NameFileRow &row, const Json &tagged) const;
    QString tooLong() const;

    const Take m_take;
    const NameFileLimits m_limits;
    qint64 m_line = 1; ///< of the byte that is looked at
    qint64 m_count = 0;
};

std::unique_ptr<NameFileReader::Parser> makeJsonNames(
    NameFileReader::Take take, const NameFileLimits &limits);
std::unique_ptr<NameFileReader::Parser> makeCsvNames(NameFileReader::Take take, const NameFileLimits &limits);

/// One name as it stands in a file, without what stands between names in JSON.
QByteArray jsonLine(const Registration &one);
QByteArray csvLine(const Registration &one);

/// The tagged form of meta information, as both formats write it.
Json metaJson(const Value &meta);

} // namespace pyrolens
