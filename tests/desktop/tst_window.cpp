// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "inspector.h"
#include "mainwindow.h"
#include "settings.h"

#include <pyrolens/generations.h>
#include <pyrolens/theme/theme.h>
#include <pyrolens/views/callview.h>
#include <pyrolens/views/gotobox.h>
#include <pyrolens/views/hexview.h>
#include <pyrolens/views/objectpage.h>
#include <pyrolens/views/objectview.h>
#include <pyrolens/views/parts.h>
#include <pyrolens/views/resultview.h>
#include <pyrolens/views/textview.h>

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTabWidget>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTreeView>
#include <QtTest>

using namespace pyrolens;

/// Drives the real window on the built-in demo network.
class tst_Window : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void startsOnTheWelcomePage();
    void demoCardPreparesACall();
    void callShowsItsResult();
    void remoteErrorShowsItsTraceback();
    void attributesGetAndSet();
    void cancelIsPrompt();
    void timeoutEndsACall();
    void onewayIsSent();
    void refusedServerStaysInTheTree();
    void silentServerNeverBlocks();
    void historyRestoresEverything();
    void trafficShowsTheCall();
    void gotoOpensNames();
    void backAndForward();
    void closedTabComesBack();
    void proxyResultOpensATab();
    void shortcutsAreUnique();
    void themesSwitchLive();
    void fitsASmallScreen();

private:
    ObjectPage *demoPage(const QString &object = QStringLiteral("demo.echo"));
    CallRecord call(ObjectPage *page, const QString &method, const QString &arguments);
    template <class T>
    T *child(const char *name)
    {
        return m_window->findChild<T *>(QString::fromLatin1(name));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<Inspector> m_inspector;
    std::unique_ptr<MainWindow> m_window;
};

void tst_Window::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_folder->path());
    m_theme = std::make_unique<Theme>(qobject_cast<QApplication *>(QCoreApplication::instance()));
    m_theme->setMode(Theme::Mode::Light);
    m_inspector = std::make_unique<Inspector>(builtinCatalogue());
    m_window = std::make_unique<MainWindow>(m_inspector.get(), m_settings.get(), m_theme.get());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void tst_Window::cleanup()
{
    m_window.reset();
    m_inspector.reset();
    m_theme.reset();
    m_settings.reset();
}

