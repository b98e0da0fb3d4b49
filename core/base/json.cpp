// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "json.h"

#include <QLocale>

#include <cmath>
#include <limits>

namespace pyrolens {

namespace {

const Json kNull;
const Json::Array kNoItems;
const Json::Members kNoMembers;

} // namespace

Json::~Json()
{
    // The compiler's destructor would recurse once per level.
    if (!isArray() && !isObject())
        return;
    std::vector<Json> pending;
    const auto takeChildren = [&pending](Json &from) {
        if (auto *array = std::get_if<Array>(&from.m_data)) {
            for (Json &item : *array) {
                if (item.isArray() || item.isObject())
                    pending.push_back(std::move(item));
            }
            array->clear();
        } else if (auto *members = std::get_if<Members>(&from.m_data)) {
            for (Member &member : *members) {
                if (member.second.isArray() || member.second.isObject())
                    pending.push_back(std::move(member.second));
            }
            members->clear();
        }
    };
    takeChildren(*this);
    while (!pending.empty()) {
        Json next = std::move(pending.back());
        pending.pop_back();
        takeChildren(next);
    }
}

Json::Json(qint64 value) : m_data(Number{QByteArray::number(value)}) { }

Json::Json(double value)
{
    if (!std::isfinite(value))
        return;
    QByteArray text = QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
    // Keeps a float a float for readers that tell 1 from 1.0.
    if (!text.contains('.') && !text.contains('e'))
        text += ".0";
    m_data = Number{text};
}

Json Json::number(QByteArray literal)
{
    Json json;
    json.m_data = Number{std::move(literal)};
    return json;
}

Json Json::object(Members members)
{
    Json json;
    json.m_data = std::move(members);
    return json;
}

Json Json::strings(const QStringList &list)
{
    Array items;
    items.reserve(size_t(list.size()));
    for (const QString &text : list)
        items.emplace_back(text);
    return array(std::move(items));
}

Json::Type Json::type() const
{
    return Type(m_data.index());
}

bool Json::toBool(bool other) const
{
    const bool *value = std::get_if<bool>(&m_data);
    return value ? *value : other;
}

std::optional<qint64> Json::asInteger() const
{
    const Number *number = std::get_if<Number>(&m_data);
    if (!number)
        return std::nullopt;
    bool good = false;
    const qint64 value = number->text.toLongLong(&good);
    if (!good)
        return std::nullopt;
    return value;
}

qint64 Json::toInteger(qint64 other) const
{
    return asInteger().value_or(other);
}

double Json::toDouble(double other) const
{
    const Number *number = std::get_if<Number>(&m_data);
    if (!number)
        return other;
    bool good = false;
    const double value = number->text.toDouble(&good);
    return good ? value : other;
}

QByteArray Json::numberText() const
{
    const Number *number = std::get_if<Number>(&m_data);
    return number ? number->text : QByteArray();
}

QString Json::toString() const
{
    const QString *text = std::get_if<QString>(&m_data);
    return text ? *text : QString();
}

const Json::Array &Json::items() const
{
    const Array *array = std::get_if<Array>(&m_data);
    return array ? *array : kNoItems;
}

const Json::Members &Json::members() const
{
    const Members *members = std::get_if<Members>(&m_data);
    return members ? *members : kNoMembers;
}

const Json &Json::value(QStringView key) const
{
    const Members &all = members();
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
        if (it->first == key)
            return it->second;
    }
    return kNull;
}

bool Json::contains(QStringView key) const
{
    for (const Member &member : members()) {
        if (member.first == key)
            return true;
    }
    return false;
}

void Json::append(Json item)
{
    Array *array = std::get_if<Array>(&m_data);
    Q_ASSERT_X(array, "Json::append", "not an array");
    if (array)
        array->push_back(std::move(item));
}

void Json::set(QString key, Json value)
{
    Members *members = std::get_if<Members>(&m_data);
    Q_ASSERT_X(members, "Json::set", "not an object");
    if (!members)
        return;
    for (Member &member : *members) {
        if (member.first == key) {
            member.second = std::move(value);
            return;
        }
    }
    members->emplace_back(std::move(key), std::move(value));
}

bool operator==(const Json &a, const Json &b)
{
    std::vector<std::pair<const Json *, const Json *>> pending{{&a, &b}};
    while (!pending.empty()) {
        const auto [left, right] = pending.back();
        pending.pop_back();
        if (left->type() != right->type())
            return false;
        if (left->isArray()) {
            const Json::Array &x = left->items();
            const Json::Array &y = right->items();
            if (x.size() != y.size())
                return false;
            for (size_t i = 0; i < x.size(); ++i)
                pending.emplace_back(&x[i], &y[i]);
        } else if (left->isObject()) {
            const Json::Members &x = left->members();
            const Json::Members &y = right->members();
            if (x.size() != y.size())
                return false;
            for (size_t i = 0; i < x.size(); ++i) {
                if (x[i].first != y[i].first)
                    return false;
                pending.emplace_back(&x[i].second, &y[i].second);
            }
        } else if (left->m_data != right->m_data) {
            return false;
        }
    }
    return true;
}

} // namespace pyrolens
