// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// What a daemon of these generations never offers, and how it says so.

#include "generation_p.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace pyrolens::pyro45 {

namespace {

using namespace std::string_view_literals;

/// Names with two underscores at both ends that are nobody's business, those of both libraries together.
/// Source: Pyro4, util.py, and Pyro5, server.py, _private_dunder_methods.
constexpr std::array kPrivateDunders{"__bool__"sv, "__call__"sv, "__class__"sv, "__cmp__"sv, "__coerce__"sv,
    "__copy__"sv, "__deepcopy__"sv, "__del__"sv, "__delattr__"sv, "__dir__"sv, "__enter__"sv, "__eq__"sv,
    "__exit__"sv, "__format__"sv, "__ge__"sv, "__getattr__"sv, "__getattribute__"sv, "__getinitargs__"sv,
    "__getnewargs__"sv, "__getstate__"sv, "__getstate_for_dict__"sv, "__gt__"sv, "__hasattr__"sv,
    "__hash__"sv, "__init__"sv, "__init_subclass__"sv, "__instancecheck__"sv, "__le__"sv, "__lt__"sv,
    "__module__"sv, "__ne__"sv, "__new__"sv, "__nonzero__"sv, "__reduce__"sv, "__reduce_ex__"sv, "__repr__"sv,
    "__setattr__"sv, "__setstate__"sv, "__setstate_from_dict__"sv, "__sizeof__"sv, "__str__"sv,
    "__subclasscheck__"sv, "__subclasshook__"sv, "__unicode__"sv, "__weakref__"sv};
static_assert(std::ranges::is_sorted(kPrivateDunders));

/// Source: Pyro5, server.py, is_private_attribute.
bool isPrivate(QByteArrayView name)
{
    constexpr qsizetype kShortDunder = 4;
    if (!name.startsWith('_'))
        return false;
    const bool isDunder = name.size() > kShortDunder && name.startsWith("__") && name.endsWith("__");
    return !isDunder
        || std::ranges::binary_search(kPrivateDunders, std::string_view(name.data(), size_t(name.size())));
}

} // namespace

Builtin Generation45::builtin(QByteArrayView method) const
{
    return isPrivate(method) ? Builtin::Private : Builtin::None;
}

/// Source: Pyro5, server.py, _get_attribute, _get_exposed_property_value and Daemon.handleRequest.
std::optional<Wording> Generation45::wording(Lack lack, const QString &owner, QByteArrayView name) const
{
    const QString quoted = u'\'' + QString::fromUtf8(name) + u'\'';
    const auto attributeError = [](const QString &text) {
        return Wording{QStringLiteral("AttributeError"), text};
    };
    switch (lack) {
    case Lack::Object:
        return Wording{QStringLiteral("DaemonError"), QStringLiteral("unknown object")};
    case Lack::Method:
        return attributeError(QStringLiteral("'%1' object has no attribute ").arg(owner) + quoted);
    case Lack::PrivateMethod:
        return attributeError(u"attempt to access private attribute " + quoted);
    case Lack::CalledAttribute:
        return attributeError(u"attempt to access unexposed attribute " + quoted);
    case Lack::Attribute:
        return attributeError(QStringLiteral("type object '%1' has no attribute ").arg(owner) + quoted);
    case Lack::MethodAsValue:
    case Lack::ReadOnly:
        return attributeError(u"attempt to access unexposed or unknown remote attribute " + quoted);
    }
    Q_UNREACHABLE();
}

/// Source: Pyro5, server.py, Daemon.handleRequest: these two are raised again once they have been sent.
bool Generation45::endsConnection(const RemoteError &error) const
{
    const QStringView name = error.className;
    return name == u"SecurityError" || name == u"SerializeError" || name.endsWith(u".errors.SecurityError")
        || name.endsWith(u".errors.SerializeError");
}

} // namespace pyrolens::pyro45
