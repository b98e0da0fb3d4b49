// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The inspector with objects of the real Pyro 4 and Pyro 5.

#include "support/pyro45peer.h"
#include "tasksfixture.h"

#include <pyrolens/models/daemonmodel.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/resultview.h>

using namespace pyrolens;
using namespace pyrolens::test;
using pyrolens::testing::Pyro45Peer;

class tst_Pyro45Tasks : public TaskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<int>("number");
        QTest::addRow("pyro4") << 4;
        QTest::addRow("pyro5") << 5;
    }
    void cleanupTestCase() { m_server.stop(); }
    void objectTellsWhatItHas();
    void textIsUnicode();
    void attributesAreReadAndWritten();
    void streamsAreListed();
    void onewayIsMarked();
    void callbacksAnswer();
    void daemonListsItsObjects();
    void unknownObjectIsSaid();

private:
    /// Opens the demo object of a real daemon, as typed into the go-to box.
    bool open(const QString &object = QStringLiteral("demo"));
    bool call(const QString &method, const QString &arguments);

    PeerProcess m_server;
    int m_running = 0;
};

bool tst_Pyro45Tasks::open(const QString &object)
{
    QFETCH_GLOBAL(int, number);
    const Pyro45Peer peer{number};
    if (m_running != number) {
        m_server.stop();
        m_running = 0;
        if (peer.python().isEmpty())
            return false;
        if (!m_server.start(peer.python(),
                {Pyro45Peer::script(), QString::number(number), QStringLiteral("server")},
                peer.environment()))
            return false;
        m_running = number;
    }
    m_window->openText(QStringLiteral("PYRO:%1@127.0.0.1:%2").arg(object, m_server.words().value(0)));
    return page() != nullptr;
}

#define OPEN_OR_SKIP()                                                                                       \
    do {                                                                                                     \
        QFETCH_GLOBAL(int, number);                                                                          \
        const Pyro45Peer peer{number};                                                                       \
        if (peer.python().isEmpty() && peer.isNeeded())                                                      \
            QFAIL(qPrintable(peer.missing()));                                                               \
        if (peer.python().isEmpty())                                                                         \
            QSKIP(qPrintable(peer.missing()));                                                               \
        QVERIFY2(open(), m_server.output().constData());                                                     \
        QTRY_VERIFY_WITH_TIMEOUT(page()->object()->methods()->rowCount() > 0, 10'000);                       \
    } while (false)

bool tst_Pyro45Tasks::call(const QString &method, const QString &arguments)
{
    page()->prepare(method, arguments);
    page()->call()->send();
    return callEnds();
}

void tst_Pyro45Tasks::objectTellsWhatItHas()
{
    OPEN_OR_SKIP();
    QFETCH_GLOBAL(int, number);
    QVERIFY(page()->object()->methods()->methodByName(QStringLiteral("echo")));
    const MethodRow *note = page()->object()->methods()->methodByName(QStringLiteral("note"));
    QVERIFY(note && note->oneway && note->source == MethodRow::Source::Declared);
    QCOMPARE(page()->object()->attributes()->rowCount(), 1);
    QCOMPARE(page()->target().generation, number);
    QCOMPARE(page()->target().dialect, Dialect::Python3);
    auto *chip = m_window->findChild<QWidget *>(QStringLiteral("generationChip"));
    QVERIFY(chip && chip->isVisible());
}

void tst_Pyro45Tasks::textIsUnicode()
{
    OPEN_OR_SKIP();
    QVERIFY(call(QStringLiteral("echo"), QStringLiteral("['\u20ac', b'\\x00\\xff', (1,)]")));
    const auto record = page()->result()->record();
    QVERIFY2(
        record->outcome == CallRecord::Outcome::Ok, record->error ? qPrintable(record->error->what) : "");
    QVERIFY(record->result.at(0) == Value::text(u8"\u20ac"));
    QVERIFY(record->result.at(1) == Value::bytes(QByteArray("\x00\xff", 2)));
    QVERIFY(record->result.at(2) == Value::tuple({Value::integer(1)}));
    if (const QString folder = qEnvironmentVariable("PYROLENS_PICTURES"); !folder.isEmpty())
        m_window->grab().save(folder + QStringLiteral("/pyro%1.png").arg(page()->target().generation));
}

void tst_Pyro45Tasks::attributesAreReadAndWritten()
{
    OPEN_OR_SKIP();
    Q_EMIT page()->object()->attributeSetRequested(QStringLiteral("title"), QStringLiteral("'typed'"));
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);
    Q_EMIT page()->object()->attributeRequested(QStringLiteral("title"));
    QTRY_COMPARE(page()->object()->attributes()->index(0, AttributeModel::ValueColumn).data().toString(),
        QStringLiteral("'typed'"));
}

void tst_Pyro45Tasks::streamsAreListed()
{
    OPEN_OR_SKIP();
    QVERIFY(call(QStringLiteral("counter"), QStringLiteral("4")));
    auto record = page()->result()->record();
    QCOMPARE(record->outcome, CallRecord::Outcome::Ok);
    QVERIFY(record->result
        == Value::list({Value::integer(0), Value::integer(1), Value::integer(2), Value::integer(3)}));
    QVERIFY(!record->trace.stream.isEmpty());
    // One without an end is cut, and the connection goes on.
    QVERIFY(call(QStringLiteral("counter"), QStringLiteral("1000000000")));
    QTRY_COMPARE_WITH_TIMEOUT(page()->result()->record()->result.size(), 1'000, 20'000);
    QVERIFY(call(QStringLiteral("echo"), QStringLiteral("1")));
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);
}

