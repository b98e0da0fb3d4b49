// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// What calls of Pyro 4 and 5 leave to choose, with our own servers: serializer and its lens, batches,
// annotations; and the doctor where a call fails.

#include "drafts.h"
#include "recordjson.h"
#include "tasksfixture.h"

#include <pyrolens/editors/argumentedit.h>
#include <pyrolens/models/batchmodel.h>
#include <pyrolens/models/commandline.h>
#include <pyrolens/models/historymodel.h>
#include <pyrolens/server/daemon.h>
#include <pyrolens/views/batchpanel.h>
#include <pyrolens/views/doctorview.h>
#include <pyrolens/views/textview.h>

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTcpServer>

using namespace pyrolens;
using namespace pyrolens::test;

class tst_Choices : public TaskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<int>("number");
        QTest::addRow("pyro4") << 4;
        QTest::addRow("pyro5") << 5;
    }
    void serializersOfTheGeneration();
    void serializerIsUsedAndKept();
    void networkHasADefault();
    void lensShowsWhatChanges();
    void lensOfLongTextsWorksAside();
    void commandLineIsCopied();
    void batchTellsOfEachCall();
    void onewayBatchIsSent();
    void batchIsEditedWithKeys();
    void annotationsGoBothWays();
    void annotationsAreChecked();
    void failedCallIsDiagnosed();
    void diagnosisIsCancelled();

private:
    bool open();
    bool call(const QString &method, const QString &arguments);
    QComboBox *serializers() { return page()->findChild<QComboBox *>(QStringLiteral("serializer")); }
    void choose(const QString &serializer);
    std::shared_ptr<const CallRecord> record() const { return page()->result()->record(); }
    void shoot(const char *name);

    std::unique_ptr<Daemon> m_daemon;
    int m_notes = 0;
};

