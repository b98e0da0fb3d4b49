// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "compression.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace pyrolens {

namespace {

// Before this much output the ratio says nothing: short texts of one repeated character are honest.
constexpr qint64 kRatioFreeBytes = 1024 * 1024;
constexpr qint64 kFirstBlock = 16 * 1024;

class Inflater final
{
public:
    Inflater() { m_ready = ::inflateInit(&m_stream) == Z_OK; }
    ~Inflater()
    {
        if (m_ready)
            ::inflateEnd(&m_stream);
    }
    Inflater(const Inflater &) = delete;
    Inflater &operator=(const Inflater &) = delete;

    bool isReady() const { return m_ready; }
    z_stream &stream() { return m_stream; }

private:
    z_stream m_stream = {};
    bool m_ready = false;
};

Error corrupt(const char *what, qint64 offset)
{
    return Error::protocol(
        QStringLiteral("compressed data: ") + QLatin1String(what), QStringLiteral("zip.corrupt"), offset);
}

Bytef *zlibBytes(const char *data)
{
    // zlib's next_in is not const in every build of zlib; it never writes there.
    return const_cast<Bytef *>(reinterpret_cast<const Bytef *>(data));
}

uInt zlibSize(qint64 size)
{
    return uInt(std::min<qint64>(size, std::numeric_limits<uInt>::max()));
}

} // namespace

Result<QByteArray> inflateBounded(QByteArrayView compressed, const Limits &limits)
{
    if (compressed.isEmpty())
        return corrupt("empty", 0);
    Inflater inflater;
    if (!inflater.isReady())
        return Error::limit(QStringLiteral("no memory to decompress"), QStringLiteral("zip.bomb"));

    const qint64 byRatio
        = std::max(kRatioFreeBytes, compressed.size() * std::max<qint64>(1, limits.maxInflateRatio));
    const qint64 allowed = std::min(limits.maxInflatedBytes, byRatio);
    z_stream &stream = inflater.stream();
    QByteArray out;
    qint64 filled = 0;
    qint64 consumed = 0;
    for (;;) {
        // One byte of room more than allowed shows whether the stream goes on past the limit.
        if (filled == out.size()) {
            const qint64 wanted = std::max({kFirstBlock, out.size() * 2, compressed.size()});
            out.resize(std::min(wanted, allowed + 1));
        }
        const uInt inputSize = zlibSize(compressed.size() - consumed);
        const uInt roomSize = zlibSize(out.size() - filled);
        stream.next_in = zlibBytes(compressed.data() + consumed);
        stream.avail_in = inputSize;
        stream.next_out = reinterpret_cast<Bytef *>(out.data() + filled);
        stream.avail_out = roomSize;
        const int code = ::inflate(&stream, Z_NO_FLUSH);
        consumed += inputSize - stream.avail_in;
        filled += roomSize - stream.avail_out;
        if (filled > allowed) {
            return Error::limit(QStringLiteral("compressed data grows beyond %1 bytes").arg(allowed),
                QStringLiteral("zip.bomb"), consumed);
        }
        if (code == Z_STREAM_END)
            break;
        if (code == Z_MEM_ERROR)
            return Error::limit(
                QStringLiteral("no memory to decompress"), QStringLiteral("zip.bomb"), consumed);
        if (code != Z_OK && code != Z_BUF_ERROR)
            return corrupt(stream.msg ? stream.msg : "not a zlib stream", consumed);
        if (consumed == compressed.size() && stream.avail_out > 0)
            return corrupt("ends too early", consumed);
    }
    if (consumed != compressed.size())
        return corrupt("bytes after the end", consumed);
    out.resize(filled);
    return out;
}

QByteArray deflate(QByteArrayView data, int level)
{
    uLongf size = ::compressBound(uLong(data.size()));
    QByteArray out(qsizetype(size), Qt::Uninitialized);
    [[maybe_unused]] const int code = ::compress2(
        reinterpret_cast<Bytef *>(out.data()), &size, zlibBytes(data.data()), uLong(data.size()), level);
    Q_ASSERT_X(code == Z_OK, "deflate", "compressBound() was too small or no memory");
    out.resize(qsizetype(size));
    return out;
}

quint32 adler32(QByteArrayView data)
{
    uLong sum = ::adler32(0, nullptr, 0);
    for (qint64 offset = 0; offset < data.size();) {
        const uInt step = zlibSize(data.size() - offset);
        sum = ::adler32(sum, zlibBytes(data.data() + offset), step);
        offset += step;
    }
    return quint32(sum);
}

} // namespace pyrolens