void tst_Pyro45Tasks::onewayIsMarked()
{
    OPEN_OR_SKIP();
    QVERIFY(call(QStringLiteral("note"), QStringLiteral("'x'")));
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Sent);
}

void tst_Pyro45Tasks::callbacksAnswer()
{
    OPEN_OR_SKIP();
    Feeds *feeds = m_inspector->feeds();
    QSignalSpy ready(feeds, &Feeds::callbackReady);
    feeds->addCallback(QStringLiteral("127.0.0.1"));
    QVERIFY(ready.wait(10'000));
    const FeedSource source = feeds->sources()->all().back();
    QVERIFY(source.flatUri.startsWith(u"PYRO:"));
    CallbackAnswer answer;
    const auto told = FixedValue::parse(QStringLiteral("'well'"));
    QVERIFY(told);
    answer.value = *told;
    feeds->setAnswer(source.id, answer);
    QVERIFY(call(QStringLiteral("relay"), QStringLiteral("callback('%1'), 'how?'").arg(source.text)));
    const auto record = page()->result()->record();
    QVERIFY2(
        record->outcome == CallRecord::Outcome::Ok, record->error ? qPrintable(record->error->what) : "");
    QVERIFY(record->result == Value::text(u"well"));
    QTRY_COMPARE(feeds->events()->rowCount(), 1);
    const FeedItem *item = feeds->events()->item(feeds->events()->index(0, 0));
    QCOMPARE(item->subject, QStringLiteral("answer"));
    QCOMPARE(item->dialect, Dialect::Python3);
    feeds->remove(source.id);
    feeds->events()->clear();
}

void tst_Pyro45Tasks::daemonListsItsObjects()
{
    OPEN_OR_SKIP();
    QSignalSpy listed(m_inspector.get(), &Inspector::hostedListed);
    m_inspector->listHosted(77, page()->target());
    QVERIFY(listed.wait(10'000));
    const auto objects = listed.front().at(1).value<std::vector<RegisteredObject>>();
    QCOMPARE(objects.size(), 3u);
    QVERIFY(std::any_of(objects.begin(), objects.end(),
        [&](const RegisteredObject &object) { return object.uri == page()->target().uri; }));
}

void tst_Pyro45Tasks::unknownObjectIsSaid()
{
    OPEN_OR_SKIP();
    QSignalSpy pinged(m_inspector.get(), &Inspector::pinged);
    QVERIFY(open(QStringLiteral("nobody")));
    QVERIFY(pinged.wait(10'000));
    page()->prepare(QStringLiteral("echo"), {});
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::RemoteError);
}

QTEST_MAIN(tst_Pyro45Tasks)

#include "tst_pyro45tasks.moc"
