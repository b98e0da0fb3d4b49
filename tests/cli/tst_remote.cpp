// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// pyroctl against a daemon of this process that is as strict, or as talkative, as a real one can be.

#include "support/peerprocess.h"

#include <pyrolens/generations.h>
#include <pyrolens/server/daemonthread.h>

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QThread>

#include <mutex>

using namespace pyrolens;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");

Finished run(const QStringList &line, const QString &secret = {})
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!secret.isEmpty())
        environment.insert(QStringLiteral("PYROLENS_IDENT"), secret);
    return runProgram(kPyroctl, line, environment, {}, std::chrono::seconds(30));
}

/// Takes the token as it came, as the original's example "sessions" does.
class TokenReader : public ConnectionValidator
{
public:
    std::optional<int> refuseIdentification(
        const Generation &, const Message &connect, LocalStorage &) override
    {
        return connect.token == "peter:pass" ? std::nullopt : std::optional<int>(3);
    }
};

} // namespace

class tst_Remote : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void presentsIdentifications_data();
    void presentsIdentifications();
    void keepsRawTokensFromNameServers_data();
    void keepsRawTokensFromNameServers();
    void refusesBadForms_data();
    void refusesBadForms();
    void showsTracebacksLineByLine();

private:
    /// Hosts an object and answers its URI.
    QString host(DaemonThread &server, const std::shared_ptr<ConnectionValidator> &validator = {})
    {
        const auto catalogue = builtinCatalogue();
        const auto port = server.start(catalogue, {}, {}, [&](Daemon &daemon) {
            if (validator)
                daemon.setValidator(validator);
        });
        if (!port)
            return {};
        auto servant = std::make_shared<LambdaServant>(QStringLiteral("Probe"));
        servant->method(QStringLiteral("who()"), [](const auto &, CallContext &context) -> Outcome {
            return Value::str(context.storage ? context.storage->identity.toUtf8() : QByteArray());
        });
        servant->method(QStringLiteral("crash()"), [](const auto &, CallContext &) -> Outcome {
            RemoteError error;
            error.className = QStringLiteral("exceptions.ZeroDivisionError");
            error.args = Value::tuple({Value::str("division by zero")});
            // As Python's traceback module writes it: two lines and the source's tabs in one item.
            error.traceback = {QStringLiteral("  File \"/srv/bank.py\", line 7, in rate\n    return\ta/b\n")};
            return RemoteError::toError(error);
        });
        const auto uri = server.daemon()->connectServant(servant, QStringLiteral("probe"));
        return uri ? uri->toString() : QString();
    }
};

void tst_Remote::presentsIdentifications_data()
{
    QTest::addColumn<QString>("as");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("status");
    QTest::newRow("user") << QStringLiteral("user") << QStringLiteral("irmen:secret") << 0;
    QTest::newRow("user, a colon in the password")
        << QStringLiteral("user") << QStringLiteral("ann:x:y") << 0;
    QTest::newRow("user, wrong password") << QStringLiteral("user") << QStringLiteral("irmen:x") << 3;
    QTest::newRow("user, unknown") << QStringLiteral("user") << QStringLiteral("eve:secret") << 3;
    QTest::newRow("user, but plain") << QStringLiteral("plain") << QStringLiteral("irmen:secret") << 3;
    QTest::newRow("raw") << QStringLiteral("raw") << QStringLiteral("peter:pass") << 0;
    QTest::newRow("raw, wrong") << QStringLiteral("raw") << QStringLiteral("peter:fail") << 3;
}

