// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "namelist.h"

#include <algorithm>
#include <numeric>
#include <string_view>

namespace pyrolens {

namespace {

constexpr char kGroupPart = '\x01';
constexpr char kLeafPart = '\x02';

/// Digits become a length byte and the digits without leading zeros, so that bytes compare as numbers do.
void appendNatural(QByteArray &key, QByteArrayView part)
{
    for (qsizetype i = 0; i < part.size();) {
        if (part[i] < '0' || part[i] > '9') {
            key += part[i++];
            continue;
        }
        qsizetype end = i;
        while (end < part.size() && part[end] >= '0' && part[end] <= '9')
            ++end;
        qsizetype first = i;
        while (first < end - 1 && part[first] == '0')
            ++first;
        key += '0';
        key += char(std::min<qsizetype>(end - first, 127));
        key += part.sliced(first, end - first);
        i = end;
    }
}

std::vector<int> sweep(
    const QByteArray &block, const std::vector<qsizetype> &starts, const QByteArray &needle)
{
    std::vector<int> hits;
    const std::string_view text(block.constData(), size_t(block.size()));
    const std::string_view wanted(needle.constData(), size_t(needle.size()));
    size_t row = 0;
    size_t from = 0;
    while (row < starts.size()) {
        const void *place = memmem(text.data() + from, text.size() - from, wanted.data(), wanted.size());
        if (!place)
            break;
        const auto at = qsizetype(static_cast<const char *>(place) - text.data());
        // The row that holds the hit: gallop, as hits are often close together.
        size_t step = 1;
        while (row + step < starts.size() && starts[row + step] <= at) {
            row += step;
            step *= 2;
        }
        row = size_t(std::upper_bound(starts.begin() + qsizetype(row),
                         starts.begin() + qsizetype(std::min(row + step + 1, starts.size())), at)
                  - starts.begin())
            - 1;
        hits.push_back(int(row));
        ++row;
        if (row >= starts.size())
            break;
        from = size_t(starts[row]);
    }
    return hits;
}

} // namespace

QByteArray NameList::sortKey(const NameRow &row)
{
    QByteArray key;
    key.reserve(row.name.size() * 2 + 12);
    qsizetype start = 0;
    while (true) {
        const qsizetype dot = row.name.indexOf(u'.', start);
        const bool last = dot < 0;
        const QString part = row.name.mid(start, last ? -1 : dot - start);
        key += last && !row.isGroup ? kLeafPart : kGroupPart;
        appendNatural(key, part.toLower().toUtf8());
        key += '\0';
        // "Lab" and "lab" are two groups: without their own spelling their members would be mixed.
        key += part.toUtf8();
        key += '\0';
        if (last)
            break;
        start = dot + 1;
    }
    return key;
}

std::shared_ptr<const NameList> NameList::build(std::vector<NameRow> rows)
{
    std::vector<QByteArray> keys(rows.size());
    std::transform(rows.begin(), rows.end(), keys.begin(), sortKey);
    std::vector<size_t> order(rows.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        const int difference = keys[a].compare(keys[b]);
        return difference != 0 ? difference < 0 : rows[a].name < rows[b].name;
    });

    std::shared_ptr<NameList> list(new NameList);
    list->m_rows.reserve(rows.size());
    list->m_plainStart.reserve(rows.size());
    list->m_foldedStart.reserve(rows.size());
    for (const size_t index : order) {
        const QString &name = rows[index].name;
        list->m_plainStart.push_back(list->m_plain.size());
        list->m_foldedStart.push_back(list->m_folded.size());
        list->m_plain += name.toUtf8();
        list->m_plain += '\n';
        list->m_folded += name.toCaseFolded().toUtf8();
        list->m_folded += '\n';
        list->m_rows.push_back(std::move(rows[index]));
    }
    return list;
}

std::vector<int> NameList::containing(const QString &text, bool caseSensitive) const
{
    if (text.isEmpty()) {
        std::vector<int> all(m_rows.size());
        std::iota(all.begin(), all.end(), 0);
        return all;
    }
    return caseSensitive ? sweep(m_plain, m_plainStart, text.toUtf8())
                         : sweep(m_folded, m_foldedStart, text.toCaseFolded().toUtf8());
}

int NameList::find(const QString &name) const
{
    const QByteArray wanted = name.toUtf8() + '\n';
    qsizetype from = 0;
    while (true) {
        const qsizetype at = m_plain.indexOf(wanted, from);
        if (at < 0)
            return -1;
        const auto place = std::lower_bound(m_plainStart.begin(), m_plainStart.end(), at);
        if (place != m_plainStart.end() && *place == at
            && !m_rows[size_t(place - m_plainStart.begin())].isGroup)
            return int(place - m_plainStart.begin());
        from = at + 1;
    }
}

QByteArrayView NameList::folded(int index) const
{
    const qsizetype start = m_foldedStart[size_t(index)];
    const qsizetype end
        = size_t(index) + 1 < m_foldedStart.size() ? m_foldedStart[size_t(index) + 1] : m_folded.size();
    return QByteArrayView(m_folded).sliced(start, end - start - 1);
}

bool NameList::samePrefix(int a, int b, qsizetype length) const
{
    return QStringView(at(a).name).left(length) == QStringView(at(b).name).left(length);
}

HostPort splitUri(const QString &uri)
{
    HostPort parts;
    qsizetype start = uri.indexOf(u"//");
    QString place;
    if (start >= 0) {
        const qsizetype slash = uri.indexOf(u'/', start + 2);
        place = uri.mid(start + 2, slash < 0 ? -1 : slash - start - 2);
        parts.object = slash < 0 ? QString() : uri.mid(slash + 1);
    } else {
        start = uri.lastIndexOf(u'@');
        place = start < 0 ? QString() : uri.mid(start + 1);
        const qsizetype colon = uri.indexOf(u':');
        parts.object = uri.mid(colon + 1, start < 0 ? -1 : start - colon - 1);
    }
    const qsizetype colon = place.lastIndexOf(u':');
    const bool hasPort = colon >= 0 && place.indexOf(u']', colon) < 0;
    parts.host = hasPort ? place.left(colon) : place;
    parts.port = hasPort ? place.mid(colon + 1) : QString();
    return parts;
}

} // namespace pyrolens
