// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// The --tls-* options and --ns-tls of pyroctl: servers and clients of our own as processes.

#include "support/peerprocess.h"

#include <pyrolens/base/json.h>

#include <QTest>

using namespace pyrolens;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");

QString file(const QString &name)
{
    return QStringLiteral(PYROLENS_TEST_DATA "/tls/") + name;
}

/// The words of a line; "@x" stands for the file x of the test's certificates.
QStringList words(const QString &line)
{
    QStringList words = line.split(u' ', Qt::SkipEmptyParts);
    for (QString &word : words) {
        if (word.startsWith(u'@'))
            word = file(word.mid(1));
    }
    return words;
}

const QString kServer = QStringLiteral(" --tls-ca @ca.pem --tls-cert @server.pem");
const QString kClient = QStringLiteral(" --tls-ca @ca.pem --tls-cert @client.pem");

QString portOf(const QString &uri)
{
    return uri.section(u':', -1).section(u'/', 0, 0);
}

} // namespace

class tst_CliTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void statusAndResult_data();
    void statusAndResult();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void serversSayWhatIsWrong_data();
    void serversSayWhatIsWrong();
    void listensOverTls();
    void eventsGoOverTls();
    void subscribersOfTlsNeedACertificate();
    void passphraseOpensTheKey_data();
    void passphraseOpensTheKey();
    void serversOpenTheirKeyToo();
    void keyMayStandInAnotherFile();
    void helpNamesTheOptions();

private:
    Finished run(const QString &line) const
    {
        return runProgram(
            kPyroctl, words(line), QProcessEnvironment::systemEnvironment(), {}, std::chrono::seconds(20));
    }
    QString filled(QString line) const
    {
        return line.replace(QLatin1String("%ns"), m_where).replace(QLatin1String("%echo"), m_echo);
    }

    PeerProcess m_names;
    PeerProcess m_demo;
    QString m_where; ///< host:port of the name server
    QString m_echo;  ///< URI of demo.echo
};

void tst_CliTls::initTestCase()
{
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    QVERIFY2(
        m_names.start(kPyroctl, words(u"ns --port 0" + kServer), environment), m_names.output().constData());
    QVERIFY2(m_names.words().value(0).startsWith(QLatin1String("PYROSSL://127.0.0.1:")),
        m_names.output().constData());
    m_where = QStringLiteral("127.0.0.1:") + portOf(m_names.words().first());
    QVERIFY2(m_demo.start(kPyroctl, words(u"demo --ns-tls --ns " + m_where + kServer), environment),
        m_demo.output().constData());
    QCOMPARE(m_demo.words().size(), 12);
    m_echo = m_demo.words().first();
    QVERIFY2(m_echo.startsWith(QLatin1String("PYROSSL://")), qPrintable(m_echo));
}

