// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <QObject>

namespace pyrolens::naming {

/// Carries a result to a handler: the connection drops it when the handler's context has died and crosses to
/// the context's thread when it is another one.
class Relay : public QObject
{
    Q_OBJECT

Q_SIGNALS:
    void fired();
};

} // namespace pyrolens::naming
