// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "importfolder_p.h"

#include "twindump_p.h"

#include <pyrolens/pickle/pickle.h>

#include <QDir>
#include <QFileInfo>

#include <deque>
#include <limits>

namespace pyrolens::naming {

namespace {

constexpr char kMetaSuffix[] = ".ns_meta";
constexpr qint64 kMaxUriFile = 8 * 1024;
constexpr qint64 kMaxMetaFile = 1024 * 1024;

/// "a\2fb" -> "a/b"; what is no escape stays as it is, as the original reads it.
QByteArray unescaped(const QByteArray &name)
{
    QByteArray out;
    for (qsizetype i = 0; i < name.size(); ++i) {
        bool isHex = false;
        const int code = name.at(i) == '\\' ? name.mid(i + 1, 2).toInt(&isHex, 16) : 0;
        if (isHex && i + 2 < name.size()) {
            out += char(code);
            i += 2;
        } else {
            out += name.at(i);
        }
    }
    return out;
}

class Importer
{
public:
    Importer(const Registry &registry, const Generation &generation)
        : m_generation(generation), m_settings(registry.settings())
    {
        for (NameRow &row : registry.snapshot().rows)
            m_known.insert(row.path, std::move(row));
    }

    void read(const QString &root)
    {
        // The root's own meta information lies in the folder; of some versions beside it.
        NameRow row;
        row.path = kRootGroup;
        row.isGroup = true;
        if (takeMeta(root + u'/' + QLatin1String(kMetaSuffix), row)
            || takeMeta(root + QLatin1String(kMetaSuffix), row))
            m_rows.push_back(row);
        m_folders.push_back({root, kRootGroup});
        while (!m_folders.empty()) {
            const Folder folder = m_folders.front();
            m_folders.pop_front();
            readFolder(folder);
        }
    }

    ImportReport report() const { return m_report; }
    const std::vector<NameRow> &rows() const { return m_rows; }

private:
    struct Folder
    {
        QString path;
        QByteArray group;
    };

    void problem(const QString &path, const QString &what) { m_report.problems.append(path + u": " + what); }

