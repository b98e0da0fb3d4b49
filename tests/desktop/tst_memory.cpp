// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// What the inspector remembers from one run to the next: calls with their replies, layouts, and the order of
// tabs.

#include "historystore.h"
#include "inspector.h"
#include "mainwindow.h"
#include "recordjson.h"
#include "settings.h"

#include <pyrolens/generations.h>
#include <pyrolens/theme/theme.h>
#include <pyrolens/value/literal.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/resultview.h>

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QtTest>

using namespace pyrolens;

namespace {

/// One run of the program on a profile folder.
struct Run
{
    explicit Run(const QString &folder)
        : settings(folder)
        , theme(qobject_cast<QApplication *>(QCoreApplication::instance()))
        , inspector(builtinCatalogue())
        , window(&inspector, &settings, &theme)
    {
        window.show();
    }

    ObjectPage *demo()
    {
        window.openDemo();
        const bool there = QTest::qWaitFor(
            [this] {
                const ObjectPage *page = window.currentPage();
                return page && page->object()->methods()->rowCount() > 0;
            },
            10'000);
        return there ? window.currentPage() : nullptr;
    }
    bool call(const QString &method, const QString &arguments)
    {
        ObjectPage *page = window.currentPage();
        page->prepare(method, arguments);
        page->call()->send();
        return QTest::qWaitFor([page] { return page->runningCall() == 0; }, 10'000);
    }
    QDockWidget *dock(const char *name) { return window.findChild<QDockWidget *>(QLatin1String(name)); }
    void trigger(const char *name) { window.findChild<QAction *>(QLatin1String(name))->trigger(); }

    Settings settings;
    Theme theme;
    Inspector inspector;
    MainWindow window;
};

CallRecord sample(const char *result)
{
    CallRecord record;
    record.request.id = 77;
    record.request.target = {
        QStringLiteral("p"), QStringLiteral(":lab.x"), QStringLiteral("PYRO://h:1/2"), 3, Dialect::Python2};
    record.request.member = QStringLiteral("m");
    record.request.argumentText = QStringLiteral("1, x=u'\u20ac'");
    record.request.args = Value::tuple({Value::integer(1)});
    record.request.kwargs = parseLiteral(QStringLiteral("{'x': u'\u20ac'}"), Dialect::Python2)->value;
    record.request.timeout = std::chrono::milliseconds(1'500);
    record.request.oneway = true;
    record.started = QDateTime::fromMSecsSinceEpoch(1'700'000'000'123);
    record.outcome = CallRecord::Outcome::Ok;
    record.result = parseLiteral(QString::fromUtf8(result), Dialect::Python2)->value;
    record.trace.total = std::chrono::microseconds(4'100);
    record.trace.wait = std::chrono::microseconds(3'000);
    record.trace.bytesReceived = 212;
    record.trace.endpoint = QStringLiteral("h:1");
    record.trace.generation = 3;
    return record;
}

} // namespace

class tst_Memory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void recordsSurviveTheirJson_data();
    void recordsSurviveTheirJson();
    void remoteErrorsSurviveTheirJson();
    void bigRepliesAreLeftOut();
    void refusesWhatIsNoRecord_data();
    void refusesWhatIsNoRecord();
    void historyComesBackWithEverything();
    void forgettingLasts();
    void secondProgramSaysThatItKeepsNothing();
    void oldestCallsGoFirst();
    void damagedFileStartsEmpty();
    void perspectivesAreRemembered();
    void unreadableLayoutFallsBack();
    void controlTabGoesToTheTabUsedBefore();
};

void tst_Memory::recordsSurviveTheirJson_data()
{
    QTest::addColumn<QByteArray>("result");
    for (const char *text : {"None", "[1, 2L, 3.5, True]", "{'a': (1, [u'x', 'y\\xff']), 5: None}", "{1, 2}",
             "123456789012345678901234567890L", "'\\x00\\xff'", "-0.0", "1e400"})
        QTest::newRow(text) << QByteArray(text);
}

void tst_Memory::recordsSurviveTheirJson()
{
    QFETCH(QByteArray, result);
    const CallRecord record = sample(result.constData());
    const auto text = Json::parse(recordToJson(record, 1'000'000).toText());
    QVERIFY(text);
    const auto back = recordFromJson(*text);
    QVERIFY2(back, back ? "" : qPrintable(back.error().what));
    QCOMPARE(back->result, record.result);
    QCOMPARE(back->request.args, record.request.args);
    QCOMPARE(back->request.kwargs, record.request.kwargs);
    QCOMPARE(back->request.argumentText, record.request.argumentText);
    QCOMPARE(back->request.target, record.request.target);
    QCOMPARE(back->request.timeout, record.request.timeout);
    QVERIFY(back->request.oneway);
    QCOMPARE(back->request.id, record.request.id);
    QCOMPARE(back->started, record.started);
    QCOMPARE(back->outcome, record.outcome);
    QCOMPARE(back->trace.total, record.trace.total);
    QCOMPARE(back->trace.wait, record.trace.wait);
    QCOMPARE(back->trace.bytesReceived, record.trace.bytesReceived);
    QCOMPARE(back->trace.endpoint, record.trace.endpoint);
    QVERIFY(!back->isReplyLost);
}

void tst_Memory::remoteErrorsSurviveTheirJson()
{
    CallRecord record = sample("None");
    record.outcome = CallRecord::Outcome::RemoteError;
    RemoteError raised;
    raised.className = QStringLiteral("demo.EchoError");
    raised.args = Value::tuple({Value::integer(42)});
    raised.traceback = {QStringLiteral("File x, line 1"), QStringLiteral("  boom")};
    record.error = RemoteError::toError(raised);
    const auto back = recordFromJson(recordToJson(record, 1'000'000));
    QVERIFY(back);
    QVERIFY(back->error && back->error->remote);
    QCOMPARE(back->error->kind, Error::Kind::Remote);
    QCOMPARE(back->error->remote->className, raised.className);
    QCOMPARE(back->error->remote->args, raised.args);
    QCOMPARE(back->error->remote->traceback, raised.traceback);
    QCOMPARE(back->error->what, record.error->what);
}

void tst_Memory::bigRepliesAreLeftOut()
{
    const CallRecord record = sample("[1, 2, 3]");
    const auto back = recordFromJson(recordToJson(record, 211));
    QVERIFY(back);
    QVERIFY(back->isReplyLost);
    QCOMPARE(back->result, Value());
    QCOMPARE(back->request.args, record.request.args);
    ResultView view;
    view.show();
    view.showRecord(std::make_shared<const CallRecord>(*back));
    QVERIFY(view.model()->rowCount() == 0); // "None" would be a lie
}

void tst_Memory::refusesWhatIsNoRecord_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<int>("value");
    QTest::newRow("format") << QStringLiteral("format") << 2;
    QTest::newRow("action") << QStringLiteral("action") << 9;
    QTest::newRow("outcome") << QStringLiteral("outcome") << 200;
    QTest::newRow("negative") << QStringLiteral("outcome") << -1;
}

void tst_Memory::refusesWhatIsNoRecord()
{
    QFETCH(QString, key);
    QFETCH(int, value);
    Json json = recordToJson(sample("1"), 1'000);
    QVERIFY(recordFromJson(json));
    json.set(key, Json(value));
    QVERIFY(!recordFromJson(json));
    QVERIFY(!recordFromJson(Json()));
}

void tst_Memory::historyComesBackWithEverything()
{
    const QTemporaryDir folder;
    {
        Run run(folder.path());
        QVERIFY(run.demo());
        QVERIFY(run.call(QStringLiteral("args"), QStringLiteral("12.5, unit='l/m'")));
        QVERIFY(run.call(QStringLiteral("crash"), QStringLiteral("'boom'")));
        QCOMPARE(run.inspector.history()->rowCount(), 2);
    }
    Run run(folder.path());
    HistoryModel *history = run.inspector.history();
    QTRY_COMPARE(history->rowCount(), 2);
    const auto first = history->record(history->index(0, 0));
    QCOMPARE(first->request.argumentText, QStringLiteral("12.5, unit='l/m'"));
    QCOMPARE(first->result.at(0).at(0).asReal(), 12.5);
    const auto second = history->record(history->index(1, 0));
    QCOMPARE(second->outcome, CallRecord::Outcome::RemoteError);
    QVERIFY(second->error->remote->hasTraceback());
    // Typing goes on where it ended, and new calls come behind the old ones.
    QVERIFY(run.demo());
    QVERIFY(history->argumentLines(QStringLiteral("args")).contains(QStringLiteral("12.5, unit='l/m'")));
    QVERIFY(run.call(QStringLiteral("echo"), QStringLiteral("7")));
    QCOMPARE(history->rowCount(), 3);
    QCOMPARE(history->record(history->index(2, 0))->request.member, QStringLiteral("echo"));
    history->setFilter(QStringLiteral("unit"));
    QCOMPARE(history->rowCount(), 1);
}

void tst_Memory::forgettingLasts()
{
    const QTemporaryDir folder;
    {
        Run run(folder.path());
        QVERIFY(run.demo());
        for (const char *value : {"1", "2", "3"})
            QVERIFY(run.call(QStringLiteral("echo"), QString::fromLatin1(value)));
        HistoryModel *history = run.inspector.history();
        history->remove(history->record(history->index(1, 0))->request.id);
    }
    {
        Run run(folder.path());
        HistoryModel *history = run.inspector.history();
        QTRY_COMPARE(history->rowCount(), 2);
        QCOMPARE(history->record(history->index(0, 0))->request.argumentText, QStringLiteral("1"));
        QCOMPARE(history->record(history->index(1, 0))->request.argumentText, QStringLiteral("3"));
        history->clear();
    }
    HistoryStore store(folder.filePath(QStringLiteral("history.sqlite")));
    QSignalSpy loaded(&store, &HistoryStore::loaded);
    store.load();
    QVERIFY(loaded.wait());
    QVERIFY(loaded[0][0].value<std::vector<HistoryStore::Record>>().empty());
}

void tst_Memory::secondProgramSaysThatItKeepsNothing()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("history.sqlite"));
    HistoryStore first(file);
    QSignalSpy opened(&first, &HistoryStore::opened);
    QVERIFY(opened.wait());
    HistoryStore second(file);
    QSignalSpy failed(&second, &HistoryStore::failed);
    QVERIFY(failed.wait());
    QCOMPARE(failed[0][0].value<Error>().code, QStringLiteral("storage.locked"));
}

void tst_Memory::oldestCallsGoFirst()
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("history.sqlite"));
    HistoryLimits limits;
    limits.maxBytes = 20 * recordToJson(sample("1"), 1'000).toText().size();
    {
        HistoryStore store(file, limits);
        for (quint64 id = 1; id <= 100; ++id) {
            auto record = std::make_shared<CallRecord>(sample("1"));
            record->request.id = id;
            store.save(record);
        }
    }
    HistoryStore store(file, limits);
    QSignalSpy loaded(&store, &HistoryStore::loaded);
    store.load();
    QVERIFY(loaded.wait());
    const auto records = loaded[0][0].value<std::vector<HistoryStore::Record>>();
    QVERIFY2(records.size() >= 15 && records.size() <= 20, qPrintable(QString::number(records.size())));
    QCOMPARE(records.back()->request.id, quint64(100));
    QCOMPARE(records.front()->request.id, quint64(101 - records.size()));
}

void tst_Memory::damagedFileStartsEmpty()
{
    const QTemporaryDir folder;
    const QString name = folder.filePath(QStringLiteral("history.sqlite"));
    {
        HistoryStore store(name);
        store.save(std::make_shared<CallRecord>(sample("1")));
    }
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.seek(4'096);
    file.write(QByteArray(int(file.size() - 4'096), '\x5a'));
    file.close();
    HistoryStore store(name);
    QSignalSpy opened(&store, &HistoryStore::opened);
    QSignalSpy loaded(&store, &HistoryStore::loaded);
    store.load();
    QVERIFY(loaded.wait());
    QCOMPARE(opened.count(), 1);
    QVERIFY(!opened[0][0].toString().isEmpty());
    QVERIFY(loaded[0][0].value<std::vector<HistoryStore::Record>>().empty());
}

void tst_Memory::perspectivesAreRemembered()
{
    const QTemporaryDir folder;
    {
        Run run(folder.path());
        QVERIFY(run.dock("networkDock")->isVisible());
        run.trigger("perspective-wire");
        run.dock("networkDock")->hide();
        run.trigger("perspective-explore");
        QVERIFY(run.dock("networkDock")->isVisible()); // each has its own
        run.trigger("perspective-wire");
        QVERIFY(!run.dock("networkDock")->isVisible());
        run.window.close();
    }
    Run run(folder.path());
    QVERIFY(run.window.findChild<QAction *>(QStringLiteral("perspective-wire"))->isChecked());
    QVERIFY(!run.dock("networkDock")->isVisible());
    run.trigger("action-resetLayout");
    QVERIFY(run.dock("networkDock")->isVisible());
}

void tst_Memory::unreadableLayoutFallsBack()
{
    const QTemporaryDir folder;
    {
        Settings settings(folder.path());
        settings.setLayout(QStringLiteral("explore"), QByteArrayLiteral("nonsense"));
        settings.setPerspective(QStringLiteral("no such"));
    }
    QTest::ignoreMessage(QtWarningMsg, "the stored layout explore does not read; the built-in one is shown");
    Run run(folder.path());
    QVERIFY(run.dock("networkDock")->isVisible());
    QVERIFY(run.window.findChild<QAction *>(QStringLiteral("perspective-explore"))->isChecked());
}

void tst_Memory::controlTabGoesToTheTabUsedBefore()
{
    const QTemporaryDir folder;
    Run run(folder.path());
    QVERIFY(QTest::qWaitForWindowActive(&run.window));
    for (const char *id : {"a", "b", "c"})
        run.window.openText(QStringLiteral("PYRO://127.0.0.1:1/") + QLatin1String(id));
    QTabWidget *tabs = run.window.tabs();
    const auto current = [tabs] { return tabs->currentIndex(); };
    tabs->setCurrentIndex(1); // a, so the order of use is: a, c, b, welcome
    const auto step = [&run](Qt::KeyboardModifiers more = {}) {
        QTest::keyPress(&run.window, Qt::Key_Tab, Qt::ControlModifier | more); // and held
    };
    const auto release = [&run] { QTest::keyRelease(&run.window, Qt::Key_Control); };
    step();
    QCOMPARE(current(), 3);
    step();
    QCOMPARE(current(), 2);
    step(Qt::ShiftModifier);
    QCOMPARE(current(), 3);
    release();
    step(); // back to where it began
    QCOMPARE(current(), 1);
    release();
    step();
    QCOMPARE(current(), 3);
    release();
    tabs->removeTab(1);
    step();
    QCOMPARE(current(), 1); // what was tab 2 moved up
}

QTEST_MAIN(tst_Memory)
#include "tst_memory.moc"
