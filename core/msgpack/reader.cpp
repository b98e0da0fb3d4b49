// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "reader_p.h"

#include "extensions_p.h"

#include <pyrolens/base/utf8.h>
#include <pyrolens/value/codecforms.h>
#include <pyrolens/value/codecwriter.h>

#include <QtEndian>

#include <algorithm>
#include <bit>
#include <limits>

namespace pyrolens::msgpack {

namespace {

using Kind = Value::Kind;

constexpr int kMostLevels = 1'000;
/// Strings above this size share the message's block.
constexpr qsizetype kSharedBytes = 4'096;

} // namespace

Error Reader::failure(const QString &what) const
{
    return Error::protocol(QStringLiteral("msgpack: ") + what, QStringLiteral("value.msgpack"), m_start);
}

Error Reader::truncated() const
{
    return Error::protocol(
        QStringLiteral("msgpack: the data ends too early"), QStringLiteral("value.msgpack"), m_bytes.size());
}

Error Reader::limit() const
{
    Error error = m_builder.error();
    error.offset = m_at;
    return error;
}

template <class T>
std::optional<quint64> Reader::unsignedNumber()
{
    if (left() < qsizetype(sizeof(T)))
        return std::nullopt;
    const T value = qFromBigEndian<T>(m_bytes.constData() + m_at);
    m_at += qsizetype(sizeof(T));
    return value;
}

template <class T>
Result<Value> Reader::integer()
{
    if (left() < qsizetype(sizeof(T)))
        return truncated();
    const T value = qFromBigEndian<T>(m_bytes.constData() + m_at);
    m_at += qsizetype(sizeof(T));
    return Value::integer(qint64(value));
}

Result<Decoded> Reader::run()
{
    for (;;) {
        std::optional<Value> done;
        if (Status begun = begin(done); !begun)
            return begun.error();
        while (done) {
            Value value = *std::move(done);
            done.reset();
            if (m_open.empty()) {
                Result<Value> frozen = m_builder.freeze(std::move(value));
                if (!frozen)
                    return frozen.error();
                return Decoded{*std::move(frozen), {}, m_at};
            }
            if (Status added = add(std::move(value), done); !added)
                return added.error();
        }
    }
}

Status Reader::plain(Result<Value> value, std::optional<Value> &done)
{
    if (!value)
        return std::move(value).error();
    if (!m_builder.charge(1, 0))
        return limit();
    done = *std::move(value);
    return Done{};
}

Status Reader::begin(std::optional<Value> &done)
{
    m_start = m_at;
    if (left() < 1)
        return truncated();
    const auto type = static_cast<quint8>(m_bytes.at(m_at++));
    if (type < 0x80)
        return plain(Value::integer(type), done);
    if (type >= 0xe0)
        return plain(Value::integer(static_cast<qint8>(type)), done);
    if (type < 0x90)
        return open(true, type & 0x0f, done);
    if (type < 0xa0)
        return open(false, type & 0x0f, done);
    if (type < 0xc0)
        return plain(raw(Kind::Text, type & 0x1f), done);
    return word(type, done);
}

/// The types that are a whole byte.
Status Reader::word(quint8 type, std::optional<Value> &done)
{
    switch (type) {
    case 0xc0:
        return plain(Value(), done);
    case 0xc2:
    case 0xc3:
        return plain(Value::boolean(type == 0xc3), done);
    case 0xc4:
        return plain(raw(Kind::Bytes, unsignedNumber<quint8>()), done);
    case 0xc5:
        return plain(raw(Kind::Bytes, unsignedNumber<quint16>()), done);
    case 0xc6:
        return plain(raw(Kind::Bytes, unsignedNumber<quint32>()), done);
    case 0xc7:
        return plain(extension(unsignedNumber<quint8>()), done);
    case 0xc8:
        return plain(extension(unsignedNumber<quint16>()), done);
    case 0xc9:
        return plain(extension(unsignedNumber<quint32>()), done);
    case 0xca: {
        const auto bits = unsignedNumber<quint32>();
        return plain(
            bits ? Result<Value>(Value::real(double(std::bit_cast<float>(quint32(*bits))))) : truncated(),
            done);
    }
    case 0xcb: {
        const auto bits = unsignedNumber<quint64>();
        return plain(bits ? Result<Value>(Value::real(std::bit_cast<double>(*bits))) : truncated(), done);
    }
    case 0xcc:
        return plain(integer<quint8>(), done);
    case 0xcd:
        return plain(integer<quint16>(), done);
    case 0xce:
        return plain(integer<quint32>(), done);
    case 0xcf: {
        const auto value = unsignedNumber<quint64>();
        if (!value)
            return truncated();
        char bytes[9] = {};
        qToLittleEndian(*value, bytes);
        return plain(Value::bigInteger(QByteArrayView(bytes, qsizetype(sizeof bytes))), done);
    }
    case 0xd0:
        return plain(integer<qint8>(), done);
    case 0xd1:
        return plain(integer<qint16>(), done);
    case 0xd2:
        return plain(integer<qint32>(), done);
    case 0xd3:
        return plain(integer<qint64>(), done);
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
        return plain(extension(quint64(1) << (type - 0xd4)), done);
    case 0xd9:
        return plain(raw(Kind::Text, unsignedNumber<quint8>()), done);
    case 0xda:
        return plain(raw(Kind::Text, unsignedNumber<quint16>()), done);
    case 0xdb:
        return plain(raw(Kind::Text, unsignedNumber<quint32>()), done);
    case 0xdc:
        return open(false, unsignedNumber<quint16>(), done);
    case 0xdd:
        return open(false, unsignedNumber<quint32>(), done);
    case 0xde:
        return open(true, unsignedNumber<quint16>(), done);
    case 0xdf:
        return open(true, unsignedNumber<quint32>(), done);
    default:
        return failure(QStringLiteral("unknown type byte 0x%1").arg(type, 2, 16, QLatin1Char('0')));
    }
}

Result<Value> Reader::raw(Kind kind, std::optional<quint64> size)
{
    if (!size || *size > quint64(left()))
        return truncated();
    const qsizetype from = m_at;
    const QByteArrayView bytes = QByteArrayView(m_bytes).sliced(from, qsizetype(*size));
    m_at += qsizetype(*size);
    if (kind == Kind::Text) {
        if (const qsizetype bad = utf8::firstInvalid(bytes, utf8::Surrogates::Refused); bad >= 0) {
            return Error::protocol(
                QStringLiteral("msgpack: bad UTF-8"), QStringLiteral("value.utf8"), from + bad);
        }
    }
    if (!m_builder.charge(0, bytes.size()))
        return limit();
    if (bytes.size() >= kSharedBytes)
        return Value::view(kind, m_bytes, from, bytes.size());
    return kind == Kind::Text ? Value::utf8(bytes) : Value::bytes(bytes);
}

Result<Value> Reader::extension(std::optional<quint64> size)
{
    if (!size || left() < 1 || *size > quint64(left() - 1))
        return truncated();
    const int code = static_cast<qint8>(m_bytes.at(m_at));
    const QByteArrayView content = QByteArrayView(m_bytes).sliced(m_at + 1, qsizetype(*size));
    m_at += 1 + qsizetype(*size);
    if (!m_builder.charge(0, content.size()))
        return limit();
    if (!m_options.convertExtensions)
        return Value::ext(code, content);
    Result<Value> value = fromExtension(code, content, m_limits);
    if (value)
        return value;
    Error error = value.error();
    error.offset = m_start;
    return error;
}

Status Reader::open(bool isDict, std::optional<quint64> count, std::optional<Value> &done)
{
    if (!count || *count > quint64(isDict ? left() / 2 : left()))
        return truncated();
    if (m_open.size() >= size_t(std::clamp(m_limits.maxDepth, 0, kMostLevels))) {
        return Error::limit(QStringLiteral("nested deeper than %1").arg(m_limits.maxDepth),
            QStringLiteral("value.depth"), m_start);
    }
    Value container = isDict ? m_builder.dict() : m_builder.list();
    if (!m_builder.charge(0, 0))
        return limit();
    if (*count == 0)
        done = std::move(container);
    else
        m_open.push_back({std::move(container), qint64(*count), {}});
    return Done{};
}

Status Reader::add(Value value, std::optional<Value> &done)
{
    Level &level = m_open.back();
    if (level.container.kind() == Kind::Dict) {
        if (!level.key) {
            // An array as a key is a tuple in Python.
            if (!m_options.strictKeys && value.kind() == Kind::List)
                value = Value::tuple({value.items().begin(), value.items().end()});
            const bool isName = value.kind() == Kind::Text || value.kind() == Kind::Bytes;
            Status good = isName || !m_options.strictKeys
                ? checkHashable(value, m_limits.maxExpandedNodes)
                : Status(Error::protocol(kindText(value).append(QStringLiteral(
                                             " is not allowed for map key when strict_map_key=True")),
                    QStringLiteral("value.key")));
            if (!good) {
                Error error = good.error();
                error.offset = m_start;
                return error;
            }
            level.key = std::move(value);
            return Done{};
        }
        m_builder.insert(level.container, *std::move(level.key), std::move(value));
        level.key.reset();
    } else {
        m_builder.append(level.container, std::move(value));
    }
    if (!m_builder.charge(0, 0))
        return limit();
    if (--level.left > 0)
        return Done{};
    done = std::move(level.container);
    m_open.pop_back();
    return Done{};
}

} // namespace pyrolens::msgpack
