// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generation.h"

#include <algorithm>

namespace pyrolens {

void Catalogue::add(std::shared_ptr<const Generation> generation)
{
    Q_ASSERT_X(generation && !find(generation->info().id), "Catalogue::add", "one generation of each number");
    if (!generation || find(generation->info().id))
        return;
    const int id = generation->info().id;
    const auto place = std::ranges::find_if(m_all, [id](const auto &other) { return other->info().id > id; });
    m_all.insert(place, std::move(generation));
}

const Generation *Catalogue::find(int id) const
{
    const auto found = std::ranges::find_if(m_all, [id](const auto &each) { return each->info().id == id; });
    return found == m_all.end() ? nullptr : found->get();
}

Result<Uri> Catalogue::parseUri(QStringView text, int preferred) const
{
    std::vector<const Generation *> order;
    for (const auto &each : m_all)
        order.push_back(each.get());
    std::ranges::stable_partition(
        order, [preferred](const auto *each) { return each->info().id == preferred; });

    // A generation that says more than "not my format" knows the text better than the others.
    std::optional<Error> best;
    QStringList forms;
    for (const Generation *each : order) {
        Result<Uri> uri = each->parseUri(text);
        if (uri)
            return uri;
        if (!best || (best->kind == Error::Kind::Usage && uri.error().kind != Error::Kind::Usage))
            best = uri.error();
        for (const QString &form : each->info().uriForms) {
            if (!forms.contains(form))
                forms.append(form);
        }
    }
    if (!best)
        return Error::unsupported(QStringLiteral("no generation of Pyro is available"));
    if (!forms.isEmpty())
        best->what += QStringLiteral("; a URI is ") + forms.join(QStringLiteral(", "));
    return *best;
}

} // namespace pyrolens
