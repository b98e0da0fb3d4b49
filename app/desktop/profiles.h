// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/models/connectionprofile.h>

#include <QHash>
#include <QString>

namespace pyrolens {

/// The networks of the program. Those that are to be kept stand in `profiles.json`, without secrets; the file
/// is replaced as a whole, so a kill leaves the old or the new one.
class Profiles
{
public:
    /// Empty: nothing is read or written.
    explicit Profiles(QString file = {});

    /// Reads the file; entries without an id or with a host that is none are left out. \return Usage when
    /// there is a file that cannot be read; it is then left alone until the next change, and kept aside.
    Status load();
    Status save() const;

    QList<ConnectionProfile> all() const { return m_order; }
    const ConnectionProfile *find(const QString &id) const;
    void set(const ConnectionProfile &profile);
    void remove(const QString &id);

private:
    QString m_file;
    QList<ConnectionProfile> m_order;
};

} // namespace pyrolens
