// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "generation_p.h"

#include "classes_p.h"
#include "inspect_p.h"
#include "session_p.h"
#include "uri_p.h"

#include <QtEndian>
#include <QUuid>

#include <algorithm>

namespace pyrolens::pyro45 {

GenerationInfo commonInfo(int id)
{
    GenerationInfo info;
    info.id = id;
    info.label = QStringLiteral("Pyro %1").arg(id);
    info.nameServerPort = kNameServerPort;
    info.broadcastPort = kBroadcastPort;
    info.dialect = Dialect::Python3;
    info.features.objectMetadata = true;
    info.features.streams = true;
    info.features.batch = true;
    info.features.annotations = true;
    info.nameServerObject = QByteArrayLiteral("Pyro.NameServer");
    info.daemonObject = kDaemonObject.toByteArray();
    info.daemonName = QString::fromLatin1(kDaemonObject);
    info.uriForms = {QStringLiteral("PYRO:object@host:port"), QStringLiteral("PYRO:object@./u:socket"),
        QStringLiteral("PYRONAME:name[@host[:port]]"), QStringLiteral("PYROMETA:tag,tag[@host[:port]]")};
    return info;
}

std::shared_ptr<const Generation> makeGeneration(std::shared_ptr<const Flavour> flavour)
{
    return std::make_shared<Generation45>(std::move(flavour));
}

QByteArray Flavour::serializerName(quint16 number) const
{
    const auto found = std::ranges::find(serializers, number, &std::pair<quint16, QByteArray>::first);
    return found == serializers.end() ? QByteArray() : found->second;
}

quint16 Flavour::serializerNumber(const QByteArray &name) const
{
    const auto found = std::ranges::find(serializers, name, &std::pair<quint16, QByteArray>::second);
    return found == serializers.end() ? quint16(0) : found->first;
}

Result<Uri> Generation45::parseUri(QStringView text) const
{
    return pyro45::parseUri(text);
}

std::unique_ptr<Session> Generation45::session(Role role, SessionOptions options) const
{
    return std::make_unique<Session45>(m_flavour, role, std::move(options));
}

Result<Value> Generation45::lower(const Value &value) const
{
    return pyro45::lower(*m_flavour, value, Form::ClassDict);
}

std::optional<Reference> Generation45::asReference(const Value &value) const
{
    return pyro45::asReference(*m_flavour, value);
}

std::optional<RemoteError> Generation45::asError(const Value &value) const
{
    return pyro45::asError(*m_flavour, value);
}

bool Generation45::verifies(const Message &connect, const Credentials &allowed) const
{
    // A session has compared the digest already; there is no other proof in these generations.
    Credentials others = allowed;
    others.hmacKey.clear();
    return connect.kind == Message::Kind::Connect && others.isEmpty();
}

QByteArray Generation45::newObjectId() const
{
    return "obj_" + QUuid::createUuid().toByteArray(QUuid::Id128);
}

QString Generation45::objectUri(const QString &host, int port, const QByteArray &object, bool tls) const
{
    Q_UNUSED(tls); // these generations have no word for it
    Uri uri;
    uri.object = QString::fromUtf8(object);
    uri.host = host;
    uri.port = port;
    return uri.toString();
}

std::vector<Field> Generation45::dissect(const Frame &frame, const Limits &limits) const
{
    return pyro45::dissect(*m_flavour, frame, limits);
}

Json Generation45::record(const Frame &frame, const Limits &limits) const
{
    return pyro45::record(*m_flavour, frame, limits);
}

Result<Frame> Generation45::frameAt(const QByteArray &recording, qsizetype offset, const Limits &limits) const
{
    return pyro45::frameAt(*m_flavour, recording, offset, limits);
}

Match Generation45::looksLike(QByteArrayView firstBytes, Direction from) const
{
    Q_UNUSED(from); // the same both ways
    char start[6] = {'P', 'Y', 'R', 'O', 0, 0};
    qToBigEndian<quint16>(m_flavour->version, start + 4);
    const QByteArrayView wanted(start, qsizetype(sizeof start));
    const qsizetype common = std::min(firstBytes.size(), wanted.size());
    if (firstBytes.first(common) != wanted.first(common))
        return Match::No;
    return common == wanted.size() ? Match::Yes : Match::NeedMore;
}

bool Generation45::isNear(QByteArrayView firstBytes) const
{
    constexpr qsizetype kTagAndVersion = 6;
    return firstBytes.size() >= kTagAndVersion && firstBytes.startsWith("PYRO")
        && qFromBigEndian<quint16>(firstBytes.data() + 4) <= m_flavour->lastVersion;
}

} // namespace pyrolens::pyro45
