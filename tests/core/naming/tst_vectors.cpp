// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "recorded.h"

#include <QTemporaryDir>

using namespace pyrolens;
using namespace nstest;

namespace {

/// "raises Pyro.errors.NamingError10(..." without the number that says which kind of container the arguments
/// are.
QString plain(QString text)
{
    return text.replace(QRegularExpression(QStringLiteral("NamingError\\d+")), QStringLiteral("NamingError"));
}

/// What our server says where the original trips over its own storage.
QString instead(const QString &recorded)
{
    if (recorded.contains(QStringLiteral("__getitem__")))
        return QStringLiteral("raises Pyro.errors.NamingError(\"name not found\", \":Default.printer.x\")");
    if (recorded.contains(QStringLiteral("Not a directory: 'store/nsdb/Default/printer/x'")))
        return QStringLiteral("raises Pyro.errors.NamingError(\"name not found\"");
    if (recorded.contains(QStringLiteral("Not a directory: 'store/nsdb/Pyro/NameServer/z'")))
        return QStringLiteral("raises Pyro.errors.NamingError(\"parent is no group\"");
    if (recorded
        == u"raises Pyro.errors.NamingError(\"group already exists\", \":\")") // in memory it is no name
        return QStringLiteral("raises Pyro.errors.NamingError(\"invalid groupname\"");
    return recorded;
}

/// The first argument says what is wrong. What follows differs between the two kinds of the original's
/// server; ours answers as the one in memory.
QString withoutDetails(const QString &text)
{
    static const QRegularExpression details(QStringLiteral("^(raises [^(]*\\(\"[^\"]*\").*$"));
    return QString(text).replace(details, QStringLiteral("\\1"));
}

/// The request validator of the recording.
class DenyingGuard : public NameServerGuard
{
public:
    Verdict acceptShutdownCmd(const QString &) override { return {false, "<denied: shutdown>"}; }
};

} // namespace

class tst_Vectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAsTheOriginal_data();
    void answersAsTheOriginal();
    void answersDatagramsAsTheOriginal_data();
    void answersDatagramsAsTheOriginal();
};

void tst_Vectors::answersAsTheOriginal_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("allowShutdown");
    QTest::addColumn<bool>("isPersistent");
    for (const char *name : {"ns_register", "ns_resolve", "ns_unregister", "ns_list", "ns_groups", "ns_meta",
             "ns_badnames", "ns_nsc_commands", "ns_resync_single", "ns_shutdown", "ns_ident",
             "ns_locate_ping", "ns_daemon_connect", "ns_pyroname", "ns_proxy_as_argument", "format1_ns"})
        QTest::newRow(name) << QString::fromLatin1(name) << true << false;
    QTest::newRow("ns_shutdown_denied") << QStringLiteral("ns_shutdown_denied") << false << false;
    for (const char *name : {"ns_persistent_register", "ns_persistent_resolve", "ns_persistent_unregister",
             "ns_persistent_list", "ns_persistent_groups"})
        QTest::newRow(name) << QString::fromLatin1(name) << true << true;
}

void tst_Vectors::answersAsTheOriginal()
{
    QFETCH(QString, file);
    QFETCH(bool, allowShutdown);
    QFETCH(bool, isPersistent);
    QTemporaryDir folder;
    const QString ident
        = testing::loadVectors(u"pyro3/" + file + u".json").value(u"config").value(u"ident").toString();
    NameServerOptions options;
    options.allowShutdown = allowShutdown;
    if (isPersistent)
        options.storage = u"sqlite:" + folder.filePath(QStringLiteral("names.db"));
    if (!ident.isEmpty())
        options.allowedIdents = QStringList{ident};
    nstest::Server server(options);
    QVERIFY(server.status());
    const QByteArray ownId = server.uri().section(u'/', 3).toLatin1();

    Replay replay(file, server.port(), ownId);
    int compared = 0;
    while (const auto exchange = replay.next()) {
        if (exchange->recordedId.isEmpty()) {
            QCOMPARE(exchange->ours->value.rawBytes().toByteArray(), ownId);
            continue;
        }
        QString wanted
            = instead(plain(essence(*exchange->recorded, QString::fromLatin1(exchange->recordedId))));
        QString got = plain(essence(*exchange->ours, QString::fromLatin1(ownId)));
        if (isPersistent) {
            wanted = withoutDetails(wanted);
            got = withoutDetails(got);
        }
        QCOMPARE(got, wanted);
        ++compared;
    }
    QCOMPARE(replay.error(), QString());
    QVERIFY(compared > 0);
}

void tst_Vectors::answersDatagramsAsTheOriginal_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("allowShutdown");
    QTest::newRow("location") << QStringLiteral("ns_broadcast_location") << true;
    QTest::newRow("unknown") << QStringLiteral("ns_broadcast_unknown") << true;
    QTest::newRow("shutdown") << QStringLiteral("ns_broadcast_shutdown") << true;
    QTest::newRow("shutdown-denied") << QStringLiteral("ns_broadcast_shutdown_denied") << false;
    QTest::newRow("guard") << QStringLiteral("ns_broadcast_guard_shutdown") << true;
}

void tst_Vectors::answersDatagramsAsTheOriginal()
{
    QFETCH(QString, file);
    QFETCH(bool, allowShutdown);
    const Json vector = testing::loadVectors(u"pyro3/" + file + u".json");
    // A free port: port 0 would mean the generation's own.
    QUdpSocket probe;
    QVERIFY(probe.bind(QHostAddress(QHostAddress::LocalHost), 0));
    NameServerOptions options;
    options.broadcast = true;
    options.broadcastPort = probe.localPort();
    if (file.contains(QLatin1String("guard")))
        options.guard = std::make_shared<DenyingGuard>();
    options.allowShutdown = allowShutdown;
    probe.close();
    nstest::Server server(options);
    QVERIFY2(server.status(), qPrintable(nstest::wordsOf(server.status())));
    QSignalSpy asked(&server.server(), &NameServer::shutdownRequested);

    QUdpSocket socket;
    QVERIFY(socket.bind(QHostAddress(QHostAddress::LocalHost), 0));
    QByteArrayList wanted;
    for (const Json &frame : vector.value(u"frames").items()) {
        const QByteArray bytes = QByteArray::fromHex(frame.value(u"hex").toString().toLatin1());
        if (frame.value(u"dir").toString() == u"c2s")
            socket.writeDatagram(
                bytes, QHostAddress(QHostAddress::LocalHost), quint16(options.broadcastPort));
        else
            wanted.append(bytes.startsWith("PYRO://") ? server.uri().toLatin1() : bytes);
    }
    // What gets no answer is followed by something that does, so that silence is seen without waiting for it.
    socket.writeDatagram("location", QHostAddress(QHostAddress::LocalHost), quint16(options.broadcastPort));
    wanted.append(server.uri().toLatin1());
    QByteArrayList got;
    while (got.size() < wanted.size() && (socket.hasPendingDatagrams() || socket.waitForReadyRead(5'000))) {
        QByteArray datagram(2'000, Qt::Uninitialized);
        datagram.resize(socket.readDatagram(datagram.data(), datagram.size()));
        got.append(datagram);
    }
    QCOMPARE(got, wanted);
    QVERIFY(!socket.hasPendingDatagrams());
    if (wanted.contains("Will shut down shortly"))
        QTRY_COMPARE(asked.count(), 1);
    else
        QCOMPARE(asked.count(), 0);
}

QTEST_GUILESS_MAIN(tst_Vectors)
#include "tst_vectors.moc"
