// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/wire/mobilecode.h>

#include <QString>

#include <vector>

namespace pyrolens {

/// A module that a folder offers, as a list shows it.
struct OfferedModule
{
    QString name; ///< "kit.walker"
    QString file; ///< below the folder
    qint64 size = 0;
    CodeKind kind = CodeKind::Source;
};

/// Modules out of one folder that the user chose: `kit.walker` is `kit/walker.py` or, for a package,
/// `kit/walker/__init__.py`. Nothing outside of it is ever read: names are checked before they become paths,
/// and neither the file nor a folder on the way may be a symbolic link. Files are looked up at each request,
/// so what the user changes counts at once. Thread-safe.
class ModuleFolder final : public ModuleSource
{
public:
    enum class Prefer : quint8 {
        Source,   ///< `.py` before `.pyo` and `.pyc`: fits every version, and people can read it
        ByteCode, ///< the order of the original. Source: Pyro 3.16, core.py, remote_retrieve_code
    };
    struct Options
    {
        Prefer prefer = Prefer::Source;
        qint64 maxModuleBytes = MobileCodeLimits().maxModuleBytes;
        int maxListed = 10'000; ///< of modules()
    };

    /// \return Usage when it is no folder that can be read.
    static Result<std::shared_ptr<ModuleFolder>> open(const QString &folder, Options options);
    static Result<std::shared_ptr<ModuleFolder>> open(const QString &folder) { return open(folder, {}); }

    const QString &folder() const { return m_root; } ///< canonical
    /// The whole file; line ends of source become LF, as in the original. \return Usage "mobile.no-module",
    /// Denied "mobile.outside" for a link, Limit "mobile.too-large".
    Result<QByteArray> module(const QString &name) const override;
    /// What module() would find, by name. Reads the folder: not for the GUI thread.
    std::vector<OfferedModule> modules() const;

private:
    ModuleFolder(QString root, Options options) : m_root(std::move(root)), m_options(options) { }
    Result<QString> find(const QString &name) const;

    QString m_root;
    Options m_options;
};

} // namespace pyrolens
