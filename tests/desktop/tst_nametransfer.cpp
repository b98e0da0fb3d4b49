// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// NSA-4 in the window: two name servers side by side, names copied over, exported and imported.
#include "tasksfixture.h"

#include <pyrolens/nameadmin/nameinventory.h>
#include <pyrolens/naming/nameserver.h>
#include <pyrolens/views/compareview.h>
#include <pyrolens/views/nameadminview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/parts.h>

#include <QAbstractButton>
#include <QAction>
#include <QCheckBox>
#include <QLineEdit>
#include <QTableView>
#include <QTabWidget>

using namespace pyrolens;
using namespace pyrolens::test;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/7f00000100000001");
const QString kOther = QStringLiteral("PYRO://127.0.0.1:7766/7f00000100000002");

std::shared_ptr<const ClientContext> context()
{
    auto made = std::make_shared<ClientContext>();
    made->catalogue = builtinCatalogue();
    return made;
}

/// Presses a button of this view; other tabs have some of the same name.
void press(QWidget &view, const char *name)
{
    auto *button = view.findChild<QAbstractButton *>(QString::fromLatin1(name));
    QVERIFY2(button && button->isVisible() && button->isEnabled(), name);
    QTest::mouseClick(button, Qt::LeftButton);
}

/// A name server with some names in it.
class Names
{
public:
    Names() : m_server(builtinCatalogue(), options()), m_started(m_server.start()) { }

