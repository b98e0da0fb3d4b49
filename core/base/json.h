// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "limits.h"
#include "result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace pyrolens {

/// A JSON value that keeps the order of members and the exact text of numbers. For reading and writing files
/// and
/// `--json` output; not for the json codec of Pyro 4/5 (that one works on Value).
class Json final
{
public:
    enum class Type : quint8 { Null, Bool, Number, String, Array, Object };
    using Array = std::vector<Json>;
    using Member = std::pair<QString, Json>;
    using Members = std::vector<Member>;

    Json() = default; ///< null
    ~Json();          ///< does not recurse, so any depth may be built and dropped
    Json(const Json &) = default;
    Json(Json &&) noexcept = default;
    Json &operator=(const Json &) = default;
    Json &operator=(Json &&) noexcept = default;
    Json(bool value) : m_data(value) { }
    Json(int value) : Json(qint64(value)) { }
    Json(qint64 value);
    Json(double value); ///< shortest round-trip text; nan and infinities become null
    Json(QString value) : m_data(std::move(value)) { }
    Json(const char *) = delete; ///< would become bool
    Json(Array value) : m_data(std::move(value)) { }
    static Json number(QByteArray literal); ///< text of a JSON number, kept as it is
    static Json object(Members members = {});
    static Json array(Array items = {}) { return Json(std::move(items)); }
    static Json strings(const QStringList &list);

    Type type() const;
    bool isNull() const { return type() == Type::Null; }
    bool isObject() const { return type() == Type::Object; }
    bool isArray() const { return type() == Type::Array; }
    bool isString() const { return type() == Type::String; }
    bool toBool(bool other = false) const;
    qint64 toInteger(qint64 other = 0) const; ///< a number without fraction that fits
    std::optional<qint64> asInteger() const;
    double toDouble(double other = 0) const;
    QByteArray numberText() const;
    QString toString() const;                 ///< empty for other types
    const Array &items() const;               ///< empty for other types
    const Members &members() const;           ///< empty for other types
    const Json &value(QStringView key) const; ///< the last of that name, null when missing
    bool contains(QStringView key) const;
    void append(Json item);            ///< Array only
    void set(QString key, Json value); ///< Object only: replaces or appends

    /// One line, or pretty with `indent` spaces and LF. Always ASCII-safe for U+2028/2029 and lone surrogates
    /// (escaped).
    QByteArray toText(int indent = 0) const;
    /// \return Protocol error with the byte offset. Depth at most `maxDepth`.
    static Result<Json> parse(QByteArrayView utf8, int maxDepth = 512);

    friend bool operator==(const Json &a, const Json &b);

private:
    struct Number
    {
        QByteArray text;
        friend bool operator==(const Number &, const Number &) = default;
    };
    friend class JsonWriter;

    std::variant<std::monostate, bool, Number, QString, Array, Members> m_data;
};

} // namespace pyrolens
