// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "acceptor_p.h"
#include "core_p.h"
#include "multiplexer_p.h"

#include <QThread>
#include <QTimer>

namespace pyrolens {

class Daemon::Private
{
public:
    Private(Daemon &owner, std::shared_ptr<const Catalogue> catalogue, DaemonOptions options)
        : core(std::make_shared<Core>(std::move(catalogue), std::move(options), &owner))
    { }

    void startReaper();
    void startSweeper();
    void reapTransients();

    const std::shared_ptr<Core> core;
    std::unique_ptr<Acceptor> acceptor;
    std::unique_ptr<QTimer> reaper;
    std::unique_ptr<QTimer> sweeper; ///< of item streams
    bool isShutDown = false;
};

} // namespace pyrolens
