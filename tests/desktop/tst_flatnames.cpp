// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The inspector with name servers of every generation: found out, side by side, and their tags.

#include "profiles.h"
#include "tasksfixture.h"

#include <pyrolens/editors/tagedit.h>
#include <pyrolens/nameadmin/nameadmin.h>
#include <pyrolens/naming/nameserver.h>
#include <pyrolens/server/daemon.h>
#include <pyrolens/views/gotobox.h>
#include <pyrolens/views/nameadminview.h>
#include <pyrolens/views/networkview.h>
#include <pyrolens/views/planview.h>
#include <pyrolens/views/welcomepage.h>

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTableView>
#include <QThreadPool>
#include <QToolButton>
#include <QTreeView>

using namespace pyrolens;
using namespace pyrolens::test;

Q_DECLARE_METATYPE(std::vector<int>)

class tst_FlatNames : public TaskFixture
{
    Q_OBJECT

private Q_SLOTS:
    void cleanupTestCase() { stop(); }
    void theGenerationIsFoundOut_data();
    void theGenerationIsFoundOut();
    void bothNameSpacesAreShown();
    void aChosenGenerationIsTheOnlyOne();
    void aServerOfAnotherGenerationIsFoundAnew();
    void namesAndTagsAreGoneTo();
    void explorerFiltersByTags();
    void tagsAreFilteredInTheTable();
    void tagsAreChangedWithAPreview();
    void tagsOfSeveralNamesAreChanged();
    void tagsSurviveRenameRemovalAndFiles();

private:
    bool start(const std::vector<int> &generations, int port = 0);
    void stop();
    QString place() const { return QStringLiteral("127.0.0.1:%1").arg(m_server->port()); }
    bool connectAndList(int profiles = 1);
    NameAdminView *administer();
    void changeFromMenu(NameAdminView &view, const QString &text);
    bool selectNames(NameAdminView &view, const QStringList &names);
    QStringList tagsOf(const QString &name) const;
    /// A picture for people, when a folder for them is named.
    void shoot(const char *name);

    std::unique_ptr<NameServer> m_server;
    std::unique_ptr<Daemon> m_daemon;
};

void tst_FlatNames::stop()
{
    m_daemon.reset();
    m_server.reset();
}