ObjectPage *tst_Window::demoPage(const QString &object)
{
    m_window->openDemo(object);
    const bool opened = QTest::qWaitFor([this] { return m_window->currentPage() != nullptr; }, 10'000);
    if (!opened)
        return nullptr;
    ObjectPage *page = m_window->currentPage();
    return QTest::qWaitFor([page] { return page->object()->methods()->rowCount() > 0; }, 5'000) ? page
                                                                                                : nullptr;
}

CallRecord tst_Window::call(ObjectPage *page, const QString &method, const QString &arguments)
{
    page->prepare(method, arguments);
    QSignalSpy finished(m_inspector.get(), &Inspector::callFinished);
    page->call()->send();
    if (!QTest::qWaitFor([&finished] { return finished.count() > 0; }, 10'000))
        return {};
    return *finished[0][0].value<std::shared_ptr<const CallRecord>>();
}

void tst_Window::startsOnTheWelcomePage()
{
    QVERIFY(child<QPushButton>("startDemo")->isVisible());
    QVERIFY(child<QPushButton>("emptyDemo")->isVisible());
    QVERIFY(!child<QAction>("action-send")->isEnabled());
    QVERIFY(!child<QAction>("action-back")->isEnabled());
}

void tst_Window::demoCardPreparesACall()
{
    child<QPushButton>("startDemo")->click();
    QTRY_VERIFY_WITH_TIMEOUT(m_inspector->names()->totalCount() >= 6, 10'000);
    QVERIFY(!m_window->currentPage());
    child<QAbstractButton>("card-echo")->click();
    QTRY_VERIFY(m_window->currentPage());
    ObjectPage *page = m_window->currentPage();
    QCOMPARE(page->target().name, QStringLiteral("demo.echo"));
    QCOMPARE(page->call()->method(), QStringLiteral("echo"));
    QTRY_VERIFY(page->object()->methods()->methodByName(QStringLiteral("echo")));
    QCOMPARE(
        page->object()->methods()->methodByName(QStringLiteral("echo"))->source, MethodRow::Source::Declared);
    page->findChild<QPushButton *>(QStringLiteral("send"))->click();
    QTRY_VERIFY(page->result()->record());
    QTRY_COMPARE(page->result()->record()->outcome, CallRecord::Outcome::Ok);
    QCOMPARE(page->result()->record()->result.toText(), QStringLiteral("hello"));
}

void tst_Window::callShowsItsResult()
{
    ObjectPage *page = demoPage();
    QVERIFY(page);
    const CallRecord record = call(page, QStringLiteral("args"), QStringLiteral("12.5, unit='l/m'"));
    QCOMPARE(record.outcome, CallRecord::Outcome::Ok);
    QCOMPARE(record.result.kind(), Value::Kind::Tuple);
    QCOMPARE(record.result.at(0).at(0).asReal(), 12.5);
    QVERIFY(record.result.at(1).find("unit"));
    QCOMPARE(page->result()->mode(), ResultView::Mode::Tree);
    QVERIFY(page->result()->model()->rowCount() == 1);
    QCOMPARE(m_inspector->history()->rowCount(), 1);
    QVERIFY(record.trace.bytesReceived > 0);
    QVERIFY(record.trace.total.count() > 0);
}

void tst_Window::remoteErrorShowsItsTraceback()
{
    ObjectPage *page = demoPage();
    QVERIFY(page);
    const CallRecord record = call(page, QStringLiteral("crash"), QStringLiteral("'boom'"));
    QCOMPARE(record.outcome, CallRecord::Outcome::RemoteError);
    QCOMPARE(page->result()->mode(), ResultView::Mode::Error);
    QCOMPARE(
        page->findChild<QLabel *>(QStringLiteral("errorClass"))->text(), QStringLiteral("demo.EchoError"));
    QCOMPARE(page->findChild<QLabel *>(QStringLiteral("errorMessage"))->text(), QStringLiteral("boom"));
    QVERIFY(
        page->findChild<TextView *>(QStringLiteral("traceback"))->text().contains(QLatin1String("crash")));
}

void tst_Window::attributesGetAndSet()
{
    ObjectPage *page = demoPage();
    QVERIFY(page);
    AttributeModel *attributes = page->object()->attributes();
    QTRY_VERIFY(attributes->rowCount() > 0);
    Q_EMIT page->object()->attributeSetRequested(QStringLiteral("counter"), QStringLiteral("41"));
    QTRY_COMPARE(attributes->index(0, AttributeModel::ValueColumn).data().toString(), QStringLiteral("41"));
    attributes->setValue(QStringLiteral("counter"), {});
    QTRY_COMPARE(page->runningCall(), quint64(0));
    Q_EMIT page->object()->attributeRequested(QStringLiteral("counter"));
    QTRY_COMPARE(attributes->index(0, AttributeModel::ValueColumn).data().toString(), QStringLiteral("41"));
    Q_EMIT page->object()->attributeSetRequested(QStringLiteral("counter"), QStringLiteral("1 +"));
    QVERIFY(attributes->index(0, AttributeModel::ValueColumn)
                .data()
                .toString()
                .startsWith(QLatin1String("Column")));
}

void tst_Window::cancelIsPrompt()
{
    ObjectPage *page = demoPage();
    QVERIFY(page);
    page->prepare(QStringLiteral("sleep"), QStringLiteral("20"));
    page->call()->send();
    QTRY_VERIFY(page->runningCall() != 0);
    QTest::qWait(50);
    QElapsedTimer timer;
    timer.start();
    QTest::keyClick(page->call()->arguments()->editor(), Qt::Key_Escape);
    QTRY_COMPARE(page->runningCall(), quint64(0));
    QVERIFY2(
        timer.elapsed() < 400, qPrintable(QString::number(timer.elapsed()))); // 100 ms on a quiet machine
    QCOMPARE(page->result()->record()->outcome, CallRecord::Outcome::Cancelled);
    // The object can be called again at once.
    const CallRecord record = call(page, QStringLiteral("echo"), QStringLiteral("1"));
    QCOMPARE(record.outcome, CallRecord::Outcome::Ok);
}

void tst_Window::timeoutEndsACall()
{
    ObjectPage *page = demoPage();
    QVERIFY(page);
    page->prepare(QStringLiteral("sleep"), QStringLiteral("5"));
    auto *timeout = page->findChild<QComboBox *>(QStringLiteral("timeout"));
    timeout->lineEdit()->setText(QStringLiteral("0.2 s"));
    QTest::keyClick(timeout->lineEdit(), Qt::Key_Return);
    page->call()->send();
    QTRY_VERIFY(page->result()->record());
    QTRY_COMPARE(page->result()->record()->outcome, CallRecord::Outcome::Timeout);
    QVERIFY(page->findChild<QLabel *>(QStringLiteral("errorClass"))
                ->text()
                .startsWith(QLatin1String("No answer from")));
}

void tst_Window::onewayIsSent()
{
    ObjectPage *page = demoPage();
    QVERIFY(page);
    page->prepare(QStringLiteral("note"), QStringLiteral("'one way'"));
    QSignalSpy finished(m_inspector.get(), &Inspector::callFinished);
    page->call()->sendOneway();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(page->result()->record()->outcome, CallRecord::Outcome::Sent);
    CallRecord notes;
    QTRY_VERIFY((notes = call(page, QStringLiteral("notes"), {})).result.size() == 1);
    QCOMPARE(notes.result.at(0).toText(), QStringLiteral("one way"));
}

void tst_Window::refusedServerStaysInTheTree()
{
    QTcpServer closed;
    QVERIFY(closed.listen(QHostAddress::LocalHost));
    const int port = closed.serverPort();
    closed.close();
    m_window->openText(QStringLiteral("127.0.0.1:%1").arg(port));
    NameTreeModel *names = m_inspector->names();
    QTRY_COMPARE(names->rowCount(), 1);
    QTRY_COMPARE(ProfileInfo::State(names->index(0, 0).data(NameTreeModel::StateRole).toInt()),
        ProfileInfo::State::Failed);
    const QString message = names->index(0, 0, names->index(0, 0)).data().toString();
    QVERIFY2(message.contains(QLatin1String("refused")), qPrintable(message));
    QVERIFY(m_settings->recent().contains(QStringLiteral("127.0.0.1:%1").arg(port)));
}

void tst_Window::silentServerNeverBlocks()
{
    // It accepts and never answers: the worst kind of peer for a window.
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    QElapsedTimer timer;
    timer.start();
    m_window->openText(QStringLiteral("127.0.0.1:%1").arg(silent.serverPort()));
    m_window->openText(QStringLiteral("PYRO://127.0.0.1:%1/x").arg(silent.serverPort()));
    ObjectPage *page = m_window->currentPage();
    QVERIFY(page);
    page->prepare(QStringLiteral("anything"), {});
    page->call()->send();
    const qint64 spent = timer.elapsed();
    QVERIFY2(spent < 1'000, qPrintable(QString::number(spent)));
    QTest::qWait(300);
    QVERIFY(page->runningCall() != 0);
    // Meanwhile other work goes on.
    m_inspector->startDemo();
    QTRY_VERIFY_WITH_TIMEOUT(m_inspector->names()->totalCount() >= 6, 10'000);
    m_inspector->cancel(page->runningCall());
    QTRY_COMPARE(page->runningCall(), quint64(0));
    m_inspector->cancelList(QStringLiteral("127.0.0.1:%1").arg(silent.serverPort()));
    QTRY_COMPARE(
        m_inspector->names()->profile(QStringLiteral("127.0.0.1:%1").arg(silent.serverPort()))->state,
        ProfileInfo::State::Failed);
}

void tst_Window::historyRestoresEverything()
{
    ObjectPage *page = demoPage();
    QVERIFY(page);
    call(page, QStringLiteral("echo"), QStringLiteral("[1, 2], "));
    const CallRecord first = call(page, QStringLiteral("echo"), QStringLiteral("u'first'"));
    QCOMPARE(first.outcome, CallRecord::Outcome::Ok);
    call(page, QStringLiteral("notes"), {});
    auto *table = child<QTableView>("historyTable");
    const int row = m_inspector->history()->rowCount() - 2;
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
        table->visualRect(m_inspector->history()->index(row, 1)).center());
    QCOMPARE(page->call()->method(), QStringLiteral("echo"));
    QCOMPARE(page->call()->arguments()->text(), QStringLiteral("u'first'"));
    QCOMPARE(page->result()->record()->result.toText(), QStringLiteral("first"));
    const int before = m_inspector->history()->rowCount();
    child<QAction>("action-replay")->trigger();
    QTRY_COMPARE(m_inspector->history()->rowCount(), before + 1);
    QTRY_COMPARE(page->runningCall(), quint64(0));
    QCOMPARE(page->result()->record()->result.toText(), QStringLiteral("first"));
}

void tst_Window::trafficShowsTheCall()
{
    ObjectPage *page = demoPage();
    QVERIFY(page);
    call(page, QStringLiteral("echo"), QStringLiteral("'traffic'"));
    const auto recorded = [this] {
        TrafficModel *traffic = m_inspector->traffic();
        traffic->flush();
        for (int row = 0; row < traffic->rowCount(); ++row) {
            if (traffic->record(traffic->index(row, 0))->method == QLatin1String("echo")
                && traffic->record(traffic->index(row, 0))->pair != 0)
                return true;
        }
        return false;
    };
    QTRY_VERIFY(recorded());
    child<QAction>("action-traffic")->trigger();
    auto *hex = child<HexView>("trafficHex");
    QTRY_VERIFY(hex->bytes().startsWith("PYRO"));
    QVERIFY(hex->bytes().contains("traffic"));
    auto *fields = child<QTreeView>("fieldTree");
    QTRY_VERIFY(fields->model()->rowCount() > 0);
    child<QAction>("action-pair")->trigger();
    QTRY_VERIFY(fields->model()->rowCount() > 0);
    auto *table = child<QTableView>("trafficTable");
    QCOMPARE(table->currentIndex().siblingAtColumn(TrafficModel::MessageColumn).data().toString(),
        QStringLiteral("REPLY"));
}

void tst_Window::gotoOpensNames()
{
    m_window->openDemo({});
    QTRY_VERIFY_WITH_TIMEOUT(m_inspector->names()->totalCount() >= 6, 10'000);
    child<QAction>("action-goto")->trigger();
    QTest::keyClicks(m_window->gotoBox(), QStringLiteral("demo.bank"));
    QTest::keyClick(m_window->gotoBox(), Qt::Key_Return);
    QTRY_VERIFY(m_window->currentPage());
    QCOMPARE(m_window->currentPage()->target().name, QStringLiteral("demo.bank"));
}

void tst_Window::backAndForward()
{
    QVERIFY(demoPage());
    m_window->openDemo(QStringLiteral("demo.bank"));
    QCOMPARE(m_window->currentPage()->target().name, QStringLiteral("demo.bank"));
    child<QAction>("action-back")->trigger();
    QCOMPARE(m_window->currentPage()->target().name, QStringLiteral("demo.echo"));
    QVERIFY(child<QAction>("action-forward")->isEnabled());
    child<QAction>("action-forward")->trigger();
    QCOMPARE(m_window->currentPage()->target().name, QStringLiteral("demo.bank"));
    QVERIFY(!child<QAction>("action-forward")->isEnabled());
}

void tst_Window::closedTabComesBack()
{
    ObjectPage *page = demoPage();
    QVERIFY(page);
    page->prepare(QStringLiteral("echo"), QStringLiteral("'not sent yet'"));
    child<QAction>("action-closeTab")->trigger();
    QVERIFY(!m_window->currentPage());
    child<QAction>("action-reopenTab")->trigger();
    QVERIFY(m_window->currentPage());
    QCOMPARE(m_window->currentPage()->call()->arguments()->text(), QStringLiteral("'not sent yet'"));
}

void tst_Window::proxyResultOpensATab()
{
    ObjectPage *page = demoPage(QStringLiteral("demo.files"));
    QVERIFY(page);
    const CallRecord record = call(page, QStringLiteral("make"), QStringLiteral("'x'"));
    QCOMPARE(record.outcome, CallRecord::Outcome::Ok);
    const QString uri = page->result()->model()->index(0, 0).data(ValueModel::ReferenceRole).toString();
    QVERIFY2(uri.startsWith(QLatin1String("PYRO:")), qPrintable(uri));
    Q_EMIT page->result()->uriActivated(uri);
    ObjectPage *made = m_window->currentPage();
    QVERIFY(made != page);
    QTRY_VERIFY(made->object()->methods()->rowCount() > 0);
    const CallRecord name = call(made, QStringLiteral("name"), {});
    QCOMPARE(name.result.toText(), QStringLiteral("x"));
}

void tst_Window::shortcutsAreUnique()
{
    QHash<QString, QString> seen;
    for (const QAction *action : m_window->findChildren<QAction *>()) {
        for (const QKeySequence &key : action->shortcuts()) {
            const QString text = key.toString();
            QVERIFY2(
                !seen.contains(text), qPrintable(text + u' ' + action->text() + u' ' + seen.value(text)));
            seen.insert(text, action->text());
        }
    }
    for (const char *key : {"Ctrl+K", "Ctrl+L", "Ctrl+Return", "Ctrl+Enter", "Ctrl+Shift+Return",
             "Ctrl+Shift+D", "F5", "F8", "Ctrl+Shift+R", "Ctrl+N", "Ctrl+W", "Ctrl+Shift+T", "Alt+Left",
             "Alt+Right", "F6", "Shift+F6", "Ctrl+F", "Ctrl+1"})
        QVERIFY2(seen.contains(QString::fromLatin1(key)), key);
}

void tst_Window::themesSwitchLive()
{
    const auto middle
        = [this] { return m_window->grab().toImage().pixelColor(5, m_window->height() / 2).lightness(); };
    child<QAction>("theme-dark")->trigger();
    QTRY_VERIFY(middle() < 80);
    // The labels follow, those made before as well.
    for (const TextLabel *label : m_window->findChildren<TextLabel *>()) {
        if (label->isVisible() && !label->text().isEmpty())
            QVERIFY2(
                label->palette().color(QPalette::WindowText).lightness() > 110, qPrintable(label->text()));
    }
    child<QAction>("theme-light")->trigger();
    QTRY_VERIFY(middle() > 200);
    QCOMPARE(m_settings->theme(), QStringLiteral("light"));
}

void tst_Window::fitsASmallScreen()
{
    ObjectPage *echo = demoPage();
    QVERIFY(echo);
    QCOMPARE(call(echo, QStringLiteral("echo"), QStringLiteral("'a'")).outcome, CallRecord::Outcome::Ok);
    m_window->resize(800, 560);
    QTest::qWait(0);
    QVERIFY2(m_window->minimumSizeHint().width() <= 800 && m_window->minimumSizeHint().height() <= 560,
        qPrintable(QStringLiteral("%1x%2")
                       .arg(m_window->minimumSizeHint().width())
                       .arg(m_window->minimumSizeHint().height())));
    QCOMPARE(m_window->size(), QSize(800, 560));
    // Usable, not only small: names, the argument line and an error stand there whole.
    m_window->openText(QStringLiteral("PYRO://127.0.0.1:1/7f000001"));
    ObjectPage *page = m_window->currentPage();
    const CallRecord record = call(page, QStringLiteral("status"), QString());
    QCOMPARE(record.outcome, CallRecord::Outcome::LocalError);
    QTest::qWait(0);
    const auto tooWide = [this] { // who wants more room than there is
        QStringList wide{QString::number(m_window->width())};
        for (const QWidget *widget : m_window->findChildren<QWidget *>()) {
            const int wanted = std::max(widget->minimumSizeHint().width(), widget->minimumWidth());
            if (wanted > 250 && widget->isVisible())
                wide.append(QStringLiteral("%1 %2: %3")
                                .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(),
                                    QString::number(wanted)));
        }
        return wide.join(u'\n');
    };
    QVERIFY2(m_window->size() == QSize(800, 560), qPrintable(tooWide()));
    child<QAction>("action-traffic")->trigger();
    QTest::qWait(0);
    QVERIFY2(m_window->size() == QSize(800, 560), qPrintable(tooWide()));
    child<QDockWidget>("eventsDock")->raise();
    QTest::qWait(0);
    QVERIFY2(m_window->size() == QSize(800, 560), qPrintable(tooWide()));
    child<QDockWidget>("historyDock")->raise();
    QTest::qWait(0);
    auto *tree = child<QTreeView>("nameTree");
    QVERIFY2(tree->columnWidth(0) >= 150, qPrintable(QString::number(tree->columnWidth(0))));
    QVERIFY(page->call()->height() >= page->call()->sizeHint().height());
    for (const char *name : {"errorClass", "errorMessage"}) {
        const auto *label = page->findChild<QLabel *>(QString::fromLatin1(name));
        QTRY_VERIFY2(label->height() >= label->heightForWidth(label->width()), name);
    }
    const auto *headline = page->findChild<QLabel *>(QStringLiteral("errorClass"));
    const int bottom = headline->mapTo(page->result(), QPoint(0, headline->height())).y();
    QVERIFY2(bottom <= page->result()->height(), qPrintable(QString::number(bottom)));
}

QTEST_MAIN(tst_Window)
#include "tst_window.moc"
