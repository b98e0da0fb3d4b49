// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demoobjects_p.h"

namespace pyrolens::demo {

std::shared_ptr<Servant> makeMarket(
    std::function<bool(const QString &subject, const Value &message)> publisher)
{
    auto market = std::make_shared<LambdaServant>(
        QStringLiteral("Market"), Threading::Concurrent, QStringLiteral("Publishes quotes as events."));
    market->method(
        QStringLiteral("trade(symbol, price)"),
        [publisher = std::move(publisher)](std::vector<Value> args, CallContext &context) -> Outcome {
            if (!args[0].isTextLike() || args[0].size() > kMaxNameBytes)
                return textError(
                    context, "TypeError", QStringLiteral("symbol must be a string of at most 1024 bytes"));
            const QString subject = QLatin1StringView("STOCKQUOTE.") + args[0].toText();
            return Value::boolean(publisher && publisher(subject, args[1]));
        },
        QStringLiteral("Publishes the event STOCKQUOTE.<symbol> with the price, and returns whether an event "
                       "server took it."));
    return market;
}

} // namespace pyrolens::demo
