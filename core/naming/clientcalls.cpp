// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientcalls_p.h"

#include "namepattern_p.h"

namespace pyrolens::naming {

Error NameDialect::malformed(const char *what)
{
    return Error::protocol(u"the name server's answer to " + QLatin1String(what) + u" is malformed",
        QStringLiteral("ns.answer"));
}

Error NameDialect::raised(const Generation &generation, const Error &error)
{
    if (!error.remote)
        return error;
    const Result<Value> lowered = generation.lower(Value::error(*error.remote));
    const std::optional<RemoteError> seen = lowered ? generation.asError(*lowered) : std::nullopt;
    return RemoteError::toError(seen.value_or(*error.remote));
}

std::optional<QString> uriIn(const Value &value, const Generation &generation)
{
    const std::optional<Reference> reference = generation.asReference(value);
    if (reference && reference->form == Reference::Form::Uri)
        return reference->uri;
    if (value.isTextLike() && value.size() <= kMaxWireName)
        return value.toText();
    return std::nullopt;
}

Result<std::vector<NameEntry>> filtered(std::vector<NameEntry> entries, const NameQuery &query)
{
    std::optional<NamePattern> pattern;
    if (!query.regex.isEmpty()) {
        Result<NamePattern> made = NamePattern::make(query.regex);
        if (!made)
            return made.error();
        pattern = *std::move(made);
    }
    Status status = Done{};
    std::erase_if(entries, [&](const NameEntry &entry) {
        if (!entry.name.startsWith(query.prefix))
            return true;
        const Result<bool> fits
            = pattern && status ? pattern->matches(entry.name.toUtf8()) : Result<bool>(true);
        if (!fits)
            status = fits.error();
        return fits && !*fits;
    });
    if (!status)
        return status.error();
    return entries;
}

std::unique_ptr<NameDialect> makeNameDialect(const Generation &generation, const QString &defaultGroup)
{
    return generation.info().features.hierarchicalNames ? makeTreeDialect(generation, defaultGroup)
                                                        : makeFlatDialect(generation);
}

} // namespace pyrolens::naming
