// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include "flavour.h"

namespace pyrolens::pyro45 {

/// Generation 4 or 5, as its flavour says.
class Generation45 final : public Generation
{
public:
    explicit Generation45(std::shared_ptr<const Flavour> flavour) : m_flavour(std::move(flavour)) { }

    const GenerationInfo &info() const override { return m_flavour->info; }
    Result<Uri> parseUri(QStringView text) const override;
    std::unique_ptr<Session> session(Role role, SessionOptions options) const override;
    Result<Value> lower(const Value &value) const override;
    std::optional<Reference> asReference(const Value &value) const override;
    std::optional<RemoteError> asError(const Value &value) const override;
    bool verifies(const Message &connect, const Credentials &allowed) const override;
    QByteArray newObjectId() const override;
    Builtin builtin(QByteArrayView method) const override;
    std::optional<Wording> wording(Lack lack, const QString &owner, QByteArrayView name) const override;
    bool endsConnection(const RemoteError &error) const override;
    QString objectUri(const QString &host, int port, const QByteArray &object, bool tls) const override;
    std::vector<Field> dissect(const Frame &frame, const Limits &limits) const override;
    Json record(const Frame &frame, const Limits &limits) const override;
    Result<Frame> frameAt(const QByteArray &recording, qsizetype offset, const Limits &limits) const override;
    Match looksLike(QByteArrayView firstBytes, Direction from) const override;
    bool isNear(QByteArrayView firstBytes) const override;

private:
    std::shared_ptr<const Flavour> m_flavour;
};

} // namespace pyrolens::pyro45
