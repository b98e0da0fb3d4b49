// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/models/codemodel.h>
#include <pyrolens/views/codeview.h>
#include <pyrolens/views/hexview.h>
#include <pyrolens/views/profileview.h>
#include <pyrolens/views/reconnectbanner.h>
#include <pyrolens/views/textview.h>

#include "viewfixture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QJsonDocument>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>

#include <QtTest>

using namespace pyrolens;
using namespace pyrolens::test;
using namespace std::chrono_literals;

namespace {

ConnectionProfile fullProfile()
{
    ConnectionProfile profile;
    profile.id = QStringLiteral("plant");
    profile.name = QStringLiteral("Plant A");
    profile.note = QStringLiteral("do not touch");
    profile.host = QStringLiteral("10.0.0.7");
    profile.port = 9099;
    profile.isSaved = true;
    profile.connectTimeout = 2s;
    profile.callTimeout = 90s;
    profile.reconnect = false;
    profile.checksum = profile.compress = true;
    profile.onewayRules = QStringLiteral(":lab.*: log, note\n:Default.camera: shutter");
    profile.addressRules = QStringLiteral("10.0.0.7 = 127.0.0.1\n\n10.0.0.8:1=gate:2");
    profile.scheme = Credentials::Scheme::UserPassword;
    profile.user = QStringLiteral("eve");
    profile.tls.caFiles = {QStringLiteral("/ca.pem")};
    profile.tls.certificateFile = QStringLiteral("/own.pem");
    profile.tls.keyFile = QStringLiteral("/own.key");
    profile.tls.checkHostName = false;
    profile.nameServerTls = true;
    profile.tls.trustedFingerprints = {QByteArray(32, '\x5a')};
    profile.ident = QStringLiteral("hunter2");
    profile.passphrase = QStringLiteral("s3cret");
    return profile;
}

} // namespace

class tst_Profile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonKeepsAllButSecrets();
    void jsonOfAnybodyIsTamed();
    void optionsCarryWhatIsSet();
    void onewayRulesMatchNames();
    void viewShowsAndReturnsAll();
    void viewRefusesWhatIsWrong_data();
    void viewRefusesWhatIsWrong();
    void searchLeavesWhatMatches();
    void mappingCanBeTried();
    void bannerTriesLaterAndLater();
    void bannerStopsAndTriesAtOnce();
    void codeIsShownByKind();
};

void tst_Profile::jsonKeepsAllButSecrets()
{
    const ConnectionProfile profile = fullProfile();
    const QByteArray text = QJsonDocument(profile.toJson()).toJson();
    QVERIFY(!text.contains("hunter2") && !text.contains("s3cret"));
    ConnectionProfile expected = profile;
    expected.ident.clear();
    expected.passphrase.clear();
    QCOMPARE(ConnectionProfile::fromJson(QJsonDocument::fromJson(text).object()), expected);
}

