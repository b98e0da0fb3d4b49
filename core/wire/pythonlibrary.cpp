// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "mobilecode.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace pyrolens {

namespace {

using namespace std::string_view_literals;

/// Top-level modules of CPython 2.7.18 on any system, the names that Python 3 gave to some, and Pyro. Sorted.
constexpr std::array kLibrary{"BaseHTTPServer"sv, "Bastion"sv, "CDROM"sv, "CGIHTTPServer"sv, "ConfigParser"sv,
    "Cookie"sv, "DLFCN"sv, "DocXMLRPCServer"sv, "HTMLParser"sv, "IN"sv, "MimeWriter"sv, "Pyro"sv, "Queue"sv,
    "SimpleHTTPServer"sv, "SimpleXMLRPCServer"sv, "SocketServer"sv, "StringIO"sv, "TYPES"sv, "UserDict"sv,
    "UserList"sv, "UserString"sv, "_LWPCookieJar"sv, "_MozillaCookieJar"sv, "__builtin__"sv, "__future__"sv,
    "__main__"sv, "__phello__"sv, "_abcoll"sv, "_ast"sv, "_bisect"sv, "_bsddb"sv, "_codecs"sv, "_codecs_cn"sv,
    "_codecs_hk"sv, "_codecs_iso2022"sv, "_codecs_jp"sv, "_codecs_kr"sv, "_codecs_tw"sv, "_collections"sv,
    "_csv"sv, "_ctypes"sv, "_ctypes_test"sv, "_curses"sv, "_curses_panel"sv, "_elementtree"sv, "_functools"sv,
    "_hashlib"sv, "_heapq"sv, "_hotshot"sv, "_io"sv, "_json"sv, "_locale"sv, "_lsprof"sv, "_md5"sv,
    "_multibytecodec"sv, "_multiprocessing"sv, "_osx_support"sv, "_pyio"sv, "_random"sv, "_sha"sv,
    "_sha256"sv, "_sha512"sv, "_socket"sv, "_sqlite3"sv, "_sre"sv, "_ssl"sv, "_strptime"sv, "_struct"sv,
    "_subprocess"sv, "_symtable"sv, "_sysconfigdata"sv, "_testcapi"sv, "_threading_local"sv, "_tkinter"sv,
    "_warnings"sv, "_weakref"sv, "_weakrefset"sv, "_winreg"sv, "abc"sv, "aifc"sv, "antigravity"sv, "anydbm"sv,
    "argparse"sv, "array"sv, "ast"sv, "asynchat"sv, "asyncore"sv, "atexit"sv, "audiodev"sv, "audioop"sv,
    "base64"sv, "bdb"sv, "binascii"sv, "binhex"sv, "bisect"sv, "bsddb"sv, "bsddb185"sv, "builtins"sv, "bz2"sv,
    "cPickle"sv, "cProfile"sv, "cStringIO"sv, "calendar"sv, "cgi"sv, "cgitb"sv, "chunk"sv, "cmath"sv, "cmd"sv,
    "code"sv, "codecs"sv, "codeop"sv, "collections"sv, "colorsys"sv, "commands"sv, "compileall"sv,
    "compiler"sv, "contextlib"sv, "cookielib"sv, "copy"sv, "copy_reg"sv, "copyreg"sv, "crypt"sv, "csv"sv,
    "ctypes"sv, "curses"sv, "datetime"sv, "dbhash"sv, "dbm"sv, "decimal"sv, "difflib"sv, "dircache"sv,
    "dis"sv, "distutils"sv, "dl"sv, "doctest"sv, "dumbdbm"sv, "dummy_thread"sv, "dummy_threading"sv,
    "email"sv, "encodings"sv, "ensurepip"sv, "errno"sv, "exceptions"sv, "fcntl"sv, "filecmp"sv, "fileinput"sv,
    "fnmatch"sv, "formatter"sv, "fpformat"sv, "fractions"sv, "ftplib"sv, "functools"sv, "future_builtins"sv,
    "gc"sv, "gdbm"sv, "genericpath"sv, "getopt"sv, "getpass"sv, "gettext"sv, "glob"sv, "grp"sv, "gzip"sv,
    "hashlib"sv, "heapq"sv, "hmac"sv, "hotshot"sv, "htmlentitydefs"sv, "htmllib"sv, "httplib"sv, "idlelib"sv,
    "ihooks"sv, "imageop"sv, "imaplib"sv, "imghdr"sv, "imp"sv, "importlib"sv, "imputil"sv, "inspect"sv,
    "io"sv, "itertools"sv, "json"sv, "keyword"sv, "lib2to3"sv, "linecache"sv, "linuxaudiodev"sv, "locale"sv,
    "logging"sv, "macpath"sv, "macurl2path"sv, "mailbox"sv, "mailcap"sv, "markupbase"sv, "marshal"sv,
    "math"sv, "md5"sv, "mhlib"sv, "mimetools"sv, "mimetypes"sv, "mimify"sv, "mmap"sv, "modulefinder"sv,
    "msilib"sv, "msvcrt"sv, "multifile"sv, "multiprocessing"sv, "mutex"sv, "netrc"sv, "new"sv, "nis"sv,
    "nntplib"sv, "nt"sv, "ntpath"sv, "nturl2path"sv, "numbers"sv, "opcode"sv, "operator"sv, "optparse"sv,
    "os"sv, "os2"sv, "os2emxpath"sv, "ossaudiodev"sv, "parser"sv, "pdb"sv, "pickle"sv, "pickletools"sv,
    "pipes"sv, "pkgutil"sv, "platform"sv, "plistlib"sv, "popen2"sv, "poplib"sv, "posix"sv, "posixfile"sv,
    "posixpath"sv, "pprint"sv, "profile"sv, "pstats"sv, "pty"sv, "pwd"sv, "py_compile"sv, "pyclbr"sv,
    "pydoc"sv, "pydoc_data"sv, "pyexpat"sv, "quopri"sv, "random"sv, "re"sv, "readline"sv, "repr"sv,
    "resource"sv, "rexec"sv, "rfc822"sv, "riscos"sv, "rlcompleter"sv, "robotparser"sv, "runpy"sv, "sched"sv,
    "select"sv, "sets"sv, "sgi"sv, "sgmllib"sv, "sha"sv, "shelve"sv, "shlex"sv, "shutil"sv, "signal"sv,
    "site"sv, "sitecustomize"sv, "smtpd"sv, "smtplib"sv, "sndhdr"sv, "socket"sv, "spwd"sv, "sqlite3"sv,
    "sre"sv, "sre_compile"sv, "sre_constants"sv, "sre_parse"sv, "ssl"sv, "stat"sv, "statvfs"sv, "string"sv,
    "stringold"sv, "stringprep"sv, "strop"sv, "struct"sv, "subprocess"sv, "sunau"sv, "sunaudio"sv,
    "sunaudiodev"sv, "symbol"sv, "symtable"sv, "sys"sv, "sysconfig"sv, "syslog"sv, "tabnanny"sv, "tarfile"sv,
    "telnetlib"sv, "tempfile"sv, "termios"sv, "test"sv, "textwrap"sv, "this"sv, "thread"sv, "threading"sv,
    "time"sv, "timeit"sv, "toaiff"sv, "token"sv, "tokenize"sv, "trace"sv, "traceback"sv, "tty"sv, "types"sv,
    "unicodedata"sv, "unittest"sv, "urllib"sv, "urllib2"sv, "urlparse"sv, "user"sv, "usercustomize"sv, "uu"sv,
    "uuid"sv, "warnings"sv, "wave"sv, "weakref"sv, "webbrowser"sv, "whichdb"sv, "winsound"sv, "wsgiref"sv,
    "xdrlib"sv, "xml"sv, "xmllib"sv, "xmlrpclib"sv, "xxsubtype"sv, "zipfile"sv, "zipimport"sv, "zlib"sv};
static_assert(std::ranges::is_sorted(kLibrary));

} // namespace

bool isLibraryModule(QStringView name)
{
    const qsizetype dot = name.indexOf(u'.');
    const QByteArray top = (dot < 0 ? name : name.first(dot)).toLatin1();
    return std::ranges::binary_search(kLibrary, std::string_view(top.constData(), size_t(top.size())));
}

} // namespace pyrolens
