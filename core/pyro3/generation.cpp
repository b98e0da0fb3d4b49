// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generation_p.h"

#include "classes_p.h"
#include "errors_p.h"
#include "header_p.h"
#include "inspect_p.h"
#include "lower_p.h"
#include "objectid_p.h"
#include "pyro3.h"
#include "request_p.h"
#include "session_p.h"
#include "token_p.h"
#include "uri_p.h"

#include <algorithm>
#include <array>

namespace pyrolens {

std::shared_ptr<const Generation> pyro3Generation()
{
    return std::make_shared<pyro3::Pyro3Generation>();
}

namespace pyro3 {

namespace {

/// Compares as many bytes as there are.
Match startsWith(QByteArrayView bytes, QByteArrayView word)
{
    const qsizetype common = std::min(bytes.size(), word.size());
    if (bytes.first(common) != word.first(common))
        return Match::No;
    return common == word.size() ? Match::Yes : Match::NeedMore;
}

} // namespace

Pyro3Generation::Pyro3Generation()
{
    m_info.id = 3;
    m_info.label = QStringLiteral("Pyro 3");
    m_info.serverSpeaksFirst = true;
    m_info.nameServerPort = kNameServerPort;
    m_info.broadcastPort = kNameServerPort;
    m_info.daemonPort = kDaemonPort;
    m_info.dialect = Dialect::Python2;
    m_info.codecs = {QByteArrayLiteral("pickle")};
    m_info.features.hierarchicalNames = true;
    m_info.features.checksum = true;
    m_info.features.mobileCode = true;
    m_info.features.identification = true;
    m_info.features.namedIds = true;
    m_info.nameServerObject = QByteArrayLiteral(":Pyro.NameServer");
    m_info.daemonObject = kDaemonObject.toByteArray();
    m_info.daemonName = QStringLiteral("__PYRO_Internal_Daemon");
    m_info.uriForms = {QStringLiteral("PYRO://host[:port]/id"), QStringLiteral("PYROLOC://host[:port]/name"),
        QStringLiteral("PYRONAME://[host[:port]/]name")};
}

Result<Uri> Pyro3Generation::parseUri(QStringView text) const
{
    return pyro3::parseUri(text);
}

std::unique_ptr<Session> Pyro3Generation::session(Role role, SessionOptions options) const
{
    return std::make_unique<Pyro3Session>(role, std::move(options));
}

Result<Value> Pyro3Generation::lower(const Value &value) const
{
    return pyro3::lower(value, kPickleProtocol);
}

std::optional<Reference> Pyro3Generation::asReference(const Value &value) const
{
    return pyro3::asReference(value);
}

std::optional<RemoteError> Pyro3Generation::asError(const Value &value) const
{
    return pyro3::asError(value);
}

bool Pyro3Generation::verifies(const Message &connect, const Credentials &allowed) const
{
    return connect.kind == Message::Kind::Connect && proves(connect.token, allowed, connect.challenge);
}

QByteArray Pyro3Generation::newObjectId() const
{
    return pyro3::newObjectId();
}

Builtin Pyro3Generation::builtin(QByteArrayView method) const
{
    // Source: Pyro 3.16, core.py, ObjBase. The attribute helpers are message kinds of their own when they are
    // called as proxies do; called otherwise they are refused like the housekeeping.
    if (method == "GUID")
        return Builtin::ObjectId;
    if (method == "getProxy")
        return Builtin::Proxy;
    if (method == "getAttrProxy")
        return Builtin::AttributeProxy;
    constexpr std::array<QByteArrayView, 13> kHousekeeping{"setGUID", "delegateTo", "setPyroDaemon",
        "setCodeValidator", "getDaemon", "getLocalStorage", "_gotReaped", "Pyro_dyncall", "_r_ha", "_r_ga",
        "_r_sa", "remote_supply_code", "remote_retrieve_code"};
    return std::ranges::find(kHousekeeping, method) == kHousekeeping.end() ? Builtin::None : Builtin::Refused;
}

QString Pyro3Generation::objectUri(const QString &host, int port, const QByteArray &object, bool tls) const
{
    Uri uri;
    uri.classic = true;
    uri.tls = tls;
    uri.host = host;
    uri.port = port;
    uri.object = QString::fromUtf8(object);
    return uri.toString();
}

std::vector<Field> Pyro3Generation::dissect(const Frame &frame, const Limits &limits) const
{
    return pyro3::dissect(frame, limits);
}

Json Pyro3Generation::record(const Frame &frame, const Limits &limits) const
{
    return pyro3::record(frame, limits);
}

Result<Frame> Pyro3Generation::frameAt(
    const QByteArray &recording, qsizetype offset, const Limits &limits) const
{
    return pyro3::frameAt(recording, offset, limits);
}

Match Pyro3Generation::looksLike(QByteArrayView firstBytes, Direction from) const
{
    // Id, version and header size: Pyro 4 and 5 share the id only.
    const Match framed = startsWith(firstBytes, QByteArrayView("PYRO\0\5\0\x12", 8));
    if (framed != Match::No || from == Direction::ClientToServer)
        return framed;
    return startsWith(firstBytes, kDenied);
}

bool Pyro3Generation::isNear(QByteArrayView firstBytes) const
{
    return startsWith(firstBytes, QByteArrayView("PYRO\0\5", 6)) == Match::Yes;
}

} // namespace pyro3

} // namespace pyrolens
