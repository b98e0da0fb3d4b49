// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include <pyrolens/wire/mobilecode.h>

#include <QTest>

using namespace pyrolens;

namespace {

class OneModule : public ModuleSource
{
public:
    explicit OneModule(QByteArray code) : m_code(std::move(code)) { }
    Result<QByteArray> module(const QString &name) const override
    {
        asked.append(name);
        return m_code;
    }
    mutable QStringList asked;

private:
    QByteArray m_code;
};

class Sink : public CodeSink
{
public:
    Status receive(const CodeTransfer &transfer) override
    {
        taken.append(transfer.module);
        return Done{};
    }
    void handedOut(const CodeTransfer &transfer) override { given.append(transfer.module); }
    QStringList taken;
    QStringList given;
};

QStringList words(const char *text)
{
    return QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts);
}

CodeTransfer transferOf(const QString &module, const QByteArray &code = {})
{
    CodeTransfer transfer;
    transfer.module = module;
    transfer.code = code;
    return transfer;
}

} // namespace

class tst_MobileCode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsByteCode_data();
    void tellsByteCode();
    void findsModulesOfClasses();
    void findsImports_data();
    void findsImports();
    void knowsTheLibrary();
    void everythingIsOffByDefault();
    void checksBeforeItHandsOut_data();
    void checksBeforeItHandsOut();
    void checksBeforeItTakes_data();
    void checksBeforeItTakes();
    void limitsSize_data();
    void limitsSize();
};

void tst_MobileCode::tellsByteCode_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QString>("version"); // null: source; empty: unknown byte code
    QTest::newRow("2.7") << QByteArray("\x03\xf3\r\n") << "Python 2.7";
    QTest::newRow("2.7-unicode") << QByteArray("\x04\xf3\r\n") << "Python 2.7";
    QTest::newRow("2.5") << QByteArray("\xb3\xf2\r\n") << "Python 2.5";
    QTest::newRow("1.5") << QByteArray("\x99\x4e\r\n") << "Python 1.5";
    QTest::newRow("3.11") << QByteArray("\xa7\x0d\r\n") << "Python 3.11";
    QTest::newRow("3.x-unknown") << QByteArray("\xff\x0e\r\n") << "";
    QTest::newRow("source") << QByteArray("import kit\n") << QString();
    QTest::newRow("source-crlf") << QByteArray("pi\r\nx = 1") << QString();
    QTest::newRow("empty") << QByteArray() << QString();
    QTest::newRow("short") << QByteArray("\x03\xf3\r") << QString();
}

void tst_MobileCode::tellsByteCode()
{
    QFETCH(QByteArray, code);
    QFETCH(QString, version);
    QCOMPARE(codeKind(code), version.isNull() ? CodeKind::Source : CodeKind::ByteCode);
    QCOMPARE(byteCodeVersion(code), version);
}

void tst_MobileCode::findsModulesOfClasses()
{
    QCOMPARE(moduleOfClass("kit.walker.Walker"), QStringLiteral("kit.walker"));
    QCOMPARE(moduleOfClass("Walker"), QString());
    QCOMPARE(moduleOfClass(".Walker"), QString());
}

void tst_MobileCode::findsImports_data()
{
    QTest::addColumn<QByteArray>("source");
    QTest::addColumn<QStringList>("modules");
    QTest::newRow("plain") << QByteArray("import ribbon\n") << words("ribbon");
    QTest::newRow("without-end") << QByteArray("import ribbon") << words("ribbon");
    QTest::newRow("several") << QByteArray("import a, b.c as d,e\n") << words("a b.c e");
    QTest::newRow("from") << QByteArray("from kit.walker import Walker, x\n") << words("kit.walker");
    QTest::newRow("in-method") << QByteArray("def f():\n\timport a # import b\n") << words("a");
    QTest::newRow("once") << QByteArray("import a\nimport a\n") << words("a");
    QTest::newRow("library") << QByteArray("import os, sys\nfrom Pyro.core import x\n") << words("");
    QTest::newRow("relative") << QByteArray("from . import a\nfrom .b import c\n") << words("");
    QTest::newRow("paths") << QByteArray("import ../a\nimport a/b\nfrom  \n") << words("");
    QTest::newRow("comment") << QByteArray("#import a\nx = 'import b'\n") << words("");
    QTest::newRow("byte-code") << QByteArray("\x03\xf3\r\nimport a\n") << words("");
}

