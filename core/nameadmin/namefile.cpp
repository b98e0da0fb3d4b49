// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "namefile_p.h"

#include <pyrolens/value/tagged.h>

namespace pyrolens {

namespace {

constexpr qint64 kChunk = 64 * 1024;
constexpr size_t kNamesAStep = 1'000;

Error deviceError(const QIODevice &device)
{
    return Error::usage(device.errorString());
}

} // namespace

Json metaJson(const Value &meta)
{
    return toTagged(meta, TaggedStyle::Wire);
}

Status NameFileReader::Parser::give(NameFileRow row)
{
    if (++m_count > m_limits.maxNames)
        return Error::limit(QStringLiteral("The file has more than %1 names.").arg(m_limits.maxNames),
            QStringLiteral("names.count"));
    m_take(std::move(row));
    return Done{};
}

Error NameFileReader::Parser::formError(const QString &what, qint64 line) const
{
    return Error::protocol(QStringLiteral("Line %1: %2").arg(line).arg(what), QStringLiteral("names.form"));
}

QString NameFileReader::Parser::tooLong() const
{
    return QStringLiteral("longer than %1 bytes").arg(m_limits.maxEntryBytes);
}

void NameFileReader::Parser::readMeta(NameFileRow &row, const Json &tagged) const
{
    Result<Value> meta = fromTagged(tagged, m_limits.values);
    if (meta)
        row.registration.meta = std::move(*meta);
    else
        row.problem = QStringLiteral("meta: ") + meta.error().what;
}

NameFileReader::NameFileReader(NameFileFormat format, Take take, NameFileLimits limits)
    : m_parser(format == NameFileFormat::Json ? makeJsonNames(std::move(take), limits)
                                              : makeCsvNames(std::move(take), limits))
    , m_limits(std::move(limits))
{ }

NameFileReader::~NameFileReader() = default;

Status NameFileReader::feed(QByteArrayView bytes)
{
    m_bytes += bytes.size();
    if (m_bytes > m_limits.maxFileBytes)
        return Error::limit(QStringLiteral("The file is longer than %1 bytes.").arg(m_limits.maxFileBytes),
            QStringLiteral("names.size"));
    return m_parser->feed(bytes);
}

Status NameFileReader::end()
{
    return m_parser->end();
}

Result<std::vector<NameFileRow>> readNames(
    QIODevice &device, NameFileFormat format, const NameFileLimits &limits, const KeepOn &keepOn)
{
    std::vector<NameFileRow> rows;
    NameFileReader reader(
        format, [&rows](NameFileRow row) { rows.push_back(std::move(row)); }, limits);
    QByteArray chunk(kChunk, Qt::Uninitialized);
    qint64 done = 0;
    while (true) {
        const qint64 got = device.read(chunk.data(), chunk.size());
        if (got < 0)
            return deviceError(device);
        if (got == 0)
            break;
        if (const Status fed = reader.feed(QByteArrayView(chunk.constData(), got)); !fed)
            return fed.error();
        done += got;
        if (keepOn && !keepOn(done))
            return Error::cancelled(QStringLiteral("cancelled"));
    }
    if (const Status ended = reader.end(); !ended)
        return ended.error();
    return rows;
}

Status writeNames(
    QIODevice &device, NameFileFormat format, const std::vector<Registration> &names, const KeepOn &keepOn)
{
    const bool json = format == NameFileFormat::Json;
    QByteArray out
        = json ? R"({"format": "pyrolens-names", "version": 1, "names": [)" : "name,kind,uri,meta\r\n";
    for (size_t i = 0; i < names.size(); ++i) {
        if (json)
            out += (i == 0 ? "\n" : ",\n") + jsonLine(names[i]);
        else
            out += csvLine(names[i]);
        if (out.size() >= kChunk) {
            if (device.write(out) != out.size())
                return deviceError(device);
            out.clear();
        }
        if (i % kNamesAStep == 0 && keepOn && !keepOn(qint64(i)))
            return Error::cancelled(QStringLiteral("cancelled"));
    }
    if (json)
        out += "\n]}\n";
    return device.write(out) == out.size() ? Status(Done{}) : Status(deviceError(device));
}

NameFileFormat nameFileFormat(const QString &path)
{
    return path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive) ? NameFileFormat::Csv
                                                                     : NameFileFormat::Json;
}

} // namespace pyrolens
