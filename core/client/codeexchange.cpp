// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "codeexchange_p.h"

#include "channel_p.h"
#include "texts_p.h"

namespace pyrolens {

CodeExchange::CodeExchange(std::shared_ptr<const MobileCode> code, QByteArray request, Endpoint local,
    QString where, QSet<QString> &asked)
    : m_code(std::move(code))
    , m_request(std::move(request))
    , m_local(std::move(local))
    , m_where(std::move(where))
    , m_asked(asked)
{ }

CodeTransfer CodeExchange::transfer(CodeTransfer::Direction direction, const QString &module) const
{
    CodeTransfer result;
    result.direction = direction;
    result.module = module;
    result.peer = m_where;
    return result;
}

std::optional<Result<Value>> CodeExchange::takeOutcome()
{
    return std::exchange(m_outcome, std::nullopt);
}

CodeExchange::Step CodeExchange::next(Message reply)
{
    if (m_outcome) {
        fetched(std::move(reply));
        return fetchNext();
    }
    if (reply.kind == Message::Kind::Code && reply.codeStep == Message::CodeStep::Wanted)
        return supply(reply.text);
    if (!m_supplies.empty())
        return supplied(std::move(reply));
    for (const QByteArray &name : reply.unknownClasses)
        planFetch(moduleOfClass(name), 0);
    m_outcome = outcomeOf(m_where, std::move(reply));
    if (endsConnection(*m_outcome))
        m_toFetch.clear(); // nobody to ask any more
    return fetchNext();
}

CodeExchange::Step CodeExchange::supply(const QString &module)
{
    Step step;
    const MobileCodeLimits &limits = m_code->limits;
    if (m_given.contains(module)) {
        step.done = texts::moduleRefused(
            m_where, module, QStringLiteral("it was supplied already, and the server asks for it again"));
        return step;
    }
    if (m_given.size() >= limits.maxModulesPerCall) {
        step.done = texts::moduleRefused(m_where, module,
            QStringLiteral("%1 modules were supplied for this call; that is the limit")
                .arg(limits.maxModulesPerCall));
        return step;
    }
    if (qsizetype(m_supplies.size()) >= limits.maxNesting) {
        step.done = texts::moduleRefused(m_where, module,
            QStringLiteral("the modules that it needs are nested deeper than %1").arg(limits.maxNesting));
        return step;
    }
    const auto code = m_code->handOut(transfer(CodeTransfer::Direction::Sent, module));
    if (!code) {
        step.done = texts::moduleRefused(m_where, module, code.error().what);
        return step;
    }
    m_given.insert(module);
    m_asked.insert(module); // it is no news to us when it comes back in a reply
    Message message;
    message.kind = Message::Kind::Code;
    message.codeStep = Message::CodeStep::Supply;
    message.text = module;
    message.value = Value::str(*code);
    message.args = Value::tuple({Value::str(m_local.host.toUtf8()), Value::integer(m_local.port)});
    m_supplies.push_back(message);
    step.send = std::move(message);
    return step;
}

CodeExchange::Step CodeExchange::supplied(Message reply)
{
    Step step;
    auto outcome = outcomeOf(m_where, std::move(reply));
    if (!outcome) {
        step.done = std::move(outcome); // "attempt to supply code denied", or the module failed over there
        return step;
    }
    m_supplies.pop_back();
    if (m_supplies.empty())
        step.repeats = true;
    else
        step.send = m_supplies.back(); // it wanted the one that is there now
    return step;
}

void CodeExchange::planFetch(const QString &module, int depth)
{
    const MobileCodeLimits &limits = m_code->limits;
    if (depth > limits.maxNesting || m_fetches >= limits.maxModulesPerCall || !m_code->mayAskFor(module)
        || m_asked.contains(module))
        return;
    ++m_fetches;
    m_asked.insert(module);
    m_toFetch.push_back({module, depth});
}

CodeExchange::Step CodeExchange::fetchNext()
{
    Step step;
    if (m_toFetch.empty()) {
        step.done = takeOutcome();
        return step;
    }
    Message message;
    message.kind = Message::Kind::Code;
    message.codeStep = Message::CodeStep::Retrieve;
    message.text = m_toFetch.front().module;
    step.send = std::move(message);
    return step;
}

void CodeExchange::fetched(Message reply)
{
    const Fetch fetch = m_toFetch.front();
    m_toFetch.pop_front();
    CodeTransfer received = transfer(CodeTransfer::Direction::Received, fetch.module);
    auto outcome = outcomeOf(m_where, std::move(reply));
    if (!outcome) {
        m_code->sink->failed(received, outcome.error());
        if (endsConnection(outcome))
            m_toFetch.clear();
        return;
    }
    if (!outcome->isTextLike()) {
        m_code->sink->failed(received,
            Error::protocol(QStringLiteral("the answer is no code"), QStringLiteral("reply.mismatch")));
        return;
    }
    received.code = outcome->rawBytes().toByteArray();
    if (const Status taken = m_code->take(received); !taken) {
        m_code->sink->failed(received, taken.error());
        return;
    }
    if (!m_code->followImports)
        return;
    for (const QString &module : importedModules(received.code))
        planFetch(module, fetch.depth + 1);
}

} // namespace pyrolens