void tst_CliTls::statusAndResult_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QByteArray>("result");
    const auto row = [](const char *name, const char *line, const char *result) {
        QTest::newRow(name) << QString::fromUtf8(line) << QByteArray(result);
    };
    row("ping", "--ns %ns --ns-tls ping", "null");
    row("register", "--ns %ns --ns-tls register :Default.x PYROSSL://127.0.0.1:7766/abc", "null");
    row("lookup", "--ns %ns --ns-tls lookup :Default.x", R"("PYROSSL://127.0.0.1:7766/abc")");
    row("list", "--ns %ns --ns-tls list :Default.x", R"({":Default.x":"PYROSSL://127.0.0.1:7766/abc"})");
    row("unregister", "--ns %ns --ns-tls unregister :Default.x", "null");
    row("call-by-name", "--ns %ns --ns-tls call :demo.echo echo 5", "5");
    row("call-by-name-uri", "call PYRONAMESSL://%ns/:demo.echo echo 5", "5");
    row("call-by-default-name-uri", "--ns %ns call PYRONAMESSL://:demo.echo echo 5", "5");
    row("call-by-uri", "call %echo echo 5", "5");
    row("get", "--ns %ns --ns-tls get :demo.echo counter", "0");
}

void tst_CliTls::statusAndResult()
{
    QFETCH(QString, line);
    QFETCH(QByteArray, result);
    const Finished finished = run(filled(u"--json " + line) + kClient);
    QVERIFY2(finished.status == 0, finished.all().constData());
    const auto json = Json::parse(finished.out.trimmed());
    QVERIFY2(json, finished.out.constData());
    QCOMPARE(json->value(u"ok"), Json(true));
    QCOMPARE(json->value(u"result").toText(), result);
}

void tst_CliTls::saysWhatIsWrong_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const QString &line, int status, const char *says) {
        QTest::newRow(name) << line << status << QByteArray(says);
    };
    const QString names = QStringLiteral("--ns %ns --ns-tls ping");
    const QString object = QStringLiteral("call %echo echo 5");
    row("no certificate", names + u" --tls-ca @ca.pem", 3, "refused the TLS connection");
    row("object, no certificate", object + u" --tls-ca @ca.pem", 3, "refused the TLS connection");
    row("unknown authority", names + u" --tls-ca @ca.pem --tls-cert @stranger.pem", 3,
        "refused the TLS connection");
    row("server not trusted", names + u" --tls-ca @stranger-ca.pem --tls-cert @client.pem", 3,
        "signed by an authority that is not trusted here");
    row("no options at all", names, 3, "signed by an authority that is not trusted here");
    row("no such CA file", names + u" --tls-ca @nothing.pem --tls-cert @client.pem", 2, "nothing.pem");
    row("no such certificate", object + u" --tls-ca @ca.pem --tls-cert @nothing.pem", 2, "nothing.pem");
    row("no such key", names + u" --tls-ca @ca.pem --tls-cert @client.pem --tls-key @nothing.pem", 2,
        "nothing.pem");
    row("key of another", names + u" --tls-ca @ca.pem --tls-cert @client.pem --tls-key @server.pem", 2,
        "is not that of the certificate");
    row("key file without a key", names + u" --tls-ca @ca.pem --tls-cert @client.pem --tls-key @ca.pem", 2,
        "ca.pem");
    row("key with a passphrase", names + u" --tls-ca @ca.pem --tls-cert @server.pem --tls-key @locked.key", 2,
        "locked.key");
    row("given twice", names + u" --tls-cert @client.pem --tls-cert @client.pem", 2, "--tls-cert");
    row("without a value", names + u" --tls-key", 2, "--tls-key");
    row("name server and none", QStringLiteral("demo --no-ns --ns-tls"), 2, "--no-ns");
}

void tst_CliTls::saysWhatIsWrong()
{
    QFETCH(QString, line);
    QFETCH(int, status);
    QFETCH(QByteArray, says);
    const Finished finished = run(filled(u"--json " + line));
    QVERIFY2(finished.status == status, finished.all().constData());
    QVERIFY2(finished.err.contains(says), finished.err.constData());
    const auto json = Json::parse(finished.out.trimmed());
    QVERIFY2(json, finished.out.constData());
    QCOMPARE(json->value(u"ok"), Json(false));
}

void tst_CliTls::serversSayWhatIsWrong_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QByteArray>("says");
    for (const char *server : {"ns --port 0", "demo --no-ns", "listen", "es --no-ns"}) {
        const QString line = QString::fromUtf8(server);
        QTest::addRow("%s without CA", server) << line + u" --tls-cert @server.pem" << QByteArray("CA");
        QTest::addRow("%s, no such file", server)
            << line + u" --tls-ca @ca.pem --tls-cert @nothing.pem" << QByteArray("nothing.pem");
        QTest::addRow("%s, key of another", server)
            << line + u" --tls-ca @ca.pem --tls-cert @server.pem --tls-key @client.pem"
            << QByteArray("is not that of the certificate");
    }
}

void tst_CliTls::serversSayWhatIsWrong()
{
    QFETCH(QString, line);
    QFETCH(QByteArray, says);
    const Finished finished = run(line); // one that serves all the same would end after a while, with -1
    QVERIFY2(finished.status == 2, finished.all().constData());
    QVERIFY2(finished.err.contains(says), finished.err.constData());
    QVERIFY2(!finished.out.contains("ready"), finished.out.constData());
}

