// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/allgenerations.h"

#include <pyrolens/nameadmin/namecompare.h>
#include <pyrolens/nameadmin/nameplan.h>
#include <pyrolens/nameadmin/stalenames.h>
#include <pyrolens/pyro3/pyro3.h>

#include <QtTest>

using namespace pyrolens;
using Verdict = PlannedName::Verdict;

namespace {

const QString kUri = QStringLiteral("PYRO://127.0.0.1:7766/7f00000100000001");
const QString kOther = QStringLiteral("PYRO://127.0.0.1:7766/7f00000100000002");

Registration name(const char *text, const QString &uri = kUri, const Value &meta = {})
{
    return {QString::fromUtf8(text), uri, meta, false};
}

Registration group(const char *text, const Value &meta = {})
{
    return {QString::fromUtf8(text), {}, meta, true};
}

const Catalogue &catalogue()
{
    static const auto made = [] {
        auto fresh = std::make_unique<Catalogue>();
        fresh->add(pyro3Generation());
        return fresh;
    }();
    return *made;
}

const std::vector<Registration> kPresent
    = {group(":Default"), name(":Default.a"), name(":Default.b", kUri, Value::integer(7)), group(":Pyro"),
        name(":Pyro.NameServer"), group(":lab"), name(":lab.pump")};

/// "new :a", "invalid :b (why)", ...
QStringList wordsOf(const NamePlan &plan)
{
    static const char *const kWords[] = {"new", "differs", "same", "invalid"};
    QStringList words;
    for (const PlannedName &row : plan.rows)
        words.append(QLatin1String(kWords[int(row.verdict)]) + u' ' + row.wanted.name
            + (row.wanted.isGroup ? QStringLiteral("/") : QString()) + (row.isImplied ? u"+" : u"")
            + (row.reason.isEmpty() ? QString() : u" (" + row.reason + u')'));
    return words;
}

NamePlan planned(const std::vector<Registration> &wanted)
{
    std::vector<NameFileRow> rows;
    for (const Registration &one : wanted)
        rows.push_back({one, qint64(rows.size()) + 2, {}});
    return planNames(rows, kPresent, catalogue());
}

} // namespace

class tst_NamePlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void flatNamesHaveTagsAndNoGroups();
    void tagsAreAddedAndRemoved();
    void comparesTwoServers();
    void anEmptyServerComparesToo();
    void groupsCompareWithNames();
    void saysWhatEachNameWouldMean_data();
    void saysWhatEachNameWouldMean();
    void missingGroupsAreMadeOnce();
    void groupsComeBeforeTheirNames();
    void namesThatStandThereTwiceAreToldByLine();
    void problemsOfTheFileStay();
    void builtInNamesAreMarked();
    void actionsDoWhatTheRowsSay();
    void everyActionThatCanHasAWayBack();
    void localAddressesAreKnown_data();
    void localAddressesAreKnown();
    void findsLoopbackAtRemoteServers();
    void findsObjectsThatWereReplaced();
};

void tst_NamePlan::comparesTwoServers()
{
    const NameComparison found
        = compareNames({name(":a"), name(":b"), name(":d"), name(":e", kUri, Value::integer(1))},
            {name(":b"), name(":c"), name(":d", kOther), name(":e", kUri, Value::integer(2))});
    QCOMPARE(found.rows.size(), size_t(5));
    QCOMPARE(found.count(NameDifference::OnlyHere), 1);
    QCOMPARE(found.count(NameDifference::OnlyThere), 1);
    QCOMPARE(found.count(NameDifference::Same), 1);
    QCOMPARE(found.count(NameDifference::Differs), 2);
    QCOMPARE(found.rows[0].any().name, QStringLiteral(":a"));
    QCOMPARE(found.rows[2].difference, NameDifference::OnlyThere);
    QVERIFY(found.rows[3].hasOtherUri() && !found.rows[3].hasOtherMeta());
    QVERIFY(!found.rows[4].hasOtherUri() && found.rows[4].hasOtherMeta());
}

void tst_NamePlan::anEmptyServerComparesToo()
{
    QCOMPARE(compareNames({}, {}).rows.size(), size_t(0));
    QCOMPARE(compareNames(kPresent, {}).count(NameDifference::OnlyHere), int(kPresent.size()));
    QCOMPARE(compareNames({}, kPresent).count(NameDifference::OnlyThere), int(kPresent.size()));
    QCOMPARE(compareNames(kPresent, kPresent).count(NameDifference::Same), int(kPresent.size()));
}

