// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientfixture.h"
#include "support/vectors.h"

#include <pyrolens/value/tagged.h>

using namespace pyrolens;
using namespace fixture;

namespace {

/// One connection of a recorded conversation, as its server saw it.
struct Recording
{
    Script script;
    struct Exchange
    {
        QByteArray object;
        QByteArray method;
        Value args;
        Value kwargs;
        Json reply; ///< entry of decoded.frames, null when there was none
    };
    std::vector<Exchange> exchanges;
    bool closesAtTheEnd = false; ///< the server did
    Json verdict;                ///< the entry that ended the handshake
};

/// The pieces of a request body; nothing when it was none that a proxy sends.
bool readRequest(const Json &entry, Recording::Exchange &exchange)
{
    const auto body = fromTagged(entry.value(u"body"));
    if (!body || body->size() != 4 || body->at(2).asInteger() != 3 || body->at(3).size() != 2)
        return false;
    exchange.object = body->at(0).rawBytes().toByteArray();
    exchange.method = body->at(1).rawBytes().toByteArray();
    exchange.args = body->at(3).at(0);
    exchange.kwargs = body->at(3).at(1);
    return true;
}

/// Nothing when the conversation has something that one proxy with flags 3 does not do.
std::optional<Recording> load(const QString &file)
{
    const Json json = testing::loadVectors(QStringLiteral("pyro3/") + file);
    const Json::Array &frames = json.value(u"frames").items();
    const Json::Array &decoded = json.value(u"decoded").value(u"frames").items();
    if (json.value(u"protocol").toString() != u"pyro3" || json.value(u"transport").toString() == u"udp")
        return std::nullopt;
    Recording recording;
    const Json *asked = nullptr;
    for (size_t i = 0; i < frames.size(); ++i) {
        const Json &frame = frames.at(i);
        const Json &entry = decoded.at(i);
        if (frame.value(u"conn").toInteger(1) != 1 || frame.value(u"role").toString() == u"cb")
            return std::nullopt;
        const bool isOurs = frame.value(u"dir").toString() == u"c2s";
        if (frame.contains(u"event")) {
            if (isOurs)
                break;
            recording.script.push_back(peer::hangUp());
            recording.closesAtTheEnd = true;
            break;
        }
        const QByteArray bytes = QByteArray::fromHex(frame.value(u"hex").toString().toLatin1());
        const QString kind = entry.value(u"kind").toString();
        if (bytes.isEmpty() || kind == u"raw" || kind == u"oneway")
            return std::nullopt;
        if (!isOurs) {
            recording.script.push_back(peer::send(bytes));
            if (asked != nullptr)
                recording.exchanges.back().reply = entry;
            else if (kind != u"challenge")
                recording.verdict = entry;
            asked = nullptr;
            continue;
        }
        recording.script.push_back(peer::expectMessage());
        if (kind == u"connect")
            continue;
        Recording::Exchange exchange;
        if (kind != u"request" || !readRequest(entry, exchange))
            return std::nullopt;
        recording.exchanges.push_back(exchange);
        asked = &entry;
    }
    return recording;
}

} // namespace

/// The client against what the real Pyro 3 sent, byte for byte.
class tst_Vectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { bothForms(); }
    void understandsWhatPyroSent_data();
    void understandsWhatPyroSent();
};

void tst_Vectors::understandsWhatPyroSent_data()
{
    QTest::addColumn<QString>("file");
    int used = 0;
    for (const QString &file : testing::vectorFiles(QStringLiteral("pyro3"))) {
        if (!load(file))
            continue;
        ++used;
        QTest::addRow("%s", qPrintable(file.chopped(5))) << file;
    }
    QVERIFY2(used > 80, qPrintable(QString::number(used))); // else the loader has become too picky
}

void tst_Vectors::understandsWhatPyroSent()
{
    QFETCH(QString, file);
    const auto recording = load(file);
    ScriptedPeer server({recording->script});
    Proxy proxy(context(), objectUri(server.port()));
    if (recording->exchanges.empty()) {
        const Reply reply = bind(proxy);
        const QString verdict = recording->verdict.value(u"kind").toString();
        if (verdict == u"accept")
            VERIFY_OK(reply);
        else
            COMPARE_ERROR(reply, verdict == u"deny" ? Error::Kind::Denied : Error::Kind::Protocol);
        return;
    }
    for (const auto &exchange : recording->exchanges) {
        Message message = Message::call(exchange.object, exchange.method, exchange.args, exchange.kwargs);
        const QString kind = exchange.reply.value(u"kind").toString();
        CallOptions options;
        if (kind.isEmpty())
            options.timeout = 200ms;
        const Reply reply = send(proxy, std::move(message), options);
        if (kind == u"reply") {
            VERIFY_OK(reply);
            const auto expected = fromTagged(exchange.reply.value(u"body"));
            QVERIFY(expected);
            QCOMPARE(toTagged(reply.value(), TaggedStyle::Wire).toText(),
                toTagged(*expected, TaggedStyle::Wire).toText());
        } else if (kind == u"exception") {
            COMPARE_ERROR(reply, Error::Kind::Remote);
            QVERIFY(!reply.error().remote->className.isEmpty());
        } else {
            COMPARE_ERROR(
                reply, recording->closesAtTheEnd ? Error::Kind::Disconnected : Error::Kind::Timeout);
        }
        if (proxy.state() != Proxy::State::Ready)
            return; // the recorded client went on where this one would connect anew
    }
    QCOMPARE(server.failures(), QStringList());
}

QTEST_GUILESS_MAIN(tst_Vectors)
#include "tst_vectors.moc"
