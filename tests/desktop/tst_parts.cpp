// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "drafts.h"
#include "navigator.h"
#include "options.h"
#include "settings.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace pyrolens;

class tst_Parts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parsesTheCommandLine();
    void refusesBadOptions_data();
    void refusesBadOptions();
    void settingsComeBack();
    void draftsSurvive();
    void brokenDraftsAreKeptAside();
    void navigatorGoesBackAndForward();
};

void tst_Parts::parsesTheCommandLine()
{
    const Options options = Options::parse({QStringLiteral("pyrolens"), QStringLiteral("--demo"),
        QStringLiteral("--theme"), QStringLiteral("dark"), QStringLiteral("--size"),
        QStringLiteral("800x560"), QStringLiteral("--screenshot"), QStringLiteral("x.png"),
        QStringLiteral("--quit-after-screenshot"), QStringLiteral("10.0.0.7:9090"),
        QStringLiteral("PYRO://h:1/x")});
    QCOMPARE(options.error, QString());
    QVERIFY(options.demo);
    QVERIFY(options.quitAfterScreenshot);
    QCOMPARE(options.theme, QStringLiteral("dark"));
    QCOMPARE(options.size, QSize(800, 560));
    QCOMPARE(options.screenshot, QStringLiteral("x.png"));
    QCOMPARE(options.places.size(), 2);
}

void tst_Parts::refusesBadOptions_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("theme") << QStringList{QStringLiteral("--theme"), QStringLiteral("pink")};
    QTest::newRow("size") << QStringList{QStringLiteral("--size"), QStringLiteral("big")};
    QTest::newRow("unknown") << QStringList{QStringLiteral("--what")};
}

void tst_Parts::refusesBadOptions()
{
    QFETCH(QStringList, arguments);
    arguments.prepend(QStringLiteral("pyrolens"));
    QVERIFY(!Options::parse(arguments).error.isEmpty());
}

void tst_Parts::settingsComeBack()
{
    QTemporaryDir folder;
    {
        Settings settings(folder.path());
        settings.setTheme(QStringLiteral("dark"));
        settings.setFontScale(120);
        for (int i = 0; i < 12; ++i)
            settings.addRecent(QStringLiteral("h%1").arg(i % 10));
        settings.setGeometry("geometry");
        settings.setLayout(QStringLiteral("wire"), "layout");
    }
    const Settings again(folder.path());
    QCOMPARE(again.theme(), QStringLiteral("dark"));
    QCOMPARE(again.fontScale(), 120);
    QCOMPARE(again.recent().size(), 8);
    QCOMPARE(again.recent().first(), QStringLiteral("h1"));
    QCOMPARE(again.geometry(), QByteArray("geometry"));
    QCOMPARE(again.layout(QStringLiteral("wire")), QByteArray("layout"));
    QVERIFY(again.layout(QStringLiteral("explore")).isEmpty());
    QVERIFY(QFile::exists(folder.filePath(QStringLiteral("pyrolens.ini"))));
}

void tst_Parts::draftsSurvive()
{
    QTemporaryDir folder;
    Drafts drafts(folder.path());
    drafts.set(QStringLiteral(":demo.echo"), {QStringLiteral("echo"), QStringLiteral("'\u00e4', [1,")});
    // Without an orderly end: what a kill leaves behind.
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(folder.filePath(QStringLiteral("drafts.json"))), 5'000);
    const Drafts again(folder.path());
    QCOMPARE(again.draft(QStringLiteral(":demo.echo")).method, QStringLiteral("echo"));
    QCOMPARE(again.draft(QStringLiteral(":demo.echo")).arguments, QStringLiteral("'\u00e4', [1,"));
    QVERIFY(again.draft(QStringLiteral("other")).isEmpty());
}

void tst_Parts::brokenDraftsAreKeptAside()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("drafts.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{ broken");
    file.close();
    const Drafts drafts(folder.path());
    QVERIFY(drafts.draft(QStringLiteral("x")).isEmpty());
    QVERIFY(QFile::exists(folder.filePath(QStringLiteral("drafts.json.broken"))));
}

void tst_Parts::navigatorGoesBackAndForward()
{
    Navigator navigator;
    QStringList went;
    connect(&navigator, &Navigator::goTo, this, [&](const ObjectTarget &target) {
        went.append(target.name);
        navigator.visit(target); // as the window does; it must not count
    });
    for (const char *name : {"a", "b", "c"}) {
        ObjectTarget target;
        target.name = QString::fromLatin1(name);
        navigator.visit(target);
    }
    QVERIFY(navigator.canGoBack());
    QVERIFY(!navigator.canGoForward());
    navigator.back();
    navigator.back();
    QVERIFY(!navigator.canGoBack());
    navigator.forward();
    QCOMPARE(went, (QStringList{QStringLiteral("b"), QStringLiteral("a"), QStringLiteral("b")}));
    ObjectTarget other;
    other.name = QStringLiteral("d");
    navigator.visit(other);
    QVERIFY(!navigator.canGoForward());
}

QTEST_MAIN(tst_Parts)
#include "tst_parts.moc"
