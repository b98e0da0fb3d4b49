// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <QStringList>
#include <QStringView>

#include <functional>
#include <memory>
#include <vector>

namespace pyrolens {

/// Limits of the exchange of mobile code. Each member is a setting.
struct MobileCodeLimits
{
    qint64 maxModuleBytes = 1024 * 1024; ///< of one module, either way
    int maxModulesPerCall = 20;          ///< handed out or fetched for one call; stops endless requests
    int maxNesting = 10;                 ///< modules that want modules
    int maxModulesPerDaemon = 1'000;     ///< names that a daemon remembers to have received
};

/// What a module's file holds.
enum class CodeKind : quint8 {
    Source,
    ByteCode, ///< magic number, time stamp, marshalled code
};

/// Whether a text may name a module: `[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,19}`, ASCII only. Nothing else is ever
/// asked for, looked up or accepted, so a module name can never be a path.
bool isModuleName(QStringView name);

/// Whether the module belongs to what every Python 2.7 (or Pyro itself) has. Such a one is never asked for,
/// handed out or accepted: the original would never miss it, so who talks of it is after something else.
/// Source: CPython 2.7.18, sys.builtin_module_names and the names in Lib and lib-dynload.
bool isLibraryModule(QStringView name);

/// The module of a class as a pickle names it, "kit.walker" for "kit.walker.Walker"; empty when there is
/// none.
QString moduleOfClass(QByteArrayView className);

/// Byte code is told by its first four bytes, as the original does, but whichever Python it is for: the last
/// two are CR LF, the second one is no character of a source text.
/// Source: Pyro 3.16, core.py, remote_supply_code; CPython, import.c, table of magic numbers.
CodeKind codeKind(QByteArrayView code);
/// "Python 2.7" for byte code of a known version, empty otherwise.
QString byteCodeVersion(QByteArrayView code);

/// Modules that a source text imports, as written, each once. Reads lines and runs nothing: a hint for what
/// to fetch next. Relative imports and those of library modules are left out.
QStringList importedModules(QByteArrayView source);

/// A module on its way, for validators and stores.
struct CodeTransfer
{
    enum class Direction : quint8 { Received, Sent };
    Direction direction = Direction::Received;
    QString module;
    QByteArray code;   ///< empty when a validator is asked about handing out, as in the original
    QString peer;      ///< "host:port"
    QByteArray object; ///< id of the object it was asked of or given to
};

/// Hands out modules by name. Thread-safe.
class ModuleSource
{
public:
    virtual ~ModuleSource() = default;
    /// \return the whole file; Usage "mobile.no-module" when there is none, Denied or Limit when it must not
    /// be handed out.
    virtual Result<QByteArray> module(const QString &name) const = 0;
};

/// Takes what arrives. Must not run it. Thread-safe; called on connection threads.
class CodeSink
{
public:
    virtual ~CodeSink() = default;
    virtual Status receive(const CodeTransfer &transfer) = 0;
    /// A module that could not be had, or was handed out: for a log. Does nothing by default.
    virtual void failed(const CodeTransfer &transfer, const Error &error);
    virtual void handedOut(const CodeTransfer &transfer);
};

/// How a client or daemon takes part in the exchange of code. Plain data, shared, not changed once in use.
/// Everything is off by default.
struct MobileCode
{
    std::shared_ptr<const ModuleSource> source; ///< what is handed out; null: nothing
    std::shared_ptr<CodeSink> sink; ///< where received code goes; null: none is asked for or taken
    /// Says whether a transfer may happen; empty = always, as in the original. Called on any thread.
    std::function<bool(const CodeTransfer &)> validator;
    bool followImports = true; ///< client: fetch what fetched source imports, too
    MobileCodeLimits limits;

    /// The module's code for a peer, after all checks. \return Denied "mobile.refused" with the reason, or
    /// what the source says.
    Result<QByteArray> handOut(const CodeTransfer &request) const;
    /// Checks what came and gives it to the sink. \return Denied "mobile.refused" or Limit
    /// "mobile.too-large".
    Status take(const CodeTransfer &transfer) const;
    /// Whether a module may be asked for at all.
    bool mayAskFor(const QString &module) const;
};

} // namespace pyrolens
