// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatfixture.h"
#include "support/vectors.h"

#include <QTcpSocket>

#include <algorithm>

using namespace pyrolens;
using namespace nstest;
using pyrolens::testing::loadVectors;
using pyrolens::testing::vectorFiles;

namespace {

const Limits kLimits;
constexpr int kPatience = 10'000;

/// A message in which everything that differs from run to run is left out: where the name server listens,
/// trace-backs, orders that no one promises, and the tag of the other generation that our own entry has.
Json essence(const Json &json)
{
    if (json.isString()) {
        QString text = json.toString();
        if (text.startsWith(u"PYRO:Pyro.NameServer@"))
            return QStringLiteral("<server>");
        if (text.startsWith(u"invalid regex: "))
            return QStringLiteral("invalid regex");
        // Since Python 3.10 methods are called by class and name. Builtin exceptions have another module in
        // pickles that Python 2 can read as well.
        text.replace(QStringLiteral("NameServer.list()"), QStringLiteral("list()"));
        text.replace(QStringLiteral("exceptions."), QStringLiteral("builtins."));
        return text;
    }
    if (json.isArray()) {
        Json::Array items;
        for (const Json &item : json.items()) {
            const bool isTag = item.isString() && item.toString().startsWith(u"class:Pyro");
            if (!isTag && item.toString() != u"yplookup")
                items.push_back(essence(item));
        }
        return Json::array(std::move(items));
    }
    if (!json.isObject())
        return json;
    // What serpent writes as an empty tuple is an empty set.
    for (const QString &collection :
        {QStringLiteral("$set"), QStringLiteral("$frozenset"), QStringLiteral("$tuple")}) {
        if (!json.contains(collection))
            continue;
        const Json items = essence(json.value(collection));
        Json out = Json::object();
        out.set(items.items().empty() ? QStringLiteral("$empty") : collection, items);
        return out;
    }
    Json::Members members;
    for (const auto &[name, value] : json.members()) {
        if (name == u"_pyroTraceback")
            continue;
        // The state of the server's own URI.
        const bool isPort = name == u"state" && value.toText().contains("\"Pyro.NameServer\"")
            && value.toText().contains("\"PYRO\"");
        members.emplace_back(name, isPort ? Json(QStringLiteral("<server>")) : essence(value));
    }
    std::ranges::sort(members, {}, &Json::Member::first);
    return Json::object(std::move(members));
}

/// Likewise, with the members of lists and sets sorted: metadata has no order.
QByteArray shown(const Json &body)
{
    const std::function<Json(const Json &)> sorted = [&](const Json &json) -> Json {
        if (json.isArray()) {
            Json::Array items;
            for (const Json &item : json.items())
                items.push_back(sorted(item));
            std::ranges::sort(items, {}, [](const Json &item) { return item.toText(); });
            return Json::array(std::move(items));
        }
        if (!json.isObject())
            return json;
        Json out = Json::object();
        for (const auto &[name, value] : json.members())
            out.set(name, sorted(value));
        return out;
    };
    return sorted(essence(body)).toText();
}

/// The next whole frame that the server sends.
QByteArray nextFrame(QTcpSocket &socket, QByteArray &buffer, const Generation &generation)
{
    for (;;) {
        const auto frame = generation.frameAt(buffer, 0, kLimits);
        if (frame) {
            buffer.remove(0, frame->bytes.size());
            return frame->bytes;
        }
        if (frame.error().code != u"frame.truncated" || !socket.waitForReadyRead(kPatience))
            return {};
        buffer += socket.readAll();
    }
}

/// Some serializers of the originals fail at what their own name server answers, and ours do not: a URI in a
/// tuple (marshal), a frozenset (json).
bool isSerializerError(const Json &body)
{
    const QByteArray text = body.value(u"args").toText();
    return text.contains("unmarshallable object") || text.contains("don't know how to serialize");
}

} // namespace

/// The very bytes that real clients sent to real name servers, sent to ours: it answers the same.
class tst_FlatVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAsTheOriginalDid_data();
    void answersAsTheOriginalDid();
};

void tst_FlatVectors::answersAsTheOriginalDid_data()
{
    QTest::addColumn<int>("generation");
    QTest::addColumn<QString>("file");
    for (const int generation : {4, 5}) {
        const QString folder = QStringLiteral("pyro%1").arg(generation);
        for (const QString &file : vectorFiles(folder)) {
            if (file.startsWith(u"ns_") && !file.startsWith(u"ns_resolve"))
                QTest::addRow("%d-%s", generation, qPrintable(file)) << generation << folder + u'/' + file;
        }
    }
}

void tst_FlatVectors::answersAsTheOriginalDid()
{
    QFETCH(int, generation);
    QFETCH(QString, file);
    const Generation &spoken = *everyGeneration()->find(generation);
    nstest::Server server(everyGeneration(), serving({3, 4, 5}));
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    const Json vector = loadVectors(file);
    const Json::Array &frames = vector.value(u"frames").items();
    const Json::Array &decoded = vector.value(u"decoded").value(u"frames").items();
    std::map<qint64, std::unique_ptr<QTcpSocket>> sockets;
    std::map<qint64, QByteArray> buffers;
    int answers = 0;
    for (size_t i = 0; i < frames.size(); ++i) {
        const Json &frame = frames[i];
        if (!frame.contains(u"hex"))
            continue;
        const qint64 number = frame.value(u"conn").toInteger();
        std::unique_ptr<QTcpSocket> &socket = sockets[number];
        if (!socket) {
            socket = std::make_unique<QTcpSocket>();
            socket->connectToHost(QHostAddress(QHostAddress::LocalHost), quint16(server.port()));
            QVERIFY(socket->waitForConnected(kPatience));
        }
        const QByteArray bytes = QByteArray::fromHex(frame.value(u"hex").toString().toLatin1());
        if (frame.value(u"dir").toString() == u"c2s") {
            socket->write(bytes);
            continue;
        }
        const QByteArray answer = nextFrame(*socket, buffers[number], spoken);
        const QString note = frame.value(u"note").toString();
        QVERIFY2(!answer.isEmpty(), qPrintable(QString(u"no answer: " + note)));
        const Json ours = spoken.record({answer, Direction::ServerToClient, FrameKind::Message}, kLimits);
        if (isSerializerError(decoded[i].value(u"body"))) {
            QCOMPARE(ours.value(u"kind").toString(), QStringLiteral("reply"));
            continue;
        }
        QCOMPARE(ours.value(u"kind").toString(), decoded[i].value(u"kind").toString());
        const QByteArray wanted = shown(decoded[i].value(u"body"));
        const QByteArray got = shown(ours.value(u"body"));
        const QByteArray words = note.toUtf8() + ": " + got + " instead of " + wanted;
        QVERIFY2(got == wanted, words.constData());
        ++answers;
    }
    QVERIFY(answers > 0);
}

QTEST_GUILESS_MAIN(tst_FlatVectors)
#include "tst_flatvectors.moc"
