// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/base/json.h>

#include <QDir>
#include <QFile>

#include <algorithm>

/// Reading the recorded data below tests/data.
namespace pyrolens::testing {

/// A JSON file below tests/data; fails the program when it is not there, so that no test passes without its
/// data.
inline Json loadVectors(const QString &path)
{
    QFile file(QStringLiteral(PYROLENS_TEST_DATA "/") + path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no test data %s", qPrintable(file.fileName()));
    Result<Json> json = Json::parse(file.readAll(), 4'000);
    if (!json)
        qFatal("bad test data %s: %s", qPrintable(file.fileName()), qPrintable(json.error().what));
    return std::move(json).value();
}

/// Names of the JSON files in a folder below tests/data, sorted.
inline QStringList vectorFiles(const QString &folder)
{
    QStringList names = QDir(QStringLiteral(PYROLENS_TEST_DATA "/") + folder)
                            .entryList({QStringLiteral("*.json")}, QDir::Files);
    names.sort();
    if (names.isEmpty())
        qFatal("no test data in %s", qPrintable(folder));
    return names;
}

/// The same tagged value with the members of sets in one order: a set has none on the wire.
inline Json withSortedSets(const Json &json)
{
    if (json.isArray()) {
        Json out = Json::array();
        for (const Json &item : json.items())
            out.append(withSortedSets(item));
        return out;
    }
    if (!json.isObject())
        return json;
    Json out = Json::object();
    for (const auto &[name, value] : json.members()) {
        Json member = withSortedSets(value);
        if ((name == QLatin1String("$set") || name == QLatin1String("$frozenset")) && member.isArray()) {
            Json::Array items = member.items();
            std::sort(items.begin(), items.end(),
                [](const Json &a, const Json &b) { return a.toText() < b.toText(); });
            member = Json::array(std::move(items));
        }
        out.set(name, std::move(member));
    }
    return out;
}

} // namespace pyrolens::testing
