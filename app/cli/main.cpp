// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"
#include "termination.h"

#include <pyrolens/generations.h>

#include <QCoreApplication>
#include <QFile>

int main(int argc, char *argv[])
{
    // glib's dispatcher costs several microseconds a wake-up and is of no use without a desktop.
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("pyroctl"));
    QCoreApplication::setApplicationVersion(QStringLiteral(PYROLENS_VERSION));
    pyrolens::cli::exitOnSignals();
    QFile out;
    QFile err;
    if (!out.open(stdout, QIODevice::WriteOnly) || !err.open(stderr, QIODevice::WriteOnly))
        return pyrolens::cli::kFailed;
    return pyrolens::cli::runCommandLine(
        QCoreApplication::arguments().mid(1), pyrolens::builtinCatalogue(), out, err);
}