void tst_MobileCode::findsImports()
{
    QFETCH(QByteArray, source);
    QFETCH(QStringList, modules);
    QCOMPARE(importedModules(source), modules);
}

void tst_MobileCode::knowsTheLibrary()
{
    for (const QString &name :
        words("os os.path sys __builtin__ subprocess Pyro.core posix nt encodings.utf_8 "
              "xml.dom zlib _socket __main__ copy_reg builtins"))
        QVERIFY2(isLibraryModule(name), qPrintable(name));
    for (const QString &name : words("rover_one kit.os osx agent objects.apples Os ?"))
        QVERIFY2(!isLibraryModule(name), qPrintable(name));
}

void tst_MobileCode::everythingIsOffByDefault()
{
    const MobileCode off;
    QVERIFY(!off.mayAskFor(QStringLiteral("kit")));
    QCOMPARE(off.handOut(transferOf(QStringLiteral("kit"))).error().code, QStringLiteral("mobile.refused"));
    QCOMPARE(off.take(transferOf(QStringLiteral("kit"), "x")).error().code, QStringLiteral("mobile.refused"));
}

void tst_MobileCode::checksBeforeItHandsOut_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("good") << "kit.walker" << true;
    QTest::newRow("validator") << "forbidden" << false;
    QTest::newRow("library") << "os.path" << false;
    QTest::newRow("parent") << ".." << false;
    QTest::newRow("path") << "a/b" << false;
    QTest::newRow("empty") << "" << false;
}

void tst_MobileCode::checksBeforeItHandsOut()
{
    QFETCH(QString, name);
    QFETCH(bool, allowed);
    const auto source = std::make_shared<OneModule>("x = 1\n");
    const auto sink = std::make_shared<Sink>();
    MobileCode code;
    code.source = source;
    code.sink = sink;
    code.validator = [](const CodeTransfer &transfer) {
        return transfer.direction == CodeTransfer::Direction::Sent && transfer.code.isEmpty()
            && transfer.module != u"forbidden";
    };
    QCOMPARE(bool(code.handOut(transferOf(name))), allowed);
    QCOMPARE(source->asked, allowed ? QStringList(name) : QStringList()); // not even looked for
    QCOMPARE(sink->given, source->asked);
}

void tst_MobileCode::checksBeforeItTakes_data()
{
    checksBeforeItHandsOut_data();
}

void tst_MobileCode::checksBeforeItTakes()
{
    QFETCH(QString, name);
    QFETCH(bool, allowed);
    const auto sink = std::make_shared<Sink>();
    MobileCode code;
    code.sink = sink;
    code.validator = [](const CodeTransfer &transfer) {
        return transfer.direction == CodeTransfer::Direction::Received && transfer.code == "x = 1\n"
            && transfer.module != u"forbidden";
    };
    QCOMPARE(bool(code.take(transferOf(name, "x = 1\n"))), allowed);
    QCOMPARE(sink->taken, allowed ? QStringList(name) : QStringList());
}

void tst_MobileCode::limitsSize_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<bool>("fits");
    QTest::newRow("below") << 9 << true;
    QTest::newRow("at") << 10 << true;
    QTest::newRow("above") << 11 << false;
}

void tst_MobileCode::limitsSize()
{
    QFETCH(int, size);
    QFETCH(bool, fits);
    MobileCode code;
    code.limits.maxModuleBytes = 10;
    code.source = std::make_shared<OneModule>(QByteArray(size, '#'));
    code.sink = std::make_shared<Sink>();
    QCOMPARE(bool(code.handOut(transferOf(QStringLiteral("m")))), fits);
    QCOMPARE(bool(code.take(transferOf(QStringLiteral("m"), QByteArray(size, '#')))), fits);
}

QTEST_GUILESS_MAIN(tst_MobileCode)
#include "tst_mobilecode.moc"
