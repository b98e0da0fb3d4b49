// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demo.h"

#include "demoobjects_p.h"

namespace pyrolens {

QString demoGroup(const Generation &generation)
{
    return generation.info().features.hierarchicalNames ? QStringLiteral(":demo") : QString();
}

QString demoName(const Generation &generation, const QString &shortName)
{
    const QLatin1StringView prefix(generation.info().features.hierarchicalNames ? ":demo." : "demo.");
    return prefix + shortName;
}

Result<std::vector<Uri>> hostDemo(Daemon &daemon, const DemoOptions &options, int generation)
{
    const Generation *spoken = daemon.generation(generation);
    if (!spoken)
        return Error::unsupported(QStringLiteral("this daemon does not speak generation %1").arg(generation));
    const std::pair<const char *, std::shared_ptr<Servant>> objects[] = {
        {"echo", demo::makeEcho()},
        {"thermometer", demo::makeThermometer()},
        {"bank", demo::makeBank()},
        {"clock", demo::makeClock()},
        {"files", demo::makeFiles()},
        {"market", demo::makeMarket(options.publisher)},
    };
    std::vector<Uri> uris;
    for (const auto &[shortName, servant] : objects) {
        const QString name = demoName(*spoken, QLatin1StringView(shortName));
        // Where names are flat the name is the id; else an ordinary one.
        const QByteArray id = spoken->info().features.hierarchicalNames ? QByteArray() : name.toUtf8();
        auto uri = options.persistent ? daemon.connectPersistent(servant, name, generation)
                                      : daemon.connectServant(servant, name, id, generation);
        if (!uri) {
            for (const Uri &done : uris)
                static_cast<void>(daemon.disconnectServant(done.object.toUtf8()));
            return uri.error();
        }
        uris.push_back(std::move(*uri));
    }
    return uris;
}

} // namespace pyrolens
