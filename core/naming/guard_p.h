// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include "nameserver.h"

namespace pyrolens::naming {

/// Asks a name server's guard about connections, after the list of identifications.
class GuardValidator final : public SecretValidator
{
public:
    GuardValidator(const QStringList &idents, bool hasHmacKey, std::shared_ptr<NameServerGuard> guard)
        : SecretValidator(idents, hasHmacKey)
        , m_needsSecret(hasHmacKey || !idents.isEmpty())
        , m_guard(std::move(guard))
    { }
    std::optional<int> refuseHost(const Endpoint &peer, int connections) override;
    std::optional<int> refuseIdentification(
        const Generation &generation, const Message &connect, LocalStorage &storage) override;

private:
    const bool m_needsSecret;
    const std::shared_ptr<NameServerGuard> m_guard;
};

} // namespace pyrolens::naming
