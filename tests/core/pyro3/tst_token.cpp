// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

#include <pyrolens/pyro3/pyro3.h>

#include <QtTest>

using namespace pyrolens;

class tst_Token : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clientsTokenIsTheOriginals_data();
    void clientsTokenIsTheOriginals();
    void serverVerifies_data();
    void serverVerifies();
    void objectIdsAreInTheOriginalsForm();

private:
    std::shared_ptr<const Generation> m_generation = pyro3Generation();

    /// What a client answers to a challenge, as the server decodes it.
    Message connect(const Credentials &credentials, const QByteArray &challenge) const
    {
        SessionOptions clientOptions;
        clientOptions.credentials = credentials;
        SessionOptions serverOptions;
        serverOptions.challenge = challenge;
        const auto server = m_generation->session(Role::Server, serverOptions);
        const auto client = m_generation->session(Role::Client, clientOptions);
        const auto answered = client->feed(Direction::ServerToClient, server->start(), {});
        const auto step = server->feed(Direction::ClientToServer, answered->answer, {});
        return *server->decode({answered->answer, Direction::ClientToServer, step->kind}, {});
    }
};

namespace {

const QByteArray kChallenge = QByteArray::fromHex("b128164254d6fa78a4dc9fbc97ca47bb");

Credentials ident(const QString &text)
{
    Credentials credentials;
    credentials.ident = text;
    return credentials;
}

Credentials munged(const char *hex)
{
    Credentials credentials;
    credentials.mungedIdent = QByteArray::fromHex(hex);
    return credentials;
}

Credentials user(const QString &name, const QString &password)
{
    Credentials credentials;
    credentials.scheme = Credentials::Scheme::UserPassword;
    credentials.user = name;
    credentials.password = password;
    return credentials;
}

Credentials raw(const QByteArray &token)
{
    Credentials credentials;
    credentials.scheme = Credentials::Scheme::Raw;
    credentials.raw = token;
    return credentials;
}

} // namespace

// The tokens were computed with hmac and hashlib of Python 2.7; the first stands in the recording
// handshake_ident.
void tst_Token::clientsTokenIsTheOriginals_data()
{
    QTest::addColumn<Credentials>("credentials");
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("ident") << ident(u"s3cret"_qs) << QByteArray::fromHex("f52f62eb913db9982907cf856e04f9fd");
    QTest::newRow("munged") << munged("33e1b232a4e6fa0028a6670753749a17")
                            << QByteArray::fromHex("f52f62eb913db9982907cf856e04f9fd");
    QTest::newRow("none") << Credentials() << QByteArray::fromHex("7a38cdf4b71c007a5670d9dfdb0795e1");
    QTest::newRow("utf8") << ident(u"gr\u00fc\u00dfe"_qs)
                          << QByteArray::fromHex("5470024874354a584151e45f79403db9");
    QTest::newRow("user") << user(u"irmen"_qs, u"secret"_qs)
                          << "irmen:" + QByteArray::fromHex("aac24950beaa6392f9d66fa020b56278");
    QTest::newRow("raw") << raw("user:password") << QByteArray("user:password");
    QTest::newRow("raw-empty") << raw({}) << QByteArray();
}

void tst_Token::clientsTokenIsTheOriginals()
{
    QFETCH(Credentials, credentials);
    QFETCH(QByteArray, token);
    const Message message = connect(credentials, kChallenge);
    QCOMPARE(message.kind, Message::Kind::Connect);
    QCOMPARE(message.challenge, kChallenge);
    QCOMPARE(message.token.toHex(), token.toHex());
}

void tst_Token::serverVerifies_data()
{
    QTest::addColumn<Credentials>("presented");
    QTest::addColumn<Credentials>("allowed");
    QTest::addColumn<bool>("good");
    const Credentials secret = ident(u"s3cret"_qs);
    QTest::newRow("same") << secret << secret << true;
    QTest::newRow("other") << ident(u"wrong"_qs) << secret << false;
    QTest::newRow("none") << Credentials() << secret << false;
    QTest::newRow("munged") << munged("33e1b232a4e6fa0028a6670753749a17") << secret << true;
    QTest::newRow("open-none") << Credentials() << Credentials() << true;
    QTest::newRow("open-any") << secret << Credentials() << true;
    QTest::newRow("open-raw") << raw({}) << Credentials() << true;
    QTest::newRow("short") << raw("x") << secret << false;
    QTest::newRow("empty") << raw({}) << secret << false;
    QTest::newRow("user") << user(u"a"_qs, u"b"_qs) << user(u"a"_qs, u"b"_qs) << true;
    QTest::newRow("user-password") << user(u"a"_qs, u"c"_qs) << user(u"a"_qs, u"b"_qs) << false;
    QTest::newRow("user-name") << user(u"x"_qs, u"b"_qs) << user(u"a"_qs, u"b"_qs) << false;
    QTest::newRow("user-missing") << Credentials() << user(u"a"_qs, u"b"_qs) << false;
    QTest::newRow("raw") << raw("t") << raw("t") << true;
    QTest::newRow("raw-prefix") << raw("to") << raw("t") << false;
    QTest::newRow("raw-required-empty") << raw("t") << raw({}) << false;
    Credentials key; // of another generation: requires nothing here
    key.hmacKey = "key";
    QTest::newRow("hmac-key") << Credentials() << key << true;
}

void tst_Token::serverVerifies()
{
    QFETCH(Credentials, presented);
    QFETCH(Credentials, allowed);
    QFETCH(bool, good);
    const Message message = connect(presented, kChallenge);
    QCOMPARE(m_generation->verifies(message, allowed), good);
    // A token of one challenge is worth nothing for another.
    Message replayed = message;
    replayed.challenge = QByteArray(16, 'x');
    const bool independent = allowed.scheme == Credentials::Scheme::Raw
        || (allowed.ident.isEmpty() && allowed.mungedIdent.isEmpty() && allowed.user.isEmpty());
    QCOMPARE(m_generation->verifies(replayed, allowed), good && independent);
    Message other = message;
    other.kind = Message::Kind::Call;
    QVERIFY(!m_generation->verifies(other, allowed));
}

void tst_Token::objectIdsAreInTheOriginalsForm()
{
    static const QRegularExpression form(u"^[0-9a-f]{8}[0-9a-f]{4,8}[0-9a-f]{16}[0-9a-f]{6}$"_qs);
    QSet<QByteArray> seen;
    for (int i = 0; i < 10'000; ++i) {
        const QByteArray id = m_generation->newObjectId();
        QVERIFY2(form.match(QString::fromLatin1(id)).hasMatch(), id.constData());
        seen.insert(id);
    }
    QCOMPARE(seen.size(), 10'000);
}

QTEST_GUILESS_MAIN(tst_Token)

#include "tst_token.moc"
