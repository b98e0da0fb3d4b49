// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "names_p.h"

#include <pyrolens/value/pythonexceptions.h>

#include <QHash>

#include <string_view>

namespace pyrolens::pickle {

namespace {

using namespace std::string_view_literals;

struct ModulePair
{
    std::string_view python3;
    std::string_view python2;
};

struct NamePair
{
    std::string_view module3;
    std::string_view name3;
    std::string_view module2;
    std::string_view name2;
};

constexpr ModulePair kModules[] = {
    {"_bz2"sv, "bz2"sv},
    {"_dbm"sv, "dbm"sv},
    {"_dummy_thread"sv, "dummy_thread"sv},
    {"_functools"sv, "functools"sv},
    {"_gdbm"sv, "gdbm"sv},
    {"_markupbase"sv, "markupbase"sv},
    {"_pickle"sv, "pickle"sv},
    {"_thread"sv, "thread"sv},
    {"collections.abc"sv, "_abcoll"sv},
    {"configparser"sv, "ConfigParser"sv},
    {"dbm"sv, "anydbm"sv},
    {"dbm.bsd"sv, "dbhash"sv},
    {"dbm.dumb"sv, "dumbdbm"sv},
    {"dbm.gnu"sv, "gdbm"sv},
    {"dbm.ndbm"sv, "dbm"sv},
    {"html.entities"sv, "htmlentitydefs"sv},
    {"html.parser"sv, "HTMLParser"sv},
    {"http.client"sv, "httplib"sv},
    {"http.cookiejar"sv, "cookielib"sv},
    {"http.cookies"sv, "Cookie"sv},
    {"http.server"sv, "BaseHTTPServer"sv},
    {"queue"sv, "Queue"sv},
    {"reprlib"sv, "repr"sv},
    {"socketserver"sv, "SocketServer"sv},
    {"subprocess"sv, "commands"sv},
    {"test.support"sv, "test.test_support"sv},
    {"tkinter"sv, "Tkinter"sv},
    {"tkinter.colorchooser"sv, "tkColorChooser"sv},
    {"tkinter.commondialog"sv, "tkCommonDialog"sv},
    {"tkinter.constants"sv, "Tkconstants"sv},
    {"tkinter.dialog"sv, "Dialog"sv},
    {"tkinter.dnd"sv, "Tkdnd"sv},
    {"tkinter.filedialog"sv, "tkFileDialog"sv},
    {"tkinter.font"sv, "tkFont"sv},
    {"tkinter.messagebox"sv, "tkMessageBox"sv},
    {"tkinter.scrolledtext"sv, "ScrolledText"sv},
    {"tkinter.simpledialog"sv, "tkSimpleDialog"sv},
    {"tkinter.tix"sv, "Tix"sv},
    {"tkinter.ttk"sv, "ttk"sv},
    {"urllib.parse"sv, "urlparse"sv},
    {"urllib.request"sv, "urllib2"sv},
    {"urllib.robotparser"sv, "robotparser"sv},
    {"winreg"sv, "_winreg"sv},
    {"xmlrpc.client"sv, "xmlrpclib"sv},
    {"xmlrpc.server"sv, "SimpleXMLRPCServer"sv},
};

constexpr NamePair kNames[] = {
    {"_functools"sv, "reduce"sv, "__builtin__"sv, "reduce"sv},
    {"_socket"sv, "socket"sv, "socket"sv, "_socketobject"sv},
    {"collections"sv, "UserDict"sv, "UserDict"sv, "IterableUserDict"sv},
    {"collections"sv, "UserList"sv, "UserList"sv, "UserList"sv},
    {"collections"sv, "UserString"sv, "UserString"sv, "UserString"sv},
    {"dbm"sv, "whichdb"sv, "whichdb"sv, "whichdb"sv},
    {"functools"sv, "reduce"sv, "__builtin__"sv, "reduce"sv},
    {"http.server"sv, "CGIHTTPRequestHandler"sv, "CGIHTTPServer"sv, "CGIHTTPRequestHandler"sv},
    {"http.server"sv, "SimpleHTTPRequestHandler"sv, "SimpleHTTPServer"sv, "SimpleHTTPRequestHandler"sv},
    {"itertools"sv, "filterfalse"sv, "itertools"sv, "ifilterfalse"sv},
    {"itertools"sv, "zip_longest"sv, "itertools"sv, "izip_longest"sv},
    {"multiprocessing.connection"sv, "Connection"sv, "_multiprocessing"sv, "Connection"sv},
    {"multiprocessing.context"sv, "AuthenticationError"sv, "multiprocessing"sv, "AuthenticationError"sv},
    {"multiprocessing.context"sv, "BufferTooShort"sv, "multiprocessing"sv, "BufferTooShort"sv},
    {"multiprocessing.context"sv, "Process"sv, "multiprocessing.process"sv, "Process"sv},
    {"multiprocessing.context"sv, "ProcessError"sv, "multiprocessing"sv, "ProcessError"sv},
    {"multiprocessing.context"sv, "TimeoutError"sv, "multiprocessing"sv, "TimeoutError"sv},
    {"multiprocessing.popen_fork"sv, "Popen"sv, "multiprocessing.forking"sv, "Popen"sv},
    {"socket"sv, "fromfd"sv, "_socket"sv, "fromfd"sv},
    {"sys"sv, "intern"sv, "__builtin__"sv, "intern"sv},
    {"tkinter.filedialog"sv, "FileDialog"sv, "FileDialog"sv, "FileDialog"sv},
    {"tkinter.filedialog"sv, "LoadFileDialog"sv, "FileDialog"sv, "LoadFileDialog"sv},
    {"tkinter.filedialog"sv, "SaveFileDialog"sv, "FileDialog"sv, "SaveFileDialog"sv},
    {"tkinter.simpledialog"sv, "SimpleDialog"sv, "SimpleDialog"sv, "SimpleDialog"sv},
    {"urllib.error"sv, "ContentTooShortError"sv, "urllib"sv, "ContentTooShortError"sv},
    {"urllib.error"sv, "HTTPError"sv, "urllib2"sv, "HTTPError"sv},
    {"urllib.error"sv, "URLError"sv, "urllib2"sv, "URLError"sv},
    {"urllib.parse"sv, "quote"sv, "urllib"sv, "quote"sv},
    {"urllib.parse"sv, "quote_plus"sv, "urllib"sv, "quote_plus"sv},
    {"urllib.parse"sv, "unquote"sv, "urllib"sv, "unquote"sv},
    {"urllib.parse"sv, "unquote_plus"sv, "urllib"sv, "unquote_plus"sv},
    {"urllib.parse"sv, "urlencode"sv, "urllib"sv, "urlencode"sv},
    {"urllib.request"sv, "getproxies"sv, "urllib"sv, "getproxies"sv},
    {"urllib.request"sv, "pathname2url"sv, "urllib"sv, "pathname2url"sv},
    {"urllib.request"sv, "url2pathname"sv, "urllib"sv, "url2pathname"sv},
    {"urllib.request"sv, "urlcleanup"sv, "urllib"sv, "urlcleanup"sv},
    {"urllib.request"sv, "urlopen"sv, "urllib"sv, "urlopen"sv},
    {"urllib.request"sv, "urlretrieve"sv, "urllib"sv, "urlretrieve"sv},
    {"xmlrpc.server"sv, "DocCGIXMLRPCRequestHandler"sv, "DocXMLRPCServer"sv, "DocCGIXMLRPCRequestHandler"sv},
    {"xmlrpc.server"sv, "DocXMLRPCRequestHandler"sv, "DocXMLRPCServer"sv, "DocXMLRPCRequestHandler"sv},
    {"xmlrpc.server"sv, "DocXMLRPCServer"sv, "DocXMLRPCServer"sv, "DocXMLRPCServer"sv},
    {"xmlrpc.server"sv, "ServerHTMLDoc"sv, "DocXMLRPCServer"sv, "ServerHTMLDoc"sv},
    {"xmlrpc.server"sv, "XMLRPCDocGenerator"sv, "DocXMLRPCServer"sv, "XMLRPCDocGenerator"sv},
};

// Python 3 builtins that have another name or module in Python 2.
constexpr NamePair kBuiltins[] = {
    {"builtins"sv, "chr"sv, "__builtin__"sv, "unichr"sv},
    {"builtins"sv, "filter"sv, "itertools"sv, "ifilter"sv},
    {"builtins"sv, "int"sv, "__builtin__"sv, "long"sv},
    {"builtins"sv, "map"sv, "itertools"sv, "imap"sv},
    {"builtins"sv, "range"sv, "__builtin__"sv, "xrange"sv},
    {"builtins"sv, "str"sv, "__builtin__"sv, "unicode"sv},
    {"builtins"sv, "zip"sv, "itertools"sv, "izip"sv},
};

// Python 2 builtins that have another name or module in Python 3.
constexpr NamePair kOldBuiltins[] = {
    {"builtins"sv, "str"sv, "__builtin__"sv, "basestring"sv},
    {"sys"sv, "intern"sv, "__builtin__"sv, "intern"sv},
    {"builtins"sv, "int"sv, "__builtin__"sv, "long"sv},
    {"functools"sv, "reduce"sv, "__builtin__"sv, "reduce"sv},
    {"builtins"sv, "chr"sv, "__builtin__"sv, "unichr"sv},
    {"builtins"sv, "str"sv, "__builtin__"sv, "unicode"sv},
    {"builtins"sv, "range"sv, "__builtin__"sv, "xrange"sv},
};

QByteArray bytes(std::string_view text)
{
    return QByteArray(text.data(), qsizetype(text.size()));
}

std::string_view view(const QByteArray &text)
{
    return {text.data(), std::size_t(text.size())};
}

GlobalName builtinToPython2(const QByteArray &name)
{
    if (const QByteArrayView exception = toPython2Exception(name); !exception.isEmpty())
        return {QByteArrayLiteral("exceptions"), exception.toByteArray()};
    for (const NamePair &pair : kBuiltins) {
        if (pair.name3 == view(name))
            return {bytes(pair.module2), bytes(pair.name2)};
    }
    return {QByteArrayLiteral("__builtin__"), name};
}

struct Maps
{
    QHash<QByteArray, QByteArray> modules;
    QHash<QByteArray, GlobalName> names;
};

Maps makeMaps()
{
    Maps maps;
    for (const ModulePair &pair : kModules)
        maps.modules.insert(bytes(pair.python3), bytes(pair.python2));
    for (const NamePair &pair : kNames)
        maps.names.insert(
            bytes(pair.module3) + '.' + bytes(pair.name3), {bytes(pair.module2), bytes(pair.name2)});
    return maps;
}

GlobalName libraryToPython2(const GlobalName &global)
{
    static const Maps maps = makeMaps();
    const auto module = maps.modules.constFind(global.module);
    const auto name = maps.names.constFind(global.module + '.' + global.name);
    if (name != maps.names.cend())
        return *name;
    return module != maps.modules.cend() ? GlobalName{*module, global.name} : global;
}

GlobalName toPython3(const GlobalName &global)
{
    if (global.module == "copy_reg")
        return {QByteArrayLiteral("copyreg"), global.name};
    if (global.module == "exceptions") {
        const bool isStandard = global.name == "StandardError";
        return {QByteArrayLiteral("builtins"), isStandard ? QByteArrayLiteral("Exception") : global.name};
    }
    if (global.module != "__builtin__")
        return global;
    for (const NamePair &pair : kOldBuiltins) {
        if (pair.name2 == view(global.name))
            return {bytes(pair.module3), bytes(pair.name3)};
    }
    return {QByteArrayLiteral("builtins"), global.name};
}

} // namespace

GlobalName wireName(const GlobalName &global, Dialect dialect, int protocol)
{
    if (protocol > 2)
        return toPython3(global);
    if (global.module == "builtins")
        return builtinToPython2(global.name);
    if (global.module == "copyreg")
        return {QByteArrayLiteral("copy_reg"), global.name};
    return dialect == Dialect::Python3 ? libraryToPython2(global) : global;
}

} // namespace pyrolens::pickle
