// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "dispatch_p.h"

#include "raise_p.h"

// Classes that are hosted in place of objects.
// Source: Pyro5, server.py, Daemon._getInstance.

namespace pyrolens {

namespace {

Result<std::shared_ptr<Hosted>> make(
    const Call &call, const std::shared_ptr<Hosted> &hostedClass, const ServantClass &servantClass)
{
    CallContext context = contextOf(call);
    auto servant = servantClass.make(context);
    if (!servant)
        return std::move(servant).error();
    if (!*servant || (*servant)->threading() == Threading::Bound) {
        return raiseText(context, QStringLiteral("TypeError"),
            QStringLiteral("instance creator returned object of different type"));
    }
    auto instance = std::make_shared<Hosted>();
    instance->ids = hostedClass->ids;
    instance->name = hostedClass->name;
    instance->flatName = hostedClass->flatName;
    instance->servant = *std::move(servant);
    instance->threading = instance->servant->threading();
    return instance;
}

} // namespace

Result<std::shared_ptr<Hosted>> instanceOf(const Call &call, const std::shared_ptr<Hosted> &hosted)
{
    const ServantClass *servantClass = hosted->servant->servantClass();
    if (!servantClass)
        return hosted;
    const auto findOrMake = [&](std::shared_ptr<Hosted> &place) -> Result<std::shared_ptr<Hosted>> {
        if (place)
            return place;
        auto made = make(call, hosted, *servantClass);
        if (made)
            place = *made;
        return made;
    };
    switch (servantClass->mode) {
    case InstanceMode::Single: {
        const std::lock_guard lock(hosted->singleMutex);
        return findOrMake(hosted->single);
    }
    case InstanceMode::Session: {
        const std::lock_guard lock(call.site->instances->mutex);
        return findOrMake(call.site->instances->byClass[hosted]);
    }
    case InstanceMode::PerCall:
        if (call.extras)
            return findOrMake(call.extras->instances[hosted]);
        break;
    }
    return make(call, hosted, *servantClass);
}

} // namespace pyrolens
