// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include "clientfixture.h"

#include <pyrolens/generations.h>

using namespace fixture;

namespace {

/// A server of a generation: shakes hands, echoes. Refuses other generations as it would in real life.
peer::Step serveAs(int id, std::chrono::milliseconds silence = 0ms)
{
    return [id, silence](peer::Player &player) {
        const Limits limits;
        const auto catalogue = builtinCatalogue();
        const auto session = catalogue->find(id)->session(Role::Server, {});
        if (silence > 0ms && !player.rest(silence))
            return false;
        if (const QByteArray greeting = session->start(); !greeting.isEmpty() && !player.send(greeting))
            return false;
        QByteArray buffer;
        for (;;) {
            const auto step = session->feed(Direction::ClientToServer, buffer, limits);
            if (!step) {
                player.send(session->refuse(step.error()).bytes);
                return false;
            }
            if (step->size == 0) {
                const QByteArray more = player.read(std::max<qsizetype>(1, step->needed));
                if (more.isEmpty())
                    return true; // the client has gone
                buffer += more;
                continue;
            }
            const Frame frame{buffer.first(step->size), Direction::ClientToServer, step->kind};
            buffer.remove(0, step->size);
            const auto message = session->decode(frame, limits);
            if (!message)
                return player.fail(message.error().what);
            Message answer = Message::reply(message->args.items().empty() ? Value() : message->args.at(0));
            if (message->kind == Message::Kind::Connect) {
                answer.kind = Message::Kind::Accept;
                answer.value = Value::text(u8"hello");
                answer.metadata
                    = ObjectMetadata{{kEcho, QStringLiteral("note")}, {QStringLiteral("note")}, {}};
            } else if (message->kind == Message::Kind::Query) {
                answer.value = Value::list({Value::text(u8"it")});
            }
            answer.answerTo(*message);
            const auto bytes = session->encode(answer);
            if (!bytes)
                return player.fail(bytes.error().what);
            if (!message->oneway && !player.send(*bytes))
                return false;
        }
    };
}

std::shared_ptr<ClientContext> everyGeneration()
{
    auto made = context();
    made->catalogue = builtinCatalogue();
    return made;
}

/// PYRO:it@..., which may be of Pyro 4 or 5; or the bare HOST:PORT.
Uri modernUri(int port, const QString &object = QStringLiteral("it"))
{
    Uri uri = objectUri(port, object);
    uri.classic = false;
    return uri;
}

} // namespace

/// Which generation a client speaks when the URI does not tell.
class tst_Generations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { bothForms(); }
    void findsOutWhoAnswers_data();
    void findsOutWhoAnswers();
    void remembersTheEndpoint();
    void noticesAnotherGenerationLater();
    void listensBeforeItSpeaks_data();
    void listensBeforeItSpeaks();
    void givenGenerationIsNotQuestioned();
    void saysWhatAnsweredInstead();
    void onewayComesFromTheMetadata();
    void objectThatExposesNothingIsRefused();
};

void tst_Generations::findsOutWhoAnswers_data()
{
    QTest::addColumn<int>("generation");
    QTest::addColumn<int>("connections");
    QTest::addRow("pyro5") << 5 << 1;
    QTest::addRow("pyro4") << 4 << 2; // the first one was greeted as Pyro 5
}

void tst_Generations::findsOutWhoAnswers()
{
    QFETCH(int, generation);
    QFETCH(int, connections);
    ScriptedPeer server({{serveAs(generation)}, {serveAs(generation)}});
    Proxy proxy(everyGeneration(), modernUri(server.port()));
    QVERIFY(proxy.generation() == nullptr);
    const Reply reply = call(proxy, kEcho, {Value::integer(7)});
    VERIFY_OK(reply);
    QVERIFY(reply.value() == Value::integer(7));
    QCOMPARE(reply.trace().generation, generation);
    QCOMPARE(proxy.generation()->info().id, generation);
    QCOMPARE(server.connections(), connections);
    QCOMPARE(server.failures(), QStringList());
}

void tst_Generations::remembersTheEndpoint()
{
    ScriptedPeer server({{serveAs(4)}, {serveAs(4)}, {serveAs(4)}});
    const auto context = everyGeneration();
    Proxy first(context, modernUri(server.port()));
    VERIFY_OK(bind(first));
    first.release();
    Proxy second(context, modernUri(server.port(), QStringLiteral("other")));
    QCOMPARE(second.generation()->info().id, 4);
    VERIFY_OK(bind(second));
    QCOMPARE(server.connections(), 3);
}

