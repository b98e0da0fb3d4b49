// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "modulefolder.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QMap>

namespace pyrolens {

namespace {

QStringList suffixes(ModuleFolder::Prefer prefer)
{
    if (prefer == ModuleFolder::Prefer::ByteCode)
        return {QStringLiteral(".pyo"), QStringLiteral(".pyc"), QStringLiteral(".py")};
    return {QStringLiteral(".py"), QStringLiteral(".pyo"), QStringLiteral(".pyc")};
}

/// "kit/walker.py" -> "kit.walker", "kit/__init__.pyc" -> "kit"; empty for what is no module.
QString moduleOfFile(QString file)
{
    const qsizetype dot = file.lastIndexOf(u'.');
    if (dot < 0 || !suffixes(ModuleFolder::Prefer::Source).contains(file.mid(dot)))
        return {};
    file.truncate(dot);
    if (file.endsWith(QLatin1String("/__init__")))
        file.chop(9);
    const QString name = file.replace(u'/', u'.');
    return isModuleName(name) && !isLibraryModule(name) ? name : QString();
}

} // namespace

Result<std::shared_ptr<ModuleFolder>> ModuleFolder::open(const QString &folder, Options options)
{
    const QFileInfo info(folder);
    const QString root = info.canonicalFilePath();
    if (folder.isEmpty() || root.isEmpty() || !info.isDir() || !info.isReadable())
        return Error::usage(QStringLiteral("'%1' is no folder that can be read").arg(folder));
    return std::shared_ptr<ModuleFolder>(new ModuleFolder(root, options));
}

Result<QString> ModuleFolder::find(const QString &name) const
{
    if (!isModuleName(name))
        return Error::denied(QStringLiteral("that is no name of a module"), QStringLiteral("mobile.refused"));
    QString path = name;
    path.replace(u'.', u'/');
    // As Python finds them: a package comes before a module of the same name.
    for (const QString &stem : {QString(path + QLatin1String("/__init__")), path}) {
        for (const QString &suffix : suffixes(m_options.prefer)) {
            const QString wanted = m_root + u'/' + stem + suffix;
            const QFileInfo info(wanted);
            if (!info.exists() && !info.isSymLink())
                continue;
            // Any link on the way makes the real path another one, also one that stays inside.
            if (info.canonicalFilePath() != wanted || !info.isFile()) {
                return Error::denied(QStringLiteral("module '%1' is a link or no ordinary file").arg(name),
                    QStringLiteral("mobile.outside"));
            }
            return wanted;
        }
    }
    return Error{Error::Kind::Usage, QStringLiteral("there is no module '%1' in the folder").arg(name),
        QStringLiteral("mobile.no-module"), -1, nullptr};
}

Result<QByteArray> ModuleFolder::module(const QString &name) const
{
    const Result<QString> path = find(name);
    if (!path)
        return path.error();
    QFile file(*path);
    if (!file.open(QIODevice::ReadOnly)) {
        return Error::usage(QStringLiteral("cannot read module '%1': %2").arg(name, file.errorString()));
    }
    // What it has now counts, whatever its size was a moment ago.
    QByteArray code = file.read(m_options.maxModuleBytes + 1);
    if (code.size() > m_options.maxModuleBytes) {
        return Error::limit(
            QStringLiteral("module '%1' is larger than %2 bytes").arg(name).arg(m_options.maxModuleBytes),
            QStringLiteral("mobile.too-large"));
    }
    if (path->endsWith(QLatin1String(".py"))) {
        code.replace("\r\n", "\n");
        code.replace('\r', '\n');
    }
    return code;
}

std::vector<OfferedModule> ModuleFolder::modules() const
{
    // A map: by name, and each once whatever forms it has.
    QMap<QString, QString> found;
    QDirIterator files(m_root, QDir::Files | QDir::NoSymLinks, QDirIterator::Subdirectories);
    while (files.hasNext() && found.size() < m_options.maxListed) {
        const QString name = moduleOfFile(files.next().mid(m_root.size() + 1));
        if (name.isEmpty() || found.contains(name))
            continue;
        if (const auto path = find(name))
            found.insert(name, *path);
    }
    std::vector<OfferedModule> modules;
    for (auto entry = found.cbegin(); entry != found.cend(); ++entry) {
        QFile file(entry.value());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        modules.push_back(
            {entry.key(), entry.value().mid(m_root.size() + 1), file.size(), codeKind(file.read(4))});
    }
    return modules;
}

} // namespace pyrolens
