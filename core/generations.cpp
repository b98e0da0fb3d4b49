// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generations.h"

#include <pyrolens/pyro3/pyro3.h>
#include <pyrolens/pyro4/pyro4.h>
#include <pyrolens/pyro5/pyro5.h>

namespace pyrolens {

std::shared_ptr<const Catalogue> builtinCatalogue()
{
    auto catalogue = std::make_shared<Catalogue>();
    catalogue->add(pyro3Generation());
    catalogue->add(pyro4Generation());
    catalogue->add(pyro5Generation());
    return catalogue;
}

} // namespace pyrolens