void tst_CliTls::listensOverTls()
{
    PeerProcess listener;
    QVERIFY2(listener.start(
                 kPyroctl, words(u"listen --answer 3" + kServer), QProcessEnvironment::systemEnvironment()),
        listener.output().constData());
    const QString uri = listener.words().first();
    QVERIFY2(uri.startsWith(QLatin1String("PYROSSL://")), qPrintable(uri));
    const Finished finished = run(u"call " + uri + u" tell 1" + kClient);
    QVERIFY2(finished.status == 0, finished.all().constData());
    QCOMPARE(finished.out.trimmed(), QByteArray("3"));
    const Finished stranger = run(u"call " + uri + u" tell 1 --tls-ca @ca.pem --tls-cert @stranger.pem");
    QCOMPARE(stranger.status, 3);
}

void tst_CliTls::eventsGoOverTls()
{
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QString names = QStringLiteral(" --ns-tls --ns ") + m_where;
    PeerProcess events;
    QVERIFY2(
        events.start(kPyroctl, words(u"es" + names + kServer), environment), events.output().constData());
    QVERIFY2(events.words().value(0).startsWith(QLatin1String("PYROSSL://")), events.output().constData());
    PeerProcess subscriber;
    QVERIFY2(subscriber.start(kPyroctl, words(u"subscribe lab --count 2" + names + kServer), environment),
        subscriber.output().constData());
    QVERIFY2(
        subscriber.words().value(0).startsWith(QLatin1String("PYROSSL://")), subscriber.output().constData());
    for (const QString &literal : {QStringLiteral("41"), QStringLiteral("42")}) {
        const Finished published = run(u"publish lab " + literal + names + kClient);
        QVERIFY2(published.status == 0, published.all().constData());
    }
    QVERIFY(subscriber.process().waitForFinished(10'000));
    const QByteArray got = subscriber.output();
    QVERIFY2(got.contains("lab  41") && got.contains("lab  42"), got.constData());
    QCOMPARE(subscriber.process().exitCode(), 0);

    // In clear text, or with a stranger's certificate, nothing is taken.
    const QString uri = events.words().first();
    QString clear = uri;
    clear.replace(QLatin1String("PYROSSL"), QLatin1String("PYRO"));
    QVERIFY(run(u"publish lab 1 --timeout 5 --es " + clear).status >= 3);
    QCOMPARE(run(u"publish lab 1 --es " + uri + u" --tls-ca @ca.pem --tls-cert @stranger.pem").status, 3);
    QCOMPARE(events.stop(), 0);
}

void tst_CliTls::subscribersOfTlsNeedACertificate()
{
    PeerProcess events;
    QVERIFY2(events.start(kPyroctl, words(u"es --no-ns" + kServer), QProcessEnvironment::systemEnvironment()),
        events.output().constData());
    const Finished finished = run(u"subscribe lab --es " + events.words().first() + u" --tls-ca @ca.pem");
    QVERIFY2(finished.status == 2 && finished.err.contains("--tls-cert"), finished.all().constData());
}

void tst_CliTls::passphraseOpensTheKey_data()
{
    QTest::addColumn<QString>("options");
    QTest::addColumn<QByteArray>("environment");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("says");
    const auto row
        = [](const char *name, const char *options, const char *environment, int status, const char *says) {
              QTest::newRow(name) << QString::fromUtf8(options) << QByteArray(environment) << status
                                  << QByteArray(says);
          };
    row("file", "--tls-key-passphrase-file %good", "", 0, "");
    row("environment", "", "sesame", 0, "");
    row("argument", "--tls-key-passphrase sesame", "", 0,
        "other users of this machine can read a secret on the command line; use --tls-key-passphrase-file or "
        "PYROLENS_TLS_KEY_PASSPHRASE");
    row("file before environment", "--tls-key-passphrase-file %good", "wrong", 0, "");
    row("none", "", "", 2, "needs a passphrase");
    row("wrong", "--tls-key-passphrase-file %bad", "", 2, "does not open the key");
    row("wrong in environment", "", "wrong", 2, "does not open the key");
    row("both", "--tls-key-passphrase sesame --tls-key-passphrase-file %good", "", 2, "not both");
    row("others may read", "--tls-key-passphrase-file %open", "", 2, "can be read by other users");
    row("no such file", "--tls-key-passphrase-file nothing.txt", "", 2, "nothing.txt");
}

void tst_CliTls::passphraseOpensTheKey()
{
    QFETCH(QString, options);
    QFETCH(QByteArray, environment);
    QFETCH(int, status);
    QFETCH(QByteArray, says);
    QTemporaryDir folder;
    struct Secret
    {
        const char *name;
        const char *text;
        QFile::Permissions access;
    };
    const Secret secrets[] = {{"good", "sesame\n", QFile::ReadOwner}, {"bad", "wrong\n", QFile::ReadOwner},
        {"open", "sesame\n", QFile::ReadOwner | QFile::ReadOther}};
    for (const auto &[name, text, access] : secrets) {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) > 0);
        file.close();
        QVERIFY(file.setPermissions(access));
        options.replace(u'%' + QString::fromLatin1(name), file.fileName());
    }
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    if (!environment.isEmpty())
        variables.insert(QStringLiteral("PYROLENS_TLS_KEY_PASSPHRASE"), QString::fromUtf8(environment));
    const Finished finished = runProgram(kPyroctl,
        words(
            filled(QStringLiteral("--ns %ns --ns-tls ping --tls-ca @ca.pem --tls-cert @server.pem --tls-key "
                                  "@locked.key "))
            + options),
        variables, {}, std::chrono::seconds(20));
    QVERIFY2(finished.status == status, finished.all().constData());
    QVERIFY2(finished.err.contains(says), finished.err.constData());
    QCOMPARE(finished.err.count("warning:"),
        says.contains("other users of this machine can read a secret") ? 1 : 0);
    QVERIFY(!finished.all().contains("sesame"));
}