void tst_NamePlan::groupsCompareWithNames()
{
    const NameComparison found = compareNames({group(":a")}, {name(":a")});
    QCOMPARE(found.rows.size(), size_t(1));
    QVERIFY(found.rows[0].hasOtherUri());
}

void tst_NamePlan::saysWhatEachNameWouldMean_data()
{
    QTest::addColumn<Registration>("wanted");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *title, const Registration &wanted, const char *words) {
        QTest::newRow(title) << wanted << QString::fromUtf8(words);
    };
    row("new", name(":lab.valve"), "new :lab.valve");
    row("same", name(":lab.pump"), "same :lab.pump");
    row("relative", name("c"), "new :Default.c");
    row("relative, known", name("a"), "same :Default.a");
    row("other uri", name(":lab.pump", kOther), "differs :lab.pump");
    row("other meta", name(":lab.pump", kUri, Value::integer(1)), "differs :lab.pump");
    row("meta gone", name(":Default.b"), "differs :Default.b");
    row("group known", group(":lab"), "same :lab/");
    row("group, meta", group(":lab", Value::integer(1)), "differs :lab/");
    row("group new", group(":robots"), "new :robots/");
    row("no uri", name(":lab.x", QStringLiteral("nonsense")), "invalid :lab.x (*)");
    row("bad name", name(":lab..x"), "invalid :lab..x (*)");
    row("blank in name", name(":lab.a b"), "invalid :lab.a b (*)");
    row("name where a group is", name(":lab"), "invalid :lab (is a group there)");
    row("group where a name is", group(":lab.pump"), "invalid :lab.pump/ (is a name there, no group)");
    row("below a name", name(":lab.pump.x"), "invalid :lab.pump.x (':lab.pump' is a name there, no group)");
    row("the server", name(":Pyro.NameServer"),
        "invalid :Pyro.NameServer (every name server has this one of its own)");
    row("root", group(":"), "invalid :/ (every name server has this one of its own)");
}

void tst_NamePlan::saysWhatEachNameWouldMean()
{
    QFETCH(Registration, wanted);
    QFETCH(QString, words);
    const QString got = wordsOf(planned({wanted})).join(u'\n');
    if (words.endsWith(QLatin1String("(*)"))) { // any reason, but one
        words.chop(2);
        QVERIFY2(got.startsWith(words) && got.size() > words.size() + 1, qPrintable(got));
    } else {
        QCOMPARE(got, words);
    }
}

void tst_NamePlan::missingGroupsAreMadeOnce()
{
    QCOMPARE(wordsOf(planned({name(":x.y.a"), name(":x.y.b"), name(":x.c")})),
        (QStringList{QStringLiteral("new :x/+"), QStringLiteral("new :x.y/+"), QStringLiteral("new :x.y.a"),
            QStringLiteral("new :x.y.b"), QStringLiteral("new :x.c")}));
    // One that is made for others cannot be a name any more, and the other way round.
    QCOMPARE(planned({name(":x.a"), name(":x")}).count(Verdict::Invalid), 1);
    QCOMPARE(planned({name(":x"), name(":x.a")}).count(Verdict::Invalid), 1);
}

void tst_NamePlan::groupsComeBeforeTheirNames()
{
    QCOMPARE(wordsOf(planned({name(":x.y.a"), group(":x.y", Value::integer(1)), group(":x")})),
        (QStringList{QStringLiteral("new :x/"), QStringLiteral("new :x.y/"), QStringLiteral("new :x.y.a")}));
}

void tst_NamePlan::namesThatStandThereTwiceAreToldByLine()
{
    const NamePlan plan = planned({name(":lab.v"), name(":lab.w"), name(":lab.v", kOther)});
    QCOMPARE(plan.count(Verdict::New), 2);
    QCOMPARE(plan.rows.back().verdict, Verdict::Invalid);
    QCOMPARE(plan.rows.back().line, 4);
    QCOMPARE(plan.rows.back().reason, QStringLiteral("stands in line 2 already"));
}

void tst_NamePlan::problemsOfTheFileStay()
{
    const NamePlan plan = planNames({{{}, 9, QStringLiteral("no \"name\"")}}, kPresent, catalogue());
    QCOMPARE(plan.rows.front().verdict, Verdict::Invalid);
    QCOMPARE(plan.rows.front().line, 9);
    QCOMPARE(plan.rows.front().reason, QStringLiteral("no \"name\""));
}

