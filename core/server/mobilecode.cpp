// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "mobilecode_p.h"

#include "dispatch_p.h"

namespace pyrolens {

namespace {

const MobileCode &settings(const CallSite &site)
{
    static const MobileCode s_off;
    return site.hooks->code ? *site.hooks->code : s_off;
}

/// The exception with the words of the original, which programs compare; our own reason is for the log.
Error failure(const CallSite &site, QLatin1StringView text, const QString &module, const Error &reason)
{
    const bool isPython2 = site.generation->info().dialect == Dialect::Python2;
    const auto native
        = [isPython2](const QByteArray &utf8) { return isPython2 ? Value::str(utf8) : Value::utf8(utf8); };
    std::vector<Value> args{native(QByteArray(text.data(), text.size()))};
    if (!module.isEmpty())
        args.push_back(native(module.toUtf8()));
    Error error = raise(QStringLiteral("PyroError"), std::move(args));
    error.what = reason.what;
    error.code = reason.code.isEmpty() ? QStringLiteral("mobile.refused") : reason.code;
    return error;
}

Result<Value> handOut(const CallSite &site, const CodeTransfer &transfer)
{
    const MobileCode &mobile = settings(site);
    auto code = mobile.handOut(transfer);
    if (code)
        return Value::str(*code); // bytes of a file, in every Python 2 an 8-bit str
    const Error &error = code.error();
    if (mobile.sink)
        mobile.sink->failed(transfer, error);
    if (error.code == QLatin1String("mobile.no-module"))
        return failure(
            site, QLatin1StringView("Client wanted a non-existing module"), transfer.module, error);
    if (error.code == QLatin1String("mobile.refused"))
        return failure(site, QLatin1StringView("attempt to retrieve code denied"), {}, error);
    return failure(site, QLatin1StringView("cannot read module source code"), {}, error);
}

Result<Value> take(const CallSite &site, const CodeTransfer &transfer)
{
    const MobileCode &mobile = settings(site);
    SuppliedModules &supplied = site.core->suppliedModules;
    Status taken = supplied.hasRoom(transfer.module, mobile.limits.maxModulesPerDaemon)
        ? mobile.take(transfer)
        : Status(Error::limit(QStringLiteral("%1 modules were supplied already; that is the limit")
                                  .arg(mobile.limits.maxModulesPerDaemon),
            QStringLiteral("mobile.too-many")));
    if (!taken) {
        if (mobile.sink)
            mobile.sink->failed(transfer, taken.error());
        return failure(site, QLatin1StringView("attempt to supply code denied"), {}, taken.error());
    }
    supplied.add(transfer.module);
    return Value();
}

} // namespace

bool SuppliedModules::contains(const QString &module) const
{
    const std::scoped_lock lock(m_mutex);
    return m_names.contains(module);
}

bool SuppliedModules::hasRoom(const QString &module, int max) const
{
    const std::scoped_lock lock(m_mutex);
    return m_names.size() < max || m_names.contains(module);
}

void SuppliedModules::add(const QString &module)
{
    const std::scoped_lock lock(m_mutex);
    m_names.insert(module);
}

ClassVerdict judgeClasses(
    const MobileCode *code, const SuppliedModules &supplied, const std::vector<QByteArray> &refused)
{
    ClassVerdict verdict;
    for (const QByteArray &name : refused) {
        const QString module = moduleOfClass(name);
        if (!code || !code->mayAskFor(module)) {
            verdict.refused = name;
            return verdict; // no need to ask for others
        }
        if (verdict.wanted.isEmpty() && !supplied.contains(module))
            verdict.wanted = module;
    }
    return verdict;
}

Result<Value> exchangeCode(const CallSitePtr &site, const Message &request)
{
    CodeTransfer transfer;
    transfer.module = request.text;
    transfer.peer = site->peer.toString();
    transfer.object = request.object;
    if (request.codeStep == Message::CodeStep::Retrieve) {
        transfer.direction = CodeTransfer::Direction::Sent;
        return handOut(*site, transfer);
    }
    if (request.oneway || !request.value.isTextLike()) {
        return failure(*site, QLatin1StringView("attempt to supply code denied"), {},
            Error::denied(request.oneway ? QStringLiteral("code in a oneway call")
                                         : QStringLiteral("the code is no string")));
    }
    transfer.code = request.value.rawBytes().toByteArray();
    return take(*site, transfer);
}

} // namespace pyrolens
