// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/value/dialect.h>
#include <pyrolens/value/value.h>

#include <QMetaType>
#include <QVariant>

#include <optional>

namespace pyrolens {

/// How well a Python value fits a C++ parameter; the best overload wins.
enum class Fit : quint8 { No, Loose, Good, Exact };

/// A value as the C++ type `type` (see makeQObjectServant() for the list), and how well it fits.
struct Fitted
{
    Fit fit = Fit::No;
    QVariant value; ///< holds exactly `type`; for QVariant itself, what it should contain
};
Fitted fitTo(const Value &value, QMetaType type);

/// A result as a Python value; nothing when the type has no counterpart. Dialect: what a QByteArray becomes.
std::optional<Value> fromQt(const QVariant &variant, Dialect dialect);
/// Whether fitTo() knows the type at all.
bool isConvertible(QMetaType type);
/// "int", "str", ... as Python names the type of a value; for error texts.
QString pythonTypeName(const Value &value);

} // namespace pyrolens