void tst_NamePlan::builtInNamesAreMarked()
{
    const NamePlan plan = planned({name(":Pyro.EventService"), name(":lab.v")});
    QVERIFY(plan.rows[0].isBuiltIn && plan.rows[0].verdict == Verdict::New);
    QVERIFY(!plan.rows[1].isBuiltIn);
}

void tst_NamePlan::actionsDoWhatTheRowsSay()
{
    using Kind = NameAction::Kind;
    const NamePlan plan
        = planned({group(":g", Value::integer(1)), group(":lab", Value::integer(2)), name(":lab.v"),
            name(":lab.pump", kOther, Value::integer(3)), name(":Default.a"), name(":Pyro.NameServer")});
    std::vector<std::optional<NameAction>> actions;
    for (const PlannedName &row : plan.rows)
        actions.push_back(actionFor(row));
    QCOMPARE(actions[0]->kind, Kind::CreateGroup);
    QCOMPARE(actions[0]->meta, Value::integer(1));
    QCOMPARE(actions[1]->kind, Kind::SetMeta);
    QCOMPARE(actions[2]->kind, Kind::Register);
    QCOMPARE(actions[2]->uri, kUri);
    QCOMPARE(actions[3]->kind, Kind::Replace);
    QCOMPARE(actions[3]->formerUri, kUri);
    QCOMPARE(actions[3]->meta, Value::integer(3));
    QVERIFY(!actions[4]);
    QVERIFY(!actions[5]);
}

void tst_NamePlan::everyActionThatCanHasAWayBack()
{
    using Kind = NameAction::Kind;
    NameAction action;
    action.name = QStringLiteral(":a");
    action.to = QStringLiteral(":b");
    action.uri = kUri;
    action.formerUri = kOther;
    action.meta = Value::integer(1);
    action.formerMeta = Value::integer(2);
    const std::pair<Kind, Kind> pairs[]
        = {{Kind::Register, Kind::Unregister}, {Kind::Unregister, Kind::Register},
            {Kind::Replace, Kind::Replace}, {Kind::SetMeta, Kind::SetMeta}, {Kind::Rename, Kind::Rename}};
    for (const auto &[there, back] : pairs) {
        action.kind = there;
        const auto inverse = wayBack(action);
        QVERIFY(inverse);
        QCOMPARE(inverse->kind, back);
        // There and back again.
        const auto again = wayBack(*inverse);
        QVERIFY(again && again->kind == there && again->name == action.name && again->uri == action.uri
            && again->meta == action.meta);
    }
    action.kind = Kind::Replace;
    QCOMPARE(wayBack(action)->uri, kOther);
    QCOMPARE(wayBack(action)->meta, Value::integer(2));
    for (const Kind none : {Kind::CreateGroup, Kind::DeleteGroup, Kind::Ping, Kind::Resync, Kind::Shutdown}) {
        action.kind = none;
        QVERIFY(!wayBack(action));
    }
}

void tst_NamePlan::localAddressesAreKnown_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("local");
    for (const char *host : {"127.0.0.1", "127.0.1.1", "::1", "[::1]", "localhost", "LOCALHOST",
             "localhost.localdomain", "x.localhost", "0.0.0.0", "::", "ip6-localhost"})
        QTest::newRow(host) << QString::fromUtf8(host) << true;
    for (const char *host : {"10.0.0.7", "lab", "localhosts", "fe80::1", "", "128.0.0.1"})
        QTest::newRow(*host ? host : "none") << QString::fromUtf8(host) << false;
}

void tst_NamePlan::localAddressesAreKnown()
{
    QFETCH(QString, host);
    QFETCH(bool, local);
    QCOMPARE(isLocalOnly(host), local);
}

void tst_NamePlan::findsLoopbackAtRemoteServers()
{
    const std::vector<StaleQuestion> names
        = {{QStringLiteral(":a"), QStringLiteral("127.0.0.1"), QStringLiteral("1"), {}},
            {QStringLiteral(":b"), QStringLiteral("10.0.0.7"), QStringLiteral("1"), {}}};
    QCOMPARE(findStale(names, QStringLiteral("10.0.0.1"))[0].kind, Staleness::Loopback);
    QCOMPARE(findStale(names, QStringLiteral("10.0.0.1"))[1].kind, Staleness::None);
    for (const QString &here : {QStringLiteral("127.0.0.1"), QStringLiteral("localhost"), QString()})
        QCOMPARE(findStale(names, here)[0].kind, Staleness::None);
}

