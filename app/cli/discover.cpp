// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "command.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/discovery/discovery.h>

#include <cmath>

namespace pyrolens::cli {

namespace {

class DiscoverCommand : public Command
{
public:
    QString name() const override { return QStringLiteral("discover"); }
    QString synopsis() const override
    {
        return QStringLiteral("[--seconds S] [--address A ...] [--broadcast-port P]");
    }
    QString summary() const override { return QStringLiteral("name servers that answer a broadcast"); }
    std::vector<OptionSpec> options() const override
    {
        return {{QStringLiteral("seconds"), QStringLiteral("S"),
                    QStringLiteral("how long to wait (default 1.5)"), false},
            {QStringLiteral("address"), QStringLiteral("A"),
                QStringLiteral("ask there instead of everywhere"), true},
            {QStringLiteral("broadcast-port"), QStringLiteral("P"),
                QStringLiteral("UDP port (default 9090, 9091 for generations 4 and 5)"), false}};
    }

    int run(Invocation &invocation) override
    {
        const Stopwatch stopwatch;
        const auto found = discover(invocation);
        if (!found)
            return invocation.output->fail(found.error());
        QStringList lines;
        for (const QString &uri : *found)
            lines.append(logging::escapeForTerminal(uri));
        invocation.output->result(Json::strings(*found), lines.join(u'\n'), stopwatch.elapsed());
        return kDone;
    }

private:
    static Result<QStringList> discover(const Invocation &invocation)
    {
        const ParsedLine &line = invocation.line;
        DiscoveryOptions options;
        if (const Generation *only = invocation.catalogue->find(invocation.proxyOptions.generation)) {
            options.hierarchical = only->info().features.hierarchicalNames;
            options.flat = !options.hierarchical;
        }
        options.addresses = line.values(QStringLiteral("address"));
        if (line.has(QStringLiteral("seconds"))) {
            bool isNumber = false;
            const double seconds = line.value(QStringLiteral("seconds")).toDouble(&isNumber);
            if (!isNumber || !std::isfinite(seconds) || seconds <= 0 || seconds > 3600)
                return Error::usage(QStringLiteral("--seconds takes a number above 0, up to 3600"));
            options.wait = std::chrono::milliseconds(qint64(std::ceil(seconds * 1000)));
        }
        if (line.has(QStringLiteral("broadcast-port"))) {
            bool isNumber = false;
            options.port = line.value(QStringLiteral("broadcast-port")).toInt(&isNumber);
            if (!isNumber || options.port < 1 || options.port > 65535)
                return Error::usage(QStringLiteral("--broadcast-port takes a port from 1 to 65535"));
        }
        return discoverBlocking(options);
    }
};

} // namespace

void addDiscoverCommand(Commands &commands)
{
    commands.push_back(std::make_unique<DiscoverCommand>());
}

} // namespace pyrolens::cli
