// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#pragma once

#include <pyrolens/wire/generation.h>

namespace pyrolens::pyro3 {

/// Everything of this folder behind the one interface.
class Pyro3Generation final : public Generation
{
public:
    Pyro3Generation();

    const GenerationInfo &info() const override { return m_info; }
    Result<Uri> parseUri(QStringView text) const override;
    std::unique_ptr<Session> session(Role role, SessionOptions options) const override;
    Result<Value> lower(const Value &value) const override;
    std::optional<Reference> asReference(const Value &value) const override;
    std::optional<RemoteError> asError(const Value &value) const override;
    bool verifies(const Message &connect, const Credentials &allowed) const override;
    QByteArray newObjectId() const override;
    Builtin builtin(QByteArrayView method) const override;
    QString objectUri(const QString &host, int port, const QByteArray &object, bool tls) const override;
    std::vector<Field> dissect(const Frame &frame, const Limits &limits) const override;
    Json record(const Frame &frame, const Limits &limits) const override;
    Result<Frame> frameAt(const QByteArray &recording, qsizetype offset, const Limits &limits) const override;
    Match looksLike(QByteArrayView firstBytes, Direction from) const override;
    bool isNear(QByteArrayView firstBytes) const override;

private:
    GenerationInfo m_info;
};

} // namespace pyrolens::pyro3
