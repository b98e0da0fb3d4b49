// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "stalenames.h"

#include <pyrolens/transport/hostlookup.h>

#include <QHash>
#include <QHostAddress>

namespace pyrolens {

namespace {

/// What is known about the objects of one host and port.
struct Place
{
    QString firstObject;
    bool hasSeveral = false;
    QString alive; ///< a name whose object answered
    QString first; ///< names of two different objects
    QString second;
};

bool isAlive(const StaleQuestion &name)
{
    return name.checked
        && (name.checked->health == NameHealth::Ok || name.checked->health == NameHealth::Slow);
}

} // namespace

bool isLocalOnly(const QString &host)
{
    const QString bare
        = host.startsWith(u'[') && host.endsWith(u']') ? host.sliced(1, host.size() - 2) : host;
    const QHostAddress address(bare);
    if (isLoopbackHost(bare) || address == QHostAddress(QHostAddress::AnyIPv4)
        || address == QHostAddress(QHostAddress::AnyIPv6))
        return true;
    const QString name = bare.toLower();
    return name.startsWith(QLatin1String("localhost.")) || name.endsWith(QLatin1String(".localhost"))
        || name == QLatin1String("ip6-localhost");
}

std::vector<StaleFinding> findStale(const std::vector<StaleQuestion> &names, const QString &server)
{
    const bool isRemote = !server.isEmpty() && !isLocalOnly(server);
    QHash<QString, Place> places;
    for (const StaleQuestion &name : names) {
        Place &place = places[name.host + u':' + name.port];
        if (place.first.isEmpty()) {
            place.firstObject = name.object;
            place.first = name.name;
        } else if (!place.hasSeveral && name.object != place.firstObject) {
            place.hasSeveral = true;
            place.second = name.name;
        }
        if (place.alive.isEmpty() && isAlive(name))
            place.alive = name.name;
    }
    std::vector<StaleFinding> findings;
    findings.reserve(names.size());
    for (const StaleQuestion &name : names) {
        StaleFinding finding;
        const Place place = places.value(name.host + u':' + name.port);
        if (isRemote && isLocalOnly(name.host)) {
            finding.kind = Staleness::Loopback;
        } else if (place.hasSeveral && name.checked && name.checked->isDead()) {
            finding.kind = place.alive.isEmpty() ? Staleness::AllGone : Staleness::Superseded;
            finding.other = !place.alive.isEmpty() ? place.alive
                : name.object == place.firstObject ? place.second
                                                   : place.first;
        }
        findings.push_back(finding);
    }
    return findings;
}

} // namespace pyrolens
