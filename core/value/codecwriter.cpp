// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "codecwriter.h"

#include <algorithm>

namespace pyrolens {

namespace {

using Kind = Value::Kind;

constexpr int kMostLevels = 1'000;

bool isWalked(Kind kind)
{
    return kind == Kind::Tuple || kind == Kind::List || kind == Kind::Set || kind == Kind::FrozenSet
        || kind == Kind::Dict;
}

} // namespace

Result<QByteArray> CodecWriter::run(const Value &root)
{
    if (Status placed = place(root); !placed)
        return placed.error();
    while (!m_path.empty()) {
        Level &level = m_path.back();
        if (level.next == level.count) {
            end(level.container);
            m_path.pop_back();
            continue;
        }
        const qsizetype index = level.next++;
        const bool isDict = level.container.kind() == Kind::Dict;
        const Value::Pair *pair = isDict ? &level.container.pairs()[size_t(index / 2)] : nullptr;
        const Value &part = !pair ? level.container.items()[size_t(index)]
            : index % 2 == 0      ? pair->first
                                  : pair->second;
        if (Status ready = before(level.container, index, part); !ready)
            return ready.error();
        if (Status placed = place(part); !placed)
            return placed.error();
    }
    return std::move(m_out);
}

Status CodecWriter::place(Value value)
{
    if (++m_nodes > m_limits.maxExpandedNodes) {
        return Error::limit(QStringLiteral("more than %1 values to write").arg(m_limits.maxExpandedNodes),
            QStringLiteral("value.expansion"));
    }
    while (std::optional<Value> other = replaced(value))
        value = *std::move(other);
    if (wroteReference(value))
        return Done{};
    if (!isWalked(value.kind())) {
        if (Status written = leaf(value); !written)
            return written;
        // Shared texts can make a small value very long.
        if (m_out.size() > m_limits.maxFrameBytes) {
            return Error::limit(
                QStringLiteral("the value needs more than %1 bytes").arg(m_limits.maxFrameBytes),
                QStringLiteral("frame.too-large"));
        }
        return Done{};
    }
    if (depth() >= std::clamp(m_limits.maxDepth, 0, kMostLevels)) {
        return Error::limit(
            QStringLiteral("nested deeper than %1").arg(m_limits.maxDepth), QStringLiteral("value.depth"));
    }
    if (Status begun = begin(value); !begun)
        return begun;
    const qsizetype parts = value.kind() == Kind::Dict ? 2 * value.size() : value.size();
    m_path.push_back({std::move(value), parts, 0});
    return Done{};
}

Error CodecWriter::cannotCarry(const Value &value) const
{
    if (value.kind() == Kind::Cycle) {
        return Error::unsupported(m_format + QStringLiteral(" cannot carry a value that contains itself"),
            QStringLiteral("value.cycle"));
    }
    return cannotCarry(kindText(value));
}

Error CodecWriter::cannotCarry(const QString &what) const
{
    return Error::unsupported(
        m_format + QStringLiteral(" cannot carry ") + what, QStringLiteral("value.unsupported"));
}

QString kindText(const Value &value)
{
    switch (value.kind()) {
    case Kind::None:
        return QStringLiteral("None");
    case Kind::Bool:
        return QStringLiteral("bool");
    case Kind::Int:
    case Kind::Long:
        return QStringLiteral("int");
    case Kind::Float:
        return QStringLiteral("float");
    case Kind::Complex:
        return QStringLiteral("complex");
    case Kind::Text:
    case Kind::Str:
        return QStringLiteral("str");
    case Kind::Bytes:
        return QStringLiteral("bytes");
    case Kind::ByteArray:
        return QStringLiteral("bytearray");
    case Kind::Tuple:
        return QStringLiteral("tuple");
    case Kind::List:
        return QStringLiteral("list");
    case Kind::Set:
        return QStringLiteral("set");
    case Kind::FrozenSet:
        return QStringLiteral("frozenset");
    case Kind::Dict:
        return QStringLiteral("dict");
    case Kind::Global:
        return QStringLiteral("class or function ") + QString::fromUtf8(value.className());
    case Kind::Object:
        return QStringLiteral("instance of ") + QString::fromUtf8(value.className());
    case Kind::Decimal:
        return QStringLiteral("Decimal");
    case Kind::Uuid:
        return QStringLiteral("UUID");
    case Kind::DateTime:
        return QStringLiteral("datetime");
    case Kind::Date:
        return QStringLiteral("date");
    case Kind::Time:
        return QStringLiteral("time");
    case Kind::TimeDelta:
        return QStringLiteral("timedelta");
    case Kind::Array:
        return QStringLiteral("array");
    case Kind::Ext:
        return QStringLiteral("extension type %1").arg(value.extCode());
    case Kind::PersistentId:
        return QStringLiteral("persistent id");
    case Kind::Cycle:
        return QStringLiteral("value that contains itself");
    case Kind::Reference:
        return QStringLiteral("reference to a remote object");
    case Kind::Error:
        return QStringLiteral("exception");
    }
    return {};
}

} // namespace pyrolens
