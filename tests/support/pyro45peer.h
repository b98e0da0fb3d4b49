// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "peerprocess.h"

#include <QDir>
#include <QHash>

namespace pyrolens::testing {

/// Where the tests find the real Pyro 4 and Pyro 5. Pyro 4 is a package of the distribution, which continuous
/// integration installs; Pyro 5 a checkout that the environment names.
struct Pyro45Peer
{
    int generation = 5;

    bool isPyro4() const { return generation == 4; }

    QProcessEnvironment environment() const
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const QString &name : environment.keys()) {
            if (name.startsWith(u"PYRO"))
                environment.remove(name); // Pyro 5 refuses what it does not know
        }
        if (!isPyro4())
            environment.insert(QStringLiteral("PYTHONPATH"), qEnvironmentVariable("PYROLENS_PYRO5"));
        environment.insert(QStringLiteral("PYTHONDONTWRITEBYTECODE"), QStringLiteral("1"));
        environment.insert(QStringLiteral("PYTHONUNBUFFERED"), QStringLiteral("1"));
        return environment;
    }

    /// A Python 3 that has it; empty when there is none.
    QString python() const
    {
        static QHash<int, QString> s_found; // looking takes half a second
        if (!s_found.contains(generation))
            s_found.insert(generation, findPython());
        return s_found.value(generation);
    }

    /// Why it is missing, for the message of a skipped test.
    QString missing() const
    {
        return isPyro4() ? QStringLiteral("no Pyro 4 here (python3-pyro4, python3-serpent, python3-msgpack)")
                         : QStringLiteral("set PYROLENS_PYRO5 to a checkout of Pyro 5 (it needs "
                                          "python3-serpent and python3-msgpack)");
    }
    /// Whether that is a failure: continuous integration installs Pyro 4.
    bool isNeeded() const { return isPyro4() && qEnvironmentVariableIntValue("PYROLENS_CI") != 0; }

    static QString script()
    {
        return QDir(QStringLiteral(PYROLENS_TEST_DATA "/../support"))
            .absoluteFilePath(QStringLiteral("pyro45_peer.py"));
    }

private:
    QString findPython() const
    {
        if (!isPyro4() && qEnvironmentVariable("PYROLENS_PYRO5").isEmpty())
            return {};
        const QString module = isPyro4() ? QStringLiteral("import Pyro4, serpent, msgpack")
                                         : QStringLiteral("import Pyro5.api, serpent, msgpack");
        for (const QString &python :
            {qEnvironmentVariable("PYROLENS_PYTHON3"), QStringLiteral("/usr/bin/python3")}) {
            if (!python.isEmpty()
                && runProgram(python, {QStringLiteral("-c"), module}, environment()).status == 0)
                return python;
        }
        return {};
    }
};

} // namespace pyrolens::testing
