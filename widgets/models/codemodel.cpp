// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "codemodel.h"

#include "plaintext.h"

#include <algorithm>

namespace pyrolens {

namespace {

QString kindText(CodeKind kind, const QString &version)
{
    if (kind == CodeKind::Source)
        return CodeModel::tr("source");
    return version.isEmpty() ? CodeModel::tr("byte code") : CodeModel::tr("byte code, %1").arg(version);
}

} // namespace

CodeModel::CodeModel(QObject *parent) : QAbstractTableModel(parent) { }

CodeModel::~CodeModel() = default;

void CodeModel::setReceived(const std::vector<CodeEntry> &entries)
{
    m_received.clear();
    for (const CodeEntry &entry : entries) {
        Row row;
        row.module = entry.module();
        row.kind = kindText(entry.kind, entry.version);
        row.size = entry.size;
        row.peer = entry.origins.back().peer;
        row.time = entry.origins.back().time;
        row.sha256 = entry.sha256;
        m_received.push_back(std::move(row));
    }
    std::reverse(m_received.begin(), m_received.end()); // newest first
    merge();
}

void CodeModel::setOffered(const QString &folder, const std::vector<OfferedModule> &modules)
{
    m_offered.clear();
    for (const OfferedModule &one : modules) {
        Row row;
        row.module = one.name;
        row.isReceived = false;
        row.kind = kindText(one.kind, {});
        row.size = one.size;
        row.file = folder + u'/' + one.file;
        m_offered.push_back(std::move(row));
    }
    merge();
}

void CodeModel::merge()
{
    beginResetModel();
    m_rows = m_received;
    m_rows.insert(m_rows.end(), m_offered.begin(), m_offered.end());
    endResetModel();
}

const CodeModel::Row *CodeModel::row(const QModelIndex &index) const
{
    return index.isValid() && size_t(index.row()) < m_rows.size() ? &m_rows[size_t(index.row())] : nullptr;
}

int CodeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int CodeModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant CodeModel::data(const QModelIndex &index, int role) const
{
    const Row *one = row(index);
    if (!one)
        return {};
    if (role == Qt::TextAlignmentRole && index.column() == SizeColumn)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && index.column() == HashColumn)
        return QString::fromLatin1(one->sha256).toHtmlEscaped();
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case ModuleColumn:
        return visibleText(one->module, 200);
    case WayColumn:
        return one->isReceived ? tr("received") : tr("offered");
    case KindColumn:
        return one->kind;
    case SizeColumn:
        return sizeText(one->size);
    case PeerColumn:
        return visibleText(one->peer, 100);
    case TimeColumn:
        return one->time.isValid() ? one->time.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"))
                                   : QString();
    case HashColumn:
        return QString::fromLatin1(one->sha256.left(16));
    default:
        return {};
    }
}

QVariant CodeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case ModuleColumn:
        return tr("Module", "column");
    case WayColumn:
        return tr("Way", "column");
    case KindColumn:
        return tr("Kind", "column");
    case SizeColumn:
        return tr("Size", "column");
    case PeerColumn:
        return tr("Peer", "column");
    case TimeColumn:
        return tr("Time", "column");
    case HashColumn:
        return tr("SHA-256", "column");
    default:
        return {};
    }
}

} // namespace pyrolens
