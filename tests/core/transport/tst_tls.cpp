// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/transport/tlstunnel.h>

#include <QProcess>
#include <QTcpServer>
#include <QtTest>

#include <future>

using namespace pyrolens;
using namespace std::chrono_literals;

namespace {

using StreamResult = Result<std::unique_ptr<Stream>>;

QString data(const QString &name)
{
    return QStringLiteral(PYROLENS_TEST_DATA "/tls/") + name;
}

TlsSettings settingsOf(const QString &own, const QString &ca = QStringLiteral("ca.pem"))
{
    TlsSettings settings;
    if (!ca.isEmpty())
        settings.caFiles = {data(ca)};
    if (!own.isEmpty())
        settings.certificateFile = data(own);
    return settings;
}

TlsOrder orderOf(TlsRole role, const TlsSettings &settings, std::chrono::milliseconds patience = 5s)
{
    TlsOrder order;
    order.role = role;
    order.settings = settings;
    const auto made = tlsConfiguration(settings, role);
    if (!made)
        qFatal("%s", qPrintable(made.error().what));
    order.configuration = *made;
    order.host = QStringLiteral("127.0.0.1");
    order.deadline = QDeadlineTimer(patience);
    return order;
}

/// A plain TCP connection over loopback, both ends.
std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> tcpPair()
{
    class Listener : public QTcpServer
    {
    public:
        qintptr descriptor = -1;
        void incomingConnection(qintptr incoming) override { descriptor = incoming; }
    } listener;
    if (!listener.listen(QHostAddress::LocalHost))
        qFatal("no listener");
    auto client = connectTcp(QStringLiteral("127.0.0.1"), listener.serverPort(), QDeadlineTimer(5s));
    if (!client || !listener.waitForNewConnection(5'000))
        qFatal("no connection");
    auto server = adoptDescriptor(listener.descriptor);
    return {std::move(*client), std::move(*server)};
}

QByteArray readAll(Stream &stream, qsizetype bytes)
{
    QByteArray got;
    stream.setTimeout(5s);
    char piece[8'192];
    while (got.size() < bytes) {
        const Io io = stream.read(piece, std::min<qsizetype>(sizeof piece, bytes - got.size()));
        if (io.status != Io::Status::Ok)
            break;
        got.append(piece, io.bytes);
    }
    return got;
}

} // namespace

class tst_Tls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void carriesBytesBothWays();
    void keepsOrderUnderBackPressure();
    void deliversWhatCameBeforeTheEnd();
    void wakesABlockedReader();
    void refusesBadCertificates_data();
    void refusesBadCertificates();
    void trustsAnException();
    void tellsTheClientThatItWasRefused();
    void givesUpOnSilence();
    void canBeCancelled();
    void refusesPlainText();
    void talksToOpenSsl();

private:
    std::pair<StreamResult, StreamResult> shake(const TlsSettings &client, const TlsSettings &server)
    {
        auto [near, far] = tcpPair();
        auto other = std::async(std::launch::async, [this, server, far = std::move(far)]() mutable {
            return m_server.startBlocking(std::move(far), orderOf(TlsRole::Server, server));
        });
        auto mine = m_client.startBlocking(std::move(near), orderOf(TlsRole::Client, client));
        return {std::move(mine), other.get()};
    }

    TlsTunnels m_client;
    TlsTunnels m_server;
};

void tst_Tls::carriesBytesBothWays()
{
    auto [client, server]
        = shake(settingsOf(QStringLiteral("client.pem")), settingsOf(QStringLiteral("server.pem")));
    QVERIFY2(client, client ? "" : qPrintable(client.error().what));
    QVERIFY2(server, server ? "" : qPrintable(server.error().what));
    const auto shown = (*server)->tlsPeer();
    QVERIFY(shown);
    QCOMPARE(shown->chain.value(0).subjectInfo(QSslCertificate::CommonName),
        QStringList(QStringLiteral("test client")));
    QCOMPARE((*client)->tlsPeer()->chain.value(0).subjectInfo(QSslCertificate::CommonName),
        QStringList(QStringLiteral("test server")));
    QVERIFY(shown->protocol.startsWith(QLatin1String("TLSv1.")));
    QCOMPARE((*client)->peer().port, (*server)->local().port);
    QCOMPARE((*client)->peer().host, QStringLiteral("127.0.0.1"));
    for (int i = 0; i < 100; ++i) {
        const QByteArray text = "question " + QByteArray::number(i);
        QVERIFY((*client)->writeAll(text, QDeadlineTimer(5s)));
        QCOMPARE(readAll(**server, text.size()), text);
        QVERIFY((*server)->writeAll("answer", QDeadlineTimer(5s)));
        QCOMPARE(readAll(**client, 6), QByteArray("answer"));
    }
}

void tst_Tls::keepsOrderUnderBackPressure()
{
    auto [client, server]
        = shake(settingsOf(QStringLiteral("client.pem")), settingsOf(QStringLiteral("server.pem")));
    QVERIFY(client && server);
    QByteArray sent(12 * 1024 * 1024, Qt::Uninitialized);
    for (qsizetype i = 0; i < sent.size(); ++i)
        sent[i] = char((i * 2'654'435'761U) >> 24);
    auto writing = std::async(
        std::launch::async, [&] { return bool((*client)->writeAll(sent, QDeadlineTimer(30s))); });
    // Nobody reads: the writer must come to a stand, not the memory to an end.
    QCOMPARE(writing.wait_for(300ms), std::future_status::timeout);
    QVERIFY(readAll(**server, sent.size()) == sent);
    QVERIFY(writing.get());
}

void tst_Tls::deliversWhatCameBeforeTheEnd()
{
    auto [client, server]
        = shake(settingsOf(QStringLiteral("client.pem")), settingsOf(QStringLiteral("server.pem")));
    QVERIFY(client && server);
    const QByteArray last(300'000, 'z');
    QVERIFY((*server)->writeAll(last, QDeadlineTimer(5s)));
    (*server)->close();
    QCOMPARE(readAll(**client, last.size() + 1), last);
    char byte = 0;
    QCOMPARE((*client)->read(&byte, 1).status, Io::Status::Closed);
}

void tst_Tls::wakesABlockedReader()
{
    auto [client, server]
        = shake(settingsOf(QStringLiteral("client.pem")), settingsOf(QStringLiteral("server.pem")));
    QVERIFY(client && server);
    auto reading = std::async(std::launch::async, [&] {
        char byte = 0;
        return (*client)->read(&byte, 1).status;
    });
    QCOMPARE(reading.wait_for(50ms), std::future_status::timeout);
    (*client)->shutdown();
    QCOMPARE(reading.wait_for(5s), std::future_status::ready);
    QVERIFY(reading.get() != Io::Status::Ok);
}

void tst_Tls::refusesBadCertificates_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("code");
    QTest::newRow("expired") << "expired.pem"
                             << "tls.expired";
    QTest::newRow("not yet valid") << "future.pem"
                                   << "tls.not-yet-valid";
    QTest::newRow("another host") << "elsewhere.pem"
                                  << "tls.host-name";
    QTest::newRow("unknown issuer") << "stranger.pem"
                                    << "tls.untrusted";
}

void tst_Tls::refusesBadCertificates()
{
    QFETCH(QString, certificate);
    QFETCH(QString, code);
    const auto [client, server] = shake(settingsOf(QStringLiteral("client.pem")), settingsOf(certificate));
    QVERIFY(!client);
    QCOMPARE(client.error().kind, Error::Kind::Denied);
    QCOMPARE(client.error().code, code);
    QVERIFY2(client.error().what.contains(QLatin1String("CN=")), qPrintable(client.error().what));
    QVERIFY(!server);
}

void tst_Tls::trustsAnException()
{
    TlsSettings settings = settingsOf(QStringLiteral("client.pem"));
    settings.trustedFingerprints = {QSslCertificate::fromPath(data(QStringLiteral("stranger.pem")))
                                        .value(0)
                                        .digest(QCryptographicHash::Sha256)};
    const auto [client, server] = shake(settings, settingsOf(QStringLiteral("stranger.pem")));
    QVERIFY2(client, client ? "" : qPrintable(client.error().what));
    QVERIFY(server);
    settings = settingsOf(QStringLiteral("client.pem"));
    settings.checkHostName = false;
    const auto [other, otherServer] = shake(settings, settingsOf(QStringLiteral("elsewhere.pem")));
    QVERIFY(other && otherServer);
}

void tst_Tls::tellsTheClientThatItWasRefused()
{
    // In TLS 1.3 the client believes itself connected before the server has seen its certificate.
    for (const char *own : {"", "stranger.pem"}) {
        auto [client, server]
            = shake(settingsOf(QString::fromLatin1(own)), settingsOf(QStringLiteral("server.pem")));
        QVERIFY(!server);
        QCOMPARE(server.error().kind, Error::Kind::Denied);
        QCOMPARE(server.error().code,
            *own ? QStringLiteral("tls.untrusted") : QStringLiteral("tls.no-certificate"));
        QString said;
        if (client) {
            char byte = 0;
            (*client)->setTimeout(5s);
            said = (*client)->read(&byte, 1).what;
        } else {
            said = client.error().what;
        }
        QVERIFY2(said.contains(QLatin1String("refused the TLS connection")), qPrintable(said));
    }
}

void tst_Tls::givesUpOnSilence()
{
    auto [near, far] = tcpPair();
    const auto client = m_client.startBlocking(
        std::move(near), orderOf(TlsRole::Client, settingsOf(QStringLiteral("client.pem")), 100ms));
    QVERIFY(!client);
    QCOMPARE(client.error().kind, Error::Kind::Timeout);
}

void tst_Tls::canBeCancelled()
{
    auto [near, far] = tcpPair();
    const std::atomic<bool> cancelled = true;
    const auto client = m_client.startBlocking(
        std::move(near), orderOf(TlsRole::Client, settingsOf(QStringLiteral("client.pem")), 60s), &cancelled);
    QVERIFY(!client);
    QCOMPARE(client.error().kind, Error::Kind::Cancelled);
}

void tst_Tls::refusesPlainText()
{
    auto [near, far] = tcpPair();
    QVERIFY(far->writeAll(
        QByteArray("PYRO\0\5 this is no TLS at all, whatever it may be", 48), QDeadlineTimer(5s)));
    const auto client = m_client.startBlocking(
        std::move(near), orderOf(TlsRole::Client, settingsOf(QStringLiteral("client.pem"))));
    QVERIFY(!client);
    QCOMPARE(client.error().code, QStringLiteral("tls.handshake"));
}

void tst_Tls::talksToOpenSsl()
{
    if (QStandardPaths::findExecutable(QStringLiteral("openssl")).isEmpty())
        QSKIP("the program openssl is not there");
    QProcess openssl;
    openssl.start(QStringLiteral("openssl"),
        {QStringLiteral("s_server"), QStringLiteral("-accept"), QStringLiteral("127.0.0.1:0"),
            QStringLiteral("-naccept"), QStringLiteral("1"), QStringLiteral("-rev"), QStringLiteral("-cert"),
            data(QStringLiteral("server.pem")), QStringLiteral("-Verify"), QStringLiteral("10"),
            QStringLiteral("-verify_return_error"), QStringLiteral("-CAfile"),
            data(QStringLiteral("ca.pem"))});
    QVERIFY(openssl.waitForStarted());
    // With port 0 it says "ACCEPT 127.0.0.1:PORT".
    QByteArray said;
    const auto line = [&] {
        return QRegularExpression(QStringLiteral("ACCEPT [0-9.]+:(\\d+)\\n"))
            .match(QString::fromLatin1(said));
    };
    while (!line().hasMatch() && openssl.waitForReadyRead(5'000))
        said += openssl.readAllStandardOutput();
    const int port = line().captured(1).toInt();
    QVERIFY2(port > 0, said.constData());
    auto plain = connectTcp(QStringLiteral("127.0.0.1"), port, QDeadlineTimer(5s));
    QVERIFY(plain);
    auto client = m_client.startBlocking(
        std::move(*plain), orderOf(TlsRole::Client, settingsOf(QStringLiteral("client.pem"))));
    QVERIFY2(client, client ? "" : qPrintable(client.error().what));
    QVERIFY((*client)->writeAll("hello\n", QDeadlineTimer(5s)));
    QCOMPARE(readAll(**client, 6), QByteArray("olleh\n"));
    (*client)->close();
    openssl.kill();
    openssl.waitForFinished();
}

QTEST_GUILESS_MAIN(tst_Tls)
#include "tst_tls.moc"
