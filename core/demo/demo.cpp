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

Result<std::vector<Uri>> hostDemo(Daemon &daemon, const DemoOptions &options)
{
    const Generation *spoken = daemon.generation(0);
    if (!spoken)
        return Error::usage(QStringLiteral("the daemon speaks no generation"));
    const std::pair<const char *, std::shared_ptr<Servant>> objects[] = {
        {"echo", demo::makeEcho()},
        {"thermometer", demo::makeThermometer()},
        {"bank", demo::makeBank()},
        {"clock", demo::makeClock()},
        {"files", demo::makeFiles()},
        {"market", demo::makeMarket(options.publisher)},
    };
    std::vector<Uri> uris;
    std::vector<QByteArray> ids;
    for (const auto &[shortName, servant] : objects) {
        const QString name = demoName(*spoken, QLatin1StringView(shortName));
        const auto uri = options.persistent ? daemon.connectPersistent(servant, name)
                                            : daemon.connectServant(servant, name);
        if (!uri) {
            for (const QByteArray &id : ids)
                static_cast<void>(daemon.disconnectServant(id));
            return uri.error();
        }
        ids.push_back(uri->object.toUtf8());
        for (Uri &each : daemon.urisFor(ids.back()))
            uris.push_back(std::move(each));
    }
    return uris;
}

} // namespace pyrolens
