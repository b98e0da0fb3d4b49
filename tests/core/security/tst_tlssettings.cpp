// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/security/tlssettings.h>

#include <QProcess>
#include <QSslKey>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

using namespace pyrolens;

namespace {

QString data(const char *name)
{
    return QStringLiteral(PYROLENS_TEST_DATA "/tls/") + QLatin1String(name);
}

} // namespace

class tst_TlsSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void loadsGoodFiles();
    void saysWhatIsWrongWithFiles_data();
    void saysWhatIsWrongWithFiles();
    void tellsKeysThatDoNotFit_data();
    void tellsKeysThatDoNotFit();
    void readsFingerprints();
    void excusesOnlyWhatWasAsked();
};

void tst_TlsSettings::loadsGoodFiles()
{
    TlsSettings settings;
    settings.caFiles = {data("ca.pem"), data("stranger-ca.pem")};
    settings.certificateFile = data("server.pem");
    settings.keyFile = data("locked.key");
    settings.passphrase = "sesame";
    const auto made = tlsConfiguration(settings, TlsRole::Server);
    QVERIFY2(made, made ? "" : qPrintable(made.error().what));
    QCOMPARE(made->caCertificates().size(), 2);
    QCOMPARE(made->localCertificate().subjectInfo(QSslCertificate::CommonName),
        QStringList(QStringLiteral("test server")));
    QVERIFY(!made->privateKey().isNull());
    QCOMPARE(made->protocol(), QSsl::TlsV1_2OrLater);
    QCOMPARE(made->peerVerifyMode(), QSslSocket::VerifyPeer);

    // A client needs nothing of its own; it trusts whom the system trusts.
    const auto client = tlsConfiguration({}, TlsRole::Client);
    QVERIFY(client);
    QVERIFY(client->localCertificate().isNull());
}

void tst_TlsSettings::saysWhatIsWrongWithFiles_data()
{
    QTest::addColumn<TlsSettings>("settings");
    QTest::addColumn<bool>("isServer");
    QTest::addColumn<QString>("says");
    const auto settings = [](const QStringList &ca, const QString &certificate, const QString &key,
                              const QByteArray &passphrase) {
        TlsSettings made;
        made.caFiles = ca;
        made.certificateFile = certificate;
        made.keyFile = key;
        made.passphrase = passphrase;
        return made;
    };
    const QString ca = data("ca.pem");
    const QString own = data("server.pem");
    QTest::newRow("no file") << settings({data("none.pem")}, {}, {}, {}) << false << "there is no such file";
    QTest::newRow("a folder") << settings({data("")}, {}, {}, {}) << false << "cannot be read";
    QTest::newRow("no certificate") << settings({data("locked.key")}, {}, {}, {}) << false
                                    << "no certificate in";
    QTest::newRow("no key") << settings({ca}, ca, {}, {}) << false << "no private key in";
    QTest::newRow("key without certificate")
        << settings({ca}, {}, own, {}) << false << "without a certificate";
    QTest::newRow("passphrase missing")
        << settings({ca}, own, data("locked.key"), {}) << false << "needs a passphrase";
    QTest::newRow("passphrase wrong")
        << settings({ca}, own, data("locked.key"), "open") << false << "does not open";
    QTest::newRow("server without certificate")
        << settings({ca}, {}, {}, {}) << true << "needs a certificate";
    QTest::newRow("server without CA") << settings({}, own, {}, {}) << true << "authority (CA)";
}

void tst_TlsSettings::saysWhatIsWrongWithFiles()
{
    QFETCH(TlsSettings, settings);
    QFETCH(bool, isServer);
    QFETCH(QString, says);
    const auto made = tlsConfiguration(settings, isServer ? TlsRole::Server : TlsRole::Client);
    QVERIFY(!made);
    QCOMPARE(made.error().kind, Error::Kind::Usage);
    QVERIFY2(made.error().what.contains(says), qPrintable(made.error().what));
}

void tst_TlsSettings::tellsKeysThatDoNotFit_data()
{
    QTest::addColumn<QString>("makeKey"); // twice: KEY is the file
    QTest::addColumn<QString>("rewrite"); // KEY to OUT
    const auto row = [](const char *name, const char *make, const char *rewrite = nullptr) {
        QTest::newRow(name) << QString::fromLatin1(make) << QString::fromLatin1(rewrite);
    };
    const char *curve = "ecparam -name prime256v1 -genkey -noout -out KEY";
    row("rsa", "genrsa -out KEY 2048");
    row("rsa, pkcs8", "genrsa -out KEY 2048", "pkcs8 -topk8 -nocrypt -in KEY -out OUT");
    row("ec", curve);
    row("ec, pkcs8", curve, "pkcs8 -topk8 -nocrypt -in KEY -out OUT");
    row("ec, compressed", curve, "ec -in KEY -conv_form compressed -out OUT");
    row("ec, 384 bits", "ecparam -name secp384r1 -genkey -noout -out KEY");
    row("ec, 521 bits", "ecparam -name secp521r1 -genkey -noout -out KEY");
}

