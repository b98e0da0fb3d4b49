// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "codestorefiles_p.h"

#include <pyrolens/base/json.h>

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace pyrolens::codefiles {

namespace {

constexpr qsizetype kHashDigits = 64;
constexpr qint64 kMaxNoteBytes = 256 * 1024;
constexpr int kMaxNoteDepth = 8;
constexpr int kNoteVersion = 1;

} // namespace

bool isHash(QByteArrayView text)
{
    return text.size() == kHashDigits
        && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

QByteArray hashOf(QByteArrayView code)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(code);
    return hash.result().toHex();
}

QString codePath(const QString &folder, const QByteArray &sha256)
{
    return folder + u'/' + QString::fromLatin1(sha256) + QLatin1String(".code");
}

QString notePath(const QString &folder, const QByteArray &sha256)
{
    return folder + u'/' + QString::fromLatin1(sha256) + QLatin1String(".json");
}

Status writeFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        file.write(bytes);
        if (file.commit())
            return Done{};
    }
    return Error::usage(QStringLiteral("cannot store received code in %1: %2").arg(path, file.errorString()));
}

QByteArray toNote(const CodeEntry &entry)
{
    Json origins = Json::array();
    for (const CodeOrigin &origin : entry.origins) {
        origins.append(Json::object(
            {{QStringLiteral("module"), Json(origin.module)}, {QStringLiteral("peer"), Json(origin.peer)},
                {QStringLiteral("time"), Json(origin.time.toUTC().toString(Qt::ISODateWithMs))}}));
    }
    const bool isSource = entry.kind == CodeKind::Source;
    return Json::object({{QStringLiteral("version"), Json(kNoteVersion)},
                            {QStringLiteral("sha256"), Json(QString::fromLatin1(entry.sha256))},
                            {QStringLiteral("size"), Json(entry.size)},
                            {QStringLiteral("kind"),
                                Json(isSource ? QStringLiteral("source") : QStringLiteral("bytecode"))},
                            {QStringLiteral("python"), Json(entry.version)},
                            {QStringLiteral("origins"), std::move(origins)}})
               .toText(1)
        + '\n';
}

std::optional<CodeEntry> readEntry(const QString &folder, const QByteArray &sha256, int maxOrigins)
{
    const QFileInfo code(codePath(folder, sha256));
    QFile file(notePath(folder, sha256));
    if (!code.isFile() || code.isSymLink() || QFileInfo(file).isSymLink() || file.size() > kMaxNoteBytes
        || !file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const auto note = Json::parse(file.read(kMaxNoteBytes), kMaxNoteDepth);
    if (!note || note->value(u"version").toInteger() != kNoteVersion
        || note->value(u"sha256").toString().toLatin1() != sha256
        || note->value(u"size").toInteger(-1) != code.size())
        return std::nullopt;
    CodeEntry entry;
    entry.sha256 = sha256;
    entry.size = code.size();
    entry.kind = note->value(u"kind").toString() == u"bytecode" ? CodeKind::ByteCode : CodeKind::Source;
    entry.version = note->value(u"python").toString();
    for (const Json &row : note->value(u"origins").items()) {
        const QDateTime time = QDateTime::fromString(row.value(u"time").toString(), Qt::ISODateWithMs);
        if (!isModuleName(row.value(u"module").toString()) || !time.isValid())
            return std::nullopt;
        entry.origins.push_back({row.value(u"module").toString(), row.value(u"peer").toString(), time});
    }
    if (entry.origins.empty() || qsizetype(entry.origins.size()) > maxOrigins)
        return std::nullopt;
    return entry;
}

std::vector<CodeEntry> readEntries(const QString &folder, const CodeStoreLimits &limits)
{
    std::vector<CodeEntry> entries;
    const QStringList notes
        = QDir(folder).entryList({QStringLiteral("*.json")}, QDir::Files | QDir::NoSymLinks, QDir::Name);
    for (const QString &name : notes) {
        const QByteArray sha256 = name.chopped(5).toLatin1();
        if (!isHash(sha256) || qsizetype(entries.size()) >= limits.maxEntries)
            continue;
        if (auto entry = readEntry(folder, sha256, limits.maxOrigins))
            entries.push_back(*std::move(entry));
    }
    std::ranges::stable_sort(entries, {}, [](const CodeEntry &entry) { return entry.origins.front().time; });
    return entries;
}

} // namespace pyrolens::codefiles
