// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// What the form for a new host starts from.
#include "hostform.h"

namespace pyrolens {

namespace {

const char kPump[] = R"(// A pump that answers like the real one.
var flow = 12.5;

expose({
    status: () => ({flow: flow, on: flow > 0, window: Tuple(0, 60)}),
    set_flow: (value) => {
        if (value < 0)
            raise('ValueError', 'flow must not be negative');
        flow = value;
        log('flow is now', flow);
    },
    stop: () => { flow = 0; },
});
oneway('stop');
attr('serial', 'A-17');
)";

const char kCounter[] = R"(// Counts, and can be slow.
var count = 0;

expose({
    next: () => ++count,
    add: (a, b) => a + b,
    slow: (ms) => { sleep(ms); return ms; },
    reset: () => { count = 0; },
});
every(1000, () => { attr('uptime', attr('uptime') + 1); });
attr('uptime', 0);
)";

const char kFailing[] = R"(// Fails in the ways that clients have to cope with.
expose({
    wrong: () => raise('ValueError', 'always wrong'),
    custom: (code) => raise('plant.PumpError', 'code', code),
    broken: () => nothing.here,
    endless: () => { while (true) ; },
});
)";

const char kFixed[] = R"(# method > answer, method ! Exception 'text', attribute = value
status > {'flow': 12.5, 'on': True}
stop ! ValueError 'not running'
serial = 'A-17'
)";

} // namespace

QList<HostTemplate> hostTemplates(bool scripts)
{
    using Kind = ObjectPlan::Kind;
    QList<HostTemplate> list{
        {HostForm::tr("Name server"), HostForm::tr("a registry of names"), QStringLiteral("network-server"),
            QStringLiteral("nameServer"), HostKind::NameServer, Kind::BuiltIn, {}, {}, {}},
        {HostForm::tr("Demo objects"), HostForm::tr("echo, bank, clock and others"),
            QStringLiteral("application-demo"), QStringLiteral("demo"), HostKind::Daemon, Kind::BuiltIn, {},
            {}, {}},
        {HostForm::tr("Fixed answers"), HostForm::tr("a value for each method"), QStringLiteral("view-text"),
            QStringLiteral("static"), HostKind::Daemon, Kind::Static, QStringLiteral(":mock.fixed"),
            QString::fromUtf8(kFixed), {}},
        {HostForm::tr("Event server"), HostForm::tr("passes events on to subscribers"),
            QStringLiteral("network-traffic"), QStringLiteral("eventServer"), HostKind::EventServer,
            Kind::BuiltIn, {}, {}, {}},
        {HostForm::tr("Gateway"), HostForm::tr("objects of one Pyro for programs of another"),
            QStringLiteral("network-connect"), QStringLiteral("gateway"), HostKind::Gateway, Kind::BuiltIn,
            {}, {}, {}},
    };
    if (!scripts)
        return list;
    const auto script
        = [&list](const QString &title, const QString &text, const char *key, const char *source) {
              const QString name = QString::fromLatin1(key);
              list.append({title, text, QStringLiteral("method"), name, HostKind::Daemon, Kind::Scripted,
                  QStringLiteral(":mock.") + name, QString::fromUtf8(source), name + QStringLiteral(".js")});
          };
    script(HostForm::tr("Script: pump"), HostForm::tr("state, an attribute, a oneway method"), "pump", kPump);
    script(HostForm::tr("Script: counter"), HostForm::tr("counts, waits, ticks"), "counter", kCounter);
    script(HostForm::tr("Script: failures"), HostForm::tr("errors of every kind"), "failing", kFailing);
    return list;
}

} // namespace pyrolens