void tst_NamePlan::findsObjectsThatWereReplaced()
{
    const auto at
        = [](const char *one, const char *port, const char *object, std::optional<NameHealth> health) {
              StaleQuestion made{QString::fromUtf8(one), QStringLiteral("h"), QString::fromUtf8(port),
                  QString::fromUtf8(object), std::nullopt};
              if (health) {
                  made.checked.emplace();
                  made.checked->health = *health;
              }
              return made;
          };
    const auto found
        = findStale({at(":a", "1", "x", NameHealth::WrongObject), at(":b", "1", "y", NameHealth::Ok),
                        at(":c", "2", "x", NameHealth::Refused), at(":d", "2", "y", NameHealth::Refused),
                        at(":e", "3", "x", NameHealth::Refused), at(":f", "3", "x", NameHealth::Refused),
                        at(":g", "4", "x", std::nullopt), at(":h", "4", "y", NameHealth::Denied)},
            {});
    QCOMPARE(found[0], (StaleFinding{Staleness::Superseded, QStringLiteral(":b")}));
    QCOMPARE(found[1].kind, Staleness::None);
    QCOMPARE(found[2], (StaleFinding{Staleness::AllGone, QStringLiteral(":d")}));
    QCOMPARE(found[3], (StaleFinding{Staleness::AllGone, QStringLiteral(":c")}));
    for (size_t i = 4; i < 8; ++i) // one object under two names, or not known to fail
        QCOMPARE(found[i].kind, Staleness::None);
}

void tst_NamePlan::flatNamesHaveTagsAndNoGroups()
{
    const QString uri = QStringLiteral("PYRO:pump@10.0.0.7:7766");
    const Value lab = metaOfTags({QStringLiteral("lab")});
    const std::vector<Registration> present{name("Pyro.NameServer", uri), name("lab.pump", uri, lab)};
    std::vector<NameFileRow> rows;
    const auto add = [&rows](const Registration &one) { rows.push_back({one, 0, {}}); };
    add(group("lab"));
    add(name("lab.pump", uri, Value::tuple({Value::str("lab"), Value::text(u8"lab")}))); // the same, sorted
    add(name("x", uri));
    add(name("y", uri, Value::integer(7)));
    add(name("z", kUri));
    add(name("Pyro.NameServer", uri));
    const NamePlan plan = planNames(rows, present, *testing::allGenerations(), 5);
    QCOMPARE(wordsOf(plan),
        (QStringList{QStringLiteral("invalid lab/ (a Pyro 5 name server has no groups)"),
            QStringLiteral("same lab.pump"), QStringLiteral("new x"),
            QStringLiteral("invalid y (the metadata of a Pyro 5 name server is a list of texts)"),
            plan.rows[4].verdict == Verdict::Invalid ? u"invalid z (" + plan.rows[4].reason + u')'
                                                     : QStringLiteral("z is no URI of this generation"),
            QStringLiteral("invalid Pyro.NameServer (every name server has this one of its own)")}));
    QVERIFY(actionFor(plan.rows[2])->meta == metaOfTags({}));
}

void tst_NamePlan::tagsAreAddedAndRemoved()
{
    const QStringList lab{QStringLiteral("lab")};
    const QStringList wet{QStringLiteral("wet")};
    const NamePlan plan = planTags(
        {name("a", kUri, metaOfTags(lab + wet)), name("b", kUri, metaOfTags({QStringLiteral("dry")})),
            name("c", kUri, metaOfTags(lab))},
        lab, wet);
    QCOMPARE(plan.count(Verdict::Differs), 2);
    QCOMPARE(plan.count(Verdict::Same), 1);
    QCOMPARE(tagsOfMeta(plan.rows[0].wanted.meta), lab);
    QCOMPARE(
        tagsOfMeta(plan.rows[1].wanted.meta), (QStringList{QStringLiteral("dry"), QStringLiteral("lab")}));
    const auto action = actionFor(plan.rows[1]);
    QVERIFY(action && action->kind == NameAction::Kind::Replace && action->formerUri == action->uri);
    NameAction done = *action;
    done.formerMeta = plan.rows[1].formerMeta;
    QCOMPARE(tagsOfMeta(wayBack(done)->meta), QStringList{QStringLiteral("dry")});
}

QTEST_GUILESS_MAIN(tst_NamePlan)
#include "tst_nameplan.moc"
