// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "namelist.h"

#include <QtEndian>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>
#include <string>
#include <string_view>

namespace pyrolens {

namespace {

constexpr char kGroupPart = '\x01';
constexpr char kLeafPart = '\x02';

/// Digits become a length byte and the digits without leading zeros, so that bytes compare as numbers do.
void appendNatural(std::string &key, QByteArrayView part)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const char *at = part.begin();
    while (at != part.end()) {
        const char *number = std::find_if(at, part.end(), isDigit);
        key.append(at, number);
        if (number == part.end())
            return;
        const char *end = std::find_if_not(number, part.end(), isDigit);
        while (number < end - 1 && *number == '0')
            ++number;
        key += '0';
        key += char(std::min<qsizetype>(end - number, 127));
        key.append(number, end);
        at = end;
    }
}

/// Appends the text as UTF-8 and its case-folded form; no detour over small arrays for plain ASCII, which is
/// what nearly all names are.
void appendBoth(const QString &text, QByteArray &plain, QByteArray &folded)
{
    const qsizetype plainSize = plain.size();
    const qsizetype foldedSize = folded.size();
    plain.resize(plainSize + text.size());
    folded.resize(foldedSize + text.size());
    char *toPlain = plain.data() + plainSize;
    char *toFolded = folded.data() + foldedSize;
    for (const QChar unit : text) {
        const char16_t c = unit.unicode();
        if (c >= 0x80) {
            plain.resize(plainSize);
            folded.resize(foldedSize);
            plain += text.toUtf8();
            folded += text.toCaseFolded().toUtf8();
            return;
        }
        *toPlain++ = char(c);
        *toFolded++ = char(c >= u'A' && c <= u'Z' ? c + 0x20 : c);
    }
}

/// What is needed of a row while sorting: where its key starts in the block of all keys, and the eight bytes
/// of it that are being compared, so that most comparisons do not leave the array.
struct Item
{
    quint64 head = 0;
    quint32 key = 0;
    quint32 size = 0;
    quint32 row = 0;
};

/// Eight bytes of a key from `depth` on, first byte highest; zeros behind the end.
quint64 headAt(const char *keys, const Item &item, quint32 depth)
{
    const quint32 left = item.size > depth ? item.size - depth : 0;
    char bytes[8] = {};
    std::memcpy(bytes, keys + item.key + std::min(depth, item.size), std::min<quint32>(left, 8));
    return qFromBigEndian<quint64>(bytes);
}

/// Sorts by the head at `depth`, then each run of equal heads eight bytes further in. Names share long
/// beginnings; comparing them from the start each time would be most of the work.
void sortFrom(std::span<Item> items, const char *keys, quint32 depth)
{
    constexpr size_t kFew = 16;
    while (items.size() > 1) {
        if (items.size() <= kFew) {
            std::sort(items.begin(), items.end(), [keys, depth](const Item &a, const Item &b) {
                if (a.head != b.head)
                    return a.head < b.head;
                const quint32 from = std::min({depth, a.size, b.size});
                const quint32 common = std::min(a.size, b.size) - from;
                const int difference = std::memcmp(keys + a.key + from, keys + b.key + from, common);
                return difference != 0 ? difference < 0 : a.size < b.size;
            });
            return;
        }
        std::sort(items.begin(), items.end(), [](const Item &a, const Item &b) { return a.head < b.head; });
        std::span<Item> whole; // one run that is all of it needs no recursion
        for (size_t begin = 0; begin < items.size();) {
            size_t end = begin + 1;
            bool more = items[begin].size > depth + 8;
            while (end < items.size() && items[end].head == items[begin].head)
                more |= items[end++].size > depth + 8;
            const std::span<Item> run = items.subspan(begin, end - begin);
            if (run.size() > 1 && more) {
                for (Item &item : run)
                    item.head = headAt(keys, item, depth + 8);
                if (run.size() == items.size())
                    whole = run;
                else
                    sortFrom(run, keys, depth + 8);
            } else if (run.size() > 1) {
                // Names may hold zeros, which then look like the padding.
                std::sort(
                    run.begin(), run.end(), [](const Item &a, const Item &b) { return a.size < b.size; });
            }
            begin = end;
        }
        items = whole;
        depth += 8;
    }
}

/// Part by part: group or leaf, the folded text in natural order, the plain text. "Lab" and "lab" are two
/// groups; without their own spelling their members would be mixed.
void appendKey(std::string &keys, QByteArrayView plain, QByteArrayView folded, bool isGroup)
{
    while (true) {
        const qsizetype dot = plain.indexOf('.');
        const qsizetype foldedDot = folded.indexOf('.');
        const bool last = dot < 0 || foldedDot < 0;
        keys += last && !isGroup ? kLeafPart : kGroupPart;
        appendNatural(keys, last ? folded : folded.first(foldedDot));
        keys += '\0';
        const QByteArrayView own = last ? plain : plain.first(dot);
        keys.append(own.begin(), own.end());
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
    QByteArray plain;
    QByteArray folded;
    std::vector<qsizetype> plainStart;
    std::vector<qsizetype> foldedStart;
    plainStart.reserve(rows.size() + 1);
    foldedStart.reserve(rows.size() + 1);
    qsizetype units = 0;
    for (const NameRow &row : rows)
        units += row.name.size();
    plain.reserve(units + units / 8);
    folded.reserve(units + units / 8);
    for (const NameRow &row : rows) {
        plainStart.push_back(plain.size());
        foldedStart.push_back(folded.size());
        appendBoth(row.name, plain, folded);
    }
    plainStart.push_back(plain.size());
    foldedStart.push_back(folded.size());
    const auto part = [](const QByteArray &block, const std::vector<qsizetype> &starts, size_t at) {
        return QByteArrayView(block).sliced(starts[at], starts[at + 1] - starts[at]);
    };

    std::vector<Item> items(rows.size());
    std::string keys;
    keys.reserve(size_t(plain.size()) * 3 + rows.size() * 8);
    for (size_t i = 0; i < rows.size(); ++i) {
        const size_t start = keys.size();
        appendKey(keys, part(plain, plainStart, i), part(folded, foldedStart, i), rows[i].isGroup);
        items[i] = {0, quint32(start), quint32(keys.size() - start), quint32(i)};
    }
    for (Item &item : items)
        item.head = headAt(keys.data(), item, 0);
    sortFrom(items, keys.data(), 0);

    std::shared_ptr<NameList> list(new NameList);
    list->reserve(rows.size(), plain.size(), folded.size());
    for (const Item &item : items)
        list->append(std::move(rows[item.row]), part(plain, plainStart, item.row),
            part(folded, foldedStart, item.row));
    return list;
}

NameList::Difference NameList::since(const NameList &before) const
{
    Difference difference;
    std::string mine;
    std::string theirs;
    const auto comesFirst = [&](int a, int b) {
        mine.clear();
        theirs.clear();
        appendKey(mine, plain(a), folded(a), at(a).isGroup);
        appendKey(theirs, before.plain(b), before.folded(b), before.at(b).isGroup);
        const int order = std::memcmp(mine.data(), theirs.data(), std::min(mine.size(), theirs.size()));
        return order != 0 ? order < 0 : mine.size() < theirs.size();
    };
    std::vector<std::pair<int, int>> gone; // index in `before`, and in front of which row here
    int here = 0;
    for (int there = 0; there < before.size();) {
        const bool same = here < size() && at(here).isGroup == before.at(there).isGroup
            && at(here).name == before.at(there).name;
        if (same) {
            if (at(here).uri != before.at(there).uri || at(here).tags != before.at(there).tags
                || before.at(there).isRemoved)
                difference.changed.push_back(here);
            ++here;
            ++there;
        } else if (here < size() && comesFirst(here, there)) {
            difference.changed.push_back(here++);
        } else {
            gone.emplace_back(there++, here);
        }
    }
    for (; here < size(); ++here)
        difference.changed.push_back(here);
    if (gone.empty())
        return difference;

    std::shared_ptr<NameList> merged(new NameList);
    merged->reserve(m_rows.size() + gone.size(), m_plain.size(), m_folded.size());
    auto next = gone.begin();
    auto changed = difference.changed.begin();
    for (int row = 0; row <= size(); ++row) {
        for (; next != gone.end() && next->second == row; ++next) {
            NameRow removed = before.at(next->first);
            removed.isRemoved = true;
            merged->append(std::move(removed), before.plain(next->first), before.folded(next->first));
        }
        if (changed != difference.changed.end() && *changed == row)
            *changed++ = merged->size();
        if (row < size())
            merged->append(NameRow(at(row)), plain(row), folded(row));
    }
    difference.withRemoved = std::move(merged);
    return difference;
}

void NameList::reserve(size_t rows, qsizetype plain, qsizetype folded)
{
    m_rows.reserve(rows);
    m_plainStart.reserve(rows);
    m_foldedStart.reserve(rows);
    m_plain.reserve(plain + qsizetype(rows));
    m_folded.reserve(folded + qsizetype(rows));
}

void NameList::append(NameRow row, QByteArrayView plain, QByteArrayView folded)
{
    m_plainStart.push_back(m_plain.size());
    m_foldedStart.push_back(m_folded.size());
    m_plain.append(plain.data(), plain.size());
    m_plain += '\n';
    m_folded.append(folded.data(), folded.size());
    m_folded += '\n';
    m_groups += row.isGroup ? 1 : 0;
    m_rows.push_back(std::move(row));
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

QByteArrayView NameList::lineOf(const QByteArray &block, const std::vector<qsizetype> &starts, int index)
{
    const qsizetype start = starts[size_t(index)];
    const qsizetype end = size_t(index) + 1 < starts.size() ? starts[size_t(index) + 1] : block.size();
    return QByteArrayView(block).sliced(start, end - start - 1);
}

QByteArrayView NameList::folded(int index) const
{
    return lineOf(m_folded, m_foldedStart, index);
}

QByteArrayView NameList::plain(int index) const
{
    return lineOf(m_plain, m_plainStart, index);
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