    const Status &started() const { return m_started; }
    NameServerAddress address() const
    {
        NameServerAddress made;
        made.host = QStringLiteral("127.0.0.1");
        made.port = m_server.port();
        return made;
    }
    QString place() const { return QStringLiteral("127.0.0.1:%1").arg(m_server.port()); }
    bool add(const std::vector<Registration> &names)
    {
        NameAdmin admin(context(), address());
        QSignalSpy end(&admin, &NameAdmin::finished);
        std::vector<NameAction> actions;
        for (const Registration &one : names) {
            NameAction action;
            action.kind = one.isGroup ? NameAction::Kind::CreateGroup : NameAction::Kind::Register;
            action.name = one.name;
            action.uri = one.uri;
            action.meta = one.meta;
            actions.push_back(std::move(action));
        }
        admin.run(std::move(actions));
        return end.wait(10'000) && end.front().front().toInt() == int(names.size());
    }
    /// All but the server's own, as "name uri".
    QStringList all() const
    {
        NameInventory inventory(context(), address());
        QSignalSpy end(&inventory, &NameInventory::finished);
        inventory.read();
        QStringList lines;
        if (!end.wait(10'000))
            return {QStringLiteral("no answer")};
        for (const Registration &one : *end.front().front().value<Registrations>()) {
            if (!isBuiltInName(one.name))
                lines.append(lineOf(one));
        }
        return lines;
    }

private:
    static QString lineOf(const Registration &one)
    {
        QString line = one.isGroup ? QString(one.name + u'/') : QString(one.name + u' ' + one.uri.right(4));
        if (!one.meta.isNone())
            line += u" meta " + QString::number(one.meta.asInteger().value_or(-1));
        return line;
    }
    static NameServerOptions options()
    {
        NameServerOptions options;
        options.port = 0;
        return options;
    }
    NameServer m_server;
    Status m_started;
};

} // namespace

class tst_NameTransfer : public TaskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void copiesBetweenTwoServers();
    void saysWhyAServerCannotBeCompared();
    void namesTravelThroughAFile_data();
    void namesTravelThroughAFile();
    void aBrokenFileChangesNothing();
    void aClosedTabTakesItsThreadAlong();

private:
    /// Connects and opens the tab of a server that has so many names.
    NameAdminView *administration(const Names &names, int count)
    {
        m_window->openText(names.place());
        const QString profile = m_inspector->names()->profiles().back();
        const auto arrived = [&] {
            const auto list = m_inspector->names()->names(profile);
            return list && list->size() - list->groups() == count;
        };
        if (!QTest::qWaitFor(arrived, 10'000))
            return nullptr;
        Q_EMIT m_window->findChild<NetworkView *>()->administrationRequested(profile);
        const auto views = m_window->findChildren<NameAdminView *>();
        for (NameAdminView *view : views) {
            if (view->isVisible())
                return view;
        }
        return nullptr;
    }
};

void tst_NameTransfer::copiesBetweenTwoServers()
{
    Names here;
    Names there;
    QVERIFY(here.started() && there.started());
    QVERIFY(here.add({{QStringLiteral(":lab"), {}, {}, true},
        {QStringLiteral(":lab.pump"), kUri, Value::integer(7), false},
        {QStringLiteral(":Default.a"), kUri, {}, false}}));
    QVERIFY(there.add({{QStringLiteral(":Default.a"), kOther, Value::integer(1), false}}));
    const QStringList before = there.all();
    QVERIFY(administration(here, 3));
    m_window->findChild<QAction *>(QStringLiteral("action-compare"))->trigger();
    auto *view = m_window->findChild<CompareView *>();
    QVERIFY(view && view->isVisible());
    view->findChild<QLineEdit *>(QStringLiteral("compareText"))->setText(there.place());
    ::press(*view, "compareStart");
    QTRY_VERIFY_WITH_TIMEOUT(view->model()->comparison(), 10'000);
    QCOMPARE(view->model()->comparison()->count(NameDifference::OnlyHere), 2);
    QCOMPARE(view->model()->comparison()->count(NameDifference::Differs), 2); // and the servers themselves

    view->table()->selectAll();
    ::press(*view, "copyThere");
    QTRY_VERIFY_WITH_TIMEOUT(view->plan()->isVisible(), 10'000);
    QCOMPARE(view->plan()->model()->ticked(PlannedName::Verdict::New), 2);
    QCOMPARE(view->plan()->model()->ticked(PlannedName::Verdict::Differs), 1);
    QCOMPARE(there.all(), before); // a preview
    ::press(*view, "planApply");
    QTRY_VERIFY_WITH_TIMEOUT(!view->plan()->isRunning(), 10'000);
    QCOMPARE(there.all(), here.all());
    ::press(*view, "planBack");
    QTRY_VERIFY_WITH_TIMEOUT(!view->plan()->isRunning(), 10'000);
    QCOMPARE(there.all(), (QStringList{QStringLiteral(":Default.a 0002 meta 1"), QStringLiteral(":lab/")}));

    // Back in the table it is compared anew.
    const auto former = view->model()->comparison();
    ::press(*view, "planClose");
    QTRY_VERIFY_WITH_TIMEOUT(view->model()->comparison() != former, 10'000);
    QTRY_COMPARE(view->model()->comparison()->count(NameDifference::OnlyHere), 1);
}

void tst_NameTransfer::saysWhyAServerCannotBeCompared()
{
    Names here;
    QVERIFY(here.started());
    QVERIFY(administration(here, 1));
    m_window->findChild<QAction *>(QStringLiteral("action-compare"))->trigger();
    auto *view = m_window->findChild<CompareView *>();
    QVERIFY(view);
    auto *text = view->findChild<QLineEdit *>(QStringLiteral("compareText"));
    auto *banner = view->findChild<Banner *>();
    text->setText(QStringLiteral("127.0.0.1:1"));
    ::press(*view, "compareStart");
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 10'000);
    QVERIFY2(banner->text().contains(QLatin1String("127.0.0.1:1")), qPrintable(banner->text()));
    text->setText(QStringLiteral("no port here:x"));
    ::press(*view, "compareStart");
    QTRY_VERIFY(banner->isVisible());
    QVERIFY(view->findChild<QWidget *>(QStringLiteral("compareStart"))->isVisible());
}

void tst_NameTransfer::namesTravelThroughAFile_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("json") << QStringLiteral("names.json");
    QTest::newRow("csv") << QStringLiteral("names.csv");
}

void tst_NameTransfer::namesTravelThroughAFile()
{
    QFETCH(QString, file);
    const QString path = m_folder->filePath(file);
    Names here;
    QVERIFY(here.started());
    QVERIFY(here.add({{QStringLiteral(":lab"), {}, Value::integer(3), true},
        {QStringLiteral(":lab.pump"), kUri, Value::integer(7), false},
        {QStringLiteral(":Default.a"), kOther, {}, false}}));
    NameAdminView *source = administration(here, 3);
    QVERIFY(source);
    source->exportFile(path);
    QTRY_VERIFY_WITH_TIMEOUT(source->findChild<Banner *>()->isVisible(), 10'000);
    QVERIFY2(QFile::exists(path), qPrintable(source->findChild<Banner *>()->text()));

    Names there;
    QVERIFY(there.started());
    QVERIFY(there.add({{QStringLiteral(":Default.a"), kUri, {}, false}}));
    NameAdminView *view = administration(there, 2);
    QVERIFY(view && view != source);
    view->importFile(path);
    QTRY_VERIFY_WITH_TIMEOUT(view->plan()->isVisible(), 10'000);
    const NamePlan &plan = *view->plan()->model()->plan();
    QCOMPARE(plan.count(PlannedName::Verdict::New), 2);
    QCOMPARE(plan.count(PlannedName::Verdict::Differs), 1);
    QCOMPARE(plan.count(PlannedName::Verdict::Invalid), 1);                // the server itself
    QCOMPARE(there.all(), QStringList{QStringLiteral(":Default.a 0001")}); // nothing has happened yet
    ::press(*view, "planReplace");
    ::press(*view, "planApply");
    QTRY_VERIFY_WITH_TIMEOUT(!view->plan()->isRunning(), 10'000);
    QCOMPARE(there.all(), here.all());
    ::press(*view, "planClose");
    QTRY_COMPARE_WITH_TIMEOUT(view->table()->model()->rowCount(), 3, 10'000);
}

void tst_NameTransfer::aBrokenFileChangesNothing()
{
    Names here;
    QVERIFY(here.started());
    const QStringList before = here.all();
    NameAdminView *view = administration(here, 1);
    QVERIFY(view);
    QFile file(m_folder->filePath(QStringLiteral("broken.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"format": "pyrolens-names", "version": 1, "names": [{"name": ":a", "uri")");
    file.close();
    auto *banner = view->findChild<Banner *>();
    view->importFile(file.fileName());
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 10'000);
    QVERIFY2(banner->text().contains(QLatin1String("Line 1")), qPrintable(banner->text()));
    view->importFile(m_folder->filePath(QStringLiteral("nothing.json")));
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), 10'000);
    QVERIFY2(banner->text().contains(QLatin1String("nothing.json")), qPrintable(banner->text()));
    view->exportFile(m_folder->filePath(QStringLiteral("no/such/folder.json")));
    QTRY_VERIFY_WITH_TIMEOUT(
        banner->isVisible() && banner->text().contains(QLatin1String("folder.json")), 10'000);
    QCOMPARE(here.all(), before);
}

void tst_NameTransfer::aClosedTabTakesItsThreadAlong()
{
    Names here;
    QVERIFY(here.started());
    QVERIFY(administration(here, 1));
    m_window->findChild<QAction *>(QStringLiteral("action-compare"))->trigger();
    auto *view = m_window->findChild<CompareView *>();
    QVERIFY(view);
    view->findChild<QLineEdit *>(QStringLiteral("compareText"))->setText(here.place());
    ::press(*view, "compareStart");
    m_window->tabs()->tabCloseRequested(m_window->tabs()->currentIndex());
    QTRY_VERIFY(!m_window->findChild<CompareView *>());
}

QTEST_MAIN(tst_NameTransfer)
#include "tst_nametransfer.moc"
