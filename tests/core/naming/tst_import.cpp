// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "flatfixture.h"
#include "support/peerprocess.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <sqlite3.h>

using namespace pyrolens;
using nstest::wordsOf;

namespace {

bool writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::WriteOnly)
        && file.write(content) == content.size();
}

/// Writes the recorded folder below `root`. \return its path.
QString writeRecorded(const QString &root)
{
    QFile file(QStringLiteral(PYROLENS_TEST_DATA "/naming/database.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonArray entries = QJsonDocument::fromJson(file.readAll())[QStringLiteral("entries")].toArray();
    for (const QJsonValue &value : entries) {
        const QJsonObject entry = value.toObject();
        const QString folder = entry[QStringLiteral("folder")].toString();
        const QString path = entry[QStringLiteral("path")].toString();
        const QByteArray content = QByteArray::fromHex(entry[QStringLiteral("hex")].toString().toLatin1());
        if (folder.isEmpty() ? !writeFile(root + u'/' + path, content) : !QDir().mkpath(root + u'/' + folder))
            return {};
    }
    return root + QStringLiteral("/Pyro_NS_database");
}

QStringList namesOf(const nstest::Server &server)
{
    NameServerClient client(nstest::context(), server.address());
    QStringList names;
    for (const NameEntry &entry : client.listAllBlocking(false).valueOr({})) {
        if (entry.name != u":Pyro.NameServer")
            names.append(entry.name + u'=' + entry.uri);
    }
    return names;
}

const QStringList kRecordedNames{QStringLiteral(":Default.plain=PYRO://10.0.0.9:7766/0a0000090001"),
    QStringLiteral(":lab.a/b:c=PYROLOC://10.0.0.8:7766/odd"),
    QStringLiteral(":lab.bench.scope=PYRO://10.0.0.7:7766/0a0000070001")};

} // namespace

/// Takes over the database folder of an original persistent name server.
class tst_Import : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesOverARecordedFolder();
    void isRepeatable();
    void skipsAndReportsWhatIsBroken();
    void needsAFolder();
    void takesOverWhatARealServerMade();
    void takesOverASqlFile();
    void takesOverAnOldSqlFile();
};

void tst_Import::takesOverARecordedFolder()
{
    QTemporaryDir folder;
    NameServerOptions options;
    options.importPath = writeRecorded(folder.path());
    nstest::Server server(options);
    QVERIFY2(server.status(), server.status() ? "" : qPrintable(server.status().error().what));
    QCOMPARE(namesOf(server), kRecordedNames);
    const ImportReport report = server.server().importReport();
    QCOMPARE(report.problems, QStringList());
    QCOMPARE(report.names, 3);
    QCOMPARE(report.groups, 2);
    NameServerClient client(nstest::context(), server.address());
    QCOMPARE(client.metaBlocking(QStringLiteral(":lab")).valueOr({}), Value::str("the lab"));
    QCOMPARE(client.metaBlocking(QStringLiteral(":")).valueOr({}), Value::str("root"));
    const Value scope = client.metaBlocking(QStringLiteral(":lab.bench.scope")).valueOr({});
    const Value *numbers = scope.find("n");
    QVERIFY(numbers != nullptr);
    QCOMPARE(*numbers,
        Value::list(
            {Value::integer(1), Value::integer(2), Value::tuple({Value::integer(3), Value::text(u8"x")})}));
    // The own entry is of this server, not of the one that was replaced.
    QCOMPARE(client.lookupBlocking(QStringLiteral(":Pyro.NameServer")).valueOr({}), server.uri());
}

void tst_Import::isRepeatable()
{
    QTemporaryDir folder;
    qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
    NameServerOptions options;
    options.importPath = writeRecorded(folder.path());
    options.storage = u"sqlite:" + folder.filePath(QStringLiteral("names.db"));
    {
        nstest::Server server(options);
        QCOMPARE(namesOf(server), kRecordedNames);
        NameServerClient client(nstest::context(), server.address());
        QVERIFY(client.unregisterBlocking(QStringLiteral("plain")));
        QVERIFY(
            client.registerBlocking(QStringLiteral("plain"), QStringLiteral("PYRO://10.0.0.9:7766/newer")));
    }
    nstest::Server server(options);
    QVERIFY(server.status());
    const ImportReport report = server.server().importReport();
    QCOMPARE(report.names, 0);
    QCOMPARE(report.known, 2);
    // What was registered since is worth more.
    QCOMPARE(report.problems.size(), 1);
    QVERIFY2(report.problems[0].endsWith(u"plain: registered already, with another URI"),
        qPrintable(report.problems[0]));
    QVERIFY(namesOf(server).contains(QStringLiteral(":Default.plain=PYRO://10.0.0.9:7766/newer")));
}

