// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "namelist.h"

#include <algorithm>
#include <cstring>
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
        key.append(part.data() + first, end - first);
        i = end;
    }
}

bool isAscii(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// What is needed of a row while sorting. The keys lie in one block: 100,000 small arrays would cost more
/// than the sort.
struct Item
{
    qsizetype key = 0;
    qsizetype size = 0;
    size_t row = 0;
};

/// Part by part: group or leaf, the folded text in natural order, the plain text. "Lab" and "lab" are two
/// groups; without their own spelling their members would be mixed.
void appendKey(QByteArray &keys, QByteArrayView plain, QByteArrayView folded, bool isGroup)
{
    while (true) {
        const qsizetype dot = plain.indexOf('.');
        const qsizetype foldedDot = folded.indexOf('.');
        const bool last = dot < 0 || foldedDot < 0;
        keys += last && !isGroup ? kLeafPart : kGroupPart;
        appendNatural(keys, last ? folded : folded.first(foldedDot));
        keys += '\0';
        const QByteArrayView own = last ? plain : plain.first(dot);
        keys.append(own.data(), own.size());
        keys += '\0';
        if (last)
            return;
        plain = plain.sliced(dot + 1);
        folded = folded.sliced(foldedDot + 1);
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

std::shared_ptr<const NameList> NameList::build(std::vector<NameRow> rows)
{
    std::vector<QByteArray> plain(rows.size());
    std::vector<QByteArray> folded(rows.size());
    std::vector<Item> items(rows.size());
    QByteArray keys;
    qsizetype total = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
        plain[i] = rows[i].name.toUtf8();
        folded[i] = isAscii(plain[i]) ? plain[i].toLower() : rows[i].name.toCaseFolded().toUtf8();
        total += plain[i].size();
    }
    keys.reserve(total * 3);
    for (size_t i = 0; i < rows.size(); ++i) {
        const qsizetype start = keys.size();
        appendKey(keys, plain[i], folded[i], rows[i].isGroup);
        items[i] = {start, keys.size() - start, i};
    }
    const char *base = keys.constData();
    std::sort(items.begin(), items.end(), [base](const Item &a, const Item &b) {
        const int difference = std::memcmp(base + a.key, base + b.key, size_t(std::min(a.size, b.size)));
        return difference != 0 ? difference < 0 : a.size < b.size;
    });

    std::shared_ptr<NameList> list(new NameList);
    list->m_rows.reserve(rows.size());
    list->m_plainStart.reserve(rows.size());
    list->m_foldedStart.reserve(rows.size());
    list->m_plain.reserve(total + qsizetype(rows.size()));
    list->m_folded.reserve(total + qsizetype(rows.size()));
    for (const Item &item : items) {
        list->m_plainStart.push_back(list->m_plain.size());
        list->m_foldedStart.push_back(list->m_folded.size());
        list->m_plain += plain[item.row];
        list->m_plain += '\n';
        list->m_folded += folded[item.row];
        list->m_folded += '\n';
        list->m_groups += rows[item.row].isGroup ? 1 : 0;
        list->m_rows.push_back(std::move(rows[item.row]));
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
