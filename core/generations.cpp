// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generations.h"

#include <pyrolens/pyro3/pyro3.h>

namespace pyrolens {

std::shared_ptr<const Catalogue> builtinCatalogue()
{
    auto catalogue = std::make_shared<Catalogue>();
    catalogue->add(pyro3Generation());
    return catalogue;
}

} // namespace pyrolens