void tst_Generations::noticesAnotherGenerationLater()
{
    ScriptedPeer server({{serveAs(4)}, {serveAs(4)}, {serveAs(5)}, {serveAs(5)}});
    Proxy proxy(everyGeneration(), modernUri(server.port()));
    VERIFY_OK(bind(proxy));
    proxy.release();
    const Reply reply = call(proxy, kEcho, {Value::text(u8"x")});
    VERIFY_OK(reply);
    QCOMPARE(reply.trace().generation, 5);
}

void tst_Generations::listensBeforeItSpeaks_data()
{
    QTest::addColumn<int>("generation");
    QTest::addColumn<int>("silence");
    QTest::addColumn<int>("connections");
    QTest::addRow("pyro3 begins") << 3 << 0 << 1;
    QTest::addRow("pyro5 waits") << 5 << 0 << 1;
    QTest::addRow("pyro4 waits") << 4 << 0 << 2;
    QTest::addRow("pyro3, too late") << 3 << 400 << 2; // our CONNECT was on its way
}

void tst_Generations::listensBeforeItSpeaks()
{
    QFETCH(int, generation);
    QFETCH(int, silence);
    QFETCH(int, connections);
    const auto pause = std::chrono::milliseconds(silence);
    ScriptedPeer server({{serveAs(generation, pause)}, {serveAs(generation, pause)}});
    Proxy proxy(everyGeneration(), modernUri(server.port(), {}));
    Message question;
    question.kind = Message::Kind::Query;
    question.query = Message::Query::Registered;
    VERIFY_OK(send(proxy, question));
    QCOMPARE(proxy.generation()->info().id, generation);
    QCOMPARE(server.connections(), connections);
}

void tst_Generations::givenGenerationIsNotQuestioned()
{
    ScriptedPeer server({{serveAs(4)}});
    ProxyOptions options;
    options.generation = 4;
    Proxy proxy(everyGeneration(), modernUri(server.port()), options);
    VERIFY_OK(call(proxy, kEcho, {Value()}));
    QCOMPARE(server.connections(), 1);
    ScriptedPeer other({{serveAs(5)}});
    Proxy wrong(everyGeneration(), modernUri(other.port()), options);
    COMPARE_ERROR(call(wrong, kEcho, {Value()}), Error::Kind::Protocol);
    QCOMPARE(other.connections(), 1);
}

void tst_Generations::saysWhatAnsweredInstead()
{
    ScriptedPeer server({{serveAs(3)}});
    Proxy proxy(everyGeneration(), modernUri(server.port()));
    const Reply reply = bind(proxy);
    COMPARE_ERROR(reply, Error::Kind::Protocol);
    QVERIFY2(reply.error().what.contains(u"Pyro 3"), qPrintable(reply.error().what));
}

void tst_Generations::onewayComesFromTheMetadata()
{
    ScriptedPeer server({{serveAs(5)}});
    Proxy proxy(everyGeneration(), modernUri(server.port()));
    const Reply marked = call(proxy, QStringLiteral("note"), {Value::integer(1)});
    VERIFY_OK(marked);
    QVERIFY(marked.trace().oneway);
    const Reply wanted
        = call(proxy, QStringLiteral("note"), {Value::integer(1)}, {.timeout = {}, .oneway = false});
    VERIFY_OK(wanted);
    QVERIFY(!wanted.trace().oneway && wanted.value() == Value::integer(1));
    QCOMPARE(proxy.metadata()->methods.size(), 2);
}

void tst_Generations::objectThatExposesNothingIsRefused()
{
    const auto empty = [](peer::Player &player) {
        const auto session = builtinCatalogue()->find(5)->session(Role::Server, {});
        QByteArray buffer;
        for (;;) {
            const auto step = session->feed(Direction::ClientToServer, buffer, {});
            if (!step)
                return player.fail(step.error().what);
            if (step->size > 0)
                break;
            buffer += player.read(std::max<qsizetype>(1, step->needed));
        }
        Message accept;
        accept.kind = Message::Kind::Accept;
        accept.metadata = ObjectMetadata();
        return player.send(session->encode(accept).value());
    };
    ScriptedPeer server({{empty}});
    Proxy proxy(everyGeneration(), modernUri(server.port()));
    const Reply reply = call(proxy, kEcho, {Value()});
    COMPARE_ERROR(reply, Error::Kind::Denied);
    QVERIFY(reply.error().what.contains(u"@expose"));
}

QTEST_GUILESS_MAIN(tst_Generations)

#include "tst_generations.moc"