void tst_Remote::presentsIdentifications()
{
    QFETCH(QString, as);
    QFETCH(QString, text);
    QFETCH(int, status);
    std::shared_ptr<ConnectionValidator> validator;
    if (as == u"raw")
        validator = std::make_shared<TokenReader>();
    else
        validator = std::make_shared<UserValidator>(
            std::map<QString, QString>{{QStringLiteral("irmen"), QStringLiteral("secret")},
                {QStringLiteral("ann"), QStringLiteral("x:y")}});
    DaemonThread server;
    const QString uri = host(server, validator);
    QVERIFY(!uri.isEmpty());
    const Finished finished
        = run({QStringLiteral("call"), uri, QStringLiteral("who"), QStringLiteral("--ident-as"), as}, text);
    QVERIFY2(finished.status == status, finished.all().constData());
    if (status == 0 && as == u"user")
        QCOMPARE(
            finished.out.trimmed(), QByteArray("'").append(text.section(u':', 0, 0).toUtf8()).append("'"));
    if (status != 0)
        QVERIFY2(
            finished.err.contains("refused") || finished.err.contains("denied"), finished.err.constData());
    for (const char *secret : {"secret", "pass", "fail"})
        QVERIFY2(!finished.err.contains(secret), finished.err.constData());
}

void tst_Remote::keepsRawTokensFromNameServers_data()
{
    QTest::addColumn<QStringList>("line");
    QTest::newRow("look-up") << QStringList{
        QStringLiteral("call"), QStringLiteral(":probe"), QStringLiteral("who")};
    QTest::newRow("ping") << QStringList{QStringLiteral("ping")};
    QTest::newRow("event server") << QStringList{QStringLiteral("es")};
}

void tst_Remote::keepsRawTokensFromNameServers()
{
    QFETCH(QStringList, line);
    // A name server that greets and hangs up, and remembers what came.
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    QByteArray got;
    const auto program = std::unique_ptr<QThread>(QThread::create([&] {
        run(line
                + QStringList{QStringLiteral("--ns"), QStringLiteral("127.0.0.1:%1").arg(server.serverPort()),
                    QStringLiteral("--ident-as"), QStringLiteral("raw")},
            QStringLiteral("peter:pass"));
    }));
    connect(&server, &QTcpServer::newConnection, this, [&] {
        while (QTcpSocket *socket = server.nextPendingConnection()) {
            socket->write(QByteArray::fromHex("5059524f000500120000001000000000000000"
                                              "000000000000000000000000000000000000")
                              .first(34));
            connect(socket, &QTcpSocket::readyRead, this, [&got, socket] {
                got += socket->readAll();
                if (got.contains("CONNECT"))
                    socket->disconnectFromHost();
            });
        }
    });
    program->start();
    QTRY_VERIFY_WITH_TIMEOUT(got.contains("CONNECT"), 10'000);
    QTRY_VERIFY_WITH_TIMEOUT(program->isFinished(), 20'000);
    QVERIFY2(!got.contains("peter") && !got.contains("pass"), got.toHex().constData());
}

void tst_Remote::refusesBadForms_data()
{
    QTest::addColumn<QString>("as");
    QTest::addColumn<QString>("text");
    QTest::newRow("no such form") << QStringLiteral("secretly") << QStringLiteral("x");
    QTest::newRow("no password") << QStringLiteral("user") << QStringLiteral("irmen");
    QTest::newRow("no name") << QStringLiteral("user") << QStringLiteral(":secret");
    QTest::newRow("nothing") << QStringLiteral("user") << QString();
}

void tst_Remote::refusesBadForms()
{
    QFETCH(QString, as);
    QFETCH(QString, text);
    const Finished finished = run({QStringLiteral("ping"), QStringLiteral("--ident-as"), as}, text);
    QCOMPARE(finished.status, 2);
    QVERIFY2(finished.err.contains("--ident-as"), finished.err.constData());
}

void tst_Remote::showsTracebacksLineByLine()
{
    DaemonThread server;
    const QString uri = host(server);
    const Finished finished = run({QStringLiteral("call"), uri, QStringLiteral("crash")});
    QCOMPARE(finished.status, 1);
    QVERIFY2(finished.err.contains("/srv/bank.py\", line 7, in rate\n"), finished.err.constData());
    QVERIFY2(finished.err.contains("    return a/b\n"), finished.err.constData());
    QVERIFY2(!finished.err.contains("\\x0a") && !finished.err.contains("\\x09"), finished.err.constData());
    for (const QByteArray &line : finished.err.trimmed().split('\n').mid(1))
        QVERIFY2(line.startsWith("  | "), line.constData());
}

QTEST_GUILESS_MAIN(tst_Remote)
#include "tst_remote.moc"