bool tst_Choices::open()
{
    QFETCH_GLOBAL(int, number);
    DaemonOptions options;
    options.generations = {number};
    m_daemon = std::make_unique<Daemon>(builtinCatalogue(), options);
    if (!m_daemon->listen())
        return false;
    m_notes = 0;
    auto servant = std::make_shared<LambdaServant>(QStringLiteral("Thing"));
    servant->method(QStringLiteral("echo(value)"),
        [](std::vector<Value> args, CallContext &) -> Outcome { return args.front(); });
    servant->method(QStringLiteral("fail(text)"), [](std::vector<Value> args, CallContext &) -> Outcome {
        return raise(QStringLiteral("ValueError"), {args.front()});
    });
    servant->method(
        QStringLiteral("note(value)"),
        [this](std::vector<Value>, CallContext &) -> Outcome {
            ++m_notes;
            return Value();
        },
        {}, true);
    servant->method(QStringLiteral("back()"), [](std::vector<Value>, CallContext &context) -> Outcome {
        context.annotate("BACK", "from the server");
        std::vector<Value> seen;
        for (const auto &[id, data] : context.annotations())
            seen.push_back(Value::tuple({Value::utf8(id), Value::bytes(data)}));
        return Value::list(std::move(seen));
    });
    const auto uri = m_daemon->connectServant(servant, QStringLiteral("thing"));
    if (!uri)
        return false;
    m_window->openText(uri->toString());
    return QTest::qWaitFor([this] { return page() && page()->object()->methods()->rowCount() == 4; }, 10'000);
}

bool tst_Choices::call(const QString &method, const QString &arguments)
{
    page()->prepare(method, arguments);
    page()->call()->send();
    return callEnds();
}

void tst_Choices::choose(const QString &serializer)
{
    const int at = serializers()->findText(serializer);
    QVERIFY2(at > 0, qPrintable(serializer));
    serializers()->setCurrentIndex(at);
    Q_EMIT serializers()->activated(at);
}

void tst_Choices::shoot(const char *name)
{
    QFETCH_GLOBAL(int, number);
    const QString folder = qEnvironmentVariable("PYROLENS_PICTURES");
    for (const Theme::Mode mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
        if (folder.isEmpty() || number == 4)
            break;
        m_theme->setMode(mode);
        QTest::qWait(60);
        m_window->grab().save(
            QStringLiteral("%1/%2-%3.png").arg(folder, QString::fromLatin1(name), Theme::modeText(mode)));
    }
}

void tst_Choices::serializersOfTheGeneration()
{
    QFETCH_GLOBAL(int, number);
    QVERIFY(open());
    QVERIFY(serializers()->isVisible());
    QCOMPARE(serializers()->itemText(0), QStringLiteral("serpent (default)"));
    QVERIFY(serializers()->findText(QStringLiteral("msgpack")) > 0);
    QCOMPARE(serializers()->findText(QStringLiteral("pickle")) > 0, number == 4);
    QVERIFY(!serializers()->accessibleName().isEmpty());
}

void tst_Choices::serializerIsUsedAndKept()
{
    QVERIFY(open());
    QVERIFY(call(QStringLiteral("echo"), QStringLiteral("(1, 2)")));
    QCOMPARE(record()->serializer, QByteArray("serpent"));
    QVERIFY(record()->result == Value::tuple({Value::integer(1), Value::integer(2)}));
    choose(QStringLiteral("json"));
    QVERIFY(call(QStringLiteral("echo"), QStringLiteral("(1, 2)")));
    QCOMPARE(record()->serializer, QByteArray("json"));
    QVERIFY(record()->result == Value::list({Value::integer(1), Value::integer(2)}));
    const HistoryModel *history = m_inspector->history();
    const QModelIndex last = history->index(history->rowCount() - 1, HistoryModel::GenerationColumn);
    QVERIFY(last.data().toString().endsWith(QLatin1String("json")));
    QVERIFY(page()->findChild<QWidget *>(QStringLiteral("extraChip"))->isVisible());

    // A record of it can be stored, and shown again as it was.
    const auto again = recordFromJson(recordToJson(*record(), 1'000'000));
    QVERIFY(again && again->request.serializer == "json" && again->serializer == "json");
    serializers()->setCurrentIndex(0);
    page()->restore(std::make_shared<const CallRecord>(*again));
    QCOMPARE(page()->call()->serializer(), QByteArray("json"));

    // A tab that is opened anew has what was chosen in it.
    choose(QStringLiteral("marshal"));
    m_window->findChild<QAction *>(QStringLiteral("action-newCall"))->trigger();
    QTRY_COMPARE(page()->call()->serializer(), QByteArray("marshal"));
}

void tst_Choices::networkHasADefault()
{
    QFETCH_GLOBAL(int, number);
    QVERIFY(open());
    ConnectionProfile profile;
    profile.id = QStringLiteral("net");
    profile.host = QStringLiteral("127.0.0.1");
    profile.port = 1;
    profile.serializer = "msgpack";
    m_inspector->setProfile(profile);
    m_window->openObject({QStringLiteral("net"), QStringLiteral("thing"),
        m_daemon->uriFor("thing", number).toString(), number, Dialect::Python3});
    QCOMPARE(serializers()->itemText(0), QStringLiteral("msgpack (default)"));
    QVERIFY(call(QStringLiteral("echo"), QStringLiteral("(1, 2)")));
    QCOMPARE(record()->serializer, QByteArray("msgpack"));
    QCOMPARE(record()->outcome, CallRecord::Outcome::Ok);
}

void tst_Choices::lensShowsWhatChanges()
{
    QVERIFY(open());
    ArgumentEdit *line = page()->call()->arguments();
    page()->prepare(QStringLiteral("echo"), QStringLiteral("[1, 2, {'a': 3}]"));
    QCOMPARE(line->lensMessage(), QString());
    const QString text = QStringLiteral("{'when': datetime('2020-01-02T03:04:05'), 'window': (0, 60)}");
    page()->prepare(QStringLiteral("echo"), text);
    QVERIFY(line->lensMessage().contains(QStringLiteral("datetime arrives as text with serpent")));
    choose(QStringLiteral("json"));
    QVERIFY(line->lens());
    QCOMPARE(line->lens()->findings.size(), 2u);
    QVERIFY2(line->lensMessage().contains(
                 QStringLiteral("tuple arrives as a list with json; as received: [0, 60]")),
        qPrintable(line->lensMessage()));
    // Both are marked, each at its place, and the one at the caret is told first.
    const auto marks = line->editor()->extraSelections();
    QCOMPARE(marks.size(), 2);
    QCOMPARE(marks[1].cursor.selectedText(), QStringLiteral("(0, 60)"));
    QTextCursor caret = line->editor()->textCursor();
    caret.setPosition(int(text.indexOf(QLatin1String("(0, 60"))) + 1);
    line->editor()->setTextCursor(caret);
    QVERIFY(line->lensMessage().section(u'\n', 0, 0).contains(QLatin1String("tuple")));
    shoot("lens-changed");
    // What comes is what the lens has said.
    QVERIFY(call(QStringLiteral("echo"), text));
    QCOMPARE(*record()->result.find("window"), line->lens()->findings[1].received);
    QCOMPARE(*record()->result.find("when"), line->lens()->findings[0].received);

    page()->prepare(QStringLiteral("echo"), QStringLiteral("b'x', frozenset({1})"));
    QVERIFY(line->lens()->has(LensEffect::Refused));
    QVERIFY(line->lensMessage().contains(QStringLiteral("bytes cannot be sent: json has no such type")));
    shoot("lens-refused");
    serializers()->setCurrentIndex(serializers()->findText(QStringLiteral("marshal")));
    QVERIFY(line->lens()->findings.empty());
    QCOMPARE(line->lensMessage(), QString());
}

void tst_Choices::lensOfLongTextsWorksAside()
{
    QVERIFY(open());
    choose(QStringLiteral("json"));
    ArgumentEdit *line = page()->call()->arguments();
    QSignalSpy changed(line, &ArgumentEdit::lensChanged);
    QStringList items;
    for (int i = 0; i < 2'000; ++i)
        items.append(QStringLiteral("(%1,)").arg(i));
    line->setText(u'[' + items.join(u", ") + u']');
    QVERIFY(!line->lens()); // still under way: the window does not wait
    QTRY_VERIFY_WITH_TIMEOUT(line->lens(), 10'000);
    QCOMPARE(line->lens()->findings.size(), 1'000u);
    QCOMPARE(line->lens()->more, 1'000);
    line->setText(QStringLiteral("1"));
    QVERIFY(line->lens()->findings.empty());
}

void tst_Choices::commandLineIsCopied()
{
    QFETCH_GLOBAL(int, number);
    QVERIFY(open());
    choose(QStringLiteral("json"));
    page()->prepare(QStringLiteral("echo"), QStringLiteral("-5, 'it\\'s', key=[1, 2]"));
    m_window->findChild<QAction *>(QStringLiteral("action-copyLine"))->trigger();
    const QString uri = page()->target().uri;
    const QString expected
        = QStringLiteral("pyroctl --gen %1 --serializer json --kw 'key=[1, 2]' call -- ").arg(number) + uri
        + QStringLiteral(" echo -5 ''\\''it\\'\\''s'\\'''");
    QCOMPARE(QGuiApplication::clipboard()->text(), expected);
}

void tst_Choices::batchTellsOfEachCall()
{
    QVERIFY(open());
    BatchPanel *batch = page()->call()->batch();
    QVERIFY(!batch->isVisible());
    for (const auto &[method, arguments] :
        {std::pair("echo", "1"), std::pair("fail", "'broken'"), std::pair("echo", "3")}) {
        page()->prepare(QString::fromLatin1(method), QString::fromLatin1(arguments));
        m_window->findChild<QAction *>(QStringLiteral("action-addToBatch"))->trigger();
    }
    QVERIFY(batch->isVisible());
    QCOMPARE(batch->calls().size(), 3u);
    shoot("batch");
    click(QStringLiteral("sendBatch"));
    QVERIFY(callEnds());
    QCOMPARE(record()->outcome, CallRecord::Outcome::RemoteError);
    QCOMPARE(page()->result()->mode(), ResultView::Mode::Calls);
    const QAbstractItemModel *results
        = page()->findChild<QTableView *>(QStringLiteral("batchResults"))->model();
    QCOMPARE(results->rowCount(), 3);
    const auto state = [results](int row) {
        return BatchModel::State(results->index(row, 0).data(BatchModel::StateRole).toInt());
    };
    QCOMPARE(state(0), BatchModel::State::Done);
    QCOMPARE(state(1), BatchModel::State::Raised);
    QCOMPARE(state(2), BatchModel::State::NotRun);
    QVERIFY(results->index(1, BatchModel::ResultColumn).data().toString().contains(u"broken"));
    shoot("batch-result");
    // It stands in the history as one call, and comes back from there.
    const HistoryModel *history = m_inspector->history();
    const QModelIndex last = history->index(history->rowCount() - 1, HistoryModel::CallColumn);
    QVERIFY(last.data().toString().endsWith(QLatin1String("echo(1), fail('broken'), echo(3)")));
    const auto again = recordFromJson(recordToJson(*record(), 1'000'000));
    QVERIFY2(again && again->request.batch.size() == 3, again ? "" : qPrintable(again.error().what));
    batch->setCalls({});
    page()->restore(std::make_shared<const CallRecord>(*again));
    QCOMPARE(batch->calls().size(), 3u);
    QCOMPARE(commandLine(again->request), QString()); // pyroctl has no batches
    // In the traffic it is one message.
    TrafficModel *traffic = m_inspector->traffic();
    QTRY_VERIFY([traffic] {
        traffic->flush();
        for (int row = 0; row < traffic->rowCount(); ++row) {
            const TrafficRecord *one = traffic->record(traffic->index(row, 0));
            if (one->kind == TrafficRecord::Kind::Request && one->method.contains(u"batch"))
                return true;
        }
        return false;
    }());
}

void tst_Choices::onewayBatchIsSent()
{
    QVERIFY(open());
    page()->call()->batch()->setCalls({{QStringLiteral("note"), QStringLiteral("1"),
                                           Value::tuple({Value::integer(1)}), Value::dict({})},
        {QStringLiteral("note"), QStringLiteral("2"), Value::tuple({Value::integer(2)}), Value::dict({})}});
    page()->findChild<QAbstractButton *>(QStringLiteral("oneway"))->setChecked(true);
    page()->call()->sendBatch();
    QVERIFY(callEnds());
    QCOMPARE(record()->outcome, CallRecord::Outcome::Sent);
    QTRY_COMPARE(m_notes, 2);
    QCOMPARE(page()->result()->mode(), ResultView::Mode::Calls);
}

void tst_Choices::batchIsEditedWithKeys()
{
    QVERIFY(open());
    BatchPanel *batch = page()->call()->batch();
    const auto item = [](const char *arguments) {
        return BatchItem{
            QStringLiteral("echo"), QString::fromLatin1(arguments), Value::tuple({}), Value::dict({})};
    };
    batch->setCalls({item("1"), item("2"), item("3")});
    auto *list = batch->findChild<QListWidget *>(QStringLiteral("batchList"));
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Down);
    page()->findChild<QAbstractButton *>(QStringLiteral("batchUp"))->click();
    QCOMPARE(batch->calls()[0].argumentText, QStringLiteral("2"));
    QTest::keyClick(list, Qt::Key_Delete);
    QCOMPARE(batch->calls().size(), 2u);
    page()->findChild<QAbstractButton *>(QStringLiteral("batchEdit"))->click();
    QCOMPARE(page()->call()->arguments()->text(), QStringLiteral("1"));
    QCOMPARE(batch->calls().size(), 1u);
}

void tst_Choices::annotationsGoBothWays()
{
    QVERIFY(open());
    page()->prepare(QStringLiteral("back"), {});
    page()->call()->setAnnotations(QStringLiteral("USER='bob', DATA=b'\\x00\\xff'"));
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(record()->outcome, CallRecord::Outcome::Ok);
    QCOMPARE(toPython(record()->result), QStringLiteral("[('USER', b'bob'), ('DATA', b'\\x00\\xff')]"));
    QCOMPARE(record()->trace.annotations.size(), 1u);
    QCOMPARE(record()->trace.correlationId.size(), 16);
    page()->result()->setMode(ResultView::Mode::Details);
    const QString details = page()->findChild<TextView *>(QStringLiteral("resultDetails"))->text();
    QVERIFY2(details.contains(QLatin1String("BACK=b'from the server'")), qPrintable(details));
    QVERIFY(details.contains(QLatin1String("USER=b'bob'")));
    QVERIFY(details.contains(QLatin1String("Correlation id: ")));
    shoot("annotations");
    const auto again = recordFromJson(recordToJson(*record(), 1'000'000));
    QVERIFY(again);
    QCOMPARE(again->request.annotations, record()->request.annotations);
    QCOMPARE(again->trace.annotations, record()->trace.annotations);
    QCOMPARE(again->trace.correlationId, record()->trace.correlationId);
}

void tst_Choices::annotationsAreChecked()
{
    QVERIFY(open());
    page()->prepare(QStringLiteral("back"), {});
    auto *send = page()->findChild<QPushButton *>(QStringLiteral("send"));
    QVERIFY(send->isEnabled());
    for (const char *wrong : {"USER=", "LONGER=b'x'", "CORR=b'x'", "b'x'", "USER=5"}) {
        page()->call()->setAnnotations(QString::fromLatin1(wrong));
        QVERIFY2(!send->isEnabled(), wrong);
        QVERIFY(send->toolTip().startsWith(QLatin1String("Annotations:")));
    }
    page()->call()->setAnnotations({});
    QVERIFY(send->isEnabled());
}

void tst_Choices::failedCallIsDiagnosed()
{
    QVERIFY(open());
    m_daemon.reset();
    QVERIFY(call(QStringLiteral("echo"), QStringLiteral("1")));
    QVERIFY(record()->error);
    click(QStringLiteral("diagnose"));
    auto *view = m_window->findChild<DoctorView *>();
    QTRY_VERIFY(view && view->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(!view->isRunning(), 20'000);
    QVERIFY(!view->model()->steps().empty());
    const DoctorStep &last = view->model()->steps().back();
    QCOMPARE(last.state, DoctorStep::State::Bad);
    QVERIFY(!last.advice.isEmpty());
    QVERIFY(view->findChild<QLabel *>(QStringLiteral("doctorAdvice"))->isVisible());
    shoot("doctor");
}

void tst_Choices::diagnosisIsCancelled()
{
    // Takes connections and never says a word.
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    m_window->openText(QStringLiteral("PYRO:thing@127.0.0.1:%1").arg(silent.serverPort()));
    QVERIFY(page());
    m_window->findChild<QAction *>(QStringLiteral("action-diagnose"))->trigger();
    auto *view = m_window->findChild<DoctorView *>();
    QVERIFY(view && view->isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(view->model()->rowCount() > 0, 10'000);
    QElapsedTimer clock;
    clock.start();
    click(QStringLiteral("doctorCancel"));
    QTRY_VERIFY_WITH_TIMEOUT(!view->isRunning(), 2'000);
    QVERIFY(view->findChild<QPushButton *>(QStringLiteral("doctorAgain"))->isVisible());
}

QTEST_MAIN(tst_Choices)
#include "tst_choices.moc"
