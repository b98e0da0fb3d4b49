// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "eventfixture.h"
#include "support/vectors.h"

using namespace eventtest;

namespace {

/// A frame of a recording that is a request, decoded; nothing for others.
std::optional<Message> requestOf(const Json &vector, size_t index)
{
    const QString kind = vector.value(u"decoded").value(u"frames").items()[index].value(u"kind").toString();
    if (kind != u"request" && kind != u"oneway")
        return std::nullopt;
    const Frame frame{
        QByteArray::fromHex(vector.value(u"frames").items()[index].value(u"hex").toString().toLatin1()),
        Direction::ClientToServer, FrameKind::Message};
    auto message = pyro3Generation()->session(Role::Server, {})->decode(frame, {});
    return message ? std::optional(std::move(*message)) : std::nullopt;
}

QString roleOf(const Json &vector, size_t index)
{
    return vector.value(u"frames").items()[index].value(u"role").toString();
}

} // namespace

class tst_Vectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesEventsAsTheOriginal_data();
    void writesEventsAsTheOriginal();
    void deliversAsTheOriginal_data();
    void deliversAsTheOriginal();
};

void tst_Vectors::writesEventsAsTheOriginal_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("pickleProtocol");
    QTest::newRow("es_publish_subscribe") << QStringLiteral("es_publish_subscribe") << 2;
    QTest::newRow("es_match") << QStringLiteral("es_match") << 2;
    QTest::newRow("format0_event") << QStringLiteral("format0_event") << 0;
}

void tst_Vectors::writesEventsAsTheOriginal()
{
    QFETCH(QString, file);
    QFETCH(int, pickleProtocol);
    const Json vector = testing::loadVectors(u"pyro3/" + file + u".json");
    int compared = 0;
    for (size_t i = 0; i < vector.value(u"frames").items().size(); ++i) {
        const auto recorded = requestOf(vector, i);
        if (!recorded || recorded->method != "event")
            continue;
        QVERIFY(recorded->oneway);
        const auto event = Event::fromValue(recorded->args.at(0));
        QVERIFY(event);
        SessionOptions options;
        options.pickleProtocol = pickleProtocol;
        const auto bytes
            = pyro3Generation()
                  ->session(Role::Client, options)
                  ->encode(Message::call(recorded->object, "event",
                      Value::tuple(
                          {Event::makeValue(subjectValue(event->subject), event->message, event->time)}),
                      Value::dict({}), true));
        QVERIFY(bytes);
        const auto again = pyro3Generation()
                               ->session(Role::Server, {})
                               ->decode({*bytes, Direction::ClientToServer, FrameKind::Message}, {});
        QVERIFY(again && again->oneway);
        const auto read = Event::fromValue(again->args.at(0));
        QVERIFY(read && read->message == event->message && read->subject == event->subject);
        if (pickleProtocol == 2)
            QVERIFY(again->args == recorded->args); // format 0 spells instances in another way
        ++compared;
    }
    QVERIFY(compared > 0);
}

void tst_Vectors::deliversAsTheOriginal_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("subscribersLeft");
    QTest::newRow("es_publish_subscribe") << QStringLiteral("es_publish_subscribe") << 0;
    QTest::newRow("es_match") << QStringLiteral("es_match") << 1; // nobody ended "sport"
    QTest::newRow("format0_event") << QStringLiteral("format0_event") << 0;
}

// What the recorded clients asked of the original is asked of our server, by one subscriber of ours.
void tst_Vectors::deliversAsTheOriginal()
{
    QFETCH(QString, file);
    QFETCH(int, subscribersLeft);
    const Json vector = testing::loadVectors(u"pyro3/" + file + u".json");
    Server server;
    Client client(server);
    std::vector<Event> wanted;
    int asked = 0;
    for (size_t i = 0; i < vector.value(u"frames").items().size(); ++i) {
        const auto recorded = requestOf(vector, i);
        if (!recorded)
            continue;
        if (roleOf(vector, i) == u"cb") {
            wanted.push_back(Event::fromValue(recorded->args.at(0)).value_or(Event()));
            continue;
        }
        std::vector<Value> args(recorded->args.items().begin(), recorded->args.items().end());
        for (Value &arg : args) {
            if (pyro3Generation()->asReference(arg))
                arg = client.self();
        }
        const Reply reply = server.call(QString::fromLatin1(recorded->method), args);
        QVERIFY2(reply && reply.value().isNone(), qPrintable(wordsOf(reply)));
        ++asked;
    }
    QVERIFY(asked > 0 && !wanted.empty());
    QTRY_COMPARE(client.events().size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i) {
        QCOMPARE(client.events()[i].subject, wanted[i].subject);
        QVERIFY(client.events()[i].message == wanted[i].message);
    }
    QCOMPARE(server.server().counters().subscribers, subscribersLeft);
}

QTEST_GUILESS_MAIN(tst_Vectors)
#include "tst_vectors.moc"