void tst_Import::skipsAndReportsWhatIsBroken()
{
    QTemporaryDir folder;
    const QString root = writeRecorded(folder.path());
    QVERIFY(writeFile(root + QStringLiteral("/Default/empty"), ""));
    QVERIFY(writeFile(root + QStringLiteral("/Default/nouri"), "nothing of the kind\n"));
    QVERIFY(writeFile(root + QStringLiteral("/Default/with.dot"), "PYRO://10.0.0.9:7766/x\n"));
    QVERIFY(writeFile(root + QStringLiteral("/Default/bad name"), "PYRO://10.0.0.9:7766/x\n"));
    QVERIFY(writeFile(root + QStringLiteral("/Default/m"), "PYRO://10.0.0.9:7766/m\n"));
    QVERIFY(writeFile(root + QStringLiteral("/Default/m.ns_meta"), "\x80\x02garbage"));
    // Reading it must not run it.
    QVERIFY(writeFile(root + QStringLiteral("/Default/n"), "PYRO://10.0.0.9:7766/n\n"));
    QVERIFY(writeFile(root + QStringLiteral("/Default/n.ns_meta"),
        "(cos\nsystem\n(S'touch " + folder.filePath(QStringLiteral("ran")).toLocal8Bit() + "'\ntRNt."));
    QVERIFY(QFile::link(QStringLiteral("/etc"), root + QStringLiteral("/Default/link")));
    NameServerOptions options;
    options.importPath = root;
    nstest::Server server(options);
    QVERIFY(server.status());
    const QStringList problems = server.server().importReport().problems;
    for (const char *file : {"/empty:", "/nouri:", "/with.dot:", "/bad name:", "/m.ns_meta:", "/link:"})
        QVERIFY2(problems.filter(QLatin1String(file)).size() == 1, file);
    QCOMPARE(problems.size(), 6);
    QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("ran"))));
    QStringList wanted = kRecordedNames;
    wanted.prepend(QStringLiteral(":Default.n=PYRO://10.0.0.9:7766/n"));
    wanted.prepend(QStringLiteral(":Default.m=PYRO://10.0.0.9:7766/m"));
    QCOMPARE(namesOf(server), wanted);
}

void tst_Import::needsAFolder()
{
    NameServerOptions options;
    options.importPath = QStringLiteral("/nonexistent");
    nstest::Server server(options);
    QVERIFY(!server.status());
    QCOMPARE(int(server.status().error().kind), int(Error::Kind::Usage));
}

void tst_Import::takesOverWhatARealServerMade()
{
    Pyro3Peer peer;
    if (const QString missing = peer.missing(); !missing.isEmpty())
        QSKIP(qPrintable(missing));
    // No network: the real persistent server's own code writes its folder.
    const QString script = QStringLiteral("import Pyro.core, Pyro.naming\n"
                                          "Pyro.core.initServer(0)\n"
                                          "ns = Pyro.naming.PersistentNameServer()\n"
                                          "ns.createGroup(':real')\n"
                                          "ns.register(':real.a:b', 'PYRO://10.0.0.1:7766/abc')\n"
                                          "ns.register(':real.c/d', 'PYRO://10.0.0.1:7766/def')\n"
                                          "ns.setMeta(':real.c/d', ('x', 3))\n"
                                          "ns.register(':real.gone', 'PYRO://10.0.0.1:7766/ghi')\n"
                                          "ns.setMeta(':real.gone', 1)\n"
                                          "ns.unregister(':real.gone')\n");
    const Finished made = runProgram(peer.python, {QStringLiteral("-c"), script}, peer.environment());
    QVERIFY2(made.status == 0, made.all().constData());
    NameServerOptions options;
    options.importPath = peer.storage.filePath(QStringLiteral("Pyro_NS_database"));
    nstest::Server server(options);
    QVERIFY(server.status());
    QCOMPARE(server.server().importReport().problems, QStringList());
    QCOMPARE(namesOf(server),
        (QStringList{QStringLiteral(":real.a:b=PYRO://10.0.0.1:7766/abc"),
            QStringLiteral(":real.c/d=PYRO://10.0.0.1:7766/def")}));
    NameServerClient client(nstest::context(), server.address());
    QCOMPARE(client.metaBlocking(QStringLiteral(":real.c/d")).valueOr({}),
        Value::tuple({Value::str("x"), Value::integer(3)}));
}