void tst_Profile::jsonOfAnybodyIsTamed()
{
    const auto profile = ConnectionProfile::fromJson(QJsonDocument::fromJson(
        R"({"host": 5, "port": 1e9, "callTimeoutMs": -4, "connectTimeoutMs": "x", "trusted": ["zz"], "ca": 3})")
                                                         .object());
    QCOMPARE(profile.host, QString());
    QCOMPARE(profile.port, 65'535);
    QCOMPARE(profile.callTimeout, 0ms);
    QCOMPARE(profile.connectTimeout, 5'000ms);
    QVERIFY(profile.tls.trustedFingerprints.isEmpty() && profile.tls.caFiles.isEmpty());
}

void tst_Profile::optionsCarryWhatIsSet()
{
    ConnectionProfile profile = fullProfile();
    ProxyOptions options = profile.options();
    QCOMPARE(options.credentials.user, QStringLiteral("eve"));
    QCOMPARE(options.credentials.password, QStringLiteral("hunter2"));
    QVERIFY(options.credentials.ident.isEmpty());
    QCOMPARE(options.connectTimeout, 2'000ms);
    QCOMPARE(options.callTimeout, 90'000ms);
    QVERIFY(options.checksum && options.compress);
    QVERIFY(options.tls && options.tls->passphrase == "s3cret");
    QVERIFY(profile.addresses());
    QCOMPARE(profile.addresses()->apply(QStringLiteral("10.0.0.8"), 1), std::pair(QStringLiteral("gate"), 2));
    profile.scheme = Credentials::Scheme::Default;
    options = profile.options();
    QCOMPARE(options.credentials.ident, QStringLiteral("hunter2"));
    QVERIFY(options.credentials.user.isEmpty());
    QVERIFY(!ConnectionProfile().options().tls);
    QVERIFY(!ConnectionProfile().addresses());
}

void tst_Profile::onewayRulesMatchNames()
{
    const ConnectionProfile profile = fullProfile();
    QCOMPARE(profile.onewayMethods(QStringLiteral(":lab.pump")),
        (QStringList{QStringLiteral("log"), QStringLiteral("note")}));
    QCOMPARE(
        profile.onewayMethods(QStringLiteral(":Default.camera")), QStringList{QStringLiteral("shutter")});
    QVERIFY(profile.onewayMethods(QStringLiteral(":other")).isEmpty());
}

void tst_Profile::viewShowsAndReturnsAll()
{
    ProfileView view;
    view.setProfile(fullProfile());
    QCOMPARE(view.profile().tls, fullProfile().tls);
    QCOMPARE(view.profile(), fullProfile());
    QVERIFY(!view.isChanged());
    QCOMPARE(child<QLineEdit>(view, "profileIdent")->echoMode(), QLineEdit::Password);
    child<QLineEdit>(view, "profileHost")->setText(QStringLiteral("10.0.0.9"));
    QVERIFY(view.isChanged());
    QSignalSpy accepted(&view, &ProfileView::accepted);
    child<QPushButton>(view, "profileAccept")->click();
    QCOMPARE(accepted.size(), 1);
}

void tst_Profile::viewRefusesWhatIsWrong_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("text");
    QTest::newRow("no host") << "profileHost"
                             << "";
    QTest::newRow("bad host") << "profileHost"
                              << "-x";
    QTest::newRow("rule") << "profileAddresses"
                          << "10.0.0.7 127.0.0.1";
    QTest::newRow("fingerprint") << "profileTrusted"
                                 << "abc";
    QTest::newRow("oneway") << "profileOneway"
                            << "no colon";
}

void tst_Profile::viewRefusesWhatIsWrong()
{
    QFETCH(QString, field);
    QFETCH(QString, text);
    ProfileView view;
    view.setProfile(fullProfile());
    auto *accept = child<QPushButton>(view, "profileAccept");
    QVERIFY(accept->isEnabled());
    if (auto *line = view.findChild<QLineEdit *>(field))
        line->setText(text);
    else
        view.findChild<QPlainTextEdit *>(field)->setPlainText(text);
    QVERIFY(!accept->isEnabled());
    QVERIFY(text.isEmpty() || !child<QLabel>(view, "profileProblem")->text().isEmpty());
}

void tst_Profile::searchLeavesWhatMatches()
{
    ProfileView view;
    view.show();
    child<QLineEdit>(view, "profileSearch")->setText(QStringLiteral("keychain"));
    QVERIFY(!child<QLineEdit>(view, "profileHost")->isVisible());
    child<QLineEdit>(view, "profileSearch")->setText(QStringLiteral("timeout"));
    QVERIFY(child<QWidget>(view, "profileCallTimeout")->isVisible());
    QVERIFY(!child<QLineEdit>(view, "profileIdent")->isVisible());
    child<QLineEdit>(view, "profileSearch")->clear();
    QVERIFY(child<QLineEdit>(view, "profileIdent")->isVisible());
}

void tst_Profile::mappingCanBeTried()
{
    ProfileView view;
    view.setProfile(fullProfile());
    child<QLineEdit>(view, "profileTryAddress")->setText(QStringLiteral("10.0.0.8:1"));
    bool shown = false;
    for (const QLabel *label : view.findChildren<QLabel *>())
        shown = shown || label->text().endsWith(QLatin1String(" gate:2"));
    QVERIFY(shown);
}

void tst_Profile::bannerTriesLaterAndLater()
{
    ReconnectBanner banner;
    banner.setWaits(300ms, 500ms);
    QSignalSpy wanted(&banner, &ReconnectBanner::tryRequested);
    banner.start();
    QVERIFY(banner.isVisible());
    QCOMPARE(banner.tries(), 1);
    QElapsedTimer clock;
    clock.start();
    QVERIFY(wanted.wait(5'000));
    QVERIFY2(clock.elapsed() >= 250, qPrintable(QString::number(clock.elapsed())));
    banner.tryEnded(false);
    QCOMPARE(banner.tries(), 2);
    clock.restart();
    QVERIFY(wanted.wait(5'000));
    QVERIFY2(clock.elapsed() >= 450, qPrintable(QString::number(clock.elapsed())));
    banner.tryEnded(true);
    QVERIFY(!banner.isVisible() && !banner.isRunning());
    banner.tryEnded(true); // of an answer that comes late
    QVERIFY(!banner.isVisible());
}

void tst_Profile::bannerStopsAndTriesAtOnce()
{
    ReconnectBanner banner;
    banner.setWaits(1h, 1h);
    banner.start();
    QSignalSpy wanted(&banner, &ReconnectBanner::tryRequested);
    QSignalSpy stopped(&banner, &ReconnectBanner::stopped);
    child<QPushButton>(banner, "reconnectNow")->click();
    QCOMPARE(wanted.size(), 1);
    QVERIFY(!child<QPushButton>(banner, "reconnectNow")->isEnabled());
    child<QPushButton>(banner, "reconnectStop")->click();
    QCOMPARE(stopped.size(), 1);
    QVERIFY(!banner.isVisible());
    banner.tryEnded(false);
    QVERIFY(!banner.isRunning());
}

void tst_Profile::codeIsShownByKind()
{
    CodeModel model;
    CodeView view(&model);
    view.show();
    CodeEntry entry;
    entry.sha256 = QByteArray(64, 'a');
    entry.size = 12;
    entry.origins.push_back({QStringLiteral("kit.walker"), QStringLiteral("10.0.0.7:7766"), QDateTime()});
    QSignalSpy wanted(&view, &CodeView::codeRequested);
    model.setReceived({entry});
    model.setOffered(
        QStringLiteral("/modules"), {{QStringLiteral("mine"), QStringLiteral("mine.py"), 5, {}}});
    QCOMPARE(model.rowCount(), 2);
    view.table()->setCurrentIndex(model.index(0, 0));
    QCOMPARE(wanted.size(), 1);
    view.showCode(QStringLiteral("other"), "late answer", {});
    QVERIFY(view.findChild<TextView *>()->text().isEmpty());
    view.showCode(QStringLiteral("kit.walker"), "class Walker: pass\n", {});
    QVERIFY(view.findChild<TextView *>()->text().contains(QLatin1String("Walker")));
    QVERIFY(child<QPushButton>(view, "removeCode")->isEnabled());
    view.table()->setCurrentIndex(model.index(1, 0));
    QVERIFY(!child<QPushButton>(view, "removeCode")->isEnabled());
    view.showCode(QStringLiteral("mine"), QByteArray("\x03\xf3\r\nrest"), {});
    QVERIFY(view.findChild<HexView *>()->isVisible());
    QCOMPARE(view.findChild<HexView *>()->bytes().size(), 8);
}

QTEST_MAIN(tst_Profile)
#include "tst_profile.moc"
