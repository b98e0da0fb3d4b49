// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/result.h>
#include <pyrolens/value/value.h>
#include <pyrolens/wire/message.h>
#include <pyrolens/wire/mobilecode.h>

#include <QSet>

#include <memory>
#include <mutex>

namespace pyrolens {

struct CallSite;

/// Names of the modules that clients have supplied to a daemon: none of them is asked for again.
/// Source: Pyro 3.16, core.py, remote_supply_code ("already have this module"). Thread-safe.
class SuppliedModules
{
public:
    bool contains(const QString &module) const;
    bool hasRoom(const QString &module, int max) const; ///< or has it already
    void add(const QString &module);

private:
    mutable std::mutex m_mutex; ///< guards m_names
    QSet<QString> m_names;
};

/// What to do about classes that a request names and the class policy does not let in.
struct ClassVerdict
{
    QByteArray refused; ///< this class ends the request
    QString wanted;     ///< else: this module must be asked for first; empty = serve the request
};
/// A class is let in once code of its module has come, as an inert value all the same. \param refused those
/// that the policy does not let in.
ClassVerdict judgeClasses(
    const MobileCode *code, const SuppliedModules &supplied, const std::vector<QByteArray> &refused);

/// Serves remote_supply_code and remote_retrieve_code.
Result<Value> exchangeCode(const std::shared_ptr<const CallSite> &site, const Message &request);

} // namespace pyrolens
