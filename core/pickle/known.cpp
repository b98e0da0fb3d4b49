// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "pickle.h"

#include <pyrolens/value/pythonexceptions.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace pyrolens::pickle {

namespace {

using namespace std::string_view_literals;

// An allow-list, never a deny-list: lists of dangerous names were bypassed again and again. All lists are
// sorted.

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
        return isBuiltinException(dottedName.sliced(qsizetype(module.size())))
            || (module != "exceptions."sv && contains(kBuiltins, name));
    }
    return contains(kOthers, dotted);
}

} // namespace pyrolens::pickle
