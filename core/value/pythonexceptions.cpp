// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "pythonexceptions.h"

#include <algorithm>
#include <string_view>

namespace pyrolens {

namespace {

using namespace std::string_view_literals;

/// Which Python has an exception, and what Python 2 knows instead of a newer one.
enum class Since : quint8 {
    Always,
    OnlyPython2,
    Python3,     ///< or only there on Windows: no counterpart
    OsError,     ///< Python 3, an OSError before
    ImportError, ///< Python 3, an ImportError before
};

struct Exception
{
    std::string_view name;
    Since since;
};

// Sorted by name.
constexpr Exception kExceptions[] = {
    {"ArithmeticError"sv, Since::Always},
    {"AssertionError"sv, Since::Always},
    {"AttributeError"sv, Since::Always},
    {"BaseException"sv, Since::Always},
    {"BaseExceptionGroup"sv, Since::Python3},
    {"BlockingIOError"sv, Since::Python3},
    {"BrokenPipeError"sv, Since::OsError},
    {"BufferError"sv, Since::Always},
    {"BytesWarning"sv, Since::Always},
    {"ChildProcessError"sv, Since::OsError},
    {"ConnectionAbortedError"sv, Since::OsError},
    {"ConnectionError"sv, Since::OsError},
    {"ConnectionRefusedError"sv, Since::OsError},
    {"ConnectionResetError"sv, Since::OsError},
    {"DeprecationWarning"sv, Since::Always},
    {"EOFError"sv, Since::Always},
    {"EncodingWarning"sv, Since::Python3},
    {"EnvironmentError"sv, Since::Always},
    {"Exception"sv, Since::Always},
    {"ExceptionGroup"sv, Since::Python3},
    {"FileExistsError"sv, Since::OsError},
    {"FileNotFoundError"sv, Since::OsError},
    {"FloatingPointError"sv, Since::Always},
    {"FutureWarning"sv, Since::Always},
    {"GeneratorExit"sv, Since::Always},
    {"IOError"sv, Since::Always},
    {"ImportError"sv, Since::Always},
    {"ImportWarning"sv, Since::Always},
    {"IndentationError"sv, Since::Always},
    {"IndexError"sv, Since::Always},
    {"InterruptedError"sv, Since::OsError},
    {"IsADirectoryError"sv, Since::OsError},
    {"KeyError"sv, Since::Always},
    {"KeyboardInterrupt"sv, Since::Always},
    {"LookupError"sv, Since::Always},
    {"MemoryError"sv, Since::Always},
    {"ModuleNotFoundError"sv, Since::ImportError},
    {"NameError"sv, Since::Always},
    {"NotADirectoryError"sv, Since::OsError},
    {"NotImplementedError"sv, Since::Always},
    {"OSError"sv, Since::Always},
    {"OverflowError"sv, Since::Always},
    {"PendingDeprecationWarning"sv, Since::Always},
    {"PermissionError"sv, Since::OsError},
    {"ProcessLookupError"sv, Since::OsError},
    {"RecursionError"sv, Since::Python3},
    {"ReferenceError"sv, Since::Always},
    {"ResourceWarning"sv, Since::Python3},
    {"RuntimeError"sv, Since::Always},
    {"RuntimeWarning"sv, Since::Always},
    {"StandardError"sv, Since::OnlyPython2},
    {"StopAsyncIteration"sv, Since::Python3},
    {"StopIteration"sv, Since::Always},
    {"SyntaxError"sv, Since::Always},
    {"SyntaxWarning"sv, Since::Always},
    {"SystemError"sv, Since::Always},
    {"SystemExit"sv, Since::Always},
    {"TabError"sv, Since::Always},
    {"TimeoutError"sv, Since::OsError},
    {"TypeError"sv, Since::Always},
    {"UnboundLocalError"sv, Since::Always},
    {"UnicodeDecodeError"sv, Since::Always},
    {"UnicodeEncodeError"sv, Since::Always},
    {"UnicodeError"sv, Since::Always},
    {"UnicodeTranslateError"sv, Since::Always},
    {"UnicodeWarning"sv, Since::Always},
    {"UserWarning"sv, Since::Always},
    {"ValueError"sv, Since::Always},
    {"Warning"sv, Since::Always},
    {"WindowsError"sv, Since::Python3},
    {"ZeroDivisionError"sv, Since::Always},
};
static_assert(std::ranges::is_sorted(kExceptions, {}, &Exception::name));

const Exception *find(QByteArrayView name)
{
    const std::string_view wanted(name.data(), size_t(name.size()));
    const Exception *found = std::ranges::lower_bound(kExceptions, wanted, {}, &Exception::name);
    return found != std::end(kExceptions) && found->name == wanted ? found : nullptr;
}

} // namespace

bool isBuiltinException(QByteArrayView name)
{
    return find(name) != nullptr;
}

bool isPython2Exception(QByteArrayView name)
{
    const Exception *found = find(name);
    return found && (found->since == Since::Always || found->since == Since::OnlyPython2);
}

QByteArrayView toPython2Exception(QByteArrayView name)
{
    const Exception *found = find(name);
    if (!found)
        return {};
    switch (found->since) {
    case Since::Always:
        return {found->name.data(), qsizetype(found->name.size())};
    case Since::OsError:
        return "OSError";
    case Since::ImportError:
        return "ImportError";
    case Since::OnlyPython2:
    case Since::Python3:
        break;
    }
    return {};
}

} // namespace pyrolens
