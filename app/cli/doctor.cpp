// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "target.h"

#include <pyrolens/base/logging.h>
#include <pyrolens/doctor/doctor.h>

namespace pyrolens::cli {

namespace {

QString word(DoctorStep::State state)
{
    switch (state) {
    case DoctorStep::State::Good:
        return QStringLiteral("good");
    case DoctorStep::State::Notice:
        return QStringLiteral("notice");
    case DoctorStep::State::Bad:
        break;
    }
    return QStringLiteral("bad");
}

class DoctorCommand final : public Command
{
public:
    QString name() const override { return QStringLiteral("doctor"); }
    QString synopsis() const override { return QStringLiteral("TARGET | HOST:PORT"); }
    QString summary() const override
    {
        return QStringLiteral("explains step by step what works on the way to an object, and what does not");
    }
    int minWords() const override { return 1; }
    int maxWords() const override { return 1; }

    int run(Invocation &invocation) override
    {
        const QString &word = invocation.line.words.first();
        const auto endpoint = parseEndpoint(word);
        const bool isDaemon = endpoint && endpoint->second != 0 && !word.startsWith(u':');
        const auto target = isDaemon ? parseDaemonAddress(invocation, word) : parseTarget(invocation, word);
        if (!target)
            return invocation.output->fail(target.error());
        const Stopwatch stopwatch;
        Output &output = *invocation.output;
        const Doctor doctor(invocation.client, invocation.proxyOptions);
        const Diagnosis diagnosis
            = doctor.examine(*target, [&output](const DoctorStep &step) { print(output, step); });
        if (diagnosis.failure)
            return output.fail(*diagnosis.failure);
        output.result(
            Json(qint64(diagnosis.steps.size())), QStringLiteral("All is well."), stopwatch.elapsed());
        return kDone;
    }

private:
    static void print(Output &output, const DoctorStep &step)
    {
        if (output.isJson()) {
            Json json = Json::object();
            json.set(QStringLiteral("step"), step.name);
            json.set(QStringLiteral("state"), word(step.state));
            json.set(QStringLiteral("finding"), step.finding);
            json.set(QStringLiteral("advice"), step.advice);
            json.set(QStringLiteral("ms"), Json(double(step.took.count()) / 1e6));
            output.line(QString::fromUtf8(json.toText()));
            return;
        }
        output.line(QStringLiteral("%1 %2  %3")
                        .arg(word(step.state), -6)
                        .arg(step.name, -10)
                        .arg(logging::escapeForTerminal(step.finding)));
        if (!step.advice.isEmpty())
            output.line(QStringLiteral("                     ") + logging::escapeForTerminal(step.advice));
    }
};

} // namespace

void addDoctorCommand(Commands &commands)
{
    commands.push_back(std::make_unique<DoctorCommand>());
}

} // namespace pyrolens::cli
