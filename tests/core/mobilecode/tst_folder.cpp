// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/mobilecode/modulefolder.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace pyrolens;

namespace {

void writeFile(const QString &path, const QByteArray &bytes)
{
    QVERIFY(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
    QCOMPARE(file.write(bytes), bytes.size());
}

const QByteArray kByteCode = QByteArrayLiteral("\x03\xf3\r\n\x84\xab\x02kc");

} // namespace

class tst_Folder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void findsModules_data();
    void findsModules();
    void refusesEverythingElse_data();
    void refusesEverythingElse();
    void refusesLinks();
    void limitsSize_data();
    void limitsSize();
    void givesByteCodeFirstWhenAsked();
    void makesLineEndsThoseOfPython();
    void listsWhatItOffers();
    void opensFoldersOnly();

private:
    QString path(const QString &name) const { return m_dir->path() + QLatin1String("/open/") + name; }
    std::shared_ptr<ModuleFolder> folder(ModuleFolder::Options options = {}) const
    {
        auto opened = ModuleFolder::open(path(QString()), options);
        return opened ? *opened : nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_Folder::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    writeFile(path(QStringLiteral("rover.py")), "class Rover: pass\n");
    writeFile(path(QStringLiteral("rover.pyc")), kByteCode);
    writeFile(path(QStringLiteral("bare.pyc")), kByteCode);
    writeFile(path(QStringLiteral("kit/__init__.py")), "# kit\n");
    writeFile(path(QStringLiteral("kit/walker.py")), "walker = 1\n");
    writeFile(path(QStringLiteral("kit/deep/er/end.py")), "end = 1\n");
    writeFile(path(QStringLiteral("twice.py")), "module\n");
    writeFile(path(QStringLiteral("twice/__init__.py")), "package\n");
    writeFile(path(QStringLiteral("notes.txt")), "no module\n");
    writeFile(path(QStringLiteral("two-words.py")), "no name\n");
    writeFile(path(QStringLiteral("os.py")), "shadows the library\n");
    writeFile(m_dir->filePath(QStringLiteral("secret.py")), "outside\n");
}

void tst_Folder::findsModules_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("source-before-byte-code") << "rover" << QByteArray("class Rover: pass\n");
    QTest::newRow("byte-code-alone") << "bare" << kByteCode;
    QTest::newRow("package") << "kit" << QByteArray("# kit\n");
    QTest::newRow("in-package") << "kit.walker" << QByteArray("walker = 1\n");
    QTest::newRow("nested") << "kit.deep.er.end" << QByteArray("end = 1\n");
    QTest::newRow("package-before-module") << "twice" << QByteArray("package\n");
}

void tst_Folder::findsModules()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, code);
    const auto found = folder()->module(name);
    QVERIFY2(found, found ? "" : qPrintable(found.error().what));
    QCOMPARE(*found, code);
}

void tst_Folder::refusesEverythingElse_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("code");
    const QString refused = QStringLiteral("mobile.refused");
    QTest::newRow("missing") << "nothing" << QStringLiteral("mobile.no-module");
    QTest::newRow("missing-in-package") << "kit.nothing" << QStringLiteral("mobile.no-module");
    QTest::newRow("folder-without-init") << "kit.deep" << QStringLiteral("mobile.no-module");
    QTest::newRow("empty") << QString() << refused;
    QTest::newRow("parent") << ".." << refused;
    QTest::newRow("parent-module") << "...secret" << refused;
    QTest::newRow("parent-path") << "../secret" << refused;
    QTest::newRow("path") << "kit/walker" << refused;
    QTest::newRow("backslash") << "kit\\walker" << refused;
    QTest::newRow("absolute") << m_dir->filePath(QStringLiteral("secret")) << refused;
    QTest::newRow("suffix-tried") << "rover.py" << QStringLiteral("mobile.no-module");
    QTest::newRow("zero") << QStringLiteral("rover") + QChar(0) + QStringLiteral(".png") << refused;
    QTest::newRow("line-end") << "rover\n" << refused;
    QTest::newRow("drive") << "c:rover" << refused;
    QTest::newRow("dash") << "two-words" << refused;
    QTest::newRow("leading-dot") << ".rover" << refused;
    QTest::newRow("trailing-dot") << "rover." << refused;
    QTest::newRow("not-ascii") << QStringLiteral("r\u00f6ver") << refused;
    QTest::newRow("digit-first") << "9rover" << refused;
    QTest::newRow("21-parts") << QStringLiteral("a") + QStringLiteral(".a").repeated(20) << refused;
    QTest::newRow("20-parts") << QStringLiteral("a") + QStringLiteral(".a").repeated(19)
                              << QStringLiteral("mobile.no-module");
    QTest::newRow("long") << QString(2'000, u'a') << refused;
}

