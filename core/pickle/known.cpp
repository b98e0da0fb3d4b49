// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "pickle.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace pyrolens::pickle {

namespace {

using namespace std::string_view_literals;

// An allow-list, never a deny-list: lists of dangerous names were bypassed again and again. All lists are
// sorted.

// Of `exceptions`, `builtins` and `__builtin__`, Python 2.7 and 3.11.
constexpr std::string_view kExceptions[] = {
    "ArithmeticError"sv,
    "AssertionError"sv,
    "AttributeError"sv,
    "BaseException"sv,
    "BaseExceptionGroup"sv,
    "BlockingIOError"sv,
    "BrokenPipeError"sv,
    "BufferError"sv,
    "BytesWarning"sv,
    "ChildProcessError"sv,
    "ConnectionAbortedError"sv,
    "ConnectionError"sv,
    "ConnectionRefusedError"sv,
    "ConnectionResetError"sv,
    "DeprecationWarning"sv,
    "EOFError"sv,
    "EncodingWarning"sv,
    "EnvironmentError"sv,
    "Exception"sv,
    "ExceptionGroup"sv,
    "FileExistsError"sv,
    "FileNotFoundError"sv,
    "FloatingPointError"sv,
    "FutureWarning"sv,
    "GeneratorExit"sv,
    "IOError"sv,
    "ImportError"sv,
    "ImportWarning"sv,
    "IndentationError"sv,
    "IndexError"sv,
    "InterruptedError"sv,
    "IsADirectoryError"sv,
    "KeyError"sv,
    "KeyboardInterrupt"sv,
    "LookupError"sv,
    "MemoryError"sv,
    "ModuleNotFoundError"sv,
    "NameError"sv,
    "NotADirectoryError"sv,
    "NotImplementedError"sv,
    "OSError"sv,
    "OverflowError"sv,
    "PendingDeprecationWarning"sv,
    "PermissionError"sv,
    "ProcessLookupError"sv,
    "RecursionError"sv,
    "ReferenceError"sv,
    "ResourceWarning"sv,
    "RuntimeError"sv,
    "RuntimeWarning"sv,
    "StandardError"sv,
    "StopAsyncIteration"sv,
    "StopIteration"sv,
    "SyntaxError"sv,
    "SyntaxWarning"sv,
    "SystemError"sv,
    "SystemExit"sv,
    "TabError"sv,
    "TimeoutError"sv,
    "TypeError"sv,
    "UnboundLocalError"sv,
    "UnicodeDecodeError"sv,
    "UnicodeEncodeError"sv,
    "UnicodeError"sv,
    "UnicodeTranslateError"sv,
    "UnicodeWarning"sv,
    "UserWarning"sv,
    "ValueError"sv,
    "Warning"sv,
    "WindowsError"sv,
    "ZeroDivisionError"sv,
};

// Plain types of `builtins` and `__builtin__`: making one from arguments runs no code of a stranger's choice.
constexpr std::string_view kBuiltins[] = {
    "Ellipsis"sv,
    "NotImplemented"sv,
    "bool"sv,
    "bytearray"sv,
    "bytes"sv,
    "complex"sv,
    "dict"sv,
    "float"sv,
    "frozenset"sv,
    "int"sv,
    "list"sv,
    "long"sv,
    "object"sv,
    "range"sv,
    "set"sv,
    "slice"sv,
    "str"sv,
    "tuple"sv,
    "unicode"sv,
    "xrange"sv,
};

// Whole dotted names. `_codecs.encode` and the copy_reg functions only rebuild what other entries name.
constexpr std::string_view kOthers[] = {
    "Pyro.EventService.Event.Event"sv,
    "Pyro.core.DynamicProxy"sv,
    "Pyro.core.DynamicProxyWithAttrs"sv,
    "Pyro.core.PyroURI"sv,
    "Pyro.errors.ConnectionClosedError"sv,
    "Pyro.errors.ConnectionDeniedError"sv,
    "Pyro.errors.DaemonError"sv,
    "Pyro.errors.NamingError"sv,
    "Pyro.errors.NoModuleError"sv,
    "Pyro.errors.ProtocolError"sv,
    "Pyro.errors.PyroError"sv,
    "Pyro.errors.PyroExceptionCapsule"sv,
    "Pyro.errors.TimeoutError"sv,
    "Pyro.errors.URIError"sv,
    "Pyro.errors._InternalNoModuleError"sv,
    "Pyro.ext.remote.Error"sv,
    "Pyro.naming.NameServerProxy"sv,
    "Pyro.naming.NameSpaceSystemMeta"sv,
    "Pyro.naming.NameValue"sv,
    "Pyro.naming.NamedTree"sv,
    "Pyro.protocol.BasicSSLValidator"sv,
    "Pyro.protocol.DefaultConnValidator"sv,
    "Pyro.protocol.PYROAdapter"sv,
    "Pyro.protocol.PYROSSLAdapter"sv,
    "Pyro4.core.Proxy"sv,
    "Pyro4.core.URI"sv,
    "Pyro4.core._ExceptionWrapper"sv,
    "Pyro4.errors.CommunicationError"sv,
    "Pyro4.errors.ConnectionClosedError"sv,
    "Pyro4.errors.DaemonError"sv,
    "Pyro4.errors.MessageTooLargeError"sv,
    "Pyro4.errors.NamingError"sv,
    "Pyro4.errors.ProtocolError"sv,
    "Pyro4.errors.PyroError"sv,
    "Pyro4.errors.SecurityError"sv,
    "Pyro4.errors.SerializeError"sv,
    "Pyro4.errors.TimeoutError"sv,
    "Pyro4.futures._ExceptionWrapper"sv,
    "Pyro5.client.Proxy"sv,
    "Pyro5.core.URI"sv,
    "Pyro5.core._ExceptionWrapper"sv,
    "Pyro5.errors.CommunicationError"sv,
    "Pyro5.errors.ConnectionClosedError"sv,
    "Pyro5.errors.DaemonError"sv,
    "Pyro5.errors.MessageTooLargeError"sv,
    "Pyro5.errors.NamingError"sv,
    "Pyro5.errors.ProtocolError"sv,
    "Pyro5.errors.PyroError"sv,
    "Pyro5.errors.SecurityError"sv,
    "Pyro5.errors.SerializeError"sv,
    "Pyro5.errors.TimeoutError"sv,
    "_codecs.encode"sv,
    "array._array_reconstructor"sv,
    "array.array"sv,
    "collections.Counter"sv,
    "collections.OrderedDict"sv,
    "collections.defaultdict"sv,
    "collections.deque"sv,
    "copy_reg.__newobj__"sv,
    "copy_reg._reconstructor"sv,
    "copyreg.__newobj__"sv,
    "copyreg._reconstructor"sv,
    "datetime.date"sv,
    "datetime.datetime"sv,
    "datetime.time"sv,
    "datetime.timedelta"sv,
    "datetime.timezone"sv,
    "decimal.Decimal"sv,
    "fractions.Fraction"sv,
    "uuid.UUID"sv,
};

template <std::size_t N>
bool contains(const std::string_view (&sorted)[N], std::string_view name)
{
    return std::binary_search(std::begin(sorted), std::end(sorted), name);
}

} // namespace

bool isKnownGlobal(QByteArrayView dottedName)
{
    const std::string_view dotted(dottedName.data(), std::size_t(dottedName.size()));
    for (const std::string_view module : {"builtins."sv, "__builtin__."sv, "exceptions."sv}) {
        if (!dotted.starts_with(module))
            continue;
        const std::string_view name = dotted.substr(module.size());
        return contains(kExceptions, name) || (module != "exceptions."sv && contains(kBuiltins, name));
    }
    return contains(kOthers, dotted);
}

} // namespace pyrolens::pickle
