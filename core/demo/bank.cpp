// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "demoobjects_p.h"

#include <QHash>

#include <cmath>

namespace pyrolens::demo {

namespace {

// Money is an integer or a float, as the caller pays it in.
struct Account
{
    Value name;
    Value balance = Value::integer(0);
};

class Bank
{
public:
    Outcome open(const Value &name, const CallContext &context)
    {
        if (!name.isTextLike() || name.rawBytes().size() > kMaxNameBytes)
            return textError(
                context, "TypeError", QStringLiteral("name must be a string of at most 1024 bytes"));
        if (m_index.contains(keyOf(name))) {
            return textError(context, "ValueError",
                QStringLiteral("account '") + name.toText() + QStringLiteral("' exists"));
        }
        if (qint64(m_accounts.size()) >= kMaxAccounts)
            return textError(context, "ValueError", QStringLiteral("the bank takes no more accounts"));
        m_index.insert(keyOf(name), m_accounts.size());
        m_accounts.push_back({name});
        return Value();
    }

    Outcome balance(const Value &name) const
    {
        const Account *account = find(name);
        return account ? Outcome(account->balance) : Outcome(unknown(name));
    }

    Outcome deposit(const Value &name, const Value &amount, const CallContext &context)
    {
        return change(name, amount, +1, context);
    }

    Outcome withdraw(const Value &name, const Value &amount, const CallContext &context)
    {
        return change(name, amount, -1, context);
    }

    Outcome accounts() const
    {
        std::vector<Value::Pair> pairs;
        for (const Account &account : m_accounts)
            pairs.emplace_back(account.name, account.balance);
        return Value::dict(std::move(pairs));
    }

private:
    static QByteArray keyOf(const Value &name) { return name.rawBytes().toByteArray(); }
    static Error unknown(const Value &name) { return raise(QStringLiteral("KeyError"), {name}); }

    const Account *find(const Value &name) const
    {
        const auto found = name.isTextLike() ? m_index.constFind(keyOf(name)) : m_index.cend();
        return found == m_index.cend() ? nullptr : &m_accounts[*found];
    }

    static std::optional<double> asNumber(const Value &value)
    {
        if (const auto integer = value.asInteger())
            return double(*integer);
        return value.asReal();
    }

    // Exact for integers; anything with a float in it is a float.
    static std::optional<Value> sum(const Value &a, const Value &b, int sign)
    {
        const auto left = a.asInteger();
        const auto right = b.asInteger();
        if (left && right) {
            qint64 result = 0;
            const bool overflow
                = sign > 0 ? qAddOverflow(*left, *right, &result) : qSubOverflow(*left, *right, &result);
            return overflow ? std::nullopt : std::optional(Value::integer(result));
        }
        const double result = *asNumber(a) + sign * *asNumber(b);
        return std::isfinite(result) ? std::optional(Value::real(result)) : std::nullopt;
    }

    Outcome change(const Value &name, const Value &amount, int sign, const CallContext &context)
    {
        const Account *found = find(name);
        if (!found)
            return unknown(name);
        Account &account = m_accounts[size_t(found - m_accounts.data())];
        const auto number = asNumber(amount);
        if (!number)
            return textError(context, "TypeError", QStringLiteral("amount must be a number"));
        if (!(*number >= 0))
            return textError(context, "ValueError", QStringLiteral("amount must not be negative"));
        const auto balance = sum(account.balance, amount, sign);
        if (!balance)
            return textError(context, "ValueError", QStringLiteral("amount is too large"));
        if (*asNumber(*balance) < 0) {
            const Value missing = sum(amount, account.balance, -1).value_or(Value());
            return raise(QStringLiteral("demo.OverdrawError"), {name, missing},
                {{context.nativeText(u"missing"), missing}});
        }
        account.balance = *balance;
        return *balance;
    }

    std::vector<Account> m_accounts; ///< in the order of their opening
    QHash<QByteArray, size_t> m_index;
};

} // namespace

std::shared_ptr<Servant> makeBank()
{
    // Serialized: no call sees another one half done.
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Bank"), Threading::Serialized,
        QStringLiteral("Accounts with balances that cannot go below zero."));
    const auto bank = std::make_shared<Bank>();
    servant->method(
        QStringLiteral("open(name)"),
        [bank](std::vector<Value> args, CallContext &context) { return bank->open(args[0], context); },
        QStringLiteral("Opens an account with balance 0. Raises ValueError if it exists."));
    servant->method(
        QStringLiteral("deposit(name, amount)"),
        [bank](std::vector<Value> args, CallContext &context) {
            return bank->deposit(args[0], args[1], context);
        },
        QStringLiteral("Returns the new balance. Raises ValueError if amount is negative, KeyError for an "
                       "unknown account."));
    servant->method(
        QStringLiteral("withdraw(name, amount)"),
        [bank](std::vector<Value> args, CallContext &context) {
            return bank->withdraw(args[0], args[1], context);
        },
        QStringLiteral(
            "Returns the new balance. Raises demo.OverdrawError(name, missing) and changes nothing when the "
            "balance is too small."));
    servant->method(
        QStringLiteral("balance(name)"),
        [bank](std::vector<Value> args, CallContext &) { return bank->balance(args[0]); },
        QStringLiteral("Returns the balance. Raises KeyError for an unknown account."));
    servant->method(
        QStringLiteral("accounts()"), [bank](std::vector<Value>, CallContext &) { return bank->accounts(); },
        QStringLiteral("Returns a dict of all balances by name."));
    return servant;
}

} // namespace pyrolens::demo
