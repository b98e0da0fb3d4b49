// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/server/servant.h>

#include <memory>

namespace pyrolens::events {

class Hub;

/// The object that clients call: publish, subscribe, subscribeMatch, unsubscribe. Never blocks.
/// Source: Pyro 3.16, EventService/Server.py, EventService.
std::shared_ptr<Servant> makeEventServant(std::shared_ptr<Hub> hub, int maxSubjects, int maxSubjectBytes);

} // namespace pyrolens::events
