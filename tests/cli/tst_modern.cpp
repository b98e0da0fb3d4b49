// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

// pyroctl with an object of generations 4 and 5 that this process hosts: batches, handshake data,
// annotations, retries, streams of attributes.

#include "core/server/testservants.h"
#include "support/peerprocess.h"

#include <pyrolens/generations.h>
#include <pyrolens/server/daemonthread.h>

#include <QTest>

using namespace pyrolens;

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");

/// Lets in who knows the word.
class Doorkeeper : public ConnectionValidator
{
public:
    Result<Value> answerHandshake(const Generation &, const Message &connect, LocalStorage &) override
    {
        if (connect.value == Value::list({Value::text(u8"open"), Value::text(u8"sesame")}))
            return Value::text(u8"come in");
        return Error::denied(QStringLiteral("the cave stays shut"));
    }
};

} // namespace

class tst_Modern : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data();
    void cleanup() { m_daemon.stop(); }
    void saysWhatComesBack_data();
    void saysWhatComesBack();
    void presentsHandshakeData();
    void sendsCallsAgainWhenToldTo();
    void listenersRequireTheKey();

private:
    static int generation()
    {
        QFETCH_GLOBAL(int, generation);
        return generation;
    }
    void start(const std::shared_ptr<ConnectionValidator> &validator = {});
    Finished run(const QStringList &words) const
    {
        QStringList line{words.first(), m_uri};
        line.append(words.mid(1));
        return runProgram(
            kPyroctl, line, QProcessEnvironment::systemEnvironment(), {}, std::chrono::seconds(30));
    }

    DaemonThread m_daemon;
    std::shared_ptr<testing::Seen> m_seen;
    QString m_uri;
};

void tst_Modern::initTestCase_data()
{
    QTest::addColumn<int>("generation");
    QTest::addRow("pyro4") << 4;
    QTest::addRow("pyro5") << 5;
}

void tst_Modern::start(const std::shared_ptr<ConnectionValidator> &validator)
{
    DaemonOptions options;
    options.generations = {generation()};
    const auto prepare = [&](Daemon &daemon) {
        if (validator)
            daemon.setValidator(validator);
    };
    const auto port = m_daemon.start(builtinCatalogue(), options, {}, prepare);
    QVERIFY2(port, port ? "" : qPrintable(port.error().what));
    m_seen = std::make_shared<testing::Seen>();
    auto probe = testing::makeProbe(m_seen, Threading::Concurrent);
    probe->method(QStringLiteral("told()"), [](const auto &, CallContext &context) -> Outcome {
        context.annotate("BACK", "and back");
        QByteArray text;
        for (const auto &[id, data] : context.annotations())
            text += id + '=' + data + ' ';
        return Value::utf8(text.trimmed());
    });
    probe->attribute(QStringLiteral("pair"), [](CallContext &) -> Outcome {
        return Value::list({Value::integer(1), Value::integer(2)});
    });
    const auto uri = m_daemon.daemon()->connectServant(probe, QStringLiteral("lab.probe"));
    QVERIFY(uri);
    m_uri = uri->toString();
}

