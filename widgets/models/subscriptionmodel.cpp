// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "subscriptionmodel.h"

#include "plaintext.h"

#include <algorithm>

namespace pyrolens {

SubscriptionModel::SubscriptionModel(QObject *parent) : QAbstractTableModel(parent) { }

SubscriptionModel::~SubscriptionModel() = default;

void SubscriptionModel::put(const FeedSource &source)
{
    for (size_t i = 0; i < m_sources.size(); ++i) {
        if (m_sources[i].id != source.id)
            continue;
        m_sources[i] = source;
        Q_EMIT dataChanged(index(int(i), 0), index(int(i), kColumns - 1));
        return;
    }
    const int at = int(m_sources.size());
    beginInsertRows({}, at, at);
    m_sources.push_back(source);
    endInsertRows();
}

void SubscriptionModel::remove(quint64 id)
{
    const auto at = std::find_if(
        m_sources.begin(), m_sources.end(), [id](const FeedSource &source) { return source.id == id; });
    if (at == m_sources.end())
        return;
    const int row = int(at - m_sources.begin());
    beginRemoveRows({}, row, row);
    m_sources.erase(at);
    endRemoveRows();
}

const FeedSource *SubscriptionModel::source(quint64 id) const
{
    const auto at = std::find_if(
        m_sources.begin(), m_sources.end(), [id](const FeedSource &source) { return source.id == id; });
    return at == m_sources.end() ? nullptr : &*at;
}

const FeedSource *SubscriptionModel::source(const QModelIndex &index) const
{
    return index.isValid() ? &m_sources[size_t(index.row())] : nullptr;
}

const FeedSource *SubscriptionModel::callback(const QString &name) const
{
    const auto at = std::find_if(m_sources.begin(), m_sources.end(), [&name](const FeedSource &source) {
        return source.kind == FeedSource::Kind::Callback && source.text == name;
    });
    return at == m_sources.end() ? nullptr : &*at;
}

int SubscriptionModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_sources.size());
}

int SubscriptionModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kColumns;
}

QVariant SubscriptionModel::data(const QModelIndex &index, int role) const
{
    const FeedSource *source = this->source(index);
    if (!source)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == TextColumn)
            return visibleText(source->text, 200);
        switch (source->state) {
        case FeedSource::State::Starting:
            return tr("starting", "state of a subscription");
        case FeedSource::State::On:
            return tr("on", "state of a subscription");
        case FeedSource::State::Failed:
            return tr("failed", "state of a subscription");
        }
        return {};
    case Qt::AccessibleTextRole:
        if (index.column() != TextColumn)
            return data(index, Qt::DisplayRole);
        switch (source->kind) {
        case FeedSource::Kind::Subject:
            return tr("Subject %1").arg(visibleText(source->text, 200));
        case FeedSource::Kind::Pattern:
            return tr("Pattern %1").arg(visibleText(source->text, 200));
        case FeedSource::Kind::Callback:
            return tr("Callback object %1").arg(visibleText(source->text, 200));
        }
        return {};
    case Qt::ToolTipRole: {
        QString text = source->kind == FeedSource::Kind::Callback ? source->uri : source->server;
        if (!source->error.isEmpty())
            text = source->error;
        return visibleText(text, 500).toHtmlEscaped();
    }
    case KindRole:
        return int(source->kind);
    case StateRole:
        return int(source->state);
    default:
        return {};
    }
}

QVariant SubscriptionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == TextColumn ? tr("Followed", "column: subjects, patterns and callback objects")
                                 : tr("State", "column");
}

} // namespace pyrolens
