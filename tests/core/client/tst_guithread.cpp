// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#include "clientfixture.h"

using namespace pyrolens;
using namespace fixture;

/// Named as the application object of Qt Gui is, which the core library must know without linking it.
class QGuiApplication : public QCoreApplication
{
    Q_OBJECT

public:
    using QCoreApplication::QCoreApplication;
};

class tst_GuiThread : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesToBlock();
    void blocksInOtherThreads();
    void callsAsynchronously();
};

void tst_GuiThread::refusesToBlock()
{
#ifdef QT_NO_DEBUG
    ScriptedPeer server({handshake() + answer(Value())});
    Proxy proxy(context(), objectUri(server.port()));
    COMPARE_ERROR(proxy.callBlocking(kEcho), Error::Kind::Usage);
    COMPARE_ERROR(proxy.bindBlocking(), Error::Kind::Usage);
    QCOMPARE(server.connections(), 0);
#else
    QSKIP("asserts in debug builds");
#endif
}

void tst_GuiThread::blocksInOtherThreads()
{
    ScriptedPeer server({handshake() + answer(Value())});
    bool wasOk = false;
    std::thread([&] {
        Proxy proxy(context(), objectUri(server.port()));
        wasOk = proxy.callBlocking(kEcho).isOk();
    }).join();
    QVERIFY(wasOk);
}

void tst_GuiThread::callsAsynchronously()
{
    ScriptedPeer server({handshake() + answer(Value())});
    Proxy proxy(context(), objectUri(server.port()));
    VERIFY_OK(await(proxy.call(kEcho)));
}

#include "tst_guithread.moc"

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    tst_GuiThread test;
    return QTest::qExec(&test, argc, argv);
}
