// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "support/peerprocess.h"

#include <QDir>
#include <QFile>
#include <QTest>

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");
const QByteArray kWalker = "class Walker(object):\n    pass\n";
const QString kInstance = QStringLiteral("instance('kit.walker.Walker', {'where': 'north'})");

} // namespace

/// `--code-dir` and `--accept-code`, with a demo and a client of our own.
class tst_MobileCode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_demo.stop(); }
    void clientSuppliesWhatTheDemoAsksFor();
    void clientWithoutFolderSaysWhatIsMissing();
    void clientFetchesWhatTheDemoHandsOut();
    void demoRefusesUnlessTold();
    void badFolderIsUsage_data();
    void badFolderIsUsage();

private:
    void start(const QStringList &options)
    {
        const QStringList line{QStringLiteral("demo"), QStringLiteral("--no-ns")};
        QVERIFY2(m_demo.start(kPyroctl, line + options, environment(QStringLiteral("server"))),
            m_demo.output().constData());
        m_uri = m_demo.words().first(); // demo.echo
    }
    QProcessEnvironment environment(const QString &side) const
    {
        QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
        variables.insert(QStringLiteral("XDG_DATA_HOME"), m_dir->filePath(side));
        return variables;
    }
    QStringList stored(const QString &side) const
    {
        return QDir(m_dir->filePath(side + QStringLiteral("/pyrolens/code")))
            .entryList({QStringLiteral("*.code")}, QDir::Files);
    }
    Finished call(const QStringList &options) const
    {
        return runProgram(kPyroctl,
            QStringList{QStringLiteral("call"), m_uri, QStringLiteral("echo"), kInstance} + options,
            environment(QStringLiteral("client")));
    }
    QString lib() const { return m_dir->filePath(QStringLiteral("lib")); }

    std::unique_ptr<QTemporaryDir> m_dir;
    PeerProcess m_demo;
    QString m_uri;
};

void tst_MobileCode::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir().mkpath(lib() + QStringLiteral("/kit")));
    QFile file(lib() + QStringLiteral("/kit/walker.py"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(kWalker), kWalker.size());
}

void tst_MobileCode::clientSuppliesWhatTheDemoAsksFor()
{
    start({QStringLiteral("--accept-code")});
    const Finished done = call({QStringLiteral("--code-dir"), lib()});
    QVERIFY2(done.status == 0, done.all().constData());
    QVERIFY2(done.out.contains("kit.walker.Walker"), done.out.constData());
    const QStringList files = stored(QStringLiteral("server"));
    QCOMPARE(files.size(), 1);
    QFile file(m_dir->filePath(QStringLiteral("server/pyrolens/code/")) + files.first());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), kWalker);
    // It is told where people look, and the result alone stands on standard output.
    QTRY_VERIFY2(
        m_demo.output().contains("received module kit.walker from 127.0.0.1:"), m_demo.output().constData());
    QVERIFY(m_demo.output().contains(files.first().toLatin1()));
    QCOMPARE(done.out.count('\n'), 1);
    QCOMPARE(stored(QStringLiteral("client")), QStringList());
    // Once is enough.
    const Finished again = call({});
    QVERIFY2(again.status == 0, again.all().constData());
}

void tst_MobileCode::clientWithoutFolderSaysWhatIsMissing()
{
    start({QStringLiteral("--accept-code")});
    const Finished done = call({});
    QCOMPARE(done.status, 3);
    QVERIFY2(done.err.contains("lacks the module 'kit.walker'"), done.err.constData());
}

void tst_MobileCode::clientFetchesWhatTheDemoHandsOut()
{
    start({QStringLiteral("--code-dir"), lib(), QStringLiteral("--accept-class"), QStringLiteral("kit.*")});
    const Finished done = call({QStringLiteral("--accept-code")});
    QVERIFY2(done.status == 0, done.all().constData());
    QVERIFY2(done.err.contains("received module kit.walker"), done.err.constData());
    QCOMPARE(stored(QStringLiteral("client")).size(), 1);
    QCOMPARE(stored(QStringLiteral("server")), QStringList());
}

void tst_MobileCode::demoRefusesUnlessTold()
{
    start({});
    const Finished done = call({QStringLiteral("--code-dir"), lib()});
    QCOMPARE(done.status, 1);
    QVERIFY2(done.err.contains("is not accepted here"), done.err.constData());
    QVERIFY(!QDir(m_dir->filePath(QStringLiteral("server/pyrolens"))).exists());
}

void tst_MobileCode::badFolderIsUsage_data()
{
    QTest::addColumn<QStringList>("line");
    QTest::newRow("demo") << QStringList{QStringLiteral("demo"), QStringLiteral("--no-ns")};
    QTest::newRow("call") << QStringList{
        QStringLiteral("call"), QStringLiteral("PYRO://127.0.0.1:1/x"), QStringLiteral("echo")};
}

void tst_MobileCode::badFolderIsUsage()
{
    QFETCH(QStringList, line);
    const Finished done = runProgram(kPyroctl,
        line + QStringList{QStringLiteral("--code-dir"), m_dir->filePath(QStringLiteral("nothing"))},
        environment(QStringLiteral("client")));
    QCOMPARE(done.status, 2);
    QVERIFY2(done.err.contains("--code-dir"), done.err.constData());
}

QTEST_GUILESS_MAIN(tst_MobileCode)
#include "tst_mobilecode.moc"