void tst_TlsSettings::tellsKeysThatDoNotFit()
{
    QFETCH(QString, makeKey);
    QFETCH(QString, rewrite);
    if (QStandardPaths::findExecutable(QStringLiteral("openssl")).isEmpty())
        QSKIP("the program openssl is not there");
    QTemporaryDir folder;
    const auto openssl = [&folder](QString line, const QString &key, const QString &out = {}) {
        line.replace(QLatin1String("KEY"), folder.filePath(key));
        line.replace(QLatin1String("OUT"), folder.filePath(out));
        QProcess process;
        process.start(QStringLiteral("openssl"), line.split(u' '));
        return process.waitForFinished() && process.exitCode() == 0;
    };
    TlsSettings settings;
    settings.certificateFile = folder.filePath(QStringLiteral("cert"));
    for (const QString &name : {QStringLiteral("own"), QStringLiteral("other")}) {
        QVERIFY(openssl(makeKey, name));
        QVERIFY(rewrite.isEmpty() || openssl(rewrite, name, name + u".new"));
    }
    QVERIFY(openssl(QStringLiteral("req -x509 -new -key KEY -subj /CN=x -days 30 -out OUT"),
        QStringLiteral("own"), QStringLiteral("cert")));
    const QString suffix = rewrite.isEmpty() ? QString() : QStringLiteral(".new");
    settings.keyFile = folder.filePath(u"own" + suffix);
    const auto good = tlsConfiguration(settings, TlsRole::Client);
    QVERIFY2(good, good ? "" : qPrintable(good.error().what));
    settings.keyFile = folder.filePath(u"other" + suffix);
    const auto bad = tlsConfiguration(settings, TlsRole::Client);
    QVERIFY(!bad);
    QVERIFY2(bad.error().what.contains(QLatin1String("is not that of the certificate")),
        qPrintable(bad.error().what));
    QCOMPARE(bad.error().kind, Error::Kind::Usage);
}

void tst_TlsSettings::readsFingerprints()
{
    const QByteArray bytes(32, '\xab');
    QCOMPARE(fingerprintFromText(QString::fromLatin1(bytes.toHex(':'))), bytes);
    QCOMPARE(fingerprintFromText(QString::fromLatin1(bytes.toHex().toUpper())), bytes);
    QVERIFY(fingerprintFromText(QStringLiteral("ab:cd")).isEmpty());
    QVERIFY(fingerprintFromText(QString(64, u'x')).isEmpty());
}

void tst_TlsSettings::excusesOnlyWhatWasAsked()
{
    const QSslCertificate certificate = QSslCertificate::fromPath(data("elsewhere.pem")).value(0);
    QVERIFY(!certificate.isNull());
    const QList<QSslError> otherHost{QSslError(QSslError::HostNameMismatch, certificate)};
    const QList<QSslError> both
        = otherHost + QList<QSslError>{QSslError(QSslError::CertificateExpired, certificate)};
    const auto judge = [&](const QList<QSslError> &errors, const TlsSettings &settings) {
        const auto verdict
            = judgeCertificate(errors, certificate, settings, TlsRole::Client, QStringLiteral("h:1"));
        return verdict ? QStringLiteral("excused") : verdict.error().code;
    };
    TlsSettings settings;
    QCOMPARE(judge(otherHost, settings), QStringLiteral("tls.host-name"));
    settings.checkHostName = false;
    QCOMPARE(judge(otherHost, settings), QStringLiteral("excused"));
    QCOMPARE(judge(both, settings), QStringLiteral("tls.expired"));
    settings.trustedFingerprints = {QByteArray(32, 'x')};
    QCOMPARE(judge(both, settings), QStringLiteral("tls.expired"));
    settings.trustedFingerprints.append(certificate.digest(QCryptographicHash::Sha256));
    QCOMPARE(judge(both, settings), QStringLiteral("excused"));
    const auto none = judgeCertificate({QSslError(QSslError::NoPeerCertificate)}, QSslCertificate(), settings,
        TlsRole::Server, QStringLiteral("h:1"));
    QVERIFY(!none);
    QCOMPARE(none.error().code, QStringLiteral("tls.no-certificate"));
}

QTEST_GUILESS_MAIN(tst_TlsSettings)
#include "tst_tlssettings.moc"
