// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "healthwords.h"

#include <QCoreApplication>

namespace pyrolens {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Health)
};

} // namespace

Health shortHealth(NameHealth health)
{
    switch (health) {
    case NameHealth::Ok:
        return Health::Ok;
    case NameHealth::Slow:
        return Health::Slow;
    case NameHealth::Denied:
        return Health::Denied;
    case NameHealth::Refused:
    case NameHealth::TimedOut:
    case NameHealth::WrongObject:
        return Health::Dead;
    case NameHealth::Unknown:
        break;
    }
    return Health::Unknown;
}

QString healthWord(Health health)
{
    switch (health) {
    case Health::Ok:
        return Words::tr("ok", "health of an object");
    case Health::Slow:
        return Words::tr("slow", "health of an object");
    case Health::Dead:
        return Words::tr("dead", "health of an object");
    case Health::Denied:
        return Words::tr("denied", "health of an object");
    case Health::Unknown:
        break;
    }
    return {};
}

QString healthWord(NameHealth health)
{
    switch (health) {
    case NameHealth::Refused:
        return Words::tr("refused", "health of an object");
    case NameHealth::TimedOut:
        return Words::tr("no answer", "health of an object");
    case NameHealth::WrongObject:
        return Words::tr("wrong object", "health of an object");
    case NameHealth::Unknown:
        return Words::tr("unknown", "health of an object");
    default:
        return healthWord(shortHealth(health));
    }
}

} // namespace pyrolens
