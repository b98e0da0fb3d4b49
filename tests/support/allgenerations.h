// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/pyro4/pyro4.h>
#include <pyrolens/pyro5/pyro5.h>

namespace pyrolens::testing {

/// What builtinCatalogue() holds, for tests that link single layers.
inline std::shared_ptr<const Catalogue> allGenerations()
{
    static const std::shared_ptr<const Catalogue> s_catalogue = [] {
        auto catalogue = std::make_shared<Catalogue>();
        catalogue->add(pyro3Generation());
        catalogue->add(pyro4Generation());
        catalogue->add(pyro5Generation());
        return catalogue;
    }();
    return s_catalogue;
}

} // namespace pyrolens::testing
