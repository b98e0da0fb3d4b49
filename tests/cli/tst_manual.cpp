// SPDX-FileCopyrightText: Pyrolens contributors
// SPDX-License-Identifier: MIT

// The samples of the manual's command line page, run against our servers: a line "$ ..." is a shell command,
// the lines below it are what it prints; "..." stands for anything.

#include "support/peerprocess.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

namespace {

const QString kPyroctl = QStringLiteral(PYROLENS_BIN_DIR "/pyroctl");

struct Sample
{
    QString command;
    QString expected;
};

QList<Sample> samples()
{
    QList<Sample> found;
    QFile page(QStringLiteral(PYROLENS_MANUAL "/command-line.md"));
    if (!page.open(QIODevice::ReadOnly))
        return found;
    bool isInSample = false;
    for (const QString &line : QString::fromUtf8(page.readAll()).split(u'\n')) {
        if (line.startsWith(QLatin1String("    $ "))) {
            found.append({line.mid(6), {}});
            isInSample = true;
        } else if (isInSample && line.startsWith(QLatin1String("    "))) {
            found.last().expected += line.mid(4) + u'\n';
        } else {
            isInSample = false;
        }
    }
    return found;
}

} // namespace

class tst_Manual : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void samplesSayWhatHappens();
};

void tst_Manual::samplesSayWhatHappens()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    PeerProcess names;
    PeerProcess demo;
    QVERIFY2(names.start(kPyroctl, {QStringLiteral("ns"), QStringLiteral("--port"), QStringLiteral("0")},
                 environment),
        names.output().constData());
    const QString where
        = QStringLiteral("127.0.0.1:") + names.words().first().section(u':', -1).section(u'/', 0, 0);
    QVERIFY2(demo.start(kPyroctl, {QStringLiteral("demo"), QStringLiteral("--ns"), where}, environment),
        demo.output().constData());

    const QList<Sample> all = samples();
    QVERIFY(all.size() >= 15);
    for (const Sample &sample : all) {
        // The page is about the default name server; the test has its own.
        QString command = sample.command;
        command.replace(QStringLiteral("pyroctl"), kPyroctl + QStringLiteral(" --ns ") + where);
        const Finished finished
            = runProgram(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), command}, environment);
        const QString pattern = QRegularExpression::escape(sample.expected)
                                    .replace(QStringLiteral("\\.\\.\\."), QStringLiteral(".*"));
        const QRegularExpression expected(QRegularExpression::anchoredPattern(pattern));
        QVERIFY2(expected.match(QString::fromUtf8(finished.out)).hasMatch(),
            qPrintable(sample.command + QStringLiteral("\nprinted: ") + QString::fromUtf8(finished.all())));
    }
}

QTEST_GUILESS_MAIN(tst_Manual)

#include "tst_manual.moc"