namespace {

/// Makes a file as the class SqlStorage of Pyro 4 and 5 does.
bool writeSql(const QString &path, const QByteArray &statements)
{
    sqlite3 *database = nullptr;
    const bool good = sqlite3_open(path.toUtf8().constData(), &database) == SQLITE_OK
        && sqlite3_exec(database, statements.constData(), nullptr, nullptr, nullptr) == SQLITE_OK;
    sqlite3_close(database);
    return good;
}

constexpr char kNameTable[] = "CREATE TABLE pyro_names(id integer PRIMARY KEY, name nvarchar NOT NULL "
                              "UNIQUE, uri nvarchar NOT NULL);";

} // namespace

void tst_Import::takesOverASqlFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("names.sql"));
    const QByteArray longTag(300, 't');
    QVERIFY(writeSql(path,
        QByteArray(kNameTable)
            + "CREATE TABLE pyro_metadata(object integer NOT NULL, metadata nvarchar NOT NULL);"
              "INSERT INTO pyro_names VALUES(1, 'Pyro.NameServer', 'PYRO:Pyro.NameServer@10.0.0.1:9090');"
              "INSERT INTO pyro_names VALUES(2, 'good', 'PYRO:good@10.0.0.2:1');"
              "INSERT INTO pyro_names VALUES(3, 'broken', 'nonsense');"
              "INSERT INTO pyro_names VALUES(4, 'long', 'PYRO:long@10.0.0.2:1');"
              "INSERT INTO pyro_names VALUES(5, 'name with blank', 'PYRONAME:good');"
              "INSERT INTO pyro_metadata VALUES(2, 'b');"
              "INSERT INTO pyro_metadata VALUES(2, 'a');"
              "INSERT INTO pyro_metadata VALUES(99, 'nobody''s');"
              "INSERT INTO pyro_metadata VALUES(4, '"
            + longTag + "');"));
    NameServerOptions options = nstest::serving({3, 4, 5});
    options.importPath = path;
    qputenv("XDG_RUNTIME_DIR", folder.path().toLocal8Bit());
    options.storage = u"sqlite:" + folder.filePath(QStringLiteral("ours.db"));
    for (int round = 0; round < 2; ++round) {
        nstest::Server server(nstest::everyGeneration(), options);
        QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
        const ImportReport report = server.server().importReport();
        QCOMPARE(report.names, round == 0 ? 2 : 0);
        QCOMPARE(report.known, round == 0 ? 0 : 2);
        QCOMPARE(report.metas, round == 0 ? 1 : 0);
        QCOMPARE(report.problems.join(u'\n'),
            QStringLiteral("broken: holds no URI\nlong: has a metadata tag that is too long"));
        NameServerClient client(nstest::everyContext(), nstest::addressOf(server.port(), 5));
        QCOMPARE(nstest::linesOf(client.listAllBlocking(false)),
            QStringList({QStringLiteral("good=PYRO:good@10.0.0.2:1[a,b]"),
                QStringLiteral("name with blank=PYRONAME:good[]")}));
        QCOMPARE(client.lookupBlocking(QStringLiteral("Pyro.NameServer")).valueOr({}),
            server.server().uris().last());
    }
}

// Before there was metadata.
void tst_Import::takesOverAnOldSqlFile()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("names.sql"));
    QVERIFY(writeSql(
        path, QByteArray(kNameTable) + "INSERT INTO pyro_names VALUES(1, 'old', 'PYRO:old@10.0.0.2:1');"));
    NameServerOptions options = nstest::serving({4});
    options.importPath = path;
    nstest::Server server(nstest::everyGeneration(), options);
    QVERIFY2(server.status(), qPrintable(wordsOf(server.status())));
    NameServerClient client(nstest::everyContext(), nstest::addressOf(server.port(), 4));
    QCOMPARE(nstest::linesOf(client.listAllBlocking(false)),
        QStringList{QStringLiteral("old=PYRO:old@10.0.0.2:1[]")});
}

QTEST_GUILESS_MAIN(tst_Import)
#include "tst_import.moc"