    void readFolder(const Folder &folder)
    {
        const QDir dir(folder.path);
        if (!dir.isReadable())
            return problem(folder.path, QStringLiteral("cannot be read"));
        const QFileInfoList entries = dir.entryInfoList(
            QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
        for (const QFileInfo &entry : entries) {
            const QString name = entry.fileName();
            if (name.endsWith(QLatin1String(kMetaSuffix)))
                continue; // read with its entry; of removed ones the original leaves it behind
            if (entry.isSymLink() || (!entry.isDir() && !entry.isFile())) {
                problem(entry.filePath(), QStringLiteral("neither a file nor a folder"));
                continue;
            }
            const QByteArray part = unescaped(QFile::encodeName(name));
            const QByteArray path = join(folder.group, part);
            const Status good = check(path, m_settings.maxNameBytes);
            if (!good || part.contains('.') || part.isEmpty()) {
                problem(entry.filePath(), QStringLiteral("its name is not one of a name server's entry"));
                continue;
            }
            if (entry.isDir())
                readGroup(entry, path);
            else
                readName(entry, path);
        }
    }

    void readGroup(const QFileInfo &entry, const QByteArray &path)
    {
        const NameRow *known = knownRow(path);
        if (known && !known->isGroup)
            return problem(entry.filePath(), QStringLiteral("a name with that path is registered already"));
        NameRow row;
        row.path = path;
        row.isGroup = true;
        row.timestamp = double(entry.lastModified().toMSecsSinceEpoch()) / 1000.0;
        const bool hasMeta = takeMeta(entry.filePath() + QLatin1String(kMetaSuffix), row);
        if (!known) {
            ++m_report.groups;
            m_rows.push_back(row);
        } else if (hasMeta && known->userMeta.isEmpty() && known->systemMeta.isEmpty()) {
            m_rows.push_back(row); // one of the groups that are always there
        }
        m_folders.push_back({entry.filePath(), path});
    }

    void readName(const QFileInfo &entry, const QByteArray &path)
    {
        if (path == kOwnName)
            return; // of the server that is replaced
        QFile file(entry.filePath());
        if (!file.open(QIODevice::ReadOnly))
            return problem(entry.filePath(), file.errorString());
        const QByteArray text = file.read(kMaxUriFile).trimmed();
        const Result<Uri> uri = m_generation.parseUri(QString::fromUtf8(text));
        if (!uri || text.size() > m_settings.maxUriBytes
            || (uri->form != Uri::Form::Object && uri->form != Uri::Form::Location))
            return problem(entry.filePath(),
                text.isEmpty() ? QStringLiteral("empty") : QStringLiteral("holds no URI of an object"));
        NameRow row;
        row.path = path;
        row.uri = uri->toString().toUtf8();
        row.timestamp = double(entry.lastModified().toMSecsSinceEpoch()) / 1000.0;
        if (const NameRow *known = knownRow(path)) {
            if (known->isGroup || known->uri != row.uri)
                return problem(entry.filePath(), QStringLiteral("registered already, with another URI"));
            ++m_report.known;
            return;
        }
        takeMeta(entry.filePath() + QLatin1String(kMetaSuffix), row);
        ++m_report.names;
        m_rows.push_back(row);
    }

    /// \return whether there was any. A broken one costs the entry nothing but its meta information.
    bool takeMeta(const QString &path, NameRow &row)
    {
        const QFileInfo info(path);
        if (!info.exists())
            return false;
        QFile file(path);
        if (info.isSymLink() || !info.isFile() || info.size() > kMaxMetaFile
            || !file.open(QIODevice::ReadOnly)) {
            problem(path, QStringLiteral("meta information cannot be read"));
            return false;
        }
        const Result<Decoded> decoded = pickle::decode(file.readAll());
        if (!decoded || decoded->value.kind() != Value::Kind::Tuple || decoded->value.size() != 2) {
            problem(path, decoded ? QStringLiteral("no pair of meta information") : decoded.error().what);
            return false;
        }
        NameRow filled = row;
        Status good = takeSystemMeta(decoded->value.at(0), filled);
        if (good && !decoded->value.at(1).isNone()) {
            Result<QByteArray> user = pickle::encode(decoded->value.at(1));
            if (user)
                filled.userMeta = std::move(user).value();
            else
                good = user.error();
        }
        if (good && qMax(filled.userMeta.size(), filled.systemMeta.size()) > m_settings.maxMetaBytes)
            good = Error::limit(QStringLiteral("meta information too large"), QStringLiteral("ns.limit"));
        if (!good) {
            problem(path, good.error().what);
            return false;
        }
        row = filled;
        ++m_report.metas;
        return true;
    }

    const NameRow *knownRow(const QByteArray &path) const
    {
        const auto found = m_known.constFind(path);
        return found == m_known.cend() ? nullptr : &*found;
    }

    const Generation &m_generation;
    const RegistrySettings m_settings;
    QHash<QByteArray, NameRow> m_known;
    std::deque<Folder> m_folders; // still to be read: a group's row stands before those below it
    std::vector<NameRow> m_rows;
    ImportReport m_report;
};

} // namespace

Result<ImportReport> importFolder(const QString &path, Registry &registry, const Generation &generation)
{
    const QFileInfo info(path);
    if (!info.isDir())
        return Error::usage(u"no database folder to import: " + path);
    Importer importer(registry, generation);
    importer.read(QDir::cleanPath(info.absoluteFilePath()));
    if (Status adopted = registry.adopt(importer.rows(), {}, std::numeric_limits<quint64>::max()); !adopted)
        return adopted.error();
    return importer.report();
}

} // namespace pyrolens::naming
