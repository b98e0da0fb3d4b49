// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demoobjects_p.h"

#include <QDateTime>

#include <cmath>

namespace pyrolens::demo {

namespace {

// A room: a slow swing and a quick one. Rounded as a thermometer is.
double celsiusAt(double unixTime)
{
    const double swing = 1.8 * std::sin(unixTime / 97.0) + 0.4 * std::sin(unixTime / 11.0);
    return std::round((21.5 + swing) * 100.0) / 100.0;
}

double now()
{
    return double(QDateTime::currentMSecsSinceEpoch()) / 1'000.0;
}

} // namespace

std::shared_ptr<Servant> makeThermometer()
{
    auto thermometer = std::make_shared<LambdaServant>(QStringLiteral("Thermometer"), Threading::Concurrent,
        QStringLiteral("A room temperature that drifts."));
    thermometer->attribute(
        QStringLiteral("temperature"), [](CallContext &) -> Outcome { return Value::real(celsiusAt(now())); },
        {}, QStringLiteral("Degrees Celsius now; read-only."));
    thermometer->method(
        QStringLiteral("readings(n)"),
        [](std::vector<Value> args, CallContext &context) -> Outcome {
            const auto count = wholeNumber(context, "n", args[0], kMaxReadings);
            if (!count)
                return count.error();
            std::vector<Value> readings;
            readings.reserve(size_t(*count));
            const double last = now();
            for (qint64 i = *count; i-- > 0;) {
                const double time = last - double(i); // one a second, the newest last
                readings.push_back(Value::tuple({Value::real(time), Value::real(celsiusAt(time))}));
            }
            return Value::list(std::move(readings));
        },
        QStringLiteral("Returns the last n readings as (unix_time, celsius) tuples."));
    return thermometer;
}

} // namespace pyrolens::demo