void tst_Modern::saysWhatComesBack_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("out");
    QTest::addColumn<QByteArray>("err");
    const auto row
        = [](const char *name, const QString &words, int status, const char *out, const char *err = "") {
              QTest::addRow("%s", name) << words.split(u'|') << status << QByteArray(out) << QByteArray(err);
          };
    row("batch", QStringLiteral("batch|echo(1)|add(1, 2)|add(1, 2, 3)|echo((4,))"), 0, "1\n13\n6\n(4,)\n");
    row("batch, json", QStringLiteral("batch|echo(1)|visits|--json"), 0,
        "{\"item\":1}\n{\"item\":1}\n{\"ok\":true,\"result\":2,");
    row("batch, one fails", QStringLiteral("batch|echo(1)|fail('no')|echo(2)"), 1, "1\n", "ValueError: no");
    row("batch, oneway", QStringLiteral("batch|note(1)|--oneway"), 0, "");
    row("batch, no call", QStringLiteral("batch|echo(1"), 2, "", "'echo(1' is no call");
    row("batch, no literal", QStringLiteral("batch|echo(word)"), 2, "", "no literal");
    row("annotation", QStringLiteral("call|told|--annotation|ABCD=one two|--annotation|EF G==3"), 0,
        "'ABCD=one two EF G==3'\n", "annotation BACK: b'and back'");
    row("annotation, long id", QStringLiteral("call|told|--annotation|ABCDE=1"), 2, "", "--annotation");
    row("annotation, no id", QStringLiteral("call|told|--annotation|=1"), 2, "", "--annotation");
    row("retries, none", QStringLiteral("call|told|--retries|-1"), 2, "", "--retries");
    row("handshake, no literal", QStringLiteral("ping|--handshake|open"), 2, "", "--handshake");
    row("items", QStringLiteral("stream|items|3"), 0, "0\n1\n2\n");
    row("items of an attribute", QStringLiteral("stream|pair"), 0, "1\n2\n");
}

void tst_Modern::saysWhatComesBack()
{
    QFETCH(QStringList, words);
    QFETCH(int, status);
    QFETCH(QByteArray, out);
    QFETCH(QByteArray, err);
    start();
    const Finished finished = run(words);
    QVERIFY2(finished.status == status, finished.all().constData());
    QVERIFY2(
        out.endsWith(',') ? finished.out.startsWith(out) : finished.out == out, finished.out.constData());
    QVERIFY2(finished.err.contains(err), finished.err.constData());
    if (words.contains(QStringLiteral("--oneway")))
        QTRY_COMPARE(m_seen->count(), size_t(1));
}

void tst_Modern::presentsHandshakeData()
{
    start(std::make_shared<Doorkeeper>());
    const QString word = QStringLiteral("--handshake");
    QCOMPARE(run({QStringLiteral("ping"), word, QStringLiteral("['open', 'sesame']")}).status, 0);
    const Finished refused = run({QStringLiteral("ping")});
    QCOMPARE(refused.status, 3);
    QVERIFY2(refused.err.contains("the cave stays shut"), refused.err.constData());
}

void tst_Modern::sendsCallsAgainWhenToldTo()
{
    start();
    m_seen->hold = true;
    const QStringList words{QStringLiteral("call"), QStringLiteral("hold"), QStringLiteral("1"),
        QStringLiteral("--timeout"), QStringLiteral("0.3")};
    QCOMPARE(run(words + QStringList{QStringLiteral("--retries"), QStringLiteral("2")}).status, 4);
    QCOMPARE(m_seen->inside.load(), 3);
    QCOMPARE(run(words).status, 4);
    QCOMPARE(m_seen->inside.load(), 4);
    m_seen->hold = false;
}

void tst_Modern::listenersRequireTheKey()
{
    const QStringList key{QStringLiteral("--hmac-key"), QStringLiteral("secret")};
    PeerProcess listener;
    QVERIFY2(listener.start(kPyroctl,
                 QStringList{QStringLiteral("listen"), QStringLiteral("--answer"), QStringLiteral("5")} + key,
                 QProcessEnvironment::systemEnvironment()),
        listener.output().constData());
    m_uri = listener.words().last();
    const QStringList words{QStringLiteral("call"), QStringLiteral("tick"), QStringLiteral("--gen"),
        QString::number(generation())};
    QCOMPARE(run(words).status, 3); // in no generation without it
    const Finished called = run(words + key);
    // Pyro 5 has no keys, so nobody gets in there.
    QVERIFY2(called.status == (generation() == 4 ? 0 : 3), called.all().constData());
    QCOMPARE(called.out, generation() == 4 ? QByteArray("5\n") : QByteArray());
}

QTEST_GUILESS_MAIN(tst_Modern)
#include "tst_modern.moc"
