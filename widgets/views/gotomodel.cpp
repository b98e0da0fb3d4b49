// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "gotobox.h"

#include <pyrolens/models/fuzzy.h>
#include <pyrolens/models/plaintext.h>

#include <QAction>
#include <QRegularExpression>

#include <algorithm>

namespace pyrolens {

GotoModel::GotoModel(QObject *parent) : QAbstractListModel(parent) { }

GotoModel::~GotoModel() = default;

void GotoModel::setNames(std::vector<Source> sources)
{
    m_sources = std::move(sources);
}

void GotoModel::setCommands(const QList<QAction *> &commands)
{
    m_commands.clear();
    for (QAction *command : commands)
        m_commands.append(command);
}

void GotoModel::setHistory(std::vector<std::pair<quint64, QString>> calls)
{
    m_history = std::move(calls);
}

bool GotoModel::looksLikeTarget(const QString &text)
{
    static const QRegularExpression uri(QStringLiteral("^pyro(name|loc|meta|ssl|locssl|namessl)?:.+"),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression endpoint(
        QStringLiteral("^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+):[0-9]{1,5}$"));
    static const QRegularExpression address(QStringLiteral("^([0-9]{1,3}\\.){3}[0-9]{1,3}$|^localhost$"));
    return uri.match(text).hasMatch() || endpoint.match(text).hasMatch() || address.match(text).hasMatch();
}

void GotoModel::addNames(const QString &pattern, int limit)
{
    for (const Source &source : m_sources) {
        if (!source.names)
            continue;
        const NameList &names = *source.names;
        for (const FuzzyHit &hit :
            fuzzyBest(pattern, names.size(), limit, [&names](int i) { return names.folded(i); })) {
            const NameRow &row = names.at(hit.index);
            if (row.isGroup)
                continue;
            GotoEntry entry;
            entry.kind = GotoEntry::Kind::Name;
            entry.title = visibleText(row.name, 200);
            entry.detail = source.label;
            entry.profile = source.profile;
            entry.text = row.name;
            m_entries.push_back(std::move(entry));
        }
    }
}

void GotoModel::addCommands(const QString &pattern, int limit)
{
    std::vector<QByteArray> texts;
    texts.reserve(size_t(m_commands.size()));
    for (const auto &command : m_commands) {
        QString text = command && command->isEnabled() ? command->text() : QString();
        texts.push_back(text.remove(u'&').toCaseFolded().toUtf8());
    }
    for (const FuzzyHit &hit : fuzzyBest(pattern, int(texts.size()), limit,
             [&texts](int i) { return QByteArrayView(texts[size_t(i)]); })) {
        QAction *action = m_commands[hit.index];
        if (!action || texts[size_t(hit.index)].isEmpty())
            continue;
        GotoEntry entry;
        entry.kind = GotoEntry::Kind::Command;
        entry.title = action->text().remove(u'&');
        entry.detail = action->shortcut().toString(QKeySequence::NativeText);
        entry.action = action;
        m_entries.push_back(std::move(entry));
    }
}

void GotoModel::addHistory(const QString &pattern, int limit)
{
    const QString folded = pattern.toCaseFolded();
    for (auto one = m_history.rbegin(); one != m_history.rend() && limit > 0; ++one) {
        if (!one->second.toCaseFolded().contains(folded))
            continue;
        GotoEntry entry;
        entry.kind = GotoEntry::Kind::History;
        entry.title = one->second;
        entry.detail = tr("past call");
        entry.record = one->first;
        m_entries.push_back(std::move(entry));
        --limit;
    }
}

void GotoModel::search(const QString &text)
{
    beginResetModel();
    m_entries.clear();
    const QString trimmed = text.trimmed();
    const QChar prefix = trimmed.isEmpty() ? QChar() : trimmed.front();
    const QString rest = trimmed.mid(1).trimmed();
    if (prefix == u'>') {
        addCommands(rest, kLimit);
    } else if (prefix == u'@') {
        addNames(rest, kLimit);
    } else if (prefix == u'!') {
        addHistory(rest, kLimit);
    } else {
        if (looksLikeTarget(trimmed)) {
            GotoEntry entry;
            entry.kind = GotoEntry::Kind::Target;
            entry.title = visibleText(trimmed, 200);
            entry.detail = tr("open this address");
            entry.text = trimmed;
            m_entries.push_back(std::move(entry));
        }
        addNames(trimmed, trimmed.isEmpty() ? 12 : kLimit - 12);
        addCommands(trimmed, 8);
        if (!trimmed.isEmpty())
            addHistory(trimmed, 8);
        // A single word that is nothing else may be the name of a host.
        static const QRegularExpression host(QStringLiteral("^[A-Za-z0-9.-]+$"));
        if (m_entries.empty() && host.match(trimmed).hasMatch()) {
            GotoEntry entry;
            entry.kind = GotoEntry::Kind::Target;
            entry.title = trimmed;
            entry.detail = tr("connect to this host");
            entry.text = trimmed;
            m_entries.push_back(std::move(entry));
        }
    }
    if (m_entries.size() > size_t(kLimit))
        m_entries.resize(size_t(kLimit));
    endResetModel();
}

const GotoEntry *GotoModel::entry(const QModelIndex &index) const
{
    return index.isValid() && index.row() < int(m_entries.size()) ? &m_entries[size_t(index.row())] : nullptr;
}

int GotoModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant GotoModel::data(const QModelIndex &index, int role) const
{
    const GotoEntry *one = entry(index);
    if (!one)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return one->title;
    case Qt::AccessibleTextRole:
        return one->detail.isEmpty() ? one->title
                                     : tr("%1, %2", "title, detail").arg(one->title, one->detail);
    case KindRole:
        return int(one->kind);
    case DetailRole:
        return one->detail;
    default:
        return {};
    }
}

} // namespace pyrolens