void tst_Folder::refusesEverythingElse()
{
    QFETCH(QString, name);
    QFETCH(QString, code);
    const auto found = folder()->module(name);
    QVERIFY(!found);
    QCOMPARE(found.error().code, code);
}

void tst_Folder::refusesLinks()
{
    QVERIFY(QFile::link(m_dir->filePath(QStringLiteral("secret.py")), path(QStringLiteral("linked.py"))));
    QVERIFY(QFile::link(path(QStringLiteral("rover.py")), path(QStringLiteral("inside.py"))));
    QVERIFY(QFile::link(m_dir->path(), path(QStringLiteral("up"))));
    QVERIFY(QFile::link(path(QStringLiteral("nowhere")), path(QStringLiteral("dangling.py"))));
    for (const QString &name : QStringLiteral("linked inside up.secret dangling").split(u' ')) {
        const auto found = folder()->module(name);
        QVERIFY2(!found, qPrintable(name));
        QCOMPARE(found.error().code, QStringLiteral("mobile.outside"));
    }
    // The folder itself may be reached by a link: the user chose it.
    QVERIFY(QFile::link(path(QString()).chopped(1), m_dir->filePath(QStringLiteral("alias"))));
    const auto alias = ModuleFolder::open(m_dir->filePath(QStringLiteral("alias")));
    QVERIFY(alias);
    QVERIFY((*alias)->module(QStringLiteral("rover")));
}

void tst_Folder::limitsSize_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("fits");
    QTest::newRow("below") << 99 << true;
    QTest::newRow("at") << 100 << true;
    QTest::newRow("above") << 101 << false;
}

void tst_Folder::limitsSize()
{
    QFETCH(int, size);
    QFETCH(bool, fits);
    writeFile(path(QStringLiteral("big.py")), QByteArray(size, '#'));
    ModuleFolder::Options options;
    options.maxModuleBytes = 100;
    const auto found = folder(options)->module(QStringLiteral("big"));
    QCOMPARE(bool(found), fits);
    if (!fits)
        QCOMPARE(found.error().kind, Error::Kind::Limit);
}

void tst_Folder::givesByteCodeFirstWhenAsked()
{
    ModuleFolder::Options options;
    options.prefer = ModuleFolder::Prefer::ByteCode;
    QCOMPARE(folder(options)->module(QStringLiteral("rover")).valueOr({}), kByteCode);
    QCOMPARE(folder(options)->module(QStringLiteral("kit.walker")).valueOr({}), QByteArray("walker = 1\n"));
}

void tst_Folder::makesLineEndsThoseOfPython()
{
    writeFile(path(QStringLiteral("dos.py")), "a = 1\r\nb = 2\rc = 3\n");
    QCOMPARE(folder()->module(QStringLiteral("dos")).valueOr({}), QByteArray("a = 1\nb = 2\nc = 3\n"));
    QCOMPARE(folder()->module(QStringLiteral("bare")).valueOr({}), kByteCode); // CR LF is part of the number
}

void tst_Folder::listsWhatItOffers()
{
    QVERIFY(QFile::link(m_dir->filePath(QStringLiteral("secret.py")), path(QStringLiteral("linked.py"))));
    QStringList rows;
    for (const OfferedModule &module : folder()->modules()) {
        rows.append(QStringLiteral("%1 %2 %3 %4")
                        .arg(module.name, module.file)
                        .arg(module.size)
                        .arg(module.kind == CodeKind::Source ? QStringLiteral("s") : QStringLiteral("b")));
    }
    QCOMPARE(rows.join(u'\n'),
        QStringLiteral("bare bare.pyc 9 b\nkit kit/__init__.py 6 s\nkit.deep.er.end kit/deep/er/end.py 8 s\n"
                       "kit.walker kit/walker.py 11 s\nrover rover.py 18 s\ntwice twice/__init__.py 8 s"));
}

void tst_Folder::opensFoldersOnly()
{
    QVERIFY(!ModuleFolder::open(QString()));
    QVERIFY(!ModuleFolder::open(path(QStringLiteral("nothing"))));
    QVERIFY(!ModuleFolder::open(path(QStringLiteral("rover.py"))));
}

QTEST_GUILESS_MAIN(tst_Folder)
#include "tst_folder.moc"
