// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "target.h"

namespace pyrolens {

int treeGeneration(const Catalogue &catalogue)
{
    for (const auto &each : catalogue.all()) {
        if (each->info().features.hierarchicalNames)
            return each->info().id;
    }
    return 0;
}

Result<Uri> parseTarget(const Catalogue &catalogue, const QString &text, int generation)
{
    if (text.isEmpty())
        return Error::usage(QStringLiteral("the target is empty: a URI or a name is needed"));
    const bool looksLikeUri
        = text.startsWith(QLatin1String("PYRO"), Qt::CaseInsensitive) && text.contains(u':');
    if (looksLikeUri)
        return catalogue.parseUri(text, generation);
    Uri uri;
    uri.form = Uri::Form::Name;
    const Generation *chosen = catalogue.find(generation);
    uri.classic = text.startsWith(u':') || (chosen != nullptr && chosen->info().features.hierarchicalNames);
    uri.object = text;
    return uri;
}

NameServerAddress nameServerOf(const Catalogue &catalogue, const Uri &logical, NameServerAddress other)
{
    if (!logical.host.isEmpty()) {
        other.host = logical.host;
        other.port = logical.port;
    }
    other.tls = other.tls || logical.tls;
    if (logical.classic)
        other.generation = treeGeneration(catalogue);
    return other;
}

} // namespace pyrolens