void tst_CliTls::serversOpenTheirKeyToo()
{
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    variables.insert(QStringLiteral("PYROLENS_TLS_KEY_PASSPHRASE"), QStringLiteral("sesame"));
    for (const QString &server :
        {QStringLiteral("ns --port 0"), QStringLiteral("demo --no-ns"), QStringLiteral("es --no-ns")}) {
        PeerProcess process;
        QVERIFY2(process.start(kPyroctl, words(server + kServer + u" --tls-key @locked.key"), variables),
            process.output().constData());
        QVERIFY2(
            process.words().value(0).startsWith(QLatin1String("PYROSSL://")), process.output().constData());
        QCOMPARE(process.stop(), 0);
    }
}

void tst_CliTls::keyMayStandInAnotherFile()
{
    QTemporaryDir folder;
    const auto part = [&folder](const QString &from, const QByteArray &begin, const QString &to) {
        QFile source(file(from));
        QFile target(folder.filePath(to));
        if (!source.open(QIODevice::ReadOnly) || !target.open(QIODevice::WriteOnly))
            return false;
        const QByteArray all = source.readAll();
        const qsizetype at = all.indexOf(QByteArray("-----BEGIN ").append(begin));
        const qsizetype end = all.indexOf("-----END ", at);
        return at >= 0 && target.write(all.mid(at, all.indexOf('\n', end) + 1 - at)) > 0;
    };
    QVERIFY(part(QStringLiteral("client.pem"), "CERTIFICATE", QStringLiteral("own.pem")));
    QVERIFY(part(QStringLiteral("client.pem"), "EC PRIVATE KEY", QStringLiteral("own.key")));
    const QString certificate = u" --tls-cert " + folder.filePath(QStringLiteral("own.pem"));
    const QString line = filled(QStringLiteral("--ns %ns --ns-tls ping --tls-ca @ca.pem")) + certificate;
    const Finished without = run(line);
    QVERIFY2(without.status == 2 && without.err.contains("own.pem"), without.all().constData());
    const Finished with = run(line + u" --tls-key " + folder.filePath(QStringLiteral("own.key")));
    QVERIFY2(with.status == 0, with.all().constData());
}

void tst_CliTls::helpNamesTheOptions()
{
    const Finished finished = run(QStringLiteral("--help"));
    QCOMPARE(finished.status, 0);
    for (const char *option : {"--tls-ca FILE", "--tls-cert FILE", "--tls-key FILE",
             "--tls-key-passphrase TEXT", "--tls-key-passphrase-file FILE", "--ns-tls"})
        QVERIFY2(finished.out.contains(option), option);
}

QTEST_GUILESS_MAIN(tst_CliTls)
#include "tst_tls.moc"