bool tst_FlatNames::start(const std::vector<int> &generations, int port)
{
    stop();
    NameServerOptions options;
    options.port = port;
    options.generations = generations;
    m_server = std::make_unique<NameServer>(builtinCatalogue(), options);
    if (!m_server->start())
        return false;
    DaemonOptions hosting;
    hosting.generations = generations;
    m_daemon = std::make_unique<Daemon>(builtinCatalogue(), hosting);
    m_daemon->setRegistrar(m_server->localRegistrar());
    if (!m_daemon->listen())
        return false;
    for (const char *name : {"pump1", "pump2", "robot"}) {
        auto servant = std::make_shared<LambdaServant>(QString::fromLatin1(name));
        servant->method(QStringLiteral("whoami()"), [name](std::vector<Value>, CallContext &) -> Outcome {
            return Value::text(QString::fromLatin1(name));
        });
        const auto hosted = m_daemon->connectServant(servant, QString::fromLatin1(name));
        if (!hosted) {
            qWarning() << hosted.error().what;
            return false;
        }
    }
    if (generations.back() == 3)
        return true;
    auto context = std::make_shared<ClientContext>();
    context->catalogue = builtinCatalogue();
    NameServerAddress address;
    address.host = QStringLiteral("127.0.0.1");
    address.port = m_server->port();
    address.generation = generations.back();
    NameAdmin admin(context, address);
    QSignalSpy finished(&admin, &NameAdmin::finished);
    const auto tag = [](const QString &name, const QStringList &tags) {
        NameAction action;
        action.kind = NameAction::Kind::SetMeta;
        action.name = name;
        action.meta = metaOfTags(tags);
        return action;
    };
    admin.run({tag(QStringLiteral("pump1"), {QStringLiteral("lab"), QStringLiteral("wet")}),
        tag(QStringLiteral("pump2"), {QStringLiteral("lab"), QStringLiteral("dry")})});
    return finished.wait(10'000) && finished.front().at(1).toInt() == 0;
}

bool tst_FlatNames::connectAndList(int profiles)
{
    m_window->openText(place());
    return QTest::qWaitFor(
        [&] {
            NameTreeModel *names = m_inspector->names();
            const QStringList ids = names->profiles();
            return ids.size() == profiles
                && std::all_of(ids.begin(), ids.end(), [&](const QString &id) { return names->names(id); });
        },
        10'000);
}

NameAdminView *tst_FlatNames::administer()
{
    m_window->findChild<QAction *>(QStringLiteral("action-administration"))->trigger();
    return m_window->findChild<NameAdminView *>();
}

void tst_FlatNames::changeFromMenu(NameAdminView &view, const QString &text)
{
    QMenu *menu = view.findChild<QPushButton *>(QStringLiteral("adminMore"))->menu();
    for (QAction *action : menu->actions()) {
        if (action->text().remove(u'&').startsWith(text)) {
            QVERIFY(action->isVisible());
            action->trigger();
            return;
        }
    }
    QFAIL(qPrintable(text));
}

bool tst_FlatNames::selectNames(NameAdminView &view, const QStringList &names)
{
    view.table()->clearSelection();
    QAbstractItemModel *model = view.table()->model();
    qsizetype found = 0;
    for (int row = 0; row < model->rowCount(); ++row) {
        const QModelIndex index = model->index(row, 0);
        if (!names.contains(index.data().toString()))
            continue;
        view.table()->selectionModel()->setCurrentIndex(
            index, QItemSelectionModel::Select | QItemSelectionModel::Rows);
        ++found;
    }
    return found == names.size();
}

QStringList tst_FlatNames::tagsOf(const QString &name) const
{
    for (const QString &id : m_inspector->names()->profiles()) {
        const auto names = m_inspector->names()->names(id);
        const int at = names ? names->find(name) : -1;
        if (at >= 0 && m_inspector->names()->profile(id)->isFlat)
            return names->at(at).tags;
    }
    return {QStringLiteral("not registered")};
}

void tst_FlatNames::shoot(const char *name)
{
    if (const QString folder = qEnvironmentVariable("PYROLENS_PICTURES"); !folder.isEmpty()) {
        for (const Theme::Mode mode : {Theme::Mode::Dark, Theme::Mode::Light}) {
            m_theme->setMode(mode);
            QTest::qWait(60);
            m_window->grab().save(
                QStringLiteral("%1/%2-%3.png").arg(folder, QString::fromLatin1(name), Theme::modeText(mode)));
        }
    }
}

void tst_FlatNames::theGenerationIsFoundOut_data()
{
    QTest::addColumn<std::vector<int>>("generations");
    QTest::addColumn<int>("found");
    QTest::newRow("3") << std::vector<int>{3} << 3;
    QTest::newRow("4") << std::vector<int>{4} << 4;
    QTest::newRow("5") << std::vector<int>{5} << 5;
    QTest::newRow("4 and 5") << std::vector<int>{4, 5} << 5;
}

void tst_FlatNames::theGenerationIsFoundOut()
{
    QFETCH(std::vector<int>, generations);
    QFETCH(int, found);
    QVERIFY(start(generations));
    QVERIFY(connectAndList());
    NameTreeModel *names = m_inspector->names();
    const QString id = names->profiles().front();
    const ProfileInfo *info = names->profile(id);
    QCOMPARE(info->generation, found);
    QCOMPARE(info->isFlat, found != 3);
    const QString word = QStringLiteral("Pyro %1").arg(found);
    const QModelIndex row = names->index(0, 0);
    QCOMPARE(row.data(NameTreeModel::BadgeRole).toString(), word);
    QVERIFY(row.data(Qt::AccessibleTextRole).toString().contains(word));
    QVERIFY(row.data(Qt::ToolTipRole).toString().contains(word));
    QCOMPARE(m_inspector->profile(id)->foundGeneration, found);
    QCOMPARE(m_settings->recentGeneration(place()), found);
    const auto recent = m_window->findChild<WelcomePage *>()->findChildren<QToolButton *>();
    QVERIFY(std::any_of(recent.begin(), recent.end(),
        [&](const QToolButton *button) { return button->text().contains(word); }));

    // An object of it answers, in the newest generation that it speaks.
    const QString name = found == 3 ? QStringLiteral(":Default.pump1") : QStringLiteral("pump1");
    m_window->openObject(names->target(id, name));
    page()->prepare(QStringLiteral("whoami"), {});
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->outcome, CallRecord::Outcome::Ok);
    QCOMPARE(page()->result()->record()->trace.generation, found);
    QCOMPARE(page()->result()->record()->result.toText(), QStringLiteral("pump1"));
}

void tst_FlatNames::bothNameSpacesAreShown()
{
    QVERIFY(start({3, 4, 5}));
    QVERIFY(connectAndList(2));
    NameTreeModel *names = m_inspector->names();
    const QStringList ids = names->profiles();
    QCOMPARE(names->profile(ids[0])->generation, 5);
    QCOMPARE(names->profile(ids[1])->generation, 3);
    QCOMPARE(names->profile(ids[0])->label, names->profile(ids[1])->label);
    QVERIFY(names->names(ids[0])->find(QStringLiteral("pump1")) >= 0);
    QVERIFY(names->names(ids[1])->find(QStringLiteral(":Default.pump1")) >= 0);
    shoot("both-name-spaces");
    // Each opens objects of its own kind, with the settings of the one server.
    m_window->openObject(names->target(ids[1], QStringLiteral(":Default.pump1")));
    page()->prepare(QStringLiteral("whoami"), {});
    page()->call()->send();
    QVERIFY(callEnds());
    QCOMPARE(page()->result()->record()->trace.generation, 3);
    QCOMPARE(m_inspector->profile(ids[1])->id, ids[0]);

    // One can be taken out of the list; a refresh does not bring it back, a new connection does.
    m_inspector->removeProfile(ids[1]);
    QCOMPARE(names->profiles(), QStringList{ids[0]});
    QSignalSpy arrived(m_inspector.get(), &Inspector::namesArrived);
    m_inspector->refresh(ids[0]);
    QVERIFY(arrived.wait(10'000));
    QTest::qWait(300); // as long as the second one takes to be found
    QCOMPARE(names->profiles(), QStringList{ids[0]});
    QVERIFY(connectAndList(2));
    m_inspector->removeProfile(ids[0]);
    QVERIFY(names->profiles().isEmpty());
}

void tst_FlatNames::aChosenGenerationIsTheOnlyOne()
{
    QVERIFY(start({3, 4, 5}));
    QVERIFY(connectAndList(2));
    NameTreeModel *names = m_inspector->names();
    const QString id = names->profiles().front();
    ConnectionProfile settings = *m_inspector->profile(id);
    settings.generation = 3;
    settings.isSaved = true;
    m_inspector->setProfile(settings);
    QTRY_VERIFY_WITH_TIMEOUT(names->profiles().size() == 1 && names->profile(id)->generation == 3, 10'000);
    QVERIFY(!names->profile(id)->isFlat);
    QTRY_VERIFY(names->names(id)->find(QStringLiteral(":Default.pump1")) >= 0);
    QThreadPool::globalInstance()->waitForDone();
    Profiles kept(m_folder->filePath(QStringLiteral("profiles.json")));
    QVERIFY(kept.load());
    QCOMPARE(kept.find(id)->generation, 3);
    settings.generation = 0;
    m_inspector->setProfile(settings);
    QTRY_COMPARE_WITH_TIMEOUT(names->profiles().size(), 2, 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(names->profile(id)->generation, 5, 10'000);
}

void tst_FlatNames::aServerOfAnotherGenerationIsFoundAnew()
{
    QVERIFY(start({5}));
    QVERIFY(connectAndList());
    NameTreeModel *names = m_inspector->names();
    const QString id = names->profiles().front();
    const int port = m_server->port();
    stop();
    m_inspector->refresh(id);
    QTRY_COMPARE_WITH_TIMEOUT(names->profile(id)->state, ProfileInfo::State::Failed, 10'000);
    QVERIFY(start({3}, port));
    m_inspector->refresh(id);
    QTRY_COMPARE_WITH_TIMEOUT(names->profile(id)->state, ProfileInfo::State::Ok, 10'000);
    QCOMPARE(names->profile(id)->generation, 3);
    QVERIFY(!names->profile(id)->isFlat);
}

void tst_FlatNames::namesAndTagsAreGoneTo()
{
    QVERIFY(start({3, 4, 5}));
    QVERIFY(connectAndList(2));
    const QStringList ids = m_inspector->names()->profiles();
    const auto goesTo = [&](const QString &text, const QString &profile, int generation) {
        m_window->gotoBox()->activate();
        QTest::keyClicks(m_window->gotoBox(), text);
        QTest::keyClick(m_window->gotoBox(), Qt::Key_Return);
        if (!page() || page()->target().profile != profile)
            return false;
        page()->prepare(QStringLiteral("whoami"), {});
        page()->call()->send();
        return callEnds() && page()->result()->record()->outcome == CallRecord::Outcome::Ok
            && page()->result()->record()->trace.generation == generation
            && page()->result()->record()->result.toText() == QLatin1String("pump2");
    };
    // Without a host it is a connected name server that is asked; the spelling tells which kind.
    QVERIFY(goesTo(QStringLiteral("PYRONAME:pump2"), ids[0], 5));
    QVERIFY(goesTo(QStringLiteral("PYRONAME://pump2"), ids[1], 3));
    QVERIFY(goesTo(QStringLiteral("PYROMETA:lab,dry"), ids[0], 5));
    QVERIFY(goesTo(QStringLiteral("PYRONAME:pump2@") + place(), QString(), 5));
    QVERIFY(goesTo(QStringLiteral("PYROMETA:dry@") + place(), QString(), 5));
}

void tst_FlatNames::explorerFiltersByTags()
{
    QVERIFY(start({4, 5}));
    QVERIFY(connectAndList());
    NameTreeModel *names = m_inspector->names();
    const QString id = names->profiles().front();
    auto *filter = m_window->findChild<QLineEdit *>(QStringLiteral("nameFilter"));
    filter->setText(QStringLiteral("tag:lab"));
    QTRY_COMPARE(names->matchCount(), 2);
    filter->setText(QStringLiteral("tag:wet,dry pump2"));
    QTRY_COMPARE(names->matchCount(), 1);
    const QModelIndex row = names->indexForName(id, QStringLiteral("pump2"));
    QVERIFY(row.isValid());
    QCOMPARE(row.siblingAtColumn(NameTreeModel::MetaColumn).data().toString(), QStringLiteral("dry, lab"));
    QVERIFY(row.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("dry, lab")));
    filter->clear();
    // The page of an object shows them, too.
    QSignalSpy metadata(m_inspector.get(), &Inspector::metadataListed);
    m_window->openObject(names->target(id, QStringLiteral("pump2")));
    QVERIFY(metadata.wait(10'000));
    QVERIFY(page()->findChild<QLabel *>(QStringLiteral("metadata"))->text().contains(u"dry, lab"));
}

void tst_FlatNames::tagsAreFilteredInTheTable()
{
    QVERIFY(start({5}));
    QVERIFY(connectAndList());
    NameAdminView *view = administer();
    QVERIFY(view);
    QAbstractItemModel *model = view->table()->model();
    QCOMPARE(model->rowCount(), 4);
    auto *tags = view->findChild<QLineEdit *>(QStringLiteral("adminTags"));
    auto *mode = view->findChild<QComboBox *>(QStringLiteral("adminTagMode"));
    QVERIFY(tags->isVisible() && !tags->accessibleName().isEmpty());
    tags->setText(QStringLiteral("wet, dry"));
    QCOMPARE(model->rowCount(), 0);
    mode->setCurrentIndex(1);
    QCOMPARE(model->rowCount(), 2);
    shoot("tag-filter");
    tags->clear();
    QCOMPARE(model->rowCount(), 4);
}

void tst_FlatNames::tagsAreChangedWithAPreview()
{
    QVERIFY(start({5}));
    QVERIFY(connectAndList());
    NameAdminView *view = administer();
    QVERIFY(view);
    QVERIFY(selectNames(*view, {QStringLiteral("pump1")}));
    changeFromMenu(*view, QStringLiteral("Edit metadata"));
    auto *edit = view->findChild<TagEdit *>();
    QTRY_VERIFY(edit->isVisible());
    QCOMPARE(edit->tags(), (QStringList{QStringLiteral("lab"), QStringLiteral("wet")}));
    // With the keyboard alone: the last one goes, another comes.
    QTRY_COMPARE(QApplication::focusWidget(), edit->line());
    press(Qt::Key_Backspace);
    QCOMPARE(edit->tags(), QStringList{QStringLiteral("lab")});
    type(QStringLiteral("hot"));
    press(Qt::Key_Return);
    shoot("tag-edit");
    press(Qt::Key_Return);
    QTRY_VERIFY(view->plan()->isVisible());
    shoot("tag-preview");
    QCOMPARE(view->plan()->model()->ticked(), 1);
    QCOMPARE(tagsOf(QStringLiteral("pump1")), (QStringList{QStringLiteral("lab"), QStringLiteral("wet")}));
    click(QStringLiteral("planApply"));
    QTRY_COMPARE_WITH_TIMEOUT(
        tagsOf(QStringLiteral("pump1")), (QStringList{QStringLiteral("hot"), QStringLiteral("lab")}), 10'000);
    click(QStringLiteral("planBack"));
    QTRY_COMPARE_WITH_TIMEOUT(
        tagsOf(QStringLiteral("pump1")), (QStringList{QStringLiteral("lab"), QStringLiteral("wet")}), 10'000);
}

void tst_FlatNames::tagsOfSeveralNamesAreChanged()
{
    QVERIFY(start({4}));
    QVERIFY(connectAndList());
    NameAdminView *view = administer();
    QVERIFY(view);
    QVERIFY(selectNames(*view, {QStringLiteral("pump1"), QStringLiteral("pump2")}));
    changeFromMenu(*view, QStringLiteral("Edit metadata"));
    auto *edit = view->findChild<TagEdit *>();
    QTRY_VERIFY(edit->isVisible());
    QCOMPARE(edit->tags(), QStringList{QStringLiteral("lab")}); // what both have
    auto *chip = edit->findChild<QToolButton *>(QStringLiteral("tagChip"));
    QVERIFY(chip->accessibleName().contains(QStringLiteral("lab")));
    chip->click();
    edit->line()->setFocus();
    type(QStringLiteral("pump"));
    click(QStringLiteral("adminApply"));
    QTRY_VERIFY(view->plan()->isVisible());
    click(QStringLiteral("planApply"));
    QTRY_COMPARE_WITH_TIMEOUT(tagsOf(QStringLiteral("pump1")),
        (QStringList{QStringLiteral("pump"), QStringLiteral("wet")}), 10'000);
    QTRY_COMPARE_WITH_TIMEOUT(tagsOf(QStringLiteral("pump2")),
        (QStringList{QStringLiteral("dry"), QStringLiteral("pump")}), 10'000);
}

void tst_FlatNames::tagsSurviveRenameRemovalAndFiles()
{
    QVERIFY(start({4, 5}));
    QVERIFY(connectAndList());
    NameAdminView *view = administer();
    QVERIFY(view);
    const QStringList tags{QStringLiteral("lab"), QStringLiteral("wet")};
    QVERIFY(selectNames(*view, {QStringLiteral("pump1")}));
    changeFromMenu(*view, QStringLiteral("Rename"));
    auto *name = view->findChild<QLineEdit *>(QStringLiteral("adminFirst"));
    QTRY_VERIFY(name->isVisible());
    name->setText(QStringLiteral("pump9"));
    click(QStringLiteral("adminApply"));
    QTRY_COMPARE_WITH_TIMEOUT(tagsOf(QStringLiteral("pump9")), tags, 10'000);

    const QString file = m_folder->filePath(QStringLiteral("names.json"));
    QSignalSpy progress(view, &NameAdminView::exportRequested);
    view->exportFile(file);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(file), 10'000);
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray text = written.readAll();
    QVERIFY2(text.contains("\"pump9\"") && text.contains("[\"lab\",\"wet\"]"), text.constData());

    QVERIFY(selectNames(*view, {QStringLiteral("pump9")}));
    click(QStringLiteral("removeNames"));
    click(QStringLiteral("confirmRemove"));
    const QStringList gone{QStringLiteral("not registered")};
    QTRY_COMPARE_WITH_TIMEOUT(tagsOf(QStringLiteral("pump9")), gone, 10'000);
    click(QStringLiteral("registerAgain"));
    QTRY_COMPARE_WITH_TIMEOUT(tagsOf(QStringLiteral("pump9")), tags, 10'000);

    // Out of the file again: what is there differs in nothing, what is not comes with its tags.
    QVERIFY(selectNames(*view, {QStringLiteral("pump9")}));
    click(QStringLiteral("removeNames"));
    click(QStringLiteral("confirmRemove"));
    QTRY_COMPARE_WITH_TIMEOUT(tagsOf(QStringLiteral("pump9")), gone, 10'000);
    view->importFile(file);
    QTRY_VERIFY_WITH_TIMEOUT(view->plan()->isVisible(), 10'000);
    const NamePlan &plan = *view->plan()->model()->plan();
    QCOMPARE(plan.count(PlannedName::Verdict::New), 1);
    QCOMPARE(plan.count(PlannedName::Verdict::Same), 2);
    click(QStringLiteral("planApply"));
    QTRY_COMPARE_WITH_TIMEOUT(tagsOf(QStringLiteral("pump9")), tags, 10'000);
}

QTEST_MAIN(tst_FlatNames)
#include "tst_flatnames.moc"
